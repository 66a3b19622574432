"""The first rows of a register of any kind, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from nabij.columns import as_text
from nabij.outside.address import Address
from nabij.register.kinds import database, parquet, text, workbook
from nabij.register.sources import FILE
from nabij.vector import KINDS, header_of, headers, read_table

if TYPE_CHECKING:
    import geopandas as gpd

SAMPLE_ROWS = 1000
MOST_LAYERS = 20
"""Layers that are looked at where none is named."""


@dataclass(frozen=True)
class Sample:
    """The first rows of a register.

    Attributes
    ----------
    name : str or None
        Of the layer, table or sheet.
    table : pandas.DataFrame of str
        Its columns but the geometry; of columns that share a name the first, for a study cannot
        name either.
    shapes : geopandas.GeoSeries or None
        Its geometries, if it has any.
    """

    name: str | None
    table: pd.DataFrame
    shapes: gpd.GeoSeries | None = None

    def with_columns(self, given: Mapping[str, str]) -> Sample:
        """Return the sample with columns of one value, but for the name of the file."""
        new = {name: value for name, value in given.items() if name != FILE}
        return replace(self, table=self.table.assign(**new)) if new else self

    @property
    def crs(self) -> str | None:
        """The coordinate system of its points, None without points, empty if it is not stated."""
        if self.shapes is None or not self._has_points:
            return None
        return str(self.shapes.crs.to_string()) if self.shapes.crs is not None else ""

    @property
    def _has_points(self) -> bool:
        import shapely

        kinds = shapely.get_type_id(np.array(self.shapes, dtype=object))
        points = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
        return not len(kinds) or bool(np.isin(kinds, points).any())


def samples(path: Path | Address, kind: str, layer: str | None) -> list[Sample]:
    """Return the first rows of a layer, table or sheet, or of each where none is named.

    Of a database the table must be named where there are several.

    Raises
    ------
    InputError
        If the file or table cannot be read.
    """
    if isinstance(path, Address):
        from nabij.register.kinds import postgis

        name, table, shapes = postgis.first_rows(path, layer, SAMPLE_ROWS)
        return [Sample(name, _as_text(table), shapes)]
    if kind in (".csv", ".tsv", ".txt"):
        header, rows = text.first_rows(path, SAMPLE_ROWS)
        table = pd.DataFrame(rows, columns=header, dtype="str")
        return [Sample(None, table.loc[:, ~table.columns.duplicated()])]
    if kind in workbook.SUFFIXES:
        found = workbook.samples(path, layer, SAMPLE_ROWS)
        return [Sample(name, _as_text(table)) for name, table in found]
    if kind in database.SUFFIXES:
        found = database.samples(path, layer, SAMPLE_ROWS)
        return [Sample(name, _as_text(table)) for name, table in found]
    if kind in KINDS:
        one = [header_of(path, layer, "[register]")] if layer is not None else []
        chosen = one or headers(path, "[register]")[:MOST_LAYERS]
        chosen = chosen or [header_of(path, layer, "[register]")]  # says that there is none
        read = [(head.name, *read_table(path, head.name, most=SAMPLE_ROWS)) for head in chosen]
        return [Sample(name, _as_text(table), shapes) for name, table, shapes in read]
    table, shapes = parquet.sample(path, SAMPLE_ROWS)
    return [Sample(None, _as_text(table), shapes)]


def _as_text(table: pa.Table) -> pd.DataFrame:
    columns = zip(table.column_names, table.columns, strict=True)
    return pd.DataFrame({name: _text_of(column) for name, column in columns}, dtype="str")


def _text_of(column: pa.ChunkedArray) -> pd.Series:
    try:
        return as_text(column).to_pandas()
    except pa.ArrowException:  # a list, say: no column of a study
        return pd.Series([""] * len(column), dtype="str")
