"""The measures: one file each, and one line here.

A measure's columns come out in every table, file and report once they are declared.
"""

from nabij.measures.change import CHANGE
from nabij.measures.concentration import CONCENTRATION
from nabij.measures.counts import COUNTS
from nabij.measures.cross import CROSS
from nabij.measures.establishments import ESTABLISHMENTS
from nabij.measures.measure import Asked, Cells, Everyone, Frames, Measure, Observed
from nabij.measures.quotient import QUOTIENT
from nabij.measures.sizes import SIZES

MEASURES: dict[str, Measure] = {
    "counts": COUNTS,
    "concentration": CONCENTRATION,
    "establishments": ESTABLISHMENTS,
    "quotient": QUOTIENT,
    "sizes": SIZES,
    "cross": CROSS,
    "change": CHANGE,
}
"""In the order of their columns; `finish` of a later one may use columns of an earlier one."""

__all__ = ["MEASURES", "Asked", "Cells", "Everyone", "Frames", "Measure", "Observed"]
