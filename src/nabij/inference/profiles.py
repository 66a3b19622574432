"""Distance profiles: how near the points of a sector lie to each other, at every distance.

Four functions of distance, each from the pairs of points: the K-density Kd, the relative M, and
Ripley's K with its square root L. Memory is linear, and work in the plane grows as n times its
root (see `nabij.proximity.pairs`); only the correction for the edge of a window looks at pairs one
by one, and so takes memory for each.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from nabij.inference.envelopes import FEWEST, global_envelope, local_envelope
from nabij.progress import Progress, silent
from nabij.proximity import neighbour_sums, relabelled_counts

Floats = NDArray[np.float64]

STEPS = 60
"""Distances of a profile: as many as a small chart can show."""

CELLS_A_STEP = 32
"""Rings in which pairs are counted between two distances. With 60 distances a ring is at most a
tenth of a bandwidth for up to 10,000 points, so that the density is exact to about 1e-3."""

REFLECTED = 4.0
"""Bandwidths from 0 within which distances are reflected: a Gaussian has ended there."""

SPREAD_OF_QUARTILES = 1.34
"""Distance between the quartiles of a normal density, in its standard deviations."""

HEAVIEST = 100.0
"""Most that a pair counts for at the edge: the limit of other packages, since a circle of which
next to nothing is inside would else decide alone."""

NEXT_TO_NOTHING = 1e-150
"""Metres; its square is still a number."""

LABELS_AT_ONCE = 2**25
"""Labels of one chunk of labellings: a byte each."""


def grid(longest: float, steps: int) -> tuple[Floats, Floats]:
    """Return distances to `longest`, and the edges of the rings that they are made from.

    Parameters
    ----------
    longest : float
        Metres.
    steps : int

    Returns
    -------
    distances : numpy.ndarray of float64, shape (steps,)
        Evenly spaced; the last is `longest`.
    edges : numpy.ndarray of float64, shape (2 * steps * CELLS_A_STEP + 1,)
        From 0 to twice `longest`, as far as the bandwidth of `k_density` looks. Every
        ``CELLS_A_STEP``-th is a distance.

    Raises
    ------
    ValueError
        If `longest` is not a positive number, or `steps` less than 1.

    Examples
    --------
    >>> distances, edges = grid(100.0, 4)
    >>> distances.tolist(), len(edges), float(edges[-1])
    ([25.0, 50.0, 75.0, 100.0], 257, 200.0)
    """
    if not (np.isfinite(longest) and longest > 0 and steps >= 1):
        raise ValueError(f"longest must be positive and steps at least 1; got {longest}, {steps}")
    edges = np.linspace(0.0, 2 * longest, 2 * steps * CELLS_A_STEP + 1)
    edges[steps * CELLS_A_STEP] = longest  # but for rounding it is
    return edges[CELLS_A_STEP : steps * CELLS_A_STEP + 1 : CELLS_A_STEP].copy(), edges


def k_density(counts: ArrayLike, edges: ArrayLike, distances: ArrayLike, pairs: float) -> Floats:
    """Return the density of distances between pairs, the K-density.

    Each set of counts is smoothed by a Gaussian with a bandwidth of its own,
    ``0.9 min(sd, IQR / 1.34) m^-0.2``, of the m pairs that are counted. Pairs within four
    bandwidths are reflected at 0, since no distance is less.

    Parameters
    ----------
    counts : array_like, shape (V, R)
        Of ordered pairs in rings (`nabij.proximity.pair_counts`): each pair twice.
    edges : array_like, shape (R + 1,)
        Of the rings, metres, evenly spaced from 0; to twice the largest of `distances`, by the
        convention of other packages. A bandwidth is at least the width of a ring.
    distances : array_like, shape (K,)
        Metres.
    pairs : float
        Number of unordered pairs of any distance: what the density is a part of.

    Returns
    -------
    numpy.ndarray of float64, shape (V, K)
        Per metre; 0 where no pair was counted.

    References
    ----------
    Duranton and Overman, Testing for localization using micro-geographic data, Review of Economic
    Studies 72 (2005). Silverman, Density Estimation for Statistics and Data Analysis (1986),
    equation 3.31.

    Examples
    --------
    >>> from nabij.proximity import pair_counts
    >>> distances, edges = grid(100.0, 4)
    >>> points = np.random.default_rng(1).uniform(0, 100, (50, 2))
    >>> k_density([pair_counts(points, edges)], edges, distances, 50 * 49 / 2).round(4)
    array([[0.0101, 0.0137, 0.0121, 0.003 ]])
    """
    rings = np.asarray(counts, dtype=np.float64) / 2
    edge, at = (np.asarray(each, dtype=np.float64) for each in (edges, distances))
    middle = (edge[:-1] + edge[1:]) / 2
    found = np.zeros((len(rings), len(at)))
    for row, ring in zip(found, rings, strict=True):
        if ring.any():
            width = _bandwidth(ring, edge, middle)
            near = middle <= REFLECTED * width
            row += ring @ _gaussian(at - middle[:, None], width)
            row += ring[near] @ _gaussian(at + middle[near, None], width)
    return found / pairs


def _bandwidth(ring: Floats, edges: Floats, middle: Floats) -> float:
    m = ring.sum()
    mean = ring @ middle / m
    spread = np.sqrt(ring @ (middle - mean) ** 2 / max(m - 1, 1))
    # Within a ring distances are taken to lie evenly.
    low, high = np.interp((0.25 * m, 0.75 * m), np.concatenate([[0.0], ring.cumsum()]), edges)
    wide = 0.9 * min(spread, (high - low) / SPREAD_OF_QUARTILES) * m**-0.2
    return float(max(wide, edges[1] - edges[0]))


def _gaussian(x: Floats, width: float) -> Floats:
    return np.exp(-((x / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))


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


@dataclass(frozen=True)
class Surroundings:
    """What of the reference is around each of its points: what M divides by.

    Attributes
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        Metres.
    weights : numpy.ndarray of float64, shape (N,)
    edges : numpy.ndarray of float64, shape (K + 1,)
        Of the rings: 0 and the distances.
    inverse : numpy.ndarray of float64, shape (N, K)
        One over the weight of the others within each distance; 0 where there is none.
    """

    points: Floats
    weights: Floats
    edges: Floats
    inverse: Floats

    @property
    def of_others(self) -> Floats:
        """One over the weight of all others, shape (N,); 0 where they have none."""
        others = self.weights.sum() - self.weights
        return np.divide(1.0, others, out=np.zeros_like(others), where=others > 0)


def surroundings(
    points: ArrayLike,
    distances: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    progress: Progress = silent,
) -> Surroundings:
    """Sum up what is around every point of a reference, for `relative_m`.

    Parameters
    ----------
    points : array_like, shape (N, 2)
        Metres.
    distances : array_like, shape (K,)
        Metres, ascending; the first may be 0.
    weights : array_like, shape (N,), optional
        Such as jobs, not negative; by default 1.
    progress : callable, optional

    Returns
    -------
    Surroundings

    Examples
    --------
    >>> surroundings([[0, 0], [0, 3], [0, 9]], [0, 5], [1, 2, 4]).inverse.tolist()
    [[0.0, 0.5], [0.0, 1.0], [0.0, 0.0]]
    """
    at = np.asarray(points, dtype=np.float64)
    weight = np.ones(len(at)) if weights is None else np.asarray(weights, dtype=np.float64)
    radii = np.asarray(distances, dtype=np.float64)
    # Rings ascend: one that ends at 0 ends at next to nothing instead.
    edges = np.concatenate([[0.0], np.maximum(radii, NEXT_TO_NOTHING)])
    around = neighbour_sums(at, edges, weight, progress=progress)
    np.cumsum(around, axis=1, out=around)
    np.divide(1.0, around, out=around, where=around > 0)
    return Surroundings(at, weight, edges, around)


def individual_m(around: Surroundings, chosen: ArrayLike) -> Floats:
    """Return M of every point of a sector: what the mean of the sector is made of.

    Parameters
    ----------
    around : Surroundings
    chosen : array_like of bool, shape (N,)
        Which points are the sector.

    Returns
    -------
    numpy.ndarray of float64, shape (n, K)
        The sector's part of the weight within each distance, over its part of all weight, both
        without the point itself; not a number where there is no other point within the distance.

    Examples
    --------
    >>> around = surroundings([[0, 0], [0, 3], [0, 4], [0, 99]], [5.0])
    >>> individual_m(around, [True, True, False, False]).ravel().tolist()
    [1.5, 1.5]
    """
    sector = np.asarray(chosen, dtype=bool)
    own, inverse = around.weights[sector], around.inverse[sector]
    near = neighbour_sums(around.points[sector], around.edges, own).cumsum(axis=1)
    expected = (own.sum() - own) * around.of_others[sector]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(inverse > 0, near * inverse / expected[:, None], np.nan)


def relative_m(around: Surroundings, labels: ArrayLike, *, progress: Progress = silent) -> Floats:
    """Return Marcon and Puech's M for one or more labellings of the reference.

    Parameters
    ----------
    around : Surroundings
    labels : array_like of bool, shape (V, N)
        Which points are the sector.
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (V, K)
        Over the points of the sector with another point within the distance: the sum of the
        sector's part of the weight there, over the sum of its part of all weight. 1 is as
        expected, 2 twice as much; not a number where no point has another so near.

    References
    ----------
    Marcon and Puech, Measures of the geographic concentration of industries: improving
    distance-based methods, Journal of Economic Geography 10 (2010).

    Examples
    --------
    >>> around = surroundings([[0, 0], [0, 3], [0, 4], [0, 99]], [5.0])
    >>> relative_m(around, [[True, True, False, False], [True, False, False, True]]).tolist()
    [[1.5], [0.0]]
    """
    chosen, weight = np.asarray(labels, dtype=bool), around.weights
    found = relabelled_counts(
        around.points, around.edges, chosen, weight, around.inverse, progress=progress
    )
    part = around.of_others
    for row, label in zip(found, chosen, strict=True):
        at = np.flatnonzero(label)
        seen = around.inverse[at] > 0
        expected = ((weight[at].sum() - weight[at]) * part[at]) @ seen
        with np.errstate(divide="ignore", invalid="ignore"):
            row /= np.where(expected > 0, expected, np.nan)
    return found


@dataclass(frozen=True)
class Profile:
    """A function of distance of a sector, and the same of random draws from its reference.

    Attributes
    ----------
    distances, value : numpy.ndarray of float64, shape (K,)
    expected : numpy.ndarray of float64, shape (K,)
        Mean of the draws.
    local, overall : numpy.ndarray of float64, shape (2, K)
        Low and high of the envelopes, at each distance and at all together.
    """

    distances: Floats
    value: Floats
    expected: Floats
    local: Floats
    overall: Floats


def profiles(
    points: ArrayLike,
    chosen: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    longest: float,
    steps: int = STEPS,
    simulations: int,
    random: np.random.Generator,
    progress: Progress = silent,
) -> dict[str, Profile]:
    """Hold Kd, M, K and L of a sector against random draws of as many from its reference.

    Which points are the sector is drawn at random, without replacement; weights stay with the
    places. K and L are not corrected for the edge: it is the same for the sector and the draws,
    so it moves both alike. Their area is that of the hull of the reference, so that K and L differ
    from those of another reference by more than the sector; compare them with the draws only.

    Parameters
    ----------
    points : array_like, shape (N, 2)
        The reference, metres.
    chosen : array_like of bool, shape (N,)
        Which of it are the sector; at least 2, and not all.
    weights : array_like, shape (N,), optional
        For M, such as jobs; by default 1.
    longest : float
        Metres.
    steps : int, default 60
        Number of distances.
    simulations : int
        Number of draws, at least 39: fewer have no 0.025 quantile.
    random : numpy.random.Generator
    progress : callable, optional

    Returns
    -------
    dict of str to Profile
        By ``"Kd"`` (per metre), ``"M"``, ``"K"`` (square metres) and ``"L"`` (metres); without the
        last two if all points lie on a line.

    Raises
    ------
    ValueError
        If the sector or the number of draws is too small or too large.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> points = random.uniform(0, 1000, (400, 2))
    >>> near = np.hypot(*(points - 500).T) < 200
    >>> found = profiles(points, near, longest=300.0, steps=3, simulations=99, random=random)
    >>> (found["M"].value > found["M"].overall[1]).tolist()
    [True, True, True]
    """
    at, sector = np.asarray(points, dtype=np.float64), np.asarray(chosen, dtype=bool)
    n, size = len(at), int(sector.sum())
    if not 2 <= size < n:
        raise ValueError(f"the sector must have 2 to {n - 1} of the {n} points; got {size}")
    if simulations < FEWEST:
        raise ValueError(f"simulations must be at least {FEWEST}; got {simulations}")
    distances, edges = grid(longest, steps)
    around = surroundings(at, distances, weights, progress=progress)
    area = float(shapely.convex_hull(shapely.MultiPoint(at)).area)
    curves: dict[str, list[Floats]] = {}
    chunk = max(1, LABELS_AT_ONCE // n)
    for start in range(0, simulations + 1, chunk):
        progress("Drawing relabellings", start / (simulations + 1))
        labels = np.zeros((min(chunk, simulations + 1 - start), n), dtype=bool)
        for number, label in enumerate(labels, start):
            # The first is the sector itself.
            label[sector if number == 0 else random.choice(n, size, replace=False)] = True
        counts = relabelled_counts(at, edges, labels)
        kd = k_density(counts, edges, distances, size * (size - 1) / 2)
        within = counts.cumsum(axis=1)[:, CELLS_A_STEP - 1 : steps * CELLS_A_STEP : CELLS_A_STEP]
        k = area * within / (size * (size - 1))
        found = {"Kd": kd, "M": relative_m(around, labels)}
        if area > 0:
            found |= {"K": k, "L": l_function(k, distances)}
        for name, values in found.items():
            curves.setdefault(name, []).append(values)
    return {
        name: _profile(distances, np.concatenate(parts), -np.inf if name == "L" else 0.0)
        for name, parts in curves.items()
    }


def _profile(distances: Floats, curves: Floats, least: float) -> Profile:
    """Summarise curves, the observed one first, of a measure that is never below `least`."""
    observed, drawn = curves[0], curves[1:]
    with warnings.catch_warnings():
        # Where no draw has a value at a distance, neither has the mean.
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = np.nanmean(drawn, axis=0)
    overall = np.maximum(global_envelope(observed, drawn), least)
    return Profile(distances, observed, expected, local_envelope(drawn), overall)
