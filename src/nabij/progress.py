"""How long work tells where it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the fraction done, 0 to 1; may raise to stop the work."""


def silent(message: str, fraction: float) -> None:
    """Say nothing."""
