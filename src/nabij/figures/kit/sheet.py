"""The sheet that every figure is drawn on: title above, source below, room between.

A sheet counts in points (1/72 inch) from its top left corner, downwards, so that type, dots and
legends have one unit and nothing depends on the size of the data.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from nabij.figures.kit import lettering
from nabij.figures.kit.saving import SCREEN_DPI, png
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
# On a telephone 375 pixels wide the smallest type then has more than 9 pixels.
NARROW_WIDTH = 262.0
NARROW_MARGIN = 10.0


@dataclass(frozen=True)
class Look:
    """How a figure is to look: its words, its colours and its width.

    Parameters
    ----------
    words : Language
    palette : Palette
    narrow : bool
        For a screen as narrow as a telephone's: one thing below the other.
    """

    words: Language
    palette: Palette
    narrow: bool = False

    @property
    def width(self) -> float:
        """Of the sheet, in points."""
        return NARROW_WIDTH if self.narrow else WIDTH

    @property
    def margin(self) -> float:
        """Left and right of the body, in points."""
        return NARROW_MARGIN if self.narrow else MARGIN

    @property
    def room(self) -> float:
        """Width of the body, in points."""
        return self.width - 2 * self.margin


@dataclass(frozen=True)
class Spot:
    """Where a reader's pointer is told more.

    Parameters
    ----------
    outline : str
        SVG path data, in points on the sheet.
    text : str
    """

    outline: str
    text: str


class Picture(Figure):
    """A matplotlib figure that can be told in words.

    Attributes
    ----------
    heading : str
        What it shows.
    finding : str
        What is to be seen in it; empty where nothing can be said.
    spots : list of Spot
        Places that tell more where a pointer can ask.
    """

    heading: str = ""
    finding: str = ""
    spots: list[Spot]

    @property
    def in_words(self) -> str:
        """What the figure shows and says, for a reader who does not see it."""
        finding = self.finding.rstrip(".")
        return f"{finding}. {self.heading}" if finding else self.heading

    def _repr_html_(self) -> str:
        pixels = base64.b64encode(png(self, SCREEN_DPI)).decode("ascii")
        wide = round(self.get_figwidth() * 96)
        said = escape(self.in_words)
        return f'<img src="data:image/png;base64,{pixels}" width="{wide}" alt="{said}">'


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
    figure : Picture
    ink : matplotlib.axes.Axes
        The whole sheet, in points, y downwards; above everything else.
    ground : matplotlib.axes.Axes
        The same, below everything else.
    body : Box
        What is left between header and footer.
    look : Look
    """

    figure: Picture
    ink: Axes
    ground: Axes
    body: Box
    look: Look

    @property
    def language(self) -> Language:
        """The words."""
        return self.look.words

    @property
    def palette(self) -> Palette:
        """The colours."""
        return self.look.palette

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

    def round_spot(self, x: float, y: float, radius: float, text: str) -> None:
        """Tell more at a round mark where a pointer can ask; later spots lie on earlier ones."""
        r = f"{radius:.1f}"
        outline = (
            f"M{x - radius:.1f},{y:.1f}a{r},{r} 0 1,0 {2 * radius:.1f},0"
            f"a{r},{r} 0 1,0 {-2 * radius:.1f},0z"
        )
        self.figure.spots.append(Spot(outline, text))

    def area_spot(self, rings: Sequence[np.ndarray], text: str) -> None:
        """Tell more within an area, of which `rings` are the edges: arrays of shape (n, 2)."""
        outline = "".join(
            "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in ring.tolist()) + "z" for ring in rings
        )
        self.figure.spots.append(Spot(outline, text))


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
    look: Look,
    *,
    title: str,
    lines: Sequence[str],
    height: float,
    finding: str = "",
    notes: Sequence[str] = (),
) -> Sheet:
    """Open a sheet with a body of `height` points.

    Parameters
    ----------
    result : Result or View
        Gives the source line, and whether the data are synthetic.
    look : Look
    title : str
        What the figure shows.
    lines : sequence of str
        Below the title.
    height : float
        Of the body, in points.
    finding : str
        What is to be seen in it: a sentence, the largest on the sheet. Without it the title is.
    notes : sequence of str
        Small print above the source.
    """
    words, room, margin = look.words, look.room, look.margin
    most = 8 if look.narrow else 3
    head = lettering.wrap(finding or title, room, TITLE, "bold", most)
    neutral = lettering.wrap(title, room, TEXT, "bold", most) if finding else []
    under = [row for line in lines for row in lettering.wrap(line, room, TEXT, lines=most)]
    source = words.text("common.source", source=lettering.clean(result.source))
    small = [*notes, source]
    foot = [row for note in small for row in lettering.wrap(note, room, TINY, lines=most)]
    tag = words.text("common.synthetic") if result.study.register.synthetic else ""

    tags = lettering.wrap(tag, room - 14, SMALL, "bold", most) if tag else []
    tag_high = 11.0 * len(tags) + 11 if tag else 0.0
    head_high = (len(head) * TITLE + (len(neutral) + len(under)) * TEXT) * LEADING + 16
    foot_high = 10 + len(foot) * TINY * LEADING
    total = 0.8 * MARGIN + tag_high + head_high + height + foot_high + 0.6 * MARGIN

    figure = Picture(figsize=(look.width / 72, total / 72), facecolor="white")
    figure.heading, figure.finding, figure.spots = title, finding, []
    figure.set_label(figure.in_words)
    FigureCanvasAgg(figure)
    ground, ink = (
        figure.add_axes((0, 0, 1, 1), zorder=order, label=name)
        for order, name in ((-10, "ground"), (10, "ink"))
    )
    for layer in (ground, ink):
        layer.set(xlim=(0, look.width), ylim=(total, 0))
        layer.set_axis_off()

    top = 0.8 * MARGIN
    body = Box(margin, top + tag_high + head_high, room, height)
    sheet = Sheet(figure, ink, ground, body, look)
    if tag:
        _tag(sheet, top - 3, tags)
    y = sheet.paragraph(margin, top + tag_high, head, size=TITLE, face="bold")
    y = sheet.paragraph(margin, y + 2, neutral, face="bold", colour=SOFT)
    sheet.paragraph(margin, y, under, colour=SOFT)
    y = body.bottom + 10
    sheet.line([margin, margin + room], [y - 5, y - 5], RULE, HAIR * 1.5)
    sheet.paragraph(margin, y, foot, size=TINY, colour=SOFT)
    return sheet


