"""Exact sums: every target against every source, in compiled chunks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nabij.proximity import loops
from nabij.proximity.compiled import kernel_loops, shared
from nabij.proximity.kernels import Kernel
from nabij.proximity.work import Progress, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PAIRS_A_CHUNK = 50_000_000
"""About a tenth of a second on one core: often enough to cancel, too seldom to cost anything."""

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
    threads: int = 1,
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
    if own is None:
        own = np.arange(n) if sources is targets else np.full(n, -1)
    if weights is None:
        weights = np.ones((1, m))
    k = len(weights)
    add_rows, _ = kernel_loops(kernel, powers, "float64")
    fill = shared(loops.exact_rows, loops.EXACT_ROWS)
    sx, sy = np.ascontiguousarray(sources.T)
    out = np.empty((k * powers, n))
    if m == 0:
        out[:] = 0.0
    elif n * m * k <= PAIRS_FOR_THREADS and progress is None:
        fill(targets, own, sx, sy, weights, 0, n, length, add_rows, out)
    else:
        size = max(1, min(PAIRS_A_CHUNK // (m * k), -(-n // (4 * threads))))
        size = -(-size // TILE) * TILE

        def job(chunk: int) -> None:
            low = chunk * size
            high = min(low + size, n)
            fill(targets, own, sx, sy, weights, low, high, length, add_rows, out)

        if n * m * k <= PAIRS_FOR_THREADS:
            threads = 1
        run_chunks(job, range(-(-n // size)), threads, progress, "Exact sums", span)
    return out.reshape(k, powers, n).transpose(1, 0, 2)
