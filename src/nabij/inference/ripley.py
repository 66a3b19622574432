"""Ripley's K and L: how many points are around one of them, within every distance.

The correction for the edge of a window looks at pairs one by one, and takes memory for each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]

HEAVIEST = 100.0
"""Most that a pair counts for at the edge: the limit of other packages, since a circle of which
next to nothing is inside would else decide alone."""


def l_function(k: ArrayLike, distances: ArrayLike) -> Floats:
    """Return Besag's L: the square root of K over pi, less the distance.

    Parameters
    ----------
    k : array_like, shape (..., K)
        Ripley's K, square metres.
    distances : array_like, shape (K,)
        Metres.

    Returns
    -------
    numpy.ndarray of float64, shape (..., K)
        Metres; 0 for points at random in an endless plane.

    References
    ----------
    Besag, in the discussion of Ripley (1977).

    Examples
    --------
    >>> l_function([np.pi * 4, np.pi * 16], [2.0, 3.0])
    array([0., 1.])
    """
    return np.asarray(np.sqrt(np.asarray(k) / np.pi) - np.asarray(distances))


def ripley_k(points: ArrayLike, distances: ArrayLike, window: ArrayLike) -> Floats:
    """Return Ripley's K of points seen in a window, corrected for its edge.

    Each ordered pair counts for one over the part of the circle around its first point, through
    its second, that is in the window (isotropic correction). Takes memory for every pair within
    the largest distance.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Metres; n at least 2.
    distances : array_like, shape (K,)
        Metres, ascending.
    window : array_like, shape (C, 2)
        Corners of a simple polygon, in either direction; the points lie in it.

    Returns
    -------
    numpy.ndarray of float64, shape (K,)
        Square metres: the area of the window times the mean number within each distance, per
        other point.

    Raises
    ------
    ValueError
        If there are fewer than two points, or the window has no area.

    References
    ----------
    Ripley, Modelling spatial patterns, JRSS B 39 (1977).

    Examples
    --------
    >>> square = [[0, 0], [10, 0], [10, 10], [0, 10]]
    >>> ripley_k([[5, 5], [5, 6]], [0.5, 1.0], square).tolist()
    [0.0, 100.0]
    """
    at, radii, corners = (np.asarray(each, float) for each in (points, distances, window))
    n, area = len(at), _signed_area(corners)
    if n < 2:
        raise ValueError(f"points must be at least 2; got {n}")
    if area == 0:
        raise ValueError("window must have an area")
    # The tree compares roots, we squares: a little farther finds all.
    near = cKDTree(at).query_pairs(radii[-1] * (1 + 1e-9), output_type="ndarray")
    first, second = np.concatenate([near, near[:, ::-1]]).T
    away = at[second] - at[first]
    square = (away**2).sum(axis=1)
    inside = _part_inside(at[first], np.sqrt(square), corners if area > 0 else corners[::-1])
    weight = np.minimum(1 / np.maximum(inside, 1 / HEAVIEST), HEAVIEST)
    order = np.argsort(square, kind="stable")
    total = np.concatenate([[0.0], weight[order].cumsum()])
    within = total[np.searchsorted(square[order], radii**2, side="right")]
    return np.asarray(abs(area) * within / (n * (n - 1)))


def _signed_area(corners: Floats) -> float:
    following = np.roll(corners, -1, axis=0)
    return float(_cross(corners - corners[0], following - corners[0]).sum() / 2)


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def _part_inside(centre: Floats, radius: Floats, corners: Floats) -> Floats:
    """Return which part of each circle is inside a polygon, corners counter-clockwise.

    A direction is inside as far out as the circle if the polygon's sides beyond the circle pass
    it once more to the left than to the right: so the angles under which these sides are seen
    from the centre, with their sign, add up to the part inside.
    """
    total = np.zeros(len(centre))
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        p, along = start - centre, end - start
        a, b = along @ along, p @ along
        c = (p**2).sum(axis=1) - radius**2
        root = np.sqrt(np.maximum(b * b - a * c, 0.0))
        enter, leave = (np.clip((-b + sign * root) / a, 0, 1)[:, None] for sign in (-1, 1))
        total += _angle(p, p + enter * along) + _angle(p + leave * along, p + along)
    # A circle of no radius, around a point that shares its place, is inside.
    return np.where(radius > 0, total / (2 * np.pi), 1.0)


def _angle(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.arctan2(_cross(one, other), (one * other).sum(axis=1)))
