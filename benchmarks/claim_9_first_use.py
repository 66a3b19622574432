"""Claim 9: the first sums on a machine, where nothing is compiled yet.

Every run is a process of its own, timed inside from the call of `sums` until its return, with
numba imported in it: first with an empty cache folder, then with what that left there. Processor
seconds are those of all its processes, from start to end.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile

SUMS = {
    "a study by tree: f, two vectors of weights": (
        "sums(points[::5], points, own=np.arange(0, n, 5), weights=np.ones((2, n)))",
        20_000,
    ),
    "a scan by tree: f, f^2, f^3": ("sums(points, powers=(1, 2, 3))", 20_000),
    "a study of few points, exact": (
        "sums(points[::5], points, own=np.arange(0, n, 5), weights=np.ones((2, n)))",
        2_000,
    ),
    "a scan of few points, exact": ("sums(points, powers=(1, 2, 3))", 2_000),
}

RUN = """
import time
import numpy as np
from benchmarks.country import country
from nabij.proximity import sums
n = {n}
points = country(n)
begin = time.perf_counter()
{call}
print(time.perf_counter() - begin)
"""


def spent(code: str, folder: str) -> tuple[float, float]:
    """Return the seconds that a process printed, and the processor seconds of all it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_CACHE_DIR": folder},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return float(text), worked


def run(runs: int = 5) -> list[dict[str, object]]:
    """Return one row a kind of sums: the median of several runs and the quickest."""
    rows: list[dict[str, object]] = []
    for name, (call, n) in SUMS.items():
        first, again = [], []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as folder:
                first.append(spent(RUN.format(n=n, call=call), folder))
                again.append(spent(RUN.format(n=n, call=call), folder))
        cold, warm = ([statistics.median(x) for x in zip(*y, strict=True)] for y in (first, again))
        rows.append(
            {
                "sums": name,
                "first, s": f"{cold[0]:.2f}",
                "quickest": f"{min(first)[0]:.2f}",
                "processor s": f"{cold[1]:.2f}",
                "from the cache, s": f"{warm[0]:.2f}",
                "its quickest": f"{min(again)[0]:.2f}",
                "ratio": f"{cold[0] / warm[0]:.1f}",
            }
        )
    return rows
