"""Compile the loops once, and keep what was compiled in the user's own cache folder."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from nabij.proximity import loops
from nabij.proximity.kernels import Kernel


def cache_folder() -> Path | None:
    """Return the folder for compiled code, made private (mode 0700), or None if there is none.

    It follows ``NUMBA_CACHE_DIR``, then ``XDG_CACHE_HOME``, then the platform's custom. Compiled
    code is loaded as it lies there, so a folder that others can write to is not used: then every
    process compiles for itself.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        folder = Path(chosen)
    else:
        base = os.environ.get("XDG_CACHE_HOME")
        if base:
            root = Path(base)
        elif sys.platform == "darwin":
            root = Path.home() / "Library" / "Caches"
        elif sys.platform == "win32":
            root = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
        else:
            root = Path.home() / ".cache"
        folder = root / "nabij" / f"proximity-{_fingerprint()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
        if not chosen and state.st_mode & 0o077:
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
def _caching_in(folder: Path) -> Iterator[None]:
    """Let numba keep its files in `folder` for the functions made inside the block only."""
    import numba

    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


def compile_function(
    function: Callable[..., Any], name: str, *, fastmath: Any = False, **fillings: Any
) -> Any:
    """Return `function` compiled, with the global names in `fillings` filled in.

    The compiled copy carries `name`, so that copies with other fillings have their own files in
    the cache.
    """
    import numba

    assert isinstance(function, FunctionType)
    copy = FunctionType(function.__code__, {**function.__globals__, **fillings}, name)
    copy.__qualname__ = name
    copy.__module__ = function.__module__
    copy.__doc__ = function.__doc__
    folder = cache_folder()
    if folder is None:
        return numba.njit(nogil=True, fastmath=fastmath)(copy)
    with _caching_in(folder):
        return numba.njit(nogil=True, fastmath=fastmath, cache=True)(copy)


FAST = {"reassoc", "nsz", "arcp", "contract", "nnan", "ninf"}
"""Liberties of the compiler in the pair loops: order of the sum, fused steps, reciprocals."""

EXACT_ORDER = {"reassoc", "nsz"}
"""The same without changing any single distance, for a kernel that jumps."""


def mark(kernel: Kernel) -> str:
    """Return a name for `kernel` that changes with its code."""
    code = kernel.decay.__code__
    text = repr((code.co_code, code.co_consts, code.co_names)).encode()
    return f"{kernel.decay.__name__}_{hashlib.blake2b(text, digest_size=4).hexdigest()}"


_ROWS: dict[tuple[Any, ...], tuple[Any, Any]] = {}


def pair_loops(kernel: Kernel, powers: int, real: str) -> tuple[Any, Any]:
    """Return the compiled ``row`` and ``exact_block`` for one kernel.

    Parameters
    ----------
    kernel : Kernel
    powers : int
        How many powers are summed: 1, 2 or 3.
    real : {"float64", "float32"}
    """
    key = (kernel, powers, real)
    if key not in _ROWS:
        import numba

        label = f"{mark(kernel)}_{powers}_{real}"
        fast = FAST if kernel.smooth else EXACT_ORDER
        decay = numba.njit(nogil=True, fastmath=fast)(kernel.decay)
        fillings = {"POWERS": powers, "REAL": getattr(numba, real), "decay": decay}
        row = numba.njit(nogil=True, fastmath=fast)(_copy(loops.row, f"row_{label}", fillings))
        block = compile_function(
            loops.exact_block, f"exact_{label}", fastmath=fast, row=row, POWERS=powers
        )
        _ROWS[key] = (row, block)
    return _ROWS[key]


def _copy(function: Callable[..., Any], name: str, fillings: dict[str, Any]) -> FunctionType:
    assert isinstance(function, FunctionType)
    return FunctionType(function.__code__, {**function.__globals__, **fillings}, name)
