"""The report as HTML: one file that asks nothing of any other place."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from nabij.report.content import Document, Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A drawing with more than this in it is heavier than a picture of it.
LARGEST_SVG = 2_000_000


def page(document: Document, written: Path | None = None) -> str:
    """Return a document as HTML. Every text from the data is escaped.

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
    drawings: Mapping[str, str] = {
        block.name: _picture(block.name, block.figure, written)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Picture)
    }
    return environment.get_template("page.html.j2").render(document=document, drawings=drawings)


def _picture(name: str, figure: Figure, written: Path | None) -> str:
    """Return a figure as a data URL: a drawing, or where that is heavy a picture."""
    from nabij import figures

    with tempfile.TemporaryDirectory(prefix="nabij-") as folder:  # private to its owner

        def saved(suffix: str) -> bytes:
            there = written / f"{name}.{suffix}" if written is not None else None
            if there is None or not there.is_file():
                there = figures.save(figure, Path(folder) / f"figure.{suffix}")
            return there.read_bytes()

        kind, content = "svg+xml", saved("svg")
        if len(content) > LARGEST_SVG:
            kind, content = "png", saved("png")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
