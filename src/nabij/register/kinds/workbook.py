"""Registers in workbooks: Excel (.xlsx, .xlsb, .xls) and OpenDocument (.ods)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine

from nabij import apart
from nabij.errors import InputError, listed, nearest
from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns
from nabij.study import Register

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet that hold anything.

    Attributes
    ----------
    name : str
    header : list of str
        The first of them.
    rows : list of list
        The others.
    number : list of int
        Where each of `rows` stands in the sheet, whose first row is 1.
    """

    name: str
    header: list[str]
    rows: list[list[Any]]
    number: list[int]


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns of a sheet."""
    return apart.call(_read, path, spec)


def samples(path: Path, sheet: str | None, most: int) -> list[tuple[str, pa.Table]]:
    """Return the name and up to `most` rows of a sheet, or of each that holds data."""
    return apart.call(_samples, path, sheet, most)


def _read(path: Path, spec: Register) -> Raw:
    sheet = _sheet(path, spec.sheet)
    columns = require_columns(path, spec, sheet.header)
    raw = typed.raw(path, spec, _table(sheet, columns), None, sheet.header)
    return replace(raw, row=np.array(sheet.number, dtype=np.int64))


def _samples(path: Path, name: str | None, most: int) -> list[tuple[str, pa.Table]]:
    return [
        (
            sheet.name,
            _table(replace(sheet, rows=sheet.rows[:most]), list(dict.fromkeys(sheet.header))),
        )
        for sheet in _sheets(path, name)
    ]


def _sheet(path: Path, name: str | None) -> Sheet:
    """Return the sheet of this name, or the only one that holds anything."""
    sheets = _sheets(path, name)
    if len(sheets) > 1:
        raise InputError(
            f"{path}: holds {len(sheets)} sheets with data "
            f"({listed([sheet.name for sheet in sheets])}); name one with [register] sheet"
        )
    return sheets[0]


def _sheets(path: Path, name: str | None) -> list[Sheet]:
    """Return the sheet of this name, or all that hold anything, at least one."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if name is not None and name not in names:
            raise InputError(
                f"{path}: has no sheet '{name}' ([register] sheet){nearest(name, names)} "
                f"Sheets: {listed(names)}"
            )
        sheets = [book.get_sheet_by_name(one) for one in ([name] if name is not None else names)]
        filled = [one for one in map(_filled, sheets) if one is not None]
        if not filled:
            raise InputError(f"{path}: holds no data (sheets: {listed(names)})")
        return filled
    except python_calamine.PasswordError:
        raise InputError(
            f"{path}: is protected with a password; save it without one, or as CSV"
        ) from None
    except (python_calamine.CalamineError, OSError) as error:
        raise InputError(
            f"{path}: cannot be read as a workbook: {error} (a damaged or cut-off file?); "
            "save or fetch it anew"
        ) from None


def _filled(sheet: python_calamine.CalamineSheet) -> Sheet | None:
    """Return the rows of a sheet that hold anything, None where none does."""
    rows = [
        (number, row)
        for number, row in enumerate(sheet.iter_rows(), 1)
        if any(value != "" for value in row)
    ]
    if not rows:
        return None
    header = [_as_text(value).strip() for value in rows[0][1]]
    return Sheet(
        sheet.name, header, [row for _, row in rows[1:]], [number for number, _ in rows[1:]]
    )


def _table(sheet: Sheet, columns: list[str]) -> pa.Table:
    """Return columns as numbers where all of their cells are, and as text elsewhere.

    Cells with an error (#N/A) hold nothing.
    """
    places = [sheet.header.index(column) for column in columns]
    return pa.table(
        {
            column: _column([row[place] if place < len(row) else "" for row in sheet.rows])
            for column, place in zip(columns, places, strict=True)
        }
    )


def _column(cells: list[Any]) -> pa.Array:
    if all(cell == "" or type(cell) in (int, float) for cell in cells):
        return pa.array([None if cell == "" else float(cell) for cell in cells], pa.float64())
    return pa.array([_as_text(cell) for cell in cells], pa.string())


def _as_text(cell: Any) -> str:
    """Write a cell as the sheet shows it: whole numbers without a point, dates as year first."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)
