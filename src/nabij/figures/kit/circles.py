"""What circles on a map mean: how large, which colour, and what lies below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nabij.figures.kit import lettering
from nabij.figures.kit.dots import Sizing
from nabij.figures.kit.sheet import LEADING, Box, Sheet
from nabij.figures.kit.style import FAINT, HAIR, SMALL, SOFT, TEXT, THIN, TINY

# Of the diameters of two circles in a legend: nearer to each other they look alike.
APART = 0.75
SWATCH = 13.0
INDENT = 19.0
AFTER = 5.0


@dataclass(frozen=True)
class Sign:
    """A sign with what it means; one without a fill is a line of text.

    Parameters
    ----------
    text : str
    fill, edge : str
    round : bool
        A circle, or else an area.
    """

    text: str
    fill: str = ""
    edge: str = FAINT
    round: bool = False


def legend_counts(largest: float, sizes: Sizing) -> list[int]:
    """Return the largest number and up to two smaller round ones, well apart.

    >>> sizes = Sizing(area_per_job=4.0, smallest=1.0)
    >>> [legend_counts(count, sizes) for count in (166, 33, 5, 1)]
    [[166, 50, 20], [33, 10, 5], [5, 2, 1], [1]]
    """
    series = np.array([step * 10**power for power in range(10) for step in (1, 2, 5)])
    chosen = [int(largest)]
    for part in (3, 9):
        nearest = int(series[np.argmin(np.abs(np.log(series * part / largest)))])
        if sizes.diameter(nearest) <= APART * sizes.diameter(chosen[-1]):
            chosen.append(nearest)
    return chosen


@dataclass(frozen=True)
class Legend:
    """A legend of circles, which knows how high it is before it is drawn.

    Parameters
    ----------
    heading, unit : str
    counts : sequence of int
        Numbers to draw a circle of, largest first.
    sizes : Sizing
    signs : sequence of Sign
    width : float
        In points.
    style : (str, str)
        Fill and edge of the circles.
    """

    heading: str
    unit: str
    counts: Sequence[int]
    sizes: Sizing
    signs: Sequence[Sign]
    width: float
    style: tuple[str, str]

    def _head(self) -> tuple[list[str], list[str]]:
        wrap = lettering.wrap
        return wrap(self.heading, self.width, TEXT, "bold", 3), wrap(
            self.unit, self.width, SMALL, lines=4
        )

    def _rows(self, sign: Sign) -> list[str]:
        return lettering.wrap(sign.text, self.width - self._indent(sign), TINY, lines=6)

    def _indent(self, sign: Sign) -> float:
        return INDENT if sign.fill else 0.0

    def _across(self) -> float:
        return max((float(self.sizes.diameter(count)) for count in self.counts), default=0.0)

    @property
    def height(self) -> float:
        """In points."""
        head, unit = self._head()
        rows = sum(len(self._rows(sign)) * TINY * LEADING + AFTER for sign in self.signs)
        circles = max(self._across(), TINY * LEADING) + 2 * AFTER if self.counts else AFTER
        return len(head) * TEXT * LEADING + len(unit) * SMALL * LEADING + circles + rows

    def draw(self, sheet: Sheet, left: float, top: float) -> None:
        """Draw it, its circles in a row, small ones first."""
        head, unit = self._head()
        fill, edge = self.style
        y = sheet.paragraph(left, top, head, face="bold")
        y = sheet.paragraph(left, y, unit, size=SMALL, colour=SOFT) + AFTER
        if self.counts:
            x, across = left, max(self._across(), TINY * LEADING)
            for count in reversed(self.counts):
                own, text = float(self.sizes.diameter(count)), sheet.language.number(count)
                sheet.circle(
                    x + own / 2, y + across / 2, own, facecolor=fill, edgecolor=edge, linewidth=THIN
                )
                x += own + 4
                sheet.write(
                    x, y + across / 2, text, size=TINY, colour=SOFT, vertical="center_baseline"
                )
                x += lettering.width(text, TINY) + 11
            y += across + AFTER
        for sign in self.signs:
            rows = self._rows(sign)
            middle = y + TINY * LEADING / 2
            if sign.round:
                sheet.circle(
                    left + SWATCH / 2,
                    middle,
                    8.0,
                    facecolor=sign.fill,
                    edgecolor=sign.edge,
                    linewidth=THIN,
                )
            elif sign.fill:
                box = Box(left, middle - 4.5, SWATCH, 9)
                sheet.rectangle(box, sign.fill, edge=sign.edge, weight=HAIR)
            x = left + self._indent(sign)
            y = sheet.paragraph(x, y, rows, size=TINY, colour=SOFT) + AFTER
