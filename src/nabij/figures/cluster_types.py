"""Many small establishments close together, or few large ones spread out: clusters and sectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from nabij.figures.clusters import type_text
from nabij.figures.kit import axis, dots, labels, legends, lettering, outlines, sure, ticks
from nabij.figures.kit.drawing import figure, overview
from nabij.figures.kit.jobs import jobs_notes
from nabij.figures.kit.ranking import labelled
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import (
    LAND,
    LINE,
    RULE,
    SMALL,
    SOFT,
    THIN,
    TINY,
    Palette,
)
from nabij.measures.sizes import LARGE_FROM, MOSTLY_SMALL, SMALL_BELOW
from nabij.measures.types import (
    BETWEEN,
    CLOSE_WITHIN,
    FEW_LARGE_SPREAD,
    MANY_LARGE,
    MANY_SMALL_CLOSE,
    SPREAD_FROM,
)
from nabij.views.clusters import sure_clusters
from nabij.views.sureness import Sureness, numbers, sureness

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import Result, View

HIGH = 380.0
COLUMN = 128.0
GAP = 18.0
LEFT = 40.0
BELOW = 34.0
ABOVE = 36.0
LARGEST, SMALLEST = 26.0, 3.4
INK_SHARE = 0.05
OPACITY = 0.85
MOST_LABELS = 10
# Up to so many sectors are named in the title.
NAMED_IN_TITLE = 3
NAME_ROOM = 140.0
NARROW_NAME_ROOM = 84.0
# Of a narrow sheet: the plane, and the key below it.
NARROW_PLANE, NARROW_KEY = 290.0, 170.0
# Metres: nearer than this is next door, and has the first place on the axis; it reaches this far
# at least, so that both bounds of the types stand well inside.
NEXT_DOOR, AT_LEAST = 10.0, 1500.0
# The axis of shares reaches this far below the bound of the types.
LEAST_BELOW = 0.3
PLACED_BY = ("small_share", "spacing")
WORDS = "figures.cluster_types."


def placed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a place in the plane, those with most establishments first.

    Parameters
    ----------
    table : pandas.DataFrame
        ``label, count, small_share, spacing, type``.
    """
    where = np.array([numbers(table, column) for column in PLACED_BY])
    kept = table[np.isfinite(where).all(axis=0)]
    return kept.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def of_clusters(view: View) -> pd.DataFrame:
    """Return the clusters of a view that have a place, with whether each is firm."""
    table = pd.DataFrame(view.clusters)
    if table.empty:
        return table
    label = table["cluster"].astype(str) + " " + table["name"].astype(str)
    firm = sure_clusters(table).firm
    return placed(table.assign(label=label, count=table[outlines.COUNT], firm=firm))


def of_sectors(result: Result) -> pd.DataFrame:
    """Return the sectors of the latest year that have a place, with whether each is firm."""
    table = result.latest_sectors
    codes = table["sector"].astype(str)
    names = table["name"].astype(str) if "name" in table else codes
    label = [labelled(code, name) for code, name in zip(codes, names, strict=True)]
    firm = sureness(table, "q_value", count="establishments").firm
    return placed(table.assign(label=label, count=table["establishments"], firm=firm))


@figure(when=lambda view: len(of_clusters(view)) > 0)
def cluster_types(result: View, look: Look) -> Figure:
    """Place the clusters by the sizes of their establishments and by how near these are.

    Many small ones close together are at the upper left, few large ones spread out at the lower
    right. The lines are those by which the types are told apart. What is not significant is
    hollow and unnamed.
    """
    words = look.words
    table = of_clusters(result)
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + "title", sector=lettering.clean(result.sector.name)),
        finding=_finding(words, table, "clusters") if len(result.findings.clusters.largest) else "",
        lines=[words.text(WORDS + "subtitle")],
        notes=jobs_notes(result, words),
        height=_high(look) if len(table) else 160.0,
    )
    if table.empty:
        empty(sheet, words.text(WORDS + "empty"))
    else:
        named = table["firm"].to_numpy(dtype=bool)
        _plane(sheet, table, named, "p" if sure_clusters(result.clusters).tested else "")
    return sheet.figure


@overview(when=lambda result: len(result.sectors) > 1 and len(of_sectors(result)) > 1)
def sector_types(result: Result, look: Look) -> Figure:
    """Place the sectors by the sizes of their establishments and by how near these are.

    As `cluster_types`; of a study or a scan, in the latest year. Of a few sectors each has its
    name, also one that is hollow.
    """
    words = look.words
    table, year = of_sectors(result), result.years[-1]
    title = "title_sectors" if year is None else "title_sectors_year"
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + title, year=str(year)),
        finding=_finding(words, table, "sectors"),
        lines=[words.text(WORDS + "subtitle_sectors")],
        height=_high(look) if len(table) else 160.0,
    )
    if table.empty:
        empty(sheet, words.text(WORDS + "empty_sectors"))
    else:
        # Of a few sectors each is looked for, whether or not it is nearer together than chance.
        named = table["firm"].to_numpy(dtype=bool) | (len(table) <= MOST_LABELS)
        _plane(sheet, table, named, "q" if sureness(table, "q_value").tested else "")
    return sheet.figure


