"""Tables with polygons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd


def geographic(table: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Return a table with a column ``geometry`` as one of a GIS, also where it has no rows.

    Parameters
    ----------
    table : pandas.DataFrame
    crs : str
    """
    import geopandas as gpd

    shapes = gpd.GeoSeries(table["geometry"], crs=crs)
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=shapes)


def with_shapes(
    regions: pd.DataFrame, layers: Mapping[str, gpd.GeoDataFrame], crs: str
) -> gpd.GeoDataFrame:
    """Return rows of the region table with the polygon of each region.

    Parameters
    ----------
    regions : pandas.DataFrame
        With columns ``level, code``.
    layers : mapping of str to geopandas.GeoDataFrame
    crs : str
    """
    import geopandas as gpd

    shapes = np.full(len(regions), None, dtype=object)
    for level, layer in layers.items():
        here = (regions["level"] == level).to_numpy(dtype=bool)
        at = pd.Index(layer["code"]).get_indexer(regions["code"][here])
        shapes[here] = np.array([*layer.geometry.values, None], dtype=object)[at]
    return gpd.GeoDataFrame(regions, geometry=shapes, crs=crs)
