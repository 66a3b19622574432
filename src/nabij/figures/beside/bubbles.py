"""The regions of one sector, on axes that all sectors share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.patheffects import Normal, Stroke

from nabij.figures.beside.shared import LARGE, LEFT, Bubbles, Shared
from nabij.figures.bubble_chart import STANDS_OUT, draw_bubbles, free_place
from nabij.figures.kit import axis, dots, labels, legends, lettering, sure, ticks
from nabij.figures.kit.placing import (
    TESTS,
    concentrated_and_specialised,
    regions_shown,
    standing_out,
)
from nabij.figures.kit.sheet import LEADING, Box, Sheet, unit_text
from nabij.figures.kit.style import INK, LINE, PAPER, SOFT, THIN, TINY
from nabij.views.sureness import sureness

if TYPE_CHECKING:
    from nabij.views import View

ABOVE = 16.0
BELOW = 26.0
# So many, or as many as are coloured.
NAMED = 4
KEY_ROW = 15.0
COUNT = "sector_establishments"
NAME_ROOM = {True: 110.0, False: 80.0}
WORDS = "figures.side_by_side."


def panel(sheet: Sheet, view: View, box: Box, shared: Shared) -> None:
    """Draw the regions: specialisation across, concentration up, area the sector's jobs."""
    scales = shared.bubbles
    assert scales is not None
    chart = Box(box.left + LEFT, box.top + ABOVE, scales.across.length, scales.up.length)
    _frame(sheet, view, box, chart, scales)
    shown = regions_shown(view)
    quotient, mean = (shown[key].to_numpy() for key in ("location_quotient", "mean_d_score"))
    diameter = scales.sizes.diameter(shown["sector_jobs"].to_numpy())
    across, up = scales.across.at(quotient), scales.up.at(mean)
    marks = np.column_stack([chart.left + across, chart.bottom - up, diameter / 2])
    obstacles = _lines(sheet, view, chart, scales, marks)
    above = concentrated_and_specialised(shown, view.sector.mean_d_score)
    focus = (shown["code"] == view.focus.code).to_numpy()
    axes = sheet.axes(chart, label="chart")
    axes.set(xlim=(0, chart.width), ylim=(0, chart.height))
    axes.set_axis_off()
    if shown.empty:
        return
    firm = sureness(shown, *TESTS, count=COUNT).firm
    draw_bubbles(axes, across, up, diameter, above, focus, firm, sheet.palette)
    _names(sheet, shown, focus, above & firm, chart, obstacles, NAME_ROOM[box.width > LARGE])


def _names(
    sheet: Sheet,
    shown: pd.DataFrame,
    focus: np.ndarray,
    coloured: np.ndarray,
    chart: Box,
    obstacles: labels.Obstacles,
    room: float,
) -> None:
    """Name the focus region, all that are coloured and, of the others, what stands out most."""
    jobs, count = (shown[key].to_numpy() for key in ("sector_jobs", "sector_establishments"))
    x, y = obstacles.marks[:, 0], obstacles.marks[:, 1]
    strength = standing_out(x, y, jobs, count)
    must = focus | coloured
    order = np.lexsort((-strength, ~must, ~focus))[: max(NAMED, int(must.sum()))]
    order = order[must[order] | (strength[order] >= STANDS_OUT)]
    short = lettering.without_common([str(name) for name in shown["name"].iloc[order]])
    wanted = []
    for at, name in zip(order, short, strict=True):
        face = "bold" if focus[at] else "normal"
        text = labels.counted(
            sheet.language, name, count[at], room=room, size=TINY, face=face, rows=2
        )
        left, top, radius = (float(value) for value in obstacles.marks[at])
        wanted.append(labels.Label(left, top, radius, text, TINY, face))
    inside = Box(chart.left + 2, chart.top, chart.width - 2, chart.height - 2)
    placed = labels.place(wanted, inside, obstacles, must=int(must[order].sum()), tries=8)
    labels.draw(sheet, placed, halo=1.6)


