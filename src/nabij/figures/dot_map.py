"""Where the sector is: a dot an establishment.

Figures 1 and 3 of the article in ESB on regional clusters (after Raspe et al. 2012).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nabij.figures.kit import classes, dots, geography, legends, lettering, outlines, sure
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.jobs import jobs_notes, jobs_of, jobs_text
from nabij.figures.kit.sheet import (
    LEADING,
    Box,
    Look,
    Sheet,
    begin,
    empty,
    score_text,
    unit_text,
)
from nabij.figures.kit.style import NO_SCORE, RULE, SMALL, TEXT, THIN, TINY
from nabij.views.clusters import sure_clusters
from nabij.views.sureness import CLAIMED_FROM, sureness

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nabij.views import View

COLUMN = 152.0
GAP = 22.0
TALLEST = 500.0
# Below the map, for the scale bar.
FOOT = 24.0
# What the legends and the small map need beside the map, and, at least and most, below it.
COLUMN_HIGH = 430.0
STRIP_HIGH = (165.0, 220.0)
SIZES_HIGH = 120.0
# The small map may be so much smaller, where there are clusters to explain.
SPARE = 45.0
HEAD_AND_KEY = 101.0
# So many of the largest clusters are named.
NAMED = 6


@figure()
def dot_map(result: View, look: Look) -> Figure:
    """Draw every establishment of the sector as a dot: colour its D-score, area its jobs.

    Figures 1 and 3 of the article. Classes of colour follow ranks; small dots lie on large ones
    and, of one size, high scores on low. The small map shows the relative D-score: is the sector
    more clustered there than a random draw from the reference sector would be?

    Lines are the edges of clusters; of these the largest are named. Thin colours and dashes are of
    what is not significant.

    Above 10,000 dots they are pixels in vector files too; above 100,000 one image.
    """
    words = look.words
    sector = result.sector
    table = result.establishments
    x, y = table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float)
    bounds, _ = geography.extent_of(result)

    room = look.room
    beside = (bounds[2] - bounds[0]) <= 1.25 * (bounds[3] - bounds[1])
    wide = room - COLUMN - GAP if beside else room
    place = geography.fitted(bounds, Box(0, 0, wide, TALLEST), align=0.5)
    extra = _clusters_high(result)
    if beside:
        height = max(place.height + FOOT, COLUMN_HIGH + max(extra - SPARE, 0.0))
    else:
        small = (room - 2 * COLUMN - 2 * GAP) / place.width * place.height
        strip = float(np.clip(HEAD_AND_KEY + small, *STRIP_HIGH))
        height = place.height + FOOT + max(strip, SIZES_HIGH + extra if extra else 0.0)
    text = "figures.dot_map."
    known = np.isfinite(x) & np.isfinite(y)
    off = int((known & ~geography.on_map(x, y, bounds)).sum())
    sheet = begin(
        result,
        look,
        title=words.text(text + "title", sector=lettering.clean(sector.name)),
        lines=[
            words.text(text + "subtitle"),
            words.text(
                text + ("counts" if result.has_jobs else "counts_plain"),
                establishments=words.number(sector.establishments),
                jobs=jobs_text(result, words, sector.jobs, "national"),
                mean=score_text(words, sector.mean_d_score, sector.unit),
            ),
        ],
        notes=[
            *jobs_notes(result, words),
            *([words.text(text + "off_map", count=words.number(off))] if off else []),
        ],
        height=height,
    )
    body = sheet.body
    if not known.any():
        empty(sheet, words.text(text + "empty"))
        return sheet.figure

    box = Box(body.left + place.left, body.top, place.width, place.height)
    classed = _map(sheet, result, box)
    geography.scale_bar(sheet, box, bounds, box.left, box.bottom + FOOT - 6)
    if beside:
        column = Box(body.right - COLUMN, body.top, COLUMN, body.height)
        y_colour = _score_legend(sheet, result, column, classed)
        y_size = _size_legend(
            sheet, result, Box(column.left, y_colour + 16, COLUMN, 0), place.width * place.height
        )
        y_size = _cluster_legend(sheet, result, Box(column.left, y_size + 14, COLUMN, 0))
        _inset(sheet, result, Box(column.left, y_size + 14, COLUMN, column.bottom - y_size - 14))
    else:
        top = box.bottom + FOOT + 12
        high = body.bottom - top
        _score_legend(sheet, result, Box(body.left, top, COLUMN, high), classed)
        second = Box(body.left + COLUMN + GAP, top, COLUMN, high)
        y_size = _size_legend(sheet, result, second, place.width * place.height)
        _cluster_legend(sheet, result, Box(second.left, y_size + 14, COLUMN, 0))
        left = body.left + 2 * COLUMN + 2 * GAP
        _inset(sheet, result, Box(left, top, body.right - left, high), upright=True)
    return sheet.figure


def _ground(sheet: Sheet, result: View, box: Box, label: str) -> Axes:
    """Draw the land in a box of its shape; return axes to draw dots on."""
    bounds, whole = geography.extent_of(result)
    axes = geography.map_axes(sheet, box, bounds, label)
    shapes = geography.shapes_of(result, geography.coarsest_level(result))
    geography.draw_land(axes, shapes, inner=label == "map", whole=whole)
    if not whole:
        sheet.rectangle(box, "none", edge=RULE, weight=THIN)
    return axes


def _map(sheet: Sheet, result: View, box: Box) -> list[float]:
    """Draw land and dots; return the bounds of the colour classes."""
    table = result.establishments
    x, y = table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float)
    score = table["d_score"].to_numpy(dtype=float)
    jobs = jobs_of(table)
    axes = _ground(sheet, result, box, "map")
    inner = list(result.score_bounds)
    sizes = dots.sizing(jobs, box.width * box.height)
    diameter = sizes.diameter(jobs)
    order = dots.drawing_order(diameter, score)
    order = order[geography.on_map(x, y, geography.extent_of(result)[0])[order]]
    dots.draw_dots(
        axes,
        x[order],
        y[order],
        diameter[order],
        classes.class_of(score, inner)[order],
        [*sheet.palette.steps(len(inner) + 1), NO_SCORE],
    )
    _outlines(sheet, result, box, axes)
    return inner


def _outlines(sheet: Sheet, result: View, box: Box, axes: Axes) -> None:
    """Draw the edges of the clusters over the dots, and name the largest."""
    bounds, _ = geography.extent_of(result)
    clusters = outlines.on_map(result.clusters, bounds)
    if clusters.empty:
        return
    areas = outlines.areas(clusters, (bounds[2] - bounds[0]) / box.width)
    firm = sure_clusters(clusters).firm
    outlines.draw_outlines(axes, areas, firm)
    numbers = [sheet.language.number(number) for number in clusters[firm]["cluster"][:NAMED]]
    outlines.write_names(sheet, box, bounds, areas[firm], numbers, face="bold")


def _clusters_high(result: View) -> float:
    """Return what the key to the clusters needs, at most."""
    clusters = outlines.on_map(result.clusters, geography.extent_of(result)[0])
    if clusters.empty:
        return 0.0
    firm = sure_clusters(clusters).firm
    high = TEXT * LEADING + 20
    if firm.any():
        high += (3 + min(int(firm.sum()), NAMED)) * TINY * LEADING + 6
    return high if firm.all() else high + 3 * TINY * LEADING + 3


def _cluster_legend(sheet: Sheet, result: View, box: Box) -> float:
    """Say what the outlines are, those that are there; return the bottom."""
    words, text = sheet.language, "figures.dot_map."
    clusters = outlines.on_map(result.clusters, geography.extent_of(result)[0])
    if clusters.empty:
        return box.top
    found = sure_clusters(clusters)
    y = legends.heading(sheet, box, words.text(text + "clusters")) - 2
    if found.firm.any():
        solid = [(True, words.text(text + "cluster"))]
        y = outlines.key(sheet, Box(box.left, y, box.width, 0), solid)
        names = [
            outlines.name_of(words, row, room=box.width - 19, size=TINY)
            for _, row in clusters[found.firm][:NAMED].iterrows()
        ]
        y = sheet.paragraph(box.left + 19, y - 2, names, size=TINY) + 4
    if not found.firm.all():
        reason = sure.why(words, "dashed", chance="p" if found.tested else "", few=True)
        y = outlines.key(sheet, Box(box.left, y, box.width, 0), [(False, reason)])
    return y


def _score_legend(sheet: Sheet, result: View, box: Box, bounds: list[float]) -> float:
    sector, words = result.sector, sheet.language
    text = "figures.dot_map."
    unit = words.text(text + "unit", unit=unit_text(sector.unit)) if sector.unit else ""
    y = legends.heading(sheet, box, words.text(text + "score"), unit)
    score = result.establishments["d_score"].to_numpy(dtype=float)
    if np.isfinite(score).any():
        mean = words.text(text + "mean", mean=words.score(sector.mean_d_score))
        y = legends.score_steps(
            sheet,
            Box(box.left, y, box.width, 0),
            sheet.palette.steps(len(bounds) + 1),
            bounds,
            mean=sector.mean_d_score,
            mean_label=mean,
        )
    if not np.isfinite(score).all():
        y += 10
        legends.swatch(sheet, box.left, y, NO_SCORE, words.text(text + "no_score"), room=box.width)
        y += 6
    return y


def _size_legend(sheet: Sheet, result: View, box: Box, room: float) -> float:
    jobs = jobs_of(result.establishments)
    sizes = dots.sizing(jobs, room)
    shown = dots.legend_jobs(jobs, sizes)
    if not shown:
        return box.top
    words = sheet.language
    key = "figures.at_most_or_unknown" if np.isnan(jobs).any() else "figures.at_most"
    y = legends.heading(sheet, box, words.text("figures.jobs"))
    return legends.size_steps(
        sheet,
        box.left,
        y - 1,
        shown,
        sizes,
        at_most=lambda number: words.text(key, number=number),
    )


def _inset(sheet: Sheet, result: View, box: Box, *, upright: bool = False) -> None:
    """Draw the small map of the relative D-score at the bottom right.

    With `upright` it hangs from the top of its box, otherwise it stands on the bottom.
    """
    words, table, text = sheet.language, result.establishments, "figures.dot_map."
    ratio = table["relative_d_score"].to_numpy(dtype=float)
    if not np.isfinite(ratio).any():
        return
    x, y = table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float)
    bounds, _ = geography.extent_of(result)
    reference = lettering.clean(result.sector.reference_name) or words.text(text + "register")
    title = words.text(text + "inset", reference=reference)
    overall = words.text(
        text + "relative", relative=words.number(result.sector.relative_d_score, 2)
    )
    lines = len(lettering.wrap(title, box.width, TEXT, "bold")) * TEXT
    lines += len(lettering.wrap(overall, box.width, SMALL, lines=3)) * SMALL
    head_high = lines * LEADING + 7
    tested = sureness(table, "q_value")
    few = len(table) < CLAIMED_FROM
    firm = tested.firm & (not few)
    legend_high = 42.0 if firm.all() else 57.0
    room = Box(0, 0, box.width, max(box.height - head_high - legend_high, 60))
    place = geography.fitted(bounds, room, align=0.0)
    top = box.top if upright else box.bottom - place.height - legend_high - head_high
    below = legends.heading(sheet, Box(box.left, top, box.width, 0), title, overall)
    place = Box(box.left, below + 2, place.width, place.height)
    axes = _ground(sheet, result, place, "inset")
    inner = classes.ratio_bounds(ratio)
    class_of = classes.class_of(ratio, inner)
    # The farther from one, the later. About as far: one colour after the other, drawn sooner.
    far = np.round(np.abs(np.log(np.where(ratio > 0, ratio, 1.0))), 1)
    # What is not significant lies under all that is.
    order = np.lexsort((class_of, far, np.abs(class_of - len(inner) // 2), firm))
    order = order[(np.isfinite(ratio) & geography.on_map(x, y, bounds))[order]]
    count = max(len(order), 1)
    colours = list(sheet.palette.diverging)
    dots.draw_dots(
        axes,
        x[order],
        y[order],
        np.full(len(order), float(np.clip(6 * count**-0.2, 0.6, 2.6))),
        np.where(firm, class_of, class_of + len(colours))[order],
        [*colours, *(sure.pale(colour) for colour in colours)],
        edge=1.0,
    )
    bottom = legends.ratio_steps(
        sheet,
        Box(box.left, place.bottom + 8, min(box.width, COLUMN), 0),
        colours,
        inner,
        (words.text(text + "less"), words.text(text + "more")),
    )
    if not firm.all():
        reason = sure.why(words, "pale", chance="" if few else "q")
        shades = [sure.pale(colour) for colour in colours]
        legends.pale_row(sheet, box.left, bottom + 6, shades, reason)
