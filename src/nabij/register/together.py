"""Several files as one register: a year a file, a province a file, the parts of a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import Transformer

from nabij.crs import crs_from
from nabij.errors import InputError, listed
from nabij.notes import Note, note
from nabij.register import numbers
from nabij.register.raw import MissingColumnError, Raw, says_year, wanted_columns
from nabij.register.sources import FILE, Source
from nabij.study import Register

OPTIONAL = ("id", "jobs", "size_class", "name", "year")
"""Keys whose column may be missing in some of the files."""

NUMBERS = ("x", "y", "jobs")
EXCHANGED = str.maketrans(".,", ",.")

Reader = Callable[[Path, Register], Raw]


def read_together(sources: Sequence[Source], spec: Register, reader: Reader) -> Raw:
    """Read files one by one and put them under each other.

    Parameters
    ----------
    sources : sequence of Source
        At least one.
    spec : nabij.study.Register
    reader : callable
        Reads one file.

    Returns
    -------
    Raw
        With the name of its file beside each row, and the columns that the study names. A column
        that only some files have is empty in the others; a note tells.

    Raises
    ------
    InputError
        If a file cannot be read, or lacks a column that no establishment can do without.
    """
    parts: list[Raw] = []
    lacking: dict[str, list[str]] = {}
    for source in sources:
        part, missing = _read_one(source, spec, reader)
        parts.append(part)
        for key in missing:
            lacking.setdefault(key, []).append(source.name)
    notes = _require_somewhere(lacking, sources, spec)
    parts, told = _alike(parts, sources, spec)
    crs, parts = _one_system(parts, sources)
    columns = list(dict.fromkeys(column for part in parts for column in part.table))
    sizes = [len(part.table) for part in parts]
    lines = [
        part.malformed.assign(file=source.name)
        for part, source in zip(parts, sources, strict=True)
        if len(part.malformed)
    ]
    placed = [part.geometry for part in parts if part.geometry is not None]
    return Raw(
        table=pd.concat([_filled(part.table, columns) for part in parts], ignore_index=True),
        row=np.concatenate([part.row for part in parts]),
        geometry=pd.concat(placed, ignore_index=True) if placed else None,
        crs=crs,
        malformed=pd.concat(lines, ignore_index=True) if lines else parts[0].malformed,
        notes=[*dict.fromkeys(each for part in parts for each in part.notes), *notes, *told],
        file=np.repeat(np.arange(len(parts)), sizes),
        files=tuple(source.name for source in sources),
    )


def _read_one(source: Source, spec: Register, reader: Reader) -> tuple[Raw, list[str]]:
    """Read a file; return it, and the keys whose columns it lacks."""
    given: dict[str, str] = {}
    lacking: list[str] = []
    asked = spec
    while True:
        try:
            part = reader(source.path, asked)
            break
        except MissingColumnError as missing:
            if missing.column in source.given:
                given[missing.column] = source.given[missing.column]
            elif missing.key in OPTIONAL:
                lacking.append(missing.key)
            else:
                raise
            asked = asked.model_copy(update={missing.key: None})
    # What is said of the whole file is looked at too, where it may be the year.
    if spec.year is None:
        given |= {name: value for name, value in source.given.items() if _may_be_year(name)}
    missing_columns = {wanted_columns(spec)[key]: "" for key in lacking}
    table = part.table.assign(
        **{
            name: pd.Series(value, index=part.table.index, dtype="str")
            for name, value in {**missing_columns, **given}.items()
            if name not in part.table
        }
    )
    return replace(part, table=table), lacking


def _may_be_year(name: str) -> bool:
    return name == FILE or says_year(name)


def _require_somewhere(
    lacking: dict[str, list[str]], sources: Sequence[Source], spec: Register
) -> list[Note]:
    notes = []
    for key, names in lacking.items():
        column = wanted_columns(spec)[key]
        if len(names) == len(sources):
            raise InputError(
                f"{spec.source}: none of its {len(sources)} files has a column '{column}' "
                f"([register] {key})"
            )
        notes.append(
            note(
                "column_missing_in",
                column=column,
                count=len(names),
                total=len(sources),
                names=listed(names, 5),
            )
        )
    return notes


def _filled(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return a table with all columns, empty where it had none."""
    return table.reindex(columns=columns, fill_value="")


def _alike(
    parts: list[Raw], sources: Sequence[Source], spec: Register
) -> tuple[list[Raw], list[Note]]:
    """Write the numbers of all files in one way: with one decimal mark, and as text if any is."""
    columns = [column for key, column in wanted_columns(spec).items() if key in NUMBERS]
    texts = [[part.table[c] for c in columns if numbers.is_text(part.table[c])] for part in parts]
    if not any(texts):
        return parts, []
    marks = [numbers.decimal_mark(each) if each else "" for each in texts]
    shared = spec.decimal or ("," if "," in marks else ".")
    turned = []
    found = []
    for part, source, mark in zip(parts, sources, marks, strict=True):
        other = spec.decimal is None and mark not in ("", shared)
        if other:
            turned.append(source.name)
        written = {c: _written(part.table[c], shared, other=other) for c in columns}
        found.append(replace(part, table=part.table.assign(**written)))
    return found, [note("decimal_differs", names=listed(turned, 5))] if turned else []


def _written(column: pd.Series, mark: str, *, other: bool) -> pd.Series:
    """Write numbers as text with this mark; exchange the two marks of text that has the other."""
    if numbers.is_text(column):
        return column.str.translate(EXCHANGED) if other else column
    text = column.map(lambda value: "" if np.isnan(value) else repr(float(value)))
    return text.astype("str").str.replace(".", mark, regex=False)


def _one_system(parts: list[Raw], sources: Sequence[Source]) -> tuple[str | None, list[Raw]]:
    """Project the points of all files to the system of the first that states one."""
    stated = [part.crs for part in parts if part.geometry is not None and part.crs is not None]
    if not stated or len(set(stated)) == 1:
        return (stated[0] if stated else None), parts
    target, found = crs_from(stated[0], str(sources[0].path)), []
    for part, source in zip(parts, sources, strict=True):
        if part.geometry is not None and part.crs not in (None, stated[0]):
            crs = crs_from(str(part.crs), str(source.path))
            to_target = Transformer.from_crs(crs, target, always_xy=True)
            x, y = to_target.transform(part.geometry["x"], part.geometry["y"])
            part = replace(part, geometry=pd.DataFrame({"x": x, "y": y}))
        found.append(part)
    return stated[0], found
