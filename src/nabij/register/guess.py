"""Guess which column of an unknown register is what: from names, from values, and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from nabij.errors import InputError, listed
from nabij.outside.address import Address
from nabij.register import column_names, content, locations, numbers
from nabij.register.column_names import AREAS, HELD, NAMES, OTHER
from nabij.register.content import values_of
from nabij.register.kinds import read_file, require_kind, workbook
from nabij.register.raw import says_year, wanted_columns
from nabij.register.sample import SAMPLE_ROWS, Sample, samples
from nabij.register.years import several_years, years_of
from nabij.study import Register

WHOLE_BYTES = 256 << 20
"""A larger file is not read whole to find years in it."""

MOST_COLUMNS = 300
"""Of a wider file the first columns are looked at for their values and the words of their names."""

MOSTLY = 0.5

BY_NAME, BY_VALUES = "by its name", "by its values"


@dataclass(frozen=True)
class Guess:
    """What a register seems to hold.

    Attributes
    ----------
    path : Path or Address
        The file, or the database.
    columns : list of str
        All columns of the file.
    roles : dict of str to str
        Study key (``id, code, x, y, jobs, size_class, year, name``) to column.
    crs : list of str
        Coordinate systems that the first rows fit, likeliest first.
    holds_points : bool
        Whether locations are points in the file rather than columns.
    codes, size_classes : list of str
        Values seen in those columns; of codes the most frequent first.
    layer, sheet : str or None
        What was looked at in a file that may hold several.
    others : list of str
        The other layers or sheets with data.
    reasons : dict of str to str
        For each key of `roles` what tells so.
    years : list of int
        The years that the file holds, early to late; empty where it holds one or none.
    areas : list of str
        Columns that name the area an establishment is in.
    sample : nabij.register.sample.Sample
        What was looked at.
    """

    path: Path | Address
    columns: list[str]
    roles: dict[str, str]
    crs: list[str]
    holds_points: bool
    codes: list[str]
    size_classes: list[str]
    sample: Sample = field(repr=False)
    layer: str | None = None
    sheet: str | None = None
    others: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    years: list[int] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)

    def spec(self) -> Register | None:
        """Return the ``[register]`` of a study as far as it was guessed, None if not enough was."""
        columns = {key: self.roles.get(key) for key in ("id", "code", "x", "y", "jobs", "name")}
        if columns["code"] is None or not (self.holds_points or columns["x"]):
            return None
        crs = self.crs[0] if self.crs else None
        key = "database" if isinstance(self.path, Address) else "path"
        where = {key: self.path, "layer": self.layer, "sheet": self.sheet, "crs": crs}
        return Register.model_validate({**where, **columns})


def guess(path: Path | Address, layer: str | None = None) -> Guess:
    """Look at the names and the first rows of a register, and for years at all rows.

    Parameters
    ----------
    path : Path or Address
        A file, or a PostgreSQL database.
    layer : str, optional
        Layer, table or sheet to look at; by default the one that looks most like a register.

    Parameters
    ----------
    path : Path or Address
        A file, or a PostgreSQL database.
    layer : str, optional
        Layer, table or sheet, where there are several.

    Raises
    ------
    InputError
        If the file or table is not there, is empty, or is of no known kind.
    """
    kind = "" if isinstance(path, Address) else require_kind(path, "the register")
    guesses = [_guess_of(path, sample) for sample in samples(path, kind, layer)]
    best = max(guesses, key=_likeness)
    others = [str(other.sample.name) for other in guesses if other is not best]
    name, is_sheet = best.sample.name, kind in workbook.SUFFIXES
    return _with_years(
        replace(
            best, others=others, sheet=name if is_sheet else None, layer=None if is_sheet else name
        )
    )


def _guess_of(path: Path | Address, sample: Sample) -> Guess:
    table = sample.table
    columns = [str(name) for name in table.columns]
    values = {column: values_of(table[column]) for column in columns}
    roles = _by_name(columns, values)
    reasons = dict.fromkeys(roles, BY_NAME)
    if sample.crs is not None:
        for axis in ("x", "y"):
            roles.pop(axis, None)
    fitting = [sample.crs] if sample.crs else _fitting(table, roles)
    if sample.crs is None and "x" not in roles:
        found = content.places(table, [name for name in columns[:50] if name not in roles.values()])
        if found is not None:
            roles["x"], roles["y"], fitting = found
            reasons["x"] = reasons["y"] = f"{BY_VALUES}: they lie in the area of {fitting[0]}"
    for key, column, why in _by_values(columns, values, roles):
        roles[key], reasons[key] = column, f"{BY_VALUES}: {why}"
    if "jobs" in roles:
        roles.pop("size_class", None)
    return Guess(
        path=path,
        columns=columns,
        roles=roles,
        crs=fitting,
        holds_points=sample.crs is not None,
        codes=_frequent(values, roles.get("code")),
        size_classes=sorted(_frequent(values, roles.get("size_class"))),
        sample=sample,
        reasons={key: why for key, why in reasons.items() if key in roles},
        areas=[
            column
            for column in columns[:MOST_COLUMNS]
            if column not in roles.values() and column_names.speaks_of(column, AREAS)
        ],
    )


def _likeness(guess: Guess) -> tuple[int, int]:
    """Tell how much a layer or sheet is like a register."""
    sure = ("id", "code", "jobs", "size_class")
    return sum(key in guess.roles for key in sure) + 2 * (
        guess.holds_points or "x" in guess.roles
    ), len(guess.sample.table)


def _by_name(columns: list[str], values: dict[str, pd.Series]) -> dict[str, str]:
    """Match column names: the whole name first, then words of it."""
    roles: dict[str, str] = {}
    for whole in (True, False):
        for key, names in NAMES.items():
            if key in roles or (key == "year" and not whole):
                continue
            for column in _named(columns, names, whole=whole):
                elsewhere = key in HELD and not whole
                if column in roles.values() or (
                    elsewhere and column_names.speaks_of(column, AREAS + OTHER)
                ):
                    continue
                if not _can_be(key, values[column], whole=whole):
                    continue
                roles[key] = column
                break
    if ("x" in roles) != ("y" in roles):
        roles.pop("x", None)
        roles.pop("y", None)
    return roles


def _named(columns: list[str], names: tuple[str, ...], *, whole: bool) -> list[str]:
    """Return the columns with one of these names, the surest name first."""
    if whole:
        by_name: dict[str, list[str]] = {}
        for column in columns:
            by_name.setdefault(column_names.joined(column), []).append(column)
        return [column for name in names for column in by_name.get(column_names.joined(name), [])]
    return list(
        dict.fromkeys(
            column
            for name in names
            for column in columns[:MOST_COLUMNS]
            if column_names.has_part(column, name)
        )
    )


def _can_be(key: str, values: pd.Series, *, whole: bool) -> bool:
    """Tell whether a column's values do not speak against what its name says."""
    if not len(values):
        return whole
    if key == "jobs":
        return bool(np.isfinite(numbers.parse(values, ".")).mean() > MOSTLY)
    if key == "year":
        return bool(np.isfinite(years_of(values)).mean() > MOSTLY)
    if key == "id" and len(values) >= content.FEWEST:
        return bool(values.nunique() > 0.1 * len(values))
    if key == "code" and len(values) >= content.FEWEST:  # one that all differ in is an id
        return bool(values.nunique() < 0.9 * len(values))
    return True