def _frame(sheet: Sheet, view: View, box: Box, chart: Box, scales: Bubbles) -> None:
    """Draw the axes with their numbers and names."""
    words = sheet.language
    unit = unit_text(view.sector.unit)
    title = words.text(WORDS + ("y_unit" if unit else "y"), unit=unit)
    short = lettering.cut(title, box.width, TINY, "bold")
    sheet.write(box.left, box.top + TINY, short, size=TINY, face="bold", colour=SOFT)
    found = scales.across.ticks(5)
    ticks.below(sheet, chart, scales.across, found, axis.tick_texts(words, found))
    found = scales.up.ticks(4)
    ticks.beside(sheet, chart, scales.up, found, axis.tick_texts(words, found))
    name = words.text(WORDS + ("x_log" if scales.across.logarithmic else "x"))
    short = lettering.cut(name, chart.width, TINY, "bold")
    sheet.write(
        chart.right, box.bottom - 4, short, size=TINY, face="bold", colour=SOFT, align="right"
    )


def _lines(
    sheet: Sheet, view: View, chart: Box, scales: Bubbles, marks: np.ndarray
) -> labels.Obstacles:
    """Draw the lines of the sector as a whole; return what names keep clear of."""
    x = chart.left + float(scales.across.at(1.0))
    sheet.line([x, x], [chart.top, chart.bottom], INK, THIN, under=True)
    lines, boxes = [(x, chart.top, x, chart.bottom)], []
    mean = view.sector.mean_d_score
    if np.isfinite(mean):
        y = chart.bottom - float(scales.up.at(mean))
        sheet.line([chart.left, chart.right], [y, y], INK, THIN, under=True)
        lines.append((chart.left, y, chart.right, y))
        text = sheet.language.text(WORDS + "mean_line", mean=sheet.language.score(mean))
        place = free_place(lettering.width(text, TINY), y, chart, x, marks)
        note = sheet.write(place[0], place[3] - 2, text, size=TINY)
        # Where bubbles are everywhere the words lie on some.
        note.set_path_effects([Stroke(linewidth=1.6, foreground=PAPER), Normal()])
        boxes.append(place)
    return labels.Obstacles(marks, np.array(boxes).reshape(-1, 4), np.array(lines))


def legend(sheet: Sheet, views: Sequence[View], scales: Bubbles, top: float) -> None:
    """Say what area, colour and edge of the bubbles mean, and below it what is pale."""
    words, x, narrow = sheet.language, sheet.body.left, sheet.look.narrow
    middle = top + (KEY_ROW if narrow else 1.4 * KEY_ROW)
    jobs = np.concatenate([regions_shown(view)["sector_jobs"].to_numpy() for view in views])
    shown = dots.legend_jobs(jobs, scales.sizes, maximum=True)
    if shown:
        name = words.text(WORDS + "bubble_jobs")
        sheet.write(x, middle, name, size=TINY, face="bold", vertical="center_baseline")
        if narrow:
            middle += 1.3 * KEY_ROW
        else:
            x += lettering.width(name, TINY, "bold") + 10
        x = 20 + legends.size_row(
            sheet,
            x,
            middle,
            shown,
            scales.sizes,
            at_most=lambda number: words.text("figures.at_most", number=number),
        )
    for fill, edge, key in ((sheet.palette.accent, PAPER, "above"), (PAPER, INK, "focus")):
        if narrow:
            x, middle = sheet.body.left, middle + KEY_ROW
        text = words.text(WORDS + key)
        sheet.circle(x + 4, middle, 8, facecolor=fill, edgecolor=edge, linewidth=LINE)
        sheet.write(x + 12, middle, text, size=TINY, colour=SOFT, vertical="center_baseline")
        x += 12 + lettering.width(text, TINY) + 14
    found = [sureness(regions_shown(view), *TESTS, count=COUNT) for view in views]
    if not all(each.firm.all() for each in found):
        chance = "q" if any(each.tested for each in found) else ""
        text = sure.why(words, "pale", chance=chance, few=True)
        fill = sure.pale(sheet.palette.quiet)
        rows = lettering.wrap(text, sheet.body.width - 12, TINY)
        legends.hollow_key(sheet, sheet.body.left, middle + KEY_ROW, rows[0], fill=fill)
        for at, row in enumerate(rows[1:], start=1):
            y = middle + KEY_ROW + at * TINY * LEADING
            left = sheet.body.left + 12
            sheet.write(left, y, row, size=TINY, colour=SOFT, vertical="center_baseline")
