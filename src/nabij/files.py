"""Files that a study names."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import takewhile
from os import stat_result
from pathlib import Path

from nabij.errors import InputError, listed, nearest

PATTERN = "*?["
"""Signs that make a path stand for several files."""


def require_file(path: Path, key: str) -> None:
    """Raise a clear error unless `path` is a readable file with something in it."""
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(f"{path}: no such file ({key}){nearest(path.name, beside)}")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a file ({key})")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError(
                    f"{path}: the file is empty ({key}); save it anew, or name another"
                )
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror} ({key})") from None


def is_pattern(path: Path) -> bool:
    """Tell whether a path stands for all files that fit it.

    >>> is_pattern(Path("register_*.csv")), is_pattern(Path("register.csv"))
    (True, False)
    """
    return any(sign in str(path) for sign in PATTERN) and not path.exists()


def fitting(pattern: Path, key: str) -> list[Path]:
    """Return the files that fit a pattern, in the order of their names.

    Raises
    ------
    InputError
        If there is none.
    """
    plain = list(takewhile(lambda part: not any(s in part for s in PATTERN), pattern.parts))
    base = Path(*plain)
    rest = Path(*pattern.parts[len(plain) :])
    found = sorted(path for path in base.glob(str(rest)) if path.is_file())
    if not found:
        beside = [path.name for path in base.iterdir()] if base.is_dir() else []
        there = f"; {base} holds {listed(sorted(beside), 8)}" if beside else ""
        raise InputError(f"{pattern}: no file fits this pattern ({key}){there}")
    return found


def user_cache() -> Path:
    """Return the user's folder for what can be made or fetched again.

    It follows ``XDG_CACHE_HOME``, then the platform's custom.

    Raises
    ------
    RuntimeError
        If the user has no home.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    if base:
        return Path(base)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path.home() / ".cache"


@contextmanager
def hashed(paths: Iterable[Path]) -> Iterator[dict[Path, Future[str]]]:
    """Hash files while the block below reads them.

    Yields the SHA-256 of each file as a future. Both read the same pages of the file, so it costs
    no time of its own.

    Raises
    ------
    InputError
        At the end, if a file changed while it was read: then the hash says nothing of what was
        read.

    Examples
    --------
    >>> with hashed([Path(__file__)]) as digests:
    ...     content = Path(__file__).read_bytes()
    >>> digests[Path(__file__)].result() == hashlib.sha256(content).hexdigest()
    True
    """
    there = [path for path in dict.fromkeys(paths) if path.is_file()]
    before = {path: _state(path.stat()) for path in there}
    pool = ThreadPoolExecutor(1, thread_name_prefix="nabij-hash")
    try:
        yield {path: pool.submit(sha256, path) for path in there}
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown(wait=True)
    for path in there:
        if not path.exists() or _state(path.stat()) != before[path]:
            raise InputError(f"{path}: changed while it was read; run again when it is at rest")


def _state(found: stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
