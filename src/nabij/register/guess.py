"""Guess which column of an unknown register is what, from its names and first rows."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nabij.errors import InputError
from nabij.files import require_file
from nabij.register import locations, numbers
from nabij.register.sources import READERS, kind_of
from nabij.register.text import first_rows

SAMPLE_ROWS = 1000

# Column names of registers in use, by the study's key; earlier ones are surer.
NAMES = {
    "id": ("id", "vestigingsnummer", "vestnr", "vestiging_id", "siret", "establishment_id",
           "bvd_id", "lisanr", "lisa_nr", "kvk", "nummer"),
    "code": ("sbi", "sbi2008", "sbi_2008", "sbi_code", "sbicode", "nace", "nace_code", "naf",
             "ape", "isic", "naics", "activity", "activite", "industry", "industry_code", "code",
             "sector", "branche", "category"),
    "jobs": ("jobs", "banen", "wp", "werkzame_personen", "aantal_banen", "werknemers",
             "employees", "employment", "staff", "effectif", "fte", "persons"),
    "size_class": ("size_class", "size_code", "grootteklasse", "gk", "size", "tranche",
                   "trancheeffectifs", "trancheeffectifsetablissement", "klasse"),
    "x": ("x", "xcoord", "x_coord", "x_coordinaat", "rd_x", "x_rd", "easting", "lon", "lng",
          "long", "longitude", "lengtegraad"),
    "y": ("y", "ycoord", "y_coord", "y_coordinaat", "rd_y", "y_rd", "northing", "lat",
          "latitude", "breedtegraad"),
    "year": ("year", "jaar", "peiljaar", "annee", "jahr"),
    "name": ("name", "naam", "bedrijfsnaam", "company", "enseigne", "nom", "denomination"),
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """What a register seems to hold.

    Attributes
    ----------
    path : Path
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
    """

    path: Path
    columns: list[str]
    roles: dict[str, str]
    crs: list[str]
    holds_points: bool
    codes: list[str]
    size_classes: list[str]


def guess(path: Path, layer: str | None = None) -> Guess:
    """Look at the names and the first rows of a register.

    Raises
    ------
    InputError
        If the file is not there, is empty, or is of no known kind.
    """
    require_file(path, "the register")
    kind = kind_of(path)
    if kind not in READERS:
        raise InputError(
            f"{path}: cannot read a register from a file that ends in '{kind}'; "
            f"use one of {', '.join(READERS)}"
        )
    sample, crs = _sample(path, kind, layer)
    holds_points = "geometry" in sample.columns and kind not in (".csv", ".tsv", ".txt")
    columns = [str(name) for name in sample.columns if name != "geometry" or not holds_points]
    roles = _roles(columns)
    if "jobs" in roles:
        roles.pop("size_class", None)
    if holds_points:
        roles.pop("x", None)
        roles.pop("y", None)
    return Guess(
        path=path,
        columns=columns,
        roles=roles,
        crs=[crs] if crs else _fitting(sample, roles),
        holds_points=holds_points,
        codes=_distinct(sample, roles.get("code")),
        size_classes=_distinct(sample, roles.get("size_class")),
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


def _sample(path: Path, kind: str, layer: str | None) -> tuple[pd.DataFrame, str | None]:
    """Return the first rows, and the coordinate system that the file states."""
    if kind in (".csv", ".tsv", ".txt"):
        header, rows = first_rows(path, SAMPLE_ROWS)
        return pd.DataFrame(rows, columns=header, dtype="str"), None
    if kind == ".gpkg":
        import pyogrio

        from nabij.vector import layer_columns

        chosen, _ = layer_columns(path, layer, "[register]")
        frame = pyogrio.read_dataframe(path, layer=chosen, max_features=SAMPLE_ROWS)
        return pd.DataFrame(frame), _stated(frame)
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        batch: Any = next(file.iter_batches(SAMPLE_ROWS), None)
        rows = (
            batch.to_pandas() if batch is not None else file.schema_arrow.empty_table().to_pandas()
        )
        if b"geo" not in (file.schema_arrow.metadata or {}):
            return rows, None
        import geopandas as gpd

        return rows, _stated(gpd.read_parquet(path, columns=["geometry"]))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}"
        ) from None


def _stated(frame: Any) -> str | None:
    crs = getattr(frame, "crs", None)
    return crs.to_string() if crs is not None else None
