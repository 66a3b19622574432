"""What stands out in a scan of all industry codes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.kit import axis, dots, labels, legends, lettering, ranking, sure, ticks
from nabij.figures.kit.drawing import overview
from nabij.figures.kit.ranking import Column, Ranking, Row, labelled
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import (
    FAINT,
    INK,
    SMALL,
    SOFT,
    THIN,
    TINY,
    Palette,
)
from nabij.views.ranking import RANKED_FROM, ranked
from nabij.views.sureness import Sureness, sureness

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import Result

MOST, LEAST = 15, 5
LARGEST, SMALLEST = 12.0, 3.0
KEY, KEY_ROW = 26.0, 15.0
GAP = 20.0
HEAD = SMALL * LEADING + 8
CONTEXT_HIGH = 160.0
FOOT = 32.0
LEFT = 34.0
DOT = 3.2
LISTED_DOT = 5.5
# A straight axis has enough round numbers for a span up to this ratio.
SHORT = 8.0
NAMES, NUMBER, COUNT, REGION = 200.0, 30.0, 40.0, 132.0
WORDS = "figures.scan_ranking."


def listed(result: Result) -> pd.DataFrame:
    """Return the ranked sectors that have a row: the most clustered and the least."""
    found = ranked(result)
    if len(found) <= MOST + LEAST + 1:
        return found
    return pd.concat([found[:MOST], found[-LEAST:]], ignore_index=True)


@overview(when=lambda result: result.is_scan)
def scan_ranking(result: Result, look: Look) -> Figure:
    """Rank the sectors of a scan by their relative D-score; below, all of them by size.

    Sectors with few establishments are not ranked: their scores scatter, as the lower panel
    shows. A hollow dot is not significant. Area of a dot is establishments; the region is the one
    with the highest location quotient.
    """
    words, colours = look.words, look.palette
    everyone, among = result.latest_sectors, ranked(result)
    year = result.years[-1]
    wider = everyone["reference"].astype(str).str.len().gt(0).any()
    least = words.number(RANKED_FROM)
    count = words.number(len(everyone))
    lines = [
        words.text(
            WORDS + "subtitle", reference=words.text(WORDS + ("wider" if wider else "register"))
        )
    ]
    shown = listed(result)
    sizes = dots.sizing(_numbers(shown, "establishments"), 1e9, largest=LARGEST, smallest=SMALLEST)
    made = replace(_ranking(shown, among, sizes, words, colours), narrow=look.narrow)
    if len(among):
        others = len(everyone) - len(among)
        numbers = {"ranked": words.number(len(among)), "least": least}
        key = "counts" if others else "counts_all"
        lines.append(words.text(WORDS + key, others=words.number(others), **numbers))
    regions = "region_1" in everyone
    above = KEY + _hollow_key(everyone)
    high = above + made.height + GAP + HEAD + CONTEXT_HIGH + FOOT
    title = "title" if year is None else "title_year"
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + title, count=count, year=str(year)),
        finding=_finding(among, words),
        lines=lines,
        notes=[words.text(WORDS + "regions_note")] if regions and len(among) else [],
        height=high if len(among) else 160.0,
    )
    if among.empty:
        empty(sheet, words.text(WORDS + "empty", least=least))
        return sheet.figure
    body = sheet.body
    _size_legend(sheet, everyone, shown, sizes)
    ranking.draw(sheet, Box(body.left, body.top + above, body.width, made.height), made)
    top = body.top + above + made.height + GAP
    _context(sheet, everyone, shown, Box(body.left, top, body.width, body.bottom - top))
    return sheet.figure


def _numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    return table[column].to_numpy(dtype=float, na_value=np.nan)


def _finding(among: pd.DataFrame, words: Language) -> str:
    """Name the sectors that are surely most clustered, and how far above what is expected."""
    if among.empty:
        return ""
    sure_ones = among[_found(among).firm & (among["relative_d_score"] > 1).to_numpy()]
    if sure_ones.empty or not _found(among).tested:
        return ""
    items = [
        words.text(
            WORDS + "finding_item",
            name=lettering.clean(row["name"]),
            beside=words.beside(float(row["relative_d_score"])),
        )
        for _, row in sure_ones.head(2).iterrows()
    ]
    return words.text(WORDS + "finding", sectors=words.listing(items))


def _side(colours: Palette, ratio: float) -> str:
    return colours.diverging[-1 if ratio > 1 else 0]


def _ranking(
    shown: pd.DataFrame, among: pd.DataFrame, sizes: dots.Sizing, words: Language, colours: Palette
) -> Ranking:
    """Return the list: label, dot, relative D-score, n and the region with the highest LQ."""
    ratios, counts = _numbers(shown, "relative_d_score"), _numbers(shown, "establishments")
    texts = [labelled(*each) for each in zip(shown["sector"], shown["name"], strict=True)]
    regions = _regions(shown, words)
    found = _found(shown)
    rows: list[Row | str] = [
        Row(
            before=(text,),
            ratio=float(ratio),
            fill=_side(colours, ratio),
            diameter=float(sizes.diameter(count)),
            after=(words.number(ratio, 2), words.number(count), *region),
            firm=bool(firm),
        )
        for text, ratio, count, region, firm in zip(
            texts, ratios, counts, regions, found.firm, strict=True
        )
    ]
    left_out = len(among) - len(shown)
    if left_out:
        rows.insert(MOST, words.text(WORDS + "between", count=words.number(left_out)))
    after = [
        Column("", NUMBER, "right"),
        Column(words.text(WORDS + "establishments"), COUNT, "right", SOFT),
    ]
    if "region_1" in shown:
        after.append(Column(words.text(WORDS + "region"), REGION, "right", SOFT))
    return Ranking((Column(words.text(WORDS + "sector"), NAMES),), after, rows)


def _regions(shown: pd.DataFrame, words: Language) -> list[tuple[str, ...]]:
    """Return the region with the highest LQ of each row, and nothing where there is none."""
    if "region_1" not in shown:
        return [()] * len(shown)
    found: list[tuple[str, ...]] = []
    for name, quotient in zip(
        shown["region_1"], _numbers(shown, "location_quotient_1"), strict=True
    ):
        there = not pd.isna(name) and bool(name) and np.isfinite(quotient)
        value = words.number(quotient, 1)
        room = REGION - 8 - lettering.width(f" {value}", TINY)
        short = lettering.cut(lettering.clean(name), room, TINY) if there else ""
        found.append((words.text(WORDS + "item", name=short, value=value) if there else "",))
    return found


def _found(table: pd.DataFrame) -> Sureness:
    return sureness(table, "q_value", count="establishments")


def _hollow_key(everyone: pd.DataFrame) -> float:
    """Return the height of the row that says what is hollow."""
    return 0.0 if _found(everyone).firm.all() else KEY_ROW


def _size_legend(
    sheet: Sheet, everyone: pd.DataFrame, shown: pd.DataFrame, sizes: dots.Sizing
) -> None:
    words, middle = sheet.language, sheet.body.top + 8
    steps = dots.legend_jobs(_numbers(shown, "establishments"), sizes)
    name = words.text(WORDS + "area")
    sheet.write(sheet.body.left, middle, name, size=TINY, face="bold", vertical="center_baseline")
    legends.size_row(
        sheet,
        sheet.body.left + lettering.width(name, TINY, "bold") + 10,
        middle,
        steps,
        sizes,
        at_most=lambda number: words.text("figures.at_most", number=number),
    )
    if _hollow_key(everyone):
        chance = "q" if _found(everyone).tested else ""
        text = sure.why(words, "hollow", chance=chance, few=True)
        legends.hollow_key(sheet, sheet.body.left, middle + _hollow_key(everyone), text)


def _context(sheet: Sheet, everyone: pd.DataFrame, shown: pd.DataFrame, box: Box) -> None:
    """Draw all sectors by size and relative D-score, the listed ones coloured and coded."""
    words = sheet.language
    count, ratio = _numbers(everyone, "establishments"), _numbers(everyone, "relative_d_score")
    seen = (count > 0) & (ratio > 0)
    title = words.text(WORDS + "context", count=words.number(int(seen.sum())))
    sheet.write(box.left, box.top + SMALL, title, size=SMALL, face="bold")
    top = box.top + HEAD + 2 * TINY * LEADING
    chart = Box(box.left + LEFT, top, box.width - LEFT, box.bottom - FOOT - top)
    across = _log_scale(count[seen], [RANKED_FROM], chart.width)
    up = _log_scale(ratio[seen], [1.0], chart.height)
    x, y = across.at(count[seen]), up.at(ratio[seen])
    _frame(sheet, box, chart, across, up)
    coded = everyone["sector"].astype(str).to_numpy()[seen]
    strong = np.isin(coded, shown["sector"].astype(str))
    axes = sheet.axes(chart, label="context")
    axes.set(xlim=(0, chart.width), ylim=(0, chart.height))
    axes.set_axis_off()
    firm = _found(everyone).firm[seen]
    sides = [_side(sheet.palette, value) for value in ratio[seen]]
    for listed_ones, across_dot, name in ((False, DOT, "others"), (True, LISTED_DOT, "listed")):
        which = np.flatnonzero(strong == listed_ones)
        hues = [sides[at] if listed_ones else FAINT for at in which]
        fills, edges = sure.hollow(hues, firm[which])
        axes.scatter(
            x[which],
            y[which],
            s=across_dot**2,
            c=fills,
            alpha=1.0 if listed_ones else 0.55,
            edgecolors=edges,
            linewidths=np.where(firm[which], THIN * 0.5, THIN).tolist(),
            clip_on=False,
            label=name,
        )
    place = {code: at for at, code in enumerate(coded)}
    wanted = [
        labels.Label(
            float(chart.left + x[place[code]]),
            float(chart.bottom - y[place[code]]),
            LISTED_DOT / 2,
            lettering.cut(code, 60, TINY),
            TINY,
        )
        for code in shown["sector"].astype(str)
        if code in place
    ]
    radius = np.where(strong, LISTED_DOT, DOT) / 2
    marks = np.column_stack([chart.left + x, chart.bottom - y, radius])
    one, edge = float(up.at(1.0)), float(across.at(float(RANKED_FROM)))
    lines = [
        [chart.left, chart.bottom - one, chart.right, chart.bottom - one],
        [chart.left + edge, chart.top, chart.left + edge, chart.bottom],
    ]
    obstacles = labels.Obstacles(marks=marks, lines=np.array(lines))
    labels.draw(sheet, labels.place(wanted, chart, obstacles, worst=60.0))


def _log_scale(values: np.ndarray, keep: list[float], length: float) -> axis.Scale:
    """Return a logarithmic axis with a margin at both ends."""
    both = np.log(np.append(values, keep))
    margin = 0.04 * max(np.ptp(both), 0.2)
    low, high = np.exp([both.min() - margin, both.max() + margin])
    return axis.Scale(float(low), float(high), length, logarithmic=True)


def _ticks(scale: axis.Scale) -> list[float]:
    if scale.high / scale.low < SHORT:
        return axis.Scale(scale.low, scale.high, scale.length).ticks(5)
    return scale.ticks(5)


def _frame(sheet: Sheet, box: Box, chart: Box, across: axis.Scale, up: axis.Scale) -> None:
    """Draw both axes, the line of 1 and that of the smallest ranked sector."""
    words = sheet.language
    found = _ticks(across)
    ticks.below(sheet, chart, across, found, [words.number(tick) for tick in found])
    found = _ticks(up)
    ticks.beside(sheet, chart, up, found, axis.tick_texts(words, found))
    one = chart.bottom - float(up.at(1.0))
    sheet.line([chart.left, chart.right], [one, one], INK, THIN, under=True)
    edge = chart.left + float(across.at(float(RANKED_FROM)))
    sheet.line([edge, edge], [chart.top, chart.bottom], SOFT, THIN, under=True)
    note = words.text(WORDS + "least", least=words.number(RANKED_FROM))
    sheet.write(edge + 4, chart.top - 3, note, size=TINY, colour=SOFT)
    for text, x_at, y_at, align in (
        (words.text(WORDS + "y"), box.left, chart.top - 4 - TINY * LEADING, "left"),
        (words.text(WORDS + "x"), chart.right, box.bottom - 4, "right"),
    ):
        sheet.write(x_at, y_at, text, size=TINY, face="bold", colour=SOFT, align=align)
