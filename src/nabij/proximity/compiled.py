"""Compile the loops once, and keep what was compiled in the user's own cache folder."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from nabij.proximity import elsewhere, kernels, loops, quick
from nabij.proximity.cache import cache_folder, caching_in, is_kept
from nabij.proximity.kernels import Kernel

FAST = {"reassoc", "nsz", "arcp", "contract", "nnan", "ninf"}
"""Liberties of the compiler in the pair loops: order of the sum, fused steps, reciprocals."""

EXACT_ORDER = {"reassoc", "nsz"}
"""The same without changing any single distance, for a kernel that jumps."""


AS_IT_IS = {"nsz", "contract", "nnan", "ninf"}
"""No other order of operations: for arithmetic that lives by its rounding."""

CALLED_ONCE = {
    *("add_target", "decay_row", "row", "weigh", "sort_run", "lagrange", "put_nodes"),
    *("pass_down", "add_interpolated", "is_negligible", "weight_of_others"),
}
"""Functions called from one line of one other, and put into it before it is compiled: compiling
them by themselves first takes longer. They must have the same liberties."""

_MADE: dict[tuple[Any, ...], Any] = {}


PRECISIONS = {
    "double": ("float64", False),
    "split": ("float32", True),
    "single": ("float32", False),
}
"""Type of a term and of a coordinate, and whether a coordinate is split into two numbers."""


def kernel_loop(kernel: Kernel, powers: int, precision: str, several: bool) -> Any:
    """Return ``add_rows`` compiled for one kernel.

    Parameters
    ----------
    kernel : Kernel
    powers : int
        How many powers are summed: 1, 2 or 3.
    precision : str
        One of `PRECISIONS`.
    several : bool
        Whether for several vectors of weights, or for one.
    """
    return _loop("add_rows", kernel, powers, several, precision, _ADD_ROWS)


def exact_loop(kernel: Kernel, powers: int, several: bool) -> Any:
    """Return ``exact_rows`` compiled for one kernel; arguments as in `kernel_loop`."""
    return _loop("exact_rows", kernel, powers, several, "double", loops.EXACT_ROWS)


def fall_of(kernel: Kernel) -> Any:
    """Return ``fall`` compiled for one kernel."""
    key = ("fall", kernel)
    if key not in _MADE:
        filled = {"decay": _decay(kernel, double=True)}
        _MADE[key] = _compile(loops.fall, f"fall_{_name(kernel)}", kernel, filled, _FALL)
    return _MADE[key]


def _loop(
    job: str, kernel: Kernel, powers: int, several: bool, precision: str, signature: str
) -> Any:
    key = (job, kernel, powers, several, precision)
    if key not in _MADE:
        filled = _fillings(kernel, powers, several, precision)
        name = f"{_loop_name(job, kernel, powers, several)}_{precision}"
        _MADE[key] = _compile(getattr(loops, job), name, kernel, filled, signature)
    return _MADE[key]


def _loop_name(job: str, kernel: Kernel, powers: int, several: bool) -> str:
    return f"{job}_{_name(kernel)}_{powers}_{'several' if several else 'one'}"


def _fillings(kernel: Kernel, powers: int, several: bool, precision: str) -> dict[str, Any]:
    import numba

    name, split = PRECISIONS[precision]
    term = getattr(numba, name)
    filled: dict[str, Any] = {"POWERS": powers, "SEVERAL": several, "REAL": term, "SPLIT": split}
    for exact in (loops.rest, loops.difference):
        filled[exact.__name__] = _compile(exact, exact.__name__, kernel, filled, fast=AS_IT_IS)
    filled["decay"] = _decay(kernel, double=term is numba.float64)
    inner: list[Any] = [loops.decay_row, loops.weigh] if several else [loops.row]
    for function in inner:
        filled[function.__name__] = _compile(function, function.__name__, kernel, filled)
    filled["add_target"] = _compile(loops.add_target, "add_target", kernel, filled)
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


def is_prepared(kernel: Kernel, powers: int, *, tree: bool, several: bool) -> bool:
    """Whether what is needed was compiled before, in this process or in the cache."""
    job = "add_rows" if tree else "exact_rows"
    made = any(key[:4] == (job, kernel, powers, several) for key in _MADE)
    return made or is_kept(_loop_name(job, kernel, powers, several))


def shared(function: Callable[..., Any], signature: str = "") -> Any:
    """Return a function that no kernel changes, compiled with everything of ours it calls.

    With a `signature` it is compiled at once; in it, ``ADD_ROWS`` and ``FALL`` stand for what
    `kernel_loop` and `fall_of` return.
    """
    key = ("shared", function, True)
    if key not in _MADE:
        elsewhere.wait(function)
        signature = signature.replace("ADD_ROWS", _function_type(_ADD_ROWS))
        signature = signature.replace("FALL", _function_type(_FALL))
        _MADE[key] = _compile(function, function.__name__, None, _needs(function), signature)
    return _MADE[key]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let no garbage be looked for: a compiler makes many objects and throws few away."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


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
    "void(float64[:, ::1], int64, float64[:, ::1], int64, int64[::1], float64, float64[:, ::1],"
    " float64[:, ::1])"
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
    # Nothing is allocated in any of them, so that no references are to be counted.
    options["_nrt"] = False
    if signature is None:
        # Only compiled code calls it: no way in from Python is needed.
        options |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
        if name in CALLED_ONCE:
            options["inline"] = "always"
    elif signature not in (_ADD_ROWS, _FALL):
        options["no_cfunc_wrapper"] = True
    folder = cache_folder() if signature is not None else None
    how: list[Any] = [eval(signature, vars(numba.types))] if signature else []
    njit: Any = numba.njit
    if folder is not None:
        options["cache"] = True
    with _no_collection(), caching_in(folder):
        return njit(*how, **options)(copy)
