"""Trees of industry codes: section, division, group, class, and what a country adds below."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CLASS_DIGITS = 4


@dataclass(frozen=True)
class Tree:
    """A classification: its codes, their parents and their names.

    Attributes
    ----------
    key, title : str
        As written in a study, and for a reader.
    names : mapping of str to mapping of str to str
        Of each code, in the order of the classification, its own names by language.
    parents : mapping of str to str
        Of each code; of a section empty.
    base : Tree or None
        The tree whose names hold where this one has none.
    open_ended : bool
        Whether a country may have put one more character behind a class.
    """

    key: str
    title: str
    names: Mapping[str, Mapping[str, str]]
    parents: Mapping[str, str]
    base: Tree | None
    open_ended: bool

    def name(self, code: str, language: str = "en") -> str:
        """Return the name of a code, or of the longest beginning of it that has one.

        Where no name is in the language, that of a national subclass is its class's; a code
        without any is named in a language that has one.

        >>> tree("nace2").name("7311", "nl"), tree("sbi2008").name("73110")
        ('Reclamebureaus', 'Advertising agencies')
        >>> tree("naf2").name("6201Z"), tree("naf2").name("6201Z", "fr")
        ('Computer programming activities', 'Programmation informatique')
        """
        code = self.known(code)
        own = self._own(code, language)
        if own or not code:
            return own
        if len(code) > CLASS_DIGITS:
            return self.name(code[:CLASS_DIGITS], language)
        others = (self._own(code, other) for other in ("en", "nl", "fr"))
        return next(filter(None, others), "")

    def _own(self, code: str, language: str) -> str:
        found = self.names.get(code, {}).get(language, "")
        return found or (self.base._own(code, language) if self.base else "")

    def known(self, code: str) -> str:
        """Return the longest beginning of a code that the tree has, or an empty text.

        >>> tree("nace2").known("73119"), tree("nace2").known("Retail")
        ('7311', '')
        """
        if code[:1].isalpha():  # a word is no section
            return code if code in self.names else ""
        return next((code[:n] for n in range(len(code), 0, -1) if code[:n] in self.names), "")

    def holds(self, code: str) -> bool:
        """Tell whether a code is one of this classification.

        >>> tree("nace2").holds("73110"), tree("naf2").holds("6201Z"), tree("isic4").holds("6209")
        (True, True, True)
        >>> tree("nace2").holds("722511"), tree("nace2").holds("6290")
        (False, False)
        """
        if code in self.names:
            return True
        short = code[:CLASS_DIGITS]
        if len(code) != CLASS_DIGITS + 1 or short not in self.names:
            return False
        # SBI 2008 writes a class that it does not divide with or without a 0 behind it.
        return self.open_ended or (self.key == "sbi2008" and code.endswith("0"))

    def path(self, code: str) -> list[str]:
        """Return the codes above a code, the section first.

        >>> tree("nace21").path("7311")
        ['N', '73', '731']
        """
        above: list[str] = []
        at = self.parents.get(code, "")
        while at:
            above.insert(0, at)
            at = self.parents[at]
        return above

    def section(self, code: str) -> str:
        """Return the section of a code, or an empty text.

        >>> tree("nace2").section("7311"), tree("nace21").section("7311")
        ('M', 'N')
        """
        if code[:1].isalpha():
            letter = code[:1].upper()
            return letter if letter in self.names else ""
        division = code[:2]
        return self.parents.get(division, "") if len(division) > 1 else ""

    def children(self, code: str) -> list[str]:
        """Return the codes directly below a code.

        >>> tree("sbi2008").children("7111")
        ['71111', '71112']
        """
        return [child for child, parent in self.parents.items() if parent == code]


TREES = {
    "sbi2008": ("SBI 2008", "nace2", False),
    "naf2": ("NAF rev. 2", "nace2", False),
    "nace2": ("NACE Rev. 2", "", True),
    "nace21": ("NACE Rev. 2.1", "", True),
    "isic4": ("ISIC Rev. 4", "", False),
}
"""Of each tree its title, the tree it is built on, and whether countries add to its classes."""


@cache
def tree(key: str) -> Tree:
    """Return a classification by its key, one of `TREES`.

    Sources: see ``trees/README.md``.
    """
    title, base, open_ended = TREES[key]
    text = files(__package__).joinpath("trees", f"{key}.csv").read_text(encoding="utf-8")
    names, parents, section = {}, {}, ""
    for row in csv.DictReader(text.splitlines()):
        code = row.pop("code")
        names[code] = {language: name for language, name in row.items() if name}
        if code.isalpha():
            section, parents[code] = code, ""
        else:
            shorter = (code[:n] for n in range(len(code) - 1, 1, -1))
            parents[code] = next((each for each in shorter if each in names), section)
    return Tree(key, title, names, parents, tree(base) if base else None, open_ended)


def found(words: str, where: Tree, language: str) -> list[str]:
    """Return the codes whose name has all of some words, or that begin with a code; best first.

    Accents and capitals do not count. A name that is the words comes first, then one that begins
    with them, then one that has them as whole words, then one that has them within words; of
    equals the shortest.

    Examples
    --------
    >>> found("reclame", tree("sbi2008"), "nl")[:2]
    ['731', '7311']
    >>> found("73.11", tree("nace2"), "en")
    ['7311']
    """
    asked = plain(words)
    code = asked.replace(".", "").upper()
    ranked = []
    for at, each in enumerate(where.names):
        named = plain(where.name(each, language))
        if code and each.startswith(code):
            rank = 0
        elif not asked or not all(word in named for word in asked.split()):
            continue
        else:
            rank = (
                1 if named == asked
                else 2 if named.startswith(asked)
                else 3 if set(asked.split()) <= set(_words(named))
                else 4
            )  # fmt: skip
        ranked.append((rank, len(named) if rank else 0, at, each))
    return [each for *_, each in sorted(ranked)]


def plain(text: str) -> str:
    """Return text without accents and capitals.

    >>> plain("Café-Élan")
    'cafe-elan'
    """
    parted = unicodedata.normalize("NFKD", text)
    return "".join(each for each in parted if not unicodedata.combining(each)).casefold().strip()


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text, those joined by a hyphen apart."""
    return iter("".join(each if each.isalnum() else " " for each in text).split())
