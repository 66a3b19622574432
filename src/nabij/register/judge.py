"""From a register as it was read to establishments that can be counted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from nabij.errors import InputError, listed
from nabij.notes import Note, note
from nabij.register import locations, numbers, padding, postcodes, spreadsheet
from nabij.register.decide import decide
from nabij.register.raw import Raw, wanted_columns
from nabij.register.rejections import Rejections
from nabij.register.years import of_other_years, returning, years_of
from nabij.study import Register
from nabij.study.classes import estimate, interval

FEWEST_JOBS = 0.001
"""Less is no part of a job that anybody has, but a fault; of such numbers no share can be taken."""


@dataclass(frozen=True)
class Establishments:
    """A clean register.

    Attributes
    ----------
    table : pandas.DataFrame
        ``id`` (text), ``code`` (text), ``x, y`` (float64, metres), ``jobs`` (float64, missing
        where the register gives none), and ``jobs_low, jobs_high`` (float64, of size classes that
        are intervals), ``year`` (a number), ``name`` (text) if the register has them.
    rejected : pandas.DataFrame
        ``row, reason`` and the values as they stood.
    counts : dict
        ``rows_read, rows_kept, rejected`` (by reason), ``set_aside`` (by reason),
        ``jobs_missing``.
    notes : list of Note
        What was detected, assumed or repaired.
    crs : pyproj.CRS
        The metric coordinate system of x and y.
    stated : pyproj.CRS or None
        In which the locations stood; None if they stood in several.
    inputs : mapping of str to str
        SHA-256 of what was read of no file, by where it came from.
    """

    table: pd.DataFrame
    rejected: pd.DataFrame
    counts: dict[str, Any]
    notes: list[Note]
    crs: CRS
    stated: CRS | None
    inputs: Mapping[str, str]


def judge(raw: Raw, spec: Register, regions_crs: CRS | None) -> Establishments:
    """Judge every row; keep what can be used, list what cannot.

    Rules, in this order. Set aside: rows that do not fit a condition of the study, rows in which no
    column that it names has a value, and rows of another year. Rejected: a line with too many or
    too few columns; a NUL byte; no industry code; a coordinate system that is not stated or not
    known; a postcode that is missing or of which no point is known; a location that is missing, no
    number, (0, 0), or outside the area of its coordinate system; jobs that are no number, negative,
    tiny or above ``max_jobs``; a size class without a number of jobs; no year, of several; an id
    that stood before in its year (the first is kept); of several coordinate systems, a place beyond
    what the one of distances can hold. Kept, and counted: an establishment whose jobs are missing.

    Parameters
    ----------
    raw : Raw
    spec : nabij.study.Register
    regions_crs : pyproj.CRS or None
        Tried for distances when the register's own coordinates are not metric.

    Raises
    ------
    InputError
        If the study, not single rows, is at fault: a wrong coordinate system, several years
        without a choice, or no usable row at all.
    """
    notes = list(raw.notes)
    rows_read = len(raw.table) + len(raw.malformed) + sum(raw.set_aside.values())
    raw, set_aside = _set_aside(raw, spec)
    table, row, geometry = raw.table, raw.row, raw.geometry
    rejections = Rejections(len(table))
    damaged = [table[c].str.contains("\0", regex=False) for c in table if numbers.is_text(table[c])]
    rejections.add(np.logical_or.reduce(damaged, axis=0), note("nul"))

    code, code_notes = padding.clean(table[spec.code], spec.code_digits)
    notes += code_notes
    rejections.add((code == "").to_numpy(dtype=bool), note("no_code"))
    dated = spreadsheet.dated_codes(table[spec.code])
    short = spreadsheet.short_ids(table[spec.id].str.strip()) if spec.id is not None else None
    notes += [told for told in (dated, short) if told is not None]

    if geometry is None and spec.x is None:
        raise InputError(
            f"{spec.source}: holds no points, so [register] x and y must name its columns with "
            "the places, or postcode that with the postcodes"
        )
    for reason, rows in postcodes.faults(raw, spec).items():
        rejections.add(rows, reason)
    decided = decide(raw, spec)
    notes += decided.notes
    crs, decimal = decided.crs, decided.decimal
    if geometry is None:
        x, y = (numbers.parse(table[c], decimal) for c in (spec.x, spec.y) if c is not None)
    else:
        x, y = geometry["x"].to_numpy(), geometry["y"].to_numpy()
    for reason, rows in decided.unknown.items():
        rejections.add(rows, reason)
    for system, rows in decided.systems:
        judged = locations.judge(x[rows], y[rows], system)
        if system == crs and spec.postcode is None:
            locations.require_mostly_right(judged, x[rows], y[rows], crs, spec.source)
        stated = system.to_string()
        for faulty, reason in (
            (judged.missing, note("location_missing")),
            (judged.origin, note("location_origin")),
            (judged.geographic, note("location_geographic", crs=stated)),
            (judged.swapped, note("location_swapped")),
            (judged.outside, note("location_outside", crs=stated)),
        ):
            rejections.add(_among(rows, faulty), reason)

    jobs, jobs_missing = _jobs(table, spec, decimal, rejections)
    year = years_of(table[spec.year]) if spec.year is not None else None
    if spec.years is not None and year is not None:
        rejections.add(np.isnan(year), note("year_missing"))
    ids = _ids(table, _row_names(raw), spec)
    named = pd.DataFrame({"id": ids} if spec.years is None else {"id": ids, "year": year})
    repeated = named[rejections.kept].duplicated().reindex(ids.index, fill_value=False)
    if repeated.sum() > len(ids) / 2:
        lost = f". {short}" if short is not None else ""
        raise InputError(
            f"{spec.source}: most rows repeat an id that stood before in column '{spec.id}'; let "
            f"[register] id name the column that tells establishments apart, or leave it out{lost}"
        )
    rejections.add(repeated.to_numpy(dtype=bool), note("id_repeated"))

    malformed = raw.malformed
    _require_some(rejections, malformed, spec)
    kept = rejections.kept
    usual = kept & decided.systems[0][1]
    metric = locations.metric_crs(spec.metric_crs, crs, regions_crs, x[usual], y[usual])
    x, y = _projected(x, y, decided.systems, metric)
    rejections.add(
        ~(np.isfinite(x) & np.isfinite(y)), note("location_nowhere", crs=metric.to_string())
    )
    if len(decided.systems) > 1:
        rejections.add(
            locations.beyond(x, y, metric), note("location_beyond", crs=metric.to_string())
        )
        notes.append(note("systems", systems=_counted(decided.systems), target=metric.to_string()))
    _require_some(rejections, malformed, spec)
    kept = rejections.kept
    notes += postcodes.shortened(raw, spec, kept)
    if metric != crs and len(decided.systems) == 1:
        notes.append(note("projected", source=crs.to_string(), target=metric.to_string()))
    good = pd.DataFrame(
        {"id": ids[kept], "code": code[kept], "x": x[kept], "y": y[kept], "jobs": jobs[kept]}
    )
    if spec.has_intervals:
        for bound, values in zip(("jobs_low", "jobs_high"), _bounds(table, spec), strict=True):
            good[bound] = values[kept]
    if year is not None:
        good["year"] = year[kept]
    if spec.name is not None and spec.name in table:
        good["name"] = table.loc[kept, spec.name]
    notes += returning(good, int(repeated.sum()), spec)
    missing = int(jobs_missing[kept].sum()) if spec.has_jobs else 0
    if missing:
        notes.append(note("jobs_missing", count=missing))
    counts = {
        "rows_read": rows_read,
        "rows_kept": int(kept.sum()),
        "rejected": {
            **_by_reason(malformed),
            **rejections.counts(),
        },
        "set_aside": set_aside,
        "jobs_missing": missing,
    }
    unusable = rejections.table(table, row, raw.file_names)
    listed = pd.concat([malformed, unusable], ignore_index=True)
    if not len(malformed):
        listed = listed.drop(columns="text", errors="ignore")
    order = ["file", "row"] if raw.file is not None else ["row"]
    return Establishments(
        table=good.reset_index(drop=True),
        rejected=listed.sort_values(order, kind="stable").reset_index(drop=True),
        counts=counts,
        notes=notes,
        crs=metric,
        stated=crs if len(decided.systems) == 1 else None,
        inputs=raw.inputs,
    )


def _require_some(rejections: Rejections, malformed: pd.DataFrame, spec: Register) -> None:
    if not rejections.kept.any():
        counts = {**_by_reason(malformed), **rejections.counts()}
        reasons = "; ".join(f"{reason}: {n}" for reason, n in counts.items())
        raise InputError(
            f"{spec.source}: no usable row is left ({reasons or 'no rows'}); check which columns "
            "[register] names, or mend the rows"
        )


def _among(rows: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Return a mask of all rows from one of some of them."""
    mask = np.zeros(len(rows), dtype=bool)
    mask[rows] = which
    return mask


