"""Which neighbourhoods hold most of what the focus region has of the sector."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nabij.views.sureness import CLAIMED_FROM
from nabij.views.view import FocusRegion

NAMED = 3
WORTH_NAMING = 0.25
"""Share of the region's establishments from which on up to three neighbourhoods are named."""


@dataclass(frozen=True)
class Holding:
    """What can be said of the neighbourhoods that hold the most.

    Attributes
    ----------
    names : tuple of str
        The fewest that together hold `WORTH_NAMING`, most first. Empty where that takes more than
        `NAMED`, all neighbourhoods there are, or a choice between two that hold as many.
    share : float
        What these hold together.
    half : int
        The fewest neighbourhoods that together hold half; 0 where all together hold less.
    neighbourhoods : int
        How many there are, also without the sector.
    """

    names: tuple[str, ...]
    share: float
    half: int
    neighbourhoods: int


def holding(focus: FocusRegion) -> Holding | None:
    """Tell which neighbourhoods hold the most.

    Parameters
    ----------
    focus : nabij.views.view.FocusRegion

    Returns
    -------
    Holding or None
        None without neighbourhoods, or with fewer than `CLAIMED_FROM` establishments.
    """
    table = focus.neighbourhoods
    counts = table["sector_establishments"].to_numpy(dtype=float, na_value=0.0)
    total, real = float(counts.sum()), (table["code"] != "").to_numpy()
    if focus.zoom_level is None or not real.any() or total < CLAIMED_FROM:
        return None
    names, counts = table["name"].to_numpy()[real], counts[real]
    order = np.argsort(-counts, kind="stable")
    together = counts[order].cumsum() / total
    half = int(np.argmax(together >= 0.5)) + 1 if together[-1] >= 0.5 else 0
    many = int(np.argmax(together >= WORTH_NAMING)) + 1 if together[-1] >= WORTH_NAMING else 0
    clear = 0 < many < len(order) and counts[order[many - 1]] > counts[order[many]]
    if not clear or many > NAMED:
        return Holding((), float("nan"), half, len(order))
    named = tuple(str(name) for name in names[order[:many]])
    return Holding(named, float(together[many - 1]), half, len(order))
