"""Parts of the walk: filling the buffer, listing targets, interpolating, judging distance.

Plain Python that `nabij.proximity.compiled` compiles into `nabij.proximity.walk`.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from nabij.proximity.expansion import PIECE, lagrange_table
from nabij.proximity.quadtree import SOURCES, START, STOP


def put_box(
    b, by_nodes, span, box, moments, grids, x, y, weight, ax, ay, buffer, used,
    add, spots, count, nobody, scale, room, sums,
):  # fmt: skip
    """Append box `b` to the buffer, by its nodes or place by place; one that is full is summed."""
    grid = grids.shape[1]
    size = buffer.shape[1]
    if by_nodes:
        if used + grid > size:
            add(spots, count, buffer, used, nobody, scale, room, sums)
            used = np.int64(0)
        return put_nodes(b, box, moments, grids, ax, ay, used, buffer)
    start, stop = span[b, START], span[b, STOP]
    all_weigh = span[b, SOURCES] == stop - start
    for first in range(start, stop, PIECE):
        last = min(first + PIECE, stop)
        if used + PIECE > size:
            add(spots, count, buffer, used, nobody, scale, room, sums)
            used = np.int64(0)
        used = put_places(first, last, all_weigh, x, y, weight, ax, ay, used, buffer)
    return used


def put_nodes(b, box, moments, grids, ax, ay, used, buffer):
    """Append the weighted nodes of box `b` to the buffer."""
    grid = grids.shape[1]
    bx, by, hx, hy = box[b, 0] - ax, box[b, 1] - ay, box[b, 2], box[b, 3]
    for k in range(grid):
        buffer[0, used + k] = bx + hx * grids[0, k]
        buffer[1, used + k] = by + hy * grids[1, k]
    for v in range(moments.shape[1]):
        for k in range(grid):
            buffer[2 + v, used + k] = moments[b, v, k]
    return used + grid


def put_places(start, stop, all_weigh, x, y, weight, ax, ay, used, buffer):
    """Append places to the buffer, those with some weight."""
    if all_weigh:
        for u in range(stop - start):
            buffer[0, used + u] = x[start + u] - ax
            buffer[1, used + u] = y[start + u] - ay
        for v in range(weight.shape[0]):
            for u in range(stop - start):
                buffer[2 + v, used + u] = weight[v, start + u]
        return used + stop - start
    for u in range(start, stop):
        some = 0.0
        for v in range(weight.shape[0]):
            some += weight[v, u]
            buffer[2 + v, used] = weight[v, u]
        buffer[0, used] = x[u] - ax
        buffer[1, used] = y[u] - ay
        if some > 0:
            used += 1
    return used


def take_targets(start, stop, x, y, target, ax, ay, spots, who):
    """List the targets among some places, and return how many they are."""
    count = 0
    for u in range(start, stop):
        if target[u]:
            spots[0, count] = x[u] - ax
            spots[1, count] = y[u] - ay
            who[count] = u
            count += 1
    return count


def clear(sums, count):
    """Set the sums of `count` targets to 0."""
    for c in range(sums.shape[0]):
        for t in range(count):
            sums[c, t] = 0.0


def add_interpolated(
    spots, count, ax, ay, box, outer, local, level, nodes, divisors, pieces, along, sums,
):  # fmt: skip
    """Add the sums known at the nodes of the box `outer`, interpolated at the targets."""
    order = nodes.shape[0]
    along_x, along_y = along[0], along[1]
    product, part = pieces[0], pieces[1]
    bx, by, hx, hy = box[outer, 0] - ax, box[outer, 1] - ay, box[outer, 2], box[outer, 3]
    for first in range(0, count, PIECE):
        some = min(PIECE, count - first)
        lagrange_table(spots[0], first, some, bx, hx, nodes, divisors, product, along_x)
        lagrange_table(spots[1], first, some, by, hy, nodes, divisors, product, along_y)
        for c in range(sums.shape[0]):
            for j in range(order):
                for t in range(some):
                    part[t] = 0.0
                for k in range(order):
                    known = local[level, c, j * order + k]
                    for t in range(some):
                        part[t] += known * along_x[k, t]
                for t in range(some):
                    sums[c, first + t] += along_y[j, t] * part[t]


def is_negligible(near2, mass, least, depth, negligible, fall, scale):
    """Whether all boxes like this one would together add too little to any sum."""
    f = fall(near2, scale)
    for v in range(mass.shape[1]):  # noqa: SIM110 - a generator would not compile
        if f * mass[0, v, 0] > negligible * least[depth, v]:
            return False
    return True


def is_far(near2, far2, wide_a, wide_b, keep, aside, bend, heavy, steep, fall, scale):
    """Whether two boxes are far enough to be interpolated.

    Parameters
    ----------
    near2, far2 : float
        Squares of the least and the largest distance between their points.
    wide_a, wide_b : float
        Half widths of the boxes of targets and of sources; 0 for one that is not interpolated.
    keep : float
        Least distance in any case.
    aside, bend, heavy, steep, fall, scale
        See `walk`.
    """
    apart = max(aside * max(wide_a, wide_b), keep)
    if near2 <= apart * apart or near2 <= bend * bend:
        return False
    if heavy:
        return True
    # What interpolation meets is the kernel over the diagonals of the interpolated boxes.
    diagonals = 2 * np.sqrt(2.0) * (wide_a + wide_b)
    near, far = np.sqrt(near2), np.sqrt(far2)
    over = min(near + diagonals, far)
    if fall(near2, scale) > steep * fall(over * over, scale):
        return False
    below = max(far - diagonals, near)
    least = fall(far2, scale)
    # Where the far end is too small for a number, how steep it is cannot be known.
    return least > 0 and fall(below * below, scale) <= steep * least
