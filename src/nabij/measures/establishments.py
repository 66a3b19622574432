"""How sure: whether a random draw would be as near to an establishment as its sector is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nabij.inference.establishments import (
    SYMMETRICAL,
    chance_of_nearer,
    chance_of_nearer_weighted,
)
from nabij.inference.multiple import q_values
from nabij.inference.relabelling import relabelled_chance_of_nearer
from nabij.measures.measure import Measure, Observed
from nabij.tables import Column

COLUMNS = {
    "establishments": (
        Column("p_value", "p", digits=3),
        Column("q_value", "p", digits=3),
    )
}

RELABELLINGS = 999
"""Where neighbours weigh and no closed form is right."""


def compute(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    """Test every member of a case, and correct for all of them.

    By closed form, unless the study asks for simulations. Where neighbours count by their jobs the
    closed form is right only for nearly symmetrical sums, and the rest are relabelled.
    """
    found, simulations = observed.scores, observed.asked.significance.simulations
    chance = np.full(len(found.members), np.nan)
    if simulations:
        chance = _relabelled(observed, np.arange(len(chance)), simulations)
    elif observed.decay.weights == "jobs":
        chance = _weighted(observed)
    elif len(chance) > 1:
        chance = chance_of_nearer(
            found.towards_sector, found.members, found.reference.places, found.reference.moments,
            decay=observed.decay, progress=observed.progress,
        )  # fmt: skip
    return {"establishments": {"p_value": chance, "q_value": q_values(chance)}}


def _weighted(observed: Observed) -> np.ndarray:
    found, weight = observed.scores, observed.scores.reference.weight
    assert weight is not None
    if len(found.members) < 2:
        return np.full(len(found.members), np.nan)
    chance, skewness = chance_of_nearer_weighted(
        found.d_score, found.members, found.reference.places, weight, observed.decay,
        progress=observed.progress,
    )  # fmt: skip
    skewed = np.flatnonzero(np.abs(skewness) > SYMMETRICAL)
    if len(skewed):
        chance[skewed] = _relabelled(observed, skewed, RELABELLINGS)
    return chance


def _relabelled(observed: Observed, which: np.ndarray, simulations: int) -> np.ndarray:
    """Return the chances of some of the members."""
    found = observed.scores
    rest = np.delete(np.arange(len(found.members)), which)
    return relabelled_chance_of_nearer(
        found.d_score[which],
        found.members[np.concatenate((which, rest))],
        found.reference.places,
        found.reference.weight,
        observed.decay,
        simulations=simulations,
        random=observed.asked.random,
        progress=observed.progress,
    )


ESTABLISHMENTS = Measure(COLUMNS, compute)
