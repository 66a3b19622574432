"""Exact sums: every target against every source, in compiled chunks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nabij.proximity.compiled import pair_loops
from nabij.proximity.kernels import Kernel
from nabij.proximity.work import Progress, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PAIRS_A_CHUNK = 50_000_000
"""About a tenth of a second on one core: often enough to cancel, too seldom to cost anything."""

PAIRS_FOR_THREADS = 1_000_000
"""Below this, starting a thread takes longer than the sums."""


def exact_sums(
    targets: Floats,
    sources: Floats,
    own: Integers,
    weights: Floats,
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
    own : int64 array, shape (n,)
        The source that is the target itself, left out of its sum, or -1.
    weights : float64 array, shape (k, m)
    kernel : Kernel
    length : float
        Floor or scale of the kernel, metres.
    powers : int
        Sums of f, f^2, ... up to this power.
    threads, progress, span
        As in `nabij.proximity.work.run_chunks`.
    """
    n, m = len(targets), len(sources)
    k = len(weights)
    _, block = pair_loops(kernel, powers, "float64")
    tx, ty = np.ascontiguousarray(targets.T)
    sx, sy = (tx, ty) if sources is targets else np.ascontiguousarray(sources.T)
    out = np.empty((k, powers, n))
    if n * m <= PAIRS_FOR_THREADS and progress is None:
        for v in range(k):
            block(tx, ty, own, sx, sy, weights[v], 0, n, length, out[v])
        return out.transpose(1, 0, 2)
    size = max(1, min(PAIRS_A_CHUNK // max(m, 1), -(-n // (4 * threads))))
    per_vector = -(-n // size)

    def job(chunk: int) -> None:
        v, part = divmod(chunk, per_vector)
        begin = part * size
        block(tx, ty, own, sx, sy, weights[v], begin, min(begin + size, n), length, out[v])

    few = n * m <= PAIRS_FOR_THREADS
    run_chunks(job, range(k * per_vector), 1 if few else threads, progress, "Exact sums", span)
    return out.transpose(1, 0, 2)
