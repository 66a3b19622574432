"""Tables as a workbook: a sheet a table, and one that says what they are."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Of Excel, one of them for the header.
MOST_ROWS = 1_048_576
# Of Excel; three more are for a number that makes a name unlike the others.
LONGEST_NAME = 28
LONGEST_TEXT = 32_767
FORBIDDEN = "[]:*?/\\'"
# Rows that are turned into values at once.
BLOCK = 20_000
# In cells: a sheet that may be more than the 2 GB that a plain ZIP file holds.
LARGE = 5_000_000
# In characters. The filter's button takes three of a header.
NARROWEST, WIDEST, BUTTON = 8, 40, 3
# A workbook says when it was made; ours says the same each time, so that its bytes are the same.
MADE = datetime(1980, 1, 1)

COLUMN = r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"'
DIMENSION = r'(<dimension ref=")[^"]*(")'
# What is not allowed in XML, a carriage return that XML would make a new line, and what reads as
# if it stood for one of them.
UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Sheet:
    """A table for a workbook.

    Parameters
    ----------
    name : str
        What it is called; made acceptable to Excel and unlike the others.
    frame : pandas.DataFrame
        Its index is not written.
    digits : mapping of str to int or None
        Decimals of each column of numbers. A column with None, or left out, is text.
    keys : int
        So many columns from the left stay in sight.
    """

    name: str
    frame: pd.DataFrame
    digits: Mapping[str, int | None]
    keys: int = 0


def write_workbook(
    path: str | Path, sheets: Sequence[Sheet], about: Sequence[tuple[str, str]]
) -> None:
    """Write tables as an Excel workbook, the same bytes each time.

    Text stays text: a region called "=1+1" is a name, not a formula. Missing values, and numbers
    without end, are empty cells. A table longer than a sheet can be goes on in the next, called
    "name 2", under the same header.

    Parameters
    ----------
    path : str or pathlib.Path
    sheets : sequence of Sheet
    about : sequence of (str, str)
        Names and what they mean, for the last sheet.

    Examples
    --------
    >>> frame = pd.DataFrame({"code": ["0363"], "establishments": [1204]})
    >>> towns = Sheet("town", frame, {"establishments": 0}, keys=1)
    >>> write_workbook("towns.xlsx", [towns], [("town", "municipality")])  # doctest: +SKIP
    """
    package = BytesIO()
    tables = _begin(package, sheets, about)
    with zipfile.ZipFile(package) as begun, zipfile.ZipFile(path, "w") as book:
        for info in begun.infolist():
            content = begun.read(info)
            fresh = zipfile.ZipInfo(info.filename, info.date_time)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            table = tables.get(info.filename)
            with book.open(
                fresh, "w", force_zip64=table is not None and table.size > LARGE
            ) as file:
                for piece in [content] if table is None else _filled(content, table):
                    file.write(piece)


def _begin(
    package: BytesIO, sheets: Sequence[Sheet], about: Sequence[tuple[str, str]]
) -> dict[str, pd.DataFrame]:
    """Write a workbook of which the tables have no rows yet; return them by the file they are in.

    Headers, formats and whatever else makes a workbook are xlsxwriter's. Over the rows it takes
    three times as long as we do, for to it a cell may be anything.
    """
    import xlsxwriter

    tables: dict[str, pd.DataFrame] = {}
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(package, options) as book:
        book.set_properties({"created": MADE})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        used: set[str] = set()
        for sheet in sheets:
            digits = {name: each for name, each in sheet.digits.items() if each is not None}
            keys = set(sheet.frame.columns[: sheet.keys])
            formats = {
                # A key is no quantity: 2025 is a year, not 2,025.
                name: book.add_format({"num_format": "0" if name in keys else number_format(each)})
                for name, each in digits.items()
            }
            for part in _parts(sheet.frame):
                page = book.add_worksheet(sheet_name(sheet.name, used))
                for at, name in enumerate(part.columns):
                    wide = _width(part[name], digits.get(name))
                    page.set_column(at, at, wide, formats.get(name))
                    _write(page, 0, at, str(name), head)
                page.freeze_panes(1, sheet.keys)
                if len(part.columns):
                    page.autofilter(0, 0, len(part), len(part.columns) - 1)
                if not part.empty:
                    tables[f"xl/worksheets/sheet{page.index + 1}.xml"] = part
        page = book.add_worksheet(sheet_name("about", used))
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 100, book.add_format({"text_wrap": True, "valign": "top"}))
        for row, (name, meaning) in enumerate(about):
            _write(page, row, 0, name, head)
            _write(page, row, 1, meaning)
    return tables


def _write(page: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> None:
    """Write text as it stands: xlsxwriter takes what looks like its own mark-up for that."""
    if text.startswith("<r>") and text.endswith("</r>"):
        styles = () if style is None else (style,)
        page.write_rich_string(row, column, text[0], text[1], text[2:], *styles)
    else:
        page.write_string(row, column, text, style)


def number_format(digits: int) -> str:
    """Return how Excel shows a number: whole ones in groups of thousands.

    >>> number_format(0), number_format(4)
    ('#,##0', '0.0000')
    """
    return f"0.{'0' * digits}" if digits else "#,##0"


def sheet_name(name: str, used: set[str]) -> str:
    """Return a name that Excel accepts and no other sheet has, and add it to those used.

    >>> used = set()
    >>> sheet_name("town/village", used), sheet_name("Town:village", used)
    ('town-village', 'Town-village 2')
    """
    fitting = "".join(
        sign if sign.isprintable() and sign not in FORBIDDEN else "-" for sign in name
    )
    fitting = _cut(fitting, LONGEST_NAME).strip() or "sheet"
    unique, number = fitting, 2
    # "History" is Excel's own.
    while unique.casefold() in used or unique.casefold() == "history":
        unique = f"{fitting} {number}"
        number += 1
    used.add(unique.casefold())
    return unique


def _parts(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cut a table into what fits on a sheet; one without rows has a header."""
    most = MOST_ROWS - 1
    for start in range(0, max(len(frame), 1), most):
        yield frame.iloc[start : start + most]


def _filled(begun: bytes, table: pd.DataFrame) -> Iterator[bytes]:
    """Return a sheet with its header and formats, piece by piece, and the rows put in.

    The columns of numbers are those with a style.
    """
    from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

    before, closing, after = begun.decode().partition("</sheetData>")
    styles = {
        column - 1: style
        for first, last, style in re.findall(COLUMN, before)
        for column in range(int(first), int(last) + 1)
    }
    corner = xl_rowcol_to_cell(len(table), len(table.columns) - 1)
    yield re.sub(DIMENSION, rf"\g<1>A1:{corner}\g<2>", before).encode()
    for start in range(0, len(table), BLOCK):
        block = table.iloc[start : start + BLOCK]
        columns = []
        for at, name in enumerate(table.columns):
            if at in styles:
                open_, close = f'" s="{styles[at]}"><v>', "</v></c>"
                cells: Sequence[float | str | None] = _numbers(block[name])
            else:
                open_, close = '" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
                cells = _texts(block[name])
            letters = f'<c r="{xl_col_to_name(at)}'
            columns.append(
                [
                    "" if cell is None else f"{letters}{row}{open_}{cell}{close}"
                    for row, cell in enumerate(cells, start=start + 2)
                ]
            )
        rows = enumerate(zip(*columns, strict=True), start=start + 2)
        yield "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows).encode()
    yield (closing + after).encode()


def _escaped(text: str) -> str:
    """Return text as it stands in a sheet: what XML cannot hold as its number, Excel's way.

    >>> _escaped("a < b"), _escaped("bell \\x07"), _escaped("_x0041_")
    ('a &lt; b', 'bell _x0007_', '_x005F_x0041_')
    """
    return UNFIT.sub(lambda found: f"_x{ord(found[0][0]):04X}_{found[0][1:]}", escape(text))


def _numbers(column: pd.Series) -> list[float | None]:
    """Return the cells of a column of numbers, None for an empty one."""
    found = column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    cells = found.astype(object)
    whole = (found == np.rint(found)) & (np.abs(found) < 2**53)
    cells[whole] = found[whole].astype(np.int64)
    cells[~np.isfinite(found)] = None
    return cells.tolist()


def _texts(column: pd.Series) -> list[str | None]:
    """Return the cells of a column of text, as XML, None for an empty one."""
    text = _text(column)
    cells = text.astype(object).where(text.notna(), None).tolist()
    return [None if cell is None else _escaped(_cut(cell, LONGEST_TEXT)) for cell in cells]


def _cut(text: str, units: int) -> str:
    """Cut text to what Excel counts as so many letters; some signs count as two."""
    if 2 * len(text) <= units:
        return text
    return text.encode("utf-16-le", "ignore")[: 2 * units].decode("utf-16-le", "ignore")


def _text(column: pd.Series) -> pd.Series:
    """Return a column as text; a whole number has no decimals, missing ones beside it or not."""
    return column.convert_dtypes().astype("string")


def _width(column: pd.Series, digits: int | None) -> int:
    """Return how wide a column is to be, in characters, from its header and what is in it."""
    longest = max((len(word) + BUTTON for word in str(column.name).split()), default=0)
    if digits is None:
        # A few long names may be cut off; most are to be read.
        lengths = _text(column.iloc[:1000]).str.len().dropna().to_numpy(dtype=float)
        inside = int(np.quantile(lengths, 0.95)) if len(lengths) else 0
    else:
        found = np.array([each for each in _numbers(column) if each is not None])
        inside = len(f"{np.abs(found).max(initial=0):,.{digits}f}")
    return int(np.clip(max(longest, inside + 2), NARROWEST, WIDEST))
