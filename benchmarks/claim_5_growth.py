"""Claim 5: time grows as n to the power 1.05 at most, from 10^5 to 10^7 points.

Memory is the peak of a process of its own, above the points themselves.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from benchmarks.country import country
from benchmarks.measure import seconds
from nabij.proximity import sums

TARGET = 1.05

MEMORY = """
import resource
from benchmarks.country import country
from nabij.proximity import sums
import numpy as np
sums(country(7_000), powers=(1, 2), rtol=1e-5, method="tree")
points = np.random.default_rng(0).random(({n}, 2)) * (3e5, 2e5)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sums(points, powers=(1, 2), rtol=1e-5)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def run(
    sizes: tuple[int, ...] = (100_000, 316_000, 1_000_000, 3_160_000, 10_000_000),
) -> list[dict[str, object]]:
    """Return one row a size and one with the fitted exponent."""
    rows: list[dict[str, object]] = []
    times = []
    for n in sizes:
        points = country(n)
        times.append(
            seconds(lambda: sums(points, powers=(1, 2), rtol=1e-5), 5 if n < 3e6 else 3)  # noqa: B023
        )
        text = subprocess.run(
            [sys.executable, "-c", MEMORY.format(n=n)], capture_output=True, text=True, check=True
        ).stdout
        rows.append(
            {
                "n": n,
                "f and f^2 at 1e-5, seconds": f"{times[-1]:.3g}",
                "nanoseconds a point": f"{times[-1] / n * 1e9:.0f}",
                "bytes a point": f"{float(text) / n:.0f}",
            }
        )
    exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    rows.append({"n": "fitted exponent", "f and f^2 at 1e-5, seconds": f"{exponent:.3f}"})
    return rows
