"""Establishments at one place taken together: what a map can show without hiding any."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.views.sureness import CLAIMED_FROM, SIGNIFICANT, numbers

# Multiples of the golden ratio, taken within one, are spread evenly: neighbours are drawn apart.
SPREAD = 0.6180339887498949


def places_of(establishments: pd.DataFrame) -> pd.DataFrame:
    """Return one row a place: all establishments at the same coordinates.

    Parameters
    ----------
    establishments : pandas.DataFrame
        As in a view.

    Returns
    -------
    pandas.DataFrame
        ``x, y, establishments, jobs, d_score, relative_d_score, firm, row``. Scores are means over
        the establishments, jobs the sum of what is known, NaN where nothing is; `firm` says
        whether most of them are significantly near to others, `row` where the first of them stands
        in the table. The order favours neither high scores nor low.
    """
    x, y = numbers(establishments, "x"), numbers(establishments, "y")
    return _gathered(establishments, x, y)


def cells_of(establishments: pd.DataFrame, across: float) -> pd.DataFrame:
    """Return one row a cell of a grid of hexagons, at its middle; columns as `places_of`.

    Parameters
    ----------
    establishments : pandas.DataFrame
    across : float
        Metres between the middles of neighbouring cells.
    """
    x, y = numbers(establishments, "x"), numbers(establishments, "y")
    up = across * np.sqrt(3)
    # The middles are those of two grids of rectangles, one shifted by half: the nearer one counts.
    even = np.round(x / across) * across, np.round(y / up) * up
    odd = (np.floor(x / across) + 0.5) * across, (np.floor(y / up) + 0.5) * up
    nearer = np.hypot(x - even[0], y - even[1]) <= np.hypot(x - odd[0], y - odd[1])
    return _gathered(
        establishments, *(np.where(nearer, *both) for both in zip(even, odd, strict=True))
    )


def _gathered(table: pd.DataFrame, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    """Take establishments together that have the same coordinates; leave out those with none."""
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    place, first, number = np.unique(
        x[known] + 1j * y[known], return_index=True, return_inverse=True
    )
    columns = {name: numbers(table, name) for name in ("jobs", "d_score", "relative_d_score")}
    groups = pd.DataFrame(columns | {"firm": _firm(table)}).iloc[known].groupby(number)
    found = groups[["d_score", "relative_d_score"]].mean()
    found["x"], found["y"] = place.real, place.imag
    found["establishments"] = np.bincount(number, minlength=len(place))
    found["jobs"] = groups["jobs"].sum(min_count=1)
    found["firm"] = groups["firm"].mean() > 0.5
    found["row"] = known[first]
    turn = np.argsort(np.arange(len(found)) * SPREAD % 1.0, kind="stable")
    return found.iloc[turn].reset_index(drop=True)


def _firm(table: pd.DataFrame) -> np.ndarray:
    """Tell which establishments are significantly near; all, where none was tested."""
    if len(table) < CLAIMED_FROM:
        return np.zeros(len(table), dtype=bool)
    chance = numbers(table, "q_value")
    if not np.isfinite(chance).any():
        return np.ones(len(table), dtype=bool)
    return np.asarray(chance <= SIGNIFICANT)
