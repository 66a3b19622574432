"""Claim 12: tests of all establishments of a sector take at most three times what its reference's
sums of f, f^2, f^3 take; a scan with tests of its sectors at most three times a scan without; the
closed form against relabelling 999 times.

What is compared takes turns in one run; a ratio is the median of the ratios of the rounds. Of
relabelling fewer draws are timed than 999 where the sector is large, and the time is multiplied:
every draw costs the same. The tests include the rings' tree, which nothing else uses. The scan is
of all 4-digit codes of the demo's register; without tests its sectors have no z, p, q, interval.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.country import country
from benchmarks.measure import once
from nabij import Study, scan
from nabij.decay import Decay
from nabij.demo import make
from nabij.inference.establishments import chance_of_nearer
from nabij.inference.relabelling import relabelled_chance_of_nearer
from nabij.measures import MEASURES
from nabij.measures.dscore import reference_sums, scores

ROUNDS = 5
SIMULATIONS = 999
TESTS = ("sector_tests", "sector_intervals")


def run(
    n: int = 1_000_000, sectors: tuple[int, ...] = (100, 1_000, 10_000, 67_000)
) -> list[dict[str, object]]:
    """Return one row a size of sector."""
    points, decay, random = country(n), Decay(), np.random.default_rng(12)
    reference = reference_sums(points, decay)
    rows: list[dict[str, object]] = []
    for size in sectors:
        members = np.sort(random.choice(n, size, replace=False))
        found = scores(members, reference)

        def test(members=members, found=found):  # type: ignore[no-untyped-def]
            return chance_of_nearer(
                found.towards_sector, members, points, reference.moments, decay=decay
            )

        draws = max(3, min(SIMULATIONS, 200_000 // size))

        def relabel(draws=draws, members=members, found=found):  # type: ignore[no-untyped-def]
            return relabelled_chance_of_nearer(
                found.d_score, members, points, None, decay, simulations=draws, random=random
            )

        test()
        spent = [(once(lambda: reference_sums(points, decay)), once(test)) for _ in range(ROUNDS)]
        simulated = once(relabel) * SIMULATIONS / draws
        tests = statistics.median(each for _, each in spent)
        rows.append(
            {
                "reference": n,
                "sector": size,
                "sums of f, f^2, f^3, s": f"{statistics.median(s for s, _ in spent):.3g}",
                "tests, s": f"{tests:.3g}",
                "tests / sums": f"{statistics.median(t / s for s, t in spent):.2f}",
                "999 relabellings, s": f"{simulated:.3g}",
                "relabelling / tests": f"{simulated / tests:.1f}",
            }
        )
    return [*rows, scans(n)]


def scans(n: int) -> dict[str, object]:
    """Return a row: a scan with tests of its sectors against one without."""
    every = dict(MEASURES)

    def without() -> None:
        for name in TESTS:
            del MEASURES[name]
        try:
            scan(study, digits=4)
        finally:
            MEASURES.update(every)

    with tempfile.TemporaryDirectory() as folder:
        study = Study.from_toml(make(Path(folder), establishments=n))
        scan(study, digits=4)
        spent = [(once(without), once(lambda: scan(study, digits=4))) for _ in range(ROUNDS)]
    return {
        "reference": n,
        "sector": "scan, 4 digits",
        "scan without tests, s": f"{statistics.median(s for s, _ in spent):.3g}",
        "with tests, s": f"{statistics.median(t for _, t in spent):.3g}",
        "with / without": f"{statistics.median(t / s for s, t in spent):.2f}",
    }
