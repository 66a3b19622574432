"""The years of a register: which rows are of a year that was asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.errors import InputError, listed
from nabij.notes import Note, note
from nabij.register import numbers
from nabij.register.raw import Raw, says_year, wanted_columns
from nabij.study import Register

_YEAR = r"(?<!\d)((?:18|19|20|21)\d{2})(?!\d)"
# Eight digits are a date, the year first or last.
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATE = rf"^\s*(?:(\d{{4}}){_MONTH}{_DAY}|{_DAY}{_MONTH}(\d{{4}}))\s*$"
LATEST = 9999

MOST = 0.5
"""More of the establishments than this stand under several values of a column: it holds years."""

MANY = 0.2
"""More repetitions than this, of the rows that are used, are hardly all slips."""

ENOUGH = 200_000
"""Establishments among which it shows whether they stand twice."""

VALUE = "value of the column"


def of_other_years(raw: Raw, spec: Register) -> tuple[np.ndarray, Note]:
    """Tell which rows are of a year that was not asked for, and how to say so.

    Raises
    ------
    InputError
        If there are several years and none was chosen, or a chosen one is not there.
    """
    table = raw.table
    if spec.use_year is None and spec.years in (None, "all"):
        if spec.years is None:
            unnamed = [name for name in table if name not in wanted_columns(spec).values()]
            for column in [spec.year] if spec.year else unnamed:
                _require_one_year(raw, table[column], spec)
        return np.zeros(len(table), dtype=bool), note("empty_row")
    if spec.year is None:
        raise InputError("[register] use_year needs year, the column that holds the years")
    chosen = _chosen_years(spec)
    found = years_of(table[spec.year])
    for year in chosen:
        if not (found == year).any():
            seen = sorted(table[spec.year].unique())
            raise InputError(
                f"{spec.source}: no row has year {year} in column '{spec.year}' "
                f"(it holds {listed(seen, most=12)})"
            )
    if spec.years is None:
        return found != chosen[0], note("other_year", year=str(chosen[0]))
    shown = ", ".join(map(str, chosen))
    # What has no year at all is a row to reject, not one of another year.
    return ~np.isin(found, chosen) & ~np.isnan(found), note("other_years", years=shown)


def _chosen_years(spec: Register) -> list[int]:
    if spec.use_year is not None:
        return [spec.use_year]
    return sorted(set(spec.years)) if isinstance(spec.years, list) else []


def _require_one_year(raw: Raw, column: pd.Series, spec: Register) -> None:
    """Raise where a column holds several years: then every establishment would count twice."""
    present = several_years(raw, column, spec)
    if present:
        shown = listed(map(str, present), most=12)
        raise InputError(
            f"{spec.source}: holds several years in column '{column.name}' ({shown}); choose one "
            f'with [register] year = "{column.name}" and use_year = {present[-1]}, or analyse '
            'them side by side with years = "all"'
        )


def several_years(raw: Raw, column: pd.Series, spec: Register) -> list[int]:
    """Return the years that a column of a register holds, early to late; none if not several.

    Of a column that the study does not name, those are years that are written in full under a
    name that says so; or, whatever they are, values under which the same establishments return.
    """
    years = years_of(column)
    if spec.year is None:
        in_full = (years > 1800) & (years < 2200)
        stated = says_year(str(column.name)) and in_full.sum() > len(column) / 2
        years = np.where(in_full, years, np.nan) if stated else years
        if not stated and not returns(raw, column, spec):
            return []
    present = np.unique(years[~np.isnan(years)])
    return [int(year) for year in present] if len(present) > 1 else []


def returns(raw: Raw, column: pd.Series, spec: Register) -> bool:
    """Tell whether most establishments stand under several values of a column.

    The same ones by their id; or, where an id is of one row and not of one establishment, by
    their place, code and name. Many may share these where places are coarse, so then each must
    stand under most of the values.
    """
    if column.nunique() < 2:
        return False
    if spec.id is not None and (_values_of_each(raw.table[[spec.id]], column) > 1).mean() > MOST:
        return True
    told = _identity(raw, spec)
    if told is None:
        return False
    values = _values_of_each(told, column)
    return bool((values > 1).mean() > MOST and values.mean() > MOST * column.nunique())


def returning(good: pd.DataFrame, repeated: int, spec: Register) -> list[Note]:
    """Tell where so many establishments stand twice that the file may hold several years.

    Parameters
    ----------
    good : pandas.DataFrame
        The rows that are used.
    repeated : int
        Rows that were rejected because their id stood before.
    spec : nabij.study.Register
    """
    if spec.year is not None:
        return []
    if repeated > MANY * len(good):
        return [note("ids_return", count=repeated)]
    if spec.name is None:
        return []
    # Of a large register some of its places tell enough, each with all who stand there.
    apart = 1 + len(good) // ENOUGH
    some = good.loc[good["x"].to_numpy().round().astype(np.int64) % apart == 0]
    share = some[["x", "y", "code", "name"]].duplicated().mean() if len(some) else 0.0
    return [note("places_return", count=round(share * len(good)))] if share > MANY else []


def _values_of_each(told: pd.DataFrame, column: pd.Series) -> pd.Series:
    """Return under how many values of a column each establishment stands."""
    keys = list(told.columns)
    return told.assign(**{VALUE: column}).drop_duplicates().groupby(keys)[VALUE].size()


def _identity(raw: Raw, spec: Register) -> pd.DataFrame | None:
    """Return what makes an establishment the same one where it has no id: place, code and name."""
    table, places = raw.table, raw.geometry
    named = [name for name in (spec.x, spec.y, spec.code, spec.name) if name is not None]
    told = table[list(dict.fromkeys(named))]
    if spec.x is None:
        return None if places is None else pd.concat([told, places.add_prefix("point ")], axis=1)
    return told


def years_of(column: pd.Series) -> np.ndarray:
    """Return the year in each value, also of dates; not a number where there is no whole one.

    >>> years_of(pd.Series(["2024-12-31", "31-12-2023", "20241231", "24", "x"])).tolist()
    [2024.0, 2023.0, 2024.0, 24.0, nan]
    >>> years_of(pd.Series(["18122015", "24.3", "2015,0", "inf"])).tolist()
    [2015.0, nan, 2015.0, nan]
    """
    positions, values = pd.factorize(column)
    distinct = pd.Series(values, dtype="str")
    dates = distinct.str.extract(_DATE)
    shown = dates[0].fillna(dates[1]).fillna(distinct.str.extract(_YEAR, expand=False))
    found = shown.to_numpy(dtype=np.float64, na_value=np.nan)
    found = np.where(np.isnan(found), numbers.parse(distinct, "."), found)
    with np.errstate(invalid="ignore"):
        whole = (found == np.floor(found)) & (np.abs(found) <= LATEST)
    return np.where(whole, found, np.nan)[positions]
