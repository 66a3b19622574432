"""The referee: tests by relabelling, for whoever does not trust a closed form.

The places stay; which of the reference's establishments are the sector is drawn at random, again
and again. The chance is the share of draws at least as large, the observed one among them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nabij.decay import Decay
from nabij.inference.sector import SMALL, nearness
from nabij.progress import Progress, silent
from nabij.proximity import sums

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEW = 2_000
"""Establishments below which all are put in random order; above, a draw of up to 49 has none of
them twice in more than half of the cases."""

ALIKE = 1e-9
"""Relative difference below which a draw is as large as the observed one: sums are rounded."""


def share_at_least(drawn: ArrayLike, observed: ArrayLike) -> Floats:
    """Return the chance of at least `observed`, from draws.

    Parameters
    ----------
    drawn : array_like of float, shape (draws, ...)
    observed : array_like of float, shape (...)

    Returns
    -------
    numpy.ndarray of float64, shape (...)
        At least 1 / (draws + 1): the observed one is a draw too.

    References
    ----------
    Davison and Hinkley, Bootstrap Methods and their Application (1997), section 4.2.

    Examples
    --------
    >>> share_at_least([1.0, 2.0, 3.0], 2.0).tolist()
    0.75
    """
    draws, least = np.asarray(drawn, dtype=np.float64), np.asarray(observed, dtype=np.float64)
    return np.asarray((1 + (draws >= _just_below(least)).sum(axis=0)) / (len(draws) + 1))


def _just_below(values: Floats) -> Floats:
    return values - ALIKE * np.abs(values)


def relabelled_mid_p(
    inside: ArrayLike,
    sector: ArrayLike,
    total: ArrayLike,
    register: ArrayLike,
    *,
    simulations: int,
    random: np.random.Generator,
) -> Floats:
    """Return the mid-p of counts in regions, from draws; arguments as in `quotients.mid_p`.

    The observed count is one of the draws, and equal to itself.

    Examples
    --------
    >>> draws = {"simulations": 999, "random": np.random.default_rng(1)}
    >>> relabelled_mid_p([12], 60, [100], 1000, **draws).round(2).tolist()
    [0.01]
    """
    observed, n_s, n_r, n = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.int64) for each in (inside, sector, total, register))
    )
    above = np.full(observed.shape, 0.5)
    for _ in range(simulations):
        drawn = random.hypergeometric(n_s, n - n_s, n_r)
        above += (drawn > observed) + 0.5 * (drawn == observed)
    open_ended = (n_s > 0) & (n_s < n) & (n_r > 0) & (n_r < n)
    return np.where(open_ended, above / (simulations + 1), np.nan)


def relabelled_higher_mean(
    values: ArrayLike,
    chosen: ArrayLike,
    group: ArrayLike,
    groups: int,
    weights: ArrayLike | None = None,
    *,
    simulations: int,
    random: np.random.Generator,
) -> Floats:
    """Return the chance of as high a mean, from draws; arguments as in `subsets.higher_mean`.

    The first k of a random order of the pool are a random draw of k: one order serves all groups.

    Examples
    --------
    >>> draws = {"simulations": 999, "random": np.random.default_rng(1)}
    >>> relabelled_higher_mean(np.arange(20), [19, 18, 0, 7], [0, 0, 1, 1], 2, **draws).round(2)
    array([0.01, 0.95])
    """
    value = np.asarray(values, dtype=np.float64)
    weight = np.ones(len(value)) if weights is None else np.asarray(weights, dtype=np.float64)
    at, number = (np.asarray(each, dtype=np.int64) for each in (chosen, group))
    size = np.bincount(number, minlength=groups)
    mass = np.bincount(number, weights=weight[at], minlength=groups)
    tested = (size > 0) & (size < len(value)) & (mass > 0)
    total = np.bincount(number, weights=(weight * value)[at], minlength=groups)
    least = _just_below(total[tested] / mass[tested])
    exceeding = np.zeros(tested.sum(), dtype=np.int64)
    last = size[tested] - 1
    for _ in range(simulations if tested.any() else 0):
        order = random.permutation(len(value))[: last.max() + 1]
        drawn = np.cumsum(weight[order])[last]
        with np.errstate(divide="ignore", invalid="ignore"):
            exceeding += np.cumsum((weight * value)[order])[last] / drawn >= least
    found = np.full(groups, np.nan)
    found[tested] = (1 + exceeding) / (simulations + 1)
    return found


def relabelled_chance_of_nearer(
    observed: Floats,
    members: Integers,
    points: Floats,
    weight: Floats | None,
    decay: Decay,
    *,
    simulations: int,
    random: np.random.Generator,
    progress: Progress = silent,
) -> Floats:
    """Return for each of some establishments the chance of a score as large, by relabelling.

    One draw serves all of them: a sector's worth of establishments in random order, of which each
    looks at all but itself or, where it is not drawn, at all but the last. So the others are a
    random draw without it, for every one; between them the draws are not independent.

    Parameters
    ----------
    observed : numpy.ndarray of float64, shape (k,)
        Scores; those that are not a number get no chance.
    members : numpy.ndarray of int64, shape (n,)
        Which points are the sector; the first k of them are tested.
    points : numpy.ndarray of float64, shape (N, 2)
        The reference, metres.
    weight : numpy.ndarray of float64, shape (N,), optional
    decay : Decay
    simulations : int
        Draws; the time is that of as many sums over the sector.
    random : numpy.random.Generator
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (k,)
    """
    count, tested = len(members), members[: len(observed)]
    if count < 2 or count == len(points):
        return np.full(len(observed), np.nan)
    at_least, exceeding = _just_below(observed), np.zeros(len(observed), dtype=np.int64)
    place = np.full(len(points), -1)
    for done in range(simulations):
        progress("Relabelling", done / simulations)
        drawn = random.choice(len(points), count, replace=False)
        others, spare = drawn[:-1], drawn[-1:]
        place[others] = np.arange(count - 1)
        own = place[tested]
        mass = np.ones(count) if weight is None else weight[drawn]
        made = sums(
            points[tested], points[others], own=own,
            weights=None if weight is None else mass[:-1], **decay.arguments,
        )  # fmt: skip
        near, total = made.values[0, 0], np.full(len(observed), mass[:-1].sum())
        inside = np.flatnonzero(own >= 0)
        if len(inside):
            last = sums(points[tested[inside]], points[spare], **decay.arguments).values[0, 0]
            near[inside] += mass[-1] * last
            total[inside] += mass[-1] - mass[own[inside]]
        place[others] = -1
        score = near * decay.per_metre
        if decay.normalisation == "mean":
            with np.errstate(divide="ignore", invalid="ignore"):
                score = score / total
        exceeding += score >= at_least
    chance = (1 + exceeding) / (simulations + 1)
    return np.where(np.isnan(observed), np.nan, chance)


def relabelled_means_inside(
    points: Floats,
    inside: Integers,
    weight: Floats | None,
    decay: Decay,
    count: int,
    drawn: int,
    *,
    simulations: int,
    random: np.random.Generator,
) -> Floats:
    """Return the mean score of draws in a region that hold as many of the sector there.

    As many are drawn inside as the sector has there, and the rest of the sector outside. Each draw
    takes as long as the scores of those inside.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        The reference, metres.
    inside : numpy.ndarray of int64, shape (N_r,)
        Which of them are in the region.
    weight : numpy.ndarray of float64, shape (N,), optional
    decay : Decay
    count, drawn : int
        Establishments of the sector, and of those in the region.
    simulations : int
    random : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of float64, shape (simulations,)
    """
    outside = np.setdiff1d(np.arange(len(points)), inside, assume_unique=True)
    found = np.empty(simulations)
    for draw in range(simulations):
        here = random.choice(inside, drawn, replace=False, shuffle=False)
        there = random.choice(outside, count - drawn, replace=False, shuffle=False)
        found[draw] = _mean_score(points, np.concatenate((here, there)), drawn, weight, decay)
    return found


def _mean_score(
    points: Floats, sector: Integers, scored: int, weight: Floats | None, decay: Decay
) -> float:
    """Return the mean score of the first so many of a sector, towards all of it."""
    at = points[sector]
    mass = np.ones(len(sector)) if weight is None else weight[sector]
    own = None if weight is None else mass
    if scored == len(sector):
        made = sums(at, weights=own, **decay.arguments)
    else:
        made = sums(at[:scored], at, own=np.arange(scored), weights=own, **decay.arguments)
    score = made.values[0, 0] * decay.per_metre
    if decay.normalisation == "mean":
        with np.errstate(divide="ignore", invalid="ignore"):
            score = score / (mass.sum() - mass[:scored])
    # Who has nobody of any weight beside it has no score, and is in no mean.
    known = np.isfinite(score)
    return float(score[known].mean()) if known.any() else float("nan")


def relabelled_pairs(
    points: Floats,
    decay: Decay,
    simulations: int,
    random: np.random.Generator,
    largest: int = SMALL - 1,
) -> Floats:
    """Return J of random sectors of every size up to the largest, smallest first.

    A random order of establishments is drawn; its first n are a random sector of n.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
    decay : Decay
    simulations : int
    random : numpy.random.Generator
    largest : int
        By default the largest size below `SMALL`.

    Returns
    -------
    numpy.ndarray of float64, shape (sizes, simulations)
        Row n has J of sectors of n, in ascending order; up to the size of the reference.
    """
    largest = min(largest, len(points))
    found = np.zeros((largest + 1, simulations))
    for begin in range(0, simulations, 200):
        some = range(begin, min(begin + 200, simulations))
        drawn = _without_replacement(len(points), largest, len(some), random)
        at = points[drawn]
        near = np.triu(nearness(at[:, :, None] - at[:, None], decay), k=1)
        found[1:, some.start : some.stop] = 2 * np.cumsum(near.sum(axis=1), axis=1).T
    return np.sort(found, axis=1)


def _without_replacement(
    count: int, size: int, draws: int, random: np.random.Generator
) -> Integers:
    """Return draws in random order, shape (draws, size)."""
    if count < FEW:
        return np.argsort(random.random((draws, count)), axis=1)[:, :size]
    drawn = random.integers(0, count, (draws, size))
    # Draws with one twice are drawn again: what is left is any without with the same chance.
    twice = np.arange(draws)
    while len(twice):
        ordered = np.sort(drawn[twice], axis=1)
        twice = twice[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
        drawn[twice] = random.integers(0, count, (len(twice), size))
    return drawn


def relabelled_means(
    points: Floats,
    weight: Floats | None,
    decay: Decay,
    drawn: int,
    *,
    simulations: int,
    random: np.random.Generator,
    progress: Progress = silent,
) -> Floats:
    """Return the mean D-score of random sectors of one size, shape (simulations,).

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        The reference, metres.
    weight : numpy.ndarray of float64, shape (N,), optional
        What each counts for as a neighbour.
    decay : Decay
    drawn : int
        Establishments of each sector, at least 2.
    simulations : int
        The time is that of as many sums over the sector.
    random : numpy.random.Generator
    progress : callable, optional
    """
    found = np.empty(simulations)
    for at in range(simulations):
        progress("Relabelling", at / simulations)
        some = random.choice(len(points), drawn, replace=False)
        found[at] = _mean_score(points, some, drawn, weight, decay)
    return found
