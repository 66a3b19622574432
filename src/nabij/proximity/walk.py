"""Sums for all targets of one branch of the tree.

Every box of targets walks with a list of boxes of sources. A box of sources that is far enough is
replaced by its weighted nodes; one that is not is opened, or handed to the smaller boxes of
targets; what is left between two leaves is summed pair by pair. Stand-ins and real sources go
into one long buffer in coordinates local to the targets, so that one tight loop serves all.

Plain Python that `nabij.proximity.compiled` compiles, once for all kernels: what differs between
kernels is behind two compiled functions that are passed in.
"""

# mypy: disable-error-code="no-untyped-def,assignment"

from __future__ import annotations

import numpy as np

from nabij.proximity.expansion import pass_down
from nabij.proximity.quadtree import CHILD, CHILDREN, SOURCES, START, STOP, TARGETS
from nabij.proximity.steps import (
    add_interpolated,
    clear,
    is_far,
    is_negligible,
    put_box,
    put_places,
    take_targets,
)

BUFFER = 2048
"""Sources summed in one go: their three coordinates stay in the first-level cache."""

DEPTH = 40
"""More than the 31 levels of the finest cells."""

CANDIDATES, OPENED, CLOSE = range(3)
"""Rows of `lists`."""

BESIDE = 0.25
"""Sources added one by one to targets one by one keep at least this part of the half width of the
box of targets away: its centre is the origin, and coordinates lose digits far from it."""

SAFE = 1e-12
"""Distances between boxes are widened by this, more than their rounding."""


