"""Whether a ranking by concentration depends on the distance floor."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nabij.decay import Decay
from nabij.measures.floors import other_floors

NAMED = 3


@dataclass(frozen=True)
class Floors:
    """How a ranking by concentration turns out with other floors.

    Attributes
    ----------
    floor : float
        Metres: nearer counts as this near.
    firsts : dict of float to tuple of str
        Names of the regions that are first on concentration, by floor, from the smallest to the
        largest; empty where no region is ranked.
    """

    floor: float
    firsts: dict[float, tuple[str, ...]]

    @property
    def same(self) -> bool:
        """Whether the same regions are first, in the same order, with every floor."""
        return len(set(self.firsts.values())) <= 1


def floors_of(ranked: pd.DataFrame, decay: Decay) -> Floors | None:
    """Tell how a ranking of regions turns out with other floors.

    Parameters
    ----------
    ranked : pandas.DataFrame
        The regions to rank: ``name, mean_d_score`` and that of the other floors.
    decay : Decay

    Returns
    -------
    Floors or None
        None where the distance decay has no floor.

    Examples
    --------
    >>> regions = pd.DataFrame({"name": ["A", "B"], "mean_d_score": [0.3, 0.2],
    ...     "mean_d_score_half_floor": [0.5, 0.2], "mean_d_score_five_floors": [0.1, 0.15]})
    >>> found = floors_of(regions, Decay())
    >>> found.firsts, found.same
    ({50.0: ('A', 'B'), 100.0: ('A', 'B'), 500.0: ('B', 'A')}, False)
    """
    others = other_floors(decay)
    if not others:
        return None
    columns = {decay.length: "mean_d_score"}
    columns |= {floor: f"mean_d_score_{name}" for name, floor in others.items()}
    firsts = {
        floor: tuple(ranked.nlargest(NAMED, columns[floor], keep="first")["name"].astype("str"))
        for floor in sorted(columns)
        if columns[floor] in ranked and len(ranked)
    }
    return Floors(decay.length, firsts)
