"""What the indicators say: the facts that the reading in words is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.measures.floors import FACTORS
from nabij.measures.sizes import (
    BELOW_ONE,
    CLASSES,
    LARGE_FROM,
    MOSTLY_SMALL,
    SMALL_BELOW,
    UNKNOWN,
)
from nabij.measures.types import tells_spacing
from nabij.views.clusters import clusters_found
from nabij.views.sureness import CLAIMED_FROM, SIGNIFICANT, surely_above, sureness
from nabij.views.view import Findings, FocusRegion, SectorTotals

if TYPE_CHECKING:
    import geopandas as gpd

# A ratio to the reference or to the country this close to 1 is called alike.
ALIKE = 0.05
# A region stands out when it is this many times the next one.
STANDS_OUT = 1.2
# Means and shares of regions with less of the sector than this are not ranked: they are noise.
RANKED_SHARE = 0.01
# Intervals of the mean of fewer establishments cover 89 to 96 % where they say 95 %.
ROUGH_BELOW = 30
NEARER, MORE = "q_value", "location_quotient_q"
"""Columns that say how sure it is that a region has the sector nearer together, and more of it."""

# What must be significant for a region to stand out on an indicator. Jobs have no test of their
# own: it must have something of the sector beyond chance.
TESTS = {
    "mean_d_score": (NEARER,),
    "location_quotient": (MORE,),
    "sector_jobs": (NEARER, MORE),
}
FLOORS = tuple(FACTORS)
SMALL = (BELOW_ONE, *(label for label, jobs in CLASSES.items() if jobs < SMALL_BELOW))
LARGE = tuple(label for label, jobs in CLASSES.items() if jobs >= LARGE_FROM)


def findings(
    sector: SectorTotals,
    regions: gpd.GeoDataFrame,
    focus: FocusRegion,
    size_classes: pd.DataFrame,
    *,
    establishments: pd.DataFrame,
    clusters: pd.DataFrame,
    geocoding: float,
) -> Findings:
    """Draw together what the reading in words says.

    Parameters
    ----------
    sector : nabij.views.view.SectorTotals
    regions : geopandas.GeoDataFrame
        The region table of all levels.
    focus : nabij.views.view.FocusRegion
    size_classes, establishments, clusters : pandas.DataFrame
    geocoding : float
        Metres: how exactly places are known.

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
    claimed = level[level["sector_establishments"] >= CLAIMED_FROM]
    ranked = ranked_of(level, sector.establishments)
    row = focus.row
    small, large = _share(size_classes, SMALL), _share(size_classes, LARGE)
    unknown = _share(size_classes, (UNKNOWN,))
    enough = bool(row["sector_establishments"] >= CLAIMED_FROM)
    return Findings(
        share_of_establishments=_ratio(sector.establishments, sector.register_establishments),
        share_of_jobs=_ratio(sector.jobs, sector.register_jobs),
        clustering=_clustering(sector),
        type=sector.type
        if sector.establishments >= CLAIMED_FROM and tells_spacing(geocoding)
        else "",
        establishments_nearer=_significant(establishments, "q_value"),
        most_establishments=_top(claimed, "sector_establishments"),
        most_concentrated=_top(ranked, "mean_d_score"),
        most_specialised=_top(ranked, "location_quotient"),
        most_jobs=_top(claimed, "sector_jobs") if "sector_jobs" in claimed else claimed.iloc[:0],
        regions_claimed=len(claimed),
        regions_nearer=_significant(claimed, NEARER),
        regions_more=_significant(claimed, MORE),
        stands_out_on=tuple(
            column
            for column, among in (
                ("mean_d_score", ranked),
                ("location_quotient", ranked),
                ("sector_jobs", level),
            )
            if column in level and _stands_out(among, column, row["code"])
        ),
        region_stands_out=_any_stands_out(ranked, "mean_d_score"),
        nearest_in=_nearest_in(ranked, sector.mean_d_score),
        focus_claimed=enough,
        focus_share_of_sector=_ratio(row["sector_establishments"], sector.establishments),
        focus_share_of_sector_jobs=_ratio(row.get("sector_jobs", np.nan), sector.jobs),
        focus_share_of_region=_ratio(row["sector_establishments"], row["establishments"]),
        focus_share_of_region_jobs=_ratio(row.get("sector_jobs", np.nan), row.get("jobs", np.nan)),
        focus_specialisation=_beside(row, "location_quotient", 1.0) if enough else "few",
        focus_clustering=_beside(row, "mean_d_score", sector.mean_d_score) if enough else "few",
        focus_nearness=_nearness(row) if enough else "few",
        small_share=small[0],
        small_share_nationally=small[1],
        large_share=large[0],
        large_share_nationally=large[1],
        focus_sizes=_sizes(small, unknown),
        clusters=clusters_found(sector, clusters, geocoding),
    )


