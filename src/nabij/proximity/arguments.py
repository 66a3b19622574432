"""Checks of what the engine is given; the message says which argument, and what was expected."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FARTHEST = 1e12
"""Largest coordinate and length in metres: 25,000 times around the Earth."""

SHORTEST = 1e-6
"""Shortest length in metres."""


def points_of(values: ArrayLike, name: str) -> Floats:
    """Return coordinates in metres, shape (n, 2); `name` is the argument's in messages."""
    try:
        points = np.asarray(values, np.float64)
        if not points.flags.carray:
            points = np.require(points, np.float64, ["C", "W"])
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers of shape (n, 2): {error}") from None
    if points.size == 0 and points.ndim < 3:
        return points.reshape(0, 2)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"{name} must have shape (n, 2): x and y in metres; got {points.shape}")
    # One quick sum of squares clears the usual case; not a number is less than nothing.
    flat = points.reshape(-1)
    if flat.dot(flat) < FARTHEST * FARTHEST:
        return points
    if not (points.min() >= -FARTHEST and points.max() <= FARTHEST):
        bad = np.flatnonzero(~(np.abs(points) <= FARTHEST).all(axis=1))
        raise ValueError(
            f"{name} must be finite: row {bad[0]} is {points[bad[0]].tolist()}, which cannot be"
            f" metres ({len(bad)} such rows)"
        )
    return points


def weights_of(weights: ArrayLike | None, m: int) -> Floats | None:
    """Return vectors of weights of `m` points, shape (k, m), none of them negative."""
    if weights is None:
        return None
    try:
        given = np.require(weights, np.float64, ["C", "W"])
    except (TypeError, ValueError) as error:
        raise ValueError(f"weights must be numbers: {error}") from None
    load = given.reshape(1, -1) if given.ndim == 1 else given
    if load.ndim != 2 or load.shape[1] != m:
        raise ValueError(
            f"weights must have shape ({m},) or (k, {m}), one a source; got {given.shape}"
        )
    if load.size and not (load.min() >= 0 and load.max() < math.inf):
        row, column = np.argwhere(~((load >= 0) & (load < math.inf)))[0]
        raise ValueError(
            "weights must be finite and not negative (a relative error means nothing where"
            f" terms cancel); weight {column} of vector {row} is {load[row, column]}"
        )
    return load
