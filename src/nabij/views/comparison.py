"""Sectors beside each other: which is nearer together, which has larger establishments, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nabij.measures.types import BETWEEN
from nabij.views.sureness import CLAIMED_FROM
from nabij.views.view import View


@dataclass(frozen=True)
class Compared:
    """One sector in a comparison.

    Attributes
    ----------
    name : str
    establishments : int
    mean, low, high : float
        Its mean D-score and the 95% interval; not a number where nothing is claimed of it.
    small, large : float
        Shares of its establishments by jobs, as in the findings; likewise.
    type : str
        As `nabij.measures.types.type_of`; empty where it is none of the two.
    nearest_in : str
        The region where it is nearest together; empty where that is not sure.
    """

    name: str
    establishments: int
    mean: float
    low: float
    high: float
    small: float
    large: float
    type: str
    nearest_in: str


@dataclass(frozen=True)
class Comparison:
    """Sectors beside each other.

    Attributes
    ----------
    sectors : tuple of Compared
        In the order of the study.
    ranked : tuple of Compared
        Those with a mean, the nearest together first.
    apart : bool
        Whether the first and the last of these can be told apart: their intervals do not meet.
    by_size : tuple of Compared
        Those with known sizes, the one with most small establishments first.
    """

    sectors: tuple[Compared, ...]
    ranked: tuple[Compared, ...]
    apart: bool
    by_size: tuple[Compared, ...]


def comparison_of(views: Sequence[View]) -> Comparison:
    """Set sectors beside each other.

    Nothing is claimed of a sector of fewer than `nabij.views.sureness.CLAIMED_FROM`
    establishments.

    Parameters
    ----------
    views : sequence of View
        One a sector, of the same year.

    Returns
    -------
    Comparison

    References
    ----------
    The article in ESB on regional clusters sets large firms that are spread out against many
    small ones close together.
    """
    sectors = tuple(map(_compared, views))
    ranked = sorted((each for each in sectors if np.isfinite(each.mean)), key=lambda one: -one.mean)
    by_size = sorted(
        (each for each in sectors if np.isfinite(each.small)), key=lambda one: -one.small
    )
    apart = len(ranked) > 1 and ranked[0].low > ranked[-1].high
    return Comparison(sectors, tuple(ranked), bool(apart), tuple(by_size))


def _compared(view: View) -> Compared:
    sector, found = view.sector, view.findings
    enough = sector.establishments >= CLAIMED_FROM

    def claimed(value: float) -> float:
        return float(value) if enough else float("nan")

    return Compared(
        name=sector.name,
        establishments=sector.establishments,
        mean=claimed(sector.mean_d_score),
        low=claimed(sector.mean_d_score_low),
        high=claimed(sector.mean_d_score_high),
        small=claimed(found.small_share_nationally),
        large=claimed(found.large_share_nationally),
        type=found.type if enough and found.type != BETWEEN else "",
        nearest_in=found.nearest_in if enough else "",
    )
