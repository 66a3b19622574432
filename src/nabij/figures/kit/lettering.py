"""Measure, cut and wrap text before it is drawn."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags

from nabij.figures.kit.style import TEXT, font_file

ELLIPSIS = "…"


def clean(text: object) -> str:
    """Return text on one line, without control characters.

    >>> clean("Flight\\n  Forum")
    'Flight Forum'
    """
    printable = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return " ".join(printable.split())


@lru_cache(maxsize=20_000)
def width(text: str, size: float = TEXT, face: str = "normal") -> float:
    """Return how wide `text` is, in points."""
    letters = get_font(font_file(face))
    # Measured large and without hinting: small letters would be rounded up to whole pixels.
    letters.set_size(200, 72)
    letters.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(letters.get_width_height()[0]) / 64 * size / 200


def cut(text: str, room: float, size: float = TEXT, face: str = "normal") -> str:
    """Shorten `text` to `room` points, with an ellipsis if something had to go.

    >>> cut("Oostelijk Havengebied", 60)
    'Oostelijk Ha…'
    """
    if width(text, size, face) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, face) <= room:
            low = middle
        else:
            high = middle - 1
    kept = text[:low].rstrip()
    at_word = kept.rfind(" ")
    if at_word > 0.75 * len(kept):
        kept = kept[:at_word]
    return f"{kept}{' ' if at_word > 0.75 * low else ''}{ELLIPSIS}"


def wrap(
    text: str, room: float, size: float = TEXT, face: str = "normal", lines: int = 2
) -> list[str]:
    """Break `text` into at most `lines` lines of `room` points; what is left over is cut."""
    words = clean(text).split(" ")
    rows: list[str] = []
    while words and len(rows) < lines - 1:
        # Words are added as long as the row is not too wide; the last one that fits is searched.
        fitting = bisect_right(
            range(1, len(words) + 1),
            room,
            key=lambda count: width(" ".join(words[:count]), size, face),
        )
        row, words = words[: max(fitting, 1)], words[max(fitting, 1) :]
        rows.append(cut(" ".join(row), room, size, face))
    return [*rows, cut(" ".join(words), room, size, face)] if words else rows


def wrap_name(
    name: object, room: float, size: float = TEXT, face: str = "normal", lines: int = 2
) -> list[str]:
    """Break a name as `wrap` does, and after hyphens too.

    >>> wrap_name("Zuidoost-Noord-Brabant", 70, 8, lines=3)
    ['Zuidoost-Noord-', 'Brabant']
    """
    text = clean(name)
    if "- " in text:
        return wrap(text, room, size, face, lines)
    parted = re.sub(r"(?<=\w)-(?=\w)", "- ", text)
    return [row.replace("- ", "-") for row in wrap(parted, room, size, face, lines)]


def without_common(names: Sequence[str]) -> list[str]:
    """Return names without the whole words that all of them begin or end with.

    >>> without_common(["Arrondissement de Saverne", "Arrondissement de Molsheim"])
    ['Saverne', 'Molsheim']
    >>> without_common(["Utrecht", "Delft en Westland"])
    ['Utrecht', 'Delft en Westland']
    """
    parts = [clean(name).split(" ") for name in names]
    if len(parts) < 2:
        return [clean(name) for name in names]
    shortest = min(map(len, parts)) - 1  # a name keeps a word of its own
    first = next((at for at in range(shortest) if len({each[at] for each in parts}) > 1), shortest)
    left = shortest - first
    last = next((at for at in range(left) if len({each[-1 - at] for each in parts}) > 1), left)
    return [" ".join(each[first : len(each) - last]) for each in parts]
