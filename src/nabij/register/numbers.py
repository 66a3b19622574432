"""Numbers as people write them: decimal comma or point, thousands marks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

# 12,5   1.234,5   but not 1,234, which may be one thousand two hundred thirty-four
_COMMA_IS_DECIMAL = (
    r"^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d*),(?:\d{1,2}|\d{4,})$|^[+-]?\d{1,3}(?:\.\d{3})+,\d*$"
)
_TWO_THOUSANDS_DOTS = r"^[+-]?\d{1,3}(?:\.\d{3}){2,}$"
_COMMA_THEN_THREE = r"^[+-]?\d{4,},\d{3}$|^[+-]?0,\d{3}$"
# 1.234 is either
_EITHER = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"
# What stands between thousands, beside the mark that is not the decimal one.
_THOUSANDS = " \u00a0\u202f'\u2019"


def is_text(column: pd.Series) -> bool:
    """Tell whether a column holds text rather than numbers."""
    return not pd.api.types.is_numeric_dtype(column)


def decimal_mark(columns: Iterable[pd.Series]) -> str:
    """Return ``","`` or ``"."``: the decimal mark of these text columns of one file.

    One file has one mark, so a sure sign in any column settles it for all.

    Examples
    --------
    >>> decimal_mark([pd.Series(["121500"]), pd.Series(["12,5"])])
    ','
    >>> decimal_mark([pd.Series(["121500.0"]), pd.Series(["1,234"])])
    '.'
    """
    for odd in _marked(columns):
        for sign in (_COMMA_IS_DECIMAL, _TWO_THOUSANDS_DOTS, _COMMA_THEN_THREE):
            if odd.str.match(sign).any():
                return ","
    return "."


def unsure(columns: Iterable[pd.Series], places: Iterable[pd.Series]) -> str | None:
    """Return a number of `columns` that may be thousands or decimals, if nothing tells which.

    A mark in one of `places` tells: misread, those coordinates would lie far away.

    Examples
    --------
    >>> jobs = [pd.Series(["2", "1.250"])]
    >>> unsure(jobs, [pd.Series(["121500"])]), unsure(jobs, [pd.Series(["121500.0"])])
    ('1.250', None)
    """
    marked = [odd for odd in _marked(columns) if len(odd)]
    if not marked or any(not odd.str.match(_EITHER).all() for odd in marked):
        return None
    return None if any(map(len, _marked(places))) else str(marked[0].iloc[0])


def _marked(columns: Iterable[pd.Series]) -> list[pd.Series]:
    """Return the values with a point or a comma of each column of text."""
    return [
        column[column.str.contains(r"[.,]", regex=True, na=False)].str.strip()
        for column in columns
        if is_text(column)
    ]


def parse(column: pd.Series, decimal: str) -> np.ndarray:
    """Return a column's values as float64; NaN where the text is no number.

    Parameters
    ----------
    column : pandas.Series
        Text or numbers.
    decimal : {".", ","}
        The decimal mark, for numbers such as 1.234 that may be either. The other mark, a space or
        an apostrophe is taken for a thousands mark where it stands before three digits.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)

    Examples
    --------
    >>> parse(pd.Series(["1.234,5", "x", "7", "1.2.3", "121500.5"]), ",").tolist()
    [1234.5, nan, 7.0, nan, 121500.5]
    """
    if is_text(column):
        column = column.str.strip()
        between = f"[{_THOUSANDS}{'.' if decimal == ',' else ','}]"
        if column.str.contains(between, regex=True, na=False).any():
            whole = rf"^[+-]?\d{{1,3}}(?:{between}\d{{3}})+(?:\{decimal}\d*)?$"
            grouped = column.str.match(whole, na=False)
            column = column.mask(grouped, column.str.replace(between, "", regex=True))
        column = column.str.replace(",", ".", regex=False)
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def is_blank(column: pd.Series) -> np.ndarray:
    """Tell for each row whether the value is missing: null, or text without a character."""
    blank = column.isna().to_numpy(dtype=bool)
    if is_text(column):
        blank = blank | (column.str.strip() == "").to_numpy(dtype=bool, na_value=True)
    return blank
