"""Concentration: how near the sector's establishments are to each other.

The D-score of an establishment, and its mean in the sector and in every region.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nabij.measures.measure import Frames, Measure, Observed
from nabij.tables import D_SCORE, Column

COLUMNS = {
    "establishments": (
        Column("d_score", "ratio", D_SCORE, digits=4),
        Column("expected_d_score", "ratio", D_SCORE, digits=4),
        Column("relative_d_score", "ratio", digits=2),
    ),
    "regions": (
        Column("mean_d_score", "ratio", D_SCORE, digits=4),
        Column("expected_d_score", "ratio", D_SCORE, digits=4),
    ),
    "sectors": (
        Column("mean_d_score", "ratio", D_SCORE, digits=4),
        Column("expected_d_score", "ratio", D_SCORE, digits=4),
        Column("relative_d_score", "ratio", digits=2),
    ),
}


def compute(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Sum the scores of the members, in all and by region.

    A D-score is always towards the whole register's sector, so a border cuts nothing off.
    """
    found = observed.scores
    scored: dict[str, Mapping[str, Any]] = {
        "regions": {
            "sum_d_score": observed.by_region(found.d_score),
            "sum_expected_d_score": observed.by_region(found.expected),
        },
        "sectors": {
            "sum_d_score": found.d_score.sum(),
            "sum_expected_d_score": found.expected.sum(),
        },
    }
    if not observed.in_scan:
        scored["establishments"] = {
            "d_score": found.d_score,
            "expected_d_score": found.expected,
            "relative_d_score": found.relative,
        }
    return scored


def finish(frames: Frames) -> None:
    """Make means of the sums; where there is no establishment there is none."""
    sectors, regions = frames["sectors"], frames["regions"]
    with np.errstate(divide="ignore", invalid="ignore"):
        for frame, count in ((sectors, "establishments"), (regions, "sector_establishments")):
            members = frame[count].to_numpy(dtype=np.float64)
            for name in ("d_score", "expected_d_score"):
                total = frame[f"sum_{name}"].to_numpy(dtype=np.float64)
                frame[name if name.startswith("expected") else f"mean_{name}"] = total / members
        expected = sectors["expected_d_score"].to_numpy()
        relative = sectors["mean_d_score"].to_numpy() / np.where(expected > 0, expected, np.nan)
        sectors["relative_d_score"] = relative


CONCENTRATION = Measure(COLUMNS, compute, finish, in_scan=True)
