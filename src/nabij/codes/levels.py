"""Levels of a tree of codes: section, division, group, class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nabij.codes.trees import Tree
from nabij.codes.trees import tree as tree_of
from nabij.errors import InputError

SECTION, DIVISION, DEEPEST = 1, 2, 5

# At least this share of the establishments must have a section for sections to be asked for.
FITTING = 0.95


def at_level(
    codes: Sequence[str],
    digits: int,
    counts: Sequence[int] | np.ndarray | None = None,
    tree: Tree | None = None,
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
    tree : Tree, optional
        Whose sections they are; by default those of NACE Rev. 2.

    Raises
    ------
    InputError
        If sections are asked for and too many of the codes have none.

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
        weight = np.ones(len(codes)) if counts is None else np.asarray(counts)
        return _sections(codes, weight, tree or tree_of("nace2"))
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


def _sections(codes: Sequence[str], counts: np.ndarray, tree: Tree) -> list[str]:
    found = [tree.section(code) for code in codes]
    if counts[[bool(section) for section in found]].sum() < FITTING * counts.sum():
        raise InputError(
            f"sections are those of {tree.title}, and too many codes of the register are in none; "
            "use --digits 2 or more, or --reference all"
        )
    return found
