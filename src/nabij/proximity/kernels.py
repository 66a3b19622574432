"""Distance-decay kernels: how much a neighbour counts at a distance.

A kernel is one small function ``decay(d2, length)`` of the *squared* distance (square metres)
and one length (metres: the floor, or the scale). It must not grow with distance and must be
finite at 0. It is written with NumPy functions, so that the same lines run on numbers, on arrays
and inside compiled loops; `inverse_root`, `root` and `exp` below are the fastest there. Registering
one is one line in `KERNELS`.

Constants are made from the arguments (``length / length`` for one), because a bare literal would
turn a single-precision loop into a double-precision one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


def inverse_root(x: Any) -> Any:
    """1 / sqrt(x)."""
    return np.true_divide(1, np.sqrt(x))


def root(x: Any) -> Any:
    """sqrt(x)."""
    return np.sqrt(x)


def exp(x: Any) -> Any:
    """exp(x)."""
    return np.exp(x)


@dataclass(frozen=True)
class Kernel:
    """A distance-decay function and what the engine must know of it.

    Attributes
    ----------
    decay : callable
        ``decay(d2, length)``, not increasing in ``d2``.
    length : str
        Name of the argument of `sums` that gives the length: ``"floor"`` or ``"scale"``.
    unit : str
        Unit of the values when distances are in metres.
    kink : bool
        Whether the function is constant below `length` and bends there.
    smooth : bool
        Whether it can be interpolated away from 0 and from its kink. If not, sums are counted
        exactly.
    heavy : bool
        Whether it falls no faster than a power of distance. If not, boxes are kept small against
        its length and what is negligible is left out.
    """

    decay: Callable[[Any, Any], Any]
    length: str
    unit: str = "1"
    kink: bool = False
    smooth: bool = True
    heavy: bool = False


def inverse(d2: Any, length: Any) -> Any:
    """1 / max(d, floor)."""
    return inverse_root(np.maximum(d2, length * length))


def shifted(d2: Any, length: Any) -> Any:
    """1 / (d + scale)."""
    return (length / length) / (root(d2) + length)


def exponential(d2: Any, length: Any) -> Any:
    """exp(-d / scale)."""
    return exp(-root(d2) / length)


def gaussian(d2: Any, length: Any) -> Any:
    """exp(-(d / scale)^2 / 2)."""
    return exp(-d2 / (length * length + length * length))


def within(d2: Any, length: Any) -> Any:
    """1 if d <= scale, else 0."""
    return 1.0 * (np.sqrt(d2) <= length)


KERNELS: dict[str, Kernel] = {
    "inverse": Kernel(inverse, "floor", unit="1/m", kink=True, heavy=True),
    "shifted": Kernel(shifted, "scale", unit="1/m", heavy=True),
    "exponential": Kernel(exponential, "scale"),
    "gaussian": Kernel(gaussian, "scale"),
    "within": Kernel(within, "scale", kink=True, smooth=False),
}
"""The known kernels by name."""
