"""Establishments by number of jobs, in the focus region and in all.

Figures 6 and 8 of the article in ESB on regional clusters (after Raspe et al. 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from nabij.figures.kit import lettering, sure
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.jobs import jobs_notes
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import INK, RULE, SMALL, SOFT, TEXT, THIN
from nabij.measures.sizes import BELOW_ONE, SMALL_BELOW, UNKNOWN
from nabij.views.sureness import CLAIMED_FROM

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

BAR = 11.0
BETWEEN = 1.5
AFTER = 12.5
KEY_ROW = SMALL * LEADING + 3
FOOT = 14.0
LABEL_ROOM = 130.0
NARROW_LABEL_ROOM = 60.0
GAP = 5.0
WORDS = "figures.size_classes."


@dataclass(frozen=True)
class Series:
    """The bars of one colour.

    Parameters
    ----------
    name : str
    counts, shares : numpy.ndarray
        Of each class, and of all.
    colour : str
        Pale where there are few.
    enough : bool
        Whether there are enough establishments for shares to say something.
    strong : bool
        Whether it is what the reader is to look at.
    """

    name: str
    counts: np.ndarray
    shares: np.ndarray
    colour: str
    enough: bool
    strong: bool


def _known(table: pd.DataFrame) -> np.ndarray:
    """Return the places of the classes of known jobs that are not empty."""
    counts = table["national_establishments"].to_numpy(dtype=float, na_value=0.0)
    return np.flatnonzero((counts > 0) & (table["size_class"] != UNKNOWN).to_numpy())


def _compares(result: View) -> bool:
    """Tell whether there are two classes, or more, to compare."""
    return result.has_jobs and len(_known(result.size_classes)) > 1


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the classes from the first to the last that is not empty, and the unknown ones."""
    known, place = _known(table), np.arange(len(table))
    between = (place >= known[0]) & (place <= known[-1])
    return table[between | (table["size_class"] == UNKNOWN).to_numpy()]


@figure(when=_compares)
def size_classes(result: View, look: Look) -> Figure:
    """Draw the shares of the size classes in the focus region beside those of all regions.

    Figures 6 and 8 of the article: is the cluster many small establishments, or few large ones?
    Bars of few establishments are pale and have their number only. Empty classes before the first
    and after the last that is not are left out.

    Where all are in one class there is a sentence instead of a chart.
    """
    words, many = look.words, len(_known(result.size_classes))
    names = {
        "sector": lettering.clean(result.sector.name),
        "region": lettering.clean(result.focus.name),
    }
    title = words.text(WORDS + ("title" if result.has_regions else "title_whole"), **names)
    if many < 2:
        notes = jobs_notes(result, words)
        sheet = begin(result, look, title=title, lines=[], notes=notes, height=160.0)
        empty(sheet, _in_a_sentence(result, words))
        return sheet.figure
    table = _shown(result.size_classes)
    series = _series(result, look, table)
    below_one = (table["size_class"] == BELOW_ONE).any()
    few = not all(each.enough for each in series)
    sheet = begin(
        result,
        look,
        title=title,
        finding=_finding(result, words),
        lines=[words.text(WORDS + "subtitle")],
        notes=[
            *([words.text(WORDS + "below_one")] if below_one else []),
            *([words.text(WORDS + "few", least=CLAIMED_FROM)] if few else []),
            *jobs_notes(result, words),
        ],
        height=_top(series) + _row(series) * len(table) - AFTER + FOOT,
    )
    _bars(sheet, series, [words.size_class(name) for name in table["size_class"]])
    return sheet.figure


def _in_a_sentence(result: View, words: Language) -> str:
    """Say that all are in one class, or that there is none."""
    known = result.size_classes.iloc[_known(result.size_classes)]
    if known.empty:
        return words.text(WORDS + "empty")
    return words.text(
        WORDS + "one",
        n=int(known["national_establishments"].iloc[0]),
        size=words.size_class(known["size_class"].iloc[0]),
    )


def _finding(result: View, words: Language) -> str:
    """Say how many are small, in the focus region beside the whole sector."""
    found = result.findings
    if not found.focus_claimed or found.focus_sizes == "unknown":
        return ""
    share, national = (
        words.share(each) for each in (found.small_share, found.small_share_nationally)
    )
    if not result.has_regions:
        return words.text(WORDS + "finding_whole", share=share, below=SMALL_BELOW)
    return words.text(
        WORDS + ("finding_same" if share == national else "finding"),
        share=share,
        national=national,
        below=SMALL_BELOW,
        region=lettering.clean(result.focus.name),
    )


