"""What the columns of an unknown register hold, told from their values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pandas as pd

from nabij.register import locations, numbers

FEWEST = 20
"""Values that a column must have before anything is said of what they are."""

NEARLY_ALL = 0.95

_CODE = r"[A-Za-z]?\d{2,6}(?:\.\d{1,3})*[A-Za-z]?"
_DECIMALS = r"[+-]?\d+[.,]\d{3,}"
_FULL_YEAR = r"(?:19|20)\d\d"
MOST_YEARS = 60
MOST_JOBS_USUAL = 50
MOST_CATEGORIES = 500
ANYWHERE = "EPSG:3857"
"""A system with so wide an area that most pairs of numbers fit it."""

EUROPE = (-32.0, 27.0, 50.0, 72.0)
"""West, south, east, north: here longitude and latitude cannot be taken for each other."""


def values_of(column: pd.Series) -> pd.Series:
    """Return the values of a column of text that are not blank, without spaces around them."""
    values = column.dropna().astype("str").str.strip()
    return values[values != ""]


def is_id(values: pd.Series) -> bool:
    """Tell whether values name each row: all differ, and none is a text of words or a measure.

    >>> is_id(pd.Series([f"E{n}" for n in range(30)])), is_id(pd.Series(["a", "b"] * 15))
    (True, False)
    """
    return bool(
        len(values) >= FEWEST
        and values.is_unique
        and not values.str.contains(r"\s").any()
        and values.str.contains(r"\d").mean() > NEARLY_ALL
        and not values.str.fullmatch(r"[+-]?\d+[.,]\d+").any()
    )


def is_code(values: pd.Series) -> bool:
    """Tell whether values look like industry codes: digits of a few lengths, and they return.

    >>> is_code(pd.Series(["6201", "7111", "4711Z"] * 10)), is_code(pd.Series(["1", "5"] * 15))
    (True, False)
    """
    if len(values) < FEWEST or is_year(values):
        return False
    lengths = values.str.len()
    return bool(
        values.str.fullmatch(_CODE).mean() > NEARLY_ALL
        and 2 <= values.nunique() <= len(values) / 2
        and lengths.nunique() <= 5
        and lengths.mode().iloc[0] >= 3
    )


def is_category(values: pd.Series) -> bool:
    """Tell whether values are a few kinds in words, such as of businesses.

    >>> is_category(pd.Series(["Bakery", "Book shop", "Bar"] * 10))
    True
    """
    few = 3 <= values.nunique() <= min(MOST_CATEGORIES, len(values) / 4)
    if len(values) < FEWEST or not few:
        return False
    worded = values.str.contains(r"[^\W\d_]{3}", regex=True).mean()
    return bool(worded > NEARLY_ALL and values.str.len().median() <= 80)


def is_year(values: pd.Series) -> bool:
    """Tell whether values are years of four digits, and not many.

    >>> is_year(pd.Series(["2024"] * 30)), is_year(pd.Series(["7111"] * 30))
    (True, False)
    """
    full = len(values) >= FEWEST and values.nunique() <= MOST_YEARS
    return bool(full and values.str.fullmatch(_FULL_YEAR).all())


def is_short_year(values: pd.Series) -> bool:
    """Tell whether values may be years of two digits: a few that follow each other.

    That they are shows only where the same establishments return under them.
    """
    if len(values) < FEWEST or not values.str.fullmatch(r"\d{1,2}").all():
        return False
    found = np.unique(values.astype(int))
    return bool(2 <= len(found) <= MOST_YEARS and found[-1] - found[0] == len(found) - 1)


def is_jobs(values: pd.Series) -> bool:
    """Tell whether values may be numbers of jobs: whole, not negative, mostly small, a few large.

    >>> is_jobs(pd.Series(["1", "1", "2", "3", "0", "40"] * 5)), is_jobs(pd.Series(["47"] * 30))
    (True, False)
    """
    if len(values) < FEWEST or not values.str.fullmatch(r"\d{1,6}(?:[.,]0+)?").all():
        return False
    found = numbers.parse(values, ".")
    return bool(
        len(np.unique(found)) >= 4
        and np.median(found) <= MOST_JOBS_USUAL
        and (found < 10).mean() > 0.3
        and found.max() > 10
    )


def places(table: pd.DataFrame, columns: Sequence[str]) -> tuple[str, str, list[str]] | None:
    """Return the columns of x and y and the systems that they fit, where the values show it.

    Columns that stand side by side are tried first. Degrees need three decimals or more, and are
    told apart in Europe by their ranges, elsewhere where a longitude is beyond 90.
    """
    parsed, exact = {}, {}
    for column in columns:
        values = values_of(table[column])
        if len(values) < FEWEST:
            continue
        found = numbers.parse(table[column], numbers.decimal_mark([values]))
        many = min(FEWEST, len(values)) / 2
        if np.isfinite(found).sum() > NEARLY_ALL * len(values) and values.nunique() > many:
            parsed[column] = found
            exact[column] = values.str.fullmatch(_DECIMALS).mean() > 0.8
    at = {column: number for number, column in enumerate(table.columns)}
    pairs = permutations(parsed, 2)
    for x, y in sorted(pairs, key=lambda pair: (abs(at[pair[0]] - at[pair[1]]), at[pair[0]])):
        usable = np.isfinite(parsed[x]) & np.isfinite(parsed[y])
        east, north = parsed[x][usable], parsed[y][usable]
        fitting = locations.candidates(east, north)
        if fitting and fitting[0] == "EPSG:4326":
            if exact[x] and exact[y] and _are_degrees(east, north):
                return x, y, fitting
        elif fitting and fitting[0] != ANYWHERE and not (_counts_on(east) or _counts_on(north)):
            return x, y, fitting
    return None


def _are_degrees(x: np.ndarray, y: np.ndarray) -> bool:
    west, south, east, north = EUROPE
    in_europe = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return bool(in_europe.mean() > NEARLY_ALL or (np.abs(x) > 90).mean() > NEARLY_ALL)


def _counts_on(values: np.ndarray) -> bool:
    """Tell whether values are the numbers of rows, which may fit a coordinate system by chance."""
    return bool((np.diff(values) == 1).mean() > 0.5)
