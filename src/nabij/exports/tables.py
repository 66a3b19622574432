"""The tables of a result, in the formats that analysts open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from nabij.language import Language
from nabij.views.view import Result

if TYPE_CHECKING:
    import geopandas as gpd

FORMULA, NUMBER = r"[=+\-@\t\r]", r"[+-]?[\d.,]*(?:[eE][+-]?\d+)?"
NUMBER_FORMATS = {
    "establishments": "#,##0",
    "sector_establishments": "#,##0",
    "jobs": "#,##0",
    "sector_jobs": "#,##0",
    "mean_d_score": "0.0000",
    "location_quotient": "0.00",
    "location_quotient_jobs": "0.00",
}


def establishments_parquet(result: Result, path: Path) -> None:
    """Write the sector's establishments with their scores."""
    result.establishments.to_parquet(path, index=False)


def establishments_gpkg(result: Result, path: Path) -> None:
    """Write the sector's establishments as points."""
    import geopandas as gpd

    table = result.establishments
    points = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["x"], table["y"]), crs=result.provenance.crs
    )
    points.to_file(path, layer="establishments", driver="GPKG", engine="pyogrio")


def regions_csv(result: Result, path: Path) -> None:
    """Write the region table without its shapes."""
    _inert(_without_shapes(result.regions)).to_csv(path, index=False)


def regions_gpkg(result: Result, path: Path) -> None:
    """Write the region table as polygons, one layer a level."""
    for level, table in result.regions.groupby("level", sort=False):
        table.to_file(path, layer=str(level), driver="GPKG", engine="pyogrio")


def regions_xlsx(result: Result, path: Path) -> None:
    """Write the region table as a workbook: a sheet a level, and one that explains them."""
    import xlsxwriter

    language = Language(result.study.output.language)
    # Text stays text: a region called "=1+1" is a name, not a formula.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    book = xlsxwriter.Workbook(str(path), options)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {name: book.add_format({"num_format": how}) for name, how in NUMBER_FORMATS.items()}
    used: set[str] = set()
    for level, table in _without_shapes(result.regions).groupby("level", sort=False):
        sheet = book.add_worksheet(_sheet_name(str(level), used))
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, name, head)
            width = 28 if name == "name" else 14
            sheet.set_column(column, column, width, formats.get(name))
            for row, value in enumerate(table[name], start=1):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif pd.notna(value):
                    sheet.write_number(row, column, value, formats.get(name))
        sheet.freeze_panes(1, 3)
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    about = book.add_worksheet(_sheet_name("about", used))
    about.set_column(0, 0, 28)
    about.set_column(1, 1, 100)
    for row, (name, value) in enumerate(_about(result, language)):
        about.write_string(row, 0, name, head)
        about.write_string(row, 1, value)
    book.close()


def _about(result: Result, language: Language) -> list[tuple[str, str]]:
    rows = [
        ("sector", f"{result.sector.name}: {', '.join(result.study.sector.codes)}"),
        ("source", result.source),
        ("nabij", result.provenance.versions["nabij"]),
    ]
    if result.study.register.synthetic:
        rows.insert(0, ("data", language.text("common.synthetic")))
    if result.sector.jobs_estimated:
        rows.append(("jobs", language.text("common.estimated")))
    explained = language.section("columns")
    columns = [name for name in result.regions.columns if name != "geometry"]
    unit = result.sector.unit or "-"
    return rows + [(name, explained[name].format(unit=unit)) for name in columns]


def rejected_csv(result: Result, path: Path) -> None:
    """Write the rows that could not be used, with their row number and the reason."""
    language = Language(result.study.output.language)
    reasons = [reason.say(language) for reason in result.rejected["reason"]]
    _inert(result.rejected.assign(reason=reasons)).to_csv(path, index=False)


def _inert(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would take for a formula, such as =1+1."""
    table = table.copy()
    for name, column in table.select_dtypes(["object", "str"]).items():
        formula = column.str.match(FORMULA, na=False) & ~column.str.fullmatch(NUMBER, na=False)
        if formula.any():
            table[name] = column.where(~formula, "'" + column.astype("str"))
    return table


def _without_shapes(regions: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(regions.drop(columns="geometry"))


def _sheet_name(level: str, used: set[str]) -> str:
    """Return a name that a workbook accepts and that no other sheet has."""
    name = "".join("-" if character in "[]:*?/\\'" else character for character in level)[:28]
    unique = name
    number = 2
    while unique.casefold() in used:
        unique = f"{name} {number}"
        number += 1
    used.add(unique.casefold())
    return unique
