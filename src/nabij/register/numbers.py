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
    for column in columns:
        if not is_text(column):
            continue
        odd = column[column.str.contains(r"[.,]", regex=True, na=False)].str.strip()
        for sign in (_COMMA_IS_DECIMAL, _TWO_THOUSANDS_DOTS, _COMMA_THEN_THREE):
            if odd.str.match(sign).any():
                return ","
    return "."


def parse(column: pd.Series, decimal: str) -> np.ndarray:
    """Return a column's values as float64; NaN where the text is no number.

    Parameters
    ----------
    column : pandas.Series
        Text or numbers.
    decimal : {".", ","}
        The decimal mark; the other one is taken for a thousands mark.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)

    Examples
    --------
    >>> parse(pd.Series(["1.234,5", "x", "7"]), ",").tolist()
    [1234.5, nan, 7.0]
    """
    if is_text(column):
        thousands = "." if decimal == "," else ","
        column = column.str.strip()
        if column.str.contains(",", regex=False, na=False).any() or decimal == ",":
            column = column.str.replace(thousands, "", regex=False)
            column = column.str.replace(decimal, ".", regex=False)
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def is_blank(column: pd.Series) -> np.ndarray:
    """Tell for each row whether the value is missing: null, or text without a character."""
    blank = column.isna().to_numpy(dtype=bool)
    if is_text(column):
        blank = blank | (column.str.strip() == "").to_numpy(dtype=bool, na_value=True)
    return blank
