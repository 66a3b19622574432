"""Read levels of regions and mend their shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS

from nabij.columns import as_text, unusable
from nabij.crs import crs_from
from nabij.errors import InputError, listed, nearest
from nabij.files import require_file
from nabij.notes import Note, note
from nabij.outside.cache import require_fetched, verified
from nabij.outside.services import Official
from nabij.study import RegionLevel
from nabij.study.blocks import WHOLE_REGISTER
from nabij.vector import header_of, read_table

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Level:
    """One level of regions.

    Attributes
    ----------
    level : str
    table : geopandas.GeoDataFrame
        ``code, name`` (text) and polygons, sorted by code: one row a region. Codes that are whole
        numbers sort as numbers.
    notes : list of Note
        What was repaired.
    """

    level: str
    table: gpd.GeoDataFrame
    notes: list[Note]


def stated_crs(specs: Sequence[RegionLevel]) -> list[CRS]:
    """Return the coordinate system of each level, from the headers of the files alone.

    Raises
    ------
    InputError
        If a file, layer or column is not there, or the coordinate system is unknown.
    """
    return [_header(spec)[1] for spec in specs]


def read_levels(specs: Sequence[RegionLevel], crs: CRS) -> list[Level]:
    """Read the region levels of a study, in their order, projected to `crs`.

    Raises
    ------
    InputError
        If a file, layer or column is not there, a region has no code, the coordinate system is
        unknown, or the layer holds no polygons.
    """
    return [_read(spec, crs) for spec in specs]


def whole_register(name: str, crs: CRS) -> Level:
    """Return the one region of a study that names none: it holds everything and has no shape."""
    import geopandas as gpd

    table = gpd.GeoDataFrame({"code": ["all"], "name": [name]}, geometry=[None], crs=crs)
    return Level(WHOLE_REGISTER, table, [])


def _where(spec: RegionLevel) -> str:
    return f"[[regions]] level = '{spec.level}'"


def _require(spec: RegionLevel) -> None:
    if spec.official is not None:
        require_fetched(Official.parse(spec.official), _where(spec))
    else:
        require_file(spec.path, f"{_where(spec)} path")


def _header(spec: RegionLevel) -> tuple[str, CRS]:
    """Return the layer to read and its coordinate system."""
    where = _where(spec)
    _require(spec)
    header = header_of(spec.path, spec.layer, where)
    missing = [
        f"{spec.path}: layer '{header.name}' has no column '{column}' ({where} {key})"
        f"{nearest(column, header.columns)} Columns: {listed(header.columns) or 'none'}"
        for key, column in (("code", spec.code), ("name", spec.name))
        if column is not None and column not in header.columns
    ]
    if missing:
        raise InputError("\n".join(missing))
    if not header.has_shapes:
        raise _without_polygons(spec, header.name)
    if spec.crs is not None:
        return header.name, crs_from(spec.crs, where)
    if header.crs is None:
        raise InputError(
            f"{spec.path}: does not say in which coordinate system it is; "
            f'set crs in the block with level = "{spec.level}", for instance crs = "EPSG:28992"'
        )
    return header.name, CRS.from_user_input(header.crs)


def _without_polygons(spec: RegionLevel, layer: str) -> InputError:
    return InputError(
        f"{spec.path}: layer '{layer}' holds no polygons ({_where(spec)}); name a layer that holds "
        "the outlines of regions"
    )


def _told(spec: RegionLevel) -> list[Note]:
    """Return what must be told of official regions, once they are as they were fetched."""
    if spec.official is None:
        return []
    about = verified(Official.parse(spec.official))
    return [
        note(
            "official_regions",
            level=spec.level,
            official=spec.official,
            title=about.title,
            licence=about.licence,
            fetched=about.fetched[:10],
        )
    ]


def _read(spec: RegionLevel, target: CRS) -> Level:
    import geopandas as gpd

    where = _where(spec)
    told = _told(spec)
    layer, crs = _header(spec)
    wanted = list(dict.fromkeys(c for c in (spec.code, spec.name) if c is not None))
    columns_read, shapes = read_table(spec.path, layer, wanted)
    if shapes is None:
        raise _without_polygons(spec, layer)
    code = _text(spec, columns_read, spec.code)
    name = _text(spec, columns_read, spec.name) if spec.name is not None else code
    table = gpd.GeoDataFrame(
        {"code": code, "name": name.where(name != "", code)},
        geometry=np.asarray(shapes.values),
        crs=crs,
    )
    _require_degrees(table, spec)
    if not len(table):
        raise InputError(f"{spec.path}: layer '{layer}' holds no regions ({where})")
    blank = table["code"] == ""
    if blank.any():
        count = int(blank.sum())
        raise InputError(
            f"{spec.path}: {count} {'region has' if count == 1 else 'regions have'} no code in "
            f"column '{spec.code}' ({where}), the first in row {int(np.argmax(blank)) + 1}; give "
            "each a code, or name another column"
        )
    table, notes = _mend(table, spec, layer)
    notes = [*told, *notes]
    table, merged = _one_row_a_code(table)
    if merged:
        notes.append(note("shapes_joined", level=spec.level, count=merged))
    order = np.argsort(code_rank(table["code"]), kind="stable")
    ordered = table.iloc[order].reset_index(drop=True)
    return Level(spec.level, ordered if crs == target else ordered.to_crs(target), notes)


def code_rank(codes: pd.Series) -> np.ndarray:
    """Rank codes from low to high: as numbers if all are whole numbers, else as text.

    Examples
    --------
    >>> code_rank(pd.Series(["10", "9"])).tolist(), code_rank(pd.Series(["GM10", "GM9"])).tolist()
    ([1, 0], [0, 1])
    """
    text = codes.to_numpy(dtype=object)
    if codes.str.fullmatch(r"\d{1,18}").all():
        keys: Any = (text, codes.astype("int64").to_numpy())
        order = np.lexsort(keys)
    else:
        order = np.argsort(text, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _text(spec: RegionLevel, table: pa.Table, column: str) -> pd.Series:
    try:
        return as_text(table[column]).to_pandas().str.strip()
    except pa.ArrowException:
        raise InputError(
            f"{spec.path}: column '{column}' holds {unusable(table[column])}"
        ) from None


def _require_degrees(table: gpd.GeoDataFrame, spec: RegionLevel) -> None:
    """Raise if what should be longitude and latitude is not: GeoJSON is taken for them."""
    if not table.crs.is_geographic:
        return
    west, south, east, north = table.total_bounds
    if max(-west, east) > 360 or max(-south, north) > 91:
        raise InputError(
            f"{spec.path}: its coordinates span x {west:.0f} to {east:.0f}, y {south:.0f} to "
            f"{north:.0f}, so they are no longitude and latitude ({table.crs.to_string()}); set "
            f'crs in the block with level = "{spec.level}", for instance crs = "EPSG:28992"'
        )


def _mend(
    table: gpd.GeoDataFrame, spec: RegionLevel, layer: str
) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Make every shape a valid polygon, or none at all."""
    notes, level = [], spec.level
    shapes = np.asarray(table.geometry.values)
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    shapes[mixed] = [_polygons_of(shape) for shape in shapes[mixed]]
    invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if invalid.any():
        shapes[invalid] = shapely.make_valid(
            shapes[invalid], method="structure", keep_collapsed=False
        )
        notes.append(note("shapes_repaired", level=level, count=int(invalid.sum())))
    polygonal = np.isin(
        shapely.get_type_id(shapes),
        [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON],
    ) & ~shapely.is_empty(shapes)
    if not polygonal.any():
        raise _without_polygons(spec, layer)
    if not polygonal.all():
        notes.append(note("shapes_missing", level=level, count=int((~polygonal).sum())))
        shapes[~polygonal] = None
    return table.set_geometry(shapes, crs=table.crs), notes


def _polygons_of(collection: Any) -> Any:
    """Return the polygons of a collection; its lines and points hold nothing."""
    parts = shapely.get_parts(shapely.get_parts(collection))
    return shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _one_row_a_code(table: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    repeated = table["code"].duplicated(keep=False)
    if not repeated.any():
        return table, 0
    joined = table.dissolve("code", aggfunc="first", as_index=False)[["code", "name", "geometry"]]
    return joined, len(table) - len(joined)
