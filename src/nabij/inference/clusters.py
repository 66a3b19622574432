"""Clusters free of borders: found by a local rule, held against relabelling and against error.

The rule is `nabij.inference.windows` (who stands out), `nabij.inference.scale` (how wide to look)
and `nabij.inference.outlines` (what belongs together); here they are put together and tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nabij.inference.outlines import FEWEST, Outlines, by_rule, log_likelihood_ratio
from nabij.inference.scale import SCALES, likelihoods
from nabij.inference.trials import (
    firmness,
    strongest_by_chance,
    usual_relabellings,
    usual_runs,
)
from nabij.inference.windows import FARTHEST, Floats, Integers, windows
from nabij.progress import Progress, silent
from nabij.proximity.windows import Ground, ground


@dataclass(frozen=True)
class Clusters:
    """Clusters of a sector, most of the sector first.

    Attributes
    ----------
    expected : float
        How many of the sector a window was to hold: the scale.
    radius, ratio : numpy.ndarray of float64, shape (n,)
        Of the window around every establishment of the sector: metres, and the sector's share of
        those close by over its share of all.
    cluster : numpy.ndarray of int64, shape (n,)
        In which cluster each is, -1 for none.
    inside : numpy.ndarray of int64, shape (N,)
        The same of every establishment of the reference.
    outlines : Outlines
    log_likelihood_ratio : numpy.ndarray of float64, shape (clusters,)
    p_value : numpy.ndarray of float64, shape (clusters,)
        Share of relabellings, with the sector itself among them, whose strongest cluster has as
        large a ratio.
    stability : numpy.ndarray of float64, shape (clusters,)
        Mean over its establishments of how often they were in a cluster when a part of all was
        left out and all were moved a little; not a number without such runs.
    """

    expected: float
    radius: Floats
    ratio: Floats
    cluster: Integers
    inside: Integers
    outlines: Outlines
    log_likelihood_ratio: Floats
    p_value: Floats
    stability: Floats

    def __len__(self) -> int:
        return len(self.outlines)


def find_clusters(
    points: Floats,
    members: Integers,
    *,
    geocoding: float = 100.0,
    expected: float | None = None,
    relabellings: int | None = None,
    runs: int | None = None,
    seed: int = 1,
    here: Ground | None = None,
    threads: int | None = None,
    progress: Progress = silent,
) -> Clusters | None:
    """Find where a sector clusters, whatever the borders.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        The reference, metres.
    members : numpy.ndarray of int64, shape (n,)
        Which points are the sector, each once.
    geocoding : float
        Metres: how exactly the points are known. No window is shorter than twice this.
    expected : float, optional
        How many of the sector a window is to hold by expectation; by default the likeliest of
        `nabij.inference.scale.SCALES`.
    relabellings, runs : int, optional
        Behind the p-values, and behind the stability; by default `usual_relabellings` and
        `usual_runs` of `nabij.inference.trials`.
    seed : int
    here : Ground, optional
        The points made ready, if they are.
    threads : int, optional
        By default all cores; the outcome is the same for any number.
    progress : callable, optional
        May raise to stop.

    Returns
    -------
    Clusters or None
        None where there is nothing to look for: fewer than `FEWEST` in the sector, a sector that
        is its whole reference, or places so coarse that no window would be wide enough.

    Notes
    -----
    Its time grows as n log n, but for the edges of windows; every relabelling and run adds one
    pass over the sector, and a run one over the reference.

    Examples
    --------
    A hundred in a square of 2 km, thirty of them in the sector, and nine hundred others:

    >>> random = np.random.default_rng(1)
    >>> near, far = random.uniform(0, 2e3, (100, 2)), random.uniform(0, 1e5, (900, 2))
    >>> members = np.concatenate((np.arange(30), np.arange(100, 990, 40)))
    >>> found = find_clusters(np.concatenate((near, far)), members, expected=2.0)
    >>> len(found), bool(found.p_value[0] <= 0.01), set(found.cluster[:5].tolist())
    (1, True, {0})
    """
    least = 2 * geocoding
    if len(members) < FEWEST or len(members) == len(points) or least > FARTHEST:
        return None
    if here is None:
        here = ground(points, threads)
    if expected is None:
        random = np.random.default_rng(seed)
        likely = likelihoods(here, members, least, random, progress=progress)
        expected = SCALES[int(np.argmax(likely))]
    sector = np.bincount(here.place[members], minlength=len(here))
    progress("Looking for clusters", 0.0)
    opened = windows(here, sector, expected, least)
    found = by_rule(here, sector, opened)
    n, N = len(members), len(points)
    relabellings = usual_relabellings(n) if relabellings is None else relabellings
    runs = usual_runs(N) if runs is None else runs
    strength = log_likelihood_ratio(found.sector, found.reference, n, N)
    p_value = np.empty(len(found))
    stability = np.full(len(found), np.nan)
    of_place = np.full(len(here), -1)
    of_place[found.place] = found.cluster
    inside = of_place[here.place]
    if len(found):
        largest = strongest_by_chance(
            here, n, expected, least, relabellings, seed, progress=progress
        )
        p_value = (1 + (largest >= strength[:, None]).sum(axis=1)) / (relabellings + 1)
        if runs:
            firm = firmness(points, members, expected, geocoding, runs, seed, threads, progress)
            cluster, known = inside[members], np.isfinite(firm)
            rows = known & (cluster >= 0)
            weight = np.bincount(cluster[rows], weights=firm[rows], minlength=len(found))
            stability = weight / np.bincount(cluster[rows], minlength=len(found))
    at = np.searchsorted(opened.place, here.place[members])
    return Clusters(
        expected=expected,
        radius=opened.radius[at],
        ratio=opened.ratio[at],
        cluster=inside[members],
        inside=inside,
        outlines=found,
        log_likelihood_ratio=strength,
        p_value=p_value,
        stability=stability,
    )
