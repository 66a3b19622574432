"""How sure a location quotient is: a test, an interval, and what to rank small regions by.

A region draws its n_r establishments from the register's n, of which n_s are the sector: how many
of them are of the sector is hypergeometric. An interval lets the odds of the sector inside differ
from those outside.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from nabij.proximity.compiled import shared

Floats = NDArray[np.float64]

TAIL = 0.025
"""Chance beyond either end of an interval of 95 %."""

LEFT_OUT = 1e-14
"""Share of the whole chance at which summing stops."""

OUT_OF_SIGHT = 1e200
"""Where one count is this many times likelier than the observed one, the tail is 0 or 1."""

CLOSE = 1e-9
"""Error of the logarithm of the odds at which a search ends."""

MOST_STEPS = 200
"""A search takes 4 to 8; halving the farthest interval that counts allow takes some 60."""

FLAT = 1e-6
"""Relative variance of quotients that is no variance: a prior with one point."""


def mid_p(
    inside: ArrayLike, of_sector: ArrayLike, region: ArrayLike, register: ArrayLike
) -> Floats:
    """Return the chance of more than `inside` in a random draw, and half of that of as many.

    Parameters
    ----------
    inside : array_like of int, shape (m,)
        Establishments of the sector in each region.
    of_sector, region, register : array_like of int, shape (m,) or a number
        All establishments of the sector, of the region, of the register.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
        Not a number where only one count is possible. Below 1e-200 it may be 0.

    Raises
    ------
    ValueError
        If a count is impossible.

    Notes
    -----
    A sum over the counts that carry the chance, some ten standard deviations a region.

    References
    ----------
    Lancaster, Significance tests in discrete distributions, Journal of the American Statistical
    Association 56 (1961).

    Examples
    --------
    >>> mid_p([12], 60, 100, 1000).round(5).tolist()
    [0.00812]
    """
    counts = _counts(inside, of_sector, region, register)
    found = np.empty((1, counts.shape[1]))
    _solve(counts, found, TAIL)
    least, most = _support(counts)
    return np.where(least < most, found[0], np.nan)


def quotient_interval(
    inside: ArrayLike, of_sector: ArrayLike, region: ArrayLike, register: ArrayLike
) -> tuple[Floats, Floats]:
    """Return both ends of the 95 % interval of the location quotient.

    The odds of the sector in the region, against those outside, at which a count as large or as
    small as the observed one has a mid-p of 2.5 %; turned back to a count, and that to a quotient.

    Parameters
    ----------
    inside : array_like of int, shape (m,)
        Establishments of the sector in each region.
    of_sector, region, register : array_like of int, shape (m,) or a number
        All establishments of the sector, of the region, of the register.

    Returns
    -------
    low, high : numpy.ndarray of float64, shape (m,)
        Not a number where the region or the sector has no establishment.

    Raises
    ------
    ValueError
        If a count is impossible.

    Notes
    -----
    Newton's steps on the logarithm of the odds, each a sum over the counts that carry the chance.

    References
    ----------
    Fisher, The logic of inductive inference, Journal of the Royal Statistical Society 98 (1935),
    for the distribution; Berry and Armitage, Mid-P confidence intervals, The Statistician 44
    (1995), for why the exact interval is too wide.

    Examples
    --------
    >>> low, high = quotient_interval([12], 60, 100, 1000)
    >>> low.round(5).tolist(), high.round(5).tolist()
    ([1.15836], [3.06083])
    """
    counts = _counts(inside, of_sector, region, register)
    found = np.empty((3, counts.shape[1]))
    _solve(counts, found, TAIL)
    x, sector, total, everything = counts.astype(np.float64)
    least, most = _support(counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = sector * total / everything
        low, high = (_count_of(np.exp(found[side]), sector, total, everything) for side in (1, 2))
        low = np.where(x == least, x, np.clip(low, least, x))
        high = np.where(x == most, x, np.clip(high, x, most))
        return low / expected, high / expected


def _count_of(odds: Floats, sector: Floats, total: Floats, everything: Floats) -> Floats:
    """Solve x (n - n_r - n_s + x) = odds (n_s - x)(n_r - x), in the way that loses no digits."""
    half = everything + (odds - 1) * (sector + total)
    product = odds * sector * total
    root = np.sqrt(np.maximum(half * half + 4 * (1 - odds) * product, 0.0))
    return np.where(half > 0, 2 * product / (half + root), (root - half) / (2 * (1 - odds)))


def _counts(*counts: ArrayLike) -> NDArray[np.int64]:
    given = [np.asarray(each) for each in counts]
    whole = np.ascontiguousarray(
        [each.ravel() for each in np.broadcast_arrays(*given)], dtype=np.int64
    )
    least, most = _support(whole)
    x, sector, total, everything = whole
    possible = (sector >= 0) & (total >= 0) & (np.maximum(sector, total) <= everything)
    wrong = np.flatnonzero(~possible | (x < least) | (x > most))
    if len(wrong):
        values = ", ".join(map(str, whole[:, wrong[0]].tolist()))
        raise ValueError(
            f"{len(wrong)} impossible counts; the first, of the sector in the region, the sector, "
            f"the region and the register: {values}"
        )
    return whole


def _support(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    _, sector, total, everything = counts
    return np.maximum(0, sector + total - everything), np.minimum(sector, total)


def _solve(counts: NDArray[np.int64], found: Floats, tail: float) -> None:
    shared(solve, SOLVE)(counts, found, tail)


SOLVE = "void(int64[:, ::1], float64[:, ::1], float64)"


def solve(counts, found, tail):
    """Fill in the mid-p at even odds, and the log odds whose upper or lower tail is `tail`.

    Chances are summed outwards from the observed count x, whose own is set to 1: that of the next
    is the odds times (n_s - k)(n_r - k) / ((k + 1)(n - n_s - n_r + k + 1)). The derivative of a
    tail to the log odds is the covariance of being in the tail and the count. Compiled.

    Parameters
    ----------
    counts : int64 array, shape (4, m)
        In the region and sector, of the sector, of the region, of the register.
    found : float64 array, shape (1, m) or (3, m)
        Filled: the mid-p, and with three rows the log odds at both ends; 0 where there is none.
    tail : float
    """
    wanted = np.log(tail / (1 - tail))
    for i in range(counts.shape[1]):
        x, sector, total = counts[0, i], counts[1, i], counts[2, i]
        rest = counts[3, i] - sector - total
        least, most = max(0, -rest), min(sector, total)
        # Woolf's interval of the log odds ratio, with half a count more, is near enough to begin.
        a, b, c, d = x + 0.5, sector - x + 0.5, total - x + 0.5, rest + x + 0.5
        middle = np.log(a * d / (b * c))
        spread = 1.96 * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        for side in range(found.shape[0]):
            found[side, i] = 0.0
            if (side == 1 and x == least) or (side == 2 and x == most):
                continue
            at = 0.0 if side == 0 else (middle - spread if side == 1 else middle + spread)
            below, above, has_below, has_above = 0.0, 0.0, False, False
            for _ in range(MOST_STEPS):
                odds = np.exp(at)
                more = more_moment = 0.0
                term = 1.0
                for k in range(x, most):
                    ratio = odds * ((sector - k) * (total - k)) / ((k + 1.0) * (rest + k + 1.0))
                    term *= ratio
                    more += term
                    more_moment += term * (k + 1 - x)
                    if term > OUT_OF_SIGHT:
                        break
                    if ratio < 1 and term * ratio < LEFT_OUT * (1 - ratio) * (1 + more):
                        break
                less = less_moment = 0.0
                term = 1.0
                for k in range(x, least, -1):
                    ratio = k * (rest + k * 1.0) / (odds * ((sector - k + 1.0) * (total - k + 1.0)))
                    term *= ratio
                    less += term
                    less_moment += term * (x - k + 1)
                    if term > OUT_OF_SIGHT:
                        break
                    if ratio < 1 and term * ratio < LEFT_OUT * (1 - ratio) * (1 + less):
                        break
                every = 1 + more + less
                shift = (more_moment - less_moment) / every
                if side < 2:
                    inside, outside = (more + 0.5) / every, (less + 0.5) / every
                    slope = more_moment / every - inside * shift
                else:
                    inside, outside = (less + 0.5) / every, (more + 0.5) / every
                    slope = -less_moment / every - inside * shift
                if side == 0:
                    found[0, i] = inside
                    break
                # Newton on the logit of the tail, which is close to a line; halved where it leaves
                # what is known.
                gap = np.log(inside / outside) - wanted
                if (gap > 0) == (side == 1):
                    above, has_above = at, True
                else:
                    below, has_below = at, True
                step = gap * inside * outside / slope if slope != 0 else 0.0
                new = at - max(-3.0, min(3.0, step)) if step != 0 else at - gap
                if has_below and has_above and not below < new < above:
                    new = 0.5 * (below + above)
                done = abs(new - at) < CLOSE
                at = new
                if done:
                    break
            if side:
                found[side, i] = at


def shrunk_quotients(inside: ArrayLike, expected: ArrayLike) -> Floats:
    """Draw the location quotients of many small regions towards that of all, by empirical Bayes.

    Counts are Poisson with mean ``expected`` times the quotient, and quotients have a gamma
    distribution, which is fitted by marginal maximum likelihood.

    Parameters
    ----------
    inside : array_like of int, shape (m,)
        Establishments of the sector in each region.
    expected : array_like of float, shape (m,)
        What each would have with the sector's share of the register; more than 0.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
        ``(inside + a) / (expected + b)``; not a number where the fitted variance is 0.

    References
    ----------
    Clayton and Kaldor, Empirical Bayes estimates of age-standardized relative risks for use in
    disease mapping, Biometrics 43 (1987).

    Examples
    --------
    >>> shrunk_quotients([0, 0, 1, 9], [0.2, 2.0, 2.0, 2.0]).round(2).tolist()
    [0.91, 0.21, 0.64, 4.07]
    """
    x, e = (np.asarray(each, dtype=np.float64) for each in (inside, expected))
    nothing = np.full(len(x), np.nan)
    overall = x.sum() / e.sum() if e.sum() > 0 else 0.0
    alike = overall * e
    beyond = ((x - alike) ** 2 - x).sum()
    # The slope of the likelihood at a variance of 0: not above it, no variance is the best fit.
    if overall <= 0 or beyond <= 0:
        return nothing
    # Counts take few values: what depends on them alone is computed once for each.
    values, times = np.unique(x, return_counts=True)

    def minus_likelihood(at: Floats) -> tuple[float, Floats]:
        mean, variance = np.exp(np.clip(at, -30, 30))
        shape, rate = 1 / variance, 1 / (variance * mean)
        gammas = times @ (gammaln(values + shape) - gammaln(shape))
        logs = np.log(e + rate)
        total = gammas + len(x) * shape * np.log(rate) - ((x + shape) * logs).sum()
        of_shape = times @ (digamma(values + shape) - digamma(shape))
        of_shape += len(x) * np.log(rate) - logs.sum()
        of_rate = len(x) * shape / rate - ((x + shape) / (e + rate)).sum()
        return -total, -np.array([-of_rate * rate, -of_shape * shape - of_rate * rate])

    start = np.log([overall, max(beyond / (alike @ alike), FLAT)])
    best = minimize(minus_likelihood, start, jac=True, method="BFGS")
    mean, variance = np.exp(best.x)
    if not FLAT < variance < 1 / FLAT:
        return nothing
    return np.asarray((x + 1 / variance) / (e + 1 / (variance * mean)))
