"""A made-up Dutch register to try the method on, and what the article says should come out.

The map is made around real municipalities: their place, area and inhabitants are real, every
border is not. No establishment is real. The two sectors are given the shape that the article's
published figures describe; `comparisons` sets those figures beside the ones computed from the
register and says which of them the register was made to show.
"""

from nabij.demo.make import make
from nabij.demo.published import Comparison, comparisons

__all__ = ["Comparison", "comparisons", "make"]
