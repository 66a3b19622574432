"""Specialisation: the location quotient of every region, and how sure it is.

By establishments it is held against a random draw: each region its own number of establishments
out of the register's. By jobs there is no such draw, for jobs come by the hundred, with their
establishment: that quotient has no p and no interval; where jobs are known by size class it has
the range that the classes allow. What lies outside all regions is no region
and is not tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nabij.inference.multiple import q_values
from nabij.inference.quotients import mid_p, quotient_interval, shrunk_quotients
from nabij.inference.relabelling import relabelled_mid_p
from nabij.measures.counts import BOUNDS
from nabij.measures.measure import Asked, Frames, Measure, Observed
from nabij.measures.ranges import Bounds, quotient_range
from nabij.tables import Column

COLUMNS = {
    "regions": (
        Column("location_quotient", "ratio", digits=2),
        Column("location_quotient_low", "ratio", digits=2),
        Column("location_quotient_high", "ratio", digits=2),
        Column("location_quotient_p", "p", digits=3),
        Column("location_quotient_q", "p", digits=3),
        Column("location_quotient_shrunk", "ratio", digits=2),
        Column("location_quotient_jobs", "ratio", digits=2, needs="jobs"),
        Column("location_quotient_jobs_low", "ratio", digits=2, needs="intervals"),
        Column("location_quotient_jobs_high", "ratio", digits=2, needs="intervals"),
    )
}

FEWEST_REGIONS = 300
FEWEST_OF_SECTOR = 1000
"""From here on there are shrunk quotients. Their intervals covered half of what they should with
40 regions, or with 100 establishments in the sector, and nearly all with 2,000 of either; the
bounds between these are judgement."""

LARGEST_SHARE = 0.3
"""Of the register. Of a larger sector a region's count is no longer Poisson, and the gamma
distribution does not know that a share ends at 1: no shrunk quotients."""


def location_quotient(
    sector: np.ndarray,
    total: np.ndarray,
    sector_nationally: np.ndarray | float,
    nationally: np.ndarray | float,
) -> np.ndarray:
    """Compute the location quotient ``(n_rs / n_r) / (n_s / n)``; 1 is the national share.

    Parameters
    ----------
    sector, total : array_like of float, shape (m,)
        Establishments, or jobs, of the sector and of all sectors in each region.
    sector_nationally, nationally : array_like of float, shape (m,) or a number

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
        Not a number for a region that has nothing at all: no value, not 0.

    References
    ----------
    The article in ESB on regional clusters, figures 2 and 4, horizontal axis.

    Examples
    --------
    >>> location_quotient([3, 0, 0], [10, 10, 0], 3, 20).tolist()
    [2.0, 0.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.asarray(sector, dtype=np.float64) / np.asarray(total, dtype=np.float64)
        return share / (np.float64(sector_nationally) / np.float64(nationally))


def compute(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Test every region of a case, and shrink its quotient where there are many regions.

    Both need all regions of the level together, also those without the sector, of which a scan
    keeps no row.
    """
    cells, total = observed.cells, observed.everyone.establishments
    n, register = len(observed.case.members), len(observed.everyone.rows)
    inside = observed.by_region()
    regions = np.flatnonzero((cells.code != "") & (total > 0))
    p, q, shrunk = (np.full(len(cells), np.nan) for _ in range(3))
    simulations = observed.asked.significance.simulations
    counts = inside[regions], n, total[regions], register
    p[regions] = (
        relabelled_mid_p(*counts, simulations=simulations, random=observed.asked.random)
        if simulations
        else mid_p(*counts)
    )
    level = cells.level[regions]
    q[regions] = q_values(p[regions], level)
    if FEWEST_OF_SECTOR <= n < LARGEST_SHARE * register:
        for name in cells.starts:
            of_level = regions[level == name]
            if len(of_level) >= FEWEST_REGIONS:
                expected = total[of_level] * (n / register)
                shrunk[of_level] = shrunk_quotients(inside[of_level], expected)
    return {
        "regions": {
            "location_quotient_p": p,
            "location_quotient_q": q,
            "location_quotient_shrunk": shrunk,
        }
    }


def finish(frames: Frames, asked: Asked) -> None:
    """Divide the sector's share in each region by its share in the register, and bound it."""
    regions = frames["regions"]
    whole = frames["sectors"].iloc[regions["case"].to_numpy()]
    for name, establishments in (
        ("location_quotient", "establishments"),
        ("location_quotient_jobs", "jobs"),
    ):
        regions[name] = location_quotient(
            regions[f"sector_{establishments}"].to_numpy(),
            regions[establishments].to_numpy(),
            whole[establishments].to_numpy(),
            whole[f"register_{establishments}"].to_numpy(),
        )
    if "sector_jobs_low" in regions:
        regions["location_quotient_jobs_low"], regions["location_quotient_jobs_high"] = _range(
            regions, whole
        )
    low, high = (np.full(len(regions), np.nan) for _ in range(2))
    rows = np.flatnonzero(regions["code"].to_numpy() != "")
    low[rows], high[rows] = quotient_interval(
        regions["sector_establishments"].to_numpy()[rows],
        whole["establishments"].to_numpy()[rows],
        regions["establishments"].to_numpy()[rows],
        whole["register_establishments"].to_numpy()[rows],
    )
    regions["location_quotient_low"], regions["location_quotient_high"] = low, high


def _range(regions: pd.DataFrame, whole: pd.DataFrame) -> Bounds:
    """Return the least and the most of the quotients by jobs that size classes allow."""

    def jobs(frame: pd.DataFrame, name: str) -> list[np.ndarray]:
        return [frame[f"{name}_{bound}"].to_numpy(dtype=np.float64) for bound in BOUNDS]

    inside, region = jobs(regions, "sector_jobs"), jobs(regions, "jobs")
    sector, register = jobs(whole, "jobs"), jobs(whole, "register_jobs")
    cut = [
        (a, b - a, c - a, d - b - c + a)
        for a, b, c, d in zip(inside, region, sector, register, strict=True)
    ]
    # A part of the same jobs is never below nothing, but for rounding.
    low, high = ([np.maximum(part, 0) for part in parts] for parts in cut)
    a, b, c, d = zip(low, high, strict=True)
    return quotient_range(a, b, c, d)


QUOTIENT = Measure(COLUMNS, compute, finish, in_scan=True)
