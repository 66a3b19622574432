"""Polygons, map axes and scale bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.collections import PathCollection
from matplotlib.path import Path

from nabij.figures.kit.sheet import Box, Sheet
from nabij.figures.kit.style import BORDER, COAST, HAIR, LAND, PAPER, RULE, SOFT, THIN, TINY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nabij.views import View

# A line is drawn no finer than this part of the map's width: well under a pixel in print.
FINEST = 1 / 2500
# A sector that takes less of the room than this fills the map, and a small map says where it is.
FITTED_BELOW = 0.3


def coarsest_level(result: View) -> str:
    """Return the name of the first level of the study, or that of the whole register."""
    return str(result.regions["level"].iloc[0])


def shapes_of(result: View, level: str) -> np.ndarray:
    """Return the polygons of a level, without the row for what lies outside all regions."""
    of_level = result.regions[result.regions["level"] == level]
    return drawable(of_level.geometry.to_numpy())


def drawable(shapes: Iterable[Any]) -> np.ndarray:
    """Return what has an area, as polygons: where shapes touch there are lines and points too."""
    array = np.asarray(list(shapes), dtype=object)
    array = array[~shapely.is_missing(array) & (shapely.area(array) > 0)]
    mixed = shapely.get_type_id(array) == shapely.GeometryType.GEOMETRYCOLLECTION
    for at in np.flatnonzero(mixed):
        array[at] = shapely.union_all(
            [part for part in shapely.get_parts(array[at]) if shapely.area(part) > 0]
        )
    return array


def bounds_of(shapes: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, ...]:
    """Return the extent of polygons, or of points if there are no polygons."""
    if len(shapes):
        west, south, east, north = shapely.total_bounds(shapes)
    else:
        seen = np.isfinite(x) & np.isfinite(y)
        if not seen.any():
            return (0.0, 0.0, 1000.0, 1000.0)
        west, south, east, north = x[seen].min(), y[seen].min(), x[seen].max(), y[seen].max()
    # A village may be one point: a map of it still has a width.
    short = max(1000.0 - max(east - west, north - south), 0) / 2
    return (west - short, south - short, east + short, north + short)


def extent_of(result: View) -> tuple[tuple[float, ...], bool]:
    """Return what a map of all establishments shows, and whether that is every region.

    A region without a single establishment, of whatever sector, is not covered by the register.
    Where the covered ones take less than half the room, as with a register of one city and a map
    of its province, the map shows those. Where the sector takes less than `FITTED_BELOW` of what
    is left, the map shows the sector.
    """
    table = result.establishments
    x, y = table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float)
    level = coarsest_level(result)
    everything = bounds_of(shapes_of(result, level), x, y)
    shown, whole = everything, True
    regions = result.regions[result.regions["level"] == level]
    covered = drawable(regions.geometry[regions["establishments"] > 0].to_numpy())
    if len(covered):
        near = _with_margin(bounds_of(covered, x, y), 0.04)
        if _room(near) <= 0.5 * _room(everything):
            shown, whole = near, False
    inside = on_map(x, y, shown)
    if not inside.any():
        return shown, whole
    sector = _squarer(_with_margin(bounds_of(np.empty(0), x[inside], y[inside]), 0.12))
    if _room(sector) < FITTED_BELOW * _room(shown):
        return sector, False
    return shown, whole


def _with_margin(bounds: Sequence[float], share: float) -> tuple[float, ...]:
    west, south, east, north = bounds
    margin = share * max(east - west, north - south)
    return (west - margin, south - margin, east + margin, north + margin)


def _squarer(bounds: Sequence[float]) -> tuple[float, ...]:
    """Widen bounds that are long and thin: three places in a row are no map."""
    west, south, east, north = bounds
    wide, high = east - west, north - south
    across, up = max(0.75 * high - wide, 0) / 2, max(0.75 * wide - high, 0) / 2
    return (west - across, south - up, east + across, north + up)


def on_map(x: np.ndarray, y: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Return which establishments are on the map, or so near that they fit beside it."""
    west, south, east, north = bounds
    slack = 0.02 * max(east - west, north - south)
    across = (x >= west - slack) & (x <= east + slack)
    return np.asarray(across & (y >= south - slack) & (y <= north + slack))


def _room(bounds: Sequence[float]) -> float:
    return (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])


def fitted(bounds: Sequence[float], box: Box, *, align: float = 0.0) -> Box:
    """Return the largest box with the shape of `bounds` in `box`, at its top.

    `align` says where in the width: 0 left, 1 right.
    """
    wide, high = bounds[2] - bounds[0], bounds[3] - bounds[1]
    scale = min(box.width / wide, box.height / high)
    width, height = wide * scale, high * scale
    return Box(box.left + align * (box.width - width), box.top, width, height)


def map_axes(sheet: Sheet, box: Box, bounds: Sequence[float], label: str) -> Axes:
    """Add axes in metres that show `bounds` in a box of the same shape."""
    axes = sheet.axes(box, label=label)
    axes.set(xlim=(bounds[0], bounds[2]), ylim=(bounds[1], bounds[3]), xticks=[], yticks=[])
    axes.set_axis_off()
    return axes


