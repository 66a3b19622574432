"""How the figures look: colours, type sizes and the two palettes.

Every colour, line width and type size of the figures is here and nowhere else. Lengths are
points (1/72 inch).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.font_manager import FontProperties

# Ink, from the strongest to the faintest.
INK = "#1f2933"
SOFT = "#5f6b76"
FAINT = "#98a1a9"
RULE = "#cfd4d8"
GRID = "#eceeef"

PAPER = "#ffffff"
LAND = "#f3f2ee"
CONTEXT = "#f8f8f6"
CONTEXT_BORDER = "#dddcd7"
ZERO = "#fdfcf8"
BORDER = "#c9c8c2"
COAST = "#7d8388"
NO_SCORE = "#b9bdc1"
WARNING_INK = "#7a4300"
WARNING_FILL = "#fdf0d8"

TITLE = 13.5
TEXT = 8.5
SMALL = 7.5
TINY = 7.0

MARGIN = 22.0
HAIR = 0.35
THIN = 0.6
LINE = 0.9


@dataclass(frozen=True)
class Palette:
    """Colours that carry meaning.

    Parameters
    ----------
    name : str
        As in ``study.output.palette``.
    ramp : tuple of str
        Low to high.
    diverging : tuple of str
        Five colours: far below, below, about, above and far above one. What is above is the
        darker side, so that the two sides stay apart without hue.
    accent, quiet : str
        What the reader is to look at, and what it is held against.
    """

    name: str
    ramp: tuple[str, ...]
    diverging: tuple[str, ...]
    accent: str
    quiet: str

    def steps(self, count: int) -> list[str]:
        """Return `count` colours, low to high, evenly spread over the ramp.

        >>> len(PALETTES["sequential"].steps(5))
        5
        """
        return _spread(self.ramp, count)


def _spread(anchors: tuple[str, ...], count: int) -> list[str]:
    if not count:
        return []
    colours = LinearSegmentedColormap.from_list("ramp", list(anchors))
    # One class takes a colour from the middle: the lightest one would say "low".
    places = np.linspace(0, 1, count) if count > 1 else np.array([0.5])
    return [to_hex(colour) for colour in colours(places)]


PALETTES = {
    # Equal steps in OKLab from lightness 0.75, twice as far from the land as its own luminance, to
    # 0.25, so that it reads in grey print and with any of the common colour-vision deficiencies.
    "sequential": Palette(
        name="sequential",
        ramp=(
            "#e79a57",
            "#e27b44",
            "#d65c43",
            "#c53e4e",
            "#ab285a",
            "#8c1965",
            "#6c0f64",
            "#4a105a",
            "#2d0f47",
        ),
        # Green against purple: teal and purple are one to a reader who does not see red and green.
        diverging=("#5f8f35", "#b3cb92", "#cbc9c1", "#bd8cc2", "#702a7f"),
        accent="#993174",
        quiet="#b4bac0",
    ),
    # The green, yellow and red of the article's maps, each darker than the one before, also to a
    # reader who does not see red and green, and in grey print.
    "esb": Palette(
        name="esb",
        ramp=("#66bf7b", "#98ab29", "#b59307", "#c37602", "#c24d00", "#ac0605", "#760417"),
        diverging=("#3fa37c", "#97cfae", "#cbc8bc", "#dd7f5a", "#a51226"),
        accent="#c3222d",
        quiet="#b4bac0",
    ),
}


def palette_named(name: str) -> Palette:
    """Return the palette called `name`, or say which there are."""
    if name not in PALETTES:
        raise ValueError(f"palette {name!r} is unknown; choose from: {', '.join(PALETTES)}")
    return PALETTES[name]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2).

    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def ink_on(fill: str) -> str:
    """Return white or dark ink, whichever reads better on a colour."""
    return PAPER if luminance(fill) < 0.18 else INK


_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FONT_FILES = {
    "normal": _FONTS / "DejaVuSans.ttf",
    "bold": _FONTS / "DejaVuSans-Bold.ttf",
    "italic": _FONTS / "DejaVuSans-Oblique.ttf",
}


def font_file(face: str = "normal") -> Path:
    """Return the file of a face."""
    return _FONT_FILES[face]


def font(size: float = TEXT, face: str = "normal") -> FontProperties:
    """Return the type that ships with matplotlib, the same on every machine."""
    return FontProperties(fname=str(font_file(face)), size=size)


_SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "nabij",
    # Letters as shapes: the reader's machine needs no font.
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    # Hinted letters are rounded to whole pixels: wider than `lettering.width` says.
    "text.hinting": "none",
    "path.simplify": True,
    "agg.path.chunksize": 0,
}
_lock = RLock()


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with matplotlib's defaults and ours, whatever the caller's settings are.

    Matplotlib's settings belong to the whole process, so one figure is drawn at a time.
    """
    defaults: dict[Any, Any] = {
        key: value
        for key, value in mpl.rcParamsDefault.items()
        if not key.startswith(("backend", "interactive", "toolbar", "webagg", "tk.", "macosx"))
    }
    with _lock, mpl.rc_context({**defaults, **_SETTINGS}), warnings.catch_warnings():
        # Letters that the type lacks are drawn as boxes; a warning for each helps no one.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield
