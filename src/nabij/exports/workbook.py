"""Tables as a workbook: a sheet a table, and one that says what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# Of Excel, one of them for the header.
MOST_ROWS = 1_048_576
# Of Excel, in UTF-16 units, without three for a number that makes the name unlike others.
LONGEST_NAME = 28
FORBIDDEN = "[]:*?/\\'"
# Rows that are turned into values at once.
BLOCK = 20_000
# In characters. The filter's button takes three of a header.
NARROWEST, WIDEST, BUTTON = 8, 40, 3
# A workbook says when it was made; ours says the same each time, so that its bytes are the same.
MADE = datetime(1980, 1, 1)


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
    import xlsxwriter

    # Rows go to the disk as they come, beside the workbook: a long table takes no memory.
    options = {"constant_memory": True, "tmpdir": str(Path(path).parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": MADE})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        used: set[str] = set()
        for sheet in sheets:
            digits = {name: each for name, each in sheet.digits.items() if each is not None}
            formats = {
                name: book.add_format({"num_format": number_format(each)})
                for name, each in digits.items()
            }
            for part in _parts(sheet.frame):
                page = book.add_worksheet(sheet_name(sheet.name, used))
                for at, name in enumerate(part.columns):
                    wide = _width(part[name], digits.get(name))
                    page.set_column(at, at, wide, formats.get(name))
                    page.write_string(0, at, str(name), head)
                page.freeze_panes(1, sheet.keys)
                if len(part.columns):
                    page.autofilter(0, 0, len(part), len(part.columns) - 1)
                _fill(page, part, set(digits))
        page = book.add_worksheet(sheet_name("about", used))
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 100, book.add_format({"text_wrap": True, "valign": "top"}))
        for row, (name, meaning) in enumerate(about):
            page.write_string(row, 0, name, head)
            _write_text(page, row, 1, meaning)


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
    units = fitting.encode("utf-16-le", "ignore")[: 2 * LONGEST_NAME]
    fitting = units.decode("utf-16-le", "ignore").strip() or "sheet"
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


def _fill(page: Worksheet, frame: pd.DataFrame, numbers: set[str]) -> None:
    """Write the rows of a table below its header, one after the other."""
    text = partial(_write_text, page)
    writers = [page.write_number if name in numbers else text for name in frame.columns]
    cells = list(enumerate(writers))
    for start in range(0, len(frame), BLOCK):
        block = frame.iloc[start : start + BLOCK]
        columns = [
            _numbers(block[name]) if name in numbers else _texts(block[name])
            for name in frame.columns
        ]
        for row, values in enumerate(zip(*columns, strict=True), start=start + 1):
            for (at, write), value in zip(cells, values, strict=True):
                if value is not None:
                    write(row, at, value)


def _numbers(column: pd.Series) -> list[float | None]:
    """Return the cells of a column of numbers, None for an empty one."""
    found = column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    cells = found.astype(object)
    cells[~np.isfinite(found)] = None
    return cells.tolist()


def _texts(column: pd.Series) -> list[str | None]:
    """Return the cells of a column of text, None for an empty one."""
    text = _text(column)
    return text.astype(object).where(text.notna(), None).tolist()


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


def _write_text(page: Worksheet, row: int, at: int, text: str) -> None:
    """Write text as it stands: xlsxwriter takes what looks like its own mark-up for that."""
    if text.startswith("<r>") and text.endswith("</r>"):
        page.write_rich_string(row, at, text[0], text[1], text[2:])
    else:
        page.write_string(row, at, text)
