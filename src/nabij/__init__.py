"""Find regional business clusters, say how strong they are and what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from nabij import figures
    from nabij.errors import InputError
    from nabij.exports import save
    from nabij.measures.dscore import dscore
    from nabij.running.scans import scan
    from nabij.running.studies import run
    from nabij.study import Study
    from nabij.views import Result

# Each public name, where it lives, and what it is for. They load when first used, so that
# `nabij --help` does not wait for the libraries that compute.
_HOME = {
    "Study": "nabij.study",  # what to analyse
    "run": "nabij.running.studies",  # analyse it
    "scan": "nabij.running.scans",  # every industry code as a sector
    "Result": "nabij.views",  # what was found
    "save": "nabij.exports",  # write it: tables, figures, report
    "dscore": "nabij.measures.dscore",  # D-scores of bare coordinates
    "figures": "nabij",  # draw a result
    "InputError": "nabij.errors",  # what must be mended, and how
}

__all__ = [
    "InputError",
    "Result",
    "Study",
    "__version__",
    "dscore",
    "figures",
    "run",
    "save",
    "scan",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'nabij' has no attribute '{name}'")
    from importlib import import_module

    if _HOME[name] == "nabij":
        return import_module(f"nabij.{name}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
