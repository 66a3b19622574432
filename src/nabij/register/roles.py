"""Which column of a register is what: by its name, or else by its values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.errors import listed
from nabij.register import column_names, content, numbers
from nabij.register.column_names import AREAS, HELD, NAMES, OTHER
from nabij.register.raw import says_year
from nabij.register.years import years_of

MOST_COLUMNS = 300
"""Of a wider file the first columns are looked at for their values and the words of their names."""

MOSTLY = 0.5


def by_name(columns: list[str], values: dict[str, pd.Series]) -> dict[str, str]:
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


def by_values(
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


def frequent(values: dict[str, pd.Series], column: str | None) -> list[str]:
    """Return the values of a column, the most frequent first."""
    return [] if column is None else [str(value) for value in values[column].value_counts().index]


def _examples(values: dict[str, pd.Series], column: str) -> str:
    return listed(frequent(values, column), most=3)