def _projected(
    x: np.ndarray, y: np.ndarray, systems: list[tuple[CRS, np.ndarray]], metric: CRS
) -> tuple[np.ndarray, np.ndarray]:
    """Return places in metres, each from its own system; not a number where it has none."""
    if len(systems) == 1 and systems[0][1].all():
        return locations.project(x, y, systems[0][0], metric)
    east, north = np.full(len(x), np.nan), np.full(len(y), np.nan)
    for system, rows in systems:
        east[rows], north[rows] = locations.project(x[rows], y[rows], system, metric)
    return east, north


def _counted(systems: list[tuple[CRS, np.ndarray]]) -> str:
    return listed((f"{crs.to_string()}: {int(rows.sum())}" for crs, rows in systems), most=8)


def _set_aside(raw: Raw, spec: Register) -> tuple[Raw, dict[Note, int]]:
    """Leave out what is no establishment of this study, and count it."""
    counts = dict(raw.set_aside)
    empty = _empty(raw)
    if empty.any():
        counts[note("empty_row")] = int(empty.sum())
        raw = raw.only(~empty)
    other, why = of_other_years(raw, spec)
    if other.any():
        counts[why] = int(other.sum())
        raw = raw.only(~other)
    named = [column for column in wanted_columns(spec).values() if column in raw.table]
    return replace(raw, table=raw.table[list(dict.fromkeys(named))]), counts


