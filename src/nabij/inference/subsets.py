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


def higher_mean(
    values: ArrayLike,
    chosen: ArrayLike,
    group: ArrayLike,
    groups: int,
    weights: ArrayLike | None = None,
) -> Floats:
    """Return for each group the chance that a draw of its size has at least as high a mean.

    The draw is out of the whole pool, without replacement. With weights the mean is weighted, and
    each value is drawn with its weight: a draw's mean is at least R where its sum of
    ``weight (value - R)`` is at least 0, whose three moments are exact as well.

    Parameters
    ----------
    values : array_like of float, shape (M,)
        Of the pool.
    chosen, group : array_like of int, shape (k,)
        Which of the pool is in which group; one may be in several groups, in each once.
    groups : int
        How many there are.
    weights : array_like of float, shape (M,), optional
        Not negative.

    Returns
    -------
    numpy.ndarray of float64, shape (groups,)
        Not a number where nothing can be told: a pool of less than three, a group of none, of all
        or without weight, values that are all the same or not all finite.

    References
    ----------
    The randomisation test (Fisher, The Design of Experiments, 1935, section 21), its distribution
    by Pearson's type III with the exact mean, variance and skewness.

    Examples
    --------
    >>> higher_mean(np.arange(20), [19, 18, 17, 16, 0, 7, 14], [0, 0, 0, 0, 1, 1, 1], 2).round(3)
    array([0.001, 0.786])
    """
    value, at, number = (np.asarray(each) for each in (values, chosen, group))
    weight = np.ones(len(value)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(value) or not np.isfinite(value).all() or np.ptp(value) <= ALIKE * abs(value).max():
        return np.full(groups, np.nan)

    def of_group(each: Floats) -> Floats:
        total = np.bincount(number, weights=each[at], minlength=groups)
        return np.asarray(total, dtype=np.float64)

    drawn = of_group(np.ones(len(value)))
    # Centred, so that little cancels in the powers below.
    centre = value.mean()
    high = value - centre
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = of_group(weight * high) / of_group(weight)
        # Sums over the pool of u = w (g - R), u^2 and u^3, for every R at once.
        s = {(a, b): (weight**a * high**b).sum() for a in (1, 2, 3) for b in range(a + 1)}
        first = s[1, 1] - mean * s[1, 0]
        second = s[2, 2] - 2 * mean * s[2, 1] + mean**2 * s[2, 0]
        third = s[3, 3] - 3 * mean * s[3, 2] + 3 * mean**2 * s[3, 1] - mean**3 * s[3, 0]
        found = draw_moments(first, second, third, len(value), drawn).upper_tail(0.0)
    return np.where((drawn > 0) & (drawn < len(value)), found, np.nan)
