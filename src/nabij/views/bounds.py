"""Bounds of the classes of a score: the same for every sector of a study."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Shares of the establishments below each bound: the upper classes are small, so that the darkest
# colours are few and clusters stand out.
SCORE_SHARES = (0.10, 0.30, 0.50, 0.70, 0.85, 0.95)


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
    every establishment in the lowest class. They are rounded as far as they stay apart, and no
    class is empty: few establishments have few classes.
    """
    known = scores[np.isfinite(scores)]
    if len(known) < 2 or known.min() == known.max():
        return []
    raw = np.unique(np.quantile(known, shares, method="higher"))
    rounded: list[float] = []
    for digits in (2, 3, 4):
        rounded = [significant(value, digits) for value in raw]
        if len(set(rounded)) == len(raw):
            break
    kept: list[float] = []
    below = 0
    for value in sorted(set(rounded)):
        under = int((known < value).sum())
        if below < under < len(known):
            kept.append(value)
            below = under
    return kept
