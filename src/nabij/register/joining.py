"""Other files that hold something of the establishments, joined by a column that both have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nabij.errors import InputError, listed
from nabij.files import require_file
from nabij.notes import note
from nabij.register.conditions import fits
from nabij.register.matching import first_alike
from nabij.register.raw import Partner, Raw
from nabij.study import Join, Register

Reader = Callable[[Path, Register], Raw]


def joined(raw: Raw, spec: Register, reader: Reader) -> Raw:
    """Return a register with the columns of the files that the study joins to it.

    Each row of the register stays one row: of several partners the first is taken. A row without a
    partner has nothing in the columns. Notes count both.

    Parameters
    ----------
    raw : Raw
    spec : nabij.study.Register
    reader : callable
        Reads the wanted columns of a file.

    Raises
    ------
    InputError
        If a file cannot be read, lacks a column, or has no partner for any row.
    """
    for name, join in spec.join.items():
        raw = _with_columns(raw, name, join, reader)
    return raw


def _with_columns(raw: Raw, name: str, join: Join, reader: Reader) -> Raw:
    key = f"[register.join.{name}]"
    if join.here not in raw.table:
        raise InputError(
            f"{key} on = '{join.here}' is no column of the register or of a join above it "
            f"(columns: {listed(map(str, raw.table))})"
        )
    require_file(join.path, f"{key} path")
    try:
        partners = reader(join.path, _as_register(join)).table
    except InputError as error:
        raise InputError(f"{error} ({key})") from None
    for column, wanted in join.where.items():
        partners = partners[fits(partners[column], wanted)]
    ours, theirs = _keys(raw.table[join.here]), _keys(partners[join.there])
    at, repeated = first_alike(ours, theirs)
    if len(ours) and (at < 0).all():
        raise InputError(
            f"{join.path}: no row of the register finds a partner by '{join.there}' ({key}); the "
            f"register has for instance '{ours[0]}'"
            + (f", and {_shown(join)} must hold" if join.where else "")
        )
    table = raw.table.copy(deep=False)
    for column in join.columns:
        found = partners[column].astype("str").array.take(at, allow_fill=True)
        table[column] = pd.Series(found, index=table.index, dtype="str").fillna("")
    notes = [*raw.notes, note("joined", name=name, file=join.path.name, count=int((at >= 0).sum()))]
    if (at < 0).any():
        notes.append(note("join_without", file=join.path.name, count=int((at < 0).sum())))
    if repeated:
        notes.append(note("join_repeated", file=join.path.name, count=repeated))
    present = tuple(dict.fromkeys([*raw.present, *join.columns]))
    return replace(raw, table=table, notes=notes, present=present)


def _keys(column: pd.Series) -> pa.Array:
    return pc.utf8_trim_whitespace(pa.array(column.astype("str"), type=pa.large_string()))


def _as_register(join: Join) -> Partner:
    here = join.there  # of places nothing is asked
    columns = [join.there, *join.columns, *join.where]
    return Partner.of(join, columns, code=here, x=here, y=here, encoding=join.encoding)


def _shown(join: Join) -> str:
    return listed(f"{column} {wanted}" for column, wanted in join.where.items())
