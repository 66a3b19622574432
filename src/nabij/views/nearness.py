"""Which parts and divisions are near to which, and whether who entered is near to who stayed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nabij.views.findings import ALIKE
from nabij.views.sureness import CLAIMED_FROM, SIGNIFICANT, numbers, sureness

NAMED = 3


@dataclass(frozen=True)
class Pairs:
    """What can be said of the pairs of a sector.

    Attributes
    ----------
    between : int
        Pairs of two parts that both have enough establishments.
    nearer : pandas.DataFrame
        Up to three of these, nearest first: nearer than a random draw, and if tested not by
        chance.
    tested : bool
        Whether these were.
    divisions : pandas.DataFrame
        The three highest in rank.
    ranked : int
        How many have a rank.
    divisions_tested : int
        How many of these were tested: those that are wholly in the reference.
    not_random : int
        How many of those are significantly near.
    """

    between: int
    nearer: pd.DataFrame
    tested: bool
    divisions: pd.DataFrame
    ranked: int
    divisions_tested: int
    not_random: int


def pairs_found(pairs: pd.DataFrame, parts: pd.DataFrame) -> Pairs:
    """Tell which parts are nearer to another than a random draw, and which divisions are nearest.

    The score of two parts is the same both ways, but what to expect of it is not.

    Parameters
    ----------
    pairs : pandas.DataFrame
        ``part, other, relative_d_score, rank`` and, if there, ``q_value``.
    parts : pandas.DataFrame
        ``part, establishments``.

    Returns
    -------
    Pairs
    """
    large = parts.loc[parts["establishments"] >= CLAIMED_FROM, "part"]
    between = pairs[pairs["part"].isin(large) & pairs["other"].isin(large)]
    sure = sureness(between, "q_value")
    nearer = between[sure.firm & (between["relative_d_score"] > 1 + ALIKE).to_numpy()]
    ranked = pairs[(pairs["part"] == "") & pairs["rank"].notna()]
    chance = numbers(ranked, "q_value")
    return Pairs(
        between=len(between),
        nearer=nearer.nlargest(NAMED, "relative_d_score", keep="first"),
        tested=sure.tested,
        divisions=ranked.sort_values("rank", kind="stable").head(NAMED),
        ranked=len(ranked),
        divisions_tested=int(np.isfinite(chance).sum()),
        not_random=int((chance <= SIGNIFICANT).sum()),
    )


@dataclass(frozen=True)
class Change:
    """What can be said of the change between the last two years.

    Attributes
    ----------
    nearer : {"nearer", "chance", "few", "unknown"}
        Whether who entered or moved is significantly nearer to who stayed than who left was.
    p_value : float
    regions : int or None
        Regions in which significantly many entered; None where that was not tested.
    """

    nearer: str
    p_value: float
    regions: int | None


def change_found(changes: pd.DataFrame, level: str) -> Change:
    """Tell whether what entered between the last two years changed where the sector is.

    Parameters
    ----------
    changes : pandas.DataFrame
        ``to_year, level`` and, if there, ``entered, moved, p_value, q_value``.
    level : str
        Of which regions are counted.

    Returns
    -------
    Change
    """
    last = changes[changes["to_year"] == changes["to_year"].max()] if len(changes) else changes
    arrived = numbers(last, "entered") + numbers(last, "moved")
    enough = arrived >= CLAIMED_FROM
    at = (last["level"] == "").to_numpy() if len(last) else enough
    chance = numbers(last, "p_value")[at]
    value = float(chance[0]) if len(chance) else float("nan")
    if not np.isfinite(value):
        nearer = "unknown"
    elif not enough[at][0]:
        nearer = "few"
    else:
        nearer = "nearer" if value <= SIGNIFICANT else "chance"
    there = (last["level"] == level).to_numpy() if len(last) else enough
    corrected = numbers(last, "q_value")[there]
    tested = bool(np.isfinite(corrected).any())
    regions = int(((corrected <= SIGNIFICANT) & enough[there]).sum()) if tested else None
    return Change(nearer, value, regions)
