"""How sure: whether a sector, and its part in each region, is nearer together than chance.

The chance is that of a random draw of the sector from its reference. The mean, variance and
skewness of such draws follow from sums over the reference, made once for all its sectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nabij.inference.establishments import LEAST_CHANCE
from nabij.inference.multiple import q_values
from nabij.inference.regions import RegionalReference, chance_of_nearer_inside
from nabij.inference.relabelling import (
    relabelled_means,
    relabelled_means_inside,
    relabelled_pairs,
    share_at_least,
)
from nabij.inference.sector import SMALL, PairSums, pair_sums
from nabij.measures.measure import Asked, Frames, Measure, Observed
from nabij.tables import D_SCORE, Column

SECTOR_COLUMNS = {
    "sectors": (
        Column("z", "ratio", digits=2),
        Column("p_value", "p", digits=3),
        Column("q_value", "p", digits=3),
    )
}

REGION_COLUMNS = {
    "regions": (
        Column("expected_low", "ratio", D_SCORE, digits=4),
        Column("expected_high", "ratio", D_SCORE, digits=4),
        Column("p_value", "p", digits=3),
        Column("q_value", "p", digits=3),
    )
}

SMALL_RELABELLINGS = 9_999
"""Of a sector below `SMALL` establishments."""

WEIGHTED_RELABELLINGS = 199
"""Where neighbours weigh: a mean of ratios has no closed form, and each draw takes as long as the
sector's scores. A chance of .005 is the least."""


