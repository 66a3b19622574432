"""The Python that this process runs, for a second process: not always ``sys.executable``."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def python() -> str | None:
    """Return a Python of this version, or None if there is none to be found.

    Inside an application that carries Python with it, such as a GIS, ``sys.executable`` is that
    application, and would start it once more; its Python stands in the folder it came with.

    Examples
    --------
    >>> Path(python()).exists()
    True
    """
    named = [sys.executable, getattr(sys, "_base_executable", "")]
    found = [Path(path) for path in named if path and _is_python(Path(path).stem)]
    if sys.platform == "win32":
        found += [Path(prefix, "python.exe") for prefix in _prefixes()]
    else:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        found += [Path(prefix, "bin", version) for prefix in _prefixes()]
    usable = (str(path) for path in found if path.is_file() and os.access(path, os.X_OK))
    return next(usable, None)


def _is_python(stem: str) -> bool:
    return stem.lower().startswith("python")


def _prefixes() -> list[str]:
    return list(dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)))
