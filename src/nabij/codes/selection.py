"""Which establishments belong to a sector, its parts and its reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import takewhile

import numpy as np

from nabij.codes.library import definition, resolved
from nabij.codes.trees import Tree
from nabij.codes.trees import tree as tree_of
from nabij.errors import InputError
from nabij.notes import Note, note
from nabij.study import Reference, Sector  # noqa: F401 - Reference is in the example


@dataclass(frozen=True)
class Selection:
    """Which codes of a register belong to what: boolean masks over its distinct codes.

    Attributes
    ----------
    members : numpy.ndarray of bool
        Codes of the sector.
    reference : numpy.ndarray of bool
        Contains the members.
    parts : dict of str to numpy.ndarray of bool
        Each lies within the members; a code may be in several.
    notes : list of Note
        Codes of the study that match nothing in the register, and which sectors of the library
        it names.
    codes : dict of str to list of str
        What the study's codes came to, those of the library written out: of the ``sector``, its
        ``reference`` (empty: the whole register) and each ``part: ...``.
    """

    members: np.ndarray
    reference: np.ndarray
    parts: dict[str, np.ndarray]
    notes: list[Note]
    codes: dict[str, list[str]] = field(default_factory=dict)


def choose(
    known: Sequence[str], sector: Sector, *, several: bool = False, tree: Tree | None = None
) -> Selection:
    """Choose the codes of a sector, its parts and its reference.

    Parameters
    ----------
    known : sequence of str
        The distinct codes of a register.
    sector : nabij.study.Sector
        A reference without codes is the whole register.
    several : bool
        Whether the study has several sectors, so that a message must say which.
    tree : Tree, optional
        The classification of the register.

    Raises
    ------
    InputError
        If the sector or a part matches no code, or the reference leaves out codes of the sector.

    Examples
    --------
    >>> spec = Sector(name="Design", codes=["741"], reference=Reference(codes=["7"]))
    >>> choose(["7410", "7111", "6201"], spec).reference.tolist()
    [True, True, False]
    """
    notes: list[Note] = []
    written: dict[str, list[str]] = {}
    block = f"[[sectors]] '{sector.name}'" if several else "[sector]"
    own = several and sector.reference is not None
    reference_block = f"{block} reference" if own else "[reference]"

    def of(items: Sequence[str], where: str, key: str) -> np.ndarray:
        notes.extend(_defined(items, where, tree))
        prefixes = written[key] = resolved(items, tree)
        chosen, unmatched = select(known, prefixes)
        if not chosen.any():
            raise InputError(
                f"{where}: no establishment has a code that begins with "
                f"{', '.join(prefixes)}{_nearest_codes(prefixes, list(known))}"
            )
        notes.extend(note("unmatched", where=where, prefix=prefix) for prefix in unmatched)
        return chosen

    members = of(sector.prefixes, f"{block} codes", "sector")
    parts = {
        name: of(part, f"{block} parts '{name}'", f"part: {name}") & members
        for name, part in sector.parts.items()
    }
    for name, part in parts.items():
        if not part.any():
            raise InputError(
                f"{block} parts '{name}': none of its codes is in the sector; add them to "
                f"{block} codes, or leave codes out: then the parts together are the sector"
            )
    reference = np.ones(len(known), dtype=bool)
    if sector.reference is not None and sector.reference.codes:
        reference = of(sector.reference.codes, f"{reference_block} codes", "reference")
        beyond = np.array(known, dtype=object)[members & ~reference]
        if len(beyond):
            raise InputError(
                f"{reference_block} codes: the reference must contain the whole sector, "
                f"but it lacks {', '.join(sorted(beyond)[:10])}; add them to the reference or "
                "exclude them from the sector"
            )
    return Selection(members, reference, parts, notes, written)


def _defined(items: Sequence[str], where: str, tree: Tree | None) -> Iterator[Note]:
    """Tell which sectors of the library are meant, and whether they are made for the register."""
    for meant in filter(None, map(definition, items)):
        made_for = meant.classification(tree)
        codes = ", ".join(meant.codes[made_for])
        yield note("sector_defined", where=where, name=meant.key, codes=codes, source=meant.source)
        if tree is not None and not meant.fits(tree):
            yield note(
                "sector_version",
                where=where,
                name=meant.key,
                made_for=tree_of(made_for).title,
                found=tree.title,
            )


def select(codes: Sequence[str], prefixes: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Tell which codes a list of prefixes chooses.

    Parameters
    ----------
    codes : sequence of str
    prefixes : sequence of str
        ``"71"`` chooses every code that begins with 71; ``"!7112"`` takes out again. Dots between
        digits and capitals do not count. With exclusions alone, all other codes are chosen.

    Returns
    -------
    chosen : numpy.ndarray of bool, shape (len(codes),)
    unmatched : list of str
        Prefixes that no code begins with.

    Examples
    --------
    >>> chosen, unmatched = select(["7111", "7112", "7320"], ["71", "!71.12", "74"])
    >>> chosen.tolist(), unmatched
    ([True, False, False], ['74'])
    """
    codes = [code.casefold() for code in codes]
    wanted = [_plain(prefix) for prefix in prefixes if not prefix.startswith("!")]
    excluded = [_plain(prefix[1:]) for prefix in prefixes if prefix.startswith("!")]
    chosen = np.array([not wanted or code.startswith(tuple(wanted)) for code in codes], dtype=bool)
    if excluded:
        chosen &= ~np.array([code.startswith(tuple(excluded)) for code in codes], dtype=bool)
    unmatched = [
        prefix
        for prefix in prefixes
        if not any(code.startswith(_plain(prefix.removeprefix("!"))) for code in codes)
    ]
    return chosen, unmatched


def _plain(prefix: str) -> str:
    prefix = prefix.strip().casefold()
    return prefix.replace(".", "") if re.fullmatch(r"\d[\d.]*[A-Za-z]?", prefix) else prefix


def _nearest_codes(prefixes: Sequence[str], known: list[str]) -> str:
    """Name the codes of the register that are most like what was asked for."""
    wanted = [_plain(prefix) for prefix in prefixes if not prefix.startswith("!")]
    found: list[str] = []
    for prefix in wanted[:3]:
        ranked = sorted((-_shared(code.casefold(), prefix), code) for code in known)
        alike = [code for shared, code in ranked[:3] if shared]
        found += alike or get_close_matches(prefix, known, n=3, cutoff=0.3)
    if not found:
        return f"; codes of the register look like {', '.join(sorted(known)[:5])}"
    return f"; nearest codes in the register: {', '.join(dict.fromkeys(found))}"


def _shared(code: str, prefix: str) -> int:
    """Return how many characters the two have in common at their start."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(code, prefix, strict=False))))
