"""The files of a register: one, a list, a folder, or all that fit a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nabij.errors import InputError, listed
from nabij.files import fitting, is_pattern
from nabij.notes import Note, note
from nabij.register.kinds import READERS, kind_of
from nabij.study import Register, Study
from nabij.vector import is_beside

FILE = "file"
"""Column that every row of several files has: the name of its file."""


@dataclass(frozen=True)
class Source:
    """One file of a register.

    Attributes
    ----------
    path : Path
    name : str
        As seen from the folder that all its files have in common.
    given : dict of str to str
        Columns that hold one value in the whole file: its name, and what the folders above it say,
        such as ``year`` in ``year=2024/part-0.parquet``.
    """

    path: Path
    name: str
    given: dict[str, str]


def sources_of(spec: Register) -> tuple[list[Source], list[Note]]:
    """Return the files that a register stands in, in the order of their names, and what to tell.

    Files named one by one keep their order. A file that is named twice is read once. Of a folder
    and below it, files of a kind that can be read are taken; names that begin with ``.`` or ``_``
    are a system's own.

    Raises
    ------
    InputError
        If a pattern fits no file, a folder holds none that can be read, or a link leads out of it.
    """
    asked = spec.paths
    if not asked:  # a database
        return [], []
    if len(asked) == 1 and not is_pattern(asked[0]) and not asked[0].is_dir():
        return [Source(asked[0], asked[0].name, {})], []
    found: dict[Path, Path] = {}
    notes = []
    for path in asked:
        if is_pattern(path):
            chosen = fitting(path, "[register] path")
        elif path.is_dir():
            chosen, unread = _in_folder(path)
            if unread:
                notes.append(note("files_not_read", count=len(unread), names=listed(unread, 5)))
        else:
            chosen = [path]
        for file in chosen:
            found.setdefault(file.resolve(), file)
    return [_source(path, _common(list(found.values()))) for path in found.values()], notes


def files_of(study: Study) -> list[Path]:
    """Return all files with data that a study reads: of the register, and of each level of regions.

    Raises
    ------
    InputError
        As `sources_of`.
    """
    spec = study.register
    files = [source.path for source in sources_of(spec)[0]]
    files += [join.path for join in spec.join.values()]
    files += [] if spec.postcodes is None else [spec.postcodes.path]
    files += [] if spec.query is None else [spec.query]
    files += [level.path for level in study.regions]
    return list(dict.fromkeys(files))


def _source(path: Path, base: Path) -> Source:
    below = path.relative_to(base)
    said = dict(part.split("=", 1) for part in below.parts[:-1] if "=" in part)
    return Source(path, below.as_posix(), {FILE: below.as_posix(), **said})


def _common(paths: Sequence[Path]) -> Path:
    """Return the nearest folder that all files are below."""
    shared = paths[0].parent
    while not all(path.is_relative_to(shared) for path in paths):
        shared = shared.parent
    # A folder such as year=2024 speaks of what is in it, also where all files are.
    while "=" in shared.name:
        shared = shared.parent
    return shared


def _in_folder(folder: Path) -> tuple[list[Path], list[str]]:
    """Return the files to read and the names of those that cannot be, in order."""
    inside = folder.resolve()
    read, unread = [], []
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if any(part.startswith((".", "_")) for part in below.parts) or path.is_dir():
            continue
        if not path.resolve().is_relative_to(inside):
            raise InputError(
                f"{path}: is a link that leads out of the folder ([register] path); name the file "
                "itself, or copy it into the folder"
            )
        if kind_of(path) in READERS:
            read.append(path)
        elif not is_beside(path.name, {other.name for other in path.parent.iterdir()}):
            unread.append(below.as_posix())
    if not read:
        held = f"; it holds {listed(unread, 5)}" if unread else ""
        raise InputError(
            f"{folder}: holds no file that a register can be read from ([register] path){held}. "
            f"Kinds: {', '.join(READERS)}"
        )
    return read, unread
