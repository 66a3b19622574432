"""From a wanted error to an order of interpolation, and from sums to a checked error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nabij.proximity.exact import exact_sums
from nabij.proximity.kernels import Kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ASIDE = 2.0
"""Boxes with a gap of twice their half width, one box between them, are replaced by nodes.

Nearer costs an order more for the same error and saves nothing; two boxes between them cost
half as much again.
"""

LOWEST = 3

ERRORS: dict[int, tuple[float, ...]] = {
    1: (
        *(7.5e-3, 8.6e-4, 1.4e-4, 2.3e-5, 2.4e-6, 4.5e-7, 6.6e-8),
        *(1.1e-8, 1.9e-9, 3.3e-10, 5.0e-11, 8.2e-12, 1.6e-12, 3.6e-13),
    ),
    2: (
        *(3.4e-2, 3.9e-3, 9.0e-4, 1.9e-4, 2.5e-5, 4.7e-6, 7.7e-7),
        *(1.6e-7, 3.4e-8, 5.4e-9, 8.0e-10, 1.6e-10, 2.4e-11, 4.0e-12),
    ),
    3: (
        *(9.8e-2, 1.4e-2, 3.7e-3, 9.0e-4, 1.6e-4, 2.8e-5, 6.0e-6),
        *(1.4e-6, 3.0e-7, 4.6e-8, 8.5e-9, 1.6e-9, 2.4e-10, 5.0e-11),
    ),
}
"""Largest relative error of any sum of 1/d to a power, for orders from `LOWEST` on.

The largest found over 110 populations of a few thousand places drawn to be hard: one or
two clusters, squares, lines or lattices of any width, targets among or apart from the sources,
weights over six orders of magnitude; beyond order 9 twice the largest found. A million places in a
clustered country err 10 to 30 times less, and the other kernels no more than this.
"""

MARGIN = 1.8
"""How far the error expected from `ERRORS` stays below the wanted one."""

SINGLE = 1e-6
"""The tightest error that single precision can hold: it leaves about 2e-7 in a sum."""

SINGLE_EXTENT = 1e9
"""Widest extent in metres whose third power of 1/d is still a normal single-precision number."""

PAIRS_CHECKED = 5e7
FEWEST_CHECKED, MOST_CHECKED = 32, 200
"""Pairs and targets summed exactly to check a run: a twentieth of the time of a run."""


@dataclass(frozen=True)
class Settings:
    """How far sources are summed.

    Attributes
    ----------
    rtol : float
        The wanted relative error.
    order : int
        Nodes along each side of a box.
    aside : float
        Gap between far boxes in largest half widths.
    single : bool
        Whether single terms are in single precision; sums of terms are in double.
    steep : float
        Largest ratio of a quickly falling kernel between two far boxes: with 4 it is no harder
        to interpolate than 1/d.
    negligible : float
        Share of a sum that may be left out.
    leaf : int
        Most places in a box that is not divided: 96 to 128 is quickest for every order.
    """

    rtol: float
    order: int
    aside: float
    single: bool
    steep: float = 4.0
    negligible: float = 1e-10
    leaf: int = 128


def settings_for(
    kernel: Kernel, rtol: float, powers: int, extent: float, extra: int = 0
) -> Settings:
    """Choose settings that hold `rtol` for sums up to a power.

    Parameters
    ----------
    kernel : Kernel
    rtol : float
    powers : int
    extent : float
        Largest distance in metres.
    extra : int
        Orders to add, after a check that failed; single precision is then left too.

    Examples
    --------
    >>> from nabij.proximity import KERNELS
    >>> settings_for(KERNELS["inverse"], 1e-5, 2, 3e5).order
    8
    """
    errors = ERRORS[powers]
    step = 0
    while step < len(errors) - 1 and MARGIN * errors[step] > rtol:
        step += 1
    # Powers of a quickly falling kernel fall too quickly for single precision.
    single = kernel.heavy and rtol >= SINGLE and extent <= SINGLE_EXTENT and not extra
    return Settings(
        rtol,
        LOWEST + step + extra if kernel.smooth else LOWEST,
        ASIDE,
        single,
        negligible=0.05 * rtol,
    )


def checked_error(
    values: Floats,
    targets: Floats,
    sources: Floats,
    own: Integers | None,
    weights: Floats | None,
    kernel: Kernel,
    length: float,
    threads: int,
) -> float:
    """Return the largest relative error of `values` over a sample of the targets.

    The sample is random but the same for the same numbers of targets and sources.
    """
    powers, vectors, n = values.shape
    size = min(
        n, int(np.clip(PAIRS_CHECKED / (len(sources) * vectors), FEWEST_CHECKED, MOST_CHECKED))
    )
    chosen = np.sort(np.random.default_rng(n).choice(n, size, replace=False))
    each = own
    if each is None:
        each = np.arange(n) if sources is targets else np.full(n, -1)
    expected = exact_sums(
        targets[chosen], sources, each[chosen], weights, kernel, length, powers, threads
    )
    return relative_error(values[:, :, chosen], expected)


def relative_error(values: Floats, expected: Floats) -> float:
    """Return the largest relative error; 0/0 is none, and nor is the last digit before 0.

    >>> relative_error(np.array([1.0, 0.0]), np.array([1.25, 0.0]))
    0.2
    """
    apart = np.abs(values - expected)
    # Numbers this small have lost digits of their own.
    apart[apart < 1e-290] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(apart > 0, apart / np.abs(expected), 0.0)
    return float(error.max(initial=0.0))
