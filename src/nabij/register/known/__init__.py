"""Registers that are known by one word: a TOML file each, here or beside a study."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nabij.errors import InputError, listed, nearest, one_line
from nabij.register.known.form import KnownRegister, checked

FOLDER = Path(__file__).parent

SURE = 0.75
"""Share of the columns that mark a register from which a file is taken for one."""

MADE_OF_CODE = ("code_from", "code_pattern")


@dataclass(frozen=True)
class Recognised:
    """A known register that a file seems to be.

    Attributes
    ----------
    word : str
        For ``known`` in the study.
    title, publisher : str
    found, missing : list of str
        Of the columns that mark it, those that the file has, and the names of those it has not.
    """

    word: str
    title: str
    publisher: str
    found: list[str]
    missing: list[str]

    def __str__(self) -> str:
        without = f", but not {listed(self.missing)}" if self.missing else ""
        return (
            f'known = "{self.word}", {self.title} ({self.publisher}): '
            f"it has the columns {listed(self.found)}{without}"
        )


def words() -> list[str]:
    """Return the words of the known registers.

    Examples
    --------
    >>> "sirene" in words()
    True
    """
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def recognise(columns: Sequence[str]) -> Recognised | None:
    """Tell which known register a file is by the names of its columns.

    Each register states the columns that mark it, some under several names. The one of which the
    largest share is there is taken, if that is at least `SURE` of them; capitals and spaces at the
    ends do not count. Of two with the same share the one with more marks is taken.

    Parameters
    ----------
    columns : sequence of str
        Of the file.

    Returns
    -------
    Recognised or None
        None where no register is sure enough.

    Examples
    --------
    >>> found = recognise(["siret", "activitePrincipaleEtablissement", "siren", "nic",
    ...                    "trancheEffectifsEtablissement", "etatAdministratifEtablissement"])
    >>> found.word, found.missing
    ('sirene', ['statutDiffusionEtablissement'])
    >>> recognise(["id", "sbi", "x", "y"]) is None
    True
    """
    present = {_plain(column): column for column in columns}
    best: tuple[float, int, Recognised] | None = None
    for word in words():
        register = known(word)
        found, missing = [], []
        for mark in register.marks:
            names = [mark] if isinstance(mark, str) else mark
            there = next((present[_plain(name)] for name in names if _plain(name) in present), None)
            missing += [names[0]] if there is None else []
            found += [] if there is None else [there]
        share = len(found) / len(register.marks) if register.marks else 0.0
        rank = (share, len(register.marks))
        if share >= SURE and (best is None or rank > best[:2]):
            said = Recognised(word, register.title, register.publisher, found, missing)
            best = (*rank, said)
    return best[2] if best is not None else None


@cache
def known(word: str) -> KnownRegister:
    """Return the known register of a word.

    Raises
    ------
    InputError
        If there is none; names those there are.
    """
    if word not in words():
        raise InputError(
            f"known = '{one_line(word)}' is no known register{nearest(word, words())} "
            f"Known: {', '.join(words())}; or the name of a file of your own that ends in .toml"
        )
    return _read(FOLDER / f"{word}.toml", ())


def completed(
    content: Mapping[str, Any], folder: Path | None, fields: Iterable[str]
) -> dict[str, Any]:
    """Fill in what the block ``[register]`` of a study leaves to the register it names.

    What the study states itself is kept, whole: only ``where`` is taken together column by column,
    and joins key by key. Where the study names jobs, a size class, places or a code of its own,
    nothing is filled in that would speak against it.

    Parameters
    ----------
    content : mapping
        The block, with ``known``.
    folder : Path or None
        Of the study: what a path in it is relative to.
    fields : iterable of str
        Keys that a block may have.

    Raises
    ------
    InputError
        If the register is not known, or its file cannot be read.
    """
    named = content["known"]
    register = _named(named, folder) if isinstance(named, str) else None
    if register is None:
        return dict(content)
    filled = {key: value for key, value in register.keys().items() if key in fields}
    for own, others in _EXCLUDING.items():
        if content.get(own) is not None:
            for other in others:
                filled.pop(other, None)
    where = {**register.where, **_table(content.get("where"))}
    joins: dict[str, Any] = {name: dict(join) for name, join in register.join.items()}
    for join in joins.values():
        join["path"] = _beside(content.get("path"), join["path"])
        join["where"] = {**join.get("where", {})}
    for name, join in _table(content.get("join")).items():
        before = joins.get(name, {})
        both = {**before, **_table(join)}
        joins[name] = {**both, "where": {**before.get("where", {}), **_table(both.get("where"))}}
    given = {key: value for key, value in content.items() if value is not None}
    return {**filled, **given, "where": where, "join": joins}


_EXCLUDING = {
    "jobs": ("size_class", "size_class_jobs"),
    "size_class": ("jobs",),
    "size_class_jobs": ("size_class_jobs",),
    "code": MADE_OF_CODE,
    "postcode": ("x", "y", "crs", "crs_column"),
    "x": ("postcode", "crs_column"),
    "crs": ("crs_column",),
}
"""Keys of a study, and what is not filled in where it states them."""


def _table(value: Any) -> dict[str, Any]:
    """Return a table of the study; what is none is left for the study's own check."""
    return dict(value) if isinstance(value, Mapping) else {}


def _named(word: str, folder: Path | None) -> KnownRegister:
    if not word.lower().endswith(".toml"):
        return known(word)
    path = Path(os.path.expanduser(word))
    return _read(path if folder is None else folder / path, ())


def _read(path: Path, above: tuple[Path, ...]) -> KnownRegister:
    """Read a file, and the register that it extends."""
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file ([register] known)") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror} ([register] known)") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}: not valid TOML: {error} ([register] known)") from None
    base = content.pop("extends", None)
    register = checked(content, path, extends=base is not None)
    if base is None:
        return register
    if path in above or not isinstance(base, str):
        raise InputError(f"{path}: extends must name another known register, not itself")
    if not base.lower().endswith(".toml"):
        return known(base).with_keys_of(register)
    return _read(path.parent / base, (*above, path)).with_keys_of(register)


def _beside(register: Any, name: str) -> str:
    """Return the path of a file that lies beside the register."""
    if isinstance(register, str | Path) and not Path(name).is_absolute():
        return str(Path(register).parent / name)
    return name


def _plain(column: str) -> str:
    return column.strip().casefold()