def _by_values(
    columns: list[str], values: dict[str, pd.Series], roles: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Return key, column and reason of what only the values of columns tell."""
    found: list[tuple[str, str, str]] = []

    def free() -> list[str]:
        taken = {*roles.values(), *(column for _, column, _ in found)}
        return [
            column
            for column in columns[:MOST_COLUMNS]
            if column not in taken and not column_names.speaks_of(column, AREAS + OTHER)
        ]

    def take(key: str, column: str | None, why: str) -> None:
        if column is not None:
            found.append((key, column, why))

    if "id" not in roles:
        take("id", next((c for c in free() if content.is_id(values[c])), None), "they all differ")
    if "code" not in roles:
        code = next((c for c in free() if content.is_code(values[c])), None)
        if code is not None:
            take("code", code, f"codes such as {_examples(values, code)}")
        else:
            kinds = [c for c in free() if content.is_category(values[c])]
            code = max(kinds, key=lambda c: values[c].nunique(), default=None)
            if code is not None:
                count = values[code].nunique()
                take("code", code, f"{count} kinds, such as {_examples(values, code)}")
    if "year" not in roles:
        # One year for all rows; several are years only where establishments return under them.
        one = (c for c in free() if content.is_year(values[c]) and values[c].nunique() == 1)
        take("year", next(one, None), "the same year in every row")
    if "jobs" not in roles and "size_class" not in roles:
        jobs = (c for c in free() if content.is_jobs(values[c]) and not says_year(c))
        take("jobs", next(jobs, None), "whole numbers, mostly small")
    return found


def _with_years(guess: Guess) -> Guess:
    """Return a guess with the years that the whole file holds, if it can be read as guessed."""
    spec, path = guess.spec(), guess.path
    # Of a database they are asked about when it is read.
    if spec is None or isinstance(path, Address) or path.stat().st_size > WHOLE_BYTES:
        return guess
    named = guess.roles.get("year")
    table = guess.sample.table
    others = [
        column
        for column in guess.columns[:MOST_COLUMNS]
        if column not in wanted_columns(spec).values()
        and column != named
        # Few values, one or two digits or four: what a year looks like.
        and (content.is_year(values := values_of(table[column])) or content.is_short_year(values))
    ]
    try:
        raw = read_file(path, spec if named is None else spec.model_copy(update={"year": named}))
        if named is not None:
            years = np.unique(years_of(raw.table[named]))
            found = [int(year) for year in years if np.isfinite(year)]
            return replace(guess, years=found) if len(found) > 1 else guess
        for column in dict.fromkeys([*_beside(raw.table, spec), *others]):
            at = raw if column in raw.table else None
            at = at or read_file(path, spec.model_copy(update={"year": column}))
            found = several_years(at, at.table[column], spec)
            if found:
                why = f"the same establishments return under {listed(map(str, found), most=12)}"
                return replace(
                    guess,
                    years=found,
                    roles={**guess.roles, "year": column},
                    reasons={**guess.reasons, "year": f"{BY_VALUES}: {why}"},
                )
    except InputError:  # what cannot be read whole is told by who reads it for its rows
        return guess
    return guess


def _beside(table: pd.DataFrame, spec: Register) -> list[str]:
    """Return the columns that were read though the study does not name them: they may be years."""
    return [str(name) for name in table.columns if name not in wanted_columns(spec).values()]


def _fitting(table: pd.DataFrame, roles: dict[str, str]) -> list[str]:
    if "x" not in roles:
        return []
    decimal = numbers.decimal_mark([table[roles["x"]], table[roles["y"]]])
    x, y = (numbers.parse(table[roles[axis]], decimal) for axis in ("x", "y"))
    usable = np.isfinite(x) & np.isfinite(y) & ((x != 0) | (y != 0))
    return locations.candidates(x[usable], y[usable])


def _frequent(values: dict[str, pd.Series], column: str | None) -> list[str]:
    return [] if column is None else [str(value) for value in values[column].value_counts().index]


def _examples(values: dict[str, pd.Series], column: str) -> str:
    return listed(_frequent(values, column), most=3)


__all__ = ["SAMPLE_ROWS", "Guess", "guess"]
