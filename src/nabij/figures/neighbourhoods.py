"""The focus region by neighbourhood.

Figures 5 and 7 of the article in ESB on regional clusters (after Raspe et al. 2012).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from nabij.figures.kit import classes, geography, labels, legends, lettering
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.jobs import jobs_notes, jobs_text
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import (
    BORDER,
    COAST,
    CONTEXT,
    CONTEXT_BORDER,
    HAIR,
    INK,
    LAND,
    LINE,
    RULE,
    SMALL,
    SOFT,
    THIN,
    TINY,
    ZERO,
    ink_on,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.views import View

COLUMN = 132.0
GAP = 20.0
TALLEST = 470.0
LEAST_HIGH = 330.0
# Below a wide map: legend on the left, small map on the right.
STRIP_HIGH = 100.0
FOOT = 24.0
# Land around the region, so that names have room and the eye sees where it lies.
AROUND = 0.07
MOST_LABELS = 40
NAME_ROOM = 130.0
TRIES = 40


@figure(when=lambda view: view.has_regions)
def neighbourhoods(result: View, look: Look) -> Figure:
    """Colour the neighbourhoods of the focus region by establishments of the sector.

    Figures 5 and 7 of the article. Classes are natural breaks in whole numbers, one of them at
    the threshold from which neighbourhoods are named; neighbourhoods without are pale.

    Where the study has no neighbourhoods there is a sentence instead of a map.
    """
    words, colours = look.words, look.palette
    focus, text = result.focus, "figures.neighbourhoods."
    shapes = focus.neighbourhoods.geometry.to_numpy()
    there = geography.drawable(shapes)
    nothing = focus.zoom_level is None or not len(there)
    bounds = geography.bounds_of(there, np.empty(0), np.empty(0))
    margin = AROUND * max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    bounds = (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin)

    room = look.room
    beside = (bounds[2] - bounds[0]) <= 1.25 * (bounds[3] - bounds[1])
    wide = room - COLUMN - GAP if beside else room
    place = geography.fitted(bounds, Box(0, 0, wide, TALLEST))
    if beside:
        # The panel takes the whole width: a tall region leaves room for names beside it.
        extra = (wide / place.height * (bounds[3] - bounds[1]) - (bounds[2] - bounds[0])) / 2
        bounds = (bounds[0] - extra, bounds[1], bounds[2] + extra, bounds[3])
        place = Box(0, 0, wide, place.height)
    below = FOOT if beside else FOOT + STRIP_HIGH
    where = {
        "sector": lettering.clean(result.sector.name),
        "region": lettering.clean(focus.name),
        "establishments": words.number(focus.row["sector_establishments"]),
        "jobs": jobs_text(result, words, focus.row.get("sector_jobs", np.nan), "focus"),
        "level": lettering.clean(focus.zoom_level or focus.level),
    }
    sheet = begin(
        result,
        look,
        title=words.text(text + "title", **where),
        lines=[words.text(text + ("subtitle" if result.has_jobs else "subtitle_plain"), **where)],
        notes=[
            *([] if nothing else [words.text(text + "counted")]),
            *jobs_notes(result, words),
        ],
        height=max(place.height + below, LEAST_HIGH) if not nothing else 160.0,
    )
    if nothing:
        empty(sheet, words.text(text + "empty", **where))
        return sheet.figure

    body = sheet.body
    box = Box(body.left, body.top, place.width, place.height)
    counts = focus.neighbourhoods["sector_establishments"].to_numpy(dtype=float, na_value=0.0)
    starts = classes.count_bounds(counts, focus.threshold)
    shades = np.array([ZERO, *colours.area_steps(len(starts))], dtype=object)
    fills = shades[classes.class_of(counts, starts)]
    _map(sheet, result, box, bounds, fills)
    named, written = _names(sheet, result, box, bounds, counts, fills)
    geography.scale_bar(sheet, box, bounds, body.left, box.bottom + FOOT - 6)
    entries = _classes(sheet, counts, starts)
    note = _note(sheet, result, named, written)
    if beside:
        column = Box(body.right - COLUMN, body.top, COLUMN, body.height)
        y = _legend(sheet, column, entries, note)
        _locator(sheet, result, Box(column.left, box.bottom, COLUMN, min(box.bottom - y, 150)))
    else:
        top = box.bottom + FOOT + 8
        _legend(sheet, Box(body.left, top, body.width - COLUMN - GAP, 0), entries, note, flat=True)
        # Its name then stands level with the scale bar.
        small = Box(body.right - COLUMN, body.bottom, COLUMN, body.bottom - box.bottom - 5)
        _locator(sheet, result, small, align=1.0)
    return sheet.figure


def _map(
    sheet: Sheet,
    result: View,
    box: Box,
    bounds: tuple[float, ...],
    fills: np.ndarray,
) -> None:
    """Draw the land around, the coloured neighbourhoods and the borders over them."""
    focus = result.focus
    axes = geography.map_axes(sheet, box, bounds, "map")
    finest = (bounds[2] - bounds[0]) * geography.FINEST
    frame = shapely.box(*bounds)
    around = geography.shapes_of(result, geography.coarsest_level(result))
    around = around[shapely.intersects(around, frame)] if len(around) else around
    geography.draw_shapes(
        axes,
        geography.simplified(around, finest),
        facecolor=CONTEXT,
        edgecolor=CONTEXT_BORDER,
        linewidth=THIN,
        zorder=1,
    )
    shapes = focus.neighbourhoods.geometry.to_numpy()
    seen = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    geography.draw_shapes(
        axes,
        geography.simplified(shapes[seen], finest),
        facecolor=list(fills[seen]),
        edgecolor=BORDER,
        linewidth=HAIR if seen.sum() > 400 else THIN * 0.75,
        zorder=3,
    )
    region = _region(result, finest)
    for between in _levels_between(result):
        inner = geography.shapes_of(result, between)
        inner = geography.drawable(shapely.intersection(inner, shapely.union_all(region)))
        geography.draw_shapes(
            axes,
            geography.simplified(inner, finest),
            facecolor="none",
            edgecolor=COAST,
            linewidth=THIN * 0.8,
            zorder=4,
        )
    geography.draw_shapes(
        axes,
        geography.simplified(region, finest),
        facecolor="none",
        edgecolor=COAST,
        linewidth=LINE,
        zorder=5,
    )
    named = focus.neighbourhoods["named"].to_numpy(dtype=bool) & seen
    geography.draw_shapes(
        axes,
        geography.simplified(shapes[named], finest),
        facecolor="none",
        edgecolor=INK,
        linewidth=LINE,
        zorder=6,
    )
    sheet.rectangle(box, "none", edge=RULE, weight=THIN)


def _region(result: View, finest: float) -> np.ndarray:
    """Return the polygon of the focus region, or that of its neighbourhoods together."""
    own = geography.drawable([result.focus.row.get("geometry")])
    if len(own):
        return own
    parts = geography.drawable(result.focus.neighbourhoods.geometry.to_numpy())
    return geography.outline(parts, finest)


def _levels_between(result: View) -> list[str]:
    """Return the levels below the focus region's and above the one zoomed to."""
    levels = [region.level for region in result.study.regions]
    focus = result.focus
    if focus.zoom_level not in levels or focus.level not in levels:
        return []
    return levels[levels.index(focus.level) + 1 : levels.index(focus.zoom_level)]


