"""How far the k-th nearest point is, and how many are within a radius.

Plain Python that `nabij.proximity.compiled` compiles; for tables see `nabij.proximity.quadtree`.
``upto`` is the running count of points, place by place, from 0.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from nabij.proximity.quadtree import CHILD, CHILDREN, START, STOP

MOST_LISTED, FEW_POINTS = 1024, 128
"""Places that are sorted to find the k-th nearest among them; points between two radii from which
on it is worth to look."""

ROUNDING = 1 + 1e-12
"""Squared distances are compared with this, so that the k-th nearest is within its own radius."""

SHORTEST = 1.0
"""Metres: the search begins no shorter."""

EDGE = 1e-6
"""Metres by which a box must be inside or outside to be so: more than its own rounding."""

_TREE = "float64[::1], float64[::1], int64[::1], int32[:, ::1], float64[:, ::1]"

FIND_RADII = (
    f"void(int64[::1], {_TREE}, int64, float64, float64, int64[::1], float64[:, ::1], int64, int64,"
    " float64[::1])"
)


def find_radii(
    places, x, y, upto, span, box, others, least, most, waiting, listed, begin, end, found
):
    """Fill ``found[begin:end]``: how far the `others`-th nearest other point is, held to bounds.

    Two radii are brought together, one with too few and one with enough within; then what lies
    between them is sorted. It begins at the radius of the place before.
    """
    wanted = others + 1
    guess = least
    for t in range(begin, end):
        at_x, at_y = x[places[t]], y[places[t]]
        low = least
        few = number_within(at_x, at_y, low, x, y, upto, span, box, waiting)
        if few >= wanted:
            found[t] = least
            continue
        high = min(max(1.2 * guess, 1.1 * least, SHORTEST), most)
        enough = number_within(at_x, at_y, high, x, y, upto, span, box, waiting)
        while enough < wanted and high < most:
            low, few = high, enough
            high = min(1.5 * high, most)
            enough = number_within(at_x, at_y, high, x, y, upto, span, box, waiting)
        if enough < wanted:
            found[t] = most
            continue
        listing = -1
        while listing < 0 and high * high > low * low * ROUNDING:
            if enough - few <= FEW_POINTS or high - low < EDGE:
                listing = list_between(
                    at_x, at_y, low, high, x, y, upto, span, box, waiting, listed
                )
            if listing < 0:
                # As if points were spread evenly over the ring, but never at its very ends.
                part = min(max((wanted - few) / (enough - few), 0.1), 0.9)
                if enough - few > 4 * MOST_LISTED:
                    part = min(max(part, 0.3), 0.7)
                middle = np.sqrt(low * low + part * (high * high - low * low))
                if not low < middle < high:
                    break
                number = number_within(at_x, at_y, middle, x, y, upto, span, box, waiting)
                if number >= wanted:
                    high, enough = middle, number
                else:
                    low, few = middle, number
                if high - low < EDGE:
                    listing = list_between(
                        at_x, at_y, low, high, x, y, upto, span, box, waiting, listed
                    )
                    break
        found[t] = high
        if listing > 0:
            sort_by_distance(listed, listing)
            for k in range(listing):
                few += listed[1, k]
                if few >= wanted:
                    found[t] = min(max(np.sqrt(listed[0, k]), least), most)
                    break
        guess = found[t]


COUNT_WITHIN = (
    f"void(float64[::1], float64[::1], float64[::1], {_TREE}, int64[::1], int64, int64, int64[::1])"
)


def count_within(at_x, at_y, radius, x, y, upto, span, box, waiting, begin, end, found):
    """Fill ``found[begin:end]`` with the number of points within the radius."""
    for t in range(begin, end):
        found[t] = number_within(at_x[t], at_y[t], radius[t], x, y, upto, span, box, waiting)


def number_within(at_x, at_y, radius, x, y, upto, span, box, waiting):
    """Return the number of points within a radius."""
    squared = radius * radius * ROUNDING
    number = 0
    waiting[0] = 0
    todo = 1
    while todo > 0:
        todo -= 1
        b = waiting[todo]
        if nearest_of(at_x, at_y, box, b) > radius + EDGE:
            continue
        if farthest_of(at_x, at_y, box, b) < radius - EDGE:
            number += upto[span[b, STOP]] - upto[span[b, START]]
        elif span[b, CHILDREN] > 0:
            for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                waiting[todo] = c
                todo += 1
        else:
            for u in range(span[b, START], span[b, STOP]):
                east, north = x[u] - at_x, y[u] - at_y
                if east * east + north * north <= squared:
                    number += upto[u + 1] - upto[u]
    return number


def list_between(at_x, at_y, low, high, x, y, upto, span, box, waiting, listed):
    """List squared distance and count of places beyond `low` up to `high`; -1 if too many."""
    above, up_to = low * low * ROUNDING, high * high * ROUNDING
    listing = 0
    waiting[0] = 0
    todo = 1
    while todo > 0:
        todo -= 1
        b = waiting[todo]
        if nearest_of(at_x, at_y, box, b) > high + EDGE:
            continue
        if farthest_of(at_x, at_y, box, b) < low - EDGE:
            continue
        if span[b, CHILDREN] > 0:
            for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                waiting[todo] = c
                todo += 1
        else:
            for u in range(span[b, START], span[b, STOP]):
                east, north = x[u] - at_x, y[u] - at_y
                d2 = east * east + north * north
                if above < d2 <= up_to:
                    if listing == listed.shape[1]:
                        return -1
                    listed[0, listing] = d2
                    listed[1, listing] = upto[u + 1] - upto[u]
                    listing += 1
    return listing


def sort_by_distance(listed, count):
    """Sort the first columns by their first row (Shell's sort, with Ciura's gaps)."""
    gap = 701
    while gap > 0:
        for k in range(gap, count):
            d2, number = listed[0, k], listed[1, k]
            j = k
            while j >= gap and listed[0, j - gap] > d2:
                listed[0, j] = listed[0, j - gap]
                listed[1, j] = listed[1, j - gap]
                j -= gap
            listed[0, j] = d2
            listed[1, j] = number
        if gap == 701:
            gap = 301
        elif gap == 301:
            gap = 132
        elif gap == 132:
            gap = 57
        elif gap == 57:
            gap = 23
        elif gap == 23:
            gap = 10
        elif gap == 10:
            gap = 4
        elif gap == 4:
            gap = 1
        else:
            gap = 0


def nearest_of(at_x, at_y, box, b):
    """Return how far the nearest side of a box is, 0 from inside."""
    east = max(abs(at_x - box[b, 0]) - box[b, 2], 0.0)
    north = max(abs(at_y - box[b, 1]) - box[b, 3], 0.0)
    return np.sqrt(east * east + north * north)


def farthest_of(at_x, at_y, box, b):
    """Return how far the farthest corner of a box is."""
    east = abs(at_x - box[b, 0]) + box[b, 2]
    north = abs(at_y - box[b, 1]) + box[b, 3]
    return np.sqrt(east * east + north * north)