def compute_sector(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Test the mean D-score of a case's sector.

    By closed form, from 50 establishments on; smaller sectors are held against 9,999 draws, which
    all of a reference share. If the study asks for simulations, sectors of every size are held
    against as many draws; z stays the exact one. Where neighbours count by their jobs there is no
    closed form: 199 draws, z from their mean and standard deviation, and in a scan, which has
    hundreds of sectors, no test unless simulations are asked for.
    """
    n, reference = len(observed.case.members), observed.scores.reference
    z, chance = np.nan, np.nan
    if 1 < n < len(reference):
        if reference.weight is None:
            z, chance = _unweighted(observed)
        elif observed.asked.significance.simulations or not observed.in_scan:
            z, chance = _weighted(observed)
    return {"sectors": {"z": z, "p_value": chance}}


def _unweighted(observed: Observed) -> tuple[float, float]:
    found, asked = observed.scores, observed.asked
    reference, n = found.reference, len(found.members)
    simulations = asked.significance.simulations
    near = float(found.towards_sector.sum())
    prepared: PairSums = reference.once(
        ("pairs", asked.significance.seed),
        lambda: pair_sums(
            reference.places, reference.moments, reference.decay, asked.random, observed.progress
        ),
    )
    moments = prepared.moments(n)
    if not moments.variance > 0:
        return np.nan, np.nan
    z = float((near - moments.mean) / np.sqrt(moments.variance))
    if n < SMALL:
        draws = simulations or SMALL_RELABELLINGS
        # Sectors of all sizes share the draws of a scan; a study has few.
        largest = SMALL - 1 if observed.in_scan else n
        drawn: np.ndarray = reference.once(
            ("small sectors", largest, draws, asked.significance.seed),
            lambda: relabelled_pairs(
                reference.places, reference.decay, draws, asked.random, largest
            ),
        )
        return z, float(share_at_least(drawn[n], near))
    if simulations:
        return z, float(share_at_least(_drawn(observed, simulations), found.d_score.mean()))
    return z, max(float(moments.upper_tail(near)), LEAST_CHANCE)


def _weighted(observed: Observed) -> tuple[float, float]:
    scored = observed.scores.d_score[np.isfinite(observed.scores.d_score)]
    if not len(scored):
        return np.nan, np.nan
    drawn = _drawn(observed, observed.asked.significance.simulations or WEIGHTED_RELABELLINGS)
    # A draw in which nobody has a job besides one has no mean: it is not as near.
    known = drawn[np.isfinite(drawn)]
    spread = known.std(ddof=1) if len(known) > 1 else 0.0
    if not spread > 0:
        return np.nan, np.nan
    chance = share_at_least(np.nan_to_num(drawn, nan=-np.inf), scored.mean())
    return float((scored.mean() - known.mean()) / spread), float(chance)


def _drawn(observed: Observed, simulations: int) -> np.ndarray:
    reference = observed.scores.reference
    return relabelled_means(
        reference.places,
        reference.weight,
        reference.decay,
        len(observed.scores.members),
        simulations=simulations,
        random=observed.asked.random,
        progress=observed.progress,
    )


def finish_sectors(frames: Frames, asked: Asked) -> None:
    """Correct for all sectors of a year."""
    sectors = frames["sectors"]
    sectors["q_value"] = q_values(sectors["p_value"], sectors["year"])


def compute_regions(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Hold the mean D-score of each region against draws of as many establishments there.

    How many there are is the location quotient's question. What lies outside all regions is no
    region; where neighbours count by their jobs there is no closed form, and no test unless the
    study asks for simulations. Every region has draws of its own then, which takes as long as all
    its scores as often as is asked; the reference range stays the closed one, where there is one.
    """
    low, high, chance = (np.full(len(observed.cells), np.nan) for _ in range(3))
    found, n = observed.scores, len(observed.case.members)
    if observed.asked.significance.simulations and n > 1:
        low, high, chance = _drawn_by_region(observed)
    if found.reference.weight is None and n > 1:
        others = n - 1 if observed.decay.normalisation == "mean" else 1
        for level, start in observed.cells.starts.items():
            number = observed.population.region(level, observed.case.members)
            inside = number >= 0
            regions = len(observed.population.layers[level])
            many = np.bincount(number[inside], minlength=regions)
            near = np.zeros(regions)
            np.add.at(near, number[inside], found.towards_sector[inside])
            there = np.flatnonzero(many)
            bounds = chance_of_nearer_inside(
                _regional(observed, level), there, near[there], many[there], n,
                progress=observed.progress,
            )  # fmt: skip
            cell, scale = start + there, many[there] * others
            low[cell], high[cell] = bounds[0] / scale, bounds[1] / scale
            if not observed.asked.significance.simulations:
                chance[cell] = np.maximum(bounds[2], LEAST_CHANCE)
    return {"regions": {"expected_low": low, "expected_high": high, "p_value": chance}}


def _drawn_by_region(observed: Observed) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the middle 95 % of the means that are drawn in each cell, and the chance of more."""
    low, high, chance = (np.full(len(observed.cells), np.nan) for _ in range(3))
    asked, found = observed.asked, observed.scores
    reference, random = found.reference, asked.random
    for level, start in observed.cells.starts.items():
        of_reference = observed.population.region(level, observed.case.reference)
        number = of_reference[found.members]
        scored = (number >= 0) & np.isfinite(found.d_score)
        there = np.unique(number[scored])
        for done, region in enumerate(there):
            observed.progress(f"Relabelling the regions, {level}", done / len(there))
            here, inside = scored & (number == region), np.flatnonzero(of_reference == region)
            if here.sum() == len(inside) and len(found.members) == len(reference):
                continue
            drawn = relabelled_means_inside(
                reference.places, inside, reference.weight, reference.decay,
                len(found.members), int(here.sum()),
                simulations=asked.significance.simulations, random=random,
            )  # fmt: skip
            # A draw in which nobody else has a job has no mean: it is not as near.
            known = np.nan_to_num(drawn, nan=-np.inf)
            cell = start + region
            low[cell], high[cell] = np.nanquantile(drawn, [0.025, 0.975])
            chance[cell] = share_at_least(known, found.d_score[here].mean())
    return low, high, chance


def _regional(observed: Observed, level: str) -> RegionalReference:
    """Return the sums by region of a case's reference, made once for all its sectors."""
    reference, asked = observed.scores.reference, observed.asked
    found: RegionalReference = reference.once(
        ("regions", level, asked.significance.seed),
        lambda: RegionalReference(
            reference.places,
            reference.moments,
            observed.population.region(level, observed.case.reference),
            reference.decay,
            asked.significance.seed,
        ),
    )
    return found


def finish_regions(frames: Frames, asked: Asked) -> None:
    """Correct for all regions of a level."""
    regions = frames["regions"]
    family = regions.groupby(["case", "level"], sort=False).ngroup()
    regions["q_value"] = q_values(regions["p_value"], family)


SECTOR_TESTS = Measure(SECTOR_COLUMNS, compute_sector, finish_sectors, in_scan=True)
REGION_TESTS = Measure(REGION_COLUMNS, compute_regions, finish_regions)
