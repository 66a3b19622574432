"""Point in polygon: the region of every establishment."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from nabij.cores import usable_cores
from nabij.progress import Progress, silent
from nabij.regions.runs import Runs, runs_of

if TYPE_CHECKING:
    pass

SIZE = 32
"""Points a run. More make fewer boxes to test, but more of them lie across a border."""

PARTS = 8
"""Parts that a level is cut into for each thread, so that none waits long for the others."""

PAIRS = 16_384
"""Runs across a border whose places are tested together, at most; it bounds the memory."""

MESSAGE = "Finding the region of every establishment"


@dataclass(frozen=True)
class Located:
    """Which region each point lies in.

    Attributes
    ----------
    region : numpy.ndarray of int32, shape (n,)
        Position in the list of polygons; -1 where a point lies in none.
    several : int
        Points that lie in, or on the border of, more than one polygon; the first polygon has them.
    """

    region: np.ndarray
    several: int

    @property
    def outside(self) -> int:
        """Points that lie in no polygon."""
        return int((self.region < 0).sum())


def locate(x: np.ndarray, y: np.ndarray, polygons: np.ndarray) -> Located:
    """Find the polygon of every point; a border belongs to the polygons on both its sides.

    Parameters
    ----------
    x, y : numpy.ndarray of float64, shape (n,)
        A point that is not finite lies nowhere.
    polygons : numpy.ndarray of shapely geometries, shape (m,)
        In order of precedence. None never holds a point.

    Returns
    -------
    Located

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    >>> found = locate(np.array([0.5, 1.0, 9.0]), np.array([0.5, 0.5, 0.5]), np.array([west, east]))
    >>> found.region.tolist(), found.several, found.outside
    ([0, 0, -1], 1, 1)
    """
    return locate_levels(x, y, [polygons])[0]


def locate_levels(
    x: np.ndarray,
    y: np.ndarray,
    levels: Sequence[np.ndarray],
    *,
    progress: Progress = silent,
    threads: int | None = None,
) -> list[Located]:
    """Find the polygon of every point on several levels; see `locate` for the rules.

    Parameters
    ----------
    x, y : numpy.ndarray of float64, shape (n,)
    levels : sequence of numpy.ndarray of shapely geometries
        The polygons of each level. Levels need not nest.
    progress : callable, optional
        Called with a message and the fraction done; may raise to stop.
    threads : int, optional
        By default as many as there are usable cores. The outcome does not depend on it.

    Returns
    -------
    list of Located
        One a level, in their order.

    Notes
    -----
    Points are put along a Hilbert curve and cut into runs, once for all levels. Where no border
    passes through the box of a run, one test places all its points; only the points of the other
    runs are tested one by one.

    Examples
    --------
    >>> country = np.array([shapely.box(0, 0, 2, 1)])
    >>> halves = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> found = locate_levels(np.array([0.5, 1.5]), np.array([0.5, 0.5]), [country, halves])
    >>> [level.region.tolist() for level in found]
    [[0, 0], [0, 1]]
    """
    x, y = (np.asarray(axis, dtype=np.float64) for axis in (x, y))
    levels = [np.asarray(polygons, dtype=object) for polygons in levels]
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.any() or not any(len(polygons) for polygons in levels):
        return [Located(np.full(len(x), -1, dtype=np.int32), 0) for _ in levels]
    runs = runs_of(x, y, shapely.total_bounds(np.concatenate(levels)), SIZE)
    found = []
    workers = threads or usable_cores()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="nabij-locate")
    try:
        for number, polygons in enumerate(levels):
            parts = np.array_split(np.arange(len(polygons)), workers * PARTS)
            begun = [pool.submit(_hits, runs, polygons, part) for part in parts]
            for done, part in enumerate(as_completed(begun), start=1):
                part.result()
                progress(MESSAGE, (number + done / len(begun)) / len(levels))
            found.append(_gather(runs, [part.result() for part in begun], len(polygons), len(x)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return found


@dataclass(frozen=True)
class _Hits:
    """Which polygon touches which run or place; the polygons by their number in the level.

    A run is listed where the polygon holds it whole, and its places otherwise.
    """

    run: np.ndarray
    run_polygon: np.ndarray
    place: np.ndarray
    place_polygon: np.ndarray


def _hits(runs: Runs, polygons: np.ndarray, part: np.ndarray) -> _Hits:
    """Find all that a part of the polygons touches."""
    # Copies, because a prepared polygon must not be used by two threads at once:
    # https://github.com/libgeos/geos/issues/825. What was prepared goes when they go.
    own = shapely.force_2d(polygons[part])
    shapely.prepare(own)
    polygon, run = runs.tree.query(own, predicate="intersects")
    # Properly: no border so much as touches the box, hence all of it is on one side of each.
    whole = shapely.contains_properly(own[polygon], runs.boxes[run])
    crossed_polygon, crossed = polygon[~whole], run[~whole]
    places, place_polygons = [], []
    for start in range(0, len(crossed), PAIRS):
        block = slice(start, start + PAIRS)
        place = (crossed[block, np.newaxis] * runs.size + np.arange(runs.size)).ravel()
        of = np.repeat(crossed_polygon[block], runs.size)
        inside = shapely.intersects_xy(own[of], runs.x[place], runs.y[place])
        places.append(place[inside].astype(np.int32))
        place_polygons.append(part[of[inside]].astype(np.int32))
    return _Hits(
        run[whole], part[polygon[whole]].astype(np.int32), _joined(places), _joined(place_polygons)
    )


def _gather(runs: Runs, parts: list[_Hits], polygons: int, points: int) -> Located:
    """Give every point the first polygon that touches it, and count those with more than one."""
    first = np.full(len(runs.boxes), polygons, dtype=np.int32)
    times = np.zeros(len(runs.boxes), dtype=np.int32)
    one = np.int32(1)  # of the type of what it is added to, which is 30 times faster
    for hits in parts:
        np.minimum.at(first, hits.run, hits.run_polygon)
        np.add.at(times, hits.run, one)
    first, times = np.repeat(first, runs.size), np.repeat(times, runs.size)
    for hits in parts:
        np.minimum.at(first, hits.place, hits.place_polygon)
        np.add.at(times, hits.place, one)
    first[first == polygons] = -1
    region = np.full(points, -1, dtype=np.int32)
    region[runs.order] = first[: len(runs.order)]
    return Located(region, int((times[: len(runs.order)] > 1).sum()))


def _joined(pieces: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int32)