def walk(
    span, box, mass, x, y, weight, target, moments, nodes, divisors,
    pieces, along, tables, grids, local, constant, least, buffer, room, spots, sums, marks, frames,
    around, lists, add_rows, add_close, fall, powers, reach, aside, bend, heavy, steep, negligible,
    scale, values,
):  # fmt: skip
    """Add to ``values[column, place]`` for the targets of one box, and return whether that is done.

    It is not if the lists of boxes are too short. Column ``vector * powers + power - 1`` holds one
    power for one vector of weights.

    Parameters
    ----------
    span, box, mass, moments
        The tree, see `nabij.proximity.quadtree` and `nabij.proximity.expansion`.
    x, y, weight, target : array
        Of every place; ``weight[vector, place]``.
    nodes, divisors : array
        The interpolation, see `nabij.proximity.expansion.chebyshev`.
    pieces, along, tables, ..., lists : array
        Room to work in, see `nabij.proximity.room.for_walk`. A row of `frames` is a box of
        targets to be treated, where its list of boxes of sources begins and ends, and its depth;
        the first holds the box whose targets are summed. By depth: `local` has the sums at the
        nodes of the box, `constant` what every target in it gets, `least` the least sum of any,
        `around` the box and whether its sums are made at nodes.
    add_rows, add_close, fall : compiled function
        See `nabij.proximity.loops`; `add_close` keeps the digits of coordinates that single
        precision loses, for places close to each other in boxes that are not small.
    powers : int
    reach : float
        Largest coordinate, from the centre of a leaf, for which `add_rows` will do in its place;
        -1 if never.
    aside : float
        Boxes are far from each other when the gap between them is more than this times the
        largest of their half widths and heights; infinite for a kernel that cannot be
        interpolated. The gap, not the distance between the centres: it bounds how near the
        kernel's singular point comes to the grid, whatever the shape of the boxes.
    bend : float
        Distance up to which the kernel is constant, and at which it bends; 0 if nowhere.
    heavy : bool
        Whether the kernel falls no faster than a power of distance.
    steep : float
        If not heavy: largest ratio of the kernel between nearest and farthest point of two boxes
        that are replaced by nodes.
    negligible : float
        If not heavy: boxes are left out when all boxes like them together would add less than
        this share to a sum.
    scale : float
        Length of the kernel.
    values : float64 array, shape (vectors * powers, places)
    """
    grid = nodes.shape[0] * nodes.shape[0]
    vectors = weight.shape[0]
    columns = vectors * powers
    nearest = fall(0.0, scale)
    who, nobody, itself = marks[0], marks[1], marks[2]

    todo = 1
    while todo > 0:
        todo -= 1
        a, begin, end, depth = frames[todo, 0], frames[todo, 1], frames[todo, 2], frames[todo, 3]
        targets = span[a, TARGETS]
        if targets == 0:
            continue
        start, stop = span[a, START], span[a, STOP]
        ax, ay, ahx, ahy = box[a, 0], box[a, 1], box[a, 2], box[a, 3]
        half_a = max(ahx, ahy)
        radius = ahx * ahx + ahy * ahy
        leaf = span[a, CHILDREN] == 0
        nodal = targets > grid
        around[depth, 0] = a
        around[depth, 1] = nodal
        inherits = depth > 0 and around[depth - 1, 1] != 0
        for c in range(columns):
            constant[depth, c] = constant[depth - 1, c] if depth > 0 else 0.0
        if not heavy:
            # Any target here has at least the others of this box, at most its diagonal away.
            f = fall(4 * radius, scale)
            for v in range(vectors):
                above = least[depth - 1, v] if depth > 0 else 0.0
                least[depth, v] = max(above, (mass[a, v, 0] - mass[a, v, 1]) * f)

        # Where the sums of this box are made: at its nodes, or at its few targets themselves.
        count = np.int64(0)
        if nodal:
            count = grid
            for k in range(grid):
                spots[0, k] = ahx * grids[0, k]
                spots[1, k] = ahy * grids[1, k]
        else:
            count = take_targets(start, stop, x, y, target, ax, ay, spots, who)
        clear(sums, count)

        top = end
        used = np.int64(0)
        close_count = np.int64(0)
        widest = half_a
        for candidate in range(begin, end):
            lists[OPENED, 0] = lists[CANDIDATES, candidate]
            waiting = 1
            while waiting > 0:
                waiting -= 1
                b = lists[OPENED, waiting]
                if span[b, SOURCES] == 0:
                    continue
                b_start, b_stop = span[b, START], span[b, STOP]
                bhx, bhy = box[b, 2], box[b, 3]
                dx = abs(box[b, 0] - ax)
                dy = abs(box[b, 1] - ay)
                far_x, far_y = dx + (bhx + ahx), dy + (bhy + ahy)
                gap_x = max(dx - (bhx + ahx), 0.0)
                gap_y = max(dy - (bhy + ahy), 0.0)
                far2 = (far_x * far_x + far_y * far_y) * (1 + SAFE)
                near2 = (gap_x * gap_x + gap_y * gap_y) * (1 - SAFE)
                # By their places: rounding can part a box from the one it lies in.
                apart = b_stop <= start or b_start >= stop
                if apart and far2 <= bend * bend:
                    for v in range(vectors):
                        term = mass[b, v, 0]
                        for q in range(powers):
                            term *= nearest
                            constant[depth, v * powers + q] += term
                    continue
                if not heavy and is_negligible(near2, mass, least, depth, negligible, fall, scale):
                    continue
                children = span[b, CHILDREN]
                many_b = b_stop - b_start > grid
                half_b = max(bhx, bhy)
                # Only what is interpolated needs distance: targets summed one by one need it from
                # the nodes of sources alone, sources taken one by one from those of targets.
                wide_a = half_a if nodal else 0.0
                keep = 0.0 if nodal else BESIDE * half_a
                far = apart and is_far(
                    near2, far2, wide_a, half_b if many_b else 0.0, keep, aside, bend, heavy,
                    steep, fall, scale,
                )  # fmt: skip
                by_nodes = many_b
                if apart and not far and children == 0 and not leaf:
                    by_nodes = False
                    far = is_far(
                        near2, far2, wide_a, 0.0, keep, aside, bend, heavy, steep, fall, scale
                    )
                for_leaf = (
                    not far
                    and leaf
                    and nodal
                    and many_b
                    and is_far(
                        near2, far2, 0.0, half_b, 0.0, aside, bend, heavy, steep, fall, scale
                    )
                )
                if far:
                    used = put_box(
                        b, by_nodes, span, box, moments, grids, x, y, weight, ax, ay, buffer, used,
                        add_rows, spots, count, nobody, scale, room, sums,
                    )  # fmt: skip
                elif for_leaf or (leaf and children == 0):
                    if a != b:
                        widest = max(widest, max(dx + bhx, dy + bhy))
                        if close_count == lists.shape[1]:
                            return False
                        # A box that stands in by its nodes is listed as a negative number.
                        lists[CLOSE, close_count] = -b if for_leaf else b
                        close_count += 1
                elif children == 0 or (not leaf and radius >= bhx * bhx + bhy * bhy):
                    if top == lists.shape[1]:
                        return False
                    lists[CANDIDATES, top] = b
                    top += 1
                elif waiting + children > lists.shape[1]:
                    return False
                else:
                    for c in range(children):
                        lists[OPENED, waiting] = span[b, CHILD] + c
                        waiting += 1
        if used > 0:
            add_rows(spots, count, buffer, used, nobody, scale, room, sums)

        if nodal:
            if inherits:
                pass_down(local, depth, box, around[depth - 1, 0], a, nodes, divisors, tables)
            for c in range(columns):
                for t in range(count):
                    above = local[depth, c, t] if inherits else 0.0
                    local[depth, c, t] = above + sums[c, t]
            if leaf:
                count = take_targets(start, stop, x, y, target, ax, ay, spots, who)
                clear(sums, count)
        # Interpolate where nodes end: at a leaf summed at nodes, or below the last box that was.
        if (leaf and nodal) or (inherits and not nodal):
            level = depth if nodal else depth - 1
            add_interpolated(
                spots, count, ax, ay, box, around[level, 0], local, level, nodes, divisors,
                pieces, along, sums,
            )  # fmt: skip

        if leaf:
            add_near, near_x, near_y = add_rows, ax, ay
            if widest > reach:
                # Coordinates as they are: the centre of a wide leaf may be far from its places.
                add_near, near_x, near_y = add_close, 0.0, 0.0
                take_targets(start, stop, x, y, target, near_x, near_y, spots, who)
            used = np.int64(0)
            for i in range(close_count):
                b = lists[CLOSE, i]
                used = put_box(
                    abs(b), b < 0, span, box, moments, grids, x, y, weight, near_x, near_y, buffer,
                    used, add_near, spots, count, nobody, scale, room, sums,
                )  # fmt: skip
            if used > 0:
                add_near(spots, count, buffer, used, nobody, scale, room, sums)
            counted = span[a, SOURCES] > 0
            if counted:
                for first in range(start, stop, BUFFER):
                    last = min(first + BUFFER, stop)
                    put_places(
                        first, last, counted, x, y, weight, near_x, near_y, np.int64(0), buffer
                    )
                    for t in range(count):
                        itself[t] = who[t] - first if first <= who[t] < last else -1
                    add_near(spots, count, buffer, last - first, itself, scale, room, sums)
        else:
            for c in range(span[a, CHILDREN]):
                frames[todo, 0] = span[a, CHILD] + c
                frames[todo, 1] = end
                frames[todo, 2] = top
                frames[todo, 3] = depth + 1
                todo += 1
        if leaf or not nodal:
            for c in range(columns):
                everywhere = constant[depth, c] if leaf else 0.0
                for t in range(count):
                    values[c, who[t]] += sums[c, t] + everywhere
    return True


WALK = (
    "boolean(int32[:, ::1], float64[:, ::1], float64[:, :, ::1], float64[::1], float64[::1],"
    " float64[:, ::1], boolean[::1], float64[:, :, ::1], float64[::1], float64[::1],"
    " float64[:, ::1], float64[:, :, ::1], float64[:, :, ::1], float64[:, ::1], float64[:, :, ::1],"
    " float64[:, ::1], float64[:, ::1], float64[:, ::1], float64[:, ::1], float64[:, ::1],"
    " float64[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, ::1], int64[:, ::1],"
    " ADD_ROWS, ADD_ROWS, FALL, int64, float64, float64, float64, boolean, float64, float64,"
    " float64, float64[:, ::1])"
)
"""The types of the arguments of `walk`."""
