"""The regions of a bubble chart: which have a place, stand out, and are surely above both lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.kit.jobs import jobs_of
from nabij.views.sureness import CLAIMED_FROM, numbers, surely_above

if TYPE_CHECKING:
    from nabij.views import View

# What makes a region significant: it is near the sector, or specialised in it.
TESTS = ("q_value", "location_quotient_q")
INTERVALS = (
    "location_quotient_low",
    "location_quotient_high",
    "mean_d_score_low",
    "mean_d_score_high",
)


def regions_shown(result: View) -> pd.DataFrame:
    """Return the regions with a place in the chart, those with most jobs first.

    They are those of the focus region's level.
    """
    table, level = result.regions, result.focus.level
    columns = ["sector_establishments", "location_quotient", "mean_d_score", *TESTS, *INTERVALS]
    here = table[(table["level"] == level) & (table["code"] != "")]
    shown = pd.DataFrame(here[["code", "name"]]).assign(sector_jobs=jobs_of(here, "sector_jobs"))
    for name in columns:
        shown[name] = numbers(here, name)
    finite = np.isfinite(shown["location_quotient"]) & np.isfinite(shown["mean_d_score"])
    return shown[finite & (shown["sector_establishments"] > 0)].sort_values(
        ["sector_jobs", "code"], ascending=[False, True], kind="stable", ignore_index=True
    )


def standing_out(
    x: np.ndarray, y: np.ndarray, jobs: np.ndarray, establishments: np.ndarray
) -> np.ndarray:
    """Return how much each region stands out, by place in the chart and by jobs.

    Places are counted from the median in half the width of the middle two thirds. A region with
    only one or two establishments can be anywhere by accident, so its place counts for less.
    """

    def off(values: np.ndarray) -> np.ndarray:
        low, middle, high = np.quantile(values, [1 / 6, 1 / 2, 5 / 6])
        return (values - middle) / ((high - low) / 2 or 1.0)

    trust = np.sqrt(np.minimum(establishments / 10, 1.0))
    known = np.nan_to_num(jobs, nan=0.0)
    size = np.sqrt(known / known.max()) if known.max() > 0 else np.zeros(len(jobs))
    return np.asarray(np.hypot(off(x), off(y)) * trust + 2.5 * size)


def with_intervals(shown: pd.DataFrame) -> np.ndarray:
    """Return which regions have an interval to draw: of fewer establishments it would be noise."""
    known = np.isfinite(shown[list(INTERVALS)].to_numpy()).any(axis=1)
    return np.asarray(known & (shown["sector_establishments"] >= CLAIMED_FROM).to_numpy())


def concentrated_and_specialised(regions: pd.DataFrame, mean: float) -> np.ndarray:
    """Tell which regions are above both lines with all of their intervals."""
    specialised = surely_above(regions, "location_quotient", 1.0)
    return specialised & surely_above(regions, "mean_d_score", mean)
