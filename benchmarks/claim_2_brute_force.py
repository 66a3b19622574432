"""Claim 2: at least 500 times faster than compiled brute force at a million points, and never
slower at any number down to 100.

Brute force is what a user with numba writes: all pairs, all cores, double precision, fast
arithmetic. Above 63,000 points its time is that of a part of the targets, multiplied.
"""

from __future__ import annotations

from benchmarks.country import country
from benchmarks.measure import brute_seconds, errors, seconds
from nabij.proximity import sums

TARGET = 500.0


def run(
    sizes: tuple[int, ...] = (100, 300, 1_000, 3_000, 10_000, 100_000, 1_000_000),
) -> list[dict[str, object]]:
    """Return one row a size: f alone with the default error, f and f^2 at 1e-5."""
    rows = []
    for n in sizes:
        points = country(n)
        runs = 200 if n <= 1_000 else 5
        row: dict[str, object] = {"n": n}
        for powers, rtol in (((1,), 1e-6), ((1, 2), 1e-5)):
            brute, part = brute_seconds(n, len(powers))
            ours = seconds(lambda: sums(points, powers=powers, rtol=rtol), runs)  # noqa: B023
            found = sums(points, powers=powers, rtol=rtol)
            name = "f" if len(powers) == 1 else "f, f^2"
            row |= {
                "targets of brute force": f"{part:.1%}",
                f"{name}: brute force": f"{brute:.3g}",
                f"{name}: ours": f"{ours:.3g}",
                f"{name}: max error": " ".join(f"{e:.0e}" for e in errors(found.values, points)),
                f"{name}: times faster": f"{brute / ours:.2f}",
            }
        rows.append(row)
    return rows
