"""Sums around the places of a leaf, in rings of distance.

Plain Python that `nabij.proximity.compiled` compiles, for `nabij.proximity.pairs`.
"""

# mypy: disable-error-code="no-untyped-def,assignment"

from __future__ import annotations

import numpy as np

from nabij.proximity.quadtree import CHILD, CHILDREN, START, STOP

LEAF = 48
"""Places of a box that is not divided; measured."""

BUFFER = 1024
"""Sources looked at in one go: their numbers stay in the first-level cache."""

POOL = 256
"""The same for sources that are in one of few rings."""

WHOLE = 32
"""Sources are filled up to a multiple of this with ones without weight: the left-over of a vector
loop costs as much as a long stretch of it."""

FEW = 5
"""Edges to compare a distance with in less time than its ring is looked up; measured."""

LANES = 4
"""Counts kept side by side: adding to one need not wait for the addition before it."""

COUNT_ROWS = (
    "void(float64[::1], float64[::1], float64[::1], int32[:, ::1], float64[:, ::1], float64[::1],"
    " int64[::1], int64, int64, boolean, float64[::1], uint64[::1], int64, int64, int64,"
    " int64[::1], float64[:, ::1], int64[::1], float64[:, ::1], float64[:, :, ::1], int64[::1],"
    " float64[:, ::1])"
)

X, Y, WEIGHT, SQUARE = range(4)
"""Rows of the buffer: coordinates and weights of sources, squared distances to a target."""


def ring_of(square, edge):
    """Return the ring of a squared distance; 0 is within the first edge."""
    low, high = 0, edge.shape[0] - 1
    while low < high:
        middle = (low + high) // 2
        if square > edge[middle]:
            low = middle + 1
        else:
            high = middle
    return low


def put(x, y, weight, start, stop, used, buffer):
    """Put the places of a leaf into a buffer."""
    for u in range(start, stop):
        buffer[X, used] = x[u]
        buffer[Y, used] = y[u]
        buffer[WEIGHT, used] = weight[u]
        used += 1
    return used


def in_two_rings(tx, ty, inner, between, outer, used, sources):
    """Return the weight of the sources between two squared distances, and between the next two."""
    first = second = 0.0
    for j in range(used):
        dx, dy = sources[X, j] - tx, sources[Y, j] - ty
        square = dx * dx + dy * dy
        near = sources[WEIGHT, j] if square > inner else 0.0
        far = sources[WEIGHT, j] if square <= outer else 0.0
        first += near if square <= between else 0.0
        second += far if square > between else 0.0
    return first, second


def add_by_edge(x, y, start, stop, used, sources, low, high, edge, first, rows):
    """Add sources that are all in the few rings from `low` to `high`, two rings at a time."""
    padded = (used + WHOLE - 1) // WHOLE * WHOLE
    for j in range(used, padded):
        sources[X, j] = sources[Y, j] = sources[WEIGHT, j] = 0.0
    for ring in range(low, high + 1, 2):
        inner = edge[ring - 1] if ring > low else -1.0
        outer = edge[ring + 1] if ring < high else edge[ring]
        for u in range(start, stop):
            one, two = in_two_rings(x[u], y[u], inner, edge[ring], outer, padded, sources)
            rows[u - first, ring] += one
            if ring < high:
                rows[u - first, ring + 1] += two


def add_by_table(
    x, y, start, stop, used, buffer, cells, lanes, edge, table, base, shift, steps, first, rows
):  # fmt: skip
    """Add the sources in the buffer, in any rings, to the rows of the places of one leaf."""
    bits = buffer.view(np.int64)
    top = table.shape[0] - 1
    padded = (used + WHOLE - 1) // WHOLE * WHOLE
    for j in range(used, padded):
        buffer[X, j] = buffer[Y, j] = buffer[WEIGHT, j] = 0.0
    for t in range(start, stop):
        for j in range(padded):
            dx, dy = buffer[X, j] - x[t], buffer[Y, j] - y[t]
            buffer[SQUARE, j] = dx * dx + dy * dy
        for j in range(padded):
            cells[j] = min(max((bits[SQUARE, j] >> shift) - base, 0), top)
        place_in_rings(padded, buffer, cells, lanes, edge, table, steps)
        for k in range(LANES):
            for c in range(lanes.shape[1]):
                rows[t - first, c] += lanes[k, c]
                lanes[k, c] = 0.0