def _finding(words: Language, table: pd.DataFrame, what: str) -> str:
    """Say how many of what is firm are of each of the two types."""
    if table.empty:
        return ""
    kinds = table.loc[table["firm"], "type"]
    small, large = (int((kinds == kind).sum()) for kind in (MANY_SMALL_CLOSE, FEW_LARGE_SPREAD))
    if not small + large:
        return ""
    if what == "sectors" and small + large <= NAMED_IN_TITLE:
        typed = table[table["firm"] & table["type"].isin([MANY_SMALL_CLOSE, FEW_LARGE_SPREAD])]
        return "; ".join(
            f"{lettering.clean(row['label'])}: {type_text(words, row['type'])}"
            for _, row in typed.iterrows()
        )
    key = f"finding_{what}"
    return words.text(WORDS + key, small=small, large=large, n=len(kinds))


def colour_of(colours: Palette, kind: object) -> str:
    """Return the colour of a type."""
    known = {MANY_SMALL_CLOSE: colours.accent, FEW_LARGE_SPREAD: colours.diverging[0]}
    return known.get(str(kind), colours.quiet)


def _high(look: Look) -> float:
    return NARROW_PLANE + NARROW_KEY if look.narrow else HIGH


def _plane(sheet: Sheet, table: pd.DataFrame, named: np.ndarray, chance: str) -> None:
    """Draw the plane, its areas and a dot a row; the largest of those to be named with a name."""
    body, colours, narrow = sheet.body, sheet.palette, sheet.look.narrow
    wide = body.width - LEFT - (6 if narrow else COLUMN + GAP)
    high = NARROW_PLANE if narrow else body.height
    box = Box(body.left + LEFT, body.top + ABOVE, wide, high - ABOVE - BELOW)
    small, spacing, count = (numbers(table, key) for key in (*PLACED_BY, "count"))
    far = max(AT_LEAST, 1.3 * float(spacing.max()))
    across = axis.Scale(NEXT_DOOR, far, box.width, logarithmic=True)
    lowest = min(float(small.min()), MOSTLY_SMALL - LEAST_BELOW)
    up = axis.Scale(np.floor(10 * lowest) / 10, 1.0, box.height)
    sizes = dots.sizing(
        count, box.width * box.height, share=INK_SHARE, largest=LARGEST, smallest=SMALLEST
    )
    diameter = sizes.diameter(count)
    _frame(sheet, box, across, up)
    names, lines = _areas(sheet, box, across, up)
    x, y = across.at(np.maximum(spacing, NEXT_DOOR)), up.at(small)
    firm = table["firm"].to_numpy(dtype=bool)
    kinds = np.where(firm, table["type"].astype(str), "")
    fills, edges = sure.hollow([colour_of(colours, kind) for kind in kinds], firm)
    axes = sheet.axes(box, label="plane")
    axes.set(xlim=(0, box.width), ylim=(0, box.height))
    axes.set_axis_off()
    # What is firm lies on what is not, small on large.
    order = np.lexsort((-count, firm))
    axes.scatter(
        x[order],
        y[order],
        s=diameter[order] ** 2,
        c=[fills[at] for at in order],
        alpha=OPACITY,
        edgecolors=[edges[at] for at in order],
        linewidths=np.where(firm, THIN, LINE)[order].tolist(),
        zorder=4,
        clip_on=False,
        label="dots",
    )
    marks = np.column_stack([box.left + x, box.bottom - y, diameter / 2])
    wanted = []
    for at in np.flatnonzero(named)[:MOST_LABELS]:
        name = table["label"].iloc[at]
        room_for = NARROW_NAME_ROOM if narrow else NAME_ROOM
        text = labels.counted(sheet.language, name, count[at], room=room_for, size=TINY, rows=2)
        middle_x, middle_y, radius = (float(value) for value in marks[at])
        wanted.append(labels.Label(middle_x, middle_y, radius, text, TINY))
    obstacles = labels.Obstacles(marks=marks[named], boxes=names, lines=lines)
    beyond = 0.0 if narrow else GAP - 4
    room = Box(box.left + 2, box.top - 8, box.width + beyond, box.height + 6)
    labels.draw(sheet, labels.place(wanted, room, obstacles, worst=140.0), halo=1.6)
    column = Box(body.right - COLUMN, box.top, COLUMN, box.height)
    if narrow:
        column = Box(body.left, body.top + NARROW_PLANE + 12, body.width, NARROW_KEY)
    _legend(sheet, column, table, Sureness(bool(chance), firm), chance, sizes)


