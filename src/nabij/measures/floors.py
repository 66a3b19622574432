"""Does the floor decide? The same means with half the floor and with five times as large a one.

Nearer than the floor counts as the floor. Where many establishments share a place, or lie within
the floor of each other, their scores are the floor's; a ranking that turns with it is no finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nabij.decay import Decay
from nabij.measures.dscore import own_scores
from nabij.measures.measure import Asked, Frames, Measure, Observed
from nabij.proximity.arguments import FARTHEST, SHORTEST
from nabij.tables import D_SCORE, Column

FACTORS = {"half_floor": 0.5, "five_floors": 5.0}
"""Times the floor: one within what an address may be off, one that evens out a town's centre."""

COLUMNS = {
    "sectors": (Column("places", "count", digits=0),),
    "regions": tuple(
        Column(f"mean_d_score_{name}", "ratio", D_SCORE, digits=4) for name in FACTORS
    ),
}


def other_floors(decay: Decay) -> dict[str, float]:
    """Return the other floors, by name; none of a decay without a floor.

    >>> other_floors(Decay()), other_floors(Decay("gaussian", 2000.0))
    ({'half_floor': 50.0, 'five_floors': 500.0}, {})
    """
    if decay.function.length != "floor":
        return {}
    return {
        name: float(np.clip(factor * decay.length, SHORTEST, FARTHEST))
        for name, factor in FACTORS.items()
    }


def compute(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Sum the scores by region with each of the other floors, and count the sector's places."""
    found = observed.scores
    members = found.reference.places[found.members]
    weight = None if found.reference.weight is None else found.reference.weight[found.members]
    sums: dict[str, np.ndarray] = {}
    for name, floor in other_floors(observed.decay).items():
        scores = own_scores(members, replace(observed.decay, length=floor), weight)
        sums[f"sum_d_score_{name}"] = observed.by_region(np.nan_to_num(scores))
    x, y = members.T
    return {"regions": sums, "sectors": {"places": len(np.unique(x + 1j * y))}}


def finish(frames: Frames, asked: Asked) -> None:
    """Make means of the sums, where there is a floor."""
    regions = frames["regions"]
    scored = regions["scored"].to_numpy(dtype=np.float64)
    for name in other_floors(asked.decay):
        total = regions[f"sum_d_score_{name}"].to_numpy(dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            regions[f"mean_d_score_{name}"] = total / scored


FLOORS = Measure(COLUMNS, compute, finish)
