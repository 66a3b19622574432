"""Levels of a tree of codes: section, division, group, class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nabij.errors import InputError

SECTION, DIVISION, DEEPEST = 1, 2, 5

# First and last division of each section of NACE Rev. 2, which SBI 2008, NAF 2 and ISIC 4 share
# (Eurostat, NACE Rev. 2, Methodologies and working papers, 2008, part II).
SECTIONS = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
    "G": (45, 47), "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68),
    "M": (69, 75), "N": (77, 82), "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93),
    "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
_SECTION_OF = {
    division: section
    for section, (first, last) in SECTIONS.items()
    for division in range(first, last + 1)
}
# Of the establishments at least this share must have a section for a register to be one of NACE.
FITTING = 0.95


def at_level(
    codes: Sequence[str], digits: int, counts: Sequence[int] | np.ndarray | None = None
) -> list[str]:
    """Return the code at a level of each code, empty where it does not reach so deep.

    Parameters
    ----------
    codes : sequence of str
        Distinct industry codes. Categories in words have no levels: each is its own.
    digits : int
        1 for the section, 2 for the division, up to 5.
    counts : sequence of int, optional
        Establishments with each code; by default one each.

    Raises
    ------
    InputError
        If sections are asked for and the codes are not those of NACE.

    Examples
    --------
    >>> at_level(["7111", "6201Z", "01"], 3), at_level(["7111", "01"], 1)
    (['711', '620', ''], ['M', 'A'])
    >>> at_level(["Retail, food"], 2)
    ['Retail, food']
    """
    if not SECTION <= digits <= DEEPEST:
        raise InputError(f"--digits {digits}: a level of codes is 1 (section) to {DEEPEST}")
    if in_words(codes):
        return list(codes)
    if digits == SECTION:
        return _sections(codes, np.ones(len(codes)) if counts is None else np.asarray(counts))
    return [code[:digits] if len(code) >= digits and code[:1].isdigit() else "" for code in codes]


def in_words(codes: Sequence[str]) -> bool:
    """Tell whether codes are categories in words, such as "Retail, food", and have no levels.

    >>> in_words(["Restaurant", "Bar 2"]), in_words(["7111", "0111"])
    (True, False)
    """
    return sum(code[:2].isdigit() for code in codes) < len(codes) / 2


def divisions(codes: Sequence[str]) -> list[str]:
    """Return the division of each code, or the code itself where codes have no levels."""
    return at_level(codes, DIVISION)


def _sections(codes: Sequence[str], counts: np.ndarray) -> list[str]:
    found = [
        code[0].upper() if code[:1].upper() in SECTIONS and not code[:2].isdigit()
        else _SECTION_OF.get(int(code[:2]), "") if code[:2].isdigit() else ""
        for code in codes
    ]  # fmt: skip
    if counts[[bool(section) for section in found]].sum() < FITTING * counts.sum():
        raise InputError(
            "sections are those of NACE (SBI, NAF, ISIC 4), and too many codes of the register are "
            "in none; use --digits 2 or more, or --reference all"
        )
    return found
