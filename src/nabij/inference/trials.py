"""Clusters tried: against what chance alone makes of a sector, and against error in its places."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

import numpy as np

from nabij.inference.outlines import FEWEST, by_rule, log_likelihood_ratio, outlines
from nabij.inference.windows import CORE_RATIO, FARTHEST, Floats, Integers, nearest, windows
from nabij.progress import Progress, silent
from nabij.proximity.windows import Ground, ground
from nabij.proximity.work import default_threads, run_chunks

CANDIDATE_P = 0.01
"""Chance by which a window of a relabelling is a core: Benjamini-Hochberg leaves hardly any in
pure noise, and a cluster is to be held against the strongest that noise makes."""

LEFT_OUT = 0.05
"""Share of all establishments that a run for stability leaves out."""

RELABELLINGS, RUNS = 199, 20
"""As many as are usual, behind the p-values and behind the stability."""

AT_LEAST_RELABELLINGS, AT_LEAST_RUNS = 49, 6

MOST_DRAWN = 40_000_000
"""Establishments that are drawn in all relabellings together, or placed anew in all runs, before
there are fewer of these: a minute on two cores."""


def usual_relabellings(sector: int) -> int:
    """Return how many relabellings a sector of so many establishments gets.

    >>> [usual_relabellings(count) for count in (2_000, 200_000, 300_000, 700_000)]
    [199, 199, 133, 57]
    """
    return min(RELABELLINGS, max(AT_LEAST_RELABELLINGS, MOST_DRAWN // max(sector, 1)))


def usual_runs(reference: int) -> int:
    """Return how many runs for stability a reference of so many establishments gets.

    >>> [usual_runs(count) for count in (60_000, 2_000_000, 4_000_000, 10_000_000)]
    [20, 20, 10, 6]
    """
    return min(RUNS, max(AT_LEAST_RUNS, MOST_DRAWN // max(reference, 1)))


def strongest_by_chance(
    here: Ground,
    count: int,
    expected: float,
    least: float,
    relabellings: int,
    seed: int,
    *,
    progress: Progress = silent,
) -> Floats:
    """Return the largest log likelihood ratio of each relabelling, 0 where it has no cluster.

    A relabelling draws as many establishments from the reference; its windows and outlines are
    made by the same rule, with windows of a chance of at most `CANDIDATE_P` as its cores.
    """
    total, k = len(here.place), nearest(expected, here.points, count)

    def draw(number: int) -> Integers:
        random = np.random.default_rng([seed, number])
        return here.place[random.choice(total, count, replace=False, shuffle=False)]

    # Radii depend on the place alone: of all places, or of those that are drawn at all.
    asked = np.arange(len(here))
    if count * relabellings < len(here):
        asked = np.unique(np.concatenate([draw(number) for number in range(relabellings)]))
    radius, within = np.full(len(here), np.nan), np.zeros(len(here), np.int64)
    progress("Holding the clusters against chance", 0.0)
    radius[asked], within[asked] = here.radii(asked, k, least, FARTHEST)
    alone, found = replace(here, threads=1), np.zeros(relabellings)

    def job(number: int) -> None:
        sector = np.bincount(draw(number), minlength=len(here))
        opened = windows(alone, sector, expected, least, known=(radius, within))
        joiner = opened.joiners()
        core = opened.likely(CANDIDATE_P, CORE_RATIO)
        made = outlines(alone, sector, opened, core, joiner)
        strength = log_likelihood_ratio(made.sector, made.reference, count, total)
        found[number] = strength.max(initial=0.0)

    message = "Holding the clusters against chance"
    run_chunks(job, range(relabellings), here.threads, progress, message)
    return found


def firmness(
    points: Floats,
    members: Integers,
    expected: float,
    geocoding: float,
    runs: int,
    seed: int,
    threads: int | None = None,
    progress: Progress = silent,
) -> Floats:
    """Return how often every establishment of the sector was in a cluster, of runs that had it.

    A run leaves out `LEFT_OUT` of all establishments, and moves each of the others by itself to
    anywhere within the geocoding's exactness (evenly over that disc). The scale is kept.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Not a number for one that every run left out.
    """
    there, inside = np.zeros(len(members)), np.zeros(len(members))
    adding = Lock()

    def job(number: int) -> None:
        # Other numbers than those of the relabellings, which have two words of seed.
        random = np.random.default_rng([seed, number, 1])
        kept = random.random(len(points)) >= LEFT_OUT
        away = geocoding * np.sqrt(random.random(len(points)))
        turn = random.uniform(0, 2 * np.pi, len(points))
        moved = points + np.column_stack((away * np.cos(turn), away * np.sin(turn)))
        # Its number among those kept.
        at = np.cumsum(kept) - 1
        present = kept[members]
        left = at[members[present]]
        if len(left) < FEWEST:
            return
        here = ground(moved[kept], threads=1)
        sector = np.bincount(here.place[left], minlength=len(here))
        found = by_rule(here, sector, windows(here, sector, expected, 2 * geocoding))
        of_place = np.zeros(len(here), np.bool_)
        of_place[found.place] = True
        with adding:
            there[:] += present
            inside[present] += of_place[here.place[left]]

    message = "Trying how firm the clusters are"
    run_chunks(job, range(runs), threads or default_threads(), progress, message)
    with np.errstate(invalid="ignore"):
        return inside / there
