"""Which rows a study asks for: conditions on the values of columns."""

from __future__ import annotations

import operator
from collections.abc import Mapping

import numpy as np
import pandas as pd

from nabij.errors import InputError, listed
from nabij.notes import Note, note
from nabij.register import numbers
from nabij.study.classes import comparison

COMPARED = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def fits(column: pd.Series, wanted: str | list[str]) -> np.ndarray:
    """Tell for each value of a column whether it is as asked.

    Parameters
    ----------
    column : pandas.Series
        Text or numbers.
    wanted : str or list of str
        A value, several of which any will do (none: all values will), or a comparison. Space
        around a value does not count; a value that is no number fits no comparison with one.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)

    Examples
    --------
    >>> column = pd.Series(["A", "F ", ""])
    >>> fits(column, "A").tolist(), fits(column, ["A", "F"]).tolist(), fits(column, "!= F").tolist()
    ([True, False, False], [True, True, False], [True, False, True])
    >>> fits(pd.Series(["0.7", "0.65", "x"]), ">= 0.7").tolist()
    [True, False, False]
    """
    if wanted == []:
        return np.ones(len(column), dtype=bool)
    compared = comparison(wanted) if isinstance(wanted, str) else None
    if compared and compared[0] != "!=":
        found = numbers.parse(column, ".")
        with np.errstate(invalid="ignore"):
            return np.asarray(COMPARED[compared[0]](found, float(compared[1])), dtype=bool)
    positions, values = pd.factorize(column, use_na_sentinel=False)
    texts = pd.Series(values).astype("str").str.strip()
    if compared:
        return np.asarray(texts != compared[1], dtype=bool)[positions]
    choices = [wanted] if isinstance(wanted, str) else wanted
    return np.asarray(texts.isin(choices), dtype=bool)[positions]


def apart(
    table: pd.DataFrame, where: Mapping[str, str | list[str]]
) -> tuple[np.ndarray, dict[Note, int]]:
    """Tell which rows of a table fit all conditions, and count the others by reason.

    Parameters
    ----------
    table : pandas.DataFrame
    where : mapping of str to str or list of str
        Of columns that the table has.

    Returns
    -------
    fitting : numpy.ndarray of bool
    counts : dict
        The first reason against each row.
    """
    fitting = np.ones(len(table), dtype=bool)
    counts: dict[Note, int] = {}
    for column, wanted in where.items():
        passed = fits(table[column], wanted)
        gone = fitting & ~passed
        if gone.any():
            counts[note("where", column=column, wanted=_shown(wanted))] = int(gone.sum())
        fitting &= passed
    return fitting, counts


def require_some(table: pd.DataFrame, where: Mapping[str, str | list[str]], source: str) -> None:
    """Raise if a condition fits no row of a table at all; name the values that there are.

    Raises
    ------
    InputError
    """
    for column, wanted in where.items():
        if len(table) and not fits(table[column], wanted).any():
            shown = _shown(wanted)
            asked = shown if comparison(shown) else f"= '{shown}'"
            seen = listed(sorted(table[column].astype("str").unique()), most=8)
            raise InputError(
                f"{source}: no row has {column} {asked} ([register] where); "
                f"the column holds: {seen}"
            )


def _shown(wanted: str | list[str]) -> str:
    return wanted if isinstance(wanted, str) else listed(wanted, most=6)
