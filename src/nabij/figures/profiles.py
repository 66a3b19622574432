"""Nearness by distance: the K-density, M, and Ripley's K and L, beside what chance would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from nabij.figures.kit import axis, lettering, sure, ticks
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import LINE, RULE, SMALL, SOFT, THIN, TINY
from nabij.measures.profiles import MOST
from nabij.views.distances import nearer_up_to
from nabij.views.sureness import numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

HIGH = 118.0
GAP = 26.0
AXIS = 38.0
HEAD = SMALL * LEADING + TINY * LEADING + 8
FOOT = 24.0
KEY = 20.0
KEY_ROW = 13.0
SWATCH = 18.0
# Dashes in widths of their line.
DASHES = (0.0, (4.0, 2.5))
# Metres in a kilometre, by the power in which a measure has them: Kd is a density.
SCALES = {"Kd": 1e3, "M": 1.0, "K": 1e-6, "L": 1e-3}
COLUMNS = ("value", "expected", "low", "high", "global_low", "global_high")
WORDS = "figures.profiles."


@dataclass(frozen=True)
class Curves:
    """One measure by distance: kilometres, and the numbers of the table in units of kilometres."""

    distance: np.ndarray
    value: np.ndarray
    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    global_low: np.ndarray
    global_high: np.ndarray


def curves_of(table: pd.DataFrame, measure: str) -> Curves:
    """Return the curves of one measure, as they are drawn."""
    rows = table[table["measure"] == measure].sort_values("distance", kind="stable")
    values = [SCALES[measure] * numbers(rows, name) for name in COLUMNS]
    return Curves(numbers(rows, "distance") / 1000, *values)


@figure(when=lambda view: not view.profiles.empty)
def profiles(result: View, look: Look) -> Figure:
    """Draw Kd, M, K and L of the sector by distance, each with its envelopes.

    The shaded band is the local envelope, at each distance apart; the dashed lines are the global
    one, at all distances together. The thin line is the mean of the relabellings.
    """
    words = look.words
    sector = lettering.clean(result.sector.name)
    title, n = words.text(WORDS + "title", sector=sector), result.sector.establishments
    if result.profiles.empty:
        sheet = begin(result, look, title=title, lines=[], height=160.0)
        empty(sheet, words.text(WORDS + "empty"))
        return sheet.figure
    reference = lettering.clean(result.sector.reference_name) or words.text(WORDS + "register")
    counts = words.text(
        WORDS + ("counts_drawn" if n > MOST else "counts"),
        n=words.number(n),
        drawn=words.number(MOST),
        relabellings=words.number(result.study.profiles.simulations),
    )
    measures = [name for name in SCALES if (result.profiles["measure"] == name).any()]
    rows = HEAD + HIGH + FOOT
    across = 1 if look.narrow else 2
    key = 4 * KEY_ROW + 8 if look.narrow else KEY
    sheet = begin(
        result,
        look,
        title=title,
        finding=_finding(result, words),
        lines=[words.text(WORDS + "subtitle", reference=reference), counts],
        notes=[words.text(WORDS + "note")],
        height=key + (rows + GAP) * -(-len(measures) // across) - GAP,
    )
    body = sheet.body
    _key(sheet)
    wide = (body.width - (across - 1) * GAP) / across
    for at, measure in enumerate(measures):
        left = body.left + (at % across) * (wide + GAP)
        top = body.top + key + (at // across) * (rows + GAP)
        _panel(sheet, Box(left, top, wide, rows), result, measure)
    return sheet.figure


def _finding(result: View, words: Language) -> str:
    """Say up to which distance the sector is surely nearer together than chance."""
    distance = nearer_up_to(result.profiles, result.sector.establishments) / 1000
    if not np.isfinite(distance):
        return ""
    return words.text(WORDS + "finding", km=words.number(distance, 0 if distance >= 9.95 else 1))


def _key(sheet: Sheet) -> None:
    """Explain the lines and the band in one row, or on a narrow sheet in four."""
    x, y = sheet.body.left, sheet.body.top + TINY
    middle = y - 0.35 * TINY
    for name in ("sector", "expected", "local", "global"):
        ends = np.array([x, x + SWATCH])
        if name == "local":
            box = Box(x, middle - 3.5, SWATCH, 7.0)
            sheet.rectangle(box, sure.pale(sheet.palette.accent))
        else:
            _line(sheet, ends, np.array([middle, middle]), name)
        text = sheet.language.text(WORDS + name)
        sheet.write(x + SWATCH + 5, y, text, size=TINY, colour=SOFT)
        if sheet.look.narrow:
            y += KEY_ROW
            middle += KEY_ROW
        else:
            x += SWATCH + 5 + lettering.width(text, TINY) + 16


def _line(sheet: Sheet, x: np.ndarray, y: np.ndarray, name: str) -> None:
    """Draw the sector's line, the expected one or one of the global envelope."""
    colour = sheet.palette.accent if name == "sector" else SOFT
    weight = LINE * 1.8 if name == "sector" else THIN
    sheet.ink.add_line(
        Line2D(
            x,
            y,
            color=colour,
            linewidth=weight,
            linestyle=DASHES if name == "global" else "solid",
            zorder=3 if name == "sector" else 2,
            label=name,
        )
    )


