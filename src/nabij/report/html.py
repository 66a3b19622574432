"""The report as HTML: one file that asks nothing of any other place."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from nabij.language import Language
from nabij.report.brand import LOGOS, Brand
from nabij.report.content import Document, Picture
from nabij.workplace import scratch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.figures.kit.sheet import Spot

# A drawing with more than this in it is heavier than a picture of it.
LARGEST_SVG = 1_500_000
# The same of a narrow one.
LARGEST_NARROW_SVG = 300_000
# Characters of outlines above which a page would be slow: then the places tell nothing.
LONGEST_OUTLINES = 600_000


@dataclass(frozen=True)
class Drawing:
    """A figure as the page shows it.

    Parameters
    ----------
    width : {"wide", "narrow"}
    address : str
        A data URL.
    across, down : float
        Points.
    spots : sequence of Spot
    """

    width: str
    address: str
    across: int
    down: int
    spots: Sequence[Spot]


def page(document: Document, written: Path | None = None) -> str:
    """Return a document as HTML. Every text from the data is escaped.

    The page needs no script; with it tables are sorted and filtered, and places of figures tell
    more under a pointer. Its own policy allows no other style or script than its own.

    Parameters
    ----------
    document : Document
    written : Path, optional
        Folder with figures that are saved already: these are taken from there.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("nabij.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pictures = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Picture)
    ]
    return environment.get_template("page.html.j2").render(
        document=document,
        words=Language(document.language).section("page"),
        drawings={picture.name: _drawings(picture, written) for picture in pictures},
        style=_beside("page.css") + _colour(document.brand),
        logo=_logo(document.brand),
        script=_beside("page.js"),
        sum_of=sum_of,
    )


def sum_of(text: str) -> str:
    """Return how a policy names a style or script that it allows.

    >>> sum_of("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _beside(name: str) -> Markup:
    return Markup(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _colour(brand: Brand) -> Markup:
    """Return the colour of lines and links, lighter by night."""
    light = Markup(":root {{ --accent: {} }}").format(brand.accent)
    dark = Markup(":root {{ --accent: color-mix(in oklab, {} 35%, white) }}").format(brand.accent)
    return light + Markup(" @media screen and (prefers-color-scheme: dark) {{ {} }}").format(dark)


def _logo(brand: Brand) -> str:
    """Return the logo as a data URL; empty where there is none."""
    if not brand.logo:
        return ""
    return _data(LOGOS[brand.logo_kind], brand.logo)


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _drawings(picture: Picture, written: Path | None) -> list[Drawing]:
    """Return the drawings of a figure: the wide one, and the narrow one or else the wide again."""
    found = [_drawing("wide", picture.name, picture.figure, written)]
    narrow = picture.narrow or picture.figure
    at = None if picture.narrow is not None else written
    return [*found, _drawing("narrow", picture.name, narrow, at)]


def _drawing(width: str, name: str, figure: Figure, written: Path | None) -> Drawing:
    across, down = (round(72 * side) for side in figure.get_size_inches())
    spots = getattr(figure, "spots", ())
    light = sum(len(spot.outline) + len(spot.text) for spot in spots) <= LONGEST_OUTLINES
    largest = LARGEST_SVG if width == "wide" else LARGEST_NARROW_SVG
    address = _address(name, figure, written, largest)
    return Drawing(width, address, across, down, spots if light else ())


def _address(name: str, figure: Figure, written: Path | None, largest: int) -> str:
    """Return a figure as a data URL: a drawing, or where that is heavy a picture."""
    from nabij import figures

    with scratch() as folder:

        def saved(suffix: str) -> bytes:
            there = written / f"{name}.{suffix}" if written is not None else None
            if there is None or not there.is_file():
                there = figures.save(figure, folder / f"figure.{suffix}")
            return there.read_bytes()

        kind, content = "svg+xml", saved("svg")
        if len(content) > largest:
            kind, content = "png", saved("png")
    return _data(f"image/{kind}", content)
