"""The sheet that every figure is drawn on: title above, source below, room between.

A sheet counts in points (1/72 inch) from its top left corner, downwards, so that type, dots and
legends have one unit and nothing depends on the size of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from nabij.figures.kit import lettering
from nabij.figures.kit.style import (
    HAIR,
    INK,
    MARGIN,
    RULE,
    SMALL,
    SOFT,
    TEXT,
    TINY,
    TITLE,
    WARNING_FILL,
    WARNING_INK,
    Palette,
    font,
)
from nabij.language import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from nabij.views import Result, View

LEADING = 1.38
WIDTH = 600.0


@dataclass(frozen=True)
class Box:
    """A rectangle on a sheet: left, top, width and height in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Distance of the right side from the left edge of the sheet."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Distance of the lower side from the top of the sheet."""
        return self.top + self.height


@dataclass(frozen=True)
class Sheet:
    """A figure with its header and footer drawn and a body to fill.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    ink : matplotlib.axes.Axes
        The whole sheet, in points, y downwards; above everything else.
    ground : matplotlib.axes.Axes
        The same, below everything else.
    body : Box
        What is left between header and footer.
    language : Language
    palette : Palette
    """

    figure: Figure
    ink: Axes
    ground: Axes
    body: Box
    language: Language
    palette: Palette

    def axes(self, box: Box, **settings: Any) -> Axes:
        """Add axes that fill `box`."""
        wide, high = (72 * side for side in self.figure.get_size_inches())
        return self.figure.add_axes(
            (box.left / wide, 1 - box.bottom / high, box.width / wide, box.height / high),
            **settings,
        )

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT,
        face: str = "normal",
        colour: str = INK,
        align: str = "left",
        vertical: str = "baseline",
    ) -> Text:
        """Write one line of text as it stands: a dollar sign is a dollar sign."""
        return self.ink.text(
            x,
            y,
            text,
            fontproperties=font(size, face),
            color=colour,
            ha=align,
            va=vertical,
            parse_math=False,
        )

    def paragraph(
        self, x: float, y: float, rows: Sequence[str], *, size: float = TEXT, **style: Any
    ) -> float:
        """Write rows below each other, the first with its top at `y`; return the bottom."""
        for row in rows:
            self.write(x, y + size, row, size=size, **style)
            y += size * LEADING
        return y

    def line(
        self,
        x: Sequence[float],
        y: Sequence[float],
        colour: str,
        weight: float,
        *,
        under: bool = False,
    ) -> None:
        """Draw a line through points, over what is drawn on the sheet or under it."""
        (self.ground if under else self.ink).add_line(
            Line2D(x, y, color=colour, linewidth=weight, solid_capstyle="butt", zorder=2)
        )

    def rectangle(self, box: Box, colour: str, *, edge: str = "none", weight: float = 0) -> None:
        """Draw a filled rectangle."""
        self.ink.add_patch(
            Rectangle(
                (box.left, box.top),
                box.width,
                box.height,
                facecolor=colour,
                edgecolor=edge,
                linewidth=weight,
            )
        )

    def circle(self, x: float, y: float, diameter: float, **style: Any) -> None:
        """Draw a circle, true to the dots of a map or chart on the same sheet."""
        self.ink.add_patch(Circle((x, y), diameter / 2, **style))


def unit_text(unit: str) -> str:
    """Write a unit as it is read aloud, in English as in Dutch.

    >>> unit_text("1/km")
    'per km'
    """
    return f"per {unit[2:]}" if unit.startswith("1/") else unit


def score_text(words: Language, score: float, unit: str) -> str:
    """Write a D-score with its unit; a missing one has none.

    >>> score_text(Language("nl"), 0.0185, "1/km"), score_text(Language("nl"), float("nan"), "1/km")
    ('0,0185 per km', '–')
    """
    number = words.score(score)
    return f"{number} {unit_text(unit)}".strip() if np.isfinite(score) else number


def begin(
    result: Result | View,
    *,
    title: str,
    lines: Sequence[str],
    height: float,
    words: Language,
    palette: Palette,
    notes: Sequence[str] = (),
) -> Sheet:
    """Open a sheet with a body of `height` points.

    Parameters
    ----------
    result : Result or View
        Gives the source line, and whether the data are synthetic.
    title : str
        Wrapped over at most three lines.
    lines : sequence of str
        Below the title, each wrapped over at most two lines.
    height : float
        Of the body, in points.
    words : Language
    palette : Palette
    notes : sequence of str
        Small print above the source.
    """
    room = WIDTH - 2 * MARGIN
    head = lettering.wrap(title, room, TITLE, "bold", 3)
    under = [row for line in lines for row in lettering.wrap(line, room, TEXT)]
    source = words.text("common.source", source=lettering.clean(result.source))
    small = [*notes, source]
    foot = [row for note in small for row in lettering.wrap(note, room, TINY)]
    tag = words.text("common.synthetic") if result.study.register.synthetic else ""

    tag_high = 22.0 if tag else 0.0
    head_high = (len(head) * TITLE + len(under) * TEXT) * LEADING + 16
    foot_high = 10 + len(foot) * TINY * LEADING
    total = 0.8 * MARGIN + tag_high + head_high + height + foot_high + 0.6 * MARGIN

    figure = Figure(figsize=(WIDTH / 72, total / 72), facecolor="white", label=title)
    FigureCanvasAgg(figure)
    ground, ink = (
        figure.add_axes((0, 0, 1, 1), zorder=order, label=name)
        for order, name in ((-10, "ground"), (10, "ink"))
    )
    for layer in (ground, ink):
        layer.set(xlim=(0, WIDTH), ylim=(total, 0))
        layer.set_axis_off()

    top = 0.8 * MARGIN
    body = Box(MARGIN, top + tag_high + head_high, room, height)
    sheet = Sheet(figure, ink, ground, body, words, palette)
    if tag:
        _tag(sheet, top - 3, tag)
    y = sheet.paragraph(MARGIN, top + tag_high, head, size=TITLE, face="bold")
    sheet.paragraph(MARGIN, y + 2, under, colour=SOFT)
    y = body.bottom + 10
    sheet.line([MARGIN, WIDTH - MARGIN], [y - 5, y - 5], RULE, HAIR * 1.5)
    sheet.paragraph(MARGIN, y, foot, size=TINY, colour=SOFT)
    return sheet


def _tag(sheet: Sheet, top: float, text: str) -> None:
    """Draw the label that says the data are made up, where nobody can miss it."""
    wide = lettering.width(text, SMALL, "bold")
    sheet.ink.add_patch(
        FancyBboxPatch(
            (MARGIN + 2, top + 2),
            wide + 10,
            11,
            boxstyle="round,pad=2",
            facecolor=WARNING_FILL,
            edgecolor="none",
        )
    )
    sheet.write(
        MARGIN + 7,
        top + 7.5,
        text,
        size=SMALL,
        face="bold",
        colour=WARNING_INK,
        vertical="center_baseline",
    )


def empty(sheet: Sheet, sentence: str) -> None:
    """Say in the middle of the body why there is nothing to see."""
    box = sheet.body
    sheet.rectangle(box, "#f7f7f5")
    rows = lettering.wrap(sentence, box.width - 80, TEXT + 1, lines=4)
    y = box.top + box.height / 2 - len(rows) * (TEXT + 1) * LEADING / 2
    write = partial(sheet.paragraph, size=TEXT + 1, colour=SOFT, align="center")
    write(box.left + box.width / 2, y, rows)
