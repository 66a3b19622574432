"""Exact sums: every target against every source, in compiled chunks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nabij.proximity import loops
from nabij.proximity.compiled import exact_loop
from nabij.proximity.kernels import Kernel
from nabij.proximity.work import Progress, default_threads, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PAIRS_A_CHUNK = 50_000_000
"""About a tenth of a second on one core: often enough to cancel, too seldom to cost anything."""

FEW = 8192
"""Sources that fit the second-level cache, so that they need not be taken in stretches."""

NOBODY = np.empty(0, np.int64)
NO_WEIGHTS = np.empty((0, 0))

TILE = 64
"""Targets summed together in the compiled loop."""

PAIRS_FOR_THREADS = 1_000_000
"""Below this, starting a thread takes longer than the sums."""


def exact_sums(
    targets: Floats,
    sources: Floats,
    own: Integers | None,
    weights: Floats | None,
    kernel: Kernel,
    length: float,
    powers: int,
    threads: int | None = 1,
    progress: Progress | None = None,
    span: tuple[float, float] = (0.0, 1.0),
) -> Floats:
    """Return the sums, shape (powers, weight vectors, targets).

    Parameters
    ----------
    targets, sources : float64 array, shape (n, 2) and (m, 2)
        Metres.
    own : int64 array, shape (n,), optional
        The source that is the target itself, left out of its sum, or -1. By default each target
        itself if `sources` is `targets`, else none.
    weights : float64 array, shape (k, m), optional
        By default one vector of ones.
    kernel : Kernel
    length : float
        Floor or scale of the kernel, metres.
    powers : int
        Sums of f, f^2, ... up to this power.
    threads, progress, span
        As in `nabij.proximity.work.run_chunks`.
    """
    n, m = len(targets), len(sources)
    same = sources is targets
    k = 1 if weights is None else len(weights)
    if not m:
        return np.zeros((powers, k, n))
    out = np.zeros((k * powers, n))
    rows = exact_loop(kernel, powers, k > 1)
    each = NOBODY if own is None else own
    load = NO_WEIGHTS if weights is None else weights
    stretch = m if k == 1 and m <= FEW else min(m, loops.STRETCH)

    def fill(begin: int, end: int) -> None:
        room = np.empty((k + loops.WEIGHT, stretch))
        rows(targets, sources, each, same, load, begin, end, length, room, out)

    if n * m * k <= PAIRS_FOR_THREADS:
        if progress is not None:
            progress("Exact sums", span[0])
        fill(0, n)
        if progress is not None:
            progress("Exact sums", span[1])
    else:
        threads = threads or default_threads()
        size = max(1, min(PAIRS_A_CHUNK // (m * k), -(-n // (4 * threads))))
        # Whole tiles, but for so few targets that some threads would then have none.
        size = min(-(-size // TILE) * TILE, -(-n // threads))
        run_chunks(
            lambda part: fill(part * size, min((part + 1) * size, n)),
            range(-(-n // size)), threads, progress, "Exact sums", span,
        )  # fmt: skip
    return out.reshape(k, powers, n).transpose(1, 0, 2)
