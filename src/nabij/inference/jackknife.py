"""The interval of a mean D-score: how far it would be off in a re-drawn sector of like geography.

Scores of neighbours share their neighbours, so their spread says nothing of the mean's error.
Leaving out one establishment of the sector at a time does, also for a region, whose mean moves
with establishments outside it.

References
----------
Efron and Stein, The jackknife estimate of variance, Annals of Statistics 9 (1981).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from nabij.decay import Decay
from nabij.inference.outside import first_outside
from nabij.progress import Progress, silent
from nabij.proximity import sums
from nabij.proximity.work import run_each

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST = 10
"""Establishments in a region below which an interval covers too seldom: simulated to cover 81 to
94 % with 5 to 9, 89 to 96 % from 10 on."""

OUTSIDE = 5_000
"""Establishments of the sector outside a region that stand for all of them."""

LEVEL = 0.95


def log_margin(
    scores: Floats,
    places: Floats,
    decay: Decay,
    weight: Floats | None = None,
) -> float:
    """Return the margin of the log of the whole sector's mean score; see `regional_log_margins`.

    Parameters
    ----------
    scores : numpy.ndarray of float64, shape (n,)
        D-scores of all establishments of the sector.
    places : numpy.ndarray of float64, shape (n, 2)
        Used only where neighbours weigh.
    decay : Decay
    weight : numpy.ndarray of float64, shape (n,), optional

    Examples
    --------
    >>> round(log_margin(np.linspace(1.0, 2.0, 100), np.empty((100, 2)), Decay()), 3)
    0.078
    """
    count = len(scores)
    if count < FEWEST or not np.isfinite(scores).all():
        return np.nan
    if weight is None:
        # What the others lose by one is what it has of them.
        lost = scores
    else:
        lost = weight * _towards(places, None, _share(weight, decay), decay)
    remaining = _remaining(weight, decay)
    left = (scores.sum() - scores - lost) / remaining
    return _margin(left, np.empty(0), 0, count, count)


def regional_log_margins(
    scores: Floats,
    places: Floats,
    number: Integers,
    regions: int,
    decay: Decay,
    weight: Floats | None = None,
    *,
    random: np.random.Generator,
    progress: Progress = silent,
) -> Floats:
    """Return for every region the margin of the log of its mean score, at 95 %.

    Each establishment of the sector is left out in turn, in the region or not: its own score goes
    and so does what it adds to the others'. The standard error of the log mean is the spread of
    what is left; the mean times and divided by the exponent of the margin is the interval.

    Parameters
    ----------
    scores : numpy.ndarray of float64, shape (n,)
        D-scores of all establishments of the sector.
    places : numpy.ndarray of float64, shape (n, 2)
        Metres.
    number : numpy.ndarray of int64, shape (n,)
        Of the region of each; below 0 for none.
    regions : int
        How many there are.
    decay : Decay
        Of the scores.
    weight : numpy.ndarray of float64, shape (n,), optional
        What each counts for as a neighbour. One that is left out then changes by how much others'
        scores are divided; that is taken to the first order in its share.
    random : numpy.random.Generator
        For which establishments outside stand for all, where there are more than `OUTSIDE`.
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (regions,)
        Not a number below `FEWEST` establishments, and where without one of them nothing is near.

    Notes
    -----
    The time is that of a sum over each region's establishments, towards themselves and `OUTSIDE`
    others.
    """
    count = len(scores)
    found = np.full(regions, np.nan)
    if not np.isfinite(scores).all():
        return found
    inside = np.bincount(number[number >= 0], minlength=regions)
    shuffled = random.permutation(count)
    shuffled_number = number[shuffled]
    ordered = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[ordered], np.arange(regions), side="right")
    share, remaining = _share(weight, decay), _remaining(weight, decay)
    remaining = np.broadcast_to(remaining, count)
    mass = np.ones(count) if weight is None else weight
    # As shares of what all neighbours count for: without weights and as a mean, of n - 1.
    unit = 1 / (count - 1) if weight is None and decay.normalisation == "mean" else 1.0
    # The largest first, so that no core waits long for another at the end.
    chosen = np.argsort(-inside, kind="stable")[: (inside >= FEWEST).sum()]

    def find(at: int) -> None:
        region = int(chosen[at])
        members = ordered[ends[region] - inside[region] : ends[region]]
        some = first_outside(shuffled_number, region, OUTSIDE, count - len(members))
        others = shuffled[some]
        total = scores[members].sum()
        within = None if share is None else share[members]
        lost = _towards(places[members], None, within, decay, threads=1)
        left = total - scores[members] - mass[members] * lost * unit
        left = left / remaining[members] / (len(members) - 1)
        lost = _towards(places[others], places[members], within, decay, threads=1)
        apart = (total - mass[others] * lost * unit) / remaining[others] / len(members)
        found[region] = _margin(left, apart, count - len(members), len(members), count)

    run_each(find, len(chosen), progress, "Intervals of the regions")
    return found


def _share(weight: Floats | None, decay: Decay) -> Floats | None:
    """Return by what each score is divided, inverted, as weights of the sums that are lost."""
    if weight is None:
        return None
    return np.ones(len(weight)) if decay.normalisation == "sum" else 1 / (weight.sum() - weight)


def _remaining(weight: Floats | None, decay: Decay) -> Floats | float:
    """Return what all count for without each one, as a share of all."""
    if weight is None or decay.normalisation == "sum":
        return 1.0
    return np.asarray(1 - weight / weight.sum())


def _towards(
    targets: Floats,
    sources: Floats | None,
    weight: Floats | None,
    decay: Decay,
    threads: int | None = None,
) -> Floats:
    """Return the sums from targets to sources; without these, from each to the others."""
    made = sums(targets, sources, weights=weight, threads=threads, **decay.arguments)
    return np.asarray(made.values[0, 0] * decay.per_metre)


def _margin(left: Floats, apart: Floats, outside: int, inside: int, count: int) -> float:
    """Return the margin from what is left without each one in the region, and without others."""
    if not ((left > 0).all() and (apart > 0).all()):
        return np.nan
    stands = outside / len(apart) if len(apart) else 0.0
    each = np.concatenate((np.log(left), np.log(apart)))
    times = np.concatenate((np.ones(len(left)), np.full(len(apart), stands)))
    mean = (times @ each) / count
    variance = (count - 1) / count * (times @ (each - mean) ** 2)
    return float(t.ppf((1 + LEVEL) / 2, inside - 1) * np.sqrt(variance))
