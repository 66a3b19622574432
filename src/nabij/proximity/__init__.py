"""Sums of a distance-decay function over millions of points in the plane.

The one entrance is `sums`. This package knows arrays, metres and weights, and nothing of
establishments; it imports nothing else from nabij and could be published alone.
"""

from nabij.proximity.kernels import KERNELS, Kernel
from nabij.proximity.pairs import neighbour_sums, pair_counts, relabelled_counts
from nabij.proximity.sums import AccuracyError, ProximitySums, prepare, sums

__all__ = [
    "KERNELS",
    "AccuracyError",
    "Kernel",
    "ProximitySums",
    "neighbour_sums",
    "pair_counts",
    "prepare",
    "relabelled_counts",
    "sums",
]
