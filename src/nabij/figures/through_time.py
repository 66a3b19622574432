"""The sector through the years of the register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.kit import axis, labels, lettering, sure
from nabij.figures.kit.courses import DOT, Course, draw_courses, name_ends, year_axis
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty, unit_text
from nabij.figures.kit.style import SMALL, SOFT, TINY
from nabij.views.course import course_found
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
NAMES, NARROW_NAMES, NARROW_SCORE_NAMES = 142.0, 120.0, 78.0
AXIS = 34.0
FOOT = 20.0
WIDEST_BAR = 16.0
WORDS = "figures.through_time."


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
    panels = _panels(result, words, history)
    boxes, height = _laid_out(look, panels)
    first, last = str(int(history["year"].iloc[0])), str(int(history["year"].iloc[-1]))
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + "title", sector=sector, first=first, last=last),
        finding=_finding(result, words),
        lines=[words.text(WORDS + "subtitle")],
        notes=_told_of_hollow(result, words),
        height=height,
    )
    for panel, box in zip(panels, boxes, strict=True):
        top, left = sheet.body.top + box.top, sheet.body.left + box.left
        head, note = panel.rows(box.width)
        y = sheet.paragraph(left, top, head, size=SMALL, face="bold")
        sheet.paragraph(left, y, note, size=TINY, colour=SOFT)
        panel.draw(sheet, Box(left, top + box.height - HIGH - FOOT, box.width, HIGH))
    return sheet.figure


def _finding(view: View, words: Language) -> str:
    """Say how the sector grew, and what is significant of its nearness."""
    found = course_found(view.history, view.changes, view.focus.level)
    if found is None or found.size == "few":
        return ""
    grown = words.text(
        f"{WORDS}finding_{found.size}",
        sector=lettering.clean(view.sector.name),
        before=found.before,
        after=found.after,
        first=str(found.first),
        last=str(found.last),
    )
    if not found.nearer:
        return grown
    return words.text(f"{WORDS}finding_{found.nearer}", grown=grown, since=str(found.since))


@dataclass(frozen=True)
class Panel:
    """One chart through the years: its heading, its note and how it is drawn in a box."""

    heading: str
    note: str
    draw: Callable[[Sheet, Box], None]

    def rows(self, width: float) -> tuple[list[str], list[str]]:
        """Return heading and note, wrapped."""
        return (
            lettering.wrap(self.heading, width, SMALL, "bold", 2),
            lettering.wrap(self.note, width, TINY, lines=4),
        )

    def head(self, width: float) -> float:
        """Return how high heading and note are."""
        heading, note = self.rows(width)
        return (len(heading) * SMALL + len(note) * TINY) * LEADING + 10


def _panels(view: View, words: Language, history: pd.DataFrame) -> list[Panel]:
    """Return what is drawn, in the order in which it is read."""
    unit = unit_text(view.sector.unit)
    reference = lettering.clean(view.sector.reference_name) or words.text(WORDS + "register")
    band = _band_of(history)
    expected = words.text(WORDS + "mean_note", reference=reference)
    banded = f"{words.text(WORDS + 'band')}; {expected}" if np.isfinite(band).any() else expected
    found = [
        Panel(
            words.text(WORDS + "establishments"),
            words.text(WORDS + "establishments_note"),
            partial(_establishments, history=history),
        ),
        Panel(
            words.text(WORDS + ("mean_unit" if unit else "mean"), unit=unit),
            banded,
            partial(_scores, history=history, band=band),
        ),
        Panel(
            words.text(WORDS + "relative"),
            words.text(WORDS + "relative_note"),
            partial(_relative, history=history),
        ),
    ]
    if view.has_regions:
        level = lettering.clean(view.focus.level)
        years = [int(year) for year in history["year"]]
        found.append(
            Panel(
                words.text(WORDS + "quotient"),
                words.text(WORDS + "quotient_note", level=level),
                partial(_regions, view=view, years=years),
            )
        )
    return found


def _laid_out(look: Look, panels: Sequence[Panel]) -> tuple[list[Box], float]:
    """Return boxes in the body, two by two or below each other, and how high that is."""
    columns = [(0.0, look.room)]
    if not look.narrow:
        right = LEFT_PANEL + GAP
        columns = [(0.0, LEFT_PANEL), (right, look.room - right)]
    boxes, top = [], 0.0
    for start in range(0, len(panels), len(columns)):
        row = list(zip(panels[start : start + len(columns)], columns, strict=False))
        high = max(panel.head(width) for panel, (_, width) in row) + HIGH + FOOT
        boxes += [Box(left, top, width, high) for _, (left, width) in row]
        top += high + GAP
    return boxes, top - GAP


def _establishments(sheet: Sheet, chart: Box, *, history: pd.DataFrame) -> None:
    """Draw a bar a year, its number on top."""
    words = sheet.language
    counts, years = numbers(history, "establishments"), [int(year) for year in history["year"]]
    x = year_axis(sheet, chart, years)
    wide = min(WIDEST_BAR, 0.7 * float(np.diff(x).min()))
    high = counts / max(np.nanmax(counts), 1) * (HIGH - TINY - 6)
    for year, place, tall, count in zip(years, x, high, counts, strict=True):
        if np.isfinite(tall):
            bar = Box(float(place) - wide / 2, chart.bottom - tall, wide, tall)
            sheet.rectangle(bar, sheet.palette.quiet)
            corners = [(bar.left, bar.top), (bar.right, bar.top), (bar.right, bar.bottom)]
            ring = np.array([*corners, (bar.left, bar.bottom)])
            sheet.area_spot([ring], words.text(WORDS + "spot", year=str(year), n=count))
    texts = [words.number(count) for count in counts]
    for at in axis.fitting(x, [lettering.width(text, TINY) for text in texts]):
        # Where bars are narrower than numbers, a number stands above the bars beside it too.
        under = np.abs(x - x[at]) < (wide + lettering.width(texts[at], TINY)) / 2
        y = chart.bottom - float(np.nan_to_num(high[under]).max()) - 3
        sheet.write(float(x[at]), y, texts[at], size=TINY, align="center")


def _plot(box: Box, names: float = 0.0) -> Box:
    """Return the chart within a panel: right of its axis, left of the names at the ends."""
    return Box(box.left + AXIS, box.top, box.width - AXIS - names, box.height)


def _band_of(history: pd.DataFrame) -> np.ndarray:
    """Return the interval of the mean in each year with enough establishments."""
    band = np.column_stack([numbers(history, f"mean_d_score_{end}") for end in ("low", "high")])
    band[numbers(history, "establishments") < CLAIMED_FROM] = np.nan
    return band


def _scores(sheet: Sheet, box: Box, *, history: pd.DataFrame, band: np.ndarray) -> None:
    """Draw the mean D-score and what to expect."""
    words = sheet.language
    room = NARROW_SCORE_NAMES if sheet.look.narrow else NAMES
    chart = _plot(box, room)
    found, all_of_them = _totals(history).firm, np.ones(len(history), dtype=bool)
    courses = [
        Course(words.text(WORDS + key), numbers(history, column), words.score, strong, firm)
        for key, column, strong, firm in (
            ("found", "mean_d_score", True, found),
            ("expected", "expected_d_score", False, all_of_them),
        )
    ]
    years = [int(year) for year in history["year"]]
    drawn = draw_courses(sheet, chart, years, courses, at_one=False, band=band)
    if drawn:
        name_ends(sheet, chart, room, courses, *drawn)


def _relative(sheet: Sheet, box: Box, *, history: pd.DataFrame) -> None:
    """Draw the mean beside what to expect, with its first and last value."""
    words, chart = sheet.language, _plot(box)
    values = numbers(history, "relative_d_score")
    write = partial(words.number, digits=2)
    course = Course("", values, write, True, _totals(history).firm)
    drawn = draw_courses(
        sheet, chart, [int(year) for year in history["year"]], [course], at_one=True
    )
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


def _regions(sheet: Sheet, box: Box, *, view: View, years: Sequence[int]) -> None:
    """Draw the location quotient of the regions with most of the sector."""
    words, table = sheet.language, regions_drawn(view)
    firm, counts = regions_drawn(view, "firm"), regions_drawn(view, "sector_establishments")
    names_room = NARROW_NAMES if sheet.look.narrow else NAMES
    chart = _plot(box, names_room)
    names = view.region_history.drop_duplicates("code", keep="last").set_index("code")["name"]
    courses = []
    for code, row in table.iterrows():
        values = row.reindex(np.array(years)).to_numpy(dtype=float, na_value=np.nan)
        known = counts.loc[str(code)].to_numpy(dtype=float, na_value=np.nan)
        count = float(known[np.isfinite(known)][-1])
        courses.append(
            Course(
                name=lettering.clean(names[str(code)]),
                note=f"({words.number(count)})",
                values=values,
                write=partial(words.number, digits=2),
                strong=code == view.focus.code,
                firm=firm.loc[str(code)].reindex(np.array(years)).eq(True).to_numpy(),
            )
        )
    drawn = draw_courses(sheet, chart, years, courses, at_one=True)
    if drawn:
        name_ends(sheet, chart, names_room, courses, *drawn)
