"""Regions by specialisation and concentration.

Figures 2 and 4 of the article in ESB on regional clusters (after Raspe et al. 2012).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.kit import axis, dots, labels, legends, lettering, sure, ticks
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.floor import floor_note
from nabij.figures.kit.jobs import jobs_notes
from nabij.figures.kit.placing import (
    INTERVALS,
    TESTS,
    concentrated_and_specialised,
    regions_shown,
    standing_out,
    with_intervals,
)
from nabij.figures.kit.sheet import Box, Look, Sheet, begin, empty, unit_text
from nabij.figures.kit.style import (
    FAINT,
    INK,
    LINE,
    PAPER,
    SMALL,
    SOFT,
    THIN,
    TINY,
    Palette,
)
from nabij.views.confidential import FEWEST_IN_CELL
from nabij.views.sureness import CLAIMED_FROM, Sureness, sureness

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

HIGH = 420.0
# Of a narrow sheet: the chart, and below it what its marks mean.
NARROW_CHART = 300.0
NARROW_HIGH = NARROW_CHART + 240.0
NARROW_LABELS = 8
COLUMN = 112.0
GAP = 18.0
LEFT = 40.0
BELOW = 34.0
ABOVE = 26.0
LARGEST = 52.0
SMALLEST = 4.0
ALL_ALIKE = 9.0
INK_SHARE = 0.09
OPACITY = 0.85

# A region stands out from this distance, in half the width of the middle two thirds.
STANDS_OUT = 1.6
MOST_LABELS = 24
ALL_LABELLED = 12
NAME_ROOM = 110.0
NARROW_NAME_ROOM = 72.0
# So many regions are named in the title.
NAMED_IN_TITLE = 3


@figure(when=lambda view: view.has_regions)
def bubble_chart(result: View, look: Look) -> Figure:
    """Draw each region as a bubble: specialisation across, concentration up, area its jobs.

    Figures 2 and 4 of the article. Regions are those of the focus region's level in which the
    sector has establishments. The horizontal line is the mean D-score of the sector's
    establishments, the vertical one the share of the sector in all regions together (location
    quotient 1), on a logarithmic axis: twice and half the share are as far from it. Pale is what
    is not significant. Regions that stand out are named, and the focus region always.
    """
    words = look.words
    sector = result.sector
    text = "figures.bubble_chart."
    shown = regions_shown(result)
    some_jobs = bool(shown["sector_jobs"].sum() > 0)
    sheet = begin(
        result,
        look,
        title=words.text(text + "title", sector=lettering.clean(sector.name)),
        finding=_finding(result, words, shown),
        lines=[
            words.text(text + ("subtitle" if some_jobs else "subtitle_alike")),
            words.text(text + "counts", n=len(shown), level=lettering.clean(result.focus.level)),
            *_told_of_intervals(result, words, shown),
        ],
        notes=[*jobs_notes(result, words), floor_note(result, words)],
        height=160.0 if shown.empty else NARROW_HIGH if look.narrow else HIGH,
    )
    if shown.empty:
        empty(sheet, words.text(text + "empty"))
        return sheet.figure
    _chart(sheet, result, shown)
    return sheet.figure


def _finding(result: View, words: Language, shown: pd.DataFrame) -> str:
    """Say which regions are surely above both lines, and whether the largest is."""
    found = sureness(shown, *TESTS, count="sector_establishments")
    enough = shown["sector_establishments"] >= CLAIMED_FROM
    if shown.empty or not found.tested or not enough.any():
        return ""
    above = concentrated_and_specialised(shown, result.sector.mean_d_score) & found.firm
    largest = lettering.clean(shown.loc[enough, "name"].iloc[0])
    if not above.any():
        return words.text("figures.bubble_chart.finding_none")
    names = [lettering.clean(name) for name in shown.loc[above, "name"][:NAMED_IN_TITLE]]
    more = int(above.sum()) - len(names)
    listed = words.listing(
        [*names, *([words.text("figures.bubble_chart.finding_more", n=more)] if more else [])]
    )
    key = "finding" if largest in names or above[enough.to_numpy().argmax()] else "finding_not"
    return words.text(
        f"figures.bubble_chart.{key}", names=listed, n=int(above.sum()), largest=largest
    )


def _told_of_intervals(result: View, words: Language, shown: pd.DataFrame) -> list[str]:
    if not result.study.output.intervals or not with_intervals(shown).any():
        return []
    return [words.text("figures.bubble_chart.intervals", least=words.number(CLAIMED_FROM))]


def _box(sheet: Sheet) -> Box:
    """Return where the chart is, without the numbers of its axes."""
    body, narrow = sheet.body, sheet.look.narrow
    wide = body.width - (LEFT + 4 if narrow else LEFT + COLUMN + GAP)
    high = NARROW_CHART if narrow else body.height
    return Box(body.left + LEFT, body.top + ABOVE, wide, high - ABOVE - BELOW)


def _chart(sheet: Sheet, result: View, shown: pd.DataFrame) -> None:
    body, box = sheet.body, _box(sheet)
    x = shown["location_quotient"].to_numpy()
    y = shown["mean_d_score"].to_numpy()
    jobs = shown["sector_jobs"].to_numpy()
    mean = result.sector.mean_d_score
    smallest = SMALLEST if np.nansum(jobs) > 0 else ALL_ALIKE
    sizes = dots.sizing(
        jobs,
        box.width * box.height,
        share=INK_SHARE,
        largest=LARGEST * (0.6 if sheet.look.narrow else 1.0),
        smallest=smallest,
    )
    diameter = sizes.diameter(jobs)
    wanted = result.study.output.intervals & with_intervals(shown)
    bounds = shown[list(INTERVALS)].to_numpy()[wanted]
    keep = bounds[:, :2].clip(min=x.min())  # an interval down to nothing has no end on this axis
    across = axis.scale_for(x, [1.0, *keep.ravel()], diameter / 2, box.width, logarithmic=True)
    up = axis.scale_for(y, [mean, *bounds[:, 2:].ravel()], diameter / 2, box.height)
    px = box.left + across.at(x)
    py = box.bottom - up.at(y)
    _frame(sheet, result, box, across, up)
    marks = np.column_stack([px, py, diameter / 2])
    obstacles = _national_lines(sheet, result, box, across, up, marks)
    crosses = _intervals(sheet, box, across, up, marks[wanted], bounds)
    obstacles = replace(obstacles, lines=np.vstack([obstacles.lines, crosses]))

    found = sureness(shown, *TESTS, count="sector_establishments")
    focus = (shown["code"] == result.focus.code).to_numpy()
    above = concentrated_and_specialised(shown, mean)
    axes = sheet.axes(box, label="chart")
    axes.set(xlim=(0, box.width), ylim=(0, box.height))
    axes.set_axis_off()
    draw_bubbles(axes, across.at(x), up.at(y), diameter, above, focus, found.firm, sheet.palette)
    _names(sheet, shown, focus, above & found.firm, found.firm, box, obstacles)
    _spots(sheet, shown, marks)
    if sheet.look.narrow:
        column = Box(body.left, body.top + NARROW_CHART + 14, body.width, 0)
    else:
        column = Box(body.right - COLUMN, box.top, COLUMN, box.height)
    y_legend = _size_legend(sheet, column, jobs, sizes)
    _meanings(sheet, result, Box(column.left, y_legend, column.width, 0), above, focus, found)


def _quotient(words: Language, row: pd.Series) -> str:
    """Write a location quotient with its interval, where it has one."""
    value, low, high = (
        words.number(float(row[f"location_quotient{end}"]), 2) for end in ("", "_low", "_high")
    )
    if pd.isna(row["location_quotient_low"]):
        return value
    return words.text("figures.bubble_chart.spot_quotient", value=value, low=low, high=high)


def _spots(sheet: Sheet, shown: pd.DataFrame, marks: np.ndarray) -> None:
    """Tell more at each bubble; of a region with very few only that they are few."""
    words = sheet.language
    for at in range(len(shown)):
        row = shown.iloc[at]
        few = row["sector_establishments"] < FEWEST_IN_CELL
        told = words.text(
            f"figures.bubble_chart.{'spot_few' if few else 'spot'}",
            name=lettering.clean(row["name"]),
            n=int(row["sector_establishments"]),
            lq=_quotient(words, row),
            mean=words.score(row["mean_d_score"]),
            least=FEWEST_IN_CELL,
        )
        jobs = row["sector_jobs"]
        if np.isfinite(jobs) and not few:
            told += "\n" + words.text("figures.bubble_chart.spot_jobs", jobs=float(jobs))
        x, y, radius = (float(value) for value in marks[at])
        sheet.round_spot(x, y, max(radius, 4.0), told)


def draw_bubbles(
    axes: Axes,
    x: np.ndarray,
    y: np.ndarray,
    diameter: np.ndarray,
    above: np.ndarray,
    focus: np.ndarray,
    firm: np.ndarray,
    colours: Palette,
) -> None:
    """Draw a bubble a region; what is not firm is pale.

    The focus region has an edge of its own.
    """
    hues = np.where(above & firm, colours.accent, colours.quiet).tolist()
    fills = [hue if full else sure.pale(hue) for hue, full in zip(hues, firm, strict=True)]
    edges = [PAPER if full else hue for hue, full in zip(hues, firm, strict=True)]
    axes.scatter(
        x,
        y,
        s=diameter**2,
        c=fills,
        alpha=OPACITY,
        edgecolors=[INK if here else edge for here, edge in zip(focus, edges, strict=True)],
        linewidths=np.where(focus, LINE * 1.3, np.where(firm, THIN, LINE)).tolist(),
        zorder=4,
        clip_on=False,
        label="bubbles",
    )


def _intervals(
    sheet: Sheet,
    box: Box,
    across: axis.Scale,
    up: axis.Scale,
    marks: np.ndarray,
    bounds: np.ndarray,
) -> np.ndarray:
    """Draw the intervals of both numbers of each region, within the chart; return the lines."""
    west, east = box.left + across.at(bounds[:, :2].clip(across.low, across.high)).T
    low, high = box.bottom - up.at(bounds[:, 2:].clip(up.low, up.high)).T
    x, y, _ = marks.T
    lines = np.vstack([np.column_stack([west, y, east, y]), np.column_stack([x, low, x, high])])
    lines = lines[np.isfinite(lines).all(axis=1)]
    for x0, y0, x1, y1 in lines.tolist():
        sheet.line([x0, x1], [y0, y1], FAINT, THIN, under=True)
    return lines


def _frame(sheet: Sheet, result: View, box: Box, across: axis.Scale, up: axis.Scale) -> None:
    """Draw both axes, their ticks and titles."""
    words, text = sheet.language, "figures.bubble_chart."
    found = across.ticks(8)
    ticks.below(sheet, box, across, found, axis.tick_texts(words, found), size=SMALL)
    found = up.ticks(7)
    ticks.beside(sheet, box, up, found, axis.tick_texts(words, found), size=SMALL)
    unit = unit_text(result.sector.unit)
    title = words.text(text + ("y_unit" if unit else "y"), unit=unit)
    short = lettering.cut(title, sheet.body.width, SMALL, "bold")
    sheet.write(sheet.body.left, sheet.body.top + 6, short, size=SMALL, face="bold", colour=SOFT)
    name = words.text(text + ("x_log" if across.logarithmic else "x"))
    low = box.bottom + BELOW - 5
    short = lettering.cut(name, sheet.body.width, SMALL, "bold")
    sheet.write(box.right, low, short, size=SMALL, face="bold", colour=SOFT, align="right")


def _national_lines(
    sheet: Sheet, result: View, box: Box, across: axis.Scale, up: axis.Scale, marks: np.ndarray
) -> labels.Obstacles:
    """Draw the lines of the sector as a whole and say what they are; return what to keep clear."""
    words, text = sheet.language, "figures.bubble_chart."
    x = box.left + float(across.at(1.0))
    sheet.line([x, x], [box.top - 3, box.bottom], INK, LINE, under=True)
    lines = [(x, box.top, x, box.bottom)]
    note = words.text(text + "share")
    half = lettering.width(note, TINY) / 2
    middle = float(np.clip(x, box.left + half, box.right - half))
    sheet.write(middle, box.top - 7, note, size=TINY, align="center")

    boxes = []
    mean = result.sector.mean_d_score
    if np.isfinite(mean):
        y = box.bottom - float(up.at(mean))
        sheet.line([box.left, box.right], [y, y], INK, LINE, under=True)
        lines.append((box.left, y, box.right, y))
        key = "mean_narrow" if sheet.look.narrow else "mean"
        note = words.text(text + key, mean=words.score(mean))
        place = free_place(lettering.width(note, TINY), y, box, x, marks)
        sheet.write(place[0], place[3] - 2, note, size=TINY)
        boxes.append(place)
    return labels.Obstacles(marks, np.array(boxes).reshape(-1, 4), np.array(lines))


def free_place(
    wide: float, y: float, box: Box, upright: float, marks: np.ndarray
) -> tuple[float, float, float, float]:
    """Return where along a level line a text covers no bubble, as far right as can be."""
    high = TINY + 3
    choices = []
    for left in np.linspace(box.right - wide, box.left + 4, 60):
        for order, top in enumerate((y - high - 1, y + 2)):
            off_x = np.maximum(np.maximum(left - marks[:, 0], marks[:, 0] - left - wide), 0)
            off_y = np.maximum(np.maximum(top - marks[:, 1], marks[:, 1] - top - high), 0)
            covered = np.clip(marks[:, 2] + 2 - np.hypot(off_x, off_y), 0, None).sum()
            crossing = 20.0 if left - 3 < upright < left + wide + 3 else 0.0
            cost = 10 * covered + crossing + order * 6 + (box.right - wide - left) * 0.05
            choices.append((cost, (float(left), top, float(left + wide), top + high)))
    return min(choices)[1]


def _names(
    sheet: Sheet,
    shown: pd.DataFrame,
    focus: np.ndarray,
    coloured: np.ndarray,
    firm: np.ndarray,
    box: Box,
    obstacles: labels.Obstacles,
) -> None:
    """Name the regions that stand out: of all that have the strong colour, and the largest."""
    x, y, radius = obstacles.marks.T
    strength = standing_out(
        x, y, shown["sector_jobs"].to_numpy(), shown["sector_establishments"].to_numpy()
    )
    jobs = shown["sector_jobs"].to_numpy()
    narrow = sheet.look.narrow
    # A small bubble, or one that is not sure, has no name while a larger and surer one has none.
    strength = np.where(radius <= radius.min() + 0.5, 0.5 * strength, strength)
    strength = np.where(firm, strength, 0.75 * strength)
    # First the focus region, then the one with most jobs and all that are coloured.
    must = focus | coloured
    must[0] |= bool(np.nansum(jobs) > 0)
    most = max(NARROW_LABELS if narrow else MOST_LABELS, int(must.sum()))
    order = np.lexsort((-strength, ~must, ~focus))[:most]
    if len(shown) > ALL_LABELLED:
        order = order[must[order] | (strength[order] >= STANDS_OUT)]
    short = lettering.without_common([str(name) for name in shown["name"].iloc[order]])
    room = NARROW_NAME_ROOM if narrow else NAME_ROOM
    names = []
    for at, name in zip(order, short, strict=True):
        face = "bold" if focus[at] else "normal"
        count = float(shown["sector_establishments"].iloc[at])
        text = labels.counted(sheet.language, name, count, room=room, size=SMALL, face=face, rows=3)
        names.append(labels.Label(float(x[at]), float(y[at]), float(radius[at]), text, SMALL, face))
    inside = Box(box.left + 2, box.top, box.width + (0 if narrow else GAP / 2), box.height - 2)
    placed = labels.place(names, inside, obstacles, must=int(must[order].sum()), tries=4)
    labels.draw(sheet, placed)


def _size_legend(sheet: Sheet, box: Box, jobs: np.ndarray, sizes: dots.Sizing) -> float:
    """Say which bubble is how many jobs; return the bottom."""
    words, shown = sheet.language, dots.legend_jobs(jobs, sizes, maximum=True)
    if not shown:
        return box.top
    y = legends.heading(sheet, box, words.text("figures.bubble_chart.jobs"))
    y = legends.size_steps(
        sheet,
        box.left,
        y,
        shown,
        sizes,
        at_most=lambda number: words.text("figures.at_most", number=number),
    )
    return y + 18


def _meanings(
    sheet: Sheet, result: View, box: Box, above: np.ndarray, focus: np.ndarray, found: Sureness
) -> None:
    """Say what the colours of bubbles mean, those that are there."""
    words, text, y = sheet.language, "figures.bubble_chart.", box.top
    colours = sheet.palette
    faint = sure.why(words, "pale", chance="q" if found.tested else "", few=True)
    region = lettering.clean(result.focus.name)
    meanings = [
        ((above & found.firm).any(), colours.accent, PAPER, THIN, words.text(text + "above")),
        ((~above & found.firm).any(), colours.quiet, PAPER, THIN, words.text(text + "other")),
        (not found.firm.all(), sure.pale(colours.quiet), colours.quiet, LINE, faint),
        (focus.any(), PAPER, INK, LINE * 1.3, region),
    ]
    for there, fill, edge, weight, meaning in meanings:
        if not there:
            continue
        rows = lettering.wrap(meaning, box.width - 17, TINY, lines=5)
        sheet.circle(
            box.left + 5, y + 4, 9, facecolor=fill, edgecolor=edge, linewidth=weight, alpha=OPACITY
        )
        y = sheet.paragraph(box.left + 17, y - 1, rows, size=TINY, colour=SOFT) + 6
