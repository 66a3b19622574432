"""Names of industry codes, for a reader who does not know them by heart."""

from __future__ import annotations

from collections.abc import Sequence

from nabij.codes.trees import Tree


def names_of(keys: Sequence[str], tree: Tree | None, language: str = "en") -> list[str]:
    """Name codes at one level; a code that no tree knows is its own name.

    Parameters
    ----------
    keys : sequence of str
        Codes to name.
    tree : Tree or None
        The classification of the register, if it has one.
    language : {"en", "nl", "fr"}

    Examples
    --------
    >>> from nabij.codes.trees import tree
    >>> names_of(["71", "M"], tree("nace2"))[1]
    'Professional, scientific and technical activities'
    >>> names_of(["7225"], None)
    ['7225']
    """
    if tree is None:
        return list(keys)
    return [tree.name(key, language) or key for key in keys]
