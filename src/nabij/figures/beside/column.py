"""One sector, from its name to its sizes, in a column of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.beside import bubbles
from nabij.figures.beside.shared import LARGE, Shared
from nabij.figures.kit import classes, dots, geography, lettering, sure
from nabij.figures.kit.jobs import jobs_text
from nabij.figures.kit.sheet import LEADING, Box, Sheet
from nabij.figures.kit.style import (
    COAST,
    GRID,
    INK,
    LINE,
    NO_SCORE,
    RULE,
    SOFT,
    TEXT,
    THIN,
    TINY,
    TITLE,
)
from nabij.measures.sizes import LARGE_FROM, SMALL_BELOW, UNKNOWN
from nabij.views.sureness import CLAIMED_FROM, numbers, sureness

if TYPE_CHECKING:
    from nabij.language import Language
    from nabij.views import View

SHARES_HIGH = 30.0
BAR = 7.0
ROW = TINY * LEADING
MEANING_ROWS = 4
WORDS = "figures.side_by_side."

Part = Callable[["Sheet", "View", Box, Shared], None]


def parts_of(
    views: Sequence[View], shared: Shared, words: Language, wide: float
) -> list[tuple[float, Part]]:
    """Return what stands below each other in a column, with its height: the same in all."""

    def most(
        texts: Sequence[str], room: float, size: float, face: str = "normal", lines: int = 2
    ) -> int:
        return max(len(lettering.wrap(text, room, size, face, lines)) for text in texts)

    names = most([lettering.clean(view.sector.name) for view in views], wide, TITLE, "bold")
    per_row = 4 if wide > LARGE else 2
    told = [_numbers(words, view) for view in views]
    highs = []
    for first in range(0, len(told[0]), per_row):
        meanings = [what for each in told for _, what, _ in each[first : first + per_row]]
        rows = most(meanings, wide / per_row - 4, TINY, lines=MEANING_ROWS)
        highs.append(TEXT + 10 + rows * ROW)
    notes = most([_against(words, view) for view in views], wide, TINY)
    parts: list[tuple[float, Part]] = [
        (names * TITLE * LEADING + 9, _name),
        (sum(highs) + 2, partial(_figures, per_row=per_row, highs=highs)),
        (notes * ROW + 6, _reference),
        (shared.place.height + 9, _map),
        (SHARES_HIGH + 3 * TINY + 14, _scores),
    ]
    if views[0].has_jobs:
        sizes = most([_size_text(words, view) for view in views], wide, TINY)
        parts.append((sizes * ROW + BAR + 18, _sizes))
    if shared.bubbles is not None:
        parts.append((bubbles.ABOVE + shared.bubbles.up.length + bubbles.BELOW, bubbles.panel))
    return parts


def _name(sheet: Sheet, view: View, box: Box, shared: Shared) -> None:
    sheet.line([box.left, box.right], [box.top, box.top], COAST, LINE)
    rows = lettering.wrap(lettering.clean(view.sector.name), box.width, TITLE, "bold")
    sheet.paragraph(box.left, box.top + 5, rows, size=TITLE, face="bold")


def _numbers(words: Language, view: View) -> list[tuple[str, str, bool]]:
    """Return the sector in four numbers, each with what it is and whether it is sure."""
    sector, row = view.sector, _row(view)
    enough = sector.establishments >= CLAIMED_FROM
    found_in = [(words.number(sector.establishments), words.text(WORDS + "establishments"), True)]
    if view.has_jobs:
        jobs = jobs_text(view, words, sector.jobs, "national")
        found_in.append((jobs, words.text(WORDS + "jobs"), True))
    low, high = (float(bound[0]) for bound in _interval(row))
    key = "mean_between" if enough and np.isfinite([low, high]).all() else "mean"
    meaning = words.text(WORDS + key, low=words.score(low), high=words.score(high))
    found_in.append((words.score(sector.mean_d_score), meaning, enough))
    found = sureness(row, "q_value", count="establishments")
    firm = bool(found.firm.all())
    chance = "q" if found.tested and enough else ""
    reason = sure.reason(words, chance=chance)
    meaning = words.text(WORDS + ("relative" if firm else "relative_unsure"), why=reason)
    found_in.append((words.number(sector.relative_d_score, 2), meaning, firm))
    return found_in


def _row(view: View) -> pd.DataFrame:
    """Return the row of the sector in the table of sectors."""
    history = view.history
    return history if view.year is None else history[history["year"] == view.year]


def _interval(row: pd.DataFrame) -> list[np.ndarray]:
    return [numbers(row, f"mean_d_score_{end}") for end in ("low", "high")]


def _figures(
    sheet: Sheet, view: View, box: Box, shared: Shared, *, per_row: int, highs: Sequence[float]
) -> None:
    """Write the numbers, what each is below it."""
    wide, size = box.width / per_row, TEXT + 1
    for at, (number, meaning, firm) in enumerate(_numbers(sheet.language, view)):
        row, column = divmod(at, per_row)
        x, y = box.left + column * wide, box.top + sum(highs[:row])
        face = "bold" if firm else "normal"
        short = lettering.cut(number, wide - 4, size, face)
        sheet.write(x, y + size, short, size=size, face=face, colour=INK if firm else SOFT)
        rows = lettering.wrap(meaning, wide - 4, TINY, lines=MEANING_ROWS)
        sheet.paragraph(x, y + size + 3, rows, size=TINY, colour=SOFT)


def _against(words: Language, view: View) -> str:
    reference = lettering.clean(view.sector.reference_name) or words.text(WORDS + "register")
    return words.text(WORDS + "against", reference=reference)


def _reference(sheet: Sheet, view: View, box: Box, shared: Shared) -> None:
    rows = lettering.wrap(_against(sheet.language, view), box.width, TINY)
    sheet.paragraph(box.left, box.top, rows, size=TINY, colour=SOFT)


def _map(sheet: Sheet, view: View, box: Box, shared: Shared) -> None:
    """Draw the places on the extent, in the colours and sizes of all maps."""
    wide, high = shared.place.width, shared.place.height
    place = Box(box.left + (box.width - wide) / 2, box.top, wide, high)
    extent = shared.bounds, shared.whole
    axes = geography.ground(sheet, place, view, inner=False, extent=extent)
    symbols = shared.symbols[view.sector.name]
    dots.draw_dots(
        axes,
        numbers(symbols.table, "x"),
        numbers(symbols.table, "y"),
        symbols.diameter,
        classes.class_of(numbers(symbols.table, "d_score"), shared.classes),
        [*sheet.palette.steps(len(shared.classes) + 1), NO_SCORE],
    )


def _scores(sheet: Sheet, view: View, box: Box, shared: Shared) -> None:
    """Draw how many of the establishments are in each class, in its colour."""
    words = sheet.language
    shares = shared.symbols[view.sector.name].class_shares(shared.classes)
    fills = [*sheet.palette.steps(len(shared.classes) + 1), NO_SCORE]
    if not shares[-1]:
        shares, fills = shares[:-1], fills[:-1]
    note = words.text(
        WORDS + ("shares_unscored" if len(fills) > len(shared.classes) + 1 else "shares")
    )
    sheet.write(
        box.left, box.top + TINY, lettering.cut(note, box.width, TINY), size=TINY, colour=SOFT
    )
    base, wide = box.top + 2 * TINY + 7 + SHARES_HIGH, box.width / len(fills)
    for at, (share, fill) in enumerate(zip(shares, fills, strict=True)):
        high = share / shared.most * SHARES_HIGH
        left = box.left + at * wide
        sheet.rectangle(Box(left + 1, base - high, wide - 2, high), fill)
        text = words.share(share)
        sheet.write(left + wide / 2, base - high - 2.5, text, size=TINY, align="center")
    sheet.line([box.left, box.right], [base, base], RULE, THIN)


def _size_text(words: Language, view: View) -> str:
    if view.sector.establishments < CLAIMED_FROM:
        return words.text(WORDS + "sizes_few", least=words.number(CLAIMED_FROM))
    found = view.findings
    return words.text(
        WORDS + "sizes",
        small=words.share(found.small_share_nationally),
        below=words.number(SMALL_BELOW),
        large=words.share(found.large_share_nationally),
        above=words.number(LARGE_FROM),
    )


def _sizes(sheet: Sheet, view: View, box: Box, shared: Shared) -> None:
    """Say how many establishments are small and how many large, with a bar of the same."""
    rows = lettering.wrap(_size_text(sheet.language, view), box.width, TINY)
    sheet.paragraph(box.left, box.top, rows, size=TINY)
    if view.sector.establishments < CLAIMED_FROM:
        return
    bar = Box(box.left, box.bottom - 14 - BAR, box.width, BAR)
    table = view.size_classes
    unknown = float(table.loc[table["size_class"] == UNKNOWN, "national_share"].sum())
    small, large = view.findings.small_share_nationally, view.findings.large_share_nationally
    left = bar.left
    fills = (sheet.palette.quiet, GRID, sheet.palette.accent)
    for share, fill in zip((small, 1 - small - large - unknown, large), fills, strict=True):
        wide = max(share * bar.width, 0.0) if np.isfinite(share) else 0.0
        sheet.rectangle(Box(left, bar.top, wide, BAR), fill)
        left += wide
    sheet.rectangle(bar, "none", edge=RULE, weight=THIN)
