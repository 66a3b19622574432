"""Claim 5: time grows as n to the power 1.05 at most, from 10^5 to 10^7 points.

Memory is the peak of a process of its own, above the points themselves.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np

from benchmarks.country import country
from benchmarks.measure import processor_seconds, seconds
from nabij.proximity import sums

TARGET = 1.05

MEMORY = """
from benchmarks.country import country
from benchmarks.measure import peak_bytes
from nabij.proximity import sums
import numpy as np
sums(country(7_000), powers=(1, 2), rtol=1e-5, method="tree")
points = np.random.default_rng(0).random(({n}, 2)) * (3e5, 2e5)
before = peak_bytes()
sums(points, powers=(1, 2), rtol=1e-5)
print(peak_bytes() - before)
"""


def run(
    sizes: tuple[int, ...] = (100_000, 316_000, 1_000_000, 3_160_000, 10_000_000),
) -> list[dict[str, object]]:
    """Return one row a size and one with the fitted exponents."""
    rows: list[dict[str, object]] = []
    times, works = [], []
    for n in sizes:
        points = country(n)

        def job(points: Any = points) -> Any:
            return sums(points, powers=(1, 2), rtol=1e-5)

        times.append(seconds(job, 5 if n < 3e6 else 1))
        works.append(processor_seconds(job, 5 if n < 3e6 else 1))
        text = subprocess.run(
            [sys.executable, "-c", MEMORY.format(n=n)], capture_output=True, text=True, check=True
        ).stdout
        rows.append(
            {
                "n": n,
                "seconds": f"{times[-1]:.3g}",
                "processor seconds": f"{works[-1]:.3g}",
                "processor nanoseconds a point": f"{works[-1] / n * 1e9:.0f}",
                "bytes a point": f"{float(text) / n:.0f}",
            }
        )
    exponents = [np.polyfit(np.log(sizes), np.log(t), 1)[0] for t in (times, works)]
    names = ("seconds", "processor seconds")
    rows.append({"n": "exponent"} | {k: f"{e:.3f}" for k, e in zip(names, exponents, strict=True)})
    return rows
