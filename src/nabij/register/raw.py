"""A register as it was read, before anything is judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nabij.errors import InputError, listed, nearest
from nabij.notes import Note
from nabij.study import Join, Postcodes, Register
from nabij.study.register import COLUMN_KEYS

OTHER_TAGS = "other_tags"
"""Column in which GDAL puts the tags of OpenStreetMap that have none of their own."""

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
    present : tuple of str
        All columns of the file, also those that were not read.
    set_aside : dict
        Rows that were left out on the way, counted by reason.
    inputs : mapping of str to str
        SHA-256 of what was read of no file, by where it came from.
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
    present: tuple[str, ...] = ()
    set_aside: dict[Note, int] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)

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


class Partner(Register):
    """A file that is joined to a register: only some of its columns are wanted."""

    columns: list[str]
    """These."""

    @classmethod
    def of(cls, file: Join | Postcodes, columns: Sequence[str], **keys: Any) -> Partner:
        """Return a file of a study as a register of which these columns are wanted, as text."""
        shared = {key: getattr(file, key) for key in ("path", "layer", "sheet", "separator")}
        return cls.model_validate({**shared, **keys, "columns": list(dict.fromkeys(columns))})


def wanted_columns(spec: Register) -> dict[str, str]:
    """Return the study's keys and the columns that they name."""
    return {key: column for key in COLUMN_KEYS if (column := getattr(spec, key)) is not None}


def asked_of_file(spec: Register) -> dict[str, list[str]]:
    """Return what is read of the register's own files, and the columns that each may be.

    Beside the keys that name a column these are the columns of ``where`` and of joins. What a join
    brings is not asked of the file.
    """
    if isinstance(spec, Partner):
        return {f"columns {column}": [column] for column in spec.columns}
    joined = {column for join in spec.join.values() for column in join.columns}
    asked = {
        key: spec.candidates.get(key) or [column] for key, column in wanted_columns(spec).items()
    }
    asked |= {f"where.{column}": [column] for column, wanted in spec.where.items() if wanted != []}
    asked |= {f"join.{name} on": [join.here] for name, join in spec.join.items()}
    return {key: columns for key, columns in asked.items() if not joined.intersection(columns)}


def column_of(candidates: Sequence[str], present: Sequence[str]) -> str | None:
    """Return the first of these columns that a file has; of several, capitals do not count.

    Examples
    --------
    >>> column_of(["SBI2025", "SBI2008"], ["id", "sbi2008"])
    'sbi2008'
    >>> column_of(["sbi"], ["SBI"]) is None
    True
    """
    if len(candidates) > 1:
        folded = {column.casefold(): column for column in reversed(present)}
    for candidate in candidates:
        if candidate in present:
            return candidate
        if len(candidates) > 1 and candidate.casefold() in folded:
            return folded[candidate.casefold()]
    return None


def require_columns(path: Path | str, spec: Register, present: Sequence[str]) -> list[str]:
    """Return the columns to read; raise if one is missing or stands twice."""
    columns: list[str] = []
    for key, candidates in asked_of_file(spec).items():
        if key == "code" and spec.code_from == "tags":
            found = [name for name in (*candidates, OTHER_TAGS) if name in present]
        else:
            found = [name for name in [column_of(candidates, present)] if name is not None]
        if not found and key == "name" and spec.known is not None:
            continue  # a known register may do without
        if not found:
            several = f" nor {listed(candidates[1:])}" if len(candidates) > 1 else ""
            raise MissingColumnError(
                f"{path}: has no column '{candidates[0]}'{several} ([register] {key})"
                f"{nearest(candidates[0], present)} Columns: {listed(present)}",
                key,
                candidates[0],
            )
        for column in found:
            if list(present).count(column) > 1:
                raise InputError(
                    f"{path}: has {list(present).count(column)} columns named '{column}' "
                    f"([register] {key}); rename them so that one is meant"
                )
        columns += found
    if spec.year is None:
        columns += [name for name in present if _speaks_of_year(name)]
    return list(dict.fromkeys(columns))


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
