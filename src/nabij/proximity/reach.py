"""How far the k-th nearest point is, and how many are within a radius.

Plain Python that `nabij.proximity.compiled` compiles; for tables see `nabij.proximity.quadtree`.
``upto`` is the running count of points, place by place, from 0.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from nabij.proximity.quadtree import CHILD, CHILDREN, START, STOP

MOST_LISTED, FEW_POINTS = 1024, 128
"""Places from which the k-th nearest is chosen; points between two radii from which on it is worth
to look."""

ROUNDING = 1 + 1e-12
"""Squared distances are compared with this, so that the k-th nearest is within its own radius."""

SHORTEST = 1.0
"""Metres: the search begins no shorter."""

EDGE = 1e-6
"""Metres by which a box must be inside or outside to be so: more than its own rounding."""

_TREE = "float64[::1], float64[::1], int64[::1], int32[:, ::1], float64[:, ::1]"

FIND_RADII = (
    f"void(int64[::1], {_TREE}, int64, float64, float64, int64[::1], float64[:, ::1], int64, int64,"
    " float64[::1], int64[::1])"
)


def find_radii(
    places, x, y, upto, span, box, others, least, most, waiting, listed, begin, end, found, within
):
    """Fill ``found[begin:end]``: how far the `others`-th nearest other point is, held to bounds.

    And ``within[begin:end]``: how many points are that near, as `number_within` counts them.

    Two radii are brought together, one with too few and one with enough within; then the k-th
    nearest is chosen from what lies between them. They begin around the radius of the place
    before: that of a place at a distance d from it is at most d more or less.
    """
    wanted = others + 1
    guess, apart = least, np.inf
    for t in range(begin, end):
        at_x, at_y = x[places[t]], y[places[t]]
        if t > begin:
            east, north = at_x - x[places[t - 1]], at_y - y[places[t - 1]]
            apart = np.sqrt(east * east + north * north)
        low = max(least, guess - apart - EDGE) if guess > least else least
        if low >= most:
            guess = found[t] = most
            within[t] = number_within(at_x, at_y, most, x, y, upto, span, box, waiting)
            continue
        high = max(1.2 * guess, 1.1 * low, SHORTEST)
        if guess < most:
            high = max(min(high, guess + apart + EDGE), low + EDGE, SHORTEST)
        high = min(high, most)
        few, between, listing = look_between(
            at_x, at_y, low, high, x, y, upto, span, box, waiting, listed
        )
        if few >= wanted:
            guess = found[t] = least
            within[t] = few
            continue
        while few + between < wanted and high < most:
            low, high = high, min(1.5 * high, most)
            few, between, listing = look_between(
                at_x, at_y, low, high, x, y, upto, span, box, waiting, listed
            )
        enough = few + between
        if enough < wanted:
            guess = found[t] = most
            within[t] = enough
            continue
        while listing < 0 and high - low >= EDGE:
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
            if enough - few <= FEW_POINTS or high - low < EDGE:
                few, between, listing = look_between(
                    at_x, at_y, low, high, x, y, upto, span, box, waiting, listed
                )
        found[t], within[t] = high, enough
        if listing > 0:
            d2 = distance_of(listed, listing, wanted - few)
            found[t] = min(max(np.sqrt(d2), least), most)
            squared = found[t] * found[t] * ROUNDING
            for k in range(listing):
                if listed[0, k] <= squared:
                    few += np.int64(listed[1, k])
            within[t] = few
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
    beyond, inside = (radius + EDGE) ** 2, max(radius - EDGE, 0.0) ** 2
    number = 0
    waiting[0] = 0
    todo = 1
    while todo > 0:
        todo -= 1
        b = waiting[todo]
        if nearest_squared(at_x, at_y, box, b) > beyond:
            continue
        if farthest_squared(at_x, at_y, box, b) < inside:
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


def look_between(at_x, at_y, low, high, x, y, upto, span, box, waiting, listed):
    """Count points up to `low`, and beyond it up to `high`; list the places of the latter.

    Returns both numbers and how many places are listed, by squared distance and count; -1 if they
    are too many.
    """
    above, up_to = low * low * ROUNDING, high * high * ROUNDING
    beyond, inside = (high + EDGE) ** 2, max(low - EDGE, 0.0) ** 2
    few = between = listing = 0
    waiting[0] = 0
    todo = 1
    while todo > 0:
        todo -= 1
        b = waiting[todo]
        if nearest_squared(at_x, at_y, box, b) > beyond:
            continue
        if farthest_squared(at_x, at_y, box, b) < inside:
            few += upto[span[b, STOP]] - upto[span[b, START]]
        elif span[b, CHILDREN] > 0:
            for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                waiting[todo] = c
                todo += 1
        else:
            for u in range(span[b, START], span[b, STOP]):
                east, north = x[u] - at_x, y[u] - at_y
                d2 = east * east + north * north
                if d2 > up_to:
                    continue
                count = upto[u + 1] - upto[u]
                if d2 <= above:
                    few += count
                    continue
                between += count
                if listing == listed.shape[1]:
                    listing = -1
                if listing >= 0:
                    listed[0, listing] = d2
                    listed[1, listing] = count
                    listing += 1
    return few, between, listing


def distance_of(listed, count, wanted):
    """Return the squared distance up to which the listed places have the wanted number of points.

    Hoare's choice: the list is parted around one of it, again and again, where the wanted one is.
    """
    left, right = 0, count - 1
    while left < right:
        pivot = listed[0, (left + right) // 2]
        i, j = left, right
        while i <= j:
            while listed[0, i] < pivot:
                i += 1
            while listed[0, j] > pivot:
                j -= 1
            if i <= j:
                d2, number = listed[0, i], listed[1, i]
                listed[0, i], listed[1, i] = listed[0, j], listed[1, j]
                listed[0, j], listed[1, j] = d2, number
                i += 1
                j -= 1
        nearer = 0.0
        for k in range(left, j + 1):
            nearer += listed[1, k]
        if nearer >= wanted:
            right = j
            continue
        for k in range(j + 1, i):
            nearer += listed[1, k]
        if nearer >= wanted:
            return pivot
        wanted -= nearer
        left = i
    return listed[0, left]


def nearest_of(at_x, at_y, box, b):
    """Return how far the nearest side of a box is, 0 from inside."""
    return np.sqrt(nearest_squared(at_x, at_y, box, b))


def nearest_squared(at_x, at_y, box, b):
    """Return the square of how far the nearest side of a box is."""
    east = max(abs(at_x - box[b, 0]) - box[b, 2], 0.0)
    north = max(abs(at_y - box[b, 1]) - box[b, 3], 0.0)
    return east * east + north * north


def farthest_of(at_x, at_y, box, b):
    """Return how far the farthest corner of a box is."""
    return np.sqrt(farthest_squared(at_x, at_y, box, b))


def farthest_squared(at_x, at_y, box, b):
    """Return the square of how far the farthest corner of a box is."""
    east = abs(at_x - box[b, 0]) + box[b, 2]
    north = abs(at_y - box[b, 1]) + box[b, 3]
    return east * east + north * north
