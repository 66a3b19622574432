"""Order points along a Z-curve and merge those that share their coordinates.

Points that are near each other on the curve are near each other in the plane, so every box of a
quadtree is a stretch of the ordered points (Morton 1966; for trees of points: Warren and Salmon
1993, "A parallel hashed oct-tree N-body algorithm"). The order is made by a radix sort with the
least significant digit first, which is stable: its outcome is one and the same for any number of
chunks, and coincident points stay in the order of their rows.

Everything here is plain Python that `nabij.proximity.compiled` compiles.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

DIGIT = 11
"""Bits sorted in one pass: 2048 counters fit the first-level cache."""


def spread(v):
    """Put a 0 between the bits of a 31-bit number."""
    v = (v | (v << np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    v = (v | (v << np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    v = (v | (v << np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    v = (v | (v << np.uint64(2))) & np.uint64(0x3333333333333333)
    return (v | (v << np.uint64(1))) & np.uint64(0x5555555555555555)


def make_keys(points, low_x, low_y, cell, begin, end, keys, rows):
    """Number the cell of every point along the curve; `cell` is the side of the smallest cell."""
    for i in range(begin, end):
        a = spread(np.uint64((points[i, 0] - low_x) / cell))
        b = spread(np.uint64((points[i, 1] - low_y) / cell))
        keys[i] = a | (b << np.uint64(1))
        rows[i] = i


def count_digits(keys, begin, end, shift, counts):
    """Count how often each digit occurs in one chunk."""
    mask = np.uint64((1 << DIGIT) - 1)
    for i in range(begin, end):
        counts[(keys[i] >> np.uint64(shift)) & mask] += 1


def scatter(keys, rows, begin, end, shift, places, new_keys, new_rows):
    """Move one chunk to its places for one digit."""
    mask = np.uint64((1 << DIGIT) - 1)
    for i in range(begin, end):
        key = keys[i]
        digit = (key >> np.uint64(shift)) & mask
        place = places[digit]
        places[digit] = place + 1
        new_keys[place] = key
        new_rows[place] = rows[i]


def sort_run(points, rows, begin, end):
    """Order the points of one smallest cell by x, y and row (a shell sort, in place)."""
    gap = 1
    while gap < end - begin:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(begin + gap, end):
            row = rows[i]
            x, y = points[row, 0], points[row, 1]
            j = i
            while j >= begin + gap:
                other = rows[j - gap]
                ox, oy = points[other, 0], points[other, 1]
                if ox < x or (ox == x and (oy < y or (oy == y and other < row))):
                    break
                rows[j] = other
                j -= gap
            rows[j] = row
        gap //= 3


def count_places(points, keys, rows, begin, end, fresh):
    """Bring coincident points together; mark where a new place begins and count the places.

    The chunk must begin and end between cells.
    """
    places = 0
    i = begin
    while i < end:
        stop = i + 1
        row = rows[i]
        x, y = points[row, 0], points[row, 1]
        same = True
        while stop < end and keys[stop] == keys[i]:
            row = rows[stop]
            same = same and points[row, 0] == x and points[row, 1] == y
            stop += 1
        if not same:
            sort_run(points, rows, i, stop)
        fresh[i] = True
        places += 1
        for j in range(i + 1, stop):
            a, b = rows[j - 1], rows[j]
            new = not same and (points[a, 0] != points[b, 0] or points[a, 1] != points[b, 1])
            fresh[j] = new
            places += new
        i = stop
    return places


def list_places(points, keys, rows, fresh, begin, end, place, x, y, place_keys, first):
    """Write the places of one chunk, beginning at number `place`."""
    for i in range(begin, end):
        if fresh[i]:
            row = rows[i]
            x[place] = points[row, 0]
            y[place] = points[row, 1]
            place_keys[place] = keys[i]
            first[place] = i
            place += 1
