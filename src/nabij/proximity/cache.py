"""Where compiled code is kept: in the user's own cache folder."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from nabij.files import user_cache


def cache_folder() -> Path | None:
    """Return the folder for compiled code, made private (mode 0700), or None if there is none.

    It follows ``NUMBA_CACHE_DIR``, then ``XDG_CACHE_HOME``, then the platform's custom. Compiled
    code is loaded as it lies there, so a folder in which others can write, or have written, is
    not used: then every process compiles for itself.
    """
    place = cache_place()
    if place is None:
        return None
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (_is_ours(place.parent) and _is_ours(place)):
            place.chmod(0o700)
            if not (_is_ours(place.parent) and _is_ours(place)):
                return None
            if not all(map(_is_ours, place.rglob("*"))):  # written while others could
                return None
        elif place.stat().st_mode & 0o077:
            place.chmod(0o700)
    except OSError:
        return None
    return place if os.access(place, os.W_OK) else None


def cache_place() -> Path | None:
    """Return where the folder for compiled code would be, None where the user has no home."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    try:
        root = Path(chosen) if chosen else user_cache()
    except RuntimeError:  # no HOME, and the system does not know the user
        return None
    return root / "nabij" / f"proximity-{_fingerprint()}"


def _is_ours(path: Path) -> bool:
    """Tell whether a file or folder is the user's own, and no one else can write to it."""
    if not hasattr(os, "getuid"):
        return True
    state = path.lstat()
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@cache
def _fingerprint() -> str:
    """Return a short mark of this package's source: other source, other compiled code."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def caching_in(folder: Path | None) -> Iterator[None]:
    """Let numba keep its files in `folder` for the functions made inside the block only."""
    import numba

    if folder is None:
        yield
        return

    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


def is_kept(name: str) -> bool:
    """Whether a function whose name begins so is in the cache."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob(f"*.{name}*.nbi"))
