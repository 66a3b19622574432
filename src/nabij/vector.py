"""Vector files: layers of polygons and points, with errors a user can act on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nabij.errors import InputError, listed, nearest

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

# The library behind reads more kinds, among them some that fetch from the network or follow a
# path to elsewhere; only these four are opened.
KINDS = (".gpkg", ".geojson", ".json", ".shp")
SQLITE_MAGIC = b"SQLite format 3\x00"


def columns_by_layer(path: Path, where: str) -> list[tuple[str, list[str]]]:
    """Return the layers of a file and the columns of each.

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
    import pyogrio

    _require_kind(path, where)
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        return [
            (name, [str(field) for field in pyogrio.read_info(path, layer=name)["fields"]])
            for name in layers
        ]
    except RuntimeError as error:
        raise _unreadable(path, error) from None


def layer_columns(path: Path, layer: str | None, where: str) -> tuple[str, list[str]]:
    """Return the layer to read and its columns.

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
    columns = dict(columns_by_layer(path, where))
    if not columns:
        raise InputError(f"{path}: holds no layer ({where} path)")
    if layer is None and len(columns) > 1:
        raise InputError(
            f"{path}: holds {len(columns)} layers ({listed(columns)}); name one with {where} layer"
        )
    if layer is not None and layer not in columns:
        raise InputError(
            f"{path}: has no layer '{layer}' ({where} layer){nearest(layer, columns)} "
            f"Layers: {listed(columns)}"
        )
    chosen = layer if layer is not None else next(iter(columns))
    return chosen, columns[chosen]


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
    import geopandas as gpd
    import pyarrow as pa
    import pyogrio
    import shapely

    try:
        meta, table = pyogrio.read_arrow(
            path, layer=layer, columns=columns, read_geometry=geometry, max_features=most
        )
    except (RuntimeError, pa.ArrowException) as error:  # the library's own errors are RuntimeErrors
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
                raise InputError(f"{path}: is not a GeoPackage, though its name says so")


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return InputError(f"{path}: cannot be read: {reason} (a damaged or cut-off file?)")
