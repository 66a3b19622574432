"""The library of sector definitions: ``eurostat:high-tech-manufacturing`` in place of codes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from nabij.codes.trees import TREES, Tree
from nabij.errors import InputError, nearest, one_line

NAMED = re.compile(r"!?(?P<collection>[a-z][\w-]*):(?P<name>[a-z][\w-]*)")


@dataclass(frozen=True)
class Definition:
    """A published definition of a sector.

    Attributes
    ----------
    key : str
        As written in a study: collection, colon, name.
    names : mapping of str to str
        By language.
    codes : mapping of str to tuple of str
        Beginnings of codes, by the key of the classification.
    source : str
        Publication and table.
    """

    key: str
    names: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    source: str

    def classification(self, tree: Tree | None) -> str:
        """Return the key of the classification whose codes are taken for a register."""
        first = next(iter(self.codes))
        return tree.key if tree is not None and tree.key in self.codes else first

    def fits(self, tree: Tree | None) -> bool:
        """Tell whether the definition is made for the classification of a register.

        Trees that are built on one base share what they have in common with it.
        """
        return tree is None or base_of(tree.key) in map(base_of, self.codes)


def base_of(key: str) -> str:
    """Return the key of the tree that a tree is built on, or its own.

    >>> base_of("sbi2008"), base_of("nace21")
    ('nace2', 'nace21')
    """
    return TREES[key][1] or key


@cache
def library() -> dict[str, Definition]:
    """Return all definitions by key.

    >>> library()["eurostat:high-tech-manufacturing"].codes["nace2"]
    ('21', '26')
    """
    found = {}
    for file in sorted(
        files(__package__).joinpath("sectors").iterdir(), key=lambda each: each.name
    ):
        collection, suffix = file.name.rsplit(".", 1)
        if suffix != "toml":
            continue
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        source = content.pop("source")
        for name, each in content.items():
            codes = {tree: tuple(listed) for tree, listed in each.pop("codes").items()}
            key = f"{collection}:{name}"
            found[key] = Definition(key, each, codes, source)
    return found


def definition(item: str) -> Definition | None:
    """Return the definition that an item of a study's codes names, or None if it is a code.

    Raises
    ------
    InputError
        If it names a definition that is not in the library.

    Examples
    --------
    >>> definition("7111") is None, definition("shop:bakery") is None
    (True, True)
    >>> definition("eurostat:high-tech-manufacturing").names["en"]
    'High-technology manufacturing'
    """
    named = NAMED.fullmatch(item.strip())
    if named is None:
        return None
    known = library()
    key = item.strip().removeprefix("!")
    if key in known:
        return known[key]
    collections = sorted({each.split(":")[0] for each in known})
    # A category in words may have a colon too.
    if not get_close_matches(named["collection"], collections, n=1, cutoff=0.75):
        return None
    raise InputError(
        f"'{one_line(key)}' is no sector of the library{nearest(key, known)}; "
        "see all with: nabij codes sectors"
    )


def resolved(items: Sequence[str], tree: Tree | None = None) -> list[str]:
    """Return codes, each definition among them as its codes; after ``!`` all are excluded.

    Parameters
    ----------
    items : sequence of str
        As a study writes them.
    tree : Tree, optional
        The classification of the register.

    Examples
    --------
    >>> resolved(["eurostat:high-tech-manufacturing", "325", "!2611"])
    ['21', '26', '325', '!2611']
    >>> resolved(["6", "!eurostat:knowledge-intensive-financial-services"])
    ['6', '!64', '!65', '!66']
    """
    codes: list[str] = []
    for item in items:
        meant = definition(item)
        if meant is None:
            codes.append(item)
        else:
            sign = "!" if item.strip().startswith("!") else ""
            codes += [sign + code for code in meant.codes[meant.classification(tree)]]
    return list(dict.fromkeys(codes))
