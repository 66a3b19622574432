"""Write tables into a schema of a PostGIS database: all at once, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nabij.errors import InputError, listed
from nabij.outside.address import Address
from nabij.outside.connection import ask, connected, literal, quoted
from nabij.outside.postgis import home_of, srid_of

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager.dbapi import Cursor

MARK = "Written by nabij"
"""How the comment of a table begins that a later result may replace."""

SHAPES = "geom"
"""The column with shapes, in WKB."""

LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of a name."""

# Polygons are all made of several parts, so that one column holds them.
_MADE = {"Point": "{shape}", "MultiPolygon": "{home}.st_multi({shape})"}


@dataclass(frozen=True)
class Sheet:
    """A table to write.

    Attributes
    ----------
    name : str
    data : pyarrow.Table
        Numbers, text and, as `SHAPES`, WKB.
    shapes : {"Point", "MultiPolygon"} or None
        What the shapes are, if it has any.
    """

    name: str
    data: pa.Table
    shapes: str | None = None


def require_schema(address: Address, schema: str, names: Iterable[str]) -> None:
    """Raise unless tables of these names may be written into a schema; change nothing.

    Raises
    ------
    InputError
        If the server cannot be reached, has no PostGIS, or holds such tables of somebody else.
    """
    with connected(address, "writing") as connection, connection.cursor() as cursor:
        _require(cursor, address, schema, names)


def replace(
    address: Address,
    schema: str,
    sheets: list[Sheet],
    crs: tuple[str, int],
    comment: str,
    progress: Callable[[str, float], object],
) -> None:
    """Write tables into a schema in one transaction; those of an earlier result make place.

    Parameters
    ----------
    address : Address
    schema : str
        Made if it is not there.
    sheets : list of Sheet
    crs : tuple of (str, int)
        Authority and code of the coordinate system of all shapes, as ``("EPSG", 28992)``.
    comment : str
        Said of every table, behind `MARK`.
    progress : callable

    Raises
    ------
    InputError
        As `require_schema`, or because the server refuses; then the schema is as it was.
    """
    with connected(address, "writing") as connection, connection.cursor() as cursor:
        # Of two results at once the second waits for the first.
        ask(
            cursor,
            "select 1 from pg_catalog.pg_advisory_xact_lock("
            f"pg_catalog.hashtext('nabij'), pg_catalog.hashtext({literal(schema)}))",
        )
        earlier = _require(cursor, address, schema, [sheet.name for sheet in sheets])
        srid = srid_of(cursor, *crs)
        if srid is None:
            raise InputError(
                f"{address}: its table spatial_ref_sys has no {crs[0]}:{crs[1]}, the coordinate "
                "system of the result; add it, or choose another with [register] metric_crs"
            )
        cursor.execute(f"create schema if not exists {quoted(schema)}")
        for name in earlier:
            cursor.execute(f"drop table {quoted(schema)}.{quoted(name)}")
        for done, sheet in enumerate(sheets):
            progress(f"Writing table {sheet.name}", done / len(sheets))
            _write(cursor, schema, sheet, srid, comment)
        connection.commit()


def _require(cursor: Cursor, address: Address, schema: str, names: Iterable[str]) -> list[str]:
    """Return the tables of an earlier result; raise if others are in the way."""
    if schema.startswith("pg_") or schema == "information_schema":
        raise InputError(f"{address}: schema '{schema}' is the server's own; choose another")
    if home_of(cursor) is None:
        raise InputError(
            f"{address}: has no PostGIS; have it made there with  create extension postgis"
        )
    found = ask(
        cursor,
        "select c.relname, coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '') "
        "from pg_catalog.pg_class c "
        "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
        "where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') "
        f"and n.nspname = {literal(schema)} order by 1",
    )
    ours = [name for name, said in found if said.startswith(MARK)]
    in_the_way = [name for name, _ in found if name in set(names) - set(ours)]
    if in_the_way:
        raise InputError(
            f"{address}: schema '{schema}' holds tables that nabij did not write "
            f"({listed(in_the_way)}); choose another schema, nothing of yours is replaced"
        )
    return ours


def _write(cursor: Cursor, schema: str, sheet: Sheet, srid: int, comment: str) -> None:
    names = shortened(sheet.data.column_names)
    data = sheet.data.rename_columns(names)
    cursor.adbc_ingest(sheet.name, data, mode="create", db_schema_name=schema)
    table = f"{quoted(schema)}.{quoted(sheet.name)}"
    if sheet.shapes is not None:
        home, column = home_of(cursor), quoted(SHAPES)
        shape = f"{home}.st_setsrid({home}.st_geomfromwkb({column}), {srid:d})"
        made = _MADE[sheet.shapes].format(shape=shape, home=home)
        cursor.execute(
            f"alter table {table} alter column {column} "
            f"type {home}.geometry({sheet.shapes}, {srid:d}) using {made}"
        )
        cursor.execute(f"create index on {table} using gist ({column})")
    cursor.execute(f"comment on table {table} is {literal(f'{MARK} {comment}')}")


def shortened(names: list[str]) -> list[str]:
    """Return names that PostgreSQL keeps whole and apart.

    >>> shortened(["a", "b" * 70, "b" * 80])[1:]
    ['bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', \
'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb_2']
    """
    kept: list[str] = []
    for name in names:
        made, number = _cut(name, LONGEST_NAME), 1
        while made in kept:
            number += 1
            made = f"{_cut(name, LONGEST_NAME - len(f'_{number}'))}_{number}"
        kept.append(made)
    return kept


def _cut(name: str, most: int) -> str:
    return name.encode()[:most].decode(errors="ignore")
