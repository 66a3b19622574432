"""The region looked into, and its neighbourhoods."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from nabij.errors import InputError, nearest
from nabij.study import Focus
from nabij.views.confidential import FEWEST_IN_CELL
from nabij.views.view import FocusRegion

if TYPE_CHECKING:
    import geopandas as gpd

# How many neighbourhoods are named when the study sets no threshold, as in figures 5 and 7.
NAMED = 10


def choose(
    spec: Focus,
    layers: Mapping[str, gpd.GeoDataFrame],
    count: Callable[[str], np.ndarray],
) -> tuple[str, str]:
    """Return the level and the code of the focus region.

    Parameters
    ----------
    spec : nabij.study.Focus
        ``region`` is a code or a name. Without it: the region of `level` (the coarsest if there
        is none either) with most establishments of the sector.
    layers : mapping of str to geopandas.GeoDataFrame
        The regions of each level: ``code, name``.
    count : callable
        Gives for a level the sector's establishments in each of its regions.

    Raises
    ------
    InputError
        If no region, or more than one, has that code or name.
    """
    wanted = {level: regions for level, regions in layers.items() if spec.level in (None, level)}
    if spec.region is None:
        level = next(iter(wanted))
        return level, str(wanted[level]["code"].iloc[int(count(level).argmax())])
    # A code is surer than a name; one that stands at several levels is meant at the coarsest.
    for fold in (str, str.casefold):
        for column in ("code", "name"):
            for level, regions in wanted.items():
                found = regions[regions[column].map(fold) == fold(spec.region)]
                if len(found) > 1:
                    raise InputError(
                        f"[focus] region = '{spec.region}' is the {column} of {len(found)} regions "
                        f"(codes {', '.join(found['code'].head(10))}); give a code"
                    )
                if len(found):
                    return level, str(found["code"].iloc[0])
    known = [name for regions in wanted.values() for name in [*regions["name"], *regions["code"]]]
    raise InputError(
        f"[focus] region = '{spec.region}' is no code or name of a region"
        f"{f' of level {spec.level!r}' if spec.level is not None else ''}"
        f"{nearest(spec.region, known)}"
    )


def focus_region(
    spec: Focus,
    row: pd.Series,
    layers: Mapping[str, gpd.GeoDataFrame],
    establishments: pd.DataFrame,
) -> FocusRegion:
    """Count the sector's establishments in the neighbourhoods of the focus region.

    Parameters
    ----------
    spec : nabij.study.Focus
    row : pandas.Series
        The focus region in the region table, with its geometry.
    layers : mapping of str to geopandas.GeoDataFrame
        The regions of each level: ``code, name, geometry``.
    establishments : pandas.DataFrame
        The sector's, with a column a level, empty outside all its regions.

    Returns
    -------
    FocusRegion
    """
    import geopandas as gpd

    level, code = str(row["level"]), str(row["code"])
    zoom = spec.zoom_level or list(layers)[-1]
    neighbourhoods = layers[zoom]
    inside = establishments[(establishments[level] == code).to_numpy(dtype=bool)]
    m = len(neighbourhoods)
    place = pd.Index(neighbourhoods["code"]).get_indexer(inside[zoom])
    place = np.where(place < 0, m, place)
    counts = {"sector_establishments": np.bincount(place, minlength=m + 1)}
    if "jobs" in inside:
        jobs = np.nan_to_num(inside["jobs"].to_numpy(dtype=np.float64))
        counts["sector_jobs"] = np.bincount(place, weights=jobs, minlength=m + 1)
    count = counts["sector_establishments"]
    shapes = np.array([*neighbourhoods.geometry.values, None], dtype=object)
    # A neighbourhood without the sector belongs on the map where its middle lies in the region.
    belongs = count > 0
    if row.geometry is not None:
        shapely.prepare(row.geometry)
        belongs |= shapely.contains(row.geometry, shapely.point_on_surface(shapes))
    threshold = max(spec.threshold or _threshold(count[:m]), FEWEST_IN_CELL)
    table = gpd.GeoDataFrame(
        {
            "code": [*neighbourhoods["code"], ""],
            "name": [*neighbourhoods["name"], ""],
            **counts,
            "named": (count >= threshold) & (np.arange(m + 1) < m),
        },
        geometry=shapes,
        crs=neighbourhoods.crs,
    )
    return FocusRegion(
        level=level,
        code=code,
        name=str(row["name"]),
        row=row,
        zoom_level=zoom if zoom != level else None,
        threshold=int(threshold),
        neighbourhoods=table[belongs].reset_index(drop=True),
    )


def _threshold(count: np.ndarray) -> int:
    """Return the count from which about ten neighbourhoods are named."""
    largest = np.sort(count)[::-1]
    return int(largest[min(NAMED, len(largest)) - 1])