def _areas(
    sheet: Sheet, box: Box, across: axis.Scale, up: axis.Scale
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the areas of both types with their names; return the boxes of these, and the lines."""
    words = sheet.language
    close, spread = (box.left + float(across.at(at)) for at in (CLOSE_WITHIN, SPREAD_FROM))
    bound = box.bottom - float(up.at(MOSTLY_SMALL))
    areas = (
        (MANY_SMALL_CLOSE, Box(box.left, box.top, close - box.left, bound - box.top)),
        (FEW_LARGE_SPREAD, Box(spread, bound, box.right - spread, box.bottom - bound)),
    )
    boxes = []
    for kind, area in areas:
        corner = (area.left, area.top)
        sheet.ground.add_patch(Rectangle(corner, area.width, area.height, color=LAND, linewidth=0))
        colour = colour_of(sheet.palette, kind)
        rows = lettering.wrap(type_text(words, kind), area.width - 10, SMALL, "bold")
        if kind == FEW_LARGE_SPREAD:
            condition = words.text(
                WORDS + "large_over",
                share=words.percent(MANY_LARGE),
                above=words.number(LARGE_FROM),
            )
            y = area.bottom - 6 - TINY * LEADING
            sheet.write(area.right - 5, y + TINY, condition, size=TINY, colour=SOFT, align="right")
            wide = lettering.width(condition, TINY)
            boxes.append((area.right - 5 - wide, y, area.right - 5, y + TINY * LEADING))
            y -= len(rows) * SMALL * LEADING
            align, x = "right", area.right - 5
        else:
            # Above the plane: that corner is full of small ones.
            align, x, y = "left", area.left, area.top - 8 - len(rows) * SMALL * LEADING
        below = sheet.paragraph(x, y, rows, size=SMALL, face="bold", colour=colour, align=align)
        wide = max(lettering.width(row, SMALL, "bold") for row in rows)
        left = x if align == "left" else x - wide
        boxes.append((left, y, left + wide, below))
    lines = (
        (box.left, bound, box.right, bound),
        (close, box.top, close, bound),
        (spread, bound, spread, box.bottom),
    )
    for x0, y0, x1, y1 in lines:
        sheet.line([x0, x1], [y0, y1], SOFT, THIN, under=True)
    return np.array(boxes), np.array(lines)


def _frame(sheet: Sheet, box: Box, across: axis.Scale, up: axis.Scale) -> None:
    """Draw both axes, their ticks and titles."""
    words = sheet.language
    sheet.line([box.left, box.right], [box.bottom, box.bottom], RULE, THIN)
    found = across.ticks(8)
    texts = [words.number(tick) for tick in found]
    texts[0] = words.text(WORDS + "at_most", number=texts[0])
    x = box.left + across.at(np.array(found))
    for at in axis.fitting(x, [lettering.width(text, SMALL) for text in texts]):
        place = float(x[at])
        sheet.line([place, place], [box.bottom, box.bottom + 3], RULE, THIN)
        align = "center" if at else "left"
        sheet.write(place, box.bottom + 4 + SMALL, texts[at], size=SMALL, colour=SOFT, align=align)
    found = up.ticks(5)
    ticks.beside(sheet, box, up, found, [words.percent(tick) for tick in found], size=SMALL)
    title = words.text(WORDS + "y", below=words.number(SMALL_BELOW))
    sheet.write(sheet.body.left, sheet.body.top + 6, title, size=SMALL, face="bold", colour=SOFT)
    title = words.text(WORDS + ("x_narrow" if sheet.look.narrow else "x"))
    low = box.bottom + BELOW - 5
    sheet.write(box.right, low, title, size=SMALL, face="bold", colour=SOFT, align="right")


def _legend(
    sheet: Sheet,
    box: Box,
    table: pd.DataFrame,
    found: Sureness,
    chance: str,
    sizes: dots.Sizing,
) -> None:
    """Say what area and colour of the dots mean, those that are there."""
    words, colours = sheet.language, sheet.palette
    y = legends.heading(sheet, box, words.text(WORDS + "area"))
    shown = dots.legend_jobs(numbers(table, "count"), sizes)
    y = legends.size_steps(
        sheet,
        box.left,
        y,
        shown,
        sizes,
        at_most=lambda number: words.text("figures.at_most", number=number),
    )
    y += 16
    kinds: Sequence[str] = (MANY_SMALL_CLOSE, FEW_LARGE_SPREAD, BETWEEN)
    entries = [
        (colour_of(colours, kind), True, type_text(words, kind))
        for kind in kinds
        if (table["type"] == kind).to_numpy()[found.firm].any()
    ]
    if not found.firm.all():
        reason = sure.why(words, "hollow", chance=chance, few=True)
        entries.append((colours.quiet, False, reason))
    for colour, full, meaning in entries:
        fills, edges = sure.hollow([colour], np.array([full]))
        rows = lettering.wrap(meaning, box.width - 17, TINY, lines=5)
        sheet.circle(
            box.left + 5,
            y + 4,
            9,
            facecolor=fills[0],
            edgecolor=edges[0],
            linewidth=THIN if full else LINE,
            alpha=OPACITY,
        )
        y = sheet.paragraph(box.left + 17, y - 1, rows, size=TINY, colour=SOFT) + 6
