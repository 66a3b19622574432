"""Industry codes: what a study means by them, and which establishments carry them."""

from nabij.codes.cases import Case, cases
from nabij.codes.selection import Selection, choose, select

__all__ = ["Case", "Selection", "cases", "choose", "select"]
