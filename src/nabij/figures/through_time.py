"""The sector through the years of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.kit import axis, labels, lettering, sure
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.ends import End, write_ends
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty, unit_text
from nabij.figures.kit.style import (
    FAINT,
    GRID,
    INK,
    LINE,
    RULE,
    SMALL,
    SOFT,
    THIN,
    TINY,
)
from nabij.views.sureness import CLAIMED_FROM, Sureness, numbers, sureness

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

# Lines of regions in the last panel.
MOST = 6
HIGH = 128.0
GAP = 26.0
LEFT_PANEL = 214.0
NAMES = 142.0
AXIS = 34.0
# For a quotient with two decimals after a name.
VALUE = 30.0
HEAD = SMALL * LEADING + TINY * LEADING + 10
FOOT = 20.0
# Room between the ends of the axis of years and the first and last year.
ASIDE = 9.0
DOT = 4.2
WIDEST_BAR = 16.0
# An axis reaches this part above and below its middle, so that a ripple does not look like a wave.
LEAST_SPAN = 0.1
WORDS = "figures.through_time."


@dataclass(frozen=True)
class Course:
    """One line: a value a year, missing where there is none; what is not firm is hollow."""

    name: str
    values: np.ndarray
    write: str
    strong: bool
    firm: np.ndarray


def regions_drawn(view: View, column: str = "location_quotient") -> pd.DataFrame:
    """Return a number of each drawn region (rows, those with most of the sector) in each year.

    Column ``firm`` tells which quotients are significant and of enough establishments.
    """
    table = view.region_history
    if not view.has_regions or table.empty:
        return pd.DataFrame()
    table = table[table["code"] != ""]
    latest = table[table["year"] == table["year"].max()]
    ranked = latest.sort_values(
        ["sector_establishments", "code"], ascending=[False, True], kind="stable"
    )["code"]
    # The focus region always has a line.
    others = [code for code in ranked if code != view.focus.code]
    drawn = set(others[: MOST - 1]) | {view.focus.code}
    table = table.assign(firm=_quotients(table).firm)
    wide = table.pivot(index="code", columns="year", values=column)
    return wide.loc[[code for code in ranked if code in drawn]]


def _quotients(table: pd.DataFrame) -> Sureness:
    return sureness(table, "location_quotient_q", count="sector_establishments")


def _totals(history: pd.DataFrame) -> Sureness:
    return sureness(history, "q_value", count="establishments")


def _told_of_hollow(view: View, words: Language) -> list[str]:
    """Say what hollow points are, if there are any."""
    found = [_totals(view.history)]
    if view.has_regions and len(view.region_history):
        drawn = view.region_history["code"].isin(regions_drawn(view).index)
        found.append(_quotients(view.region_history[drawn]))
    if all(each.firm.all() for each in found):
        return []
    chance = "q" if any(each.tested for each in found) else ""
    return [words.text(WORDS + "hollow", why=sure.reason(words, chance=chance, few=True))]


@figure(when=lambda view: len(view.history) > 1)
def through_time(result: View, look: Look) -> Figure:
    """Draw the sector year by year: establishments, D-scores and where it is specialised.

    The mean D-score stands beside the one expected of a random draw from the reference, then
    their ratio, then the location quotient of the regions with most of the sector. Years stand
    to scale; where a value is missing the line is broken. The band is the interval of the mean;
    what is not significant has a hollow point.
    """
    words = look.words
    sector = lettering.clean(result.sector.name)
    if len(result.history) < 2:
        sheet = begin(result, look, title=sector, lines=[], height=160.0)
        empty(sheet, words.text(WORDS + "empty"))
        return sheet.figure
    history = result.history.sort_values("year", kind="stable")
    years = [int(year) for year in history["year"]]
    before, *_, after = (words.number(count) for count in numbers(history, "establishments"))
    rows = HEAD + HIGH + FOOT
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + "title", sector=sector, first=str(years[0]), last=str(years[-1])),
        lines=[words.text(WORDS + "subtitle", before=before, after=after)],
        notes=_told_of_hollow(result, words),
        height=2 * rows + GAP,
    )
    body = sheet.body
    left, right = body.left, body.left + LEFT_PANEL + GAP
    wide = body.right - right
    below = body.top + rows + GAP
    _establishments(sheet, history, Box(left, body.top, LEFT_PANEL, rows))
    _scores(sheet, result, history, Box(right, body.top, wide, rows))
    _relative(sheet, history, Box(left, below, LEFT_PANEL, rows))
    if result.has_regions:
        _regions(sheet, result, Box(right, below, wide, rows), years)
    return sheet.figure


def _heading(sheet: Sheet, box: Box, text: str, note: str) -> None:
    short = lettering.cut(text, box.width, SMALL, "bold")
    sheet.write(box.left, box.top + SMALL, short, size=SMALL, face="bold")
    y = box.top + SMALL * LEADING + TINY
    sheet.write(box.left, y, lettering.cut(note, box.width, TINY), size=TINY, colour=SOFT)


def _years(sheet: Sheet, chart: Box, years: Sequence[int]) -> np.ndarray:
    """Draw the axis of years, each at its place, as many named as fit; return their places."""
    inner = chart.width - 2 * ASIDE
    x = chart.left + ASIDE + axis.Scale(years[0], years[-1], inner).at(np.array(years, dtype=float))
    sheet.line([chart.left, chart.right], [chart.bottom, chart.bottom], RULE, THIN)
    for each in x:
        sheet.line([each, each], [chart.bottom, chart.bottom + 3], RULE, THIN)
    names = [str(year) for year in years]
    for at in axis.fitting(x, [lettering.width(name, TINY) for name in names]):
        y = chart.bottom + 4 + TINY
        sheet.write(float(x[at]), y, names[at], size=TINY, colour=SOFT, align="center")
    return x


def _establishments(sheet: Sheet, history: pd.DataFrame, box: Box) -> None:
    """Draw a bar a year, its number on top."""
    words = sheet.language
    note = words.text(WORDS + "establishments_note")
    _heading(sheet, box, words.text(WORDS + "establishments"), note)
    chart = Box(box.left, box.top + HEAD, box.width, HIGH)
    counts = numbers(history, "establishments")
    x = _years(sheet, chart, [int(year) for year in history["year"]])
    wide = min(WIDEST_BAR, 0.7 * float(np.diff(x).min()))
    high = counts / max(np.nanmax(counts), 1) * (HIGH - TINY - 6)
    for place, tall in zip(x, high, strict=True):
        if np.isfinite(tall):
            bar = Box(float(place) - wide / 2, chart.bottom - tall, wide, tall)
            sheet.rectangle(bar, sheet.palette.quiet)
    texts = [words.number(count) for count in counts]
    for at in axis.fitting(x, [lettering.width(text, TINY) for text in texts]):
        # Where bars are narrower than numbers, a number stands above the bars beside it too.
        under = np.abs(x - x[at]) < (wide + lettering.width(texts[at], TINY)) / 2
        y = chart.bottom - float(np.nan_to_num(high[under]).max()) - 3
        sheet.write(float(x[at]), y, texts[at], size=TINY, align="center")


def _panel(
    sheet: Sheet,
    chart: Box,
    years: Sequence[int],
    courses: Sequence[Course],
    *,
    at_one: bool,
    band: np.ndarray | None = None,
) -> tuple[np.ndarray, axis.Scale] | None:
    """Draw axes and lines, and a band (low and high a year); return places and upright scale."""
    words = sheet.language
    x = _years(sheet, chart, years)
    bounds = np.empty((0, 2)) if band is None else band
    known = np.concatenate([*(course.values for course in courses), bounds.ravel()])
    known = known[np.isfinite(known)]
    if not len(known):
        y = chart.top + chart.height / 2
        sheet.write(chart.left + 4, y, words.text(WORDS + "nothing"), size=TINY, colour=SOFT)
        return None
    middle = 1.0 if at_one else float(known.mean())
    keep = [middle, middle * (1 - LEAST_SPAN), middle * (1 + LEAST_SPAN)]
    scale = axis.scale_for(known, keep, np.full(len(known), DOT), chart.height)
    if band is not None:
        _band(sheet, x, chart.bottom - scale.at(band))
    ticks = scale.ticks(5)
    for tick, number in zip(ticks, axis.tick_texts(words, ticks), strict=True):
        y = chart.bottom - float(scale.at(tick))
        sheet.line([chart.left, chart.right], [y, y], GRID, THIN, under=True)
        sheet.write(
            chart.left - 4,
            y,
            number,
            size=TINY,
            colour=SOFT,
            align="right",
            vertical="center_baseline",
        )
    if at_one:
        y = chart.bottom - float(scale.at(1.0))
        sheet.line([chart.left, chart.right], [y, y], INK, THIN, under=True)
    # What the reader is to look at is drawn last, over the others.
    for course in sorted(courses, key=lambda course: course.strong):
        colour = sheet.palette.accent if course.strong else FAINT
        heights = chart.bottom - scale.at(course.values)
        sheet.line(x.tolist(), heights.tolist(), colour, LINE * (1.8 if course.strong else 1.0))
        fills, edges = sure.hollow([colour] * len(x), course.firm)
        for at in np.flatnonzero(np.isfinite(heights)):
            look = {"facecolor": fills[at], "edgecolor": edges[at], "linewidth": THIN, "zorder": 3}
            sheet.circle(float(x[at]), float(heights[at]), DOT, **look)
    return x, scale


def _band(sheet: Sheet, x: np.ndarray, heights: np.ndarray) -> None:
    """Fill between two lines, year by year; a year without neighbours has an upright line."""
    colour = sure.pale(sheet.palette.accent)
    known = np.isfinite(heights).all(axis=1)
    for at in np.flatnonzero(known):
        if at + 1 < len(x) and known[at + 1]:
            corners = [*heights[[at, at + 1], 0], *heights[[at + 1, at], 1]]
            sheet.ground.fill(x[[at, at + 1, at + 1, at]], corners, color=colour, linewidth=0)
        elif not known[at - 1 : at].any():
            sheet.line([x[at], x[at]], heights[at].tolist(), colour, DOT, under=True)


def _ends(
    sheet: Sheet, chart: Box, room: float, courses: Sequence[Course], x: np.ndarray, up: axis.Scale
) -> None:
    """Name each line at its end; its last value stands there if it is of the last year."""
    ends = []
    for course in courses:
        known = np.flatnonzero(np.isfinite(course.values))
        if not len(known):
            continue
        last = int(known[-1])
        ends.append(
            End(
                x=float(x[last]),
                y=chart.bottom - float(up.at(course.values[last])),
                text=course.name,
                value=course.write if last == len(x) - 1 else "",
                face="bold" if course.strong else "normal",
                colour=INK if course.strong else SOFT,
            )
        )
    write_ends(sheet, ends, Box(chart.right + 10, chart.top, room - 10, chart.height))


def _scores(sheet: Sheet, view: View, history: pd.DataFrame, box: Box) -> None:
    """Draw the mean D-score and what to expect."""
    words, unit = sheet.language, unit_text(view.sector.unit)
    reference = lettering.clean(view.sector.reference_name) or words.text(WORDS + "register")
    title = words.text(WORDS + ("mean_unit" if unit else "mean"), unit=unit)
    band = np.column_stack([numbers(history, f"mean_d_score_{end}") for end in ("low", "high")])
    band[numbers(history, "establishments") < CLAIMED_FROM] = np.nan
    note = words.text(WORDS + "mean_note", reference=reference)
    if np.isfinite(band).any():
        note = f"{words.text(WORDS + 'band')}; {note}"
    _heading(sheet, box, title, note)
    chart = Box(box.left + AXIS, box.top + HEAD, box.width - AXIS - NAMES, HIGH)
    found, all_of_them = _totals(history).firm, np.ones(len(history), dtype=bool)
    courses = [
        Course(
            name=words.text(WORDS + key),
            values=(values := numbers(history, column)),
            write=words.score(values[-1]),
            strong=strong,
            firm=firm,
        )
        for key, column, strong, firm in (
            ("found", "mean_d_score", True, found),
            ("expected", "expected_d_score", False, all_of_them),
        )
    ]
    years = [int(year) for year in history["year"]]
    drawn = _panel(sheet, chart, years, courses, at_one=False, band=band)
    if drawn:
        _ends(sheet, chart, NAMES, courses, *drawn)


def _relative(sheet: Sheet, history: pd.DataFrame, box: Box) -> None:
    """Draw the mean beside what to expect, with its first and last value."""
    words = sheet.language
    _heading(sheet, box, words.text(WORDS + "relative"), words.text(WORDS + "relative_note"))
    chart = Box(box.left + AXIS, box.top + HEAD, box.width - AXIS, HIGH)
    values = numbers(history, "relative_d_score")
    course = Course("", values, "", True, _totals(history).firm)
    drawn = _panel(sheet, chart, [int(year) for year in history["year"]], [course], at_one=True)
    if not drawn:
        return
    x, up = drawn
    y = chart.bottom - up.at(values)
    known = np.flatnonzero(np.isfinite(values))
    wanted = [
        labels.Label(float(x[at]), float(y[at]), DOT / 2, words.number(values[at], 2), TINY, "bold")
        for at in dict.fromkeys([known[-1], known[0]])
    ]
    one = chart.bottom - float(up.at(1.0))
    lines = [[chart.left, one, chart.right, one]]
    lines += [[x[at], y[at], x[at + 1], y[at + 1]] for at in range(len(x) - 1)]
    lines = [line for line in lines if np.isfinite(line).all()]
    labels.draw(sheet, labels.place(wanted, chart, labels.Obstacles(lines=np.array(lines)), must=2))


def _regions(sheet: Sheet, view: View, box: Box, years: Sequence[int]) -> None:
    """Draw the location quotient of the regions with most of the sector."""
    words, table = sheet.language, regions_drawn(view)
    firm, counts = regions_drawn(view, "firm"), regions_drawn(view, "sector_establishments")
    level = lettering.clean(view.focus.level)
    _heading(
        sheet,
        box,
        words.text(WORDS + "quotient"),
        words.text(WORDS + "quotient_note", level=level),
    )
    chart = Box(box.left + AXIS, box.top + HEAD, box.width - AXIS - NAMES, HIGH)
    names = view.region_history.drop_duplicates("code", keep="last").set_index("code")["name"]
    courses = []
    for code, row in table.iterrows():
        values = row.reindex(np.array(years)).to_numpy(dtype=float, na_value=np.nan)
        known = counts.loc[str(code)].to_numpy(dtype=float, na_value=np.nan)
        count = float(known[np.isfinite(known)][-1])
        room = NAMES - 10 - VALUE
        courses.append(
            Course(
                name=labels.counted(
                    words, names[str(code)], count, room=room, size=TINY, face="bold"
                ),
                values=values,
                write=words.number(values[-1], 2),
                strong=code == view.focus.code,
                firm=firm.loc[str(code)].reindex(np.array(years)).eq(True).to_numpy(),
            )
        )
    drawn = _panel(sheet, chart, years, courses, at_one=True)
    if drawn:
        _ends(sheet, chart, NAMES, courses, *drawn)
