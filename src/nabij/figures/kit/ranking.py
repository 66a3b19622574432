"""A ranked list with a dot a row, beside the line of 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nabij.figures.kit import axis, lettering
from nabij.figures.kit.sheet import Box, Sheet
from nabij.figures.kit.style import FAINT, GRID, INK, LINE, PAPER, RULE, SOFT, THIN, TINY

ROW = 14.0
# On a narrow sheet: the texts before the dot on a line of their own, above it.
NARROW_ROW = 27.0
HEAD = TINY + 6.0
FOOT = 18.0


@dataclass(frozen=True)
class Column:
    """A column of text: what stands above it, its width and to which side it is set."""

    head: str
    width: float
    align: str = "left"
    colour: str = INK


@dataclass(frozen=True)
class Row:
    """One row: texts before the dot, the dot, texts after it; what is not firm has a hollow dot."""

    before: tuple[str, ...]
    ratio: float
    fill: str
    diameter: float
    after: tuple[str, ...]
    firm: bool = True


@dataclass(frozen=True)
class Ranking:
    """A list to draw: rows, and between them sentences about what is left out.

    Parameters
    ----------
    before, after : sequence of Column
        Left and right of the dots.
    rows : sequence of Row or str
    narrow : bool
        Whether the texts before a dot stand above it, and of those after it the first that take
        half of the width.
    """

    before: Sequence[Column]
    after: Sequence[Column]
    rows: Sequence[Row | str]
    narrow: bool = False

    @property
    def row_high(self) -> float:
        """Height of a row in points."""
        return NARROW_ROW if self.narrow else ROW

    @property
    def height(self) -> float:
        """Height in points."""
        return HEAD + len(self.rows) * self.row_high + FOOT

    def within(self, wide: float) -> tuple[Sequence[Column], Sequence[Column]]:
        """Return the columns beside the dots that a list `wide` points across has."""
        if not self.narrow:
            return self.before, self.after
        ends = np.cumsum([column.width for column in self.after])
        return (), self.after[: max(int((ends <= wide / 2).sum()), 1)]


def labelled(code: object, name: object) -> str:
    """Write a code with its name, if it has one.

    >>> labelled("62", "Computer programming"), labelled("62", "62")
    ('62 Computer programming', '62')
    """
    code, name = lettering.clean(code), lettering.clean(name)
    return code if name in ("", code) else f"{code} {name}"


def draw(sheet: Sheet, box: Box, ranking: Ranking) -> None:
    """Draw a ranking at the top of `box`, as wide as it is."""
    before, after = ranking.within(box.width)
    left = box.left + sum(column.width for column in before) + (4 if ranking.narrow else 0)
    right = box.right - sum(column.width for column in after)
    high = ranking.row_high
    chart = Box(
        left, box.top + HEAD, right - left - (8 if ranking.narrow else 0), len(ranking.rows) * high
    )
    for column, x in (*_places(box.left, before), *_places(right, after)):
        if column.head:
            text = lettering.cut(column.head, column.width, TINY)
            y = box.top + TINY
            sheet.write(x, y, text, size=TINY, colour=SOFT, align=column.align)
    dots = [row for row in ranking.rows if isinstance(row, Row) and np.isfinite(row.ratio)]
    scale = axis.scale_for(
        np.array([row.ratio for row in dots] or [1.0]),
        [1.0],
        np.array([row.diameter / 2 for row in dots] or [0.0]),
        chart.width,
    )
    _ticks(sheet, chart, scale)
    one = chart.left + float(scale.at(1.0))
    for at, row in enumerate(ranking.rows):
        middle = chart.top + (at + 1) * high - ROW / 2
        if ranking.narrow and not isinstance(row, str):
            name = lettering.cut(" ".join(filter(None, row.before)), box.width, TINY)
            colour = INK if row.firm else SOFT
            sheet.write(
                box.left, middle - ROW, name, size=TINY, colour=colour, vertical="center_baseline"
            )
        if isinstance(row, str):
            text = lettering.cut(row, box.width, TINY)
            sheet.write(box.left, middle, text, size=TINY, colour=SOFT, vertical="center_baseline")
            continue
        sheet.line([one, one], [middle - ROW / 2, middle + ROW / 2], INK, THIN, under=True)
        if np.isfinite(row.ratio):
            x = chart.left + float(scale.at(row.ratio))
            sheet.line([one, x], [middle, middle], RULE, THIN * 2, under=True)
            sheet.circle(
                x,
                middle,
                row.diameter,
                facecolor=row.fill if row.firm else PAPER,
                edgecolor=PAPER if row.firm else row.fill,
                linewidth=THIN if row.firm else LINE,
                zorder=3,
            )
        for columns, texts, start in ((before, row.before, box.left), (after, row.after, right)):
            for (column, x), text in zip(
                _places(start, columns), texts[: len(columns)], strict=True
            ):
                if not text:
                    continue
                short = lettering.cut(text, column.width - 4, TINY)
                sheet.write(
                    x,
                    middle,
                    short,
                    size=TINY,
                    colour=column.colour if row.firm else SOFT,
                    align=column.align,
                    vertical="center_baseline",
                )


def _places(left: float, columns: Sequence[Column]) -> Iterator[tuple[Column, float]]:
    """Give each column with where its text is set."""
    for column in columns:
        yield column, left + (column.width - 4 if column.align == "right" else 0.0)
        left += column.width


def _ticks(sheet: Sheet, chart: Box, scale: axis.Scale) -> None:
    y = chart.bottom + 2
    sheet.line([chart.left, chart.right], [y, y], RULE, THIN)
    ticks = scale.ticks(4)
    texts = axis.tick_texts(sheet.language, ticks)
    x = np.array([chart.left + float(scale.at(tick)) for tick in ticks])
    for at in axis.fitting(x, [lettering.width(text, TINY) for text in texts]) if len(x) else []:
        sheet.line([x[at], x[at]], [y, y + 3], FAINT, THIN)
        sheet.line([x[at], x[at]], [chart.top, y], GRID, THIN, under=True)
        sheet.write(float(x[at]), y + 4 + TINY, texts[at], size=TINY, colour=SOFT, align="center")