def _series(result: View, look: Look, table: pd.DataFrame) -> list[Series]:
    """Return the focus region, if the study has regions, and the whole sector."""
    words, colours = look.words, look.palette
    own = ("focus", lettering.clean(result.focus.name), colours.accent)
    whole = ("national", words.text(WORDS + "all"), colours.quiet)
    found = []
    for key, name, colour in (own, whole) if result.has_regions else (whole,):
        counts, shares = (
            table[f"{key}_{what}"].to_numpy(dtype=float, na_value=np.nan)
            for what in ("establishments", "share")
        )
        enough = bool(counts.sum() >= CLAIMED_FROM)
        colour = colour if enough else sure.pale(colour)
        found.append(Series(name, counts, shares, colour, enough, strong=key == "focus"))
    return found


def _row(series: Sequence[Series]) -> float:
    return len(series) * (BAR + BETWEEN) - BETWEEN + AFTER


def _top(series: Sequence[Series]) -> float:
    """Return the height of the key and of the heading of the classes."""
    return len(series) * KEY_ROW + 18.0


def _numbers(words: Language, each: Series, row: int) -> tuple[str, str]:
    """Return the share of a class, if there are enough to give one, and its establishments."""
    count = words.number(each.counts[row])
    return (words.share(each.shares[row]), f"({count})") if each.enough else ("", count)


def _bars(sheet: Sheet, series: Sequence[Series], names: Sequence[str]) -> None:
    words, body = sheet.language, sheet.body
    room = NARROW_LABEL_ROOM if sheet.look.narrow else LABEL_ROOM
    names = [lettering.cut(name, room, TEXT) for name in names]
    heading = words.text(WORDS + "jobs")
    widths = [*(lettering.width(name) for name in names), lettering.width(heading, SMALL, "bold")]
    left = body.left + max(widths) + 12
    texts = [[_numbers(words, each, row) for row in range(len(names))] for each in series]
    written = [lettering.width(" ".join(pair), SMALL, "bold") for each in texts for pair in each]
    shares = np.array([each.shares for each in series])
    largest = float(np.nanmax(shares)) if np.isfinite(shares).any() else 1.0
    per_share = (body.right - max(written) - 2 * GAP - left) / largest
    _key(sheet, series, body.left if sheet.look.narrow else left)

    first = body.top + _top(series)
    sheet.write(left - 10, first - 8, heading, size=SMALL, face="bold", colour=SOFT, align="right")
    for row, name in enumerate(names):
        top = first + row * _row(series)
        middle = top + (_row(series) - AFTER) / 2
        sheet.write(left - 10, middle, name, align="right", vertical="center_baseline")
        for at, each in enumerate(series):
            share, count = texts[at][row]
            y = top + at * (BAR + BETWEEN)
            wide = max(each.shares[row] * per_share, 0.0) if np.isfinite(each.shares[row]) else 0.0
            sheet.rectangle(Box(left, y, wide, BAR), each.colour)
            strong = each.strong and each.enough
            face, x = "bold" if strong else "normal", left + wide + GAP
            write = partial(sheet.write, size=SMALL, vertical="center_baseline")
            if share:
                write(x, y + BAR / 2, share, face=face, colour=INK if strong else SOFT)
                x += lettering.width(share, SMALL, face) + GAP
            write(x, y + BAR / 2, count, colour=SOFT)
    low = first + len(names) * _row(series) - AFTER
    sheet.line([left, left], [first - 4, low + 4], RULE, THIN * 1.5)


def _key(sheet: Sheet, series: Sequence[Series], left: float) -> None:
    """Say which bar is which, with the numbers behind the shares."""
    y = sheet.body.top + 2
    for each in series:
        counted = f"n = {sheet.language.number(each.counts.sum())}"
        after = lettering.width(counted, SMALL) + 26
        face = "bold" if each.strong else "normal"
        short = lettering.cut(each.name, sheet.body.right - left - after, SMALL, face)
        write = partial(sheet.write, size=SMALL, vertical="center_baseline")
        sheet.rectangle(Box(left, y - 1, 13, 9), each.colour)
        write(left + 19, y + 3.5, short, face=face)
        after_name = left + 19 + lettering.width(short, SMALL, face) + 6
        write(after_name, y + 3.5, counted, colour=SOFT)
        y += KEY_ROW
