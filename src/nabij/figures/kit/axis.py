"""Axes of charts: limits, ticks and their numbers in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from nabij.language import Language

# Beyond this ratio of the largest to the middle value a straight axis would squeeze all but a few.
TOO_SKEWED = 15.0
# A logarithmic axis of a short range has ticks that are nearer to each other.
FEWEST_TICKS = 3


@dataclass(frozen=True)
class Scale:
    """From values to points along an axis of `length` points.

    Parameters
    ----------
    low, high : float
        Values at both ends.
    length : float
    logarithmic : bool
    """

    low: float
    high: float
    length: float
    logarithmic: bool = False

    def at(self, value: np.ndarray | float) -> np.ndarray:
        """Return how far along the axis `value` lies, in points."""
        low, high, seen = (
            np.log(each) if self.logarithmic else np.asarray(each, dtype=float)
            for each in (self.low, self.high, value)
        )
        return np.asarray((seen - low) / (high - low) * self.length)

    def ticks(self, count: int) -> list[float]:
        """Return round values within the axis."""
        if self.logarithmic:
            powers = range(-6, 7)
            for steps in ((1, 2, 5), (1, 1.5, 2, 3, 5, 7), np.arange(1, 10, 0.25).tolist()):
                series = [step * 10.0**power for power in powers for step in steps]
                found = [value for value in series if self.low <= value <= self.high]
                if len(found) >= FEWEST_TICKS:
                    break
            return found
        locator = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10])
        slack = 1e-9 * (self.high - self.low)
        values = locator.tick_values(self.low, self.high)
        return [float(v) for v in values if self.low - slack <= v <= self.high + slack]


def scale_for(
    values: np.ndarray,
    keep: Sequence[float],
    radius: np.ndarray,
    length: float,
    *,
    logarithmic: bool | None = None,
) -> Scale:
    """Return a scale on which every bubble fits.

    Parameters
    ----------
    values : numpy.ndarray
    keep : sequence of float
        Values that must be on the axis too, such as a national line.
    radius : numpy.ndarray
        Of each bubble, in points.
    length : float
        Of the axis, in points.
    logarithmic : bool, optional
        By default where a straight axis would squeeze most of the values.
    """
    fixed = [value for value in keep if np.isfinite(value)]
    everything = np.concatenate([values, fixed])
    radii = np.concatenate([radius, np.zeros(len(fixed))]) + 4.0
    if logarithmic is None:
        logarithmic = bool(everything.max() > TOO_SKEWED * np.median(everything))
    logarithmic = logarithmic and bool(everything.min() > 0)
    seen = np.log(everything) if logarithmic else everything
    low, high = float(seen.min()), float(seen.max())
    # Zero is worth showing unless all values lie together far away from it.
    if not logarithmic and 0 <= low < 0.2 * high:
        low = 0.0
    if high - low <= 1e-12 * max(abs(high), 1e-12):
        margin = 0.5 * abs(high) or 1.0
        low, high = low - margin, high + margin
    start, stop = low, high
    # The room a bubble takes depends on the scale, and the scale on the room: a few rounds do.
    for _ in range(12):
        per_point = (stop - start) / length
        start = min(low, float((seen - radii * per_point).min()))
        stop = max(high, float((seen + radii * per_point).max()))
    if logarithmic:
        start, stop = float(np.exp(start)), float(np.exp(stop))
    return Scale(start, stop, length, logarithmic)


def tick_texts(words: Language, ticks: Sequence[float]) -> list[str]:
    """Write ticks with as many decimals as tell them apart, zero as 0."""
    digits = next(
        (count for count in range(12) if all(abs(round(t, count) - t) < 1e-12 for t in ticks)), 12
    )
    return ["0" if tick == 0 else words.number(tick, digits) for tick in ticks]


def fitting(x: np.ndarray, widths: Sequence[float]) -> list[int]:
    """Return which texts centred at `x`, low to high, have room: the last, the first, then any.

    >>> fitting(np.array([0.0, 6.0, 12.0, 18.0]), [8.0, 8.0, 8.0, 8.0])
    [0, 3]
    """
    kept: list[int] = []
    for at in [len(x) - 1, 0, *range(len(x) - 2, 0, -1)]:
        clear = [abs(x[at] - x[other]) >= (widths[at] + widths[other]) / 2 + 4 for other in kept]
        if at not in kept and all(clear):
            kept.append(at)
    return sorted(kept)
