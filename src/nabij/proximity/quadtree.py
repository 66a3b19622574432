"""An adaptive quadtree over ordered places, its boxes shrunk to the places in them.

Plain Python that `nabij.proximity.compiled` compiles. A tree is three tables with one row a box,
parents before children and the children of one box side by side:

* ``span`` (int32): first place, last place + 1, first child, number of children, number of
  places that are sources, number of places that are targets;
* ``box`` (float64): centre x and y, half width and half height, metres;
* ``mass`` (float64): total weight, largest weight of one place.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

START, STOP, CHILD, CHILDREN, SOURCES, TARGETS = range(6)

DEEPEST = 256
"""More boxes than wait at once to be looked at, one after the other: their number is at most four
for each of 31 levels."""


def split(keys, leaf, span, generation):
    """Divide the ordered places into boxes of at most `leaf` places.

    Fills ``span`` and, for every box, its generation counted from the root; returns the number of
    boxes, or -1 if the tables are too short. Levels at which all places of a box fall into one
    quarter are passed over, so an outlier costs a few boxes, not a long chain.
    """
    size = span.shape[0]
    for k in range(6):
        span[0, k] = 0
    span[0, STOP] = keys.shape[0]
    generation[0] = 0
    boxes = 1
    i = 0
    while i < boxes:
        start, stop = span[i, START], span[i, STOP]
        differ = keys[start] ^ keys[stop - 1]
        if stop - start > leaf and differ != 0:
            if boxes + 4 > size:
                return -1
            shift = 0
            while (differ >> np.uint64(2 * shift + 2)) != 0:
                shift += 1
            span[i, CHILD] = boxes
            begin = start
            while begin < stop:
                quarter = keys[begin] >> np.uint64(2 * shift)
                low, high = begin + 1, stop
                while low < high:
                    middle = (low + high) // 2
                    if (keys[middle] >> np.uint64(2 * shift)) == quarter:
                        low = middle + 1
                    else:
                        high = middle
                span[boxes, START] = begin
                span[boxes, STOP] = low
                for k in range(CHILD, 6):
                    span[boxes, k] = 0
                generation[boxes] = generation[i] + 1
                boxes += 1
                begin = low
            span[i, CHILDREN] = boxes - span[i, CHILD]
        i += 1
    return boxes


def shrink(x, y, target, span, box, begin, end):
    """Fit the boxes from `begin` to `end` to their places, children first; count the targets."""
    for i in range(end - 1, begin - 1, -1):
        targets = 0
        if span[i, CHILDREN] == 0:
            low_x = high_x = x[span[i, START]]
            low_y = high_y = y[span[i, START]]
            for u in range(span[i, START], span[i, STOP]):
                low_x, high_x = min(low_x, x[u]), max(high_x, x[u])
                low_y, high_y = min(low_y, y[u]), max(high_y, y[u])
                targets += target[u]
        else:
            low_x = low_y = np.inf
            high_x = high_y = -np.inf
            for c in range(span[i, CHILD], span[i, CHILD] + span[i, CHILDREN]):
                low_x = min(low_x, box[c, 0] - box[c, 2])
                high_x = max(high_x, box[c, 0] + box[c, 2])
                low_y = min(low_y, box[c, 1] - box[c, 3])
                high_y = max(high_y, box[c, 1] + box[c, 3])
                targets += span[c, TARGETS]
        box[i, 0] = 0.5 * (low_x + high_x)
        box[i, 1] = 0.5 * (low_y + high_y)
        box[i, 2] = 0.5 * (high_x - low_x)
        box[i, 3] = 0.5 * (high_y - low_y)
        span[i, TARGETS] = targets
