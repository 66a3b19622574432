"""Clusters free of borders: where they are, how strong and firm, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nabij.inference.clusters import Clusters, find_clusters
from nabij.inference.outlines import polygons
from nabij.measures.geocoding import geocoding
from nabij.measures.measure import Measure, Observed
from nabij.measures.types import TYPE_COLUMNS, kinds, nearest_other
from nabij.proximity.windows import ground
from nabij.study.blocks import WHOLE_REGISTER
from nabij.tables import Column

COLUMNS = {
    "sectors": (
        Column("clusters", "count", digits=0),
        Column("share_in_clusters", "ratio", digits=2),
        Column("cluster_window", "ratio", digits=1),
        Column("cluster_radius", "ratio", "m", digits=0),
    ),
    "establishments": (
        Column("local_ratio", "ratio", digits=2),
        Column("cluster", "text", digits=0),
    ),
    "clusters": (
        Column("year", "key", digits=0),
        Column("sector", "key"),
        Column("cluster", "key", digits=0),
        Column("name", "text"),
        Column("establishments", "count", digits=0),
        Column("sector_establishments", "count", digits=0),
        Column("jobs", "sum", digits=0, needs="jobs"),
        Column("sector_jobs", "sum", digits=0, needs="jobs"),
        Column("location_quotient", "ratio", digits=2),
        Column("log_likelihood_ratio", "ratio", digits=1),
        Column("p_value", "p", digits=3),
        Column("area_km2", "ratio", "km2", digits=2),
        *TYPE_COLUMNS,
        Column("stability", "ratio", digits=2),
        Column("geometry", "shape"),
    ),
}


def compute(observed: Observed) -> Mapping[str, Any]:
    """Find the clusters of a case, if the study asks for them.

    Counts are of the sector and of its reference, and so is the location quotient. A scan keeps
    no single establishments, and tries no stability: it would place the whole reference anew for
    every run of every code.
    """
    asked, found = observed.asked, observed.scores
    if not asked.clusters.find:
        return {}
    reference = found.reference
    clusters = find_clusters(
        reference.places,
        found.members,
        geocoding=geocoding(observed),
        expected=asked.clusters.window,
        relabellings=asked.clusters.relabellings,
        runs=0 if observed.in_scan else asked.clusters.runs,
        seed=asked.significance.seed,
        here=reference.once("ground", lambda: ground(reference.places)),
        progress=observed.progress,
    )
    n = len(found.members)
    if clusters is None:
        alone = {"local_ratio": np.full(n, np.nan), "cluster": pd.array([pd.NA] * n, dtype="Int64")}
        none = {"clusters": 0, "share_in_clusters": 0.0 if n else np.nan}
        made = {"sectors": {**none, "cluster_window": np.nan, "cluster_radius": np.nan}}
        return made if observed.in_scan else {**made, "establishments": alone}
    inside = clusters.cluster >= 0
    result: dict[str, Any] = {
        "sectors": {
            "clusters": len(clusters),
            "share_in_clusters": float(inside.mean()),
            "cluster_window": clusters.expected,
            "cluster_radius": float(np.median(clusters.radius)),
        }
    }
    if not observed.in_scan:
        number = pd.array(np.where(inside, clusters.cluster + 1, 0), dtype="Int64")
        number[~inside] = pd.NA
        result["establishments"] = {"local_ratio": clusters.ratio, "cluster": number}
    if len(clusters):
        result["clusters"] = _listed(observed, clusters)
    return result


def _listed(observed: Observed, clusters: Clusters) -> pd.DataFrame:
    """Return one row a cluster."""
    import geopandas as gpd

    population, case, many = observed.population, observed.case, len(clusters)
    outlines = clusters.outlines
    n, reference = len(case.members), len(case.reference)

    def total(values: np.ndarray, cluster: np.ndarray) -> np.ndarray:
        rows = cluster >= 0
        return np.bincount(cluster[rows], weights=values[rows], minlength=many)

    shapes = gpd.GeoSeries(polygons(outlines), crs=population.crs)
    share = outlines.sector / outlines.reference
    return pd.DataFrame(
        {
            "cluster": np.arange(1, many + 1),
            "name": _names(observed, clusters),
            "establishments": outlines.reference,
            "sector_establishments": outlines.sector,
            "jobs": total(population.jobs[case.reference], clusters.inside),
            "sector_jobs": total(observed.jobs, clusters.cluster),
            "location_quotient": share / (n / reference),
            "log_likelihood_ratio": clusters.log_likelihood_ratio,
            "p_value": clusters.p_value,
            "area_km2": shapes.area.to_numpy() / 1e6,
            **kinds(
                observed.stated_jobs,
                nearest_other(observed),
                clusters.cluster,
                many,
                geocoding(observed),
            ),
            "stability": clusters.stability,
            "geometry": shapes,
        }
    )


def _names(observed: Observed, clusters: Clusters) -> list[str]:
    """Name every cluster by the finest region with most of its sector, and the one around it.

    Most is more than half. Where no region has that, the coarsest one with the largest part.
    """
    levels = [level for level in observed.population.layers if level != WHOLE_REGISTER]
    inside = clusters.cluster >= 0
    largest = {}
    for level in levels:
        layer = observed.population.layers[level]
        region = observed.population.region(level, observed.case.members)
        known = inside & (region >= 0)
        counts = pd.crosstab(clusters.cluster[known], region[known])
        counts = counts.reindex(range(len(clusters)), fill_value=0)
        if counts.shape[1]:
            names = layer["name"].to_numpy()[counts.columns[counts.to_numpy().argmax(axis=1)]]
            most = counts.to_numpy().max(axis=1)
            largest[level] = names, most > clusters.outlines.sector / 2
    found = []
    for at in range(len(clusters)):
        fitting = [k for k, level in enumerate(largest) if largest[level][1][at]]
        finest = max(fitting, default=0)
        chosen = list(largest.values())[max(finest - 1, 0) : finest + 1]
        found.append(", ".join(dict.fromkeys(str(names[at]) for names, _ in reversed(chosen))))
    return found


CLUSTERS = Measure(COLUMNS, compute, in_scan=True)
