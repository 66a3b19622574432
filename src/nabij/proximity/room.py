"""Room to work in for compiled loops, which allocate nothing themselves.

Compiling ``numpy.empty``, and the counting of references that it brings, would take longer than
compiling many a loop.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nabij.proximity.expansion import PIECE
from nabij.proximity.loops import WEIGHT
from nabij.proximity.walk import BUFFER, DEPTH

LISTS = 4096
"""Boxes listed at once; more than in any usual walk."""


def for_interpolation(order: int) -> tuple[NDArray[Any], ...]:
    """Return the arguments `pieces`, `along` and `tables`.

    >>> [array.shape for array in for_interpolation(8)]
    [(2, 256), (2, 8, 256), (3, 8, 8)]
    """
    return np.empty((2, PIECE)), np.empty((2, order, PIECE)), np.empty((3, order, order))


def for_walk(
    branch: int, nodes: NDArray[np.float64], vectors: int, powers: int, most: int, listed: int
) -> tuple[NDArray[Any], ...]:
    """Return the arguments of `nabij.proximity.walk.walk` from `pieces` to `lists`.

    Parameters
    ----------
    branch : int
        Box whose targets are summed, from the whole tree.
    nodes : float64 array
        See `nabij.proximity.expansion.chebyshev`.
    vectors, powers : int
        How many vectors of weights and how many powers.
    most : int
        Most targets in one leaf.
    listed : int
        Boxes that a list has room for.
    """
    order, columns = len(nodes), vectors * powers
    most = max(most, order**2)
    frames = np.zeros((4 * DEPTH, 4), np.int64)
    frames[0] = branch, 0, 1, 0
    return (
        *for_interpolation(order),
        np.stack((np.tile(nodes, order), np.repeat(nodes, order))),
        np.zeros((DEPTH, columns, order**2)),
        np.zeros((DEPTH, columns)),
        np.zeros((DEPTH, vectors)),
        np.empty((2 + vectors, BUFFER)),
        np.empty((WEIGHT + vectors, BUFFER)),
        np.empty((2, most)),
        np.empty((columns, most)),
        np.full((3, most), -1, np.int64),
        frames,
        np.zeros((DEPTH, 2), np.int64),
        np.zeros((3, listed), np.int64),
    )
