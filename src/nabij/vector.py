"""Vector files: layers of polygons and points, with errors a user can act on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nabij import apart
from nabij.errors import InputError, listed, nearest

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

# The library behind reads more kinds, among them some that fetch from the network or follow a
# path to elsewhere; only these are opened, by suffix and by what the library takes them for.
KINDS = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".shp": "ESRI Shapefile",
}
# What lies beside a Shapefile or a GeoPackage, and is read with it.
BESIDE_SHAPES = (
    ".dbf", ".shx", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx", ".qmd", ".shp.xml",
)  # fmt: skip
BESIDE = (".gpkg-wal", ".gpkg-shm", ".gpkg-journal")

SQLITE_MAGIC = b"SQLite format 3\x00"
# What is said of a view or a table in a file that asks for more than the file.
REACHING = (
    "unsafe use of", "no such function", "no such module", "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS",
)  # fmt: skip


def is_beside(name: str, there: set[str]) -> bool:
    """Tell whether a file is part of another that is there too."""
    lower = name.lower()
    shapes = next((end for end in BESIDE_SHAPES if lower.endswith(end)), None)
    if shapes is not None:
        stem = name[: -len(shapes)]
        return f"{stem}.shp" in there or f"{stem}.SHP" in there
    end = next((end for end in BESIDE if lower.endswith(end)), None)
    return end is not None and name[: -len(end)] + ".gpkg" in there


@dataclass(frozen=True)
class Header:
    """What a layer says of itself before it is read.

    Attributes
    ----------
    name : str
    columns : list of str
    crs : str or None
        None if the file does not state it.
    has_shapes : bool
    shape : str
        What its geometries are, such as ``Point`` or ``MultiPolygon``; empty without any.
    rows : int
        -1 where the file does not tell before it is read.
    """

    name: str
    columns: list[str]
    crs: str | None
    has_shapes: bool
    shape: str = ""
    rows: int = -1


def headers(path: Path, where: str) -> list[Header]:
    """Return the header of every layer of a file.

    Parameters
    ----------
    path : Path
    where : str
        The block of the study, or the option, that names the file, for the message.

    Raises
    ------
    InputError
        If the file cannot be opened.
    """
    _require_kind(path, where)
    return apart.call(_headers, path)


def _headers(path: Path) -> list[Header]:
    import pyogrio

    try:
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        found = [(name, pyogrio.read_info(path, layer=name)) for name in names]
    except (RuntimeError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None
    kind = KINDS[path.suffix.lower()]
    if any(head["driver"] != kind for _, head in found):
        raise _of_another_kind(path)
    return [
        Header(
            name,
            [str(field) for field in head["fields"]],
            head["crs"],
            bool(head["geometry_type"]),
            str(head["geometry_type"] or ""),
            int(head["features"]),
        )
        for name, head in found
    ]


def header_of(path: Path, layer: str | None, where: str) -> Header:
    """Return the header of the layer to read.

    Parameters
    ----------
    path : Path
    layer : str or None
        None if the file has a single layer.
    where : str
        The block of the study that names the file, for the message.

    Raises
    ------
    InputError
        If the file cannot be opened or the layer is not there or not named.
    """
    found = {header.name: header for header in headers(path, where)}
    if not found:
        raise InputError(f"{path}: holds no layer ({where} path)")
    if layer is None and len(found) > 1:
        raise InputError(
            f"{path}: holds {len(found)} layers ({listed(found)}); name one with {where} layer"
        )
    if layer is not None and layer not in found:
        raise InputError(
            f"{path}: has no layer '{layer}' ({where} layer){nearest(layer, found)} "
            f"Layers: {listed(found)}"
        )
    return found[layer if layer is not None else next(iter(found))]


def read_table(
    path: Path,
    layer: str,
    columns: list[str] | None = None,
    *,
    geometry: bool = True,
    most: int | None = None,
) -> tuple[pa.Table, gpd.GeoSeries | None]:
    """Read columns of a layer, and its geometries if it has any.

    Parameters
    ----------
    path : Path
    layer : str
    columns : list of str, optional
        All if left out.
    geometry : bool
        Whether to read geometries.
    most : int, optional
        Rows to read at most.

    Raises
    ------
    InputError
        If the layer cannot be read.
    """
    return apart.call(_read_table, path, layer, columns, geometry, most)


def _read_table(
    path: Path, layer: str, columns: list[str] | None, geometry: bool, most: int | None
) -> tuple[pa.Table, gpd.GeoSeries | None]:
    import geopandas as gpd
    import pyarrow as pa
    import pyogrio
    import shapely

    try:
        meta, table = pyogrio.read_arrow(
            path, layer=layer, columns=columns, read_geometry=geometry, max_features=most
        )
    except (RuntimeError, OSError, pa.ArrowException) as error:  # RuntimeError: the library's own
        raise _unreadable(path, error) from None
    binary = meta["geometry_name"] or "wkb_geometry"
    if binary not in table.column_names:
        return table, None
    try:
        shapes = shapely.from_wkb(table[binary].to_numpy())
    except NotImplementedError:
        raise InputError(
            f"{path}: holds curved shapes, which cannot be read; make their lines straight, for "
            "instance with  ogr2ogr -nlt CONVERT_TO_LINEAR"
        ) from None
    except shapely.GEOSException as error:
        raise _unreadable(path, error) from None
    return table.drop_columns(binary), gpd.GeoSeries(shapes, crs=meta["crs"])


def _require_kind(path: Path, where: str) -> None:
    if path.suffix.lower() not in KINDS:
        raise InputError(
            f"{path}: cannot read polygons or points from a file that ends in '{path.suffix}' "
            f"({where} path); use one of {', '.join(KINDS)}"
        )
    if path.suffix.lower() == ".gpkg":
        with path.open("rb") as file:
            if file.read(len(SQLITE_MAGIC)) != SQLITE_MAGIC:
                raise InputError(
                    f"{path}: is not a GeoPackage, though its name says so; save it as one, or "
                    "name another"
                )


def _unreadable(path: Path, error: Exception) -> InputError | MemoryError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "out of memory" in reason:
        return MemoryError(reason)
    if "not recognized as being in a supported file format" in reason:
        return _of_another_kind(path)
    if "SHAPE_RESTORE_SHX" in reason:
        return InputError(
            f"{path}: cannot be read without {path.with_suffix('.shx').name}; put all files of the "
            "Shapefile (.shp, .shx, .dbf, .prj) into one folder"
        )
    # Of what SQLite says, without the statement that the library sent and what it says again.
    reason = re.sub(r"^sqlite3_.* failed: ", "", reason).split("; ")[0]
    if any(sign in reason for sign in REACHING):
        return InputError(
            f"{path}: cannot be read: {reason} (a view or a table that reaches for what is not in "
            "the file?); save what it holds as a table in a new file"
        )
    return InputError(
        f"{path}: cannot be read: {reason} (a damaged or cut-off file?); save or fetch it anew"
    )


def _of_another_kind(path: Path) -> InputError:
    kind = KINDS[path.suffix.lower()]
    return InputError(
        f"{path}: is no {kind} file, though its name says so; save it as {kind}, or name another"
    )
