"""Claim 10: pairs by distance, exact, no slower than TreeCorr at a million points; and at 50,000
points envelopes 50 times as fast as counting all pairs.

TreeCorr counts in the same twenty rings, 100 m to 50 km, equal on a logarithmic scale: exactly
(``bin_slop=0``), and with the error it allows itself by default. Processor seconds are of all
cores together.

Brute force is what a user with numba writes: all pairs once, all cores. An envelope is of 100
labellings of 5,000 among 50,000 points, in 60 rings to 180 km, as for K-density, and with a weight
and a factor around each point, as for M. One labelling of brute force is timed, among the labelled
points only and among all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.country import country
from benchmarks.measure import processor_seconds
from nabij.proximity import pair_counts, relabelled_counts
from nabij.proximity.work import default_threads

RINGS, LEAST, MOST = 20, 100.0, 50_000.0
LABELLINGS, LABELLED, EVEN, FARTHEST = 100, 5_000, 60, 180_000.0


def timed(job: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what a job returns, its seconds and its processor seconds."""
    begin, work = time.perf_counter(), time.process_time()
    found = job()
    return found, time.perf_counter() - begin, time.process_time() - work


def by_treecorr(points: NDArray[np.float64], **slop: float) -> NDArray[np.float64]:
    """Return TreeCorr's counts of ordered pairs."""
    import treecorr  # type: ignore[import-not-found,import-untyped]

    counts = treecorr.NNCorrelation(
        min_sep=LEAST, max_sep=MOST, nbins=RINGS, num_threads=default_threads(), **slop
    )
    counts.process(treecorr.Catalog(x=points[:, 0], y=points[:, 1]))
    return 2 * np.asarray(counts.npairs)


@cache
def brute_force() -> Callable[..., NDArray[np.float64]]:
    """Return the count of all pairs in rings of one width."""

    def loop(points, width, rings, parts):  # type: ignore[no-untyped-def]
        found = np.zeros((parts, rings + 1))
        for part in numba.prange(parts):
            mine = np.zeros(rings + 1)
            for i in range(part, points.shape[0], parts):
                x, y = points[i, 0], points[i, 1]
                for j in range(i + 1, points.shape[0]):
                    dx, dy = x - points[j, 0], y - points[j, 1]
                    mine[min(int(np.sqrt(dx * dx + dy * dy) / width), rings)] += 2.0
            found[part] = mine
        return found.sum(axis=0)[:rings]

    compiled: Callable[..., NDArray[np.float64]] = numba.njit(
        parallel=True, fastmath=True, error_model="numpy"
    )(loop)
    return compiled


def against_treecorr(sizes: tuple[int, ...]) -> list[dict[str, object]]:
    """Return one row a size."""
    edges = np.geomspace(LEAST, MOST, RINGS + 1)
    pair_counts(country(1_000), edges)
    rows = []
    for n in sizes:
        points = country(n)
        row: dict[str, object] = {"n": n}
        ours, spent, work = timed(lambda: pair_counts(points, edges))  # noqa: B023
        row |= {"ours, s": f"{spent:.3g}", "ours, processor s": f"{work:.3g}"}
        for name, slop in (("exact", {"bin_slop": 0.0}), ("by default", {})):
            try:
                found, its, its_work = timed(lambda: by_treecorr(points, **slop))  # noqa: B023
            except ImportError:
                row[f"TreeCorr {name}"] = "not installed"
                continue
            row |= {
                f"TreeCorr {name}, s": f"{its:.3g}",
                f"{name}, processor s": f"{its_work:.3g}",
                f"{name}: largest difference": f"{np.abs(found / ours - 1).max():.0e}",
                f"{name}: times faster": f"{its / spent:.2f} ({its_work / work:.2f})",
            }
        rows.append(row)
    return rows


def envelopes() -> list[dict[str, object]]:
    """Return one row a kind of envelope."""
    points = country(50_000)
    n = len(points)
    edges = np.linspace(0, FARTHEST, EVEN + 1)
    random = np.random.default_rng(1)
    labels = np.zeros((LABELLINGS, n), np.bool_)
    for labelling in labels:
        labelling[random.choice(n, LABELLED, replace=False)] = True
    weight, factor = random.random(n), random.random((n, EVEN))
    brute, parts = brute_force(), 4 * default_threads()

    def once(some: NDArray[np.float64]) -> float:
        return processor_seconds(lambda: brute(some, FARTHEST / EVEN, EVEN, parts), 3)

    among, everyone = once(np.ascontiguousarray(points[labels[0]])), once(points)
    rows = []
    for name, given in (("K-density", ()), ("M", (weight, factor))):
        job = partial(relabelled_counts, points, edges, labels, *given)
        spent, work = timed(job)[1:]
        rows.append(
            {
                "n": n,
                "envelope": name,
                "ours, s": f"{spent:.3g}",
                "ours, processor s": f"{work:.3g}",
                "brute force, labelled points: processor s": f"{among * LABELLINGS:.3g}",
                "times faster than it": f"{among * LABELLINGS / work:.2f}",
                "brute force, all points: processor s": f"{everyone * LABELLINGS:.3g}",
                "times faster than that": f"{everyone * LABELLINGS / work:.0f}",
            }
        )
    return rows


def run(sizes: tuple[int, ...] = (20_000, 100_000, 1_000_000)) -> list[dict[str, object]]:
    """Return the rows of both comparisons."""
    return against_treecorr(sizes) + envelopes()
