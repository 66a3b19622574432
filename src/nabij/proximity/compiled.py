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

from nabij.proximity import kernels, loops, quick
from nabij.proximity.kernels import Kernel


def cache_folder() -> Path | None:
    """Return the folder for compiled code, made private (mode 0700), or None if there is none.

    It follows ``NUMBA_CACHE_DIR``, then ``XDG_CACHE_HOME``, then the platform's custom. Compiled
    code is loaded as it lies there, so a folder that others can write to is not used: then every
    process compiles for itself.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        root = Path(chosen)
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


FAST = {"reassoc", "nsz", "arcp", "contract", "nnan", "ninf"}
"""Liberties of the compiler in the pair loops: order of the sum, fused steps, reciprocals."""

EXACT_ORDER = {"reassoc", "nsz"}
"""The same without changing any single distance, for a kernel that jumps."""


AS_IT_IS = {"nsz", "contract", "nnan", "ninf"}
"""No other order of operations: for arithmetic that lives by its rounding."""

_MADE: dict[tuple[Any, ...], Any] = {}


PRECISIONS = {
    "double": ("float64", False),
    "split": ("float32", True),
    "single": ("float32", False),
}
"""Type of a term and of a coordinate, and whether a coordinate is split into two numbers."""


def kernel_loops(kernel: Kernel, powers: int, precision: str) -> tuple[Any, Any]:
    """Return ``add_rows`` and ``fall`` compiled for one kernel.

    Parameters
    ----------
    kernel : Kernel
    powers : int
        How many powers are summed: 1, 2 or 3.
    precision : str
        One of `PRECISIONS`.
    """
    key = ("kernel", kernel, powers, precision)
    if key not in _MADE:
        filled = _fillings(kernel, powers, precision)
        filled["weigh"] = _compile(loops.weigh, "weigh", kernel, filled)
        name = _name(kernel)
        add_rows = _compile(
            loops.add_rows, f"add_rows_{name}_{powers}_{precision}", kernel, filled, _ADD_ROWS
        )
        double = {"decay": _decay(kernel, double=True)}
        fall = _compile(loops.fall, f"fall_{name}", kernel, double, _FALL)
        _MADE[key] = add_rows, fall
    return _MADE[key]


def few_loop(kernel: Kernel, powers: int) -> Any:
    """Return ``few_rows`` compiled for one kernel."""
    key = ("few", kernel, powers)
    if key not in _MADE:
        filled = _fillings(kernel, powers, "double")
        name = f"few_rows_{_name(kernel)}_{powers}"
        _MADE[key] = _compile(loops.few_rows, name, kernel, filled, loops.FEW_ROWS)
    return _MADE[key]


def _fillings(kernel: Kernel, powers: int, precision: str) -> dict[str, Any]:
    import numba

    name, split = PRECISIONS[precision]
    term = getattr(numba, name)
    filled: dict[str, Any] = {"POWERS": powers, "REAL": term, "SPLIT": split}
    for function in (loops.rest, loops.difference):
        filled[function.__name__] = _compile(
            function, function.__name__, kernel, filled, fast=AS_IT_IS
        )
    filled["decay"] = _decay(kernel, double=term is numba.float64)
    filled["row"] = _compile(loops.row, "row", kernel, filled)
    return filled


def _decay(kernel: Kernel, *, double: bool) -> Any:
    """Return a kernel compiled, with the functions of `nabij.proximity.quick` put into it."""
    filled: dict[str, Any] = {}
    if double:
        for function in (quick.inverse_root, quick.exp):
            filled[function.__name__] = _compile(
                function, function.__name__, None, {}, fast=AS_IT_IS
            )
        filled["root"] = _compile(quick.root, "root", None, filled)
    else:
        filled["inverse_root"] = _compile(quick.single_inverse_root, "inverse_root", None, {})
        for plain in (kernels.root, kernels.exp):
            filled[plain.__name__] = _compile(plain, plain.__name__, None, {})
    used = {name: f for name, f in filled.items() if name in kernel.decay.__code__.co_names}
    return _compile(kernel.decay, "decay", kernel, used)


def is_prepared(kernel: Kernel, powers: int, *, tree: bool) -> bool:
    """Whether what is needed was compiled before, in this process or in the cache."""
    job = "kernel" if tree else "few"
    if any(key[:3] == (job, kernel, powers) for key in _MADE):
        return True
    name = f"add_rows_{_name(kernel)}_{powers}" if tree else f"few_rows_{_name(kernel)}_{powers}"
    folder = cache_folder()
    return folder is not None and any(folder.rglob(f"*{name}*.nbi"))


def shared(function: Callable[..., Any], signature: str = "") -> Any:
    """Return a function that no kernel changes, compiled with everything of ours it calls.

    With a `signature` it is compiled at once; in it, ``ADD_ROWS`` and ``FALL`` stand for the two
    functions of `kernel_loops`.
    """
    key = ("shared", function, True)
    if key not in _MADE:
        signature = signature.replace("ADD_ROWS", _function_type(_ADD_ROWS))
        signature = signature.replace("FALL", _function_type(_FALL))
        _MADE[key] = _compile(function, function.__name__, None, _needs(function), signature)
    return _MADE[key]


def _needs(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the functions of this package that `function` calls, compiled to be put into it."""
    found = {}
    for name in function.__code__.co_names:
        other = function.__globals__.get(name)
        if getattr(other, "__module__", "").startswith(__package__ or ""):
            key = ("shared", other, False)
            if key not in _MADE:
                assert other is not None
                _MADE[key] = _compile(other, name, None, _needs(other))
            found[name] = _MADE[key]
    return found


_ADD_ROWS = (
    "void(float64[::1], float64[::1], int64, float64[::1], float64[::1], float64[:, ::1], int64,"
    " int64[::1], float64, float64[:, ::1])"
)
_FALL = "float64(float64, float64)"


def _function_type(signature: str) -> str:
    return f"FunctionType({signature})"


def _name(kernel: Kernel) -> str:
    """Return a name that changes with the code of the kernel."""
    code = kernel.decay.__code__
    text = repr((code.co_code, code.co_consts, code.co_names)).encode()
    mark = hashlib.blake2b(text, digest_size=4).hexdigest()
    return f"{kernel.decay.__name__}_{mark}"


def _compile(
    function: Callable[..., Any],
    name: str,
    kernel: Kernel | None,
    fillings: dict[str, Any],
    signature: str | None = None,
    fast: set[str] | None = None,
) -> Any:
    """Return `function` compiled, with the global names in `fillings` filled in.

    The compiled copy carries `name`, so that copies with other fillings have their own files in
    the cache; only those with a `signature` (which may be empty: then it is found at the first
    call) are written there, with all they call inside them.
    """
    import numba

    assert isinstance(function, FunctionType)
    copy = FunctionType(function.__code__, {**function.__globals__, **fillings}, name)
    copy.__qualname__ = name
    copy.__module__ = function.__module__
    copy.__doc__ = function.__doc__
    if fast is None:
        fast = EXACT_ORDER if kernel is not None and not kernel.smooth else FAST
    # NumPy's way with a division by zero: a check for it would keep loops from being vectorised.
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": fast}
    folder = cache_folder() if signature is not None else None
    how: list[Any] = [eval(signature, vars(numba.types))] if signature else []
    njit: Any = numba.njit
    if folder is None:
        return njit(*how, **options)(copy)
    with _caching_in(folder):
        return njit(*how, cache=True, **options)(copy)
