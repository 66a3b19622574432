"""What the indicators say: the facts that the reading in words is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.measures.sizes import (
    BELOW_ONE,
    CLASSES,
    LARGE_FROM,
    MOSTLY_SMALL,
    SMALL_BELOW,
    UNKNOWN,
)
from nabij.views.view import Findings, FocusRegion, SectorTotals

if TYPE_CHECKING:
    import geopandas as gpd

# A ratio to the reference or to the country this close to 1 is called alike.
ALIKE = 0.05
# A region stands out when it is this many times the next one.
STANDS_OUT = 1.2
# Means and shares of regions with less of the sector than this are not ranked: they are noise.
RANKED_SHARE, RANKED_AT_LEAST = 0.01, 5
SMALL = (BELOW_ONE, *(label for label, jobs in CLASSES.items() if jobs < SMALL_BELOW))
LARGE = tuple(label for label, jobs in CLASSES.items() if jobs >= LARGE_FROM)


def findings(
    sector: SectorTotals,
    regions: gpd.GeoDataFrame,
    focus: FocusRegion,
    size_classes: pd.DataFrame,
) -> Findings:
    """Draw together what the reading in words says.

    Parameters
    ----------
    sector : nabij.views.view.SectorTotals
    regions : geopandas.GeoDataFrame
        The region table of all levels.
    focus : nabij.views.view.FocusRegion
    size_classes : pandas.DataFrame

    Returns
    -------
    nabij.views.view.Findings

    References
    ----------
    The questions are those of the article in ESB on regional clusters: where is the sector
    concentrated, does a region stand out, how much does it matter to the region, and is it many
    small firms close together or few large ones spread out. The bounds are our own.
    """
    level = regions[(regions["level"] == focus.level) & (regions["code"] != "")]
    # Without the shapes: on a handful of rows they would only be carried along.
    level = pd.DataFrame(level.drop(columns="geometry"))
    enough = max(RANKED_SHARE * sector.establishments, RANKED_AT_LEAST)
    ranked = level[level["sector_establishments"] >= enough]
    row = focus.row
    small, large = _share(size_classes, SMALL), _share(size_classes, LARGE)
    unknown = _share(size_classes, (UNKNOWN,))
    near = _ratio(row["mean_d_score"], row["expected_d_score"])
    return Findings(
        share_of_establishments=_ratio(sector.establishments, sector.register_establishments),
        share_of_jobs=_ratio(sector.jobs, sector.register_jobs),
        clustering=_compare(sector.relative_d_score),
        most_establishments=_top(level, "sector_establishments"),
        most_concentrated=_top(ranked, "mean_d_score"),
        stands_out_on=tuple(
            column
            for column, among in (
                ("mean_d_score", ranked),
                ("location_quotient", ranked),
                ("sector_jobs", level),
            )
            if column in level
            and row["sector_establishments"] >= RANKED_AT_LEAST
            and _stands_out(among, column, row["code"])
        ),
        region_stands_out=_any_stands_out(ranked, "mean_d_score"),
        focus_share_of_sector=_ratio(row["sector_establishments"], sector.establishments),
        focus_share_of_sector_jobs=_ratio(row.get("sector_jobs", np.nan), sector.jobs),
        focus_share_of_region=_ratio(row["sector_establishments"], row["establishments"]),
        focus_share_of_region_jobs=_ratio(row.get("sector_jobs", np.nan), row.get("jobs", np.nan)),
        focus_clustering=_compare(_ratio(row["mean_d_score"], sector.mean_d_score)),
        small_share=small[0],
        small_share_nationally=small[1],
        large_share=large[0],
        large_share_nationally=large[1],
        focus_relative_d_score=near,
        focus_nearness=_compare(near),
        focus_sizes=_sizes(small, unknown),
    )


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def _compare(ratio: float) -> str:
    if not np.isfinite(ratio):
        return "unknown"
    if ratio > 1 + ALIKE:
        return "more"
    return "less" if ratio < 1 - ALIKE else "alike"


def _top(level: pd.DataFrame, column: str, n: int = 3) -> pd.DataFrame:
    present = level[level["sector_establishments"] > 0]
    return present.nlargest(n, column, keep="first").reset_index(drop=True)


def _stands_out(ranked: pd.DataFrame, column: str, code: str) -> bool:
    """Tell whether a region is the highest on an indicator and well above the next."""
    first = ranked.nlargest(2, column, keep="first")
    if len(first) < 2 or first["code"].iloc[0] != code:
        return False
    return bool(first[column].iloc[0] >= STANDS_OUT * first[column].iloc[1])


def _any_stands_out(ranked: pd.DataFrame, column: str) -> bool:
    first = ranked.nlargest(1, column, keep="first")
    return len(first) > 0 and _stands_out(ranked, column, first["code"].iloc[0])


def _share(size_classes: pd.DataFrame, labels: tuple[str, ...]) -> tuple[float, float]:
    if size_classes.empty:
        return float("nan"), float("nan")
    chosen = size_classes[size_classes["size_class"].isin(labels)]
    # A region without establishments has no shares; skipping them would turn that into 0.
    return (
        float(chosen["focus_share"].sum(skipna=False)),
        float(chosen["national_share"].sum(skipna=False)),
    )


def _sizes(small: tuple[float, float], unknown: tuple[float, float]) -> str:
    """Tell whether establishments are small, and else how they compare with all of the sector."""
    if not np.isfinite(small[0]) or max(unknown) > 0.5:
        return "unknown"
    if small[0] >= MOSTLY_SMALL:
        return "small"
    larger, larger_nationally = (1 - s - u for s, u in zip(small, unknown, strict=True))
    found = _compare(_ratio(larger, round(larger_nationally, 12)))
    return {"more": "larger", "less": "smaller", "unknown": "unknown"}.get(found, "alike")
