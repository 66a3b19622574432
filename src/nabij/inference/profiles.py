"""Distance profiles: how near the points of a sector lie to each other, at every distance.

Four functions of distance, each from the pairs of points: the K-density Kd, the relative M, and
Ripley's K with its square root L. Memory is linear. Work in the plane grows as n times its root
for M, K and L (see `nabij.proximity.pairs`), but for Kd as the square of the sector's number: its
rings are so narrow that nearly every pair is looked at.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from nabij.inference.concentration_m import relative_m, surroundings
from nabij.inference.envelopes import FEWEST, global_envelope, local_envelope
from nabij.inference.kd import bandwidth, k_density
from nabij.inference.ripley import l_function
from nabij.progress import Progress, silent
from nabij.proximity import pair_counts, relabelled_counts

Floats = NDArray[np.float64]

STEPS = 60
"""Distances of a profile: as many as a small chart can show."""

CELLS = (8, 32)
"""Fewest and most rings in which pairs are counted between two distances. With 8 the quartiles,
and so the bandwidth, are near enough for the density of 300 points or more to be exact to 1e-3."""

RINGS_A_BANDWIDTH = 10
"""With 10 rings in a bandwidth a density is exact to 1e-3 (8e-4 in ``benchmarks/claim_11``)."""

FEW = 300
"""Points with few pairs in a ring: they are counted in the most rings."""

AT_ONCE = 32
"""Labellings of one chunk, after which progress is told."""

LABELS_AT_ONCE = 2**25
"""Labels of one chunk at most: a byte each."""


def grid(longest: float, steps: int, cells: int = CELLS[1]) -> tuple[Floats, Floats]:
    """Return distances to `longest`, and the edges of the rings that they are made from.

    Parameters
    ----------
    longest : float
        Metres.
    steps : int
    cells : int, default 32
        Rings between two distances.

    Returns
    -------
    distances : numpy.ndarray of float64, shape (steps,)
        Evenly spaced; the last is `longest`.
    edges : numpy.ndarray of float64, shape (2 * steps * cells + 1,)
        From 0 to twice `longest`, as far as the bandwidth of `k_density` looks. Every `cells`-th
        is a distance.

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
    edges = np.linspace(0.0, 2 * longest, 2 * steps * cells + 1)
    edges[steps * cells] = longest  # but for rounding it is
    return edges[cells : steps * cells + 1 : cells].copy(), edges


def enough_cells(samples: Iterable[Floats], longest: float, steps: int) -> int:
    """Return how many rings between two distances are fine enough for the density of any sample.

    >>> random = np.random.default_rng(1)
    >>> enough_cells([random.uniform(0, 1e5, (2000, 2))], 30_000.0, 60)
    8
    """
    fewest, most = CELLS
    _, edges = grid(longest, steps, most)
    needed = fewest
    for sample in samples:
        if len(sample) < FEW:
            return most
        counts = pair_counts(sample, edges)
        if counts.any():
            step = longest / steps
            needed = max(needed, ceil(RINGS_A_BANDWIDTH * step / bandwidth(counts, edges)))
    return min(needed, most)


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
    alike = at[random.choice(n, size, replace=False)]
    cells = enough_cells((at[sector], alike), longest, steps)
    distances, edges = grid(longest, steps, cells)
    around = surroundings(at, distances, weights, progress=progress)
    area = float(shapely.convex_hull(shapely.MultiPoint(at)).area)
    curves: dict[str, list[Floats]] = {}
    chunk = max(1, min(AT_ONCE, LABELS_AT_ONCE // n))
    for start in range(0, simulations + 1, chunk):
        progress("Drawing relabellings", start / (simulations + 1))
        labels = np.zeros((min(chunk, simulations + 1 - start), n), dtype=bool)
        for number, label in enumerate(labels, start):
            # The first is the sector itself.
            label[sector if number == 0 else random.choice(n, size, replace=False)] = True
        counts = relabelled_counts(at, edges, labels)
        kd = k_density(counts, edges, distances, size * (size - 1) / 2)
        within = counts.cumsum(axis=1)[:, cells - 1 : steps * cells : cells]
        k = area * within / (size * (size - 1))
        found = {"Kd": kd, "M": relative_m(around, labels)}
        if area > 0:
            found |= {"K": k, "L": l_function(k, distances)}
        for name, values in found.items():
            curves.setdefault(name, []).append(values)
    return {
        name: _profile(distances, np.concatenate(parts), -distances if name == "L" else 0.0)
        for name, parts in curves.items()
    }


def _profile(distances: Floats, curves: Floats, least: Floats | float) -> Profile:
    """Summarise curves, the observed one first, of a measure that is never below `least`."""
    observed, drawn = curves[0], curves[1:]
    with warnings.catch_warnings():
        # Where no draw has a value at a distance, neither has the mean.
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = np.nanmean(drawn, axis=0)
    overall = np.maximum(global_envelope(observed, drawn), least)
    return Profile(distances, observed, expected, local_envelope(drawn), overall)