def _names(
    sheet: Sheet,
    result: View,
    box: Box,
    bounds: tuple[float, ...],
    counts: np.ndarray,
    fills: np.ndarray,
) -> tuple[int, int]:
    """Name the neighbourhoods above the threshold; return how many there are and are named."""
    table = result.focus.neighbourhoods
    shapes = table.geometry.to_numpy()
    seen = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    named = np.flatnonzero(table["named"].to_numpy(dtype=bool) & seen)
    named = named[np.argsort(-counts[named], kind="stable")]
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[named]))
    scale = box.width / (bounds[2] - bounds[0])
    x = box.left + (points[:, 0] - bounds[0]) * scale
    y = box.bottom - (points[:, 1] - bounds[1]) * scale
    across = np.sqrt(shapely.area(shapes[named]) / np.pi) * scale
    wanted = []
    for at in range(min(len(named), MOST_LABELS)):
        text = _with_count(sheet, table["name"].iloc[named[at]], counts[named[at]])
        label = labels.Label(float(x[at]), float(y[at]), 1.2, text, SMALL)
        half = np.array(label.extent) / scale / 2
        ground = shapely.box(*(points[at] - half), *(points[at] + half))
        fits = bool(shapely.contains(shapes[named[at]], ground))
        wanted.append(replace(label, inside=ink_on(fills[named[at]]) if fits else None))
    obstacles = labels.Obstacles(marks=np.column_stack([x, y, np.clip(across * 0.7, 2.0, 9.0)]))
    room = Box(box.left + 4, box.top + 4, box.width - 8, box.height - 8)
    placed = labels.place(wanted, room, obstacles, worst=140.0, tries=TRIES)
    labels.draw(sheet, placed, pin=2.4, halo=1.6)
    return len(named), len(placed)


