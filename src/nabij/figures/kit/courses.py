"""Lines through the years: their axes, their points and the names at their ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nabij.figures.kit import axis, lettering, sure, ticks
from nabij.figures.kit.ends import End, write_ends
from nabij.figures.kit.sheet import Box, Sheet
from nabij.figures.kit.style import FAINT, INK, LINE, RULE, SOFT, THIN, TINY

# Room between the ends of the axis of years and the first and last year.
ASIDE = 9.0
DOT = 4.2
# An axis reaches this part above and below its middle, so that a ripple does not look like a wave.
LEAST_SPAN = 0.1


@dataclass(frozen=True)
class Course:
    """One line: a value a year, missing where there is none; what is not firm is hollow.

    `note` stands after its name.
    """

    name: str
    values: np.ndarray
    write: Callable[[float], str]
    strong: bool
    firm: np.ndarray
    note: str = ""


def year_axis(sheet: Sheet, chart: Box, years: Sequence[int]) -> np.ndarray:
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


def draw_courses(
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
    x = year_axis(sheet, chart, years)
    bounds = np.empty((0, 2)) if band is None else band
    known = np.concatenate([*(course.values for course in courses), bounds.ravel()])
    known = known[np.isfinite(known)]
    if not len(known):
        y = chart.top + chart.height / 2
        sheet.write(
            chart.left + 4, y, words.text("figures.through_time.nothing"), size=TINY, colour=SOFT
        )
        return None
    middle = 1.0 if at_one else float(known.mean())
    keep = [middle, middle * (1 - LEAST_SPAN), middle * (1 + LEAST_SPAN)]
    scale = axis.scale_for(known, keep, np.full(len(known), DOT), chart.height)
    if band is not None:
        _band(sheet, x, chart.bottom - scale.at(band))
    found = scale.ticks(5)
    ticks.beside(sheet, chart, scale, found, axis.tick_texts(words, found))
    if at_one:
        y = chart.bottom - float(scale.at(1.0))
        sheet.line([chart.left, chart.right], [y, y], INK, THIN, under=True)
    # What the reader is to look at is drawn last, over the others.
    for course in sorted(courses, key=lambda course: course.strong):
        colour = sheet.palette.accent if course.strong else FAINT
        heights = chart.bottom - scale.at(course.values)
        sheet.line(x.tolist(), heights.tolist(), colour, LINE * (1.8 if course.strong else 1.0))
        fills, edges = sure.hollow([colour] * len(x), course.firm)
        for at in np.flatnonzero(np.isfinite(heights)).tolist():
            look = {"facecolor": fills[at], "edgecolor": edges[at], "linewidth": THIN, "zorder": 3}
            sheet.circle(float(x[at]), float(heights[at]), DOT, **look)
            told = f"{course.name}, {years[at]}: {course.write(course.values[at])}"
            sheet.round_spot(float(x[at]), float(heights[at]), DOT, told.removeprefix(", "))
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


def name_ends(
    sheet: Sheet, chart: Box, room: float, courses: Sequence[Course], x: np.ndarray, up: axis.Scale
) -> None:
    """Name each line at its end; its last value stands there if it is of the last year."""
    ends = []
    for course in courses:
        known = np.flatnonzero(np.isfinite(course.values))
        if not len(known):
            continue
        last = int(known[-1])
        value = course.write(course.values[last]) if last == len(x) - 1 else ""
        ends.append(
            End(
                x=float(x[last]),
                y=chart.bottom - float(up.at(course.values[last])),
                text=course.name,
                value=f"{course.note} {value}".strip(),
                face="bold" if course.strong else "normal",
                colour=INK if course.strong else SOFT,
            )
        )
    write_ends(sheet, ends, Box(chart.right + 10, chart.top, room - 10, chart.height))
