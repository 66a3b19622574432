"""Registers in DuckDB files: a table or a view, named by `layer` where there are several."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from nabij import apart
from nabij.errors import InputError, listed, nearest
from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns
from nabij.study import Register

if TYPE_CHECKING:
    import duckdb

SUFFIXES = (".duckdb", ".db")
MOST_SAMPLES = 20
"""Tables that are looked at where none is named."""


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns of a table or view."""
    return apart.call(_read, path, spec)


def samples(path: Path, layer: str | None, most: int) -> list[tuple[str, pa.Table]]:
    """Return the name and up to `most` rows of a table or view, or of the first that there are."""
    return apart.call(_samples, path, layer, most)


def _read(path: Path, spec: Register) -> Raw:
    with _opened(path) as base:
        chosen = _chosen(path, spec.layer, _found(base))
        present = _select(base, chosen, most=0).column_names
        table = _select(base, chosen, require_columns(path, spec, present))
    return typed.raw(path, spec, table, None, present)


def _samples(path: Path, layer: str | None, most: int) -> list[tuple[str, pa.Table]]:
    with _opened(path) as base:
        found = _found(base)
        chosen = found[:MOST_SAMPLES] if layer is None else []
        chosen = chosen or [_chosen(path, layer, found)]
        return [(name, _select(base, name, most=most)) for name in chosen]


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    # Nothing but this file is read, whatever a view of it says; threads reserve memory.
    limits: dict[str, str | int | float | bool | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "threads": 1,
    }
    try:
        with duckdb.connect(str(path), read_only=True, config=limits) as base:
            yield base
    except duckdb.OutOfMemoryException:
        raise MemoryError from None
    except duckdb.Error as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise InputError(f"{path}: cannot be read as a DuckDB file: {reason}") from None


def _found(base: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        name
        for (name,) in base.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' union all "
            "select view_name from duckdb_views() where schema_name = 'main' and not internal"
        ).fetchall()
    ]


def _select(
    base: duckdb.DuckDBPyConnection,
    name: str,
    columns: list[str] | None = None,
    most: int | None = None,
) -> pa.Table:
    what = "*" if columns is None else ", ".join(map(_quoted, columns))
    limit = "" if most is None else f" limit {most:d}"
    return base.execute(f"select {what} from {_quoted(name)}{limit}").to_arrow_table()


def _chosen(path: Path, layer: str | None, found: list[str]) -> str:
    if layer is None and len(found) == 1:
        return found[0]
    if layer is None:
        raise InputError(
            f"{path}: holds {len(found)} tables and views ({listed(found)}); name one with "
            "[register] layer"
        )
    if layer not in found:
        raise InputError(
            f"{path}: has no table or view '{layer}' ([register] layer){nearest(layer, found)} "
            f"Tables and views: {listed(found)}"
        )
    return layer


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
