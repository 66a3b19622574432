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

from benchmarks.country import country
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


def processor_seconds(job: Callable[[], Any], runs: int = 3) -> float:
    """Return the median time that all cores together worked: other work counts less in it."""
    job()
    times = []
    for _ in range(runs):
        begin = time.process_time()
        job()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def peak_bytes() -> int:
    """Return the most memory this process had, on Linux; a parent's does not count."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


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


PAIRS = 4e9
"""Pairs that brute force is timed on, at most; its time for one target is the same for all."""


@cache
def brute_seconds(
    n: int, powers: int, clock: Callable[..., float] = seconds
) -> tuple[float, float]:
    """Return the time of brute force over ``country(n)``, and the part of the targets timed."""
    points = country(n)
    targets = np.ascontiguousarray(points[: max(1, min(n, int(PAIRS / n)))])
    out = np.empty((2, len(targets)))
    job = brute_force(powers)
    spent = clock(lambda: job(targets, points, FLOOR, out), 200 if n <= 1_000 else 3)
    return spent * n / len(targets), len(targets) / n


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
