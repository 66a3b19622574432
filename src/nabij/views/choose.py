"""From a result to a view: one sector, one year, one region to look into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.codes import select
from nabij.codes.library import resolved
from nabij.errors import InputError, listed, nearest
from nabij.measures.sizes import LABELS
from nabij.study import Focus, Sector
from nabij.tables import geographic, with_shapes
from nabij.views import focus as focusing
from nabij.views.confidential import confidential_of
from nabij.views.findings import findings, ranked_of
from nabij.views.floors import floors_of
from nabij.views.view import SectorTotals, View

if TYPE_CHECKING:
    from nabij.views.result import Result


def view_of(
    result: Result, *, year: int | None = None, sector: str | None = None, focus: str | None = None
) -> View:
    """Return the view of one sector of one year; as `Result.view`."""
    if result.is_scan:
        raise InputError(
            "a scan has tables for all codes and no view of one; run a study of that sector"
        )
    year, name = _year(result, year), _sector(result, sector)
    spec = next(each for each in result.study.all_sectors if each.name == name)
    wanted = spec.focus or Focus()
    frames = {
        table.name: table.where(year=year, sector=name).shown.drop(columns=["year", "sector"])
        for table in result.tables.values()
        if table.name != "changes"
    }
    regions = with_shapes(frames["regions"], result.layers, result.provenance.crs)
    if focus is None:
        level, code = result.focuses[name]
    else:
        wanted = wanted.model_copy(update={"region": focus, "level": None})
        level, code = focusing.choose(wanted, result.layers, lambda level: np.zeros(1))
    here = (regions["level"] == level) & (regions["code"] == code)
    region = focusing.focus_region(
        wanted, regions[here].iloc[0], result.layers, frames["establishments"]
    )
    totals = _totals(result, spec, frames["sectors"].iloc[0])
    sizes = _sizes(frames["sizes"], level, code)
    history = result.tables["sectors"].where(sector=name).shown
    of_level = result.tables["regions"].where(sector=name, level=level).shown
    return View(
        study=result.study,
        establishments=frames["establishments"],
        regions=regions,
        sector=totals,
        focus=region,
        size_classes=sizes,
        findings=findings(
            totals,
            regions,
            region,
            sizes,
            establishments=frames["establishments"],
            clusters=frames["clusters"],
            geocoding=float(frames["sectors"]["geocoding"].iloc[0]),
        ),
        parts=_parts(spec, frames["establishments"]),
        rejected=result.rejected,
        provenance=result.provenance,
        year=year,
        pairs=frames["pairs"],
        profiles=frames["profiles"],
        history=history,
        region_history=of_level,
        clusters=geographic(frames["clusters"], result.provenance.crs),
        changes=result.tables["changes"].where(sector=name).shown,
        digits={name: n for table in result.tables.values() for name, n in table.digits.items()},
        floors=floors_of(
            ranked_of(
                frames["regions"][frames["regions"]["level"] == level], totals.establishments
            ),
            result.study.dscore.decay,
        ),
        score_bounds=result.score_bounds,
        confidential=confidential_of(result.tables["regions"].where(year=year, sector=name).frame),
    )


def _year(result: Result, year: int | None) -> int | None:
    years = result.years
    if year is None:
        if len(years) > 1:
            raise InputError(
                f"the result holds {len(years)} years ({listed(map(str, years))}); "
                f"choose one, as in result.view(year={years[-1]})"
            )
        return years[0]
    if year not in years:
        raise InputError(f"the result holds no year {year} (there are: {listed(map(str, years))})")
    return year


def _sector(result: Result, sector: str | None) -> str:
    names = [each.name for each in result.study.all_sectors]
    if sector is None:
        if len(names) > 1:
            raise InputError(
                f"the result holds {len(names)} sectors ({listed(names)}); "
                f"choose one, as in result.view(sector={names[0]!r})"
            )
        return names[0]
    if sector not in names:
        raise InputError(
            f"the result holds no sector '{sector}'{nearest(sector, names)} "
            f"(there are: {listed(names)})"
        )
    return sector


def _totals(result: Result, spec: Sector, row: pd.Series) -> SectorTotals:
    return SectorTotals(
        name=spec.name,
        reference_name=str(row["reference"]),
        establishments=int(row["establishments"]),
        reference_establishments=int(row["reference_establishments"]),
        register_establishments=int(row["register_establishments"]),
        jobs=float(row.get("jobs", np.nan)),
        register_jobs=float(row.get("register_jobs", np.nan)),
        jobs_low=_number(row, "jobs_low"),
        jobs_high=_number(row, "jobs_high"),
        jobs_estimated=result.study.register.size_class is not None,
        mean_d_score=float(row["mean_d_score"]),
        mean_expected_d_score=float(row["expected_d_score"]),
        relative_d_score=float(row["relative_d_score"]),
        unit=result.study.dscore.decay.unit,
        mean_d_score_low=_number(row, "mean_d_score_low"),
        mean_d_score_high=_number(row, "mean_d_score_high"),
        p_value=_number(row, "p_value"),
        q_value=_number(row, "q_value"),
        clusters=None if pd.isna(row.get("clusters")) else int(row["clusters"]),
        share_in_clusters=_number(row, "share_in_clusters"),
        type="" if pd.isna(row.get("type")) else str(row["type"]),
        places=int(row.get("places", 0)),
    )


def _number(row: pd.Series, column: str) -> float:
    """Return a value, not a number where it or its column is missing."""
    value = row.get(column)
    return float("nan") if pd.isna(value) else float(value)


def _sizes(sizes: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """Set the size classes of the focus region beside those of all."""
    columns = ["size_class", "focus_establishments", "focus_share"]
    columns += ["national_establishments", "national_share"]
    if sizes.empty:
        return pd.DataFrame(columns=columns)

    def of(level: str, code: str) -> pd.DataFrame:
        rows = sizes[(sizes["level"] == level) & (sizes["code"] == code)]
        return rows.set_index("size_class")[["establishments", "share"]]

    nation = of("", "")
    nation = nation.loc[[label for label in LABELS if label in nation.index]]
    region = of(level, code).reindex(nation.index)
    present = bool(region["establishments"].sum())
    return pd.DataFrame(
        {
            "size_class": nation.index.astype("str"),
            "focus_establishments": region["establishments"].fillna(0).astype("int64").to_numpy(),
            "focus_share": region["share"].fillna(0.0 if present else np.nan).to_numpy(),
            "national_establishments": nation["establishments"].to_numpy(),
            "national_share": nation["share"].to_numpy(),
        }
    )


def _parts(spec: Sector, establishments: pd.DataFrame) -> pd.DataFrame:
    """Count each named part, with the scores of the whole sector."""
    positions, distinct = pd.factorize(establishments["code"])
    rows = []
    for name, prefixes in spec.parts.items():
        chosen, _ = select([str(code) for code in distinct], resolved(prefixes))
        part = establishments[chosen[positions]]
        counted: dict[str, object] = {"part": name, "establishments": len(part)}
        if "jobs" in part:
            counted["jobs"] = part["jobs"].sum()
        rows.append({**counted, "mean_d_score": part["d_score"].mean()})
    columns = ["part", "establishments", "jobs", "mean_d_score"]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)


def views_of(result: Result) -> list[View]:
    """Return the view of every sector in the latest year."""
    latest = result.years[-1]
    return [view_of(result, year=latest, sector=spec.name) for spec in result.study.all_sectors]