def _tag(sheet: Sheet, top: float, rows: Sequence[str]) -> None:
    """Draw the label that says the data are made up, where nobody can miss it."""
    left = sheet.look.margin
    wide = max(lettering.width(row, SMALL, "bold") for row in rows)
    sheet.ink.add_patch(
        FancyBboxPatch(
            (left + 2, top + 2),
            wide + 10,
            11.0 * len(rows),
            boxstyle="round,pad=2",
            facecolor=WARNING_FILL,
            edgecolor="none",
        )
    )
    for at, row in enumerate(rows):
        sheet.write(
            left + 7,
            top + 7.5 + 11.0 * at,
            row,
            size=SMALL,
            face="bold",
            colour=WARNING_INK,
            vertical="center_baseline",
        )


def empty(sheet: Sheet, sentence: str) -> None:
    """Say in the middle of the body why there is nothing to see."""
    box = sheet.body
    sheet.rectangle(box, "#f7f7f5")
    rows = lettering.wrap(
        sentence, box.width - (20 if sheet.look.narrow else 80), TEXT + 1, lines=8
    )
    y = box.top + box.height / 2 - len(rows) * (TEXT + 1) * LEADING / 2
    write = partial(sheet.paragraph, size=TEXT + 1, colour=SOFT, align="center")
    write(box.left + box.width / 2, y, rows)
