"""From a register as it was read to establishments that can be counted on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from nabij.crs import crs_from
from nabij.errors import InputError
from nabij.notes import Note, note
from nabij.register import codes, locations, numbers
from nabij.register.raw import Raw, wanted_columns
from nabij.register.rejections import Rejections
from nabij.study import Register


@dataclass(frozen=True)
class Establishments:
    """A clean register.

    Attributes
    ----------
    table : pandas.DataFrame
        ``id`` (text), ``code`` (text), ``x, y`` (float64, metres), ``jobs`` (float64, missing
        where the register gives none), and ``year, name`` (text) if the register has them.
    rejected : pandas.DataFrame
        ``row, reason`` and the values as they stood.
    counts : dict
        ``rows_read, rows_kept, rejected`` (by reason), ``set_aside`` (by reason),
        ``jobs_missing``.
    notes : list of Note
        What was detected, assumed or repaired.
    crs : pyproj.CRS
        The metric coordinate system of x and y.
    """

    table: pd.DataFrame
    rejected: pd.DataFrame
    counts: dict[str, Any]
    notes: list[Note]
    crs: CRS


def clean(raw: Raw, spec: Register, regions_crs: CRS | None) -> Establishments:
    """Judge every row; keep what can be used, list what cannot.

    Rules, in this order. Rejected: a line with too many or too few columns; no industry code; a
    location that is missing, no number, (0, 0), or outside the area of the coordinate system;
    jobs that are no number, negative, or above ``max_jobs``; a size class without a number of
    jobs; an id that stood before (the first is kept). Set aside: rows of another year. Kept, and
    counted: an establishment whose jobs are missing.

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
    table, row, geometry, other_years = _choose_year(raw, spec)
    rejections = Rejections(len(table))

    code, code_notes = codes.clean(table[spec.code], spec.code_digits)
    notes += code_notes
    rejections.add((code == "").to_numpy(dtype=bool), note("no_code"))

    numeric = [table[c] for c in (spec.x, spec.y, spec.jobs) if c is not None]
    decimal = spec.decimal or numbers.decimal_mark(numeric)
    if decimal == "," and spec.decimal is None:
        notes.append(note("decimal_comma"))

    crs = _crs(spec, raw)
    if geometry is None:
        x, y = (numbers.parse(table[c], decimal) for c in (spec.x, spec.y) if c is not None)
    else:
        x, y = geometry["x"].to_numpy(), geometry["y"].to_numpy()
    judged = locations.judge(x, y, crs)
    locations.require_mostly_right(judged, x, y, crs, str(spec.path))
    rejections.add(judged.missing, note("location_missing"))
    rejections.add(judged.origin, note("location_origin"))
    rejections.add(judged.geographic, note("location_geographic", crs=crs.to_string()))
    rejections.add(judged.swapped, note("location_swapped"))
    rejections.add(judged.outside, note("location_outside", crs=crs.to_string()))

    jobs, jobs_missing = _jobs(table, spec, decimal, rejections)
    ids = _ids(table, row, spec)
    repeated = ids[rejections.kept].duplicated().reindex(ids.index, fill_value=False)
    rejections.add(repeated.to_numpy(dtype=bool), note("id_repeated"))

    _require_some(rejections, spec)
    kept = rejections.kept
    metric = locations.metric_crs(spec.metric_crs, crs, regions_crs, x[kept], y[kept])
    x, y = locations.project(x, y, crs, metric)
    rejections.add(
        ~(np.isfinite(x) & np.isfinite(y)), note("location_nowhere", crs=metric.to_string())
    )
    _require_some(rejections, spec)
    kept = rejections.kept
    if metric != crs:
        notes.append(note("projected", source=crs.to_string(), target=metric.to_string()))
    good = pd.DataFrame(
        {"id": ids[kept], "code": code[kept], "x": x[kept], "y": y[kept], "jobs": jobs[kept]}
    )
    for key in ("year", "name"):
        column = getattr(spec, key)
        if column is not None:
            good[key] = table.loc[kept, column].astype("str").fillna("")
    missing = int(jobs_missing[kept].sum())
    if missing:
        notes.append(note("jobs_missing", count=missing))
    malformed = raw.malformed
    counts = {
        "rows_read": len(raw.table) + len(malformed),
        "rows_kept": int(kept.sum()),
        "rejected": {
            **_by_reason(malformed),
            **rejections.counts(),
        },
        "set_aside": other_years,
        "jobs_missing": missing,
    }
    listed = pd.concat([malformed, rejections.table(table, row)], ignore_index=True)
    if not len(malformed):
        listed = listed.drop(columns="text", errors="ignore")
    return Establishments(
        table=good.reset_index(drop=True),
        rejected=listed.sort_values("row", kind="stable").reset_index(drop=True),
        counts=counts,
        notes=notes,
        crs=metric,
    )


