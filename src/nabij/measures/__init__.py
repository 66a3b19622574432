"""The measures: one file each, and one line here.

A measure's columns come out in every table, file and report once they are declared.
"""

from nabij.measures.change import CHANGE
from nabij.measures.clusters import CLUSTERS
from nabij.measures.concentration import CONCENTRATION
from nabij.measures.counts import COUNTS
from nabij.measures.cross import CROSS
from nabij.measures.establishments import ESTABLISHMENTS
from nabij.measures.floors import FLOORS
from nabij.measures.intervals import REGION_INTERVALS, SECTOR_INTERVALS
from nabij.measures.measure import Asked, Cells, Everyone, Frames, Measure, Observed
from nabij.measures.profiles import PROFILES
from nabij.measures.quotient import QUOTIENT
from nabij.measures.significance import REGION_TESTS, SECTOR_TESTS
from nabij.measures.sizes import SIZES
from nabij.measures.types import TYPES

MEASURES: dict[str, Measure] = {
    "counts": COUNTS,
    "concentration": CONCENTRATION,
    "sector_intervals": SECTOR_INTERVALS,
    "region_intervals": REGION_INTERVALS,
    "sector_tests": SECTOR_TESTS,
    "region_tests": REGION_TESTS,
    "establishments": ESTABLISHMENTS,
    "quotient": QUOTIENT,
    "types": TYPES,
    "clusters": CLUSTERS,
    "sizes": SIZES,
    "floors": FLOORS,
    "cross": CROSS,
    "profiles": PROFILES,
    "change": CHANGE,
}
"""In the order of their columns; `finish` of a later one may use columns of an earlier one."""

__all__ = ["MEASURES", "Asked", "Cells", "Everyone", "Frames", "Measure", "Observed"]
