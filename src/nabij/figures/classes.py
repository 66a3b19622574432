"""Class bounds that a reader can hold in mind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Shares of the establishments below each bound: the upper classes are small, so that the darkest
# colours are few and clusters stand out.
SCORE_SHARES = (0.10, 0.30, 0.50, 0.70, 0.85, 0.95)

# Inner and outer bound above one; below one they are the reciprocals.
RATIO_BOUNDS = ((1.05, 1.1), (1.1, 1.25), (1.1, 1.5), (1.25, 2.0), (1.5, 3.0), (2.0, 5.0))


def significant(value: float, digits: int) -> float:
    """Round to a number of significant digits.

    >>> significant(0.018512, 2)
    0.019
    """
    if value == 0 or not np.isfinite(value):
        return float(value)
    return float(round(value, digits - 1 - int(np.floor(np.log10(abs(value))))))


def score_bounds(scores: np.ndarray, shares: Sequence[float] = SCORE_SHARES) -> list[float]:
    """Return the inner bounds of the classes of a heavy-tailed score, low to high.

    Bounds follow ranks, not values: D-scores are so skewed that equal steps would put nearly
    every establishment in the lowest class. They are rounded as far as they stay apart, and
    each leaves scores on both sides.
    """
    known = scores[np.isfinite(scores)]
    if len(known) < 2 or known.min() == known.max():
        return []
    raw = np.unique(np.quantile(known, shares))
    rounded: list[float] = []
    for digits in (2, 3, 4):
        rounded = [significant(value, digits) for value in raw]
        if len(set(rounded)) == len(raw):
            break
    return [value for value in sorted(set(rounded)) if known.min() < value <= known.max()]


def ratio_bounds(ratios: np.ndarray) -> list[float]:
    """Return four bounds around one for ratios: as far off again below as above.

    The outer bounds are the nearest of a fixed list that leave at most a sixth outside.
    """
    known = ratios[np.isfinite(ratios) & (ratios > 0)]
    off = np.exp(np.abs(np.log(known))) if len(known) else np.ones(1)
    fitting = (pair for pair in RATIO_BOUNDS if np.mean(off > pair[1]) <= 1 / 6)
    inner, outer = next(fitting, RATIO_BOUNDS[-1])
    return [1 / outer, 1 / inner, inner, outer]


def count_bounds(counts: np.ndarray, threshold: int, classes: int = 5) -> list[int]:
    """Return where each class of counts from 1 up starts: whole numbers, the threshold among them.

    Natural breaks, rounded to two digits; the bound nearest to `threshold` is moved onto it, so
    that the map shows what is named.
    """
    known = counts[counts > 0].astype(np.int64)
    different, times = np.unique(known, return_counts=True)
    if not len(different):
        return []
    starts = [int(significant(value, 2)) for value in natural_breaks(different, times, classes)]
    starts[0] = 1
    highest = int(different[-1])
    if 1 < threshold <= highest and threshold not in starts and len(starts) > 1:
        nearest = min(range(1, len(starts)), key=lambda at: abs(np.log(starts[at] / threshold)))
        starts[nearest] = threshold
    return sorted({start for start in starts if start <= highest})


def natural_breaks(values: np.ndarray, times: np.ndarray, classes: int) -> list[int]:
    """Return the lowest value of each class, so that classes differ least inside (Fisher 1958).

    Exact, by dynamic programming over the distinct values, and so always the same.

    Parameters
    ----------
    values : numpy.ndarray of int
        Distinct, rising.
    times : numpy.ndarray of int
        How often each occurs.
    classes : int

    Examples
    --------
    >>> natural_breaks(np.array([1, 2, 3, 20, 22, 90]), np.ones(6, dtype=int), 3)
    [1, 20, 90]
    """
    if len(values) <= classes:
        return [int(value) for value in values]
    zero = np.zeros(1)
    count, total, squares = (
        np.concatenate([zero, np.cumsum(times * values.astype(float) ** power)])
        for power in (0, 1, 2)
    )
    # within[i, j]: sum of squared differences from the mean of values i up to and with j - 1.
    number = count[None, :] - count[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = (
            squares[None, :] - squares[:, None] - (total[None, :] - total[:, None]) ** 2 / number
        )
    within[number <= 0] = np.inf
    best, came_from = within[0], []
    for _ in range(classes - 1):
        choices = best[:, None] + within
        came_from.append(choices.argmin(axis=0))
        best = choices.min(axis=0)
    stop, starts = len(values), []
    for earlier in reversed(came_from):
        stop = int(earlier[stop])
        starts.append(int(values[stop]))
    return [int(values[0]), *reversed(starts)]


def class_of(values: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Return the class of each value, 0 for the lowest; -1 where there is no value."""
    found = np.searchsorted(np.asarray(bounds, dtype=float), values, side="right")
    return np.where(np.isfinite(values), found, -1)
