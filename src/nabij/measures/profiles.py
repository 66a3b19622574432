"""Distance profiles: at which distances a sector is nearer together than its reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nabij.inference.profiles import profiles
from nabij.measures.measure import Measure, Observed
from nabij.tables import Column

COLUMNS = {
    "profiles": (
        Column("year", "key", digits=0),
        Column("sector", "key"),
        Column("measure", "key"),
        Column("distance", "key", "m", digits=0),
        Column("value", "ratio", digits=7),
        Column("expected", "ratio", digits=7),
        Column("low", "ratio", digits=7),
        Column("high", "ratio", digits=7),
        Column("global_low", "ratio", digits=7),
        Column("global_high", "ratio", digits=7),
    )
}

LEAST = 10
"""Establishments of a sector that has a profile: with fewer, a curve is a handful of pairs."""

MOST = 10_000
"""Establishments of a sector that are looked at: a profile of more takes long and says no more."""

PAIRS = 100_000
"""Pairs drawn to find the median distance: it is within 0.5 % of the pairs of the true one."""

FARTHEST = 60_000.0
"""Metres: the longest distance unless asked for. Beyond, a profile shows the country's shape."""


def compute(observed: Observed) -> Mapping[str, Any]:
    """Compute Kd, M, K and L of a case and their envelopes, if the study asks for them.

    M weighs establishments by their jobs where the register has them; an establishment without is
    a place around which M is looked at, of no weight itself. Of a sector above 10,000
    establishments, 10,000 are drawn at random, and of the rest of its reference the same share. A
    sector of fewer than 10, or one that is all of its reference, has no profile.
    """
    asked = observed.asked.profiles
    n = len(observed.scores.members)
    places = observed.scores.reference.places
    if not asked.simulations or not LEAST <= n < len(places):
        return {}
    random = observed.asked.random
    chosen = np.zeros(len(places), dtype=bool)
    chosen[observed.scores.members] = True
    jobs = observed.population.jobs[observed.case.reference]
    if n > MOST:
        kept = thinned(chosen, MOST, random)
        places, chosen, jobs = places[kept], chosen[kept], jobs[kept]
    longest = asked.longest or min(median_distance(places[chosen], random), FARTHEST)
    if longest == 0:
        return {}
    found = profiles(
        places,
        chosen,
        jobs if observed.population.has_jobs else None,
        longest=longest,
        simulations=asked.simulations,
        random=random,
        progress=observed.progress,
    )
    rows = [
        pd.DataFrame(
            {
                "measure": name,
                "distance": each.distances,
                "value": each.value,
                "expected": each.expected,
                "low": each.local[0],
                "high": each.local[1],
                "global_low": each.overall[0],
                "global_high": each.overall[1],
            }
        )
        for name, each in found.items()
    ]
    return {"profiles": pd.concat(rows, ignore_index=True)}


def thinned(chosen: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    """Return which rows are kept if `most` of the chosen are, and of the others the same share.

    >>> random = np.random.default_rng(1)
    >>> kept = thinned(np.repeat([True, False], [4, 10]), 2, random)
    >>> int((kept < 4).sum()), len(kept)
    (2, 7)
    """
    sector, others = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    of_others = max(1, round(len(others) * most / len(sector)))
    drawn = [
        random.choice(sector, most, replace=False),
        random.choice(others, of_others, replace=False),
    ]
    return np.sort(np.concatenate(drawn))


def median_distance(points: np.ndarray, random: np.random.Generator) -> float:
    """Return the median distance between two different points, from pairs drawn at random.

    >>> median_distance(np.array([[0.0, 0.0], [3.0, 4.0]]), np.random.default_rng(1))
    5.0
    """
    n = len(points)
    first = random.integers(n, size=PAIRS)
    other = (first + random.integers(1, n, size=PAIRS)) % n
    return float(np.median(np.hypot(*(points[first] - points[other]).T)))


PROFILES = Measure(COLUMNS, compute)
"""Nearness by distance."""
