"""How firm: the interval of a mean D-score, of the sector and of every region.

The register is a census, so nothing is uncertain about the mean itself. The interval says what a
sector drawn anew from the same geography could have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nabij.inference.jackknife import log_margin, regional_log_margins
from nabij.measures.measure import Asked, Frames, Measure, Observed
from nabij.tables import D_SCORE, Column

BOUNDS = (
    Column("mean_d_score_low", "ratio", D_SCORE, digits=4),
    Column("mean_d_score_high", "ratio", D_SCORE, digits=4),
)


def compute_sector(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Find the margin of the sector's mean, as a logarithm."""
    found = observed.scores
    margin = log_margin(
        found.d_score, found.reference.places[found.members], observed.decay, _weight(observed)
    )
    return {"sectors": {"log_margin": margin}}


def compute_regions(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Find the margin of every region's mean, as a logarithm; what is outside all has none."""
    margin = np.full(len(observed.cells), np.nan)
    found = observed.scores
    for level, start in observed.cells.starts.items():
        regions = len(observed.population.layers[level])
        margin[start : start + regions] = regional_log_margins(
            found.d_score,
            found.reference.places[found.members],
            observed.population.region(level, observed.case.members),
            regions,
            observed.decay,
            _weight(observed),
            random=observed.asked.random,
            progress=observed.progress,
        )
    return {"regions": {"log_margin": margin}}


def _weight(observed: Observed) -> np.ndarray | None:
    found = observed.scores
    return None if found.reference.weight is None else found.reference.weight[found.members]


def _bounds(table: str, frames: Frames) -> None:
    frame = frames[table]
    mean, margin = (frame[name].to_numpy(np.float64) for name in ("mean_d_score", "log_margin"))
    frame["mean_d_score_low"] = mean * np.exp(-margin)
    frame["mean_d_score_high"] = mean * np.exp(margin)


def finish_sectors(frames: Frames, asked: Asked) -> None:
    """Put the margin around the sector's mean."""
    _bounds("sectors", frames)


def finish_regions(frames: Frames, asked: Asked) -> None:
    """Put the margin around the means of regions."""
    _bounds("regions", frames)


SECTOR_INTERVALS = Measure({"sectors": BOUNDS}, compute_sector, finish_sectors, in_scan=True)
REGION_INTERVALS = Measure({"regions": BOUNDS}, compute_regions, finish_regions)
