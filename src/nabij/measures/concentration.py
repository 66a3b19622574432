"""Concentration: how near the sector's establishments are to each other.

The D-score of an establishment, and its mean in the sector and in every region.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nabij.measures.measure import Asked, Frames, Measure, Observed
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
    # One without others to be measured against has no score, and is in no mean.
    known = np.isfinite(found.d_score)
    d_score, expected = (np.where(known, values, 0.0) for values in (found.d_score, found.expected))
    scored: dict[str, Mapping[str, Any]] = {
        "regions": {
            "scored": observed.by_region(known.astype(np.float64)),
            "sum_d_score": observed.by_region(d_score),
            "sum_expected_d_score": observed.by_region(expected),
        },
        "sectors": {
            "scored": int(known.sum()),
            "sum_d_score": d_score.sum(),
            "sum_expected_d_score": expected.sum(),
        },
    }
    if not observed.in_scan:
        scored["establishments"] = {
            "d_score": found.d_score,
            "expected_d_score": found.expected,
            "relative_d_score": found.relative,
        }
    return scored


def finish(frames: Frames, asked: Asked) -> None:
    """Make means of the sums; where no establishment has a score there is none."""
    sectors, regions = frames["sectors"], frames["regions"]
    with np.errstate(divide="ignore", invalid="ignore"):
        for frame in (sectors, regions):
            members = frame["scored"].to_numpy(dtype=np.float64)
            for name in ("d_score", "expected_d_score"):
                total = frame[f"sum_{name}"].to_numpy(dtype=np.float64)
                frame[name if name.startswith("expected") else f"mean_{name}"] = total / members
        expected = sectors["expected_d_score"].to_numpy()
        relative = sectors["mean_d_score"].to_numpy() / np.where(expected > 0, expected, np.nan)
        sectors["relative_d_score"] = relative


CONCENTRATION = Measure(COLUMNS, compute, finish, in_scan=True)