def _clustering(sector: SectorTotals) -> str:
    """Tell whether a sector is nearer together than a random draw, if that can be told."""
    if not np.isfinite(sector.relative_d_score):
        return "unknown"
    if sector.establishments < CLAIMED_FROM:
        return "few"
    if sector.establishments == sector.reference_establishments:
        return "whole"
    if not np.isfinite(sector.q_value):
        return "untested"
    if sector.q_value <= SIGNIFICANT:
        return "more" if _compare(sector.relative_d_score) == "more" else "slightly"
    # The test looks one way: a sector that is farther apart is not thereby like a random draw.
    return "not" if sector.relative_d_score < 1 else "chance"


def _significant(table: pd.DataFrame, column: str) -> int | None:
    """Count the rows with a significant q-value; None where none has been tested."""
    found = sureness(table, column)
    return int(found.firm.sum()) if found.tested else None


def _beside(row: pd.Series, column: str, value: float) -> str:
    """Tell on which side of a value the interval of an indicator lies."""
    low, high = (float(row.get(f"{column}_{end}", np.nan)) for end in ("low", "high"))
    if not np.isfinite([low, high, value]).all():
        return "unknown"
    return "more" if low > value else "less" if high < value else "alike"


def _nearness(row: pd.Series) -> str:
    chance = float(row.get(NEARER, np.nan))
    if not np.isfinite(chance):
        return "unknown"
    if chance <= SIGNIFICANT:
        return "more"
    # The test looks one way; what lies below the range of draws is no chance of the other.
    below = float(row["mean_d_score"]) < float(row.get("expected_low", np.nan))
    return "less" if below else "chance"


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def _compare(ratio: float) -> str:
    if not np.isfinite(ratio):
        return "unknown"
    if ratio > 1 + ALIKE:
        return "more"
    return "less" if ratio < 1 - ALIKE else "alike"


def ranked_of(level: pd.DataFrame, establishments: int) -> pd.DataFrame:
    """Return the regions of a level that are ranked on concentration and specialisation.

    Parameters
    ----------
    level : pandas.DataFrame
        Rows of the table of regions.
    establishments : int
        Of the sector.
    """
    count = level["sector_establishments"]
    enough = (count >= CLAIMED_FROM) & (count >= RANKED_SHARE * establishments)
    return level[enough & (level["code"] != "")]


def _top(level: pd.DataFrame, column: str, n: int = 3) -> pd.DataFrame:
    return level.nlargest(n, column, keep="first").reset_index(drop=True)


def _stands_out(among: pd.DataFrame, column: str, code: str) -> bool:
    """Tell whether a region is the highest on an indicator, well above the next, and surely so."""
    first = among.nlargest(2, column, keep="first")
    if len(first) < 2 or first["code"].iloc[0] != code:
        return False
    others = [
        name for name in map(str, among) if name.startswith(f"{column}_") and name.endswith(FLOORS)
    ]
    if any(among.nlargest(1, name, keep="first")["code"].iloc[0] != code for name in others):
        return False  # with another floor another region is first
    sure = sureness(first, *TESTS[column], count="sector_establishments")
    above = first[column].iloc[0] >= STANDS_OUT * first[column].iloc[1]
    return bool(sure.tested and sure.firm[0] and above)


def _nearest_in(ranked: pd.DataFrame, mean: float) -> str:
    """Return the name of the first region on concentration if it is surely above the mean."""
    first = _top(ranked, "mean_d_score", 1)
    if len(ranked) < 2 or not surely_above(first, "mean_d_score", mean)[0]:
        return ""
    return str(first["name"].iloc[0])


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
