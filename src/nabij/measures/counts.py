"""Establishments and jobs: what there is, in all and of the sector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nabij.measures.measure import Measure, Observed
from nabij.tables import Column

COLUMNS = {
    "sectors": (
        Column("year", "key", digits=0),
        Column("sector", "key"),
        Column("name", "text"),
        Column("reference", "text"),
        Column("establishments", "count", digits=0),
        Column("jobs", "sum", digits=0, needs="jobs"),
        Column("jobs_low", "sum", digits=0, needs="intervals"),
        Column("jobs_high", "sum", digits=0, needs="intervals"),
        Column("reference_establishments", "count", digits=0),
        Column("register_establishments", "count", digits=0),
        Column("register_jobs", "sum", digits=0, needs="jobs"),
        Column("register_jobs_low", "sum", digits=0, needs="intervals"),
        Column("register_jobs_high", "sum", digits=0, needs="intervals"),
    ),
    "regions": (
        Column("year", "key", digits=0),
        Column("sector", "key"),
        Column("level", "key"),
        Column("code", "key"),
        Column("name", "text"),
        Column("establishments", "count", digits=0),
        Column("sector_establishments", "count", digits=0),
        Column("jobs", "sum", digits=0, needs="jobs"),
        Column("jobs_low", "sum", digits=0, needs="intervals"),
        Column("jobs_high", "sum", digits=0, needs="intervals"),
        Column("sector_jobs", "sum", digits=0, needs="jobs"),
        Column("sector_jobs_low", "sum", digits=0, needs="intervals"),
        Column("sector_jobs_high", "sum", digits=0, needs="intervals"),
        Column("largest_jobs", "max", digits=0, needs="jobs", sensitive=True),
        Column("second_jobs", "max", digits=0, needs="jobs", sensitive=True),
    ),
    "establishments": (
        Column("year", "key", digits=0),
        Column("sector", "key"),
        Column("id", "key"),
        Column("code", "text"),
        Column("x", "place", "m", digits=1),
        Column("y", "place", "m", digits=1),
        Column("jobs", "sum", digits=0, needs="jobs"),
        Column("jobs_low", "sum", digits=0, needs="intervals"),
        Column("jobs_high", "sum", digits=0, needs="intervals"),
        Column("name", "text"),
    ),
}

BOUNDS = ("low", "high")
"""Of jobs, where size classes are intervals: the sums of the fewest and of the most."""

LISTED = ("id", "x", "y", "jobs", "jobs_low", "jobs_high", "name")
"""What is told of each establishment, where the register has it."""


def compute(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Count a sector's establishments and jobs, in all and by region."""
    case, population, everyone = observed.case, observed.population, observed.everyone
    largest, second = two_largest(observed)
    counted: dict[str, dict[str, Any]] = {
        "sectors": {
            "name": case.name,
            "reference": case.reference_name,
            "establishments": len(case.members),
            "jobs": observed.jobs.sum(),
            "reference_establishments": len(case.reference),
            "register_establishments": len(everyone.rows),
            "register_jobs": population.jobs[everyone.rows].sum(),
        },
        "regions": {
            "establishments": everyone.establishments,
            "sector_establishments": observed.by_region(),
            "jobs": everyone.jobs,
            "sector_jobs": observed.by_region(observed.jobs),
            "largest_jobs": largest,
            "second_jobs": second,
        },
    }
    if population.has_intervals:
        for bound in BOUNDS:
            of_all, of_members = population.bound(bound), population.bound(bound)[case.members]
            counted["sectors"] |= {
                f"jobs_{bound}": of_members.sum(),
                f"register_jobs_{bound}": of_all[everyone.rows].sum(),
            }
            counted["regions"] |= {
                f"jobs_{bound}": everyone.bounds[bound],
                f"sector_jobs_{bound}": observed.by_region(of_members),
            }
    if not observed.in_scan:
        counted["establishments"] = _listed(population.table, case.members)
    return counted


def _listed(table: pd.DataFrame, members: np.ndarray) -> dict[str, Any]:
    """Return what is known of each of these establishments."""
    names = [name for name in LISTED if name in table]
    listed = {name: table[name].array.take(members) for name in names}
    return {**listed, "code": table["code"].array.take(members).astype("str")}


def two_largest(observed: Observed) -> tuple[np.ndarray, np.ndarray]:
    """Return the jobs of the largest and of the second establishment of each cell, 0 for none."""
    largest, second = np.zeros(len(observed.cells)), np.zeros(len(observed.cells))
    for cell in observed.cell:
        order = np.lexsort((-observed.jobs, cell))
        sorted_cell, sorted_jobs = cell[order], observed.jobs[order]
        first = np.flatnonzero(np.diff(sorted_cell, prepend=-1))
        largest[sorted_cell[first]] = sorted_jobs[first]
        after = first[first + 1 < len(order)]
        after = after[sorted_cell[after + 1] == sorted_cell[after]]
        second[sorted_cell[after]] = sorted_jobs[after + 1]
    return largest, second


COUNTS = Measure(COLUMNS, compute, in_scan=True)
