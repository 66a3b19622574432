"""Guess which column of an unknown register is what: from names, from values, and why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from nabij.errors import InputError, listed
from nabij.outside.address import Address
from nabij.register import column_names, content, locations, numbers, read_raw
from nabij.register.column_names import AREAS
from nabij.register.content import values_of
from nabij.register.kinds import require_kind, workbook
from nabij.register.raw import wanted_columns
from nabij.register.roles import MOST_COLUMNS, by_name, by_values, frequent
from nabij.register.sample import Sample, samples
from nabij.register.sources import FILE, sources_of
from nabij.register.years import several_years, years_of
from nabij.study import Register

WHOLE_BYTES = 256 << 20
"""A larger file is not read whole to find years in it."""

BY_NAME, BY_VALUES = "by its name", "by its values"


@dataclass(frozen=True)
class Guess:
    """What a register seems to hold.

    Attributes
    ----------
    path : Path
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
        A file; or a folder or a pattern of several, of which the first is looked at; or a
        PostgreSQL database.
    layer : str, optional
        Layer, table or sheet to look at; by default the one that looks most like a register.

    Raises
    ------
    InputError
        If the file or table is not there, is empty, or is of no known kind.
    """
    if isinstance(path, Address):
        (sample,) = samples(path, "", layer)
        return replace(_guess_of(path, sample), layer=sample.name)
    sources, _ = sources_of(Register.model_validate({"path": path, "code": "code"}))
    kind = require_kind(sources[0].path, "the register")
    looked = samples(sources[0].path, kind, layer)
    guesses = [_guess_of(path, sample.with_columns(sources[0].given)) for sample in looked]
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
    present = [str(name) for name in table.columns]
    columns = [name for name in present if name and "\0" not in name]  # a study cannot name others
    values = {column: values_of(table[column]) for column in columns}
    roles = by_name(columns, values)
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
    for key, column, why in by_values(columns, values, roles):
        roles[key], reasons[key] = column, f"{BY_VALUES}: {why}"
    if "jobs" in roles:
        roles.pop("size_class", None)
    return Guess(
        path=path,
        columns=present,
        roles=roles,
        crs=fitting,
        holds_points=sample.crs is not None,
        codes=frequent(values, roles.get("code")),
        size_classes=sorted(frequent(values, roles.get("size_class"))),
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


def _with_years(guess: Guess) -> Guess:
    """Return a guess with the years that the whole file holds, if it can be read as guessed."""
    spec = guess.spec()
    if spec is None or spec.database is not None:  # of a database they are asked about when read
        return guess
    sources, _ = sources_of(spec)
    if sum(source.path.stat().st_size for source in sources) > WHOLE_BYTES:
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
        raw = read_raw(spec if named is None else spec.model_copy(update={"year": named}))
        if named is not None:
            years = np.unique(years_of(raw.table[named]))
            found = [int(year) for year in years if np.isfinite(year)]
            return replace(guess, years=found) if len(found) > 1 else guess
        files = [FILE] if len(sources) > 1 else []  # their names may say years
        for column in dict.fromkeys([*_beside(raw.table, spec), *files, *others]):
            at = raw if column in raw.table else None
            at = at or read_raw(spec.model_copy(update={"year": column}))
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
