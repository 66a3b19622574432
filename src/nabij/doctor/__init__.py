"""What files are, how much of them could be used, and what to set: a line each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nabij import apart
from nabij.doctor.content import examined, without
from nabij.errors import InputError, nearest, one_line
from nabij.files import fitting, is_pattern
from nabij.vector import is_beside

MOST_NAME = 100
MOST_SAID = 400
"""Characters of a line."""


@dataclass(frozen=True)
class Finding:
    """What is said of one file.

    Attributes
    ----------
    name : str
        As a terminal may show it.
    said : str
        One line.
    usable : bool
        Whether it could be used: as a register, with the columns that were recognised, as
        regions, or as a study.
    """

    name: str
    said: str
    usable: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.said}"


def examine(names: Iterable[str]) -> Iterator[Finding]:
    """Say of every file what it is; never raise for what is in one.

    Parameters
    ----------
    names : iterable of str
        Files, folders, of which what is directly in them is looked at, and patterns such as
        ``data/*.csv``.

    Yields
    ------
    Finding
        One a file.
    """
    for name in names:
        if "://" in name:  # it may hold a password
            yield Finding(
                f"{one_line(name.split('://', 1)[0])}://...", "is an address and no file", False
            )
            continue
        path = Path(os.path.expanduser(name))
        if path.is_dir() and not _is_partitioned(path):
            yield from _in_folder(path)
        elif is_pattern(path) and not path.is_symlink():
            try:
                yield from map(_look, fitting(path, "nabij doctor"))
            except InputError:
                yield Finding(_shown(path), "no file fits this pattern", False)
        else:
            yield _look(path)


def _in_folder(folder: Path) -> Iterator[Finding]:
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        yield Finding(_shown(folder), f"cannot be looked into: {error.strerror}", False)
        return
    there = {path.name for path in inside}
    paths = [path for path in inside if not is_beside(path.name, there)]
    if not paths:
        yield Finding(_shown(folder), "an empty folder", False)
    for path in paths:
        if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
            yield Finding(
                _shown(path), "a link that leads out of the folder; name the file itself", False
            )
        else:
            yield _look(path)


def _is_partitioned(folder: Path) -> bool:
    """Tell whether a folder is one table in parts, such as ``year=2025/part-0.parquet``."""
    try:
        return any("=" in path.name and path.is_dir() for path in folder.iterdir())
    except OSError:
        return False


def _look(path: Path) -> Finding:
    """Look at one file, in a process of its own with limits of memory and time."""
    try:
        said, usable = _plainly(path) or apart.call(examined, path)
    except InputError as error:
        said, usable = without(str(error), path), False
    except MemoryError:
        said, usable = "takes more memory than a file of its size should", False
    except OSError as error:
        said, usable = f"cannot be read: {error.strerror or error}", False
    except Exception as error:
        said, usable = f"could not be looked at ({type(error).__name__}: {error})", False
    return Finding(_shown(path), one_line(said, most=MOST_SAID), usable)


def _plainly(path: Path) -> tuple[str, bool] | None:
    """Return what can be said of a path before it is opened, None for a file with something in."""
    if path.is_symlink() and not path.exists():
        return "a link to nothing", False
    if not path.exists():
        beside = os.listdir(path.parent) if path.parent.is_dir() else []
        return f"no such file{nearest(path.name, beside)}", False
    if path.is_dir():
        told = ("a folder, not a file; name it to look into it", False)
        return None if _is_partitioned(path) else told
    if not path.is_file():
        return "is no ordinary file", False
    if not path.stat().st_size:
        return "the file is empty", False
    return None


def _shown(path: Path) -> str:
    """Return a path as a terminal may show it; of a long name the end."""
    name = one_line(str(path), most=10_000)
    return name if len(name) <= MOST_NAME else f"...{name[-MOST_NAME:]}"


__all__ = ["Finding", "examine"]
