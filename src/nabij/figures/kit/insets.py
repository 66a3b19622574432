"""The small maps beside the map of the sector: against its reference, and where it lies."""

from __future__ import annotations

import numpy as np

from nabij.figures.kit import classes, dots, geography, legends, lettering, sure
from nabij.figures.kit.sheet import Box, Sheet
from nabij.figures.kit.style import INK, LINE
from nabij.figures.kit.symbols import distance_text
from nabij.views import View
from nabij.views.places import cells_of
from nabij.views.sureness import CLAIMED_FROM, numbers

TEXT = "figures.dot_map."
RELATIVE_HIGH = 150.0
WHERE_HIGH = 78.0
# Points between the middles of cells, at most, and how much of a cell its dot takes.
CELL = 7.0
FILLED = 0.94
LEGEND = 152.0


def relative(sheet: Sheet, result: View, box: Box) -> float:
    """Draw the sector against its reference, the mean by cell; return the bottom."""
    words, table = sheet.language, result.establishments
    ratio = numbers(table, "relative_d_score")
    if not np.isfinite(ratio).any():
        return box.top
    bounds, _ = geography.extent_of(result)
    room = Box(box.left, 0, box.width, RELATIVE_HIGH)
    place = geography.fitted(bounds, room)
    per_point = (bounds[2] - bounds[0]) / place.width
    across = geography.round_length(CELL * per_point)
    cells = cells_of(table, across)
    cells = cells[np.isfinite(cells["relative_d_score"])]
    x, y = numbers(cells, "x"), numbers(cells, "y")
    cells = cells[geography.on_map(x, y, bounds)]
    found, firm = numbers(cells, "relative_d_score"), cells["firm"].to_numpy(dtype=bool)

    reference = lettering.clean(result.sector.reference_name) or words.text(TEXT + "register")
    lines = words.text(
        TEXT + "relative",
        relative=words.number(result.sector.relative_d_score, 2),
        across=distance_text(words, across),
    )
    title = words.text(TEXT + "inset", reference=reference)
    top = legends.heading(sheet, box, title, lines) + 2
    place = Box(place.left, top, place.width, place.height)
    axes = geography.ground(sheet, place, result, label="inset", inner=False)
    inner, colours = classes.ratio_bounds(ratio), list(sheet.palette.diverging)
    class_of = classes.class_of(found, inner)
    dots.draw_dots(
        axes,
        numbers(cells, "x"),
        numbers(cells, "y"),
        np.full(len(cells), FILLED * across / per_point),
        np.where(firm, class_of, class_of + len(colours)),
        [*colours, *(sure.pale(colour) for colour in colours)],
        edge=0.0,
    )
    bottom = legends.ratio_steps(
        sheet,
        Box(box.left, place.bottom + 8, min(box.width, LEGEND), 0),
        colours,
        inner,
        (words.text(TEXT + "less"), words.text(TEXT + "more")),
    )
    if firm.all():
        return bottom
    few = len(table) < CLAIMED_FROM
    reason = sure.why(words, "pale", chance="" if few else "q")
    legends.pale_row(sheet, box.left, bottom + 6, [sure.pale(each) for each in colours], reason)
    return bottom + 12


def where(sheet: Sheet, result: View, box: Box) -> float:
    """Draw all regions with a frame where the map is, unless it shows all; return the bottom."""
    shown, whole = geography.extent_of(result)
    shapes = geography.shapes_of(result, geography.coarsest_level(result))
    if whole or not len(shapes):
        return box.top
    top = legends.heading(sheet, box, sheet.language.text(TEXT + "where"))
    everything = geography.bounds_of(shapes, np.empty(0), np.empty(0))
    place = geography.fitted(everything, Box(box.left, top, box.width, WHERE_HIGH))
    axes = geography.map_axes(sheet, place, everything, "where")
    geography.draw_land(axes, shapes, inner=False)
    scale = place.width / (everything[2] - everything[0])
    west, east = (place.left + (side - everything[0]) * scale for side in (shown[0], shown[2]))
    north, south = (place.bottom - (side - everything[1]) * scale for side in (shown[3], shown[1]))
    west, east = max(west, box.left), min(east, box.right)
    north, south = max(north, place.top), min(south, place.bottom)
    frame = Box(west, north, max(east - west, 3.0), max(south - north, 3.0))
    sheet.rectangle(frame, "none", edge=INK, weight=LINE * 0.8)
    return place.bottom