def place_in_rings(used, buffer, cells, lanes, edge, table, steps):
    """Add the weights in the buffer to the rings in which their squared distances are."""
    for j in range(used):
        ring = table[np.uint64(cells[j])]
        for _ in range(steps):
            ring += np.uint64(buffer[SQUARE, j] > edge[ring])
        lanes[np.uint64(j % LANES), ring] += buffer[WEIGHT, j]


def count_rows(
    x, y, weight, span, sides, mass, leaves, begin, end, half, edge, table, base, shift, steps,
    waiting, buffer, cells, lanes, pools, filled, rows,
):  # fmt: skip
    """Add to ``rows[target, 1 + ring]`` for the places of the leaves from `begin` to `end`.

    Parameters
    ----------
    x, y, weight : float64 array
        Of every place.
    span, sides, mass, leaves : array
        The tree, see `Subset`.
    begin, end : int
        Which leaves.
    half : bool
        Whether to add only what comes later along the curve.
    edge, table, base, shift, steps
        See `Rings`.
    waiting, buffer, cells, lanes, pools, filled : array
        Room to work in; `lanes` and `filled` are 0. Sources wait in a pool with others that are in
        the same few rings.
    rows : float64 array, shape (targets, K + 2)
        The first and last column take what is outside all rings.
    """
    first = span[leaves[begin], START]
    last = edge.shape[0] - 1
    for leaf in range(begin, end):
        a = leaves[leaf]
        start, stop = span[a, START], span[a, STOP]
        # No place is a source of its own, nor by half of any that comes later.
        for t in range(start, stop):
            used = np.int64(0)
            if not half:
                used = put(x, y, weight, start, t, used, buffer)
            used = put(x, y, weight, t + 1, stop, used, buffer)
            add_by_table(
                x, y, t, t + 1, used, buffer, cells, lanes, edge, table, base, shift, steps,
                first, rows,
            )  # fmt: skip
        used = 0
        low = high = 0
        waiting[0] = 0
        todo = 1
        while todo > 0:
            todo -= 1
            b = waiting[todo]
            if b == a or (half and span[b, STOP] <= start):
                continue
            if span[b, STOP] <= start or span[b, START] >= stop:
                # The nearest and the farthest that two points in the boxes may be.
                before, after = sides[a, 0] - sides[b, 2], sides[b, 0] - sides[a, 2]
                near_x, far_x = max(before, after, 0.0), min(before, after)
                before, after = sides[a, 1] - sides[b, 3], sides[b, 1] - sides[a, 3]
                near_y, far_y = max(before, after, 0.0), min(before, after)
                low = ring_of(near_x * near_x + near_y * near_y, edge)
                high = low
                while far_x * far_x + far_y * far_y > edge[high]:
                    high += 1
                if low == high:
                    if 0 < low < last:
                        for t in range(start - first, stop - first):
                            rows[t, low] += mass[b]
                    continue
            if span[b, CHILDREN] > 0:
                for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                    waiting[todo] = c
                    todo += 1
                continue
            # A box whose places lie too close to be divided may be larger than a pool.
            if high - low <= FEW and span[b, STOP] - span[b, START] <= LEAF:
                pool = low * FEW + high - low - 1
                filled[pool] = put(
                    x, y, weight, span[b, START], span[b, STOP], filled[pool], pools[pool]
                )
                if filled[pool] >= POOL:
                    add_by_edge(
                        x, y, start, stop, filled[pool], pools[pool], low, high, edge, first, rows
                    )
                    filled[pool] = 0
                continue
            used = put(x, y, weight, span[b, START], span[b, STOP], used, buffer)
            if used >= BUFFER:
                add_by_table(
                    x, y, start, stop, used, buffer, cells, lanes, edge, table, base, shift,
                    steps, first, rows,
                )  # fmt: skip
                used = 0
        if used > 0:
            add_by_table(
                x, y, start, stop, used, buffer, cells, lanes, edge, table, base, shift,
                steps, first, rows,
            )  # fmt: skip
        for pool in range(filled.shape[0]):
            if filled[pool] > 0:
                low = pool // FEW
                add_by_edge(
                    x, y, start, stop, filled[pool], pools[pool], low, low + 1 + pool % FEW, edge,
                    first, rows,
                )  # fmt: skip
                filled[pool] = 0
