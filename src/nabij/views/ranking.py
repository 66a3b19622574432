"""What stands out in a scan."""

from __future__ import annotations

import pandas as pd

from nabij.views import Result

RANKED_FROM = 30
"""Establishments of a sector from which on it is ranked: the scores of smaller ones scatter."""


def ranked(result: Result) -> pd.DataFrame:
    """Return the sectors of a scan that are large enough to rank, most clustered first.

    Of the latest year; rows of `Result.sectors`, in order of the relative D-score.

    Parameters
    ----------
    result : Result
        Of a scan.
    """
    latest = result.latest_sectors
    enough = latest["relative_d_score"].notna() & (latest["establishments"] >= RANKED_FROM)
    return latest[enough].sort_values(
        "relative_d_score", ascending=False, kind="stable", ignore_index=True
    )
