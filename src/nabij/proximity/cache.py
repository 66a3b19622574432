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
    code is loaded as it lies there, so a folder that others can write to is not used: then every
    process compiles for itself.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    root = Path(chosen) if chosen else user_cache()
    folder = root / "nabij" / f"proximity-{_fingerprint()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
        if state.st_mode & 0o077:
            folder.chmod(0o700)
            state = folder.stat()
    except OSError:
        return None
    others_write = state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if hasattr(os, "getuid") and (state.st_uid != os.getuid() or others_write):
        return None
    return folder if os.access(folder, os.W_OK) else None


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
