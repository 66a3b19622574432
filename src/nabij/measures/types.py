"""What kind of a cluster: many small ones close together, or few large ones spread out.

The conclusion of the article: its creative services are a great many very small firms close
together on little ground, its industrial sector larger ones, outside the centre, spread farther.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from nabij.measures.geocoding import geocoding
from nabij.measures.measure import Measure, Observed
from nabij.measures.sizes import LARGE_FROM, MOSTLY_SMALL, SMALL_BELOW
from nabij.tables import Column

MANY_SMALL_CLOSE, FEW_LARGE_SPREAD, BETWEEN = "many_small_close", "few_large_spread", "between"

MANY_LARGE = 0.05
"""Share of large establishments from which they are called large: half of that of the article's
industrial sector where it is at home (one in ten), and ten times that of its creative services."""

CLOSE_WITHIN, SPREAD_FROM = 250.0, 100.0
"""Metres to the nearest other of the sector, at the median: a few minutes' walk, and farther than
next door. Between the two the sizes decide."""


TYPE_COLUMNS = (
    Column("small_share", "ratio", digits=2, needs="jobs"),
    Column("large_share", "ratio", digits=2, needs="jobs"),
    Column("spacing", "ratio", "m", digits=0),
    Column("type", "text", needs="jobs"),
)


COLUMNS = {"sectors": (Column("geocoding", "ratio", "m", digits=0), *TYPE_COLUMNS)}

RESOLUTION = 2
"""Times the geocoding: what is smaller depends on where an address happens to be put."""


def tells_spacing(exactness: float) -> bool:
    """Tell whether places are known well enough to say who is close to whom.

    >>> tells_spacing(100.0), tells_spacing(500.0)
    (True, False)
    """
    return RESOLUTION * exactness <= CLOSE_WITHIN


def nearest_other(observed: Observed) -> np.ndarray:
    """Return metres from each establishment of the sector to the nearest other."""
    places = observed.scores.reference.places[observed.scores.members]
    if len(places) < 2:
        return np.full(len(places), np.nan)
    return np.asarray(cKDTree(places).query(places, k=2)[0][:, 1])


def kinds(
    jobs: np.ndarray, spacing: np.ndarray, group: np.ndarray, groups: int, exactness: float
) -> dict[str, list[Any]]:
    """Return `TYPE_COLUMNS` of groups of establishments.

    Parameters
    ----------
    jobs, spacing : numpy.ndarray of float64, shape (n,)
        As in `type_of`.
    group : numpy.ndarray of int64, shape (n,)
        In which group each is, -1 for none.
    groups : int
        How many there are.
    exactness : float
        Metres: how exactly places are known. Where that is too coarse none has a type.
    """
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(groups + 1))
    found: dict[str, list[Any]] = {column.name: [] for column in TYPE_COLUMNS}
    for begin, end in pairwise(ends):
        rows = order[begin:end]
        known = jobs[rows][np.isfinite(jobs[rows])]
        found["small_share"].append((known < SMALL_BELOW).mean() if len(known) else np.nan)
        found["large_share"].append((known >= LARGE_FROM).mean() if len(known) else np.nan)
        found["spacing"].append(np.median(spacing[rows]) if len(rows) else np.nan)
        told = type_of(jobs[rows], spacing[rows]) if tells_spacing(exactness) else ""
        found["type"].append(told)
    return found


def type_of(jobs: np.ndarray, spacing: np.ndarray) -> str:
    """Return the type of a cluster, or of a sector.

    Parameters
    ----------
    jobs : numpy.ndarray of float64, shape (n,)
        Of its establishments; not a number where unknown.
    spacing : numpy.ndarray of float64, shape (n,)
        Metres from each to the nearest other of the sector.

    Returns
    -------
    str
        ``"many_small_close"``, ``"few_large_spread"`` or ``"between"``; empty where the jobs of
        more than half are unknown.

    Examples
    --------
    >>> type_of(np.array([1.0, 1, 2, 1, 12]), np.array([20.0, 20, 60, 80, 500]))
    'many_small_close'
    >>> type_of(np.array([4.0, 30, 120, 1]), np.array([300.0, 700, 700, 900]))
    'few_large_spread'
    """
    known = jobs[np.isfinite(jobs)]
    if 2 * len(known) < max(len(jobs), 1) or not np.isfinite(spacing).all():
        return ""
    small, large = (known < SMALL_BELOW).mean(), (known >= LARGE_FROM).mean()
    apart = np.median(spacing)
    if small >= MOSTLY_SMALL and apart <= CLOSE_WITHIN:
        return MANY_SMALL_CLOSE
    if small < MOSTLY_SMALL and large >= MANY_LARGE and apart > SPREAD_FROM:
        return FEW_LARGE_SPREAD
    return BETWEEN


def compute(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Tell what kind of a sector it is as a whole."""
    whole = np.zeros(len(observed.case.members), dtype=np.int64)
    exactness = geocoding(observed)
    found = kinds(observed.stated_jobs, nearest_other(observed), whole, 1, exactness)
    told = {name: values[0] for name, values in found.items()}
    return {"sectors": {"geocoding": exactness, **told}}


TYPES = Measure(COLUMNS, compute, in_scan=True)
