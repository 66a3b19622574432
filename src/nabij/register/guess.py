"""Guess which column of an unknown register is what, from its names and first rows."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from nabij.columns import as_text
from nabij.outside.address import Address
from nabij.register import locations, numbers
from nabij.register.kinds import database, parquet, postgis, require_kind, workbook
from nabij.register.kinds.text import first_rows
from nabij.vector import KINDS, header_of, read_table

if TYPE_CHECKING:
    import geopandas as gpd

SAMPLE_ROWS = 1000

# Column names of registers in use, by the study's key; earlier ones are surer.
NAMES = {
    "id": ("id", "vestigingsnummer", "vestnr", "vestigingsnr", "vestiging_id", "siret",
           "establishment_id", "bvd_id", "lisanr", "lisa_nr", "kvk", "nummer", "licencersn",
           "numero", "betriebsnummer"),
    "code": ("sbi", "sbi2008", "sbi_2008", "sbi_code", "sbicode", "nace", "nace_code", "naf",
             "ape", "isic", "naics", "activity", "activite", "industry", "industry_code", "code",
             "sector", "branche", "category", "businesssubtype", "businesstype", "wirtschaftszweig",
           "wz"),
    "jobs": ("jobs", "banen", "wp", "werkzame_personen", "aantal_banen", "werknemers",
             "employees", "employment", "staff", "effectif", "fte", "persons",
             "numberofemployees", "beschaeftigte", "beschäftigte", "mitarbeiter", "salaries"),
    "size_class": ("size_class", "size_code", "grootteklasse", "gk", "size", "tranche",
                   "trancheeffectifs", "trancheeffectifsetablissement", "klasse"),
    "x": ("x", "xcoord", "x_coord", "x_coordinaat", "rd_x", "x_rd", "easting", "lon", "lng",
          "long", "longitude", "lengtegraad"),
    "y": ("y", "ycoord", "y_coord", "y_coordinaat", "rd_y", "y_rd", "northing", "lat",
          "latitude", "breedtegraad"),
    "year": ("year", "jaar", "peiljaar", "annee", "jahr", "folderyear"),
    "name": ("name", "naam", "bedrijfsnaam", "company", "enseigne", "nom", "denomination"),
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """What a register seems to hold.

    Attributes
    ----------
    path : Path or Address
        The file, or the database.
    columns : list of str
        All columns of the file.
    roles : dict of str to str
        Study key (``id, code, x, y, jobs, size_class, year, name``) to column.
    crs : list of str
        Coordinate systems that the first rows fit, likeliest first.
    holds_points : bool
        Whether locations are points in the file rather than columns.
    codes, size_classes : list of str
        Values seen in those columns.
    layer, sheet : str or None
        What was looked at in a file that may hold several.
    """

    path: Path | Address
    columns: list[str]
    roles: dict[str, str]
    crs: list[str]
    holds_points: bool
    codes: list[str]
    size_classes: list[str]
    layer: str | None = None
    sheet: str | None = None


def guess(path: Path | Address, layer: str | None = None) -> Guess:
    """Look at the names and the first rows of a register.

    Parameters
    ----------
    path : Path or Address
        A file, or a PostgreSQL database.
    layer : str, optional
        Layer, table or sheet, where there are several.

    Raises
    ------
    InputError
        If the file or table is not there, is empty, or is of no known kind.
    """
    if isinstance(path, Address):
        kind = ""
        named, table, shapes = postgis.first_rows(path, layer, SAMPLE_ROWS)
        chosen: str | None = named
        sample, points = _as_sample(table, shapes)
    else:
        kind = require_kind(path, "the register")
        sample, points, chosen = _sample(path, kind, layer)
    columns = list(sample.columns)
    roles = _roles(columns)
    if "jobs" in roles:
        roles.pop("size_class", None)
    if points is not None:
        roles.pop("x", None)
        roles.pop("y", None)
    return Guess(
        path=path,
        columns=columns,
        roles=roles,
        crs=[points] if points else _fitting(sample, roles),
        holds_points=points is not None,
        codes=_distinct(sample, roles.get("code")),
        size_classes=_distinct(sample, roles.get("size_class")),
        layer=None if kind in workbook.SUFFIXES else chosen,
        sheet=chosen if kind in workbook.SUFFIXES else None,
    )


def _roles(columns: list[str]) -> dict[str, str]:
    """Match column names: the whole name first, then as a part of it."""
    plain = {column: re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_") for column in columns}
    roles: dict[str, str] = {}
    for whole in (True, False):
        for key, names in NAMES.items():
            if key in roles:
                continue
            free = [column for column in columns if column not in roles.values()]
            for name, column in itertools.product(names, free):
                parts = plain[column].split("_")
                if plain[column] == name if whole else len(name) > 2 and name in parts:
                    roles[key] = column
                    break
    if ("x" in roles) != ("y" in roles):
        roles.pop("x", None)
        roles.pop("y", None)
    return roles


def _fitting(sample: pd.DataFrame, roles: dict[str, str]) -> list[str]:
    if "x" not in roles:
        return []
    decimal = numbers.decimal_mark([sample[roles["x"]], sample[roles["y"]]])
    x, y = (numbers.parse(sample[roles[axis]], decimal) for axis in ("x", "y"))
    usable = np.isfinite(x) & np.isfinite(y) & ((x != 0) | (y != 0))
    return locations.candidates(x[usable], y[usable])


def _distinct(sample: pd.DataFrame, column: str | None) -> list[str]:
    if column is None:
        return []
    seen = sample[column].dropna().astype("str").str.strip()
    return sorted(value for value in seen.unique() if value)


def _sample(
    path: Path, kind: str, layer: str | None
) -> tuple[pd.DataFrame, str | None, str | None]:
    """Return the first rows as text, the coordinate system of points, and the layer or sheet.

    The system is None for a file without points, and empty if the file does not state it.
    """
    shapes = chosen = None
    if kind in (".csv", ".tsv", ".txt"):
        header, rows = first_rows(path, SAMPLE_ROWS)
        # Of columns that share a name the first is looked at; a study cannot name either.
        table = pd.DataFrame(rows, columns=header, dtype="str")
        return table.loc[:, ~table.columns.duplicated()], None, None
    if kind in workbook.SUFFIXES:
        chosen, table = workbook.first_rows(path, layer, SAMPLE_ROWS)
    elif kind in database.SUFFIXES:
        chosen, table = database.first_rows(path, layer, SAMPLE_ROWS)
    elif kind in KINDS:
        chosen = header_of(path, layer, "[register]").name
        table, shapes = read_table(path, chosen, most=SAMPLE_ROWS)
    else:
        table, shapes = parquet.first_rows(path, SAMPLE_ROWS), parquet.geometry(path)
    return *_as_sample(table, shapes), chosen


def _as_sample(table: pa.Table, shapes: gpd.GeoSeries | None) -> tuple[pd.DataFrame, str | None]:
    """Return typed rows as text, and the coordinate system of their points as `_sample` does."""
    crs = None if shapes is None else shapes.crs.to_string() if shapes.crs is not None else ""
    columns = zip(table.column_names, table.columns, strict=True)
    return pd.DataFrame({name: _as_text(column) for name, column in columns}), crs


def _as_text(column: pa.ChunkedArray) -> pd.Series:
    try:
        return as_text(column).to_pandas()
    except pa.ArrowException:  # a list, say: no column of a study
        return pd.Series([""] * len(column), dtype="str")
