"""Read tables, views and queries of PostgreSQL and PostGIS, in a transaction that cannot write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nabij.errors import InputError, listed, nearest
from nabij.outside.address import Address
from nabij.outside.connection import ask, ask_schema, connected, literal, quoted, reason

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager.dbapi import Cursor

SHAPES = ("geometry", "geography")
# Tables, partitioned ones, views, materialised ones and foreign ones, but not those that an
# extension such as PostGIS brought.
_RELATIONS = """
select n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
  and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
      and d.deptype = 'e')
order by 1, 2
"""
# One state of the data for all that is read; the same rows in the same order each time, as far as
# the server can; dates as year, month, day.
_BEGIN = (
    "set transaction isolation level repeatable read, read only",
    "set local synchronize_seqscans = off",
    "set local max_parallel_workers_per_gather = 0",
    "set local datestyle = 'ISO'",
)


@dataclass(frozen=True)
class Relation:
    """What rows are read from: a table, a view or a query.

    Attributes
    ----------
    name : str
        As a message calls it.
    sql : str
        As it stands behind FROM.
    kinds : dict of str to str
        The server's name of the type of each column.
    extensions : frozenset of str
        Columns of types that Arrow does not have itself.
    twice : tuple of str
        Names that several columns share.
    """

    name: str
    sql: str
    kinds: dict[str, str]
    extensions: frozenset[str]
    twice: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """The columns but those with shapes; a name that several share stands as often."""
        return [*(name for name, kind in self.kinds.items() if kind not in SHAPES), *self.twice]

    @property
    def shapes(self) -> list[str]:
        """The columns with shapes."""
        return [name for name, kind in self.kinds.items() if kind in SHAPES]


@contextmanager
def reading(address: Address) -> Iterator[Cursor]:
    """Yield a cursor that cannot change anything in the database.

    Raises
    ------
    InputError
        If the server cannot be reached, refuses, or ends the connection.
    """
    with connected(address, "reading") as connection, connection.cursor() as cursor:
        for statement in _BEGIN:
            cursor.execute(statement)
        yield cursor


def table_of(cursor: Cursor, address: Address, layer: str | None) -> Relation:
    """Return the table or view that `layer` names, or the only one.

    Raises
    ------
    InputError
        If it is not there, or not named among several; the message lists what there is.
    """
    found = {(schema, name): seen for schema, name, seen in ask(cursor, _RELATIONS)}
    names = [f"{schema}.{name}" for schema, name in found]
    if layer is None and len(found) != 1:
        raise InputError(
            f"{address}: holds {len(found)} tables and views"
            + (f" ({listed(names)}); name one with [register] layer" if found else "")
        )
    fitting = [
        (schema, name)
        for (schema, name), seen in found.items()
        if layer is None
        or layer in (f"{schema}.{name}", f"{quoted(schema)}.{quoted(name)}")
        or (seen and layer in (name, quoted(name)))
    ]
    if not fitting:
        raise InputError(
            f"{address}: has no table or view '{layer}' ([register] layer)"
            f"{nearest(str(layer), [*names, *(name for _, name in found)])} Tables and views: "
            f"{listed(names) or 'none'}"
        )
    if len(fitting) > 1:
        exact = " or ".join(f"{quoted(schema)}.{quoted(name)}" for schema, name in fitting)
        raise InputError(
            f"{address}: '{layer}' ([register] layer) may be several tables; write {exact}"
        )
    schema, name = fitting[0]
    sql = f"{quoted(schema)}.{quoted(name)}"
    return _described(cursor, f"{schema}.{name}", sql)


def query_of(cursor: Cursor, text: str, where: str) -> Relation:
    """Return a query as something to read from; it is not run yet.

    Parameters
    ----------
    text : str
        One SELECT.
    where : str
        The file that it is from, for messages.

    Raises
    ------
    InputError
        If the server finds it wrong, or it is no SELECT.
    """
    from adbc_driver_manager import Error

    bare = text.strip().rstrip(";").rstrip()
    if not bare:
        raise InputError(f"{where}: is empty; write one SELECT")
    try:
        if not len(ask_schema(cursor, bare)):
            raise InputError(f"{where}: gives no rows; write one SELECT, and nothing else is run")
    except Error as error:
        raise InputError(f"{where}: the server refuses the query: {reason(error)}") from None
    try:
        # On lines of its own: the query may end with a comment.
        return _described(cursor, where, f"(\n{bare}\n) as register")
    except Error as error:
        raise InputError(
            f"{where}: must be one SELECT; nothing else is run ({reason(error)})"
        ) from None


def _described(cursor: Cursor, name: str, sql: str) -> Relation:
    import pyarrow as pa

    fields = list(ask_schema(cursor, f"select * from {sql}"))
    names = [field.name for field in fields]
    return Relation(
        name=name,
        sql=sql,
        kinds={field.name: _kind(field) for field in fields},
        extensions=frozenset(
            field.name for field in fields if isinstance(field.type, pa.BaseExtensionType)
        ),
        twice=tuple(each for at, each in enumerate(names) if each in names[:at]),
    )


def _kind(field: pa.Field) -> str:
    return (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode()


def select(
    cursor: Cursor,
    relation: Relation,
    columns: Sequence[str],
    *,
    numbers: Sequence[str] = (),
    shapes: str | None = None,
    most: int | None = None,
) -> pa.Table:
    """Return columns of a table, view or query, as typed files have them.

    Parameters
    ----------
    cursor : Cursor
        In a transaction that cannot write.
    relation : Relation
    columns : sequence of str
    numbers : sequence of str
        Those of `columns` that are wanted as numbers where they are.
    shapes : str, optional
        A column with shapes, which comes last, as EWKB.
    most : int, optional
        Rows to read at most.
    """
    import pyarrow as pa

    wanted = [
        f"{_expression(relation, name, name in numbers)} as {quoted(name)}" for name in columns
    ]
    if shapes is not None:
        home = home_of(cursor)
        wanted.append(f"{home}.st_asewkb({quoted(shapes)}::{home}.geometry) as {quoted(shapes)}")
    limit = "" if most is None else f" limit {most:d}"
    cursor.execute(f"select {', '.join(wanted)} from {relation.sql}{limit}")
    with cursor.fetch_record_batch() as batches:
        return pa.Table.from_batches(list(batches), batches.schema)


def _expression(relation: Relation, column: str, number: bool) -> str:
    """Write a column such that it comes as text or as a number that means the same."""
    name, kind = quoted(column), relation.kinds[column]
    if kind in ("numeric", "money"):
        plain = f"{name}::pg_catalog.numeric"
        if number:
            return f"{plain}::pg_catalog.float8"
        return f"pg_catalog.regexp_replace({plain}::pg_catalog.text, '[.]0+$', '')"
    # Text of fixed width loses its blanks, and a moment has the date of the server's time zone.
    if kind in ("bpchar", "timestamptz") or column in relation.extensions:
        return f"{name}::pg_catalog.text"
    return name


def home_of(cursor: Cursor) -> str | None:
    """Return the schema that PostGIS is in, quoted; None where there is none."""
    found = ask(
        cursor,
        "select n.nspname from pg_catalog.pg_extension e "
        "join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'postgis'",
    )
    return quoted(found[0][0]) if found else None


def crs_of(cursor: Cursor, srid: int) -> str | None:
    """Return the coordinate system that a number stands for in this database; None for 0."""
    if srid <= 0:
        return None
    found = ask(
        cursor,
        "select auth_name, auth_srid, srtext "
        f"from {home_of(cursor)}.spatial_ref_sys where srid = {srid:d}",
    )
    if not found:
        return f"EPSG:{srid}"
    authority, code, text = found[0]
    return f"{authority}:{code}" if authority else text


def srid_of(cursor: Cursor, authority: str, code: int) -> int | None:
    """Return the number that stands for a coordinate system in this database."""
    found = ask(
        cursor,
        f"select srid from {home_of(cursor)}.spatial_ref_sys "
        f"where auth_name = {literal(authority)} and auth_srid = {code:d}",
    )
    return int(found[0][0]) if found else None
