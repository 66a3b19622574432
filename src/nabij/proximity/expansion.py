"""Stand-ins for the sources of a box: weights at the nodes of an interpolation grid.

A smooth kernel, seen from afar, is a polynomial in the place of the source. Interpolating that
polynomial at p x p Chebyshev nodes of the box replaces its sources by p^2 weighted nodes, which
do not depend on the kernel, so that all powers of it share them. The same on the side of the
targets: sums are made at p^2 nodes and interpolated (Fong and Darve 2009, "The black-box fast
multipole method", J. Comput. Phys. 228; the scheme of levels is that of Greengard and Rokhlin
1987, J. Comput. Phys. 73). Interpolation is in Lagrange's form, which is stable at Chebyshev
nodes (Berrut and Trefethen 2004, SIAM Review 46).

Plain Python that `nabij.proximity.compiled` compiles; `chebyshev` runs as it is.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from nabij.proximity.quadtree import CHILD, CHILDREN, SOURCES, START, STOP

PIECE = 256
"""Places treated in one go; more than in any usual leaf."""


def chebyshev(order):
    """Return the nodes on [-1, 1] and for each the divisor of its Lagrange polynomial, inverted.

    >>> nodes, divisors = chebyshev(2)
    >>> nodes.round(3)
    array([-0.707,  0.707])
    """
    nodes = -np.cos((2 * np.arange(order) + 1) * np.pi / (2 * order))
    gaps = nodes[:, None] - nodes[None, :]
    np.fill_diagonal(gaps, 1.0)
    return nodes, 1.0 / gaps.prod(axis=1)


def lagrange(t, nodes, divisors, out):
    """Fill `out` with the value at `t` of the Lagrange polynomial of every node.

    Products from the left and from the right: no division, so a point on a node needs no care.
    """
    order = nodes.shape[0]
    product = 1.0
    for k in range(order):
        out[k] = divisors[k] * product
        product *= t - nodes[k]
    product = 1.0
    for k in range(order - 1, -1, -1):
        out[k] *= product
        product *= t - nodes[k]


def lagrange_table(x, first, count, centre, half, nodes, divisors, product, table):
    """Fill ``table[k, t]``: Lagrange polynomial k at ``x[first + t]``; as `lagrange`, in rows."""
    order = nodes.shape[0]
    scale = 1.0 / half if half > 0 else 0.0
    for t in range(count):
        product[t] = 1.0
    for k in range(order):
        for t in range(count):
            table[k, t] = divisors[k] * product[t]
            product[t] *= (x[first + t] - centre) * scale - nodes[k]
    for t in range(count):
        product[t] = 1.0
    for k in range(order - 1, -1, -1):
        for t in range(count):
            table[k, t] *= product[t]
            product[t] *= (x[first + t] - centre) * scale - nodes[k]


def shares(low, half, low_in, half_in, nodes, divisors, table):
    """Fill ``table[k, j]``: Lagrange polynomial j of an outer interval at node k of an inner."""
    scale = 1.0 / half if half > 0 else 0.0
    for k in range(nodes.shape[0]):
        lagrange((low_in + half_in * nodes[k] - low) * scale, nodes, divisors, table[k])


def gather_weights(
    x, y, weight, span, box, mass, nodes, divisors, begin, end, pieces, along, tables, moments,
):  # fmt: skip
    """Fill ``moments[box, vector, node]`` and `mass` for the boxes from `begin` to `end`."""
    order = nodes.shape[0]
    grid = order * order
    vectors = weight.shape[0]
    product, along_x, along_y = pieces[0], along[0], along[1]
    table_x, table_y, half_way = tables[0], tables[1], tables[2]
    for i in range(end - 1, begin - 1, -1):
        for v in range(vectors):
            mass[i, v, 0] = 0.0
            mass[i, v, 1] = 0.0
            for k in range(grid):
                moments[i, v, k] = 0.0
        sources = 0
        cx, cy, hx, hy = box[i, 0], box[i, 1], box[i, 2], box[i, 3]
        if span[i, CHILDREN] == 0:
            for first in range(span[i, START], span[i, STOP], PIECE):
                count = min(PIECE, span[i, STOP] - first)
                for t in range(count):
                    some = 0.0
                    for v in range(vectors):
                        some += weight[v, first + t]
                    sources += some > 0
                lagrange_table(x, first, count, cx, hx, nodes, divisors, product, along_x)
                lagrange_table(y, first, count, cy, hy, nodes, divisors, product, along_y)
                for v in range(vectors):
                    for t in range(count):
                        w = weight[v, first + t]
                        mass[i, v, 0] += w
                        mass[i, v, 1] = max(mass[i, v, 1], w)
                    for a in range(order):
                        for t in range(count):
                            product[t] = weight[v, first + t] * along_y[a, t]
                        for b in range(order):
                            s = 0.0
                            for t in range(count):
                                s += product[t] * along_x[b, t]
                            moments[i, v, a * order + b] += s
        else:
            for c in range(span[i, CHILD], span[i, CHILD] + span[i, CHILDREN]):
                if span[c, SOURCES] == 0:
                    continue
                sources += span[c, SOURCES]
                shares(cx, hx, box[c, 0], box[c, 2], nodes, divisors, table_x)
                shares(cy, hy, box[c, 1], box[c, 3], nodes, divisors, table_y)
                for v in range(vectors):
                    mass[i, v, 0] += mass[c, v, 0]
                    mass[i, v, 1] = max(mass[i, v, 1], mass[c, v, 1])
                    for a in range(order):
                        for b in range(order):
                            s = 0.0
                            for k in range(order):
                                s += moments[c, v, a * order + k] * table_x[k, b]
                            half_way[a, b] = s
                    for a in range(order):
                        for k in range(order):
                            share = table_y[k, a]
                            for b in range(order):
                                moments[i, v, a * order + b] += share * half_way[k, b]
        span[i, SOURCES] = sources


def pass_down(local, depth, box, outer, inner, nodes, divisors, tables):
    """Fill ``local[depth, column, node]`` of the box `inner` from that of the box around it."""
    order = nodes.shape[0]
    table_x, table_y, half_way = tables[0], tables[1], tables[2]
    shares(box[outer, 0], box[outer, 2], box[inner, 0], box[inner, 2], nodes, divisors, table_x)
    shares(box[outer, 1], box[outer, 3], box[inner, 1], box[inner, 3], nodes, divisors, table_y)
    for c in range(local.shape[1]):
        for a in range(order):
            for k in range(order):
                s = 0.0
                for b in range(order):
                    s += table_x[k, b] * local[depth - 1, c, a * order + b]
                half_way[a, k] = s
        for j in range(order):
            for k in range(order):
                s = 0.0
                for a in range(order):
                    s += table_y[j, a] * half_way[a, k]
                local[depth, c, j * order + k] = s
