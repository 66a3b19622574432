"""What can be said of the clusters free of borders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.measures.types import RESOLUTION, tells_spacing
from nabij.views.sureness import CLAIMED_FROM, Sureness, numbers, sureness
from nabij.views.view import ClustersFound, SectorTotals

NAMED = 3
COUNT = "sector_establishments"

WEAK_BELOW = 2.0
"""A single cluster with a lower location quotient is called a weak concentration: a core of a
cluster has at least twice the sector's share around it, so this one is mostly its rim."""

FIRM_FROM, FAIRLY_FIRM_FROM = 0.9, 0.75
"""Share of runs with some left out and all moved a little: above it a cluster's establishments are
firmly in it, or fairly so. Our own bounds: planted clusters have .91 to .98 when addresses move."""


def clusters_found(sector: SectorTotals, clusters: pd.DataFrame, geocoding: float) -> ClustersFound:
    """Tell what can be said of the clusters of a sector.

    Parameters
    ----------
    sector : SectorTotals
    clusters : pandas.DataFrame
        ``sector_establishments`` and, if there, ``location_quotient, p_value, area_km2,
        stability``.
    geocoding : float
        Metres: how exactly places are known. A cluster narrower than twice this is not firm,
        however often it is found again; where this is too coarse, none has a type.

    Returns
    -------
    ClustersFound

    Examples
    --------
    >>> from nabij.views.clusters import holding
    >>> [holding(share) for share in (0.95, 0.8, 0.5, float("nan"))]
    ['firm', 'fairly', 'loose', '']
    """
    sure = sure_clusters(clusters)
    firm = clusters[sure.firm & sure.tested] if len(clusters) else clusters
    verdict = "several" if len(firm) > 1 else "one"
    if sector.clusters is None or sector.establishments < CLAIMED_FROM:
        verdict = "unknown"
    elif not sector.clusters:
        verdict = "none"
    elif not len(firm):
        verdict = "unsure"
    elif sector.clusters == 1 and numbers(firm, "location_quotient")[0] < WEAK_BELOW:
        verdict = "weak"
    largest = firm if firm.empty else firm.nlargest(NAMED, COUNT, keep="first")
    wide = 2 * np.sqrt(numbers(largest, "area_km2") * 1e6 / np.pi)
    held = [
        "loose" if across < RESOLUTION * geocoding else holding(share)
        for across, share in zip(wide, numbers(largest, "stability"), strict=True)
    ]
    if not tells_spacing(geocoding):
        largest = largest.drop(columns="type", errors="ignore")
    return ClustersFound(
        verdict=verdict,
        count=sector.clusters or 0,
        firm=len(firm),
        share=sector.share_in_clusters,
        share_firm=float(numbers(firm, COUNT).sum() / max(sector.establishments, 1)),
        largest=largest.assign(holding=held).reset_index(drop=True),
        resolution=RESOLUTION * geocoding,
        geocoding=geocoding,
    )


def sure_clusters(clusters: pd.DataFrame) -> Sureness:
    """Tell which clusters may be called found: significant, and of enough establishments."""
    return sureness(clusters, "p_value", count=COUNT)


def holding(stability: float) -> str:
    """Return a stability in a word, empty where it was not tried."""
    if not np.isfinite(stability):
        return ""
    if stability >= FIRM_FROM:
        return "firm"
    return "fairly" if stability >= FAIRLY_FIRM_FROM else "loose"
