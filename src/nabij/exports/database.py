"""A result as tables in a PostGIS database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import CRS

from nabij.errors import InputError
from nabij.exports import tables
from nabij.language import Language
from nabij.outside import writing
from nabij.outside.address import address_of
from nabij.outside.writing import SHAPES, Sheet
from nabij.progress import Progress, silent
from nabij.views import Result

if TYPE_CHECKING:
    import geopandas as gpd

SCHEMA = "nabij"
NAMES = (
    "sectors", "regions", "establishments", "sizes", "pairs", "profiles", "changes", "clusters",
    "rejected",
)  # fmt: skip
"""Tables that a result may have."""


def require_schema(database: str, schema: str = SCHEMA) -> None:
    """Raise unless a result may be written into a schema of a database; change nothing.

    Raises
    ------
    InputError
        If the database cannot be reached, has no PostGIS, or holds tables of somebody else under
        the names of a result.
    """
    writing.require_schema(address_of(database, "database"), schema, NAMES)


def to_postgis(
    result: Result, database: str, schema: str = SCHEMA, *, progress: Progress = silent
) -> list[str]:
    """Write the tables of a result into a schema of a PostGIS database, all at once or none.

    The tables are called as the files are. Regions and clusters are polygons and establishments
    points, in a column ``geom`` with an index, in the coordinate system of the result.

    Parameters
    ----------
    result : Result
        Of a study or of a scan.
    database : str
        ``postgresql://user@host:5432/database``. The password is best left out: it is taken from
        the variable ``PGPASSWORD`` or the file ``~/.pgpass``.
    schema : str
        Made if it is not there. Tables of an earlier result in it are replaced; a table of
        somebody else that is in the way is refused.
    progress : callable, optional
        Called with what is being written and the fraction done.

    Returns
    -------
    list of str
        The names of the tables.

    Raises
    ------
    InputError
        If the database refuses; then it is as it was.

    Examples
    --------
    >>> to_postgis(result, "postgresql://me@localhost/firms")  # doctest: +SKIP
    ['sectors', 'regions', 'establishments', 'sizes', 'rejected']
    """
    address = address_of(database, "database")
    authority = CRS.from_user_input(result.provenance.crs).to_authority()
    if authority is None:
        raise InputError(
            "[register] metric_crs: the coordinate system of the result has no number, which a "
            'database needs; choose one that has, such as "EPSG:28992"'
        )
    sheets = [
        Sheet(name, _arrow(frame), shapes)
        for name, frame, shapes in _frames(result)
        if len(frame) or name not in tables.OPTIONAL
    ]
    made = result.provenance
    comment = f"{made.versions['nabij']} on {made.made:%Y-%m-%d}; a later result replaces it."
    if result.study.register.synthetic:
        language = Language(result.study.output.language)
        comment += f" {language.text('common.synthetic')}"
    crs = (authority[0], int(authority[1]))
    writing.replace(address, schema, sheets, crs, comment, progress)
    return [sheet.name for sheet in sheets]


def _frames(result: Result) -> Iterator[tuple[str, pd.DataFrame, str | None]]:
    """Yield name, rows and kind of shapes of every table."""
    for name, table in result.tables.items():
        if name == "establishments":
            yield name, tables.points(result), "Point"
        elif name == "clusters":
            yield name, result.clusters, "MultiPolygon"
        elif name == "regions" and not result.is_scan:
            yield name, result.regions, "MultiPolygon"
        else:
            yield name, table.plain, None
    yield "rejected", tables.rejected(result), None


def _arrow(frame: pd.DataFrame | gpd.GeoDataFrame) -> pa.Table:
    """Return a frame in the types that a database has, its shapes last, as WKB."""
    columns = {}
    for name in frame.columns:
        if name != "geometry":
            columns[str(name)] = _column(frame[name])
    if "geometry" in frame:
        import shapely

        flat = shapely.force_2d(np.asarray(frame["geometry"].values, dtype=object))
        columns[SHAPES] = pa.array(shapely.to_wkb(flat), type=pa.binary(), from_pandas=True)
    return pa.table(columns)


def _column(column: pd.Series) -> pa.Array:
    if column.dtype == object:  # a rejected row holds what it held: text and numbers in one column
        column = column.map(lambda value: None if pd.isna(value) else str(value))
    made = pa.array(column, from_pandas=True)
    if pa.types.is_dictionary(made.type):
        made = made.cast(made.type.value_type)
    if pa.types.is_null(made.type):
        return made.cast(pa.string())
    if pa.types.is_string(made.type) or pa.types.is_large_string(made.type):
        # No text of a database holds a NUL.
        return pc.replace_substring(made, "\0", "\ufffd")
    return made
