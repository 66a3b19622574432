"""What a report holds, whatever it is written as: a page, a PDF, a bureau's own template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from nabij.report.brand import Brand

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Paragraphs:
    """Running text, under a heading if it has one; `soft` is what a reader may pass over."""

    kind: ClassVar[str] = "paragraphs"
    texts: Sequence[str]
    soft: bool = False
    title: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    kind: ClassVar[str] = "bullets"
    texts: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table as cells of text.

    Parameters
    ----------
    title : str
    head : sequence of str
        Headings; empty ones where a column needs none.
    cells : sequence of rows
    texts : int
        So many columns, at the left, are text; the others are numbers.
    note : str
        What must be known to read it.
    long : bool
        Whether its texts may break anywhere: file names, sums.
    values : sequence of rows
        What cells are sorted by where their text is a number; empty where nothing is to be sorted.
    """

    kind: ClassVar[str] = "table"
    title: str
    head: Sequence[str]
    cells: Sequence[Sequence[str]]
    texts: int = 1
    note: str = ""
    long: bool = False
    values: Sequence[Sequence[float | str | None]] = ()


@dataclass(frozen=True)
class Picture:
    """A figure with its words.

    Parameters
    ----------
    name : str
    figure : matplotlib.figure.Figure
    narrow : matplotlib.figure.Figure or None
        The same for a narrow screen.
    caption : str
        How to read it.
    alternative : str
        What it says, for who does not see it.
    """

    kind: ClassVar[str] = "picture"
    name: str
    figure: Figure
    narrow: Figure | None
    caption: str
    alternative: str


@dataclass(frozen=True)
class Link:
    """A way to another page, with what it says in short."""

    kind: ClassVar[str] = "link"
    path: str
    title: str
    text: str


Block = Paragraphs | Bullets | Table | Picture | Link


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; an appendix is for who wants to check."""

    key: str
    title: str
    blocks: Sequence[Block]
    appendix: bool = False


@dataclass(frozen=True)
class KeyFigure:
    """A number to remember, and what it is."""

    value: str
    label: str


@dataclass(frozen=True)
class Document:
    """A report.

    Parameters
    ----------
    language : str
    title, subtitle : str
    notices : sequence of str
        What must be known before anything is passed on.
    synthetic : str
        Says that the data are made up; empty where they are not.
    summary : sequence of str
        The answer, in a few sentences.
    key_figures : sequence of KeyFigure
    sections : sequence of Section
    source, made : str
        Where the data are from; when and with what it was made.
    version : str
        Of nabij.
    brand : Brand
        Whose report it is.
    """

    language: str
    title: str
    subtitle: str
    notices: Sequence[str]
    synthetic: str
    summary: Sequence[str]
    key_figures: Sequence[KeyFigure]
    source: str
    made: str
    version: str
    sections: Sequence[Section] = field(default_factory=tuple)
    brand: Brand = field(default_factory=Brand)
