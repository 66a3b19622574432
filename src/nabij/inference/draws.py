"""A sum over a random draw without replacement: its moments, and the chance of more.

A sector drawn at random from its reference draws m of the M values that an establishment has
towards the others. All tests by closed form end in `upper_tail`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, ndtr

Floats = NDArray[np.float64]

NEARLY_SYMMETRIC = 0.02
"""Skewness up to which the gamma distribution's shape would be too large to compute with."""


@dataclass(frozen=True)
class Moments:
    """Mean, variance and skewness of a sum over a draw.

    Attributes
    ----------
    mean, variance, skewness : numpy.ndarray of float64
        A variance of 0 means that every draw gives the same sum; skewness is then not a number,
        and also where a population of two has none.
    """

    mean: Floats
    variance: Floats
    skewness: Floats

    def upper_tail(self, observed: ArrayLike) -> Floats:
        """Return the chance that a draw gives at least `observed`; not a number where none can."""
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (np.asarray(observed, dtype=np.float64) - self.mean) / np.sqrt(self.variance)
        return pearson3(z, self.skewness)


def draw_moments(
    first: ArrayLike, second: ArrayLike, third: ArrayLike, population: ArrayLike, drawn: ArrayLike
) -> Moments:
    """Return the exact moments of the sum of `drawn` values out of a population of values.

    Parameters
    ----------
    first, second, third : array_like of float, shape (n,)
        Sums over the population of the values, their squares and their cubes.
    population : array_like of int, shape (n,) or a number
        How many values there are, M.
    drawn : array_like of int, shape (n,) or a number
        How many of them are drawn without replacement, m.

    Returns
    -------
    Moments

    References
    ----------
    The cumulants of simple random sampling from a finite population (Cochran, Sampling
    Techniques, 1977, section 2.15); the squares are centred first, so nothing cancels.

    Examples
    --------
    One of 1, 2 and 6, or two of them:

    >>> found = draw_moments(9.0, 41.0, 225.0, 3, np.array([1, 2]))
    >>> found.mean.tolist(), found.variance.round(3).tolist()
    ([3.0, 6.0], [4.667, 4.667])
    """
    a, b, c = (np.asarray(values, dtype=np.float64) for values in (first, second, third))
    M, m = (np.asarray(count, dtype=np.float64) for count in (population, drawn))
    with np.errstate(divide="ignore", invalid="ignore"):
        mu = a / M
        spread = np.maximum(b - M * mu * mu, 0.0)
        # What is left of equal values after rounding is no spread.
        spread = np.where(spread <= 1e-12 * np.abs(b), 0.0, spread)
        cubes = c / M - 3 * mu * b / M + 2 * mu**3
        variance = m * spread / (M - 1) * (1 - m / M)
        third_cumulant = cubes * m * (M - m) * (M - 2 * m) / ((M - 1) * (M - 2))
        skewness = np.where(variance > 0, third_cumulant / variance**1.5, np.nan)
    return Moments(np.asarray(m * mu), np.asarray(variance), skewness)


def pearson3(z: ArrayLike, skewness: ArrayLike) -> Floats:
    """Return the upper tail of the Pearson III distribution with mean 0 and variance 1.

    Parameters
    ----------
    z, skewness : array_like of float, shape (n,) or a number

    Returns
    -------
    numpy.ndarray of float64
        P(Z >= z); not a number where an argument is.

    References
    ----------
    Pearson's type III, a shifted and scaled gamma distribution; for a small skewness its first
    Edgeworth term.

    Examples
    --------
    >>> pearson3([1.645, 1.645, 1.645], [0.0, 1.0, -1.0]).round(3).tolist()
    [0.05, 0.068, 0.006]
    """
    z, g = np.broadcast_arrays(
        np.asarray(z, dtype=np.float64), np.asarray(skewness, dtype=np.float64)
    )
    tail = np.array(ndtr(-z) + np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * g * (z * z - 1) / 6)
    right, left = g >= NEARLY_SYMMETRIC, g <= -NEARLY_SYMMETRIC
    shape = 4 / g[right] ** 2
    tail[right] = gammaincc(shape, np.maximum(shape + z[right] * np.sqrt(shape), 0.0))
    shape = 4 / g[left] ** 2
    tail[left] = gammainc(shape, np.maximum(shape - z[left] * np.sqrt(shape), 0.0))
    return np.where(np.isnan(z) | np.isnan(g), np.nan, np.clip(tail, 0.0, 1.0))
