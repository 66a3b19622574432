"""From points to places: ordered along the curve, merged where they coincide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nabij.proximity import finish, order
from nabij.proximity.compiled import shared
from nabij.proximity.work import Crew, run_chunks

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Places:
    """Points in order along the curve, merged where they coincide."""

    x: Floats
    y: Floats
    rows: NDArray[np.int32]
    first: NDArray[np.int32]
    target: NDArray[np.bool_]
    keys: NDArray[np.uint64]

    @property
    def of_points(self) -> NDArray[np.int64]:
        """The place of every point."""
        place = np.empty(len(self.rows), np.int64)
        place[self.rows] = np.repeat(np.arange(len(self.x)), np.diff(self.first))
        return place


def bounds(points: Floats) -> list[tuple[float, float]]:
    """Return the least and the largest x, and the same of y.

    Column by column: along the rows NumPy takes ten times as long.

    >>> bounds(np.array([[1.0, 5.0], [3.0, 4.0]]))
    [(1.0, 3.0), (4.0, 5.0)]
    """
    return [(float(column.min()), float(column.max())) for column in points.T]


def find_places(points: Floats, targets: int, sources: int, crew: Crew) -> Places:
    """Order `points` and merge those that coincide.

    Parameters
    ----------
    points : float64 array, shape (n, 2)
        The targets, followed by the sources unless these are the same (``sources == 0``).
    targets, sources : int
        How many of each.
    crew : Crew
    """
    n = len(points)
    (low_x, high_x), (low_y, high_y) = bounds(points)
    extent = max(high_x - low_x, high_y - low_y)
    # Cells of a metre or less: 300 km needs 19 bits, an outlier at 10,000 km 24.
    bits = int(np.clip(np.ceil(np.log2(max(extent, 1.0))) + 1, 16, 31))
    cell = extent / (2.0**bits - 1) if extent > 0 else 1.0
    keys = np.empty(n, np.uint64)
    rows = np.empty(n, np.int32)
    make = shared(order.make_keys)
    crew.each(n, lambda a, b: make(points, low_x, low_y, cell, a, b, keys, rows))
    keys, rows = _radix_sort(keys, rows, 2 * bits, crew)

    fresh = np.empty(n, np.bool_)
    parts = max(1, min(8, n // 50_000))
    edges = [0]
    for part in range(1, parts):
        # A cell with very many points may reach past the ends of several parts, or of them all.
        edge = min(max(n * part // parts, edges[-1]), n - 1)
        edges.append(edge + int(np.searchsorted(keys[edge:], keys[edge], "right")))
    edges.append(n)
    merge = shared(order.count_places)
    counts = [0] * parts

    def count(part: int) -> None:
        counts[part] = merge(points, keys, rows, edges[part], edges[part + 1], fresh)

    run_chunks(count, range(parts), crew.threads)
    places = sum(counts)
    starts = np.concatenate(([0], np.cumsum(counts)))
    x, y = np.empty(places), np.empty(places)
    place_keys = np.empty(places, np.uint64)
    first = np.empty(places + 1, np.int32)
    first[places] = n
    fill = shared(order.list_places)
    run_chunks(
        lambda part: fill(
            points, keys, rows, fresh, edges[part], edges[part + 1], starts[part],
            x, y, place_keys, first,
        ),
        range(parts),
        crew.threads,
    )  # fmt: skip
    if sources:
        target = np.empty(places, np.bool_)
        mark = shared(finish.mark_targets)
        crew.each(places, lambda a, b: mark(rows, first, targets, a, b, target))
    else:
        target = np.ones(places, np.bool_)
    return Places(x, y, rows, first, target, place_keys)


def _radix_sort(keys: Keys, rows: Rows, bits: int, crew: Crew) -> tuple[Keys, Rows]:
    new_keys, new_rows = np.empty_like(keys), np.empty_like(rows)
    for shift in range(0, bits, order.DIGIT):
        _sort_digit(keys, rows, new_keys, new_rows, shift, crew)
        keys, new_keys = new_keys, keys
        rows, new_rows = new_rows, rows
    return keys, rows


def _sort_digit(
    keys: Keys, rows: Rows, new_keys: Keys, new_rows: Rows, shift: int, crew: Crew
) -> None:
    n = len(keys)
    parts = max(1, min(crew.threads, n // 50_000))
    edges = [n * part // parts for part in range(parts + 1)]
    counts = np.zeros((parts, 1 << order.DIGIT), np.int64)
    count, scatter = shared(order.count_digits), shared(order.scatter)
    run_chunks(
        lambda p: count(keys, edges[p], edges[p + 1], shift, counts[p]),
        range(parts),
        crew.threads,
    )
    # Digit by digit, and for one digit part by part: that keeps the order of the rows.
    ends = counts.T.cumsum().reshape(-1, parts).T
    at = np.ascontiguousarray(ends - counts)
    run_chunks(
        lambda p: scatter(keys, rows, edges[p], edges[p + 1], shift, at[p], new_keys, new_rows),
        range(parts),
        crew.threads,
    )
