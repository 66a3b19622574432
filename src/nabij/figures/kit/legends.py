"""Legends, drawn in points on the sheet so that they are true to the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from nabij.figures.kit import lettering
from nabij.figures.kit.dots import Sizing
from nabij.figures.kit.sheet import LEADING, Box, Sheet
from nabij.figures.kit.style import FAINT, HAIR, PAPER, SMALL, SOFT, TEXT, THIN, TINY
from nabij.language import Language

STEP = 13.0
# Width of a row of a key to classes: a share stands near its class.
CLASS_ROW = 152.0


def heading(sheet: Sheet, box: Box, text: str, unit: str = "", lines: int = 2) -> float:
    """Write a legend's heading, with a soft second line for its unit; return the bottom."""
    y = sheet.paragraph(
        box.left, box.top, lettering.wrap(text, box.width, TEXT, "bold", lines), face="bold"
    )
    if unit:
        rows = lettering.wrap(unit, box.width, SMALL, lines=3)
        y = sheet.paragraph(box.left, y, rows, size=SMALL, colour=SOFT)
    return y + 5


def score_steps(sheet: Sheet, box: Box, colours: Sequence[str], bounds: Sequence[float]) -> float:
    """Draw a stepped colour bar, high on top, its bounds on the left; return the bottom."""
    wide = 14.0
    texts = [bound_text(sheet.language, bound) for bound in bounds]
    left = box.left + max((lettering.width(text, TINY) + 7 for text in texts), default=0.0)
    for step, colour in enumerate(reversed(colours)):
        place = Box(left, box.top + step * STEP, wide, STEP)
        sheet.rectangle(place, colour, edge=PAPER, weight=HAIR)
    bottom = box.top + len(colours) * STEP
    for step, text in enumerate(texts):
        y = bottom - (step + 1) * STEP
        sheet.line([left - 4, left], [y, y], FAINT, HAIR)
        sheet.write(
            left - 6, y, text, size=TINY, colour=SOFT, align="right", vertical="center_baseline"
        )
    return bottom


def class_rows(sheet: Sheet, box: Box, rows: Sequence[tuple[str, str, str]]) -> float:
    """Draw a key to classes, the first on top: colour, range and share; return the bottom."""
    right = box.left + min(box.width, CLASS_ROW)
    for step, (colour, text, share) in enumerate(rows):
        top = box.top + step * STEP
        sheet.rectangle(Box(box.left, top, 14.0, STEP), colour, edge=PAPER, weight=HAIR)
        middle = top + STEP / 2
        write = partial(sheet.write, size=TINY, vertical="center_baseline")
        write(box.left + 20, middle, text)
        write(right, middle, share, colour=SOFT, align="right")
    return box.top + len(rows) * STEP


def bound_text(words: Language, bound: float) -> str:
    """Write a class bound with the decimals it has, and at least two significant digits.

    >>> bound_text(Language("nl"), 0.03), bound_text(Language("en"), 1200)
    ('0,030', '1,200')
    """
    digits = next((count for count in range(12) if round(bound, count) == bound), 12)
    least = 1 - int(np.floor(np.log10(abs(bound)))) if bound else 0
    return words.number(bound, max(digits, min(least, 12)))


def ratio_steps(
    sheet: Sheet, box: Box, colours: Sequence[str], bounds: Sequence[float], ends: tuple[str, str]
) -> float:
    """Draw a flat colour bar for ratios around one; return the bottom."""
    wide = box.width / len(colours)
    for step, colour in enumerate(colours):
        sheet.rectangle(
            Box(box.left + step * wide, box.top, wide, 8), colour, edge=PAPER, weight=HAIR
        )
    for step, bound in enumerate(bounds):
        sheet.write(
            box.left + (step + 1) * wide,
            box.top + 9 + TINY,
            sheet.language.number(bound, 2),
            size=TINY,
            colour=SOFT,
            align="center",
        )
    y = box.top + 9 + TINY * (1 + LEADING)
    for text, x, align in ((ends[0], box.left, "left"), (ends[1], box.right, "right")):
        part = lettering.cut(text, box.width / 2 - 3, TINY)
        sheet.write(x, y, part, size=TINY, colour=SOFT, align=align)
    return y + 3