def _empty(raw: Raw) -> np.ndarray:
    """Tell which rows hold nothing that was asked for."""
    empty = np.ones(len(raw.table), dtype=bool)
    for column in raw.table:
        at = np.flatnonzero(empty)
        empty[at] = numbers.is_blank(raw.table[column].iloc[at])
    return empty if raw.geometry is None else empty & raw.geometry["x"].isna().to_numpy()


def _by_reason(malformed: pd.DataFrame) -> dict[Note, int]:
    return dict(Counter(malformed["reason"]))


def _jobs(
    table: pd.DataFrame, spec: Register, decimal: str, rejections: Rejections
) -> tuple[np.ndarray, np.ndarray]:
    """Return jobs (NaN where missing) and the mask of the missing ones."""
    if spec.jobs is not None:
        column = table[spec.jobs]
        missing = numbers.is_blank(column)
        jobs = numbers.parse(column, decimal)
        text = ~missing & np.isnan(jobs)
        if text.sum() > len(jobs) / 2:
            seen = listed(sorted(column[text].unique()), most=5)
            raise InputError(
                f"{spec.source}: most values in column '{spec.jobs}' ([register] jobs) are no "
                f"numbers: {seen}. Name the column with numbers of jobs; of classes of size, name "
                "it in size_class"
            )
        rejections.add(text, note("jobs_no_number"))
        rejections.add(jobs < 0, note("jobs_negative"))
        rejections.add((jobs > 0) & (jobs < FEWEST_JOBS), note("jobs_tiny", least=str(FEWEST_JOBS)))
        rejections.add(jobs > spec.max_jobs, note("jobs_above", most=spec.max_jobs))
        return jobs, missing
    if spec.size_class is None:
        return np.full(len(table), np.nan), np.ones(len(table), dtype=bool)
    column = table[spec.size_class].str.strip()
    estimates = {name: estimate(jobs) for name, jobs in spec.size_class_jobs.items()}
    jobs = column.map(estimates).to_numpy(dtype=np.float64, na_value=np.nan)
    missing = numbers.is_blank(column) | column.isin(
        [name for name, jobs in estimates.items() if np.isnan(jobs)]
    ).to_numpy(dtype=bool)
    unknown = ~missing & np.isnan(jobs)
    rejections.add(unknown, note("size_class_unknown"))
    if len(jobs) and unknown.sum() > len(jobs) / 2:
        seen = listed(sorted(column[unknown].unique()), most=12)
        raise InputError(
            f"{spec.source}: most size classes in '{spec.size_class}' are not in "
            f"[register.size_class_jobs] (found: {seen}); keys there are text, as in the file"
        )
    return jobs, missing


def _bounds(table: pd.DataFrame, spec: Register) -> tuple[np.ndarray, np.ndarray]:
    """Return the fewest and the most jobs of each establishment; not a number where unknown."""
    column = table[spec.size_class].str.strip()
    intervals = {name: interval(jobs) for name, jobs in spec.size_class_jobs.items()}
    low, high = (
        column.map({name: bounds[at] for name, bounds in intervals.items()}).to_numpy(
            dtype=np.float64, na_value=np.nan
        )
        for at in (0, 1)
    )
    return low, high


def _row_names(raw: Raw) -> pd.Series:
    """Name rows by their number, of several files also by the file."""
    names = pd.Series(raw.row, index=raw.table.index).astype("str")
    of_file = raw.file_names
    before = "row " if of_file is None else pd.Series(of_file, index=names.index) + " row "
    return (before + names).astype("str")


def _ids(table: pd.DataFrame, names: pd.Series, spec: Register) -> pd.Series:
    """Return ids as text; the name of the row stands in where the register has none."""
    if spec.id is None:
        return names
    ids = table[spec.id].str.strip()
    blank = ids == ""
    return ids.mask(blank, names) if blank.any() else ids
