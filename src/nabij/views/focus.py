"""The region looked into, and its neighbourhoods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from nabij.errors import InputError, nearest
from nabij.study import Focus
from nabij.views.view import FocusRegion

if TYPE_CHECKING:
    import geopandas as gpd

# How many neighbourhoods are named when the study sets no threshold, as in figures 5 and 7.
NAMED = 10


def choose(
    spec: Focus,
    levels: Sequence[tuple[str, gpd.GeoDataFrame, np.ndarray]],
    in_sector: np.ndarray,
) -> tuple[str, str]:
    """Return the level and the code of the focus region.

    Parameters
    ----------
    spec : nabij.study.Focus
        ``region`` is a code or a name. Without it: the region of `level` (the coarsest if there
        is none either) with most establishments of the sector.
    levels : sequence of (str, GeoDataFrame, ndarray)
        Each level's name, its regions (``code, name``), and the row of the region of each
        establishment (-1 for none).
    in_sector : numpy.ndarray of bool

    Raises
    ------
    InputError
        If no region, or more than one, has that code or name.
    """
    wanted = [entry for entry in levels if spec.level in (None, entry[0])]
    if spec.region is None:
        level, regions, region = wanted[0]
        here = region[in_sector]
        most = np.bincount(here[here >= 0], minlength=len(regions)).argmax()
        return level, str(regions["code"].iloc[most])
    # A code is surer than a name; one that stands at several levels is meant at the coarsest.
    for fold in (str, str.casefold):
        for column in ("code", "name"):
            for level, regions, _ in wanted:
                found = regions[regions[column].map(fold) == fold(spec.region)]
                if len(found) > 1:
                    raise InputError(
                        f"[focus] region = '{spec.region}' is the {column} of {len(found)} regions "
                        f"(codes {', '.join(found['code'].head(10))}); give a code"
                    )
                if len(found):
                    return level, str(found["code"].iloc[0])
    known = [name for _, regions, _ in wanted for name in [*regions["name"], *regions["code"]]]
    raise InputError(
        f"[focus] region = '{spec.region}' is no code or name of a region"
        f"{f' of level {spec.level!r}' if spec.level is not None else ''}"
        f"{nearest(spec.region, known)}"
    )


def focus_region(
    spec: Focus,
    row: pd.Series,
    zoom_level: str | None,
    neighbourhoods: gpd.GeoDataFrame,
    sector: pd.DataFrame,
) -> FocusRegion:
    """Count the sector's establishments in the neighbourhoods of the focus region.

    Parameters
    ----------
    spec : nabij.study.Focus
    row : pandas.Series
        The focus region in the region table.
    zoom_level : str or None
        The level of `neighbourhoods`; None if that is the focus region's own.
    neighbourhoods : geopandas.GeoDataFrame
        All neighbourhoods of the country: ``code, name, geometry``.
    sector : pandas.DataFrame
        The sector's establishments in the focus region: ``jobs`` and ``neighbourhood``, the row
        of `neighbourhoods` (-1 for none).

    Returns
    -------
    FocusRegion
    """
    import geopandas as gpd

    m = len(neighbourhoods)
    place = np.where(sector["neighbourhood"] < 0, m, sector["neighbourhood"])
    count = np.bincount(place, minlength=m + 1)
    jobs = np.bincount(place, weights=np.nan_to_num(sector["jobs"]), minlength=m + 1)
    shapes = np.array([*neighbourhoods.geometry.values, None], dtype=object)
    # A neighbourhood without the sector belongs on the map where its middle lies in the region.
    belongs = count > 0
    if row.geometry is not None:
        shapely.prepare(row.geometry)
        belongs |= shapely.contains(row.geometry, shapely.point_on_surface(shapes))
    threshold = spec.threshold or _threshold(count[:m])
    table = gpd.GeoDataFrame(
        {
            "code": [*neighbourhoods["code"], ""],
            "name": [*neighbourhoods["name"], ""],
            "sector_establishments": count,
            "sector_jobs": jobs,
            "named": (count >= threshold) & (np.arange(m + 1) < m),
        },
        geometry=shapes,
        crs=neighbourhoods.crs,
    )
    return FocusRegion(
        level=str(row["level"]),
        code=str(row["code"]),
        name=str(row["name"]),
        row=row,
        zoom_level=zoom_level,
        threshold=int(threshold),
        neighbourhoods=table[belongs].reset_index(drop=True),
    )


def _threshold(count: np.ndarray) -> int:
    """Return the count from which about ten neighbourhoods are named, at least 2."""
    largest = np.sort(count)[::-1]
    return max(int(largest[min(NAMED, len(largest)) - 1]), 2)
