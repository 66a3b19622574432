"""Registers in Parquet and GeoParquet files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from nabij.errors import InputError
from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns
from nabij.study import Register

if TYPE_CHECKING:
    import geopandas as gpd

# ValueError: of text that is no UTF-8, also in the names of columns.
UNREADABLE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError)


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns, and the points if the study names no x and y."""
    try:
        present = pq.read_schema(path).names
        columns = require_columns(path, spec, present)
        table = pq.read_table(path, columns=columns)
        table.validate(full=True)  # text that is none
    except InputError:
        raise
    except UNREADABLE as error:
        raise _unreadable(path, error) from None
    shapes = geometry(path) if spec.x is None else None
    return typed.raw(path, spec, table, shapes, present)


def first_rows(path: Path, most: int) -> pa.Table:
    """Return up to `most` rows, all columns but the geometry."""
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
        batches = [batch for batch in [next(file.iter_batches(most), None)] if batch is not None]
        table = pa.Table.from_batches(batches, schema)
        table.validate(full=True)
    except UNREADABLE as error:
        raise _unreadable(path, error) from None
    column = _geometry_column(path)
    return table.drop_columns(column) if column in table.column_names else table


def geometry(path: Path) -> gpd.GeoSeries | None:
    """Return the geometries of a GeoParquet file, None of a file without them."""
    column = _geometry_column(path)
    if column is None:
        return None
    import geopandas as gpd

    try:
        return gpd.read_parquet(path, columns=[column]).geometry
    except UNREADABLE as error:
        raise _unreadable(path, error) from None


def _geometry_column(path: Path) -> str | None:
    try:
        stated = (pq.read_schema(path).metadata or {}).get(b"geo")
        return str(json.loads(stated)["primary_column"]) if stated is not None else None
    except UNREADABLE as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return InputError(f"{path}: cannot be read as Parquet: {reason} (a damaged or cut-off file?)")
