"""The K-density: how many pairs of points are so far apart, at every distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

REFLECTED = 4.0
"""Bandwidths from 0 within which distances are reflected: a Gaussian has ended there."""

SPREAD_OF_QUARTILES = 1.34
"""Distance between the quartiles of a normal density, in its standard deviations."""


def k_density(
    counts: ArrayLike,
    edges: ArrayLike,
    distances: ArrayLike,
    pairs: float,
    width: float | None = None,
) -> Floats:
    """Return the density of distances between pairs, the K-density.

    Each set of counts is smoothed by a Gaussian. Pairs within four bandwidths are reflected at 0,
    since no distance is less.

    Parameters
    ----------
    counts : array_like, shape (V, R)
        Of ordered pairs in rings (`nabij.proximity.pair_counts`): each pair twice. Of two sectors
        those of both together, less those of each; weighted, the density is that of Kemp.
    edges : array_like, shape (R + 1,)
        Of the rings, metres, evenly spaced from 0; to twice the largest of `distances`, by the
        convention of other packages.
    distances : array_like, shape (K,)
        Metres.
    pairs : float
        Number (or weight) of unordered pairs of any distance: what the density is a part of.
    width : float, optional
        Metres, the bandwidth; by default of each set of counts its own, see `bandwidth`.

    Returns
    -------
    numpy.ndarray of float64, shape (V, K)
        Per metre; 0 where no pair was counted.

    References
    ----------
    Duranton and Overman, Testing for localization using micro-geographic data, Review of Economic
    Studies 72 (2005).

    Examples
    --------
    >>> from nabij.proximity import pair_counts
    >>> edges = np.linspace(0, 200, 257)
    >>> points = np.random.default_rng(1).uniform(0, 100, (50, 2))
    >>> k_density([pair_counts(points, edges)], edges, [25, 50, 75, 100], 50 * 49 / 2).round(4)
    array([[0.0101, 0.0137, 0.0121, 0.003 ]])
    """
    rings = np.asarray(counts, dtype=np.float64) / 2
    edge, at = (np.asarray(each, dtype=np.float64) for each in (edges, distances))
    middle = (edge[:-1] + edge[1:]) / 2
    found = np.zeros((len(rings), len(at)))
    for row, ring in zip(found, rings, strict=True):
        if ring.any():
            wide = bandwidth(2 * ring, edge) if width is None else width
            near = middle <= REFLECTED * wide
            row += ring @ _gaussian(at - middle[:, None], wide)
            row += ring[near] @ _gaussian(at + middle[near, None], wide)
    return found / pairs


def bandwidth(counts: ArrayLike, edges: ArrayLike) -> float:
    """Return the bandwidth of a K-density: ``0.9 min(sd, IQR / 1.34) m^-0.2`` of m pairs.

    Parameters
    ----------
    counts : array_like, shape (R,)
        Of ordered pairs in rings, not weighted; some are not 0.
    edges : array_like, shape (R + 1,)
        Of the rings, metres, evenly spaced.

    Returns
    -------
    float
        Metres; at least the width of a ring.

    References
    ----------
    Silverman, Density Estimation for Statistics and Data Analysis (1986), equation 3.31.

    Examples
    --------
    >>> round(bandwidth(np.full(100, 20.0), np.linspace(0, 100, 101)), 3)
    6.529
    """
    ring, edge = (np.asarray(each, dtype=np.float64) for each in (counts, edges))
    ring, middle = ring / 2, (edge[:-1] + edge[1:]) / 2
    m = ring.sum()
    mean = ring @ middle / m
    spread = np.sqrt(ring @ (middle - mean) ** 2 / max(m - 1, 1))
    # Within a ring distances are taken to lie evenly.
    low, high = np.interp((0.25 * m, 0.75 * m), np.concatenate([[0.0], ring.cumsum()]), edge)
    wide = 0.9 * min(spread, (high - low) / SPREAD_OF_QUARTILES) * m**-0.2
    return float(max(wide, edge[1] - edge[0]))


def _gaussian(x: Floats, width: float) -> Floats:
    return np.exp(-((x / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))
