"""Axes of charts as they are drawn: ticks with their texts, below a chart and left of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nabij.figures.kit import axis, lettering
from nabij.figures.kit.sheet import Box, Sheet
from nabij.figures.kit.style import GRID, RULE, SOFT, THIN, TINY


def below(
    sheet: Sheet,
    chart: Box,
    scale: axis.Scale,
    ticks: Sequence[float],
    texts: Sequence[str],
    *,
    size: float = TINY,
) -> None:
    """Draw the axis below a chart, with those ticks whose texts have room.

    Parameters
    ----------
    sheet : Sheet
    chart : Box
    scale : Scale
    ticks : sequence of float
    texts : sequence of str
        One a tick.
    size : float
        Of the texts, in points.
    """
    sheet.line([chart.left, chart.right], [chart.bottom, chart.bottom], RULE, THIN)
    x = chart.left + scale.at(np.array(ticks, dtype=float))
    for at in axis.fitting(x, [lettering.width(text, size) for text in texts]) if ticks else []:
        place = float(x[at])
        sheet.line([place, place], [chart.bottom, chart.bottom + 3], RULE, THIN)
        y = chart.bottom + 4 + size
        sheet.write(place, y, texts[at], size=size, colour=SOFT, align="center")


def beside(
    sheet: Sheet,
    chart: Box,
    scale: axis.Scale,
    ticks: Sequence[float],
    texts: Sequence[str],
    *,
    size: float = TINY,
) -> None:
    """Draw the axis left of a chart, with a faint line across it at each tick; as `below`."""
    for tick, text in zip(ticks, texts, strict=True):
        y = chart.bottom - float(scale.at(tick))
        sheet.line([chart.left, chart.right], [y, y], GRID, THIN, under=True)
        sheet.write(
            chart.left - 4,
            y,
            text,
            size=size,
            colour=SOFT,
            align="right",
            vertical="center_baseline",
        )
