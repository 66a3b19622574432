"""Jobs of which a fewest and a most are known: what that leaves of a location quotient."""

from __future__ import annotations

import numpy as np

Bounds = tuple[np.ndarray, np.ndarray]
"""The least and the most that each value can be."""


def quotient_range(sector: Bounds, rest: Bounds, elsewhere: Bounds, others: Bounds) -> Bounds:
    """Return the least and the most that the location quotients of regions can be.

    The register is cut in four: the sector in the region (a), the rest of the region (b), the
    sector elsewhere (c), and what is neither (d). No establishment is in two, so each sum takes
    every value between its bounds whatever the others are. Then the quotient is
    ``a (a + b + c + d) / ((a + b) (a + c))``. It falls with b and with c and rises with d, whatever
    a is; so the most is at the low of b and c and the high of d, and the least the other way round.
    In a it rises up to ``(bc + sqrt(bc (b + d) (c + d))) / d`` and falls from there on: the most is
    there, or at the end of a's bounds that is nearest to it, and the least is at one of its ends.
    Both are reached: no narrower range would hold all that the classes allow.

    Parameters
    ----------
    sector, rest, elsewhere, others : tuple of numpy.ndarray of float64, shape (m,)
        Low and high jobs of a, b, c and d.

    Returns
    -------
    low, high : numpy.ndarray of float64, shape (m,)
        Not a number where there is nothing at all in the region, or the sector has no jobs, even at
        the most; and where there is no bound, because what is divided by may be nothing.

    Examples
    --------
    >>> one = [np.array([each]) for each in (10.0, 20.0, 50.0, 90.0, 80.0, 90.0, 800.0, 900.0)]
    >>> a, b, c, d = zip(one[::2], one[1::2], strict=True)
    >>> low, high = quotient_range(a, b, c, d)
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.99], [3.0])
    """
    low_a, high_a = sector
    most_at = np.clip(_peak(rest[0], elsewhere[0], others[1]), low_a, high_a)
    high = _quotient(most_at, rest[0], elsewhere[0], others[1])
    ends = [_quotient(a, rest[1], elsewhere[1], others[0]) for a in sector]
    low = np.fmin(*ends)
    nothing = (high_a + rest[1] <= 0) | (high_a + elsewhere[1] <= 0)
    return (
        np.where(nothing | ~np.isfinite(low), np.nan, low),
        np.where(nothing | ~np.isfinite(high), np.nan, high),
    )


def _peak(b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Return the a at which the quotient is largest; infinite where it only rises."""
    with np.errstate(divide="ignore", invalid="ignore"):
        at = (b * c + np.sqrt(b * c * (b + d) * (c + d))) / d
    return np.where(d > 0, at, np.inf)


def _quotient(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Return the location quotient; where a and b or c are nothing, what it nears as a does."""
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.where(b > 0, a / (a + b), 1.0)
        both = within * (a + b + c + d) / (a + c)
        alone = (a + b + d) / (a + b)  # no sector elsewhere
        return np.where(c > 0, both, np.where(a + b > 0, alone, np.inf))
