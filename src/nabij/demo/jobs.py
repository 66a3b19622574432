"""How many jobs the made-up establishments have."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nabij.demo.industries import CLASS_BOUNDS, SIZES, DemoSector, Shares

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Random = np.random.Generator

LARGEST = 4_000.0  # jobs, outside the two sectors
SMALL_TOWN = 15_000  # inhabitants


def usual_jobs(profiles: list[str], kind: Ints, random: Random) -> Ints:
    """Jobs by the size profile of each establishment's kind."""
    jobs = np.empty(len(kind), dtype=np.int64)
    for number, profile in enumerate(profiles):
        here = np.flatnonzero(kind == number)
        jobs[here] = _jobs(random.random(len(here)), SIZES[profile], LARGEST)
    return jobs


def sector_jobs(
    sector: DemoSector, region: NDArray[np.object_], room: Floats, random: Random
) -> Ints:
    """Jobs, dealt evenly inside the focus region and outside it, so that the shares hold."""
    jobs = np.empty(len(region), dtype=np.int64)
    for inside, sizes, largest in (
        (True, sector.focus_sizes, sector.focus_largest),
        (False, sector.sizes, sector.largest),
    ):
        here = np.flatnonzero((region == sector.focus) == inside)
        rank = np.argsort(np.argsort(room[here] + random.normal(size=len(here))))
        # Around the middle of each step: the jobs of a region should not hang on one firm.
        level = (rank + 0.3 + 0.4 * random.random(len(here))) / max(len(here), 1)
        jobs[here] = _jobs(level, sizes, largest)
    return jobs


def room_for_large_ones(hoods: pd.DataFrame) -> Floats:
    """How fit a neighbourhood is for a large establishment: on an estate, not in a small place."""
    people = hoods["inhabitants"].groupby(hoods["municipality"]).transform("sum").to_numpy()
    return np.where(hoods["estate"], 1.0, 0.0) - np.where(people < SMALL_TOWN, 1.0, 0.0)


def _jobs(level: Floats, sizes: Shares, largest: float) -> Ints:
    """Turn levels between 0 and 1 into jobs: a size class by its share, then inside the class.

    Inside a class, and in the open class at the top, jobs follow Zipf's law: twice as large is
    half as common (Axtell 2001, Science 293: firm sizes).
    """
    shares = np.array(sizes) / sum(sizes)
    ends = np.cumsum(shares)
    chosen = np.minimum(np.searchsorted(ends, level, side="right"), len(shares) - 1)
    inside = np.clip((level - (ends - shares)[chosen]) / shares[chosen], 0.0, 1.0 - 1e-12)
    low = np.array(CLASS_BOUNDS, dtype=np.float64)[chosen]
    high = np.array([*CLASS_BOUNDS[1:], largest])[chosen]
    return np.floor(1 / (1 / low - inside * (1 / low - 1 / high))).astype(np.int64)