def _panel(sheet: Sheet, box: Box, view: View, measure: str) -> None:
    """Draw one measure: heading, axes, envelopes and lines."""
    words, curves = sheet.language, curves_of(view.profiles, measure)
    heading = lettering.cut(words.text(WORDS + measure), box.width, SMALL, "bold")
    sheet.write(box.left, box.top + SMALL, heading, size=SMALL, face="bold")
    note = lettering.cut(words.text(f"{WORDS}{measure}_note"), box.width, TINY)
    sheet.write(box.left, box.top + SMALL * LEADING + TINY, note, size=TINY, colour=SOFT)
    chart = Box(box.left + AXIS, box.top + HEAD, box.width - AXIS, HIGH)
    across = axis.Scale(0.0, float(curves.distance[-1]), chart.width)
    x = chart.left + across.at(curves.distance)
    _distances(sheet, chart, across)
    lines = {
        "sector": [curves.value],
        "expected": [curves.expected],
        "global": [curves.global_low, curves.global_high],
    }
    drawn = np.concatenate([line for each in lines.values() for line in each])
    known = np.concatenate([drawn, curves.low, curves.high])
    known = known[np.isfinite(known)]
    if not len(known):
        y = chart.top + chart.height / 2
        sheet.write(chart.left + 4, y, words.text(WORDS + "nothing"), size=TINY, colour=SOFT)
        return
    up = axis.scale_for(known, [], np.zeros(len(known)), chart.height)
    found = up.ticks(5)
    ticks.beside(sheet, chart, up, found, axis.tick_texts(words, found))
    low, high = (chart.bottom - up.at(bound) for bound in (curves.low, curves.high))
    there = np.isfinite(low) & np.isfinite(high)
    colour = sure.pale(sheet.palette.accent)
    band = sheet.ground.fill_between(x, low, high, where=there, color=colour, linewidth=0)
    band.set(zorder=2.1, label="local")
    for name, each in lines.items():
        for line in each:
            _line(sheet, x, chart.bottom - up.at(line), name)


def _distances(sheet: Sheet, chart: Box, across: axis.Scale) -> None:
    """Draw the axis of distances, in kilometres."""
    sheet.line([chart.left, chart.right], [chart.bottom, chart.bottom], RULE, THIN)
    ticks = across.ticks(4)
    texts = axis.tick_texts(sheet.language, ticks)
    texts[-1] = f"{texts[-1]} {sheet.language.text(WORDS + 'km')}"
    x = chart.left + across.at(np.array(ticks))
    for each in x:
        sheet.line([each, each], [chart.bottom, chart.bottom + 3], RULE, THIN)
    widths = [lettering.width(text, TINY) for text in texts]
    # A text at the end stands inside the sheet.
    places = np.minimum(x, chart.right - np.array(widths) / 2)
    for at in axis.fitting(places, widths):
        y = chart.bottom + 4 + TINY
        sheet.write(float(places[at]), y, texts[at], size=TINY, colour=SOFT, align="center")
