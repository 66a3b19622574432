"""Registers in Parquet and GeoParquet files."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj.exceptions import CRSError

from nabij.errors import InputError
from nabij.notes import Note
from nabij.register import conditions
from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns
from nabij.study import Register

if TYPE_CHECKING:
    import geopandas as gpd

BATCH = 1_000_000
"""Rows of a file with conditions that are read at a time."""

# ValueError: of text that is no UTF-8, also in the names of columns.
UNREADABLE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, CRSError)


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns, and the points if the study names no x and y."""
    try:
        present = _leaves(pq.read_schema(path))
        columns = require_columns(path, spec, present)
        file = pq.ParquetFile(path)
        if file.metadata.num_rows > BATCH and spec.x is not None:
            fitting = _fitting(file, path, spec, columns, present)
            if fitting is not None:
                return fitting
        table = file.read(columns=columns)
    except InputError:
        raise
    except UNREADABLE as error:
        raise _unreadable(path, error) from None
    shapes = geometry(path) if spec.x is None else None
    return typed.raw(path, spec, _flat(table), shapes, present)


def _fitting(
    file: pq.ParquetFile, path: Path, spec: Register, columns: list[str], present: list[str]
) -> Raw | None:
    """Return the rows of a large file that the study asks for, read part by part.

    So what is set aside is never in memory all at once. None where there are no conditions on the
    file's own columns, or where nothing is as they ask: then all of it tells why.
    """
    where = {column: spec.where[column] for column in spec.where if column in columns}
    if not where:
        return None
    kept: list[pa.Table] = []
    rows: list[np.ndarray] = []
    counts: Counter[Note] = Counter()
    begin = 2
    for batch in file.iter_batches(BATCH, columns=columns):
        part = _flat(pa.Table.from_batches([batch]))
        asked = typed.columns(path, part.select(list(where)), spec)
        fits, reasons = conditions.apart(asked, where)
        counts.update(reasons)
        kept.append(part.filter(pa.array(fits)))
        rows.append(begin + np.flatnonzero(fits))
        begin += len(part)
    table = pa.concat_tables(kept)
    if not len(table):
        return None
    found = typed.raw(path, spec, table, None, present, row=np.concatenate(rows))
    return replace(found, set_aside=dict(counts))


def sample(path: Path, most: int) -> tuple[pa.Table, gpd.GeoSeries | None]:
    """Return up to `most` rows, all columns but the geometry, and their geometries if any."""
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
        batches = [batch for batch in [next(file.iter_batches(most), None)] if batch is not None]
        table = pa.Table.from_batches(batches, schema)
        table.validate(full=True)
    except UNREADABLE as error:
        raise _unreadable(path, error) from None
    column = _geometry_column(path)
    table, part = _flat(table), io.BytesIO()
    if column is None or column not in table.column_names:
        return table, None
    pq.write_table(table, part)  # as a file of its own, so that its geometry is read as any
    part.seek(0)
    return table.drop_columns(column), _shapes(path, part, column)


def _flat(table: pa.Table) -> pa.Table:
    """Return the fields of structs as columns, named with a dot between."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def geometry(path: Path) -> gpd.GeoSeries | None:
    """Return the geometries of a GeoParquet file, None of a file without them."""
    column = _geometry_column(path)
    return None if column is None else _shapes(path, path, column)


def _shapes(path: Path, file: Path | io.BytesIO, column: str) -> gpd.GeoSeries:
    import geopandas as gpd

    try:
        return gpd.read_parquet(file, columns=[column]).geometry
    except UNREADABLE as error:
        raise _unreadable(path, error) from None


def _leaves(schema: pa.Schema) -> list[str]:
    """Return the names of columns; those within a structure are reached by a point.

    >>> _leaves(pa.schema([("id", pa.string()), ("names", pa.struct([("primary", pa.string())]))]))
    ['id', 'names.primary']
    """
    found = []
    for field in schema:
        if pa.types.is_struct(field.type):
            inner = _leaves(pa.schema(list(field.type)))
            found += [f"{field.name}.{name}" for name in inner]
        else:
            found.append(field.name)
    return found


def _geometry_column(path: Path) -> str | None:
    try:
        stated = (pq.read_schema(path).metadata or {}).get(b"geo")
        return str(json.loads(stated)["primary_column"]) if stated is not None else None
    except UNREADABLE as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    return InputError(
        f"{path}: cannot be read as Parquet: {reason} (a damaged or cut-off file?); save or fetch "
        "it anew"
    )
