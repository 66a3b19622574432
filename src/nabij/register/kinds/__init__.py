"""Where a register can come from: one reader a kind of file, one line to register it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nabij import vector
from nabij.errors import InputError
from nabij.files import require_file
from nabij.register.kinds import database, layer, parquet, text, workbook
from nabij.register.raw import Raw
from nabij.study import Register

Reader = Callable[[Path, Register], Raw]
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")


def kind_of(path: Path) -> str:
    """Return the suffix that tells the kind of file, past any compression.

    Examples
    --------
    >>> kind_of(Path("register.CSV.gz"))
    '.csv'
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


READERS: dict[str, Reader] = {
    ".csv": text.read,
    ".tsv": text.read,
    ".txt": text.read,
    ".parquet": parquet.read,
    ".geoparquet": parquet.read,
    ".pq": parquet.read,
    **dict.fromkeys(vector.KINDS, layer.read),
    **dict.fromkeys(database.SUFFIXES, database.read),
    **dict.fromkeys(workbook.SUFFIXES, workbook.read),
}


def require_kind(path: Path, key: str) -> str:
    """Return the kind of a register file; raise unless it is there and of a known kind."""
    require_file(path, key)
    kind = kind_of(path)
    if kind not in READERS:
        raise InputError(
            f"{path}: cannot read a register from a file that ends in '{kind}'; "
            f"use one of {', '.join(READERS)} (text files may be compressed: "
            f"{', '.join(COMPRESSED)})"
        )
    return kind


def read_file(path: Path, spec: Register) -> Raw:
    """Read the wanted columns of one file.

    Raises
    ------
    InputError
        If the file is not there, is empty, is of no known kind, or lacks a wanted column.
    """
    raw = READERS[require_kind(path, "[register] path")](path, spec)
    if not len(raw.table) and not len(raw.malformed):
        raise InputError(f"{path}: has columns but no rows; is this the right file?")
    return raw
