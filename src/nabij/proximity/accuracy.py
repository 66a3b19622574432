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
"""Boxes with a gap of twice their half width are replaced by nodes.

Measured at a million clustered points: at 1.5 the same error costs an order more and about the
same time; at 2.5 an order less and more time.
"""

WORST: dict[int, tuple[float, ...]] = {
    1: (
        *(2.4e-2, 6.6e-3, 1.3e-3, 2.0e-4, 4.5e-5, 1.1e-5, 2.4e-6, 5.7e-7),
        *(1.1e-7, 2.7e-8, 5.4e-9, 1.4e-9),
    ),
    2: (
        *(6.9e-2, 2.1e-2, 4.4e-3, 8.6e-4, 1.8e-4, 4.3e-5, 1.0e-5, 2.3e-6),
        *(5.2e-7, 1.2e-7, 2.6e-8, 6.8e-9),
    ),
    3: (
        *(2.0e-1, 4.9e-2, 1.2e-2, 2.7e-3, 5.9e-4, 1.3e-4, 3.0e-5, 6.3e-6),
        *(1.6e-6, 3.7e-7, 8.4e-8, 2.2e-8),
    ),
}
"""Largest relative error of one pair of points, by power of 1/d, for orders from `LOWEST` on.

Measured over boxes of many sizes, shapes and directions with a gap of exactly `ASIDE`. A sum over
the many points of a box errs 20 to 50 times less, because the error changes sign inside it.
"""

LOWEST = 3

AVERAGING = 20.0
"""How much less a sum errs than its worst pair, at least, on the populations measured."""

SINGLE = 1e-6
"""The tightest error that single precision can hold: it leaves about 2e-7 in a sum."""

PAIRS_CHECKED = 1e8
"""Pairs summed exactly to check a run: a twentieth of a run over a million points."""


@dataclass(frozen=True)
class Settings:
    """How far sources are summed.

    Attributes
    ----------
    order : int
        Nodes along each side of a box.
    aside : float
        Gap between far boxes in largest half widths.
    real : {"float32", "float64"}
        Precision of single terms; sums of terms are float64.
    steep : float
        Largest ratio of a quickly falling kernel between two far boxes: with 4 it is no harder
        to interpolate than 1/d (measured as `WORST`).
    negligible : float
        Share of a sum that may be left out.
    leaf : int
        Most places in a box that is not divided.
    """

    order: int
    aside: float = ASIDE
    real: str = "float64"
    steep: float = 4.0
    negligible: float = 1e-10
    leaf: int = 128


def settings_for(kernel: Kernel, rtol: float, powers: int, extra: int = 0) -> Settings:
    """Choose settings that hold `rtol` for sums up to a power.

    Parameters
    ----------
    kernel : Kernel
    rtol : float
    powers : int
    extra : int
        Orders to add, after a check that failed; single precision is then left too.
    """
    worst = WORST[powers]
    order = LOWEST
    while order - LOWEST < len(worst) - 1 and worst[order - LOWEST] > AVERAGING * rtol:
        order += 1
    if worst[-1] > AVERAGING * rtol:
        order += 2
    single = rtol >= SINGLE and not extra
    if not kernel.smooth:
        order, single = LOWEST, False
    return Settings(
        order + extra,
        real="float32" if single else "float64",
        negligible=0.05 * rtol,
        leaf=128 if single else 64,
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
    size = min(n, int(np.clip(PAIRS_CHECKED / (len(sources) * vectors), 32, 1000)))
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
