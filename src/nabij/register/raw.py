"""A register as it was read, before anything is judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from nabij.errors import InputError, listed, nearest
from nabij.notes import Note
from nabij.study import Register

YEARS = ("year", "jaar", "peiljaar", "annee", "année", "jahr", "anno", "ano")
"""Names of a column of years, in small letters."""


class MissingColumnError(InputError):
    """A file lacks a column that the study names.

    Attributes
    ----------
    key : str
        The study's key of the column.
    column : str
    """

    def __init__(self, message: str, key: str, column: str) -> None:
        super().__init__(message, key, column)
        self.key, self.column = key, column

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Raw:
    """A register as it was read, before anything is judged.

    Attributes
    ----------
    table : pandas.DataFrame
        The wanted columns: text, without nulls, or for coordinates and jobs also numbers.
    row : numpy.ndarray of int64
        For each row of `table` its place in the file; the header is row 1.
    geometry : pandas.DataFrame or None
        Columns ``x, y`` for files that hold points (float64, NaN where there is no point).
    crs : str or None
        The coordinate system that the file states.
    malformed : pandas.DataFrame
        ``row, reason, text`` of lines that could not be cut into columns.
    notes : list of Note
        What was detected on the way.
    file : numpy.ndarray of int64 or None
        For each row its place in `files`; None of a register in one file.
    files : tuple of str
        Names of several files. Then `row` is the place in the file, and `malformed` has a column
        ``file`` as well.
    """

    table: pd.DataFrame
    row: np.ndarray
    geometry: pd.DataFrame | None = None
    crs: str | None = None
    malformed: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            {"row": np.empty(0, dtype=np.int64), "reason": [], "text": []}
        )
    )
    notes: list[Note] = field(default_factory=list)
    file: np.ndarray | None = None
    files: tuple[str, ...] = ()

    def only(self, keep: np.ndarray) -> Raw:
        """Return the register with these rows alone (a boolean mask)."""
        return replace(
            self,
            table=self.table[keep].reset_index(drop=True),
            row=self.row[keep],
            geometry=None if self.geometry is None else self.geometry[keep].reset_index(drop=True),
            file=None if self.file is None else self.file[keep],
        )

    @property
    def file_names(self) -> np.ndarray | None:
        """The name of the file of each row, of several files."""
        return None if self.file is None else np.array(self.files, dtype=object)[self.file]


def wanted_columns(spec: Register) -> dict[str, str]:
    """Return the study's keys and the columns that they name."""
    keys = ("id", "code", "x", "y", "jobs", "size_class", "name", "year")
    return {key: column for key in keys if (column := getattr(spec, key)) is not None}


def require_columns(path: Path, spec: Register, present: Sequence[str]) -> list[str]:
    """Return the columns to read; raise if one is missing or stands twice."""
    wanted = wanted_columns(spec)
    for key, column in wanted.items():
        if column not in present:
            raise MissingColumnError(
                f"{path}: has no column '{column}' ([register] {key})"
                f"{nearest(column, present)} Columns: {listed(present)}",
                key,
                column,
            )
        if list(present).count(column) > 1:
            raise InputError(
                f"{path}: has {list(present).count(column)} columns named '{column}' "
                f"([register] {key}); rename them so that one is meant"
            )
    columns = list(dict.fromkeys(wanted.values()))
    if spec.year is None:
        columns += [name for name in present if _speaks_of_year(name) and name not in columns]
    return columns


def says_year(name: str) -> bool:
    """Tell whether a column is named for nothing but the year it is of."""
    return name.strip().casefold() in YEARS


def _speaks_of_year(name: str) -> bool:
    """Tell whether a column may hold the year that a row is of.

    >>> _speaks_of_year("FOLDERYEAR"), _speaks_of_year("Peiljaar 2"), _speaks_of_year("yearling")
    (True, True, False)
    """
    words = re.split(r"[^\w]+|_|\d+", name.casefold())
    return any(word.endswith(tuple(YEARS)) for word in words)
