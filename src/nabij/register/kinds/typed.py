"""What typed sources have in common: Parquet, workbooks, vector files and databases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from nabij.columns import as_number, as_text, unusable
from nabij.errors import InputError, listed, one_line
from nabij.register.raw import Raw, asked_of_file, column_of
from nabij.study import Register

if TYPE_CHECKING:
    import geopandas as gpd

NUMBERS = ("x", "y", "jobs")


def raw(
    path: Path | str,
    spec: Register,
    table: pa.Table,
    shapes: gpd.GeoSeries | None,
    present: list[str],
    row: np.ndarray | None = None,
) -> Raw:
    """Return a register from the columns and the geometries of a typed file.

    Parameters
    ----------
    path : pathlib.Path or str
        Of the file, for messages.
    spec : nabij.study.Register
    table : pyarrow.Table
        The wanted columns.
    shapes : geopandas.GeoSeries or None
        A geometry a row.
    present : list of str
        All columns of the file.
    row : numpy.ndarray of int64, optional
        The place of each row in the file, by default all of it; the first is 2, as if the file had
        a header.

    Raises
    ------
    InputError
        If a column holds neither text nor numbers, or nothing says where the rows are.
    """
    if row is None:
        row = np.arange(2, 2 + len(table), dtype=np.int64)
    if spec.x is not None or (shapes is None and spec.postcode is not None):
        return Raw(table=columns(path, table, spec), row=row, present=tuple(present))
    if shapes is None:
        raise InputError(
            f"{path}: holds no geometry, so [register] x and y must name its columns "
            f"(columns: {listed(present)})"
        )
    return Raw(
        table=columns(path, table, spec),
        row=row,
        geometry=points(path, shapes),
        crs=shapes.crs.to_string() if shapes.crs is not None else None,
        present=tuple(present),
    )


def columns(path: Path | str, table: pa.Table, spec: Register) -> pd.DataFrame:
    """Return coordinates and jobs as numbers where they are, and all else as text."""
    asked = asked_of_file(spec)
    numbers = {column_of(asked[key], table.column_names) for key in NUMBERS if key in asked}
    numbers -= {name for key in asked if key not in NUMBERS for name in asked[key]}
    made = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            made[name] = as_number(column) if name in numbers else as_text(column)
        except pa.ArrowException:
            raise InputError(
                f"{path}: column '{one_line(name)}' holds {unusable(column)}"
            ) from None
    return pa.table(made).to_pandas()


def points(path: Path | str, shapes: gpd.GeoSeries) -> pd.DataFrame:
    """Return x and y of each row's point, NaN where its geometry is none or no point.

    Raises
    ------
    InputError
        If there are shapes, and none of them is a point.
    """
    import shapely

    geometry = np.array(shapes.values, dtype=object)
    # What is no point has no x: NaN. An empty point would be an error, so it counts as nothing.
    geometry[shapely.is_empty(geometry)] = None
    kinds = shapely.get_type_id(geometry)
    alone = (kinds == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(geometry) == 1)
    geometry[alone] = shapely.get_geometry(geometry[alone], 0)
    x = shapely.get_x(geometry)
    if (kinds >= 0).any() and np.isnan(x).all():
        held = shapely.GeometryType(kinds[kinds >= 0][0]).name.lower()
        raise InputError(
            f"{path}: holds shapes that are no points (such as a {held}), and an establishment is "
            "at a point; make a point of each ('Point on surface' in QGIS), or name columns with "
            "[register] x and y"
        )
    return pd.DataFrame({"x": x, "y": shapely.get_y(geometry)})
