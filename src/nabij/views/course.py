"""What can be said of a sector through the years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nabij.views.findings import ALIKE
from nabij.views.nearness import change_found
from nabij.views.sureness import CLAIMED_FROM, numbers, sureness


@dataclass(frozen=True)
class Course:
    """How a sector came from the first year of a result to its last.

    Attributes
    ----------
    first, since, last : int
        Years: the first, the last but one and the last.
    before, after : int
        Establishments in these.
    size : {"more", "alike", "less", "few"}
        Whether these are more or less by more than `nabij.views.findings.ALIKE`; few where one of
        the two is below `CLAIMED_FROM`.
    nearer : {"arrivals", "always", ""}
        What is significant of its nearness: who entered or moved between the last two years is
        nearer to who stayed than who left was; or else the sector is nearer together than a
        random draw from its reference in every year.
    """

    first: int
    since: int
    last: int
    before: int
    after: int
    size: str
    nearer: str


def course_found(history: pd.DataFrame, changes: pd.DataFrame, level: str) -> Course | None:
    """Tell how a sector changed; None where there are not two years.

    Parameters
    ----------
    history : pandas.DataFrame
        ``year, establishments`` and, if there, ``q_value``.
    changes : pandas.DataFrame
        As `nabij.views.nearness.change_found` takes them.
    level : str
        Of the focus region.

    Returns
    -------
    Course or None
    """
    if len(history) < 2:
        return None
    years = history.sort_values("year", kind="stable")
    counts = numbers(years, "establishments")
    before, after = int(counts[0]), int(counts[-1])
    sure = sureness(years, "q_value", count="establishments")
    if change_found(changes, level).nearer == "nearer":
        nearer = "arrivals"
    else:
        nearer = "always" if sure.tested and bool(np.all(sure.firm)) else ""
    return Course(
        first=int(years["year"].iloc[0]),
        since=int(years["year"].iloc[-2]),
        last=int(years["year"].iloc[-1]),
        before=before,
        after=after,
        size=_size(before, after),
        nearer=nearer,
    )


def _size(before: int, after: int) -> str:
    if min(before, after) < CLAIMED_FROM:
        return "few"
    if abs(after - before) <= ALIKE * before:
        return "alike"
    return "more" if after > before else "less"
