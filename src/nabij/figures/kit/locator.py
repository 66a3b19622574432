"""A small map that says where in the country a region lies."""

from __future__ import annotations

import numpy as np
import shapely

from nabij.figures.kit import geography, lettering
from nabij.figures.kit.sheet import LEADING, Box, Sheet
from nabij.figures.kit.style import HAIR, LAND, LINE, SMALL, SOFT
from nabij.views import View

LEAST_HIGH = 60.0
# In points; round a smaller region stands a ring.
SEEN_FROM = 9.0


def locator(
    sheet: Sheet, result: View, region: np.ndarray, box: Box, *, align: float = 0.0
) -> None:
    """Draw it at the bottom of `box`, with the name of the focus region above it.

    Parameters
    ----------
    sheet : Sheet
    result : View
    region : numpy.ndarray of shapely geometries
        The focus region.
    box : Box
        It is at most as high and as wide; in one that is too low it is left out.
    align : float
        Where in the width: 0 left, 1 right.
    """
    shapes = geography.shapes_of(result, geography.coarsest_level(result))
    head = SMALL * LEADING + 4
    if box.height < LEAST_HIGH or not len(shapes):
        return
    bounds = geography.bounds_of(shapes, np.empty(0), np.empty(0))
    place = geography.fitted(bounds, Box(box.left, 0, box.width, box.height - head), align=align)
    place = Box(place.left, box.bottom - place.height, place.width, place.height)
    name = lettering.cut(lettering.clean(result.focus.name), box.width, SMALL, "bold")
    left = box.left + align * (box.width - lettering.width(name, SMALL, "bold"))
    sheet.write(left, place.top - 6, name, size=SMALL, face="bold", colour=SOFT)
    axes = geography.map_axes(sheet, place, bounds, "locator")
    geography.draw_land(axes, shapes, inner=False)
    finest = (bounds[2] - bounds[0]) * geography.FINEST * 4
    geography.draw_shapes(
        axes,
        geography.simplified(region, finest),
        facecolor=sheet.palette.accent,
        edgecolor=LAND,
        linewidth=HAIR,
        zorder=6,
    )
    west, south, east, north = shapely.total_bounds(region)
    scale = place.width / (bounds[2] - bounds[0])
    if max(east - west, north - south) * scale < SEEN_FROM:
        x = place.left + ((west + east) / 2 - bounds[0]) * scale
        y = place.bottom - ((south + north) / 2 - bounds[1]) * scale
        ring = {"facecolor": "none", "edgecolor": sheet.palette.accent, "linewidth": LINE}
        sheet.circle(float(x), float(y), 2 * SEEN_FROM, **ring)
