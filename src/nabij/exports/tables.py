"""The tables of a result, in the formats that analysts open."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nabij.exports.workbook import Sheet, write_workbook
from nabij.language import Language
from nabij.tables import D_SCORE, Table
from nabij.views import Result

if TYPE_CHECKING:
    import geopandas as gpd

OPTIONAL = ("sizes", "pairs", "changes", "clusters", "profiles")
"""Tables that are written only if they have rows."""

FORMULA, NUMBER = r"[=+\-@\t\r]", r"[+-]?[\d.,]*(?:[eE][+-]?\d+)?"


def write_csv(table: Table, path: Path) -> None:
    """Write a table; what a spreadsheet would run as a formula stays text."""
    _write(table.plain, path)


def write_parquet(table: Table, path: Path) -> None:
    """Write a table with its types."""
    table.plain.to_parquet(path, index=False)


def points(result: Result) -> gpd.GeoDataFrame:
    """Return the sectors' establishments as points."""
    import geopandas as gpd

    table = result.establishments
    return gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["x"], table["y"]), crs=result.provenance.crs
    )


def establishments_gpkg(result: Result, path: Path) -> None:
    """Write the sectors' establishments as points."""
    points(result).to_file(path, layer="establishments", driver="GPKG", engine="pyogrio")


def establishments_geoparquet(result: Result, path: Path) -> None:
    """Write the table of establishments with a column more, their points."""
    points(result).to_parquet(path, index=False)


def regions_geoparquet(result: Result, path: Path) -> None:
    """Write the region table with its polygons, all levels in one file."""
    result.regions.to_parquet(path, index=False)


def clusters_geoparquet(result: Result, path: Path) -> None:
    """Write the clusters as polygons."""
    result.clusters.to_parquet(path, index=False)


def regions_gpkg(result: Result, path: Path) -> None:
    """Write the region table as polygons, one layer a level."""
    for level, table in _levels(result.regions):
        table.to_file(path, layer=level, driver="GPKG", engine="pyogrio")


def clusters_gpkg(result: Result, path: Path) -> None:
    """Write the clusters as polygons."""
    result.clusters.to_file(path, layer="clusters", driver="GPKG", engine="pyogrio")


def sectors_xlsx(result: Result, path: Path) -> None:
    """Write the sector table as a workbook, with a sheet that explains it."""
    table = result.tables["sectors"]
    sheet = Sheet("sectors", table.shown, table.digits, keys=len(table.key))
    write_workbook(path, [sheet], about(result, table))


def regions_xlsx(result: Result, path: Path) -> None:
    """Write the region table as a workbook: a sheet a level, and one that explains them."""
    table = result.tables["regions"]
    sheets = [
        Sheet(level, frame, table.digits, keys=len(table.key) + 1)
        for level, frame in _levels(table.shown)
    ]
    write_workbook(path, sheets, about(result, table))


def _levels(regions: pd.DataFrame | gpd.GeoDataFrame) -> list[tuple[str, Any]]:
    grouped: Any = regions.groupby("level", sort=False)
    return [(str(level), frame) for level, frame in grouped]


def about(result: Result, table: Table) -> list[tuple[str, str]]:
    """Say what a table is of, and what each of its columns means."""
    language = Language(result.study.output.language)
    rows = [
        (f"sector: {sector.name}", ", ".join(sector.prefixes))
        for sector in result.study.all_sectors
    ]
    rows += [("source", result.source), ("nabij", result.provenance.versions["nabij"])]
    if result.study.register.synthetic:
        rows.insert(0, ("data", language.text("common.synthetic")))
    if result.study.register.size_class is not None:
        rows.append(("jobs", language.text("common.estimated")))
    if not result.study.register.has_jobs:
        rows.append(("jobs", language.text("common.no_jobs")))
    unit = result.study.dscore.decay.unit or "-"
    for column in table.columns:
        if not column.sensitive and column.kind != "shape":
            shown = unit if column.unit == D_SCORE else column.unit or "-"
            rows.append((column.name, language.explanation(table.name, column.name, unit=shown)))
    return rows


def rejected_csv(result: Result, path: Path) -> None:
    """Write the rows that could not be used, with their row number and the reason."""
    _write(rejected(result), path)


def rejected(result: Result) -> pd.DataFrame:
    """Return the rows that could not be used, the reason in the language of the study."""
    language = Language(result.study.output.language)
    reasons = [reason.say(language) for reason in result.rejected["reason"]]
    rows = result.rejected
    return rows.assign(reason=pd.Series(reasons, index=rows.index, dtype="str"))


def _write(table: pd.DataFrame, path: Path) -> None:
    """Write CSV; all text is quoted if any holds a return, which the writer leaves bare."""
    table = _inert(table)
    texts = table.select_dtypes(["object", "str"])
    bare = any(texts[name].str.contains("\r", regex=False, na=False).any() for name in texts)
    table.to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC if bare else csv.QUOTE_MINIMAL)


def _inert(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would take for a formula, such as =1+1."""
    table = table.copy()
    for name, column in table.select_dtypes(["object", "str"]).items():
        formula = column.str.match(FORMULA, na=False) & ~column.str.fullmatch(NUMBER, na=False)
        if formula.any():
            table[name] = column.where(~formula, "'" + column.astype("str"))
    return table
