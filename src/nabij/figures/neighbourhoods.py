"""The focus region by neighbourhood.

Figures 5 and 7 of the article in ESB on regional clusters (after Raspe et al. 2012), with circles
instead of coloured areas: a large area has not therefore more of the sector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.collections import EllipseCollection

from nabij.figures.kit import dots, geography, labels, lettering, sure
from nabij.figures.kit.circles import Legend, Sign, legend_counts
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.ground import Frame, Ground, ground_of, levels_between
from nabij.figures.kit.jobs import jobs_notes, jobs_text
from nabij.figures.kit.locator import locator
from nabij.figures.kit.sheet import Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import (
    BORDER,
    COAST,
    CONTEXT,
    CONTEXT_BORDER,
    HAIR,
    LINE,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    THIN,
    ZERO,
)
from nabij.views.confidential import FEWEST_IN_CELL
from nabij.views.neighbourhoods import holding

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

COLUMN, NARROW_COLUMN = 132.0, 78.0
GAP, NARROW_GAP = 20.0, 12.0
TALLEST, NARROW_TALLEST = 470.0, 330.0
LOCATOR_HIGH, NARROW_LOCATOR_HIGH = 120.0, 96.0
LOCATOR_MOST = 150.0
# Below the map, for the scale bar.
FOOT = 24.0
# Land around the region, so that names have room and the eye sees where it lies.
AROUND = 0.07
# Part of the region that the circles would cover if none overlapped, and their diameters.
INK_SHARE = 0.11
LARGEST, NARROW_LARGEST = 34.0, 24.0
SMALLEST = 1.2
# At most, of one establishment.
OF_ONE = 9.0
MOST_LABELS, NARROW_MOST_LABELS = 40, 6
NAME_ROOM, NARROW_NAME_ROOM = 160.0, 115.0
TRIES = 40
# With more, a pointer is told at the circles alone: a page of the report is to stay light.
MOST_AREAS_TOLD = 2_000
WITHOUT = "#dfe1e2"
NEUTRAL = (PAPER, SOFT)
WORDS = "figures.neighbourhoods."


def _has_any(view: View) -> bool:
    """Tell whether the focus region has neighbourhoods that can be drawn."""
    focus = view.focus
    if not view.has_regions or focus.zoom_level is None:
        return False
    return len(geography.drawable(focus.neighbourhoods.geometry.to_numpy())) > 0


@figure(when=_has_any)
def neighbourhoods(result: View, look: Look) -> Figure:
    """Draw a circle in each neighbourhood of the focus region for its part of the sector.

    Figures 5 and 7 of the article. The area of a circle is the number of establishments; where
    neighbourhoods were tested it is full in those that have significantly more of the sector than
    their share, and pale in the others.

    Where the study has no neighbourhoods there is a sentence instead of a map.
    """
    words, focus = look.words, result.focus
    names = {
        "sector": lettering.clean(result.sector.name),
        "region": lettering.clean(focus.name),
        "level": lettering.clean(focus.zoom_level or focus.level),
    }
    count = int(focus.row["sector_establishments"])
    if not _has_any(result):
        title = words.text(WORDS + "title_plain", **names)
        notes = jobs_notes(result, words)
        sheet = begin(result, look, title=title, lines=[], notes=notes, height=160.0)
        empty(sheet, words.text(WORDS + "empty", n=count, **names))
        return sheet.figure

    ground = ground_of(result)
    frame, beside = _frame(look, ground)
    room = float(shapely.area(ground.region).sum()) * frame.scale**2
    # Few establishments are not to look like many.
    largest = min(
        NARROW_LARGEST if look.narrow else LARGEST,
        OF_ONE * float(np.sqrt(ground.counts.max(initial=1.0))),
    )
    sizes = dots.sizing(ground.counts, room, share=INK_SHARE, largest=largest, smallest=SMALLEST)
    legend = _legend(result, look, ground, sizes, beside=beside)
    map_high = frame.box.height + FOOT
    below = max(legend.height, NARROW_LOCATOR_HIGH if look.narrow else LOCATOR_HIGH)
    jobs = jobs_text(result, words, focus.row.get("sector_jobs", np.nan), "focus")
    subtitle = words.text(
        WORDS + ("subtitle" if result.has_jobs else "subtitle_plain"), n=count, jobs=jobs
    )
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + "title", **names),
        finding=_finding(result, words),
        lines=[subtitle],
        notes=[
            *([] if ground.tested else [words.text(WORDS + "counted")]),
            *jobs_notes(result, words),
        ],
        height=max(map_high, legend.height) if beside else map_high + 8 + below,
    )
    body = sheet.body
    box = Box(body.left, body.top, frame.box.width, frame.box.height)
    frame = Frame(box, frame.bounds)
    _map(sheet, result, ground, frame)
    _circles(sheet, ground, frame, sizes)
    _names(sheet, result, ground, frame, sizes)
    geography.scale_bar(sheet, box, frame.bounds, body.left, box.bottom + FOOT - 6)
    column = NARROW_COLUMN if look.narrow else COLUMN
    if beside:
        left = body.right - column
        legend.draw(sheet, left, body.top)
        high = min(box.bottom - body.top - legend.height - GAP, LOCATOR_MOST)
        locator(sheet, result, ground.region, Box(left, box.bottom - high, column, high))
    else:
        top = box.bottom + FOOT + 8
        legend.draw(sheet, body.left, top)
        high = min(below, LOCATOR_MOST)
        small = Box(body.right - column, body.bottom - high, column, high)
        locator(sheet, result, ground.region, small, align=1.0)
    return sheet.figure


def _finding(result: View, words: Language) -> str:
    """Say which neighbourhoods hold the most, or over how many the sector is spread."""
    found = holding(result.focus)
    if found is None:
        return ""
    region = lettering.clean(result.focus.name)
    if found.names:
        return words.text(
            WORDS + "finding",
            names=words.listing([lettering.clean(name) for name in found.names]),
            n=len(found.names),
            share=words.percent(found.share),
            region=region,
        )
    if not found.half:
        return ""
    return words.text(WORDS + "finding_half", n=found.half, of=found.neighbourhoods, region=region)


def _frame(look: Look, ground: Ground) -> tuple[Frame, bool]:
    """Fit the map to the sheet; tell whether its legend stands beside it."""
    bounds = geography.bounds_of(ground.region, np.empty(0), np.empty(0))
    margin = AROUND * max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    bounds = (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin)
    beside = not look.narrow and (bounds[2] - bounds[0]) <= 1.25 * (bounds[3] - bounds[1])
    wide = look.room - (COLUMN + GAP if beside else 0.0)
    tallest = NARROW_TALLEST if look.narrow else TALLEST
    place = geography.fitted(bounds, Box(0, 0, wide, tallest))
    # The map takes the whole width: a tall region leaves room for names beside it.
    extra = (wide / place.height * (bounds[3] - bounds[1]) - (bounds[2] - bounds[0])) / 2
    bounds = (bounds[0] - extra, bounds[1], bounds[2] + extra, bounds[3])
    return Frame(Box(0, 0, wide, place.height), bounds), beside


def _colours(look: Look, *, firm: bool) -> tuple[str, str]:
    """Return fill and edge of a circle."""
    accent = look.palette.accent
    return (accent, PAPER) if firm else (sure.pale(accent), accent)


def _legend(
    result: View, look: Look, ground: Ground, sizes: dots.Sizing, *, beside: bool
) -> Legend:
    words, focus = look.words, result.focus
    level = lettering.clean(focus.zoom_level)
    kinds, seen = [], ground.firm[ground.counts > 0]
    for firm, key in ((True, "more"), (False, "not_more")):
        if ground.tested and (seen == firm).any():
            reason = sure.reason(words, chance="q", few=True)
            text = words.text(WORDS + key, reason=reason)
            kinds.append(Sign(text, *_colours(look, firm=firm), round=True))
    signs = list(kinds)
    if not ground.counts.all():
        signs.append(Sign(words.text(WORDS + "none", level=level), ZERO))
    if len(ground.without):
        signs.append(Sign(words.text(WORDS + "without", level=level), WITHOUT))
    if (ground.counts >= result.focus.threshold).any():
        signs.append(Sign(words.text(WORDS + "named", threshold=result.focus.threshold)))
    placeless = int(focus.row["sector_establishments"] - ground.counts.sum())
    if placeless > 0:
        signs.append(Sign(words.text(WORDS + "placeless", n=placeless, level=level)))
    column, gap = (NARROW_COLUMN, NARROW_GAP) if look.narrow else (COLUMN, GAP)
    most = ground.counts.max(initial=0)
    return Legend(
        heading=words.text(WORDS + "legend"),
        unit=words.text(WORDS + "legend_unit", level=level),
        counts=legend_counts(most, sizes) if most else [],
        sizes=sizes,
        signs=signs,
        width=column if beside else look.room - column - gap,
        # Of two kinds of circles a size is neither.
        style=NEUTRAL
        if len(kinds) > 1
        else _colours(look, firm=not ground.tested or bool(seen.any())),
    )


def _map(sheet: Sheet, result: View, ground: Ground, frame: Frame) -> None:
    """Draw the land around, the neighbourhoods and the borders over them."""
    axes = geography.map_axes(sheet, frame.box, frame.bounds, "map")
    finest = (frame.bounds[2] - frame.bounds[0]) * geography.FINEST
    around = geography.shapes_of(result, geography.coarsest_level(result))
    if len(around):
        around = around[shapely.intersects(around, shapely.box(*frame.bounds))]

    def draw(shapes: np.ndarray, fill: str, edge: str, weight: float, order: int) -> None:
        shapes = geography.simplified(shapes, finest)
        geography.draw_shapes(
            axes, shapes, facecolor=fill, edgecolor=edge, linewidth=weight, zorder=order
        )

    draw(around, CONTEXT, CONTEXT_BORDER, THIN, 1)
    draw(ground.region, ZERO, "none", 0.0, 2)
    draw(ground.without, WITHOUT, "none", 0.0, 3)
    many = len(ground.shapes) > 400
    draw(ground.shapes, ZERO, BORDER, HAIR if many else THIN * 0.75, 3)
    whole = shapely.union_all(ground.region)
    for between in levels_between(result):
        inner = shapely.intersection(geography.shapes_of(result, between), whole)
        draw(geography.drawable(inner), "none", COAST, THIN * 0.8, 4)
    draw(ground.region, "none", COAST, LINE, 5)
    sheet.rectangle(frame.box, "none", edge=RULE, weight=THIN)
    if len(ground.shapes) > MOST_AREAS_TOLD:
        return
    for shape, name, count in zip(ground.shapes, ground.names, ground.counts, strict=True):
        plain = shapely.simplify(shape, finest)
        rings = [
            frame.at(shapely.get_coordinates(part.exterior))
            for part in shapely.get_parts(plain)
            if part.geom_type == "Polygon" and not part.is_empty
        ]
        sheet.area_spot(rings, _told(sheet.language, name, count))


def _told(words: Language, name: str, count: float) -> str:
    """Say what a neighbourhood has, of few establishments no more than that."""
    key = "spot_none" if not count else "spot_few" if count < FEWEST_IN_CELL else "spot"
    return words.text(WORDS + key, name=name, n=int(count), least=FEWEST_IN_CELL)


def _circles(sheet: Sheet, ground: Ground, frame: Frame, sizes: dots.Sizing) -> None:
    """Draw a circle a neighbourhood, the large ones first so that they hide no small ones."""
    order = np.argsort(-ground.counts, kind="stable")
    order = order[ground.counts[order] > 0]
    places, across = frame.at(ground.points[order]), sizes.diameter(ground.counts[order])
    full = ground.firm[order] | (not ground.tested)
    pairs = [_colours(sheet.look, firm=bool(each)) for each in full]
    circles = EllipseCollection(
        across,
        across,
        np.zeros(len(order)),
        units="xy",
        offsets=places,
        offset_transform=sheet.ink.transData,
        facecolors=[fill for fill, _ in pairs],
        edgecolors=[edge for _, edge in pairs],
        linewidths=THIN,
        zorder=2,
        label="circles",
    )
    sheet.ink.add_collection(circles, autolim=False)
    for at, (x, y), wide in zip(order, places, across, strict=True):
        told = _told(sheet.language, ground.names[at], ground.counts[at])
        sheet.round_spot(float(x), float(y), float(wide) / 2, told)


def _names(sheet: Sheet, result: View, ground: Ground, frame: Frame, sizes: dots.Sizing) -> None:
    """Name the neighbourhoods with most of the sector, as far as there is room."""
    narrow, words = sheet.look.narrow, sheet.language
    places, radius = frame.at(ground.points), sizes.diameter(ground.counts) / 2
    named = np.flatnonzero(ground.counts >= result.focus.threshold)
    named = named[np.argsort(-ground.counts[named], kind="stable")]
    room = NARROW_NAME_ROOM if narrow else NAME_ROOM
    wanted = [
        labels.Label(
            float(places[at, 0]),
            float(places[at, 1]),
            float(radius[at]),
            labels.counted(words, ground.names[at], ground.counts[at], room=room, size=SMALL),
            SMALL,
        )
        for at in named[: NARROW_MOST_LABELS if narrow else MOST_LABELS]
    ]
    there = ground.counts > 0
    obstacles = labels.Obstacles(marks=np.column_stack([places, radius])[there])
    box = frame.box
    inner = Box(box.left + 4, box.top + 4, box.width - 8, box.height - 8)
    placed = labels.place(wanted, inner, obstacles, worst=140.0, tries=TRIES)
    labels.draw(sheet, placed, halo=1.6)
