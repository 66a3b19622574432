"""Claim 4: at least as fast as an earlier prototype, f and f^2 together at 1e-5.

The prototype ran on another machine, so both are taken as a ratio to compiled brute force on their
own: its published figures are 0.084 s, 0.86 s and 11.7 s for 10^5, 10^6 and 10^7 points, against
4.3 s and 455 s of brute force for 10^5 and 10^6 (and a hundred times 455 s for 10^7).
"""

from __future__ import annotations

from benchmarks.country import country
from benchmarks.measure import brute_seconds, errors, seconds
from nabij.proximity import sums

TARGET = 1.0
PUBLISHED = {100_000: (0.084, 4.3), 1_000_000: (0.86, 455.0), 10_000_000: (11.7, 45_500.0)}


def run(sizes: tuple[int, ...] = tuple(PUBLISHED)) -> list[dict[str, object]]:
    """Return one row a size."""
    rows = []
    brute = 0.0
    for n in sizes:
        points = country(n)
        # All pairs grow as the square: at 10^7 that is 100 times the time at 10^6.
        brute = brute_seconds(points, 2, 3) if n <= 1_000_000 else 100 * brute
        found = sums(points, powers=(1, 2), rtol=1e-5)
        ours = seconds(lambda: sums(points, powers=(1, 2), rtol=1e-5), 5 if n < 10**7 else 3)  # noqa: B023
        prototype, its_brute = PUBLISHED[n]
        rows.append(
            {
                "n": n,
                "brute force / prototype": f"{its_brute / prototype:.0f}",
                "brute force, here": f"{brute:.4g}",
                "ours, here": f"{ours:.3g}",
                "brute force / ours": f"{brute / ours:.0f}",
                "max error of f, f^2": " ".join(
                    f"{e:.0e}" for e in errors(found.values, points, 2_000 if n < 10**7 else 200)
                ),
                "ours to prototype": f"{brute / ours / (its_brute / prototype):.2f}",
            }
        )
    return rows
