"""Whose report it is: name, logo, colour and the lines that go with every page."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from nabij.errors import InputError
from nabij.figures.kit.style import luminance
from nabij.files import require_file
from nabij.study import Report

ACCENT = "#6d2a6b"
READABLE = 4.5

LOGOS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
"""Kinds of picture that a page and a PDF both show."""


@dataclass(frozen=True)
class Brand:
    """Whose report it is; empty where the study does not say.

    Parameters
    ----------
    organisation, contact, confidentiality : str
    colour : str
        As ``#rrggbb``.
    logo : bytes
    logo_kind : str
        Its suffix, a key of `LOGOS`.
    """

    organisation: str = ""
    contact: str = ""
    confidentiality: str = ""
    colour: str = ""
    logo: bytes = b""
    logo_kind: str = ""

    @property
    def accent(self) -> str:
        """The colour, or ours, as dark as words on white must be to be read."""
        return darkened(self.colour or ACCENT)


def darkened(colour: str) -> str:
    """Return a colour that can be read on white (WCAG 2: a contrast of 4.5).

    >>> darkened("#0b5394"), darkened("#ffcc00")
    ('#0b5394', '#8f7200')
    """
    own = np.array(to_rgb(colour))
    for kept in np.linspace(1, 0, 101):
        darker = to_hex(tuple(kept * own))
        if 1.05 / (luminance(darker) + 0.05) >= READABLE:
            break
    return darker


def brand_of(report: Report) -> Brand:
    """Return the brand that a study asks for.

    Raises
    ------
    InputError
        If the logo is not there or is no picture that can be shown.
    """
    logo, kind = b"", ""
    if report.logo is not None:
        logo, kind = _logo(report.logo), report.logo.suffix.lower()
    return Brand(
        organisation=report.organisation or "",
        contact=report.contact or "",
        confidentiality=report.confidentiality or "",
        colour=report.colour or "",
        logo=logo,
        logo_kind=kind,
    )


def _logo(path: Path) -> bytes:
    """Read a logo and make sure that it is what its name says."""
    require_file(path, "[report] logo")
    kind = path.suffix.lower()
    if kind not in LOGOS:
        raise InputError(f"{path}: a logo is one of {', '.join(LOGOS)} ([report] logo)")
    content = path.read_bytes()
    if not _is_picture(content, kind):
        raise InputError(f"{path}: cannot be read as a {kind} picture ([report] logo)")
    return content


def _is_picture(content: bytes, kind: str) -> bool:
    if kind == ".svg":
        return b"<svg" in content
    from PIL import Image

    try:
        Image.open(BytesIO(content)).verify()
    except (OSError, SyntaxError):
        return False
    return True
