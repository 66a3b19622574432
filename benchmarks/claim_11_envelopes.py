"""Claim 11: whole envelopes of Kd and M, 100 relabellings of 5,000 of 50,000 points, 50 times as
fast as brute force.

Ours is all that a study does: draws, rings, surroundings of the reference, smoothing, and both
envelopes, at 60 distances to 60 km. Brute force is compiled, on all cores, of two kinds. By the
formula: for Kd a Gaussian of every pair at every distance, for M the weight of all and of the
sector around every labelled point, anew for every labelling. Sparing: for Kd the pairs of the
sector in rings, smoothed as ours; for M the surroundings of all points once, then the sector's own
pairs. One labelling of it is timed, and multiplied. Processor seconds are of all cores together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.claim_10_pair_counts import brute_force as all_pairs
from benchmarks.claim_10_pair_counts import timed
from benchmarks.country import country
from benchmarks.measure import processor_seconds
from nabij.inference.concentration_m import relative_m, surroundings
from nabij.inference.envelopes import global_envelope, local_envelope
from nabij.inference.kd import bandwidth, k_density
from nabij.inference.profiles import STEPS, enough_cells, grid
from nabij.proximity import pair_counts, relabelled_counts
from nabij.proximity.work import default_threads

Floats = NDArray[np.float64]

POINTS, SECTOR, LABELLINGS, LONGEST = 50_000, 5_000, 100, 60_000.0


@cache
def gaussians() -> Callable[..., Floats]:
    """Return Kd by its formula, not yet over the number of pairs."""

    def loop(points, distances, width, parts):  # type: ignore[no-untyped-def]
        found = np.zeros((parts, distances.shape[0]))
        for part in numba.prange(parts):
            mine = np.zeros(distances.shape[0])
            for i in range(part, points.shape[0], parts):
                for j in range(i + 1, points.shape[0]):
                    dx, dy = points[i, 0] - points[j, 0], points[i, 1] - points[j, 1]
                    d = np.sqrt(dx * dx + dy * dy)
                    for k in range(distances.shape[0]):
                        z = (distances[k] - d) / width
                        mine[k] += np.exp(-0.5 * z * z)
                    if d <= 4 * width:
                        for k in range(distances.shape[0]):
                            z = (distances[k] + d) / width
                            mine[k] += np.exp(-0.5 * z * z)
            found[part] = mine
        return found.sum(axis=0) / (width * np.sqrt(2 * np.pi))

    compiled: Callable[..., Floats] = numba.njit(parallel=True, fastmath=True, error_model="numpy")(
        loop
    )
    return compiled


@cache
def weights_around() -> Callable[..., Floats]:
    """Return the weight of sources in rings of one width around every target, itself included."""

    def loop(targets, sources, weight, step, rings):  # type: ignore[no-untyped-def]
        found = np.zeros((targets.shape[0], rings))
        for i in numba.prange(targets.shape[0]):
            mine = np.zeros(rings + 1)
            x, y = targets[i, 0], targets[i, 1]
            for j in range(sources.shape[0]):
                dx, dy = x - sources[j, 0], y - sources[j, 1]
                ring = np.ceil(np.sqrt(dx * dx + dy * dy) / step) - 1
                mine[int(min(max(ring, 0.0), rings))] += weight[j]
            found[i] = mine[:rings]
        return found

    compiled: Callable[..., Floats] = numba.njit(parallel=True, fastmath=True, error_model="numpy")(
        loop
    )
    return compiled


def plain_m(points: Floats, weight: Floats, label: NDArray[np.bool_]) -> Floats:
    """Return M of one labelling, by its formula."""
    around, step = weights_around(), LONGEST / STEPS
    targets, own = points[label], weight[label]
    total, sector = (
        around(targets, points, given, step, STEPS)
        for given in (weight, np.where(label, weight, 0))
    )
    for each in (total, sector):
        each[:, 0] -= own
    total, sector = total.cumsum(axis=1), sector.cumsum(axis=1)
    seen = total > 0
    part = np.divide(sector, total, out=np.zeros_like(sector), where=seen)
    expected = (own.sum() - own) / (weight.sum() - own)
    return np.asarray(part.sum(axis=0) / (expected @ seen))


def envelopes(curves: Floats) -> tuple[Floats, Floats]:
    """Return the local and the global one; the first curve is that of the sector."""
    return local_envelope(curves[1:]), global_envelope(curves[0], curves[1:])


def row(name: str, ours: tuple[Any, float, float], formula: float, sparing: float, error: float):  # type: ignore[no-untyped-def]
    """Return one row of the table."""
    _, spent, work = ours
    return {
        "points": POINTS,
        "sector": SECTOR,
        "envelopes": name,
        "ours, s": f"{spent:.3g}",
        "ours, processor s": f"{work:.3g}",
        "by the formula, processor s": f"{formula:.3g}",
        "times less work": f"{formula / work:.0f}",
        "sparing, processor s": f"{sparing:.3g}",
        "times less than that": f"{sparing / work:.1f}",
        "largest difference": f"{error:.0e}",
    }


def run() -> list[dict[str, object]]:
    """Return one row a measure."""
    points, random = country(POINTS), np.random.default_rng(1)
    weight = 1.0 + random.pareto(1.2, POINTS).round()
    pairs, threads = SECTOR * (SECTOR - 1) / 2, default_threads()
    sector = np.zeros(POINTS, np.bool_)
    sector[random.choice(POINTS, SECTOR, replace=False)] = True

    def labels() -> NDArray[np.bool_]:
        drawn = np.zeros((LABELLINGS + 1, POINTS), np.bool_)
        drawn[0] = sector
        for each in drawn[1:]:
            each[random.choice(POINTS, SECTOR, replace=False)] = True
        return drawn

    def kd() -> Floats:
        distances, edges = grid(LONGEST, STEPS, enough_cells([points[sector]], LONGEST, STEPS))
        counts = relabelled_counts(points, edges, labels())
        curves = k_density(counts, edges, distances, pairs)
        envelopes(curves)
        return curves[0]

    def m() -> Floats:
        around = surroundings(points, grid(LONGEST, STEPS)[0], weight)
        curves = relative_m(around, labels())
        envelopes(curves)
        return curves[0]

    # What is compiled once for a machine is not timed.
    relabelled_counts(points[:100], [0.0, 1.0], sector[None, :100])
    runs = LABELLINGS + 1
    own = np.ascontiguousarray(points[sector])
    cells = enough_cells([own], LONGEST, STEPS)
    distances, edges = grid(LONGEST, STEPS, cells)
    width = bandwidth(pair_counts(own, edges), edges)
    rows = []

    def by_formula() -> Floats:
        return gaussians()(own, distances, width, 4 * threads) / pairs

    def in_rings() -> Floats:
        counts = all_pairs()(own, float(edges[1]), len(edges) - 1, 4 * threads)
        return k_density([counts], edges, distances, pairs)[0]

    ours = timed(kd)
    difference = np.abs(ours[0] / by_formula() - 1).max()
    rows.append(
        row(
            "Kd", ours, processor_seconds(by_formula) * runs, processor_seconds(in_rings) * runs,
            difference,
        )
    )  # fmt: skip

    ours, step = timed(m), LONGEST / STEPS
    difference = np.abs(ours[0] / plain_m(points, weight, sector) - 1).max()
    formula = processor_seconds(lambda: plain_m(points, weight, sector)) * runs
    everywhere = timed(lambda: weights_around()(points, points, weight, step, STEPS))[2]
    among = processor_seconds(lambda: weights_around()(own, own, weight[sector], step, STEPS))
    rows.append(row("M", ours, formula, everywhere + among * runs, difference))
    return rows
