"""Which places reach each other, and which places discs cover.

Plain Python that `nabij.proximity.compiled` compiles; for tables see `nabij.proximity.quadtree`.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from nabij.proximity.quadtree import CHILD, CHILDREN, START, STOP
from nabij.proximity.reach import EDGE, ROUNDING, farthest_of, nearest_of

LINK = (
    "void(float64[::1], float64[::1], float64[::1], int32[:, ::1], float64[:, ::1], float64[::1],"
    " boolean[::1], int64[::1], int64[::1])"
)


def link(x, y, reach, span, box, shortest, whole, waiting, component):
    """Number the components; `shortest` is filled with the least reach in each box.

    `whole` marks boxes whose places are known to be in one component.
    """
    for b in range(span.shape[0] - 1, -1, -1):
        for u in range(span[b, START], span[b, STOP] if span[b, CHILDREN] == 0 else 0):
            shortest[b] = min(shortest[b], reach[u])
        for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
            shortest[b] = min(shortest[b], shortest[c])
    for i in range(x.shape[0]):
        component[i] = i
    for i in range(x.shape[0]):
        waiting[0] = 0
        todo = 1
        while todo > 0:
            todo -= 1
            b = waiting[todo]
            first = span[b, START]
            if nearest_of(x[i], y[i], box, b) > reach[i] + EDGE:
                continue
            if whole[b] and top_of(component, first) == top_of(component, i):
                continue
            if farthest_of(x[i], y[i], box, b) < min(reach[i], shortest[b]) - EDGE:
                for u in range(first, first + 1 if whole[b] else span[b, STOP]):
                    join(component, i, u)
                whole[b] = True
            elif span[b, CHILDREN] > 0:
                for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                    whole[c] = whole[c] or whole[b]
                    waiting[todo] = c
                    todo += 1
            else:
                for u in range(first, span[b, STOP]):
                    east, north = x[u] - x[i], y[u] - y[i]
                    both = min(reach[i], reach[u])
                    if east * east + north * north <= both * both * ROUNDING:
                        join(component, i, u)
    number = 0
    for i in range(x.shape[0]):
        # The top of a component is its first place, which has its number already.
        top = top_of(component, i)
        if top == i:
            component[i] = -1 - number
            number += 1
        else:
            component[i] = top
    for i in range(x.shape[0]):
        if component[i] >= 0:
            component[i] = component[component[i]]
    for i in range(x.shape[0]):
        component[i] = -1 - component[i]


def top_of(component, i):
    """Return the first place of the component of `i`, shortening the way to it."""
    while component[i] >= 0 and component[i] != i:
        up = component[i]
        if component[up] >= 0:
            component[i] = component[up]
        i = up
    return i


def join(component, i, u):
    """Make one component of two."""
    one, other = top_of(component, i), top_of(component, u)
    if one < other:
        component[other] = one
    elif other < one:
        component[one] = other


COVER = (
    "int64(float64[::1], float64[::1], float64[::1], int64[::1], float64[::1], float64[::1],"
    " int32[:, ::1], float64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], int64[::1])"
)


def cover(at_x, at_y, radius, group, x, y, span, box, done, listed, waiting, place, of):
    """List covered places group by group; return how many, or -1 if there is no room.

    `done` and `listed` hold the group for which a box was wholly listed, and a place.
    """
    found = 0
    for t in range(at_x.shape[0]):
        squared = radius[t] * radius[t] * ROUNDING
        waiting[0] = 0
        todo = 1
        while todo > 0:
            todo -= 1
            b = waiting[todo]
            if done[b] == group[t] or nearest_of(at_x[t], at_y[t], box, b) > radius[t] + EDGE:
                continue
            inside = farthest_of(at_x[t], at_y[t], box, b) < radius[t] - EDGE
            if span[b, CHILDREN] > 0 and not inside:
                for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                    waiting[todo] = c
                    todo += 1
                continue
            if inside:
                done[b] = group[t]
            for u in range(span[b, START], span[b, STOP]):
                east, north = x[u] - at_x[t], y[u] - at_y[t]
                if listed[u] == group[t]:
                    continue
                if inside or east * east + north * north <= squared:
                    if found == place.shape[0]:
                        return -1
                    listed[u] = group[t]
                    place[found] = u
                    of[found] = group[t]
                    found += 1
    return found
