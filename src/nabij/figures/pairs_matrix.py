"""Nearness of a sector's parts to each other, and of the sector to every division."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.kit import classes, legends, lettering, sure
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.ranking import Column, Ranking, Row, draw, labelled
from nabij.figures.kit.sheet import LEADING, MARGIN, WIDTH, Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import (
    GRID,
    LINE,
    PAPER,
    SMALL,
    SOFT,
    TINY,
    Palette,
    ink_on,
)
from nabij.measures.cross import RANKED_FROM
from nabij.views.nearness import pairs_found
from nabij.views.sureness import CLAIMED_FROM, sureness

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

NEAREST, FARTHEST = 12, 3
MOST_PARTS = 20
GAP = 22.0
# Matrix: names of rows, of columns, and cells.
NAMES = 132.0
UPRIGHT = 84.0
CELL = (21.0, 62.0)
CELL_HIGH = 25.0
# The key to the colours, beside the matrix or below it.
SWATCHES = 150.0
KEY = 46.0
HEAD = SMALL * LEADING + 8
DIVISION = 232.0
DOT = 7.0
WORDS = "figures.pairs_matrix."


@dataclass(frozen=True)
class Matrix:
    """The parts, with n of each and the ratio of each (row) towards each other (column).

    A ratio is firm where it is significant and both parts have enough establishments.
    """

    parts: list[str]
    counts: list[float]
    ratios: np.ndarray
    firm: np.ndarray
    left_out: int


def matrix_of(view: View) -> Matrix:
    """Return the parts in the order of the study; of very many those with most establishments."""
    table = view.pairs[view.pairs["part"] != ""]
    parts = [str(part) for part in table["part"].unique()]
    counted = dict(zip(view.parts["part"], view.parts["establishments"], strict=True))
    counts = {part: float(counted.get(part, np.nan)) for part in parts}
    drawn = sorted(parts, key=lambda part: -np.nan_to_num(counts[part]))[:MOST_PARTS]
    kept = [part for part in parts if part in drawn]
    table = table.assign(firm=_firm(view)[(view.pairs["part"] != "").to_numpy()])

    def square(values: str) -> pd.DataFrame:
        wide = table.pivot(index="part", columns="other", values=values)
        return wide.reindex(index=kept, columns=kept)

    ratios = square("relative_d_score").to_numpy(dtype=float, na_value=np.nan)
    firm = square("firm").eq(True).to_numpy()
    return Matrix(kept, [counts[part] for part in kept], ratios, firm, len(parts) - len(kept))


def _firm(view: View) -> np.ndarray:
    """Return which pairs are significant, or not tested at all, and of enough establishments."""
    counted = dict(zip(view.parts["part"], view.parts["establishments"], strict=True))
    of_part = view.pairs["part"].map({"": view.sector.establishments, **counted})
    enough = ~(of_part < CLAIMED_FROM).to_numpy()
    return enough & sureness(view.pairs, "q_value", count="other_establishments").firm


def ranked_divisions(view: View) -> pd.DataFrame:
    """Return the divisions that have a rank, nearest first."""
    pairs = view.pairs.assign(firm=_firm(view))
    table = pairs[(pairs["part"] == "") & pairs["rank"].notna()]
    return table.sort_values(["rank", "other"], kind="stable", ignore_index=True)


@figure(when=lambda view: not view.pairs.empty)
def pairs_matrix(result: View, look: Look) -> Figure:
    """Draw how near each part of the sector is to each other one, and the sector to divisions.

    Numbers are the cross D-score divided by that of a random draw from the reference: above 1 is
    nearer, and what is not significant is hollow. Of the divisions the nearest and the farthest
    are listed, among those with enough establishments outside the sector.
    """
    words, colours = look.words, look.palette
    sector = lettering.clean(result.sector.name)
    reference = lettering.clean(result.sector.reference_name) or words.text(WORDS + "register")
    lines = [words.text(WORDS + "subtitle", reference=reference)]
    if result.pairs.empty:
        title = words.text(WORDS + "title", sector=sector)
        sheet = begin(result, look, title=title, lines=lines, height=160.0)
        empty(sheet, words.text(WORDS + "empty"))
        return sheet.figure
    matrix, divisions = matrix_of(result), ranked_divisions(result)
    several = len(matrix.parts) > 1
    few = int(((result.pairs["part"] == "") & result.pairs["rank"].isna()).sum())
    names = [lettering.clean(part) for part in matrix.parts]
    cell = _cell(len(names))
    bounds = classes.ratio_bounds(np.append(matrix.ratios.ravel(), _ratios(divisions)))
    between = replace(_between(matrix, words, colours, bounds), narrow=True)
    matrix_high = 0.0
    if several and look.narrow:
        matrix_high = HEAD + between.height + GAP
    elif several:
        below = 12.0 if _key_beside(len(names)) else KEY
        matrix_high = HEAD + _heads_high(names, cell) + CELL_HIGH * len(names) + below + GAP
    ranking = replace(_ranking(result, words, colours, bounds), narrow=look.narrow)
    firm = np.append(
        matrix.firm[np.isfinite(matrix.ratios)], divisions["firm"].to_numpy(dtype=bool)
    )
    notes = [] if firm.all() or not look.narrow else [_why(result, words)]
    if matrix.left_out:
        drawn, left_out = words.number(len(matrix.parts)), words.number(matrix.left_out)
        notes.append(words.text(WORDS + "left_out", drawn=drawn, left_out=left_out))
    if few:
        least = words.number(RANKED_FROM)
        notes.append(words.text(WORDS + "few", least=least, count=words.number(few)))
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + ("title" if several else "title_divisions"), sector=sector),
        finding=_finding(result, words),
        lines=lines,
        notes=notes,
        height=matrix_high + HEAD + ranking.height,
    )
    body = sheet.body
    if several and look.narrow:
        place = Box(body.left, body.top, body.width, matrix_high)
        _heading(sheet, place, "matrix_list")
        draw(sheet, Box(place.left, place.top + HEAD, place.width, between.height), between)
    elif several:
        _matrix(sheet, Box(body.left, body.top, body.width, matrix_high), matrix, bounds)
    place = Box(body.left, body.top + matrix_high, body.width, ranking.height)
    _heading(sheet, place, "divisions")
    if not firm.all():
        reason = _why(result, words)
        left = place.right - 12 - lettering.width(reason, TINY)
        if not look.narrow:
            legends.hollow_key(sheet, left, place.top + SMALL / 2, reason)
    draw(sheet, Box(place.left, place.top + HEAD, place.width, place.height), ranking)
    return sheet.figure


def _finding(view: View, words: Language) -> str:
    """Name the parts that are surely nearest to each other, or the nearest division."""
    found = pairs_found(view.pairs, view.parts)
    if found.tested and len(found.nearer):
        row = found.nearer.iloc[0]
        return words.text(
            WORDS + "finding",
            part=lettering.clean(row["part"]),
            other=lettering.clean(row["other_name"]),
            beside=words.beside(float(row["relative_d_score"])),
        )
    return ""


def _why(view: View, words: Language) -> str:
    """Say what is hollow."""
    tested = sureness(view.pairs, "q_value").tested
    # What is not wholly part of the reference has a ratio and no test.
    some = bool(view.pairs["q_value"].isna().any()) if tested else False
    return sure.why(words, "hollow", chance="q" if tested else "", few=True, untested=some)


def _cell(parts: int) -> float:
    """Return the width of a cell of the matrix."""
    return float(np.clip((WIDTH - 2 * MARGIN - NAMES) / max(parts, 1), *CELL))


def _key_beside(parts: int) -> bool:
    return NAMES + parts * _cell(parts) + GAP + SWATCHES <= WIDTH - 2 * MARGIN


def _ratios(table: pd.DataFrame) -> np.ndarray:
    return table["relative_d_score"].to_numpy(dtype=float, na_value=np.nan)


def _heading(sheet: Sheet, box: Box, key: str) -> None:
    text = lettering.cut(sheet.language.text(WORDS + key), box.width, SMALL, "bold")
    sheet.write(box.left, box.top + SMALL, text, size=SMALL, face="bold")


def _fill(colours: Palette, ratio: float, bounds: Sequence[float]) -> str:
    """Return the colour of a ratio; paper where there is none."""
    if not np.isfinite(ratio):
        return PAPER
    return colours.diverging[int(classes.class_of(np.array(ratio), bounds))]


def _matrix(sheet: Sheet, box: Box, matrix: Matrix, bounds: Sequence[float]) -> None:
    """Draw a cell a pair of parts, coloured and with its number."""
    words = sheet.language
    _heading(sheet, box, "matrix")
    names = [lettering.clean(part) for part in matrix.parts]
    cell = _cell(len(names))
    left, top = box.left + NAMES, box.top + HEAD + _heads_high(names, cell)
    for at, (name, count) in enumerate(zip(names, matrix.counts, strict=True)):
        middle = top + (at + 0.5) * CELL_HIGH
        counted = f"n = {words.number(count)}" if np.isfinite(count) else ""
        up = TINY * LEADING / 2 if counted else 0.0
        write = partial(sheet.write, left - 6, size=TINY, align="right", vertical="center_baseline")
        write(middle - up, lettering.cut(name, NAMES - 8, TINY))
        if counted:
            write(middle + up, counted, colour=SOFT)
    heads, upright = _column_names(names, cell)
    for at, rows in enumerate(heads):
        x = left + (at + 0.5) * cell
        if upright:
            text = sheet.write(x, top - 5, rows[0], size=TINY, align="center", vertical="bottom")
            text.set_rotation(90)
        else:
            y = top - 3 - len(rows) * TINY * LEADING
            sheet.paragraph(x, y, rows, size=TINY, align="center")
    for row, column in np.ndindex(matrix.ratios.shape):
        place = Box(left + column * cell, top + row * CELL_HIGH, cell, CELL_HIGH)
        if row == column:
            sheet.rectangle(place, GRID, edge=PAPER, weight=LINE)
            continue
        ratio = float(matrix.ratios[row, column])
        firm = bool(matrix.firm[row, column])
        hue = _fill(sheet.palette, ratio, bounds)
        fill = hue if firm else PAPER
        sheet.rectangle(place, fill, edge=PAPER, weight=LINE)
        if not firm and np.isfinite(ratio):
            frame = Box(place.left + 2, place.top + 2, cell - 4, CELL_HIGH - 4)
            sheet.rectangle(frame, PAPER, edge=hue, weight=LINE)
        sheet.write(
            place.left + cell / 2,
            place.top + CELL_HIGH / 2,
            words.number(ratio, 2),
            size=TINY,
            colour=ink_on(fill) if firm and np.isfinite(ratio) else SOFT,
            align="center",
            vertical="center_baseline",
        )
    if _key_beside(len(names)):
        key = Box(left + cell * len(names) + GAP, top + 2, SWATCHES, 0)
    else:
        key = Box(left, top + CELL_HIGH * len(names) + 10, SWATCHES, 0)
    ends = (words.text(WORDS + "less"), words.text(WORDS + "more"))
    legends.ratio_steps(sheet, key, sheet.palette.diverging, bounds, ends)


def _between(matrix: Matrix, words: Language, colours: Palette, bounds: Sequence[float]) -> Ranking:
    """Return the pairs of parts as a list, the nearest first, where there is no room for cells."""
    pairs = [
        (float(matrix.ratios[row, column]), row, column)
        for row, column in np.ndindex(matrix.ratios.shape)
        if row != column and np.isfinite(matrix.ratios[row, column])
    ]
    rows = [
        Row(
            before=(
                words.text(
                    WORDS + "pair",
                    part=lettering.clean(matrix.parts[row]),
                    other=lettering.clean(matrix.parts[column]),
                ),
            ),
            ratio=ratio,
            fill=_fill(colours, ratio, bounds),
            diameter=DOT,
            after=(words.number(ratio, 2),),
            firm=bool(matrix.firm[row, column]),
        )
        for ratio, row, column in sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))
    ]
    return Ranking((Column("", NAMES),), (Column("", 28.0, "right"),), rows)


def _column_names(names: Sequence[str], cell: float) -> tuple[list[list[str]], bool]:
    """Return the rows of each column's name, and whether they stand upright.

    They do where a word is wider than a column.
    """
    widest = max(lettering.width(word, TINY) for each in names for word in each.split(" "))
    if widest <= cell - 3:
        return [lettering.wrap(name, cell - 3, TINY, lines=4) for name in names], False
    return [[lettering.cut(name, UPRIGHT, TINY)] for name in names], True


def _heads_high(names: Sequence[str], cell: float) -> float:
    rows, upright = _column_names(names, cell)
    if upright:
        return max(lettering.width(row, TINY) for (row,) in rows) + 7
    return max(len(each) for each in rows) * TINY * LEADING + 4


def _ranking(view: View, words: Language, colours: Palette, bounds: Sequence[float]) -> Ranking:
    """Return the list of the nearest and the farthest divisions."""
    divisions = ranked_divisions(view)
    rows: list[Row | str] = []
    ratios, counts = _ratios(divisions), divisions["other_establishments"].tolist()
    names = divisions["other_name"].astype(str).tolist()
    for at, (rank, other) in enumerate(zip(divisions["rank"], divisions["other"], strict=True)):
        if len(divisions) > NEAREST + FARTHEST + 1 and NEAREST <= at < len(divisions) - FARTHEST:
            if at == NEAREST:
                count = words.number(len(divisions) - NEAREST - FARTHEST)
                rows.append(words.text(WORDS + "between", count=count))
            continue
        ratio = float(ratios[at])
        rows.append(
            Row(
                before=(words.number(rank), labelled(other, names[at])),
                ratio=ratio,
                fill=_fill(colours, ratio, bounds),
                diameter=DOT,
                after=(words.number(ratio, 2), words.number(counts[at])),
                firm=bool(divisions["firm"].iloc[at]),
            )
        )
    before = (
        Column(words.text(WORDS + "rank"), 28.0, "right", SOFT),
        Column(words.text(WORDS + "division"), DIVISION),
    )
    after = (
        Column("", 28.0, "right"),
        Column(words.text(WORDS + "establishments"), 38.0, "right", SOFT),
    )
    return Ranking(before, after, rows or [words.text(WORDS + "nothing")])