def size_steps(
    sheet: Sheet,
    left: float,
    top: float,
    jobs: Sequence[int],
    sizes: Sizing,
    *,
    fill: str = "#d8d9d6",
    at_most: Callable[[str], str] | None = None,
) -> float:
    """Draw circles for numbers of jobs, large on top; return the bottom.

    The last one stands for all establishments with the smallest dot, where there are such.
    """
    if not len(jobs):
        return top
    widest = max(float(sizes.diameter(jobs[0])), 6.0)
    y = top
    for number in jobs:
        across = float(sizes.diameter(number))
        row = max(across + 3.5, TINY * LEADING + 1.5)
        middle = y + row / 2
        sheet.circle(
            left + widest / 2, middle, across, facecolor=fill, edgecolor=SOFT, linewidth=THIN * 0.8
        )
        text = sheet.language.number(number)
        if at_most is not None and number <= sizes.least_jobs:
            text = at_most(text)
        sheet.write(
            left + widest + 7, middle, text, size=TINY, colour=SOFT, vertical="center_baseline"
        )
        y += row
    return y


def score_row(sheet: Sheet, box: Box, colours: Sequence[str], bounds: Sequence[float]) -> float:
    """Draw a flat stepped colour bar, low at the left; return the bottom."""
    wide = box.width / len(colours)
    for step, colour in enumerate(colours):
        place = Box(box.left + step * wide, box.top, wide, 9)
        sheet.rectangle(place, colour, edge=PAPER, weight=HAIR)
    for step, bound in enumerate(bounds):
        x = box.left + (step + 1) * wide
        text = bound_text(sheet.language, bound)
        sheet.write(x, box.top + 11 + TINY, text, size=TINY, colour=SOFT, align="center")
    return box.top + 11 + TINY * LEADING


def size_row(
    sheet: Sheet,
    left: float,
    middle: float,
    jobs: Sequence[int],
    sizes: Sizing,
    *,
    fill: str = "#d8d9d6",
    at_most: Callable[[str], str],
) -> float:
    """Draw circles for numbers of jobs, small ones first; return the right end."""
    for number in reversed(jobs):
        across = float(sizes.diameter(number))
        sheet.circle(
            left + across / 2, middle, across, facecolor=fill, edgecolor=SOFT, linewidth=THIN * 0.8
        )
        text = sheet.language.number(number)
        text = at_most(text) if number <= sizes.least_jobs else text
        left += across + 4
        sheet.write(left, middle, text, size=TINY, colour=SOFT, vertical="center_baseline")
        left += lettering.width(text, TINY) + 11
    return left - 11


def swatch(
    sheet: Sheet, left: float, middle: float, colour: str, text: str, *, room: float
) -> None:
    """Draw one square of colour with its meaning."""
    sheet.rectangle(Box(left, middle - 4.5, 13, 9), colour, edge=FAINT, weight=HAIR)
    sheet.write(
        left + 19,
        middle,
        lettering.cut(text, room - 19, TINY),
        size=TINY,
        colour=SOFT,
        vertical="center_baseline",
    )


def pale_row(sheet: Sheet, left: float, middle: float, shades: Sequence[str], text: str) -> None:
    """Draw the pale forms of colours, small, with what they mean."""
    for at, shade in enumerate(shades):
        sheet.rectangle(Box(left + 4 * at, middle - 3.5, 4, 7), shade)
    x = left + 4 * len(shades) + 5
    sheet.write(x, middle, text, size=TINY, colour=SOFT, vertical="center_baseline")


def hollow_key(sheet: Sheet, left: float, middle: float, text: str, *, fill: str = PAPER) -> float:
    """Draw one hollow or pale dot with what it means; return the right end."""
    sheet.circle(left + 4, middle, 7, facecolor=fill, edgecolor=SOFT, linewidth=THIN * 1.5)
    sheet.write(left + 12, middle, text, size=TINY, colour=SOFT, vertical="center_baseline")
    return left + 12 + lettering.width(text, TINY)
