"""Registers in DuckDB files: a table or a view, named by `layer` where there are several."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from nabij import apart
from nabij.errors import InputError, listed, nearest
from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns
from nabij.study import Register

SUFFIXES = (".duckdb", ".db")


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns of a table or view."""
    return apart.call(_read, path, spec)


def first_rows(path: Path, layer: str | None, most: int) -> tuple[str, pa.Table]:
    """Return the name and up to `most` rows of a table or view."""
    return apart.call(_first_rows, path, layer, most)


def _read(path: Path, spec: Register) -> Raw:
    _, empty = _first_rows(path, spec.layer, 0)
    columns = require_columns(path, spec, empty.column_names)
    _, table = _select(path, spec.layer, columns)
    return typed.raw(path, spec, table, None, empty.column_names)


def _first_rows(path: Path, layer: str | None, most: int) -> tuple[str, pa.Table]:
    return _select(path, layer, None, most)


def _select(
    path: Path, layer: str | None, columns: list[str] | None, most: int | None = None
) -> tuple[str, pa.Table]:
    try:
        import duckdb
    except ImportError:
        raise InputError(
            f"{path}: reading DuckDB files needs a library more: pip install 'nabij[duckdb]'"
        ) from None
    # Nothing but this file is read, whatever a view of it says; threads reserve memory.
    limits: dict[str, str | int | float | bool | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "threads": 1,
    }
    try:
        with duckdb.connect(str(path), read_only=True, config=limits) as base:
            found = [
                name
                for (name,) in base.execute(
                    "select table_name from duckdb_tables() where schema_name = 'main' union all "
                    "select view_name from duckdb_views() where schema_name = 'main' "
                    "and not internal"
                ).fetchall()
            ]
            chosen = _chosen(path, layer, found)
            what = "*" if columns is None else ", ".join(map(_quoted, columns))
            limit = "" if most is None else f" limit {most:d}"
            query = f"select {what} from {_quoted(chosen)}{limit}"
            return chosen, base.execute(query).to_arrow_table()
    except duckdb.OutOfMemoryException:
        raise MemoryError from None
    except duckdb.Error as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise InputError(f"{path}: cannot be read as a DuckDB file: {reason}") from None


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
