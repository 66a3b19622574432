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

from nabij.proximity.expansion import PIECE, pass_down
from nabij.proximity.quadtree import CHILD, CHILDREN, SOURCES, START, STOP, TARGETS
from nabij.proximity.steps import (
    add_interpolated,
    clear,
    is_far,
    is_negligible,
    longer,
    put_nodes,
    put_places,
    take_targets,
)

BUFFER = 2048
"""Sources summed in one go: their three coordinates stay in the first-level cache."""

DEPTH = 40
"""More than the 31 levels of the finest cells."""

BESIDE = 0.25
"""Sources added one by one to targets one by one keep at least this part of the half width of the
box of targets away: its centre is the origin, and coordinates lose digits far from it."""

SAFE = 1e-12
"""Distances between boxes are widened by this, more than their rounding."""


def walk(
    branch, span, box, mass, x, y, weight, target, moments, nodes, divisors, room,
    add_rows, add_close, fall, powers, reach, aside, bend, heavy, steep, negligible, scale, values,
):  # fmt: skip
    """Fill ``values[column, place]`` for the targets of the box `branch`.

    Column ``vector * powers + power - 1`` holds one power for one vector of weights.

    Parameters
    ----------
    branch : int
        Box whose targets are summed, from the whole tree.
    span, box, mass, moments
        The tree, see `nabij.proximity.quadtree` and `nabij.proximity.expansion`.
    x, y, weight, target : array
        Of every place; ``weight[vector, place]``.
    nodes, divisors : array
        The interpolation, see `nabij.proximity.expansion.chebyshev`.
    room : int
        Most targets in one leaf.
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
    order = nodes.shape[0]
    grid = order * order
    vectors = weight.shape[0]
    columns = vectors * powers
    nearest = fall(0.0, scale)
    frame_box = np.empty(4 * DEPTH, np.int64)
    frame_list = np.empty((4 * DEPTH, 2), np.int64)
    frame_depth = np.empty(4 * DEPTH, np.int64)
    local = np.zeros((DEPTH, columns, grid))
    constant = np.zeros((DEPTH, columns))
    least = np.zeros((DEPTH, vectors))
    by_nodes = np.zeros(DEPTH, np.bool_)
    around = np.zeros(DEPTH, np.int64)
    tables = np.empty((3, order, order))
    along_x = np.empty((order, PIECE))
    along_y = np.empty((order, PIECE))
    product = np.empty(PIECE)
    part = np.empty(PIECE)
    sx = np.empty(BUFFER)
    sy = np.empty(BUFFER)
    sw = np.empty((vectors, BUFFER))
    room = max(grid, room)
    tx = np.empty(room)
    ty = np.empty(room)
    who = np.empty(room, np.int64)
    nobody = np.empty(room, np.int64)
    itself = np.empty(room, np.int64)
    for t in range(room):
        nobody[t] = -1
    sums = np.empty((columns, room))
    lists = np.empty(4096, np.int64)
    opened = np.empty(256, np.int64)
    close = np.empty(4096, np.int64)

    grid_x = np.empty(grid)
    grid_y = np.empty(grid)
    for k in range(grid):
        grid_x[k] = nodes[k % order]
        grid_y[k] = nodes[k // order]

    frames = 1
    frame_box[0] = branch
    frame_list[0, 0] = 0
    frame_list[0, 1] = 1
    frame_depth[0] = 0
    lists[0] = 0
    while frames > 0:
        frames -= 1
        a = frame_box[frames]
        if span[a, TARGETS] == 0:
            continue
        begin, end = frame_list[frames, 0], frame_list[frames, 1]
        depth = frame_depth[frames]
        start, stop = span[a, START], span[a, STOP]
        ax, ay, ahx, ahy = box[a, 0], box[a, 1], box[a, 2], box[a, 3]
        half_a = max(ahx, ahy)
        radius = ahx * ahx + ahy * ahy
        leaf = span[a, CHILDREN] == 0
        nodal = span[a, TARGETS] > grid
        by_nodes[depth] = nodal
        around[depth] = a
        inherits = depth > 0 and by_nodes[depth - 1]
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
                tx[k] = ahx * grid_x[k]
                ty[k] = ahy * grid_y[k]
        else:
            count = take_targets(start, stop, x, y, target, ax, ay, tx, ty, who)
        clear(sums, count)

        top = end
        used = np.int64(0)
        close_count = np.int64(0)
        widest = half_a
        for candidate in range(begin, end):
            opened[0] = lists[candidate]
            waiting = 1
            while waiting > 0:
                waiting -= 1
                b = opened[waiting]
                if span[b, SOURCES] == 0:
                    continue
                dx = abs(box[b, 0] - ax)
                dy = abs(box[b, 1] - ay)
                reach_x = box[b, 2] + ahx
                reach_y = box[b, 3] + ahy
                gap_x = max(dx - reach_x, 0.0)
                gap_y = max(dy - reach_y, 0.0)
                far2 = ((dx + reach_x) ** 2 + (dy + reach_y) ** 2) * (1 + SAFE)
                near2 = (gap_x * gap_x + gap_y * gap_y) * (1 - SAFE)
                # By their places: rounding can part a box from the one it lies in.
                apart = span[b, STOP] <= start or span[b, START] >= stop
                if apart and far2 <= bend * bend:
                    for v in range(vectors):
                        term = mass[b, v, 0]
                        for q in range(powers):
                            term *= nearest
                            constant[depth, v * powers + q] += term
                    continue
                if not heavy and is_negligible(near2, mass, least[depth], negligible, fall, scale):
                    continue
                leaf_b = span[b, CHILDREN] == 0
                many_b = span[b, STOP] - span[b, START] > grid
                half_b = max(box[b, 2], box[b, 3])
                # Only what is interpolated needs distance: targets summed one by one need it from
                # the nodes of sources alone, sources taken one by one from those of targets.
                wide_a = half_a if nodal else 0.0
                keep = 0.0 if nodal else BESIDE * half_a
                far = apart and is_far(
                    near2, far2, wide_a, half_b if many_b else 0.0, keep, aside, bend, heavy,
                    steep, fall, scale,
                )  # fmt: skip
                one_by_one = not many_b
                if apart and not far and leaf_b and not leaf:
                    one_by_one = True
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
                if far and not one_by_one:
                    if used + grid > BUFFER:
                        add_rows(tx, ty, count, sx, sy, sw, used, nobody, scale, sums)
                        used = np.int64(0)
                    used = put_nodes(b, box, moments, grid_x, grid_y, ax, ay, used, sx, sy, sw)
                elif far:
                    for first in range(span[b, START], span[b, STOP], PIECE):
                        last = min(first + PIECE, span[b, STOP])
                        if used + PIECE > BUFFER:
                            add_rows(tx, ty, count, sx, sy, sw, used, nobody, scale, sums)
                            used = np.int64(0)
                        used = put_places(
                            first, last, span[b, SOURCES] == span[b, STOP] - span[b, START],
                            x, y, weight, ax, ay, used, sx, sy, sw,
                        )  # fmt: skip
                elif for_leaf or (leaf and leaf_b):
                    if a != b:
                        widest = max(widest, max(dx + box[b, 2], dy + box[b, 3]))
                        if close_count == close.shape[0]:
                            close = longer(close)
                        # A box that stands in by its nodes is listed as a negative number.
                        close[close_count] = -b if for_leaf else b
                        close_count += 1
                elif leaf_b or (
                    not leaf and radius >= box[b, 2] * box[b, 2] + box[b, 3] * box[b, 3]
                ):
                    if top == lists.shape[0]:
                        lists = longer(lists)
                    lists[top] = b
                    top += 1
                else:
                    for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                        opened[waiting] = c
                        waiting += 1
        if used > 0:
            add_rows(tx, ty, count, sx, sy, sw, used, nobody, scale, sums)

        if nodal:
            if inherits:
                pass_down(
                    local[depth - 1], box[around[depth - 1]], box[a], nodes, divisors, tables,
                    local[depth],
                )  # fmt: skip
            for c in range(columns):
                for t in range(count):
                    above = local[depth, c, t] if inherits else 0.0
                    local[depth, c, t] = above + sums[c, t]
            if leaf:
                count = take_targets(start, stop, x, y, target, ax, ay, tx, ty, who)
                clear(sums, count)
        # Interpolate where nodes end: at a leaf summed at nodes, or below the last box that was.
        if (leaf and nodal) or (inherits and not nodal):
            level = depth if nodal else depth - 1
            add_interpolated(
                tx, ty, count, ax, ay, box[around[level]], local[level], nodes, divisors,
                product, part, along_x, along_y, sums,
            )  # fmt: skip

        if leaf:
            add_near, near_x, near_y = add_rows, ax, ay
            if widest > reach:
                # Coordinates as they are: the centre of a wide leaf may be far from its places.
                add_near, near_x, near_y = add_close, 0.0, 0.0
                take_targets(start, stop, x, y, target, near_x, near_y, tx, ty, who)
            used = np.int64(0)
            for i in range(close_count):
                b = close[i]
                if b < 0:
                    if used + grid > BUFFER:
                        add_near(tx, ty, count, sx, sy, sw, used, nobody, scale, sums)
                        used = np.int64(0)
                    used = put_nodes(
                        -b, box, moments, grid_x, grid_y, near_x, near_y, used, sx, sy, sw
                    )
                    continue
                for first in range(span[b, START], span[b, STOP], PIECE):
                    last = min(first + PIECE, span[b, STOP])
                    if used + PIECE > BUFFER:
                        add_near(tx, ty, count, sx, sy, sw, used, nobody, scale, sums)
                        used = np.int64(0)
                    used = put_places(
                        first, last, span[b, SOURCES] == span[b, STOP] - span[b, START],
                        x, y, weight, near_x, near_y, used, sx, sy, sw,
                    )  # fmt: skip
            if used > 0:
                add_near(tx, ty, count, sx, sy, sw, used, nobody, scale, sums)
            if span[a, SOURCES] > 0:
                for first in range(start, stop, BUFFER):
                    last = min(first + BUFFER, stop)
                    put_places(
                        first, last, True, x, y, weight, near_x, near_y, np.int64(0), sx, sy, sw
                    )
                    for t in range(count):
                        itself[t] = who[t] - first if first <= who[t] < last else -1
                    add_near(tx, ty, count, sx, sy, sw, last - first, itself, scale, sums)
            for c in range(columns):
                for t in range(count):
                    values[c, who[t]] += sums[c, t] + constant[depth, c]
        else:
            if not nodal:
                for c in range(columns):
                    for t in range(count):
                        values[c, who[t]] += sums[c, t]
            for c in range(span[a, CHILD], span[a, CHILD] + span[a, CHILDREN]):
                frame_box[frames] = c
                frame_list[frames, 0] = end
                frame_list[frames, 1] = top
                frame_depth[frames] = depth + 1
                frames += 1


WALK = (
    "void(int64, int32[:, ::1], float64[:, ::1], float64[:, :, ::1], float64[::1], float64[::1],"
    " float64[:, ::1], boolean[::1], float64[:, :, ::1], float64[::1], float64[::1], int64,"
    " ADD_ROWS, ADD_ROWS, FALL, int64, float64, float64, float64, boolean, float64, float64,"
    " float64, float64[:, ::1])"
)
"""The types of the arguments of `walk`."""
