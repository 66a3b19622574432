"""Names at the ends of lines, level with them as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nabij.figures.kit import lettering
from nabij.figures.kit.sheet import Box, Sheet
from nabij.figures.kit.style import FAINT, HAIR, TINY


@dataclass(frozen=True)
class End:
    """The end of a line, in points, and what to write there.

    Text that is too wide is cut, but never `value`, which follows it.
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
    places = spread([end.y for end in ends], TINY + 2.5, room.top, room.bottom)
    for end, y in zip(ends, places, strict=True):
        sheet.line([end.x + 3, room.left - 8, room.left - 3], [end.y, y, y], FAINT, HAIR)
        value = f" {end.value}" if end.value else ""
        short = lettering.cut(
            end.text, room.width - lettering.width(value, TINY, end.face), TINY, end.face
        )
        sheet.write(
            room.left,
            float(y),
            short + value,
            size=TINY,
            face=end.face,
            colour=end.colour,
            vertical="center_baseline",
        )