def _with_count(sheet: Sheet, name: object, count: float) -> str:
    short = lettering.cut(lettering.clean(name), NAME_ROOM, SMALL)
    number = sheet.language.number(count)
    return sheet.language.text("figures.neighbourhoods.item", name=short, count=number)


def _classes(sheet: Sheet, counts: np.ndarray, starts: list[int]) -> list[tuple[str, str]]:
    """Return colour and meaning of each class, low to high."""
    words = sheet.language
    ends = [*(start - 1 for start in starts[1:]), int(counts.max(initial=0))][: len(starts)]
    none = words.text("figures.neighbourhoods.none")
    entries = [(ZERO, none)] if (counts == 0).any() else []
    for colour, start, end in zip(sheet.palette.area_steps(len(starts)), starts, ends, strict=True):
        first, last = words.number(start), words.number(end)
        entries.append((colour, first if start == end else f"{first} – {last}"))
    return entries


def _note(sheet: Sheet, result: View, named: int, written: int) -> str:
    """Say which neighbourhoods are named, if there are any."""
    words, text = sheet.language, "figures.neighbourhoods."
    if not named:
        return ""
    note = words.text(text + "named", threshold=words.number(result.focus.threshold))
    if written < named:
        note += "; " + words.text(
            text + "room", written=words.number(written), named=words.number(named)
        )
    return note


def _legend(
    sheet: Sheet, box: Box, entries: list[tuple[str, str]], note: str, *, flat: bool = False
) -> float:
    """Draw the classes below each other, high on top, or side by side; return the bottom."""
    words, text = sheet.language, "figures.neighbourhoods."
    y = legends.heading(
        sheet, box, words.text(text + "legend"), words.text(text + "legend_unit"), lines=3
    )
    x = box.left
    for colour, meaning in entries if flat else reversed(entries):
        wide = 19 + lettering.width(meaning, TINY) + 14 if flat else box.width
        if x > box.left and x + wide > box.right:
            x, y = box.left, y + 13.5
        legends.swatch(sheet, x, y + 6, colour, meaning, room=box.width)
        x += wide
    y += 13.5
    if not note:
        return y + 16
    y += 7
    sheet.rectangle(Box(box.left + 0.5, y + 1.5, 12, 8), "none", edge=INK, weight=LINE)
    lines = lettering.wrap(note, box.width - 19, TINY, lines=5)
    return sheet.paragraph(box.left + 19, y, lines, size=TINY, colour=SOFT) + 16


def _locator(sheet: Sheet, result: View, box: Box, *, align: float = 0.0) -> None:
    """Draw a small map that says where in the country the region lies.

    It stands on the top of `box`, at most as high and as wide as `box` is.
    """
    shapes = geography.shapes_of(result, geography.coarsest_level(result))
    region = _region(result, 1.0)
    head = SMALL * LEADING + 4
    if box.height < 60 or not len(shapes):
        return
    bounds = geography.bounds_of(shapes, np.empty(0), np.empty(0))
    place = geography.fitted(bounds, Box(box.left, 0, box.width, box.height - head), align=align)
    place = Box(place.left, box.top - place.height, place.width, place.height)
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
