"""Names at the ends of lines, level with them as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nabij.figures.kit import lettering
from nabij.figures.kit.sheet import LEADING, Box, Sheet
from nabij.figures.kit.style import FAINT, HAIR, TINY


@dataclass(frozen=True)
class End:
    """The end of a line, in points, and what to write there.

    `value` follows the text; where the two are too wide it stands below it. Text that is too wide
    by itself is cut.
    """

    x: float
    y: float
    text: str
    value: str
    face: str
    colour: str


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Move places as little as keeps them `gap` apart and between `low` and `high`.

    >>> spread([10.0, 11.0, 50.0], 8.0, 0.0, 60.0).tolist()
    [6.5, 14.5, 50.0]
    """
    order = np.argsort(wanted, kind="stable")
    # Places that would be too near form a block, which lies about the middle of what they want.
    blocks: list[list[float]] = []
    for each in np.asarray(wanted, dtype=float)[order]:
        blocks.append([each])
        while len(blocks) > 1 and _top(blocks[-1], gap, low, high) < gap + _bottom(
            blocks[-2], gap, low, high
        ):
            last = blocks.pop()
            blocks[-1] += last
    found = np.empty(len(order))
    found[order] = [
        _top(block, gap, low, high) + at * gap for block in blocks for at in range(len(block))
    ]
    return found


def _top(block: Sequence[float], gap: float, low: float, high: float) -> float:
    first = float(np.mean(block)) - (len(block) - 1) * gap / 2
    return max(min(first, high - (len(block) - 1) * gap), low)


def _bottom(block: Sequence[float], gap: float, low: float, high: float) -> float:
    return _top(block, gap, low, high) + (len(block) - 1) * gap


def write_ends(sheet: Sheet, ends: Sequence[End], room: Box) -> None:
    """Write each text in `room`, right of its line, with a hairline where it had to move."""
    rows = [_rows(end, room.width) for end in ends]
    gap = max((len(each) for each in rows), default=1) * TINY * LEADING + 1.0
    edge = gap / 2 - TINY / 2
    places = spread([end.y for end in ends], gap, room.top + edge, room.bottom - edge)
    for end, texts, y in zip(ends, rows, places, strict=True):
        sheet.line([end.x + 3, room.left - 8, room.left - 3], [end.y, y, y], FAINT, HAIR)
        first = float(y) - (len(texts) - 1) * TINY * LEADING / 2
        for at, text in enumerate(texts):
            sheet.write(
                room.left,
                first + at * TINY * LEADING,
                text,
                size=TINY,
                face=end.face,
                colour=end.colour,
                vertical="center_baseline",
            )


def _rows(end: End, room: float) -> list[str]:
    """Return the text with its value on one line, or on two."""
    together = f"{end.text} {end.value}".strip()
    if lettering.width(together, TINY, end.face) <= room or not end.value:
        return [lettering.cut(together, room, TINY, end.face)]
    return [lettering.cut(end.text, room, TINY, end.face), end.value]