def _require_some(rejections: Rejections, spec: Register) -> None:
    if not rejections.kept.any():
        reasons = "; ".join(f"{reason}: {n}" for reason, n in rejections.counts().items())
        raise InputError(f"{spec.path}: no usable row is left ({reasons or 'no rows'})")


def _choose_year(
    raw: Raw, spec: Register
) -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame | None, dict[Note, int]]:
    """Keep one year; several years without a choice are an error, not a mixture."""
    table = raw.table
    extra = [c for c in table.columns if c not in _named(spec)]
    for column in [spec.year] if spec.year is not None else extra:
        years = _years(table[column])
        present = np.unique(years[~np.isnan(years)])
        if (
            spec.use_year is None
            and len(present) > 1
            and np.all((present > 1800) & (present < 2200))
        ):
            shown = ", ".join(f"{year:.0f}" for year in present[:12])
            raise InputError(
                f"{spec.path}: holds several years in column '{column}' ({shown}); choose one "
                f'with [register] year = "{column}" and use_year = {present[-1]:.0f}'
            )
    table = table.drop(columns=extra)
    if spec.use_year is None:
        return table, raw.row, raw.geometry, {}
    if spec.year is None:
        raise InputError("[register] use_year needs year, the column that holds the years")
    keep = _years(table[spec.year]) == spec.use_year
    if not keep.any():
        raise InputError(
            f"{spec.path}: no row has year {spec.use_year} in column '{spec.year}' (it holds "
            f"{', '.join(map(str, sorted(table[spec.year].astype('str').unique())[:12]))})"
        )
    geometry = raw.geometry[keep].reset_index(drop=True) if raw.geometry is not None else None
    aside = (
        {note("other_year", year=str(spec.use_year)): int((~keep).sum())} if (~keep).any() else {}
    )
    return table[keep].reset_index(drop=True), raw.row[keep], geometry, aside


def _by_reason(malformed: pd.DataFrame) -> dict[Note, int]:
    return dict(Counter(malformed["reason"]))


def _years(column: pd.Series) -> np.ndarray:
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.year.to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers.parse(column, ".")


def _named(spec: Register) -> set[str]:
    return set(wanted_columns(spec).values())


def _crs(spec: Register, raw: Raw) -> CRS:
    stated = spec.crs if spec.crs is not None else raw.crs if raw.geometry is not None else None
    if stated is None:
        raise InputError(
            f"{spec.path}: say in which coordinate system the locations are, for instance "
            '[register] crs = "EPSG:28992" (RD New) or "EPSG:4326" (longitude and latitude)'
        )
    return crs_from(stated, "[register] crs")


def _jobs(
    table: pd.DataFrame, spec: Register, decimal: str, rejections: Rejections
) -> tuple[np.ndarray, np.ndarray]:
    """Return jobs (NaN where missing) and the mask of the missing ones."""
    if spec.jobs is not None:
        column = table[spec.jobs]
        missing = numbers.is_blank(column)
        jobs = numbers.parse(column, decimal)
        rejections.add(~missing & np.isnan(jobs), note("jobs_no_number"))
        rejections.add(jobs < 0, note("jobs_negative"))
        rejections.add(jobs > spec.max_jobs, note("jobs_above", most=spec.max_jobs))
        return jobs, missing
    assert spec.size_class is not None
    column = table[spec.size_class].astype("str").str.strip()
    missing = numbers.is_blank(column)
    jobs = column.map(spec.size_class_jobs).to_numpy(dtype=np.float64, na_value=np.nan)
    unknown = ~missing & np.isnan(jobs)
    rejections.add(unknown, note("size_class_unknown"))
    if len(jobs) and unknown.sum() > len(jobs) / 2:
        seen = ", ".join(sorted(column[unknown].unique())[:12])
        raise InputError(
            f"{spec.path}: most size classes in '{spec.size_class}' are not in "
            f"[register.size_class_jobs] (found: {seen}); keys there are text, as in the file"
        )
    return jobs, missing


def _ids(table: pd.DataFrame, row: np.ndarray, spec: Register) -> pd.Series:
    """Return ids as text; the row number stands in where the register has none."""
    rows = pd.Series([f"row {number}" for number in row], index=table.index, dtype="str")
    if spec.id is None:
        return rows
    ids = table[spec.id].astype("str").str.strip()
    return ids.where(~numbers.is_blank(table[spec.id]), rows)
