"""Where a register can come from: one reader a kind of file, one line to register it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from nabij.errors import InputError, nearest
from nabij.notes import Note
from nabij.study import Register


@dataclass(frozen=True)
class Raw:
    """A register as it was read, before anything is judged.

    Attributes
    ----------
    table : pandas.DataFrame
        The wanted columns; text from text files, as typed from typed files.
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
    """

    table: pd.DataFrame
    row: np.ndarray
    geometry: pd.DataFrame | None = None
    crs: str | None = None
    malformed: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({"row": [], "reason": [], "text": []})
    )
    notes: list[Note] = field(default_factory=list)


Reader = Callable[[Path, Register], Raw]
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")


def kind_of(path: Path) -> str:
    """Return the suffix that tells the kind of file, past any compression.

    Examples
    --------
    >>> kind_of(Path("register.CSV.gz"))
    '.csv'
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def readers() -> dict[str, Reader]:
    """Return the reader of each kind of file."""
    from nabij.register import geopackage, parquet, text

    return {
        ".csv": text.read,
        ".tsv": text.read,
        ".txt": text.read,
        ".parquet": parquet.read,
        ".geoparquet": parquet.read,
        ".pq": parquet.read,
        ".gpkg": geopackage.read,
    }


def read_raw(spec: Register) -> Raw:
    """Read the wanted columns of the register that `spec` names.

    Raises
    ------
    InputError
        If the file is not there, is empty, is of no known kind, or lacks a wanted column.
    """
    path = spec.path
    require_file(path, "[register] path")
    known = readers()
    kind = kind_of(path)
    if kind not in known:
        raise InputError(
            f"{path}: cannot read a register from a file that ends in '{kind}'; "
            f"use one of {', '.join(known)} (text files may be compressed: {', '.join(COMPRESSED)})"
        )
    raw = known[kind](path, spec)
    if not len(raw.table) and not len(raw.malformed):
        raise InputError(f"{path}: has columns but no rows; is this the right file?")
    return raw


def require_file(path: Path, key: str) -> None:
    """Raise a clear error unless `path` is a readable file with something in it."""
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(f"{path}: no such file ({key}){nearest(path.name, beside)}")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a file ({key})")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError(f"{path}: the file is empty ({key})")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror} ({key})") from None


def wanted_columns(spec: Register) -> dict[str, str]:
    """Return the study's keys and the columns that they name."""
    keys = ("id", "code", "x", "y", "jobs", "size_class", "name", "year")
    return {key: column for key in keys if (column := getattr(spec, key)) is not None}


def require_columns(path: Path, spec: Register, present: Sequence[str]) -> list[str]:
    """Return the columns to read; raise if one is missing or stands twice."""
    wanted = wanted_columns(spec)
    for key, column in wanted.items():
        if column not in present:
            shown = ", ".join(list(present)[:40]) + (", ..." if len(present) > 40 else "")
            raise InputError(
                f"{path}: has no column '{column}' ([register] {key})"
                f"{nearest(column, present)} Columns: {shown}"
            )
        if list(present).count(column) > 1:
            raise InputError(
                f"{path}: has {list(present).count(column)} columns named '{column}' "
                f"([register] {key}); rename them so that one is meant"
            )
    columns = list(dict.fromkeys(wanted.values()))
    if spec.year is None:
        columns += [name for name in present if _looks_like_year(name) and name not in columns]
    return columns


def _looks_like_year(name: str) -> bool:
    return name.strip().casefold() in {
        "year", "jaar", "peiljaar", "annee", "année", "jahr", "anno", "ano",
    }  # fmt: skip
