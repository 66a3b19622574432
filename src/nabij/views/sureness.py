"""What is sure enough to be shown as found: the bounds, once for every face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SIGNIFICANT = 0.05
"""Up to this a p- or q-value is called significant: the custom of the field. Of what has a q-value
up to it, at most one in twenty is expected to be chance (Benjamini and Hochberg 1995)."""

CLAIMED_FROM = 10
"""Establishments from which on a number is a claim: with fewer, intervals of the mean D-score
cover as little as 81 % where they say 95 %, and are as wide as to be near useless."""


@dataclass(frozen=True)
class Sureness:
    """How sure the rows of a table are.

    Parameters
    ----------
    tested : bool
        Whether any row was tested at all.
    firm : numpy.ndarray of bool
        Which rows are significant, or not tested any more than the others, and of enough
        establishments.
    """

    tested: bool
    firm: np.ndarray


def numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column as floats, NaN where a value, or the whole column, is missing.

    >>> numbers(pd.DataFrame({"n": [1, None]}), "n"), numbers(pd.DataFrame({"n": [1]}), "q_value")
    (array([ 1., nan]), array([nan]))
    """
    if column not in table:
        return np.full(len(table), np.nan)
    return table[column].to_numpy(dtype=float, na_value=np.nan)


def surely_above(table: pd.DataFrame, column: str, bound: float) -> np.ndarray:
    """Tell which rows are above a bound with all of their interval.

    Parameters
    ----------
    table : pandas.DataFrame
    column : str
        With the lower end of its interval in ``{column}_low``.
    bound : float

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        Where a table has no interval at all the value itself decides.

    Examples
    --------
    >>> table = pd.DataFrame({"lq": [1.4, 1.4], "lq_low": [1.1, 0.9]})
    >>> surely_above(table, "lq", 1.0), surely_above(table[["lq"]], "lq", 1.0)
    (array([ True, False]), array([ True,  True]))
    """
    low = numbers(table, f"{column}_low")
    return (low if np.isfinite(low).any() else numbers(table, column)) > bound


def sureness(table: pd.DataFrame, *chances: str, count: str = "") -> Sureness:
    """Tell which rows of a table may be shown as found.

    Parameters
    ----------
    table : pandas.DataFrame
    *chances : str
        Columns of p- or q-values: a row is significant if one of them is at most `SIGNIFICANT`.
        Where a table has none of them, nothing was tested, and only `count` decides.
    count : str, optional
        Column of the establishments behind a row, which must be at least `CLAIMED_FROM`.

    Returns
    -------
    Sureness

    Examples
    --------
    >>> table = pd.DataFrame({"n": [40, 40, 4], "q_value": [0.01, 0.2, 0.01]})
    >>> sureness(table, "q_value", count="n").firm
    array([ True, False, False])
    >>> sureness(table, "no_such_value").firm
    array([ True,  True,  True])
    """
    found = np.array([numbers(table, column) for column in chances])
    found = found.reshape(len(chances), len(table))
    tested = bool(np.isfinite(found).any())
    firm = np.ones(len(table), dtype=bool)
    if tested:
        firm &= (found <= SIGNIFICANT).any(axis=0)
    if count:
        firm &= numbers(table, count) >= CLAIMED_FROM
    return Sureness(tested, firm)
