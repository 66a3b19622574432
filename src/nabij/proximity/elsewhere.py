"""Compile in another process at the same time.

numba compiles one function at a time in a process, whatever the number of threads. Another process
leaves its work in the cache, where this one finds it; if it could not, this one does it itself.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from nabij.interpreter import python
from nabij.proximity.cache import cache_folder, is_kept

LONGEST = 300.0
"""Seconds to wait for the other process; compiling takes some seconds."""

_CODE = """
import sys
sys.path[:] = {path!r}
from nabij.proximity.compiled import shared
from {module} import {name}, {signature}
shared({name}, {signature})
"""

_BEGUN: dict[Callable[..., Any], subprocess.Popen[bytes]] = {}


def begin(function: Callable[..., Any], signature: str) -> None:
    """Begin to compile a function for `nabij.proximity.compiled.shared`, if it is not in the cache.

    Parameters
    ----------
    function : callable
        At the top of a module.
    signature : str
        Name of its signature in that module.
    """
    program = python()
    if (
        program is None
        or function in _BEGUN
        or cache_folder() is None
        or is_kept(function.__name__)
    ):
        return
    code = _CODE.format(
        path=sys.path, module=function.__module__, name=function.__name__, signature=signature
    )
    quiet = subprocess.DEVNULL
    try:
        _BEGUN[function] = subprocess.Popen(
            [program, "-c", code],
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return


def wait(function: Callable[..., Any]) -> None:
    """Wait until the other process is done with a function, if it was begun."""
    process = _BEGUN.pop(function, None)
    if process is not None:
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
