"""Registers in PostgreSQL and PostGIS: a table, a view or the rows of a query."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from nabij.errors import InputError, listed
from nabij.files import require_file
from nabij.outside import postgis
from nabij.outside.address import Address
from nabij.outside.postgis import Relation
from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns, wanted_columns
from nabij.study import Register

if TYPE_CHECKING:
    import geopandas as gpd
    from adbc_driver_manager.dbapi import Cursor

USUAL = ("geom", "geometry", "the_geom")
"""Names of the column with the places, where there are several with shapes."""

PIECE = 1 << 16
"""Rows that are hashed at once."""


def read(address: Address, spec: Register) -> Raw:
    """Read the wanted columns, and the points if the study names no x and y."""
    with postgis.reading(address) as cursor:
        relation = _relation(cursor, address, spec)
        columns = require_columns(address, spec, relation.columns)
        places = _places(address, relation) if spec.x is None else None
        wanted = wanted_columns(spec).items()
        numbers = [column for key, column in wanted if key in typed.NUMBERS]
        table = postgis.select(cursor, relation, columns, numbers=numbers, shapes=places)
        asked = spec.query.name if spec.query else relation.name
        inputs = {f"{address} (rows of {asked})": _digest(table)}
        shapes = None
        if places is not None:
            shapes = _shapes(cursor, address, table[places])
            table = table.drop_columns(places)
    if not len(table):
        raise InputError(f"{address}: has columns but no rows; is this the right table?")
    raw = typed.raw(address, spec, table, shapes, relation.columns)
    return replace(raw, inputs=inputs)


def first_rows(
    address: Address, layer: str | None, most: int
) -> tuple[str, pa.Table, gpd.GeoSeries | None]:
    """Return the name, up to `most` rows and their shapes, if any, of a table or view."""
    with postgis.reading(address) as cursor:
        relation = postgis.table_of(cursor, address, layer)
        columns = list(dict.fromkeys(relation.columns))
        places = _places(address, relation) if relation.shapes else None
        table = postgis.select(cursor, relation, columns, shapes=places, most=most)
        if places is None:
            return relation.name, table, None
        shapes = _shapes(cursor, address, table[places])
        return relation.name, table.drop_columns(places), shapes


def _relation(cursor: Cursor, address: Address, spec: Register) -> Relation:
    if spec.query is None:
        return postgis.table_of(cursor, address, spec.layer)
    return postgis.query_of(cursor, _text_of(spec.query), str(spec.query))


def _text_of(path: Path) -> str:
    require_file(path, "[register] query")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text; save the query as UTF-8") from None


def _places(address: Address, relation: Relation) -> str | None:
    """Return the column with the places."""
    found = relation.shapes
    usual = [name for name in USUAL if name in found]
    if len(found) > 1 and not usual:
        raise InputError(
            f"{address}: {relation.name} has several columns with shapes ({listed(found)}); call "
            "the one with the places 'geom' in a view or a query"
        )
    return next(iter(usual or found), None)


def _shapes(cursor: Cursor, address: Address, column: pa.ChunkedArray) -> gpd.GeoSeries:
    import geopandas as gpd
    import shapely
    from pyproj.exceptions import CRSError

    try:
        shapes = shapely.from_wkb(column.to_numpy())
    except NotImplementedError:
        raise InputError(
            f"{address}: holds curved shapes, which cannot be read; an establishment is at a point"
        ) from None
    numbers = np.unique(shapely.get_srid(shapes[~shapely.is_missing(shapes)]))
    if len(numbers) > 1:
        raise InputError(
            f"{address}: its places are in several coordinate systems (SRID "
            f"{', '.join(map(str, numbers))}); bring them into one with ST_Transform, in a view or "
            "a query"
        )
    stated = postgis.crs_of(cursor, int(numbers[0])) if len(numbers) else None
    try:
        return gpd.GeoSeries(shapes, crs=stated)
    except CRSError:
        raise InputError(
            f"{address}: its places are in a coordinate system that nobody else knows (SRID "
            f"{numbers[0]}); bring them into another with ST_Transform, in a view or a query"
        ) from None


class _Digest:
    """A file that keeps nothing but the hash of what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.hash.update(content)
        return len(content)

    def flush(self) -> None:
        pass


def _digest(table: pa.Table) -> str:
    """Return the SHA-256 of rows, however they were cut into pieces on their way.

    >>> one, two = pa.table({"a": ["x", None]}), pa.table({"a": ["x", "z"]})
    >>> cut = pa.concat_tables([one.slice(0, 1), one.slice(1)])
    >>> _digest(one) == _digest(cut), _digest(one) == _digest(two)
    (True, False)
    """
    kept = _Digest()
    plain = table.replace_schema_metadata(None).combine_chunks()
    with pa.ipc.new_stream(pa.PythonFile(kept, "w"), plain.schema) as stream:
        for batch in plain.to_batches(max_chunksize=PIECE):
            stream.write_batch(batch)
    return kept.hash.hexdigest()
