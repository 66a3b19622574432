"""Points along a Hilbert curve, cut into runs: neighbours that mostly lie in one region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

_BITS = 16
_MARGIN = 2.0**-20  # of the side of the square around all points
_BLOCK = 1 << 15  # the curve takes many passes: over what stays in the cache


@dataclass(frozen=True)
class Runs:
    """Points in an order in which neighbours follow each other, `size` to a run.

    Attributes
    ----------
    size : int
    order : numpy.ndarray of int64, shape (n,)
        Which point stands at each place. Points that are not finite have none.
    x, y : numpy.ndarray of float64, shape (runs * size,)
        The points in that order; the last fills up its run.
    boxes : numpy.ndarray of shapely geometries, shape (runs,)
        Every point of a run lies strictly inside its box.
    tree : shapely.STRtree
        Of the boxes.
    """

    size: int
    order: np.ndarray
    x: np.ndarray
    y: np.ndarray
    boxes: np.ndarray
    tree: shapely.STRtree


def runs_of(x: np.ndarray, y: np.ndarray, bounds: np.ndarray, size: int) -> Runs:
    """Put points, one of them finite at least, in order and cut them into runs.

    Parameters
    ----------
    x, y : numpy.ndarray of float64, shape (n,)
    bounds : numpy.ndarray of float64, shape (4,)
        West, south, east and north of where the order matters; NaN where that is unknown.
    size : int
        Points a run.

    Returns
    -------
    Runs

    Examples
    --------
    >>> x, y = np.array([5.0, 0.0, np.nan, 4.0]), np.array([5.0, 0.0, 1.0, 5.0])
    >>> runs_of(x, y, np.array([0, 0, 9, 9]), 2).order.tolist()
    [1, 3, 0]
    """
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    low = np.fmax((x[finite].min(), y[finite].min()), bounds[:2])
    high = np.maximum(np.fmin((x[finite].max(), y[finite].max()), bounds[2:]), low)
    side = (high - low).max() or 1.0
    order = _along_the_curve(x, y, finite, low, side)
    missing = -len(order) % size
    xs, ys = (np.pad(axis[order], (0, missing), mode="edge").reshape(-1, size) for axis in (x, y))
    # Wider by a little, so that the box of a single place is a proper polygon too; not by the
    # least that can be, because products of the tiniest numbers vanish.
    west, south = (_beyond(axis.min(axis=1), -_MARGIN * side) for axis in (xs, ys))
    east, north = (_beyond(axis.max(axis=1), _MARGIN * side) for axis in (xs, ys))
    boxes = shapely.box(west, south, east, north)
    tree = shapely.STRtree(boxes)
    tree.query(boxes[0])  # builds it: threads that ask at once must not
    return Runs(size, order, xs.ravel(), ys.ravel(), boxes, tree)


def _beyond(edge: np.ndarray, margin: float) -> np.ndarray:
    return edge + np.copysign(np.maximum(abs(margin), np.spacing(np.abs(edge))), margin)


def _along_the_curve(
    x: np.ndarray, y: np.ndarray, finite: np.ndarray, low: np.ndarray, side: float
) -> np.ndarray:
    key = np.empty(len(finite), dtype=np.uint64)
    for begin in range(0, len(finite), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        column, row = (
            np.clip((axis[finite[block]] - start) / side, 0, 1) * (2**_BITS - 1)
            for axis, start in zip((x, y), low, strict=True)
        )
        key[block] = _hilbert(column.astype(np.uint32), row.astype(np.uint32))
    # Place on the curve and number of the point in one word: plain sorting beats an argsort.
    key = key << np.uint64(32) | finite.astype(np.uint64)
    key.sort()
    return (key & np.uint64(2**32 - 1)).astype(np.int64)


def _hilbert(column: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the place of cells on the Hilbert curve (Hilbert 1891), halving the square each step.

    A step looks into which quarter a cell falls. In the two lower ones the curve runs mirrored:
    there the axes change places, in the right one after being turned round.
    """
    one, all_bits = np.uint32(1), np.uint32(2**_BITS - 1)
    place = np.zeros(len(column), dtype=np.uint32)
    for bit in range(_BITS - 1, -1, -1):
        right, upper = column >> np.uint32(bit) & one, row >> np.uint32(bit) & one
        place = place << np.uint32(2) | (right * np.uint32(3)) ^ upper
        lower = upper ^ one
        turned = (right & lower) * all_bits
        column, row = column ^ turned, row ^ turned
        swapped = (column ^ row) * lower
        column, row = column ^ swapped, row ^ swapped
    return place
