"""Industry codes: always text, whatever a spreadsheet made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.notes import Note, note

# Up to this share of the rows a length of code counts as an exception, not as the rule.
COMMON_SHARE = 0.2


def clean(column: pd.Series, digits: int | None) -> tuple[pd.Series, list[Note]]:
    """Return industry codes as text without dots, leading zeros restored where they were lost.

    A spreadsheet turns 0111 into 111. That it happened shows in the digits: no code of the
    register begins with 0, and some are one digit shorter than the shortest common length. It also
    turns 62.10 into 62.1.

    Parameters
    ----------
    column : pandas.Series of str
    digits : int or None
        Shorter codes are padded to this many digits; None finds out.

    Returns
    -------
    codes : pandas.Series of str
    notes : list of Note
        What was done, counted in rows.

    Examples
    --------
    >>> codes, notes = clean(pd.Series(["111", "6201", "7111", "7111", "4711"]), None)
    >>> codes.tolist()
    ['0111', '6201', '7111', '7111', '4711']
    >>> notes[0].key, dict(notes[0].values)
    ('codes_padded', {'count': 1, 'width': 4, 'example': '0111'})
    """
    positions, distinct = pd.factorize(column, use_na_sentinel=False)
    text = pd.Series(distinct, dtype="str").str.strip()
    counts = np.bincount(positions, minlength=len(distinct))
    notes = []

    decimals = text.str.fullmatch(r"\d+\.0+")
    if decimals.any() and decimals[text.str.contains(r"^\d")].all():
        text = text.str.replace(r"\.0+$", "", regex=True)
        notes.append(note("codes_decimal", count=int(counts[decimals].sum())))

    lost = _lost_at_the_end(text, counts)
    if lost.any():
        text = text.where(~lost, text + "0")
        example = str(text[lost].iloc[0])
        notes.append(note("codes_ended", count=int(counts[lost].sum()), example=example))

    dotted = text.str.fullmatch(r"\d[\d.]*\.[\d.]*[A-Za-z]?")
    if dotted.any():
        text = text.where(~dotted, text.str.replace(".", "", regex=False))
        notes.append(note("codes_dotted", count=int(counts[dotted].sum())))

    numeric = text.str.extract(r"^(\d+)[A-Za-z]?$", expand=False)
    lengths = numeric.str.len().fillna(0).to_numpy(dtype=np.int64)
    width = digits if digits is not None else _width_shown(numeric, lengths, counts)
    short = (lengths > 0) & (lengths < width if digits is not None else lengths == width - 1)
    if width and short.any():
        missing = width - lengths
        padded = [
            "0" * int(gap) + code if lost else code
            for code, lost, gap in zip(text, short, missing, strict=True)
        ]
        example = next(code for code, lost in zip(padded, short, strict=True) if lost)
        text = pd.Series(padded, dtype="str")
        notes.append(
            note("codes_padded", count=int(counts[short].sum()), width=width, example=example)
        )
    codes = pd.Series(text.to_numpy()[positions], index=column.index, dtype="str")
    return codes, notes


def _lost_at_the_end(text: pd.Series, counts: np.ndarray) -> np.ndarray:
    """Tell which codes are the number 62.1 that a spreadsheet made of 62.10.

    It shows where most codes have two digits behind the dot, and none of these ends with 0.
    """
    one = text.str.fullmatch(r"\d{1,2}\.[1-9]").to_numpy(dtype=bool)
    two = text.str.fullmatch(r"\d{1,2}\.\d\d").to_numpy(dtype=bool)
    kept = text[two].str.endswith("0").any()
    shown = not kept and counts[two].sum() > counts[one].sum()
    return one if shown else np.zeros(len(text), dtype=bool)


def _width_shown(numeric: pd.Series, lengths: np.ndarray, counts: np.ndarray) -> int:
    """Return the shortest common number of digits, or 0 where no zeros were lost."""
    if numeric.str.startswith("0").any() or not lengths.any():
        return 0
    by_length = np.bincount(lengths, weights=counts)
    by_length[0] = 0
    common = np.flatnonzero(by_length > COMMON_SHARE * by_length.sum())
    return int(common[0]) if len(common) else 0