def simplified(shapes: np.ndarray, metres: float) -> np.ndarray:
    """Drop detail finer than `metres`; neighbours keep their common border."""
    if not len(shapes):
        return shapes
    repaired = drawable(np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes)))
    return _without_specks(drawable(shapely.coverage_simplify(repaired, metres)), metres)


def _without_specks(shapes: np.ndarray, metres: float) -> np.ndarray:
    """Leave out islands too small, and holes too small or narrow, to be seen as more than dirt."""
    least = (5 * metres) ** 2

    def open_water(hole: Any) -> bool:
        area = shapely.Polygon(hole).area
        return area >= least and area >= 4 * metres * hole.length

    kept = []
    for shape in shapes:
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        large = [part for part in parts if part.area >= least] or sorted(
            parts, key=shapely.area, reverse=True
        )[:1]
        kept.append(
            shapely.multipolygons(
                [
                    shapely.Polygon(
                        part.exterior,
                        [hole for hole in part.interiors if open_water(hole)],
                    )
                    for part in large
                ]
            )
        )
    return drawable(kept)


def outline(shapes: np.ndarray, metres: float) -> np.ndarray:
    """Return the outer edge of all polygons together, slivers between them closed."""
    if not len(shapes):
        return shapes
    grown = shapely.union_all(shapely.buffer(shapes, metres, quad_segs=2))
    return drawable([shapely.buffer(grown, -metres, quad_segs=2)])


def paths_of(shapes: np.ndarray) -> list[Path]:
    """Return one matplotlib path a polygon, holes cut out."""
    return [_path(shape) for shape in shapely.orient_polygons(shapes)]


def _path(shape: Any) -> Path:
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    if not rings:
        return Path(np.empty((0, 2)))
    return Path.make_compound_path(
        *(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)
    )


def draw_shapes(axes: Axes, shapes: np.ndarray, **style: Any) -> PathCollection:
    """Draw polygons, one colour or one a polygon."""
    collection = PathCollection(paths_of(shapes), joinstyle="round", **style)
    axes.add_collection(collection, autolim=False)
    return collection


def draw_land(axes: Axes, shapes: np.ndarray, *, inner: bool = True, whole: bool = True) -> None:
    """Draw the land: regions with thin borders, a stronger line round the country.

    Unless the map shows the `whole`, the land ends where the map does.
    """
    bounds = axes.get_xlim(), axes.get_ylim()
    if not whole:
        frame = shapely.box(bounds[0][0], bounds[1][0], bounds[0][1], bounds[1][1])
        shapes = shapes[shapely.intersects(shapes, frame)]
    if not len(shapes):
        return
    finest = max(np.ptp(bounds[0]), np.ptp(bounds[1])) * FINEST
    coast = simplified(outline(shapes, finest), finest)
    draw_shapes(axes, coast, facecolor=LAND, edgecolor="none", zorder=1)
    if inner:
        # Hundreds of communes would be a net over the dots: the more there are, the thinner.
        weight = HAIR if len(shapes) > 150 else THIN
        draw_shapes(
            axes,
            simplified(shapes, finest),
            facecolor="none",
            edgecolor=BORDER,
            linewidth=weight,
            zorder=2,
        )
    draw_shapes(
        axes,
        coast,
        facecolor="none",
        edgecolor=COAST,
        linewidth=THIN * (1.3 if inner else 0.8),
        zorder=3,
        clip_on=not whole,
    )


def ground(
    sheet: Sheet,
    box: Box,
    view: View,
    *,
    label: str = "map",
    inner: bool = True,
    extent: tuple[Sequence[float], bool] | None = None,
) -> Axes:
    """Draw the land of the coarsest level in a box of its shape; return axes to draw on.

    `extent` is what `extent_of` gives, of this sector unless given.
    """
    bounds, whole = extent or extent_of(view)
    axes = map_axes(sheet, box, bounds, label)
    draw_land(axes, shapes_of(view, coarsest_level(view)), inner=inner, whole=whole)
    if not whole:
        sheet.rectangle(box, "none", edge=RULE, weight=THIN)
    return axes


def round_length(metres: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is at most `metres`.

    >>> round_length(61_000)
    50000.0
    """
    power = 10.0 ** np.floor(np.log10(metres))
    return float(power * max(step for step in (1, 2, 5) if step * power <= metres * 1.000001))


def scale_bar(sheet: Sheet, box: Box, bounds: Sequence[float], left: float, y: float) -> None:
    """Draw a scale bar for the map in `box`, its line at `y`."""
    per_point = (bounds[2] - bounds[0]) / box.width
    metres = round_length(per_point * float(np.clip(0.3 * box.width, 50, 110)))
    wide = metres / per_point
    for part, colour in ((0, SOFT), (1, PAPER)):
        start = left + part * wide / 2
        sheet.rectangle(Box(start, y - 1.5, wide / 2, 3), colour, edge=SOFT, weight=HAIR)
    km = metres / 1000
    digits = 0 if km >= 1 else 1 if km >= 0.1 else 2
    label = f"{sheet.language.number(km, digits)} km"
    sheet.write(left, y - 5, "0", size=TINY, colour=SOFT)
    sheet.write(left + wide, y - 5, label, size=TINY, colour=SOFT, align="center")
