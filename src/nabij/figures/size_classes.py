"""Establishments by number of jobs, in the focus region and in all.

Figures 6 and 8 of the article in ESB on regional clusters (after Raspe et al. 2012).
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from nabij.figures.kit import lettering, sure
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.jobs import jobs_notes
from nabij.figures.kit.sheet import LEADING, Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import INK, RULE, SMALL, SOFT, TEXT, THIN
from nabij.measures.sizes import UNKNOWN
from nabij.views.sureness import CLAIMED_FROM

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

BAR = 11.0
BETWEEN = 1.5
ROW = 36.0
KEY = 46.0
FOOT = 14.0
NUMBER_ROOM = 80.0
LABEL_ROOM = 130.0


def class_text(words: Language, name: object) -> str:
    """Write the name of a size class.

    >>> from nabij.language import Language
    >>> [class_text(Language("nl"), name) for name in ("<1", "2-4", "100+", "unknown")]
    ['< 1', '2–4', '100+', 'onbekend']
    """
    if name == UNKNOWN:
        return words.text("figures.unknown")
    return re.sub(r"(?<=\d)-(?=\d)", "–", re.sub(r"^<(?=\d)", "< ", lettering.clean(name)))


def share_text(words: Language, share: float) -> str:
    """Write a share: whole per cents, tenths below one, and never 0 for what is not none.

    >>> from nabij.language import Language
    >>> [share_text(Language("en"), share) for share in (0.333, 0.004, 0.0001, 0.0)]
    ['33%', '0.4%', '< 0.1%', '0%']
    """
    if 0 < share < 0.0005:
        return f"< {words.percent(0.001, 1)}"
    return words.percent(share, 1 if 0 < share < 0.00995 else 0)


@figure(when=lambda view: view.has_jobs)
def size_classes(result: View, look: Look) -> Figure:
    """Draw the shares of the size classes in the focus region beside those of all regions.

    Figures 6 and 8 of the article: is the cluster many small establishments, or few large ones?
    Of a region with few establishments the bars are pale.
    """
    words = look.words
    text = "figures.size_classes."
    table = result.size_classes
    shares = table[["focus_share", "national_share"]].to_numpy(dtype=float, na_value=np.nan)
    known = (table["size_class"] != UNKNOWN).to_numpy()
    nothing = not np.nansum(shares[known]) > 0
    sheet = begin(
        result,
        look,
        title=words.text(
            text + "title",
            sector=lettering.clean(result.sector.name),
            region=lettering.clean(result.focus.name),
        ),
        lines=[words.text(text + "subtitle")],
        notes=[*_few(result, words), *jobs_notes(result, words)],
        height=160.0 if nothing else KEY + ROW * (len(table) - 1) + 2 * BAR + BETWEEN + FOOT,
    )
    if nothing:
        empty(sheet, words.text(text + "empty"))
        return sheet.figure
    _bars(sheet, result, shares)
    return sheet.figure


def _of_focus(result: View) -> int:
    return int(result.size_classes["focus_establishments"].sum())


def _few(result: View, words: Language) -> list[str]:
    """Say of how few establishments in the focus region nothing can be told."""
    count = _of_focus(result)
    if count >= CLAIMED_FROM:
        return []
    region = lettering.clean(result.focus.name)
    least = words.number(CLAIMED_FROM)
    return [
        words.text("figures.size_classes.few", region=region, n=words.number(count), least=least)
    ]


def _colours(sheet: Sheet, result: View) -> tuple[str, str]:
    """Return the colour of the focus region, pale where it has few, and of the whole sector."""
    colours = sheet.palette
    few = _of_focus(result) < CLAIMED_FROM
    return sure.pale(colours.accent) if few else colours.accent, colours.quiet


def _bars(sheet: Sheet, result: View, shares: np.ndarray) -> None:
    words, text, body = sheet.language, "figures.size_classes.", sheet.body
    names = [
        lettering.cut(class_text(words, name), LABEL_ROOM, TEXT)
        for name in result.size_classes["size_class"]
    ]
    heading = words.text(text + "jobs")
    widths = [*(lettering.width(name) for name in names), lettering.width(heading, SMALL, "bold")]
    left = body.left + max(widths) + 12
    per_share = (body.right - NUMBER_ROOM - left) / np.nanmax(shares)
    _key(sheet, result, left)
    sheet.write(
        left - 10, body.top + KEY - 8, heading, size=SMALL, face="bold", colour=SOFT, align="right"
    )

    colours = _colours(sheet, result)
    counts = result.size_classes[["focus_establishments", "national_establishments"]].to_numpy()
    for row, name in enumerate(names):
        top = body.top + KEY + row * ROW
        middle = top + BAR + BETWEEN / 2
        sheet.write(left - 10, middle, name, align="right", vertical="center_baseline")
        for series, colour in enumerate(colours):
            share = shares[row, series]
            y = top + series * (BAR + BETWEEN)
            wide = max(share * per_share, 0.0) if np.isfinite(share) else 0.0
            sheet.rectangle(Box(left, y, wide, BAR), colour)
            strong = series == 0 and _of_focus(result) >= CLAIMED_FROM
            text_of, face = share_text(words, share), "bold" if strong else "normal"
            write = partial(sheet.write, size=SMALL, vertical="center_baseline")
            write(left + wide + 5, y + BAR / 2, text_of, face=face, colour=INK if strong else SOFT)
            after = left + wide + 5 + lettering.width(text_of, SMALL, face) + 5
            write(after, y + BAR / 2, f"({words.number(counts[row, series])})", colour=SOFT)
    low = body.top + KEY + len(names) * ROW - ROW + 2 * BAR + BETWEEN
    sheet.line([left, left], [body.top + KEY - 4, low + 4], RULE, THIN * 1.5)


def _key(sheet: Sheet, result: View, left: float) -> None:
    """Say which bar is which, with the numbers behind the shares."""
    words, text = sheet.language, "figures.size_classes."
    table = result.size_classes
    own, all_of_it = _colours(sheet, result)
    series = (
        (
            own,
            lettering.clean(result.focus.name),
            table["focus_establishments"].sum(),
        ),
        (
            all_of_it,
            words.text(text + "all"),
            table["national_establishments"].sum(),
        ),
    )
    y = sheet.body.top + 2
    for at, (colour, name, count) in enumerate(series):
        counted = f"n = {words.number(count)}"
        after = lettering.width(counted, SMALL) + 26
        face = "normal" if at else "bold"
        short = lettering.cut(name, sheet.body.right - left - after, SMALL, face)
        sheet.rectangle(Box(left, y - 1, 13, 9), colour)
        sheet.write(left + 19, y + 3.5, short, size=SMALL, face=face, vertical="center_baseline")
        sheet.write(
            left + 19 + lettering.width(short, SMALL, face) + 6,
            y + 3.5,
            counted,
            size=SMALL,
            colour=SOFT,
            vertical="center_baseline",
        )
        y += SMALL * LEADING + 3
