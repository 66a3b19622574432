"""Timing, and the sums that everything is compared with."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from nabij.proximity import sums

FLOOR = 100.0


def seconds(job: Callable[[], Any], runs: int = 5) -> float:
    """Return the median time of several runs, after one that is not counted."""
    job()
    return once(job, runs)


def once(job: Callable[[], Any], runs: int = 1) -> float:
    """Return the median time of runs, the first counted too."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        job()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def load() -> float:
    """Return how many processes wanted a core in the last minute."""
    return os.getloadavg()[0]


@cache
def brute_force(powers: int) -> Callable[..., None]:
    """Return what a user with numba would write: all pairs, all cores, double precision."""

    def loop(targets, points, floor, out):  # type: ignore[no-untyped-def]
        lowest = floor * floor
        for i in numba.prange(targets.shape[0]):
            x, y = targets[i, 0], targets[i, 1]
            first = 0.0
            second = 0.0
            for j in range(points.shape[0]):
                dx, dy = x - points[j, 0], y - points[j, 1]
                f = 1.0 / np.sqrt(max(dx * dx + dy * dy, lowest))
                first += f
                if powers > 1:
                    second += f * f
            # Each target met itself once.
            out[0, i] = first - 1.0 / floor
            if powers > 1:
                out[1, i] = second - 1.0 / (floor * floor)

    compiled: Callable[..., None] = numba.njit(parallel=True, fastmath=True, error_model="numpy")(
        loop
    )
    return compiled


def brute_seconds(points: NDArray[np.float64], powers: int, runs: int = 5) -> float:
    """Return the time of brute force; above 100,000 points from a fiftieth of the targets."""
    n = len(points)
    part = 1 if n <= 100_000 else 50
    targets = np.ascontiguousarray(points[::part])
    out = np.empty((2, len(targets)))
    job = brute_force(powers)
    return seconds(lambda: job(targets, points, FLOOR, out), runs) * n / len(targets)


def errors(
    values: NDArray[np.float64], points: NDArray[np.float64], sample: int = 2_000
) -> list[float]:
    """Return the largest relative error of each power on a sample of the targets."""
    n = len(points)
    chosen = np.random.default_rng(7).choice(n, min(n, sample), replace=False)
    exact = sums(
        points[chosen], points, own=chosen, powers=(1, 2)[: len(values)], method="exact"
    ).values
    return [float(e) for e in np.abs(values[:, 0, chosen] / exact[:, 0] - 1).max(axis=1)]
