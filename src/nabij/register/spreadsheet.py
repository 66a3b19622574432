"""What a spreadsheet did to codes and ids that cannot be undone: it is told, with an example."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.notes import Note, note

_POWER_OF_TEN = r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}"
KEPT_DIGITS = 15
"""Digits of a number that a spreadsheet keeps; what is beyond them becomes 0."""

# As spreadsheets write them in English, Dutch, French and German.
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|mrt|mei|okt|janv|f[eé]vr|mars|avr|"
    r"mai|juin|juil|ao[uû]t|d[eé]c|mär|mrz|dez)\.?"
)
_DATE = (
    rf"(?i)\d{{1,2}}\.?[-/ ]?{_MONTH}(?:[-/. ]?\d{{2,4}})?|{_MONTH}[-/. ]?\d{{1,4}}|"
    r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]00:00:00)?|\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d"
)


def short_ids(ids: pd.Series) -> Note | None:
    """Return a note where ids lost digits: 1.23457E+11, or 15 digits and then zeros.

    Examples
    --------
    >>> str(short_ids(pd.Series(["1.23457E+11", "7"])))[:44]
    'Ids that lost digits in a spreadsheet: 1 row'
    >>> short_ids(pd.Series(["123456789012", "7"])) is None
    True
    """
    lost = ids.str.fullmatch(_POWER_OF_TEN)
    long = ids.str.fullmatch(rf"\d{{{KEPT_DIGITS + 1},}}")
    if long.sum() > 1 and (ids[long].str[KEPT_DIGITS:].str.strip("0") == "").all():
        lost |= long
    return _told("ids_short", ids, lost)


def dated_codes(codes: pd.Series) -> Note | None:
    """Return a note where codes such as 01.11 became dates.

    Examples
    --------
    >>> dict(dated_codes(pd.Series(["1-nov", "62.01", "2026-11-01 00:00:00"])).values)["count"]
    2
    """
    positions, distinct = pd.factorize(codes)
    dated = pd.Series(distinct, dtype="str").str.fullmatch(_DATE).to_numpy(dtype=bool)
    rows = pd.Series(dated[positions] & (positions >= 0), index=codes.index)
    return _told("codes_dated", codes, rows)


def _told(key: str, column: pd.Series, rows: pd.Series) -> Note | None:
    at = np.flatnonzero(rows.to_numpy(dtype=bool, na_value=False))
    if not len(at):
        return None
    return note(key, count=len(at), example=str(column.iloc[at[0]]))
