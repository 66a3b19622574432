"""What a register is, decided before any row is judged: its system, its numbers, its years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pyproj import CRS

from nabij.crs import crs_from
from nabij.errors import InputError, listed
from nabij.notes import Note, note
from nabij.register import numbers
from nabij.register.raw import Raw, wanted_columns
from nabij.study import Register

_YEAR = r"\b((?:18|19|20|21)\d{2})\b"
# Eight digits are a date, the year first or last.
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_DATE = rf"^\s*(?:(\d{{4}}){_MONTH}{_DAY}|{_DAY}{_MONTH}(\d{{4}}))\s*$"
LATEST = 9999


@dataclass(frozen=True)
class Decisions:
    """What holds for all rows of a register.

    Attributes
    ----------
    crs : pyproj.CRS
        Of its locations as they stand.
    decimal : {".", ","}
        The decimal mark of its numbers.
    notes : list of Note
        What was recognised rather than stated.
    """

    crs: CRS
    decimal: str
    notes: list[Note]


def decide(raw: Raw, spec: Register) -> Decisions:
    """Decide what holds for all rows of a register.

    Parameters
    ----------
    raw : Raw
    spec : nabij.study.Register

    Raises
    ------
    InputError
        If neither the study nor the file states a coordinate system.
    """
    table, notes = raw.table, []
    places = [table[c] for c in (spec.x, spec.y) if c is not None]
    staff = [table[c] for c in (spec.jobs,) if c is not None]
    decimal = spec.decimal or numbers.decimal_mark([*places, *staff])
    if decimal == "," and spec.decimal is None:
        notes.append(note("decimal_comma"))
    elif spec.decimal is None and (example := numbers.unsure(staff, places)) is not None:
        notes.append(note("decimal_unsure", example=example))
    return Decisions(_crs(spec, raw), decimal, notes)


def _crs(spec: Register, raw: Raw) -> CRS:
    stated = spec.crs if spec.crs is not None else raw.crs if raw.geometry is not None else None
    if stated is None:
        raise InputError(
            f"{spec.path}: say in which coordinate system the locations are, for instance "
            '[register] crs = "EPSG:28992" (RD New) or "EPSG:4326" (longitude and latitude)'
        )
    return crs_from(stated, "[register] crs")


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
            unnamed = set(table.columns) - set(wanted_columns(spec).values())
            for column in [spec.year] if spec.year else unnamed:
                _require_one_year(table[column], spec)
        return np.zeros(len(table), dtype=bool), note("empty_row")
    if spec.year is None:
        raise InputError("[register] use_year needs year, the column that holds the years")
    chosen = _chosen_years(spec)
    found = years_of(table[spec.year])
    for year in chosen:
        if not (found == year).any():
            seen = sorted(table[spec.year].unique())
            raise InputError(
                f"{spec.path}: no row has year {year} in column '{spec.year}' "
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


def _require_one_year(column: pd.Series, spec: Register) -> None:
    years = years_of(column)
    if spec.year is None:  # a column that may hold something else, whatever its name
        years = years[(years > 1800) & (years < 2200)]
        if len(years) <= len(column) / 2:
            return
    present = np.unique(years[~np.isnan(years)])
    if len(present) > 1:
        shown = ", ".join(f"{year:.0f}" for year in present[:12])
        raise InputError(
            f"{spec.path}: holds several years in column '{column.name}' ({shown}); choose one "
            f'with [register] year = "{column.name}" and use_year = {present[-1]:.0f}, or analyse '
            'them side by side with years = "all"'
        )


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
