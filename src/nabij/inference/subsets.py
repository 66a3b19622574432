"""Whether the mean of a part of a pool is higher than a random draw's.

So are tested those who entered a sector against those who left it, and an industry against all
establishments that could be it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nabij.inference.draws import draw_moments

Floats = NDArray[np.float64]

ALIKE = 1e-12
"""Relative difference of values that are the same but for rounding."""


def higher_mean(values: ArrayLike, chosen: ArrayLike, group: ArrayLike, groups: int) -> Floats:
    """Return for each group the chance that a draw of its size has at least as high a mean.

    The draw is out of the whole pool, without replacement.

    Parameters
    ----------
    values : array_like of float, shape (M,)
        Of the pool.
    chosen, group : array_like of int, shape (k,)
        Which of the pool is in which group; one may be in several groups, in each once.
    groups : int
        How many there are.

    Returns
    -------
    numpy.ndarray of float64, shape (groups,)
        Not a number where nothing can be told: a pool of less than three, a group of none or of
        all, values that are all the same or not all finite.

    References
    ----------
    The randomisation test (Fisher, The Design of Experiments, 1935, section 21), its distribution
    by Pearson's type III with the exact mean, variance and skewness.

    Examples
    --------
    >>> higher_mean(np.arange(20), [19, 18, 17, 16, 0, 7, 14], [0, 0, 0, 0, 1, 1, 1], 2).round(3)
    array([0.001, 0.786])
    """
    value = np.asarray(values, dtype=np.float64)
    at, number = (np.asarray(each, dtype=np.int64) for each in (chosen, group))
    if not len(value) or not np.isfinite(value).all() or np.ptp(value) <= ALIKE * abs(value).max():
        return np.full(groups, np.nan)
    high = value - value.mean()
    drawn = np.bincount(number, minlength=groups)
    observed = np.bincount(number, weights=high[at], minlength=groups)
    squares = high * high
    moments = draw_moments(high.sum(), squares.sum(), squares @ high, len(value), drawn)
    told = (drawn > 0) & (drawn < len(value))
    return np.where(told, moments.upper_tail(observed), np.nan)
