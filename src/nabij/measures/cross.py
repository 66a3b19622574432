"""Value chains: how near a sector's parts are to each other, and the sector to every division."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nabij.codes.levels import divisions
from nabij.codes.names import names_of
from nabij.measures.measure import Asked, Frames, Measure, Observed
from nabij.proximity import sums
from nabij.tables import D_SCORE, Column

COLUMNS = {
    "pairs": (
        Column("year", "key", digits=0),
        Column("sector", "key"),
        Column("part", "key"),
        Column("other", "key"),
        Column("other_name", "text"),
        Column("other_establishments", "count", digits=0),
        Column("mean_d_score", "ratio", D_SCORE, digits=4),
        Column("expected_d_score", "ratio", D_SCORE, digits=4),
        Column("relative_d_score", "ratio", digits=2),
        Column("rank", "count", digits=0),
    )
}

RANKED_FROM = 100
"""Divisions with fewer establishments outside the sector are not ranked: their means are noise."""


def compute(observed: Observed) -> Mapping[str, Any]:
    """Score a sector's parts towards each other, and the sector towards every division.

    The cross score of A towards B is the mean of f over all pairs of an establishment of A and
    one of B; establishments that are in both leave B. Expected is the same towards the reference
    without A: what B would have if it were a random draw from there. Always a mean, also where
    the study's scores are sums. Only of a sector with parts.
    """
    if not observed.case.parts or not len(observed.case.members):
        return {}
    columns = ["part", "other", "other_establishments", "mean_d_score", "expected_d_score"]
    pairs = pd.DataFrame(
        [*_between_parts(observed), *_towards_divisions(observed)], columns=columns
    )
    if pairs.empty:
        return {}
    code = observed.population.table["code"].array
    counts = np.bincount(code.codes, minlength=len(code.categories))
    named = names_of(pairs["other"].tolist(), list(map(str, code.categories)), counts.tolist())
    pairs["other_name"] = np.where(pairs["part"] == "", named, pairs["other"])
    return {"pairs": pairs}


def _between_parts(observed: Observed) -> list[tuple[str, str, int, float, float]]:
    case, weight = observed.case, _weights(observed)
    members, reference = weight[case.members], weight[case.reference]
    parts = {name: np.isin(case.members, rows) for name, rows in case.parts.items()}
    pairs = [(part, other) for part in parts for other in parts]
    # Without what is in both; a part towards itself gives what to take off its reference.
    others = {(a, b): parts[b] & ~parts[a] if a != b else parts[a] for a, b in pairs}
    # Parts mostly have nothing in common: then few of these differ, and each is summed once.
    alike = {counted.tobytes(): counted for counted in others.values()}
    made = sums(
        observed.population.places[case.members],
        weights=np.array(list(alike.values())) * members,
        progress=observed.progress,
        **observed.decay.arguments,
    )
    towards = dict(zip(alike, made.values[0] * observed.decay.per_metre, strict=True))
    found = []
    for (part, other), counted in others.items():
        if part == other:
            continue
        a = parts[part]
        own = towards[others[part, part].tobytes()]
        beyond = observed.scores.towards_reference[a].sum() - own[a].sum()
        mean = _mean(towards[counted.tobytes()][a].sum(), a.sum() * members[counted].sum())
        expected = _mean(beyond, a.sum() * (reference.sum() - members[a].sum()))
        found.append((part, other, int(counted.sum()), mean, expected))
    return found


def _towards_divisions(observed: Observed) -> list[tuple[str, str, int, float, float]]:
    """Score the sector towards every division: a sum at each establishment outside the sector.

    The mean over pairs is linear in B, so one sum serves every division.
    """
    population, case = observed.population, observed.case
    rows = np.setdiff1d(observed.everyone.rows, case.members, assume_unique=True)
    made = sums(
        population.places[rows],
        population.places[case.members],
        progress=observed.progress,
        **observed.decay.arguments,
    )
    weight = _weights(observed)[rows]
    near = made.values[0, 0] * observed.decay.per_metre * weight
    code = population.table["code"].array
    names, place = np.unique(divisions([str(c) for c in code.categories]), return_inverse=True)
    division = place[code.codes[rows]]
    count = np.bincount(division, minlength=len(names))
    total = np.bincount(division, weights=near, minlength=len(names))
    mass = np.bincount(division, weights=weight, minlength=len(names))
    in_reference = np.isin(rows, case.reference, assume_unique=True)
    n = len(case.members)
    expected = _mean(near[in_reference].sum(), n * weight[in_reference].sum())
    return [
        ("", str(names[at]), int(count[at]), _mean(total[at], n * mass[at]), expected)
        for at in np.flatnonzero(count)
        if names[at]
    ]


def _weights(observed: Observed) -> np.ndarray:
    """Return what each establishment of the population counts for as a neighbour."""
    weighted = observed.decay.weights == "jobs"
    return observed.population.jobs if weighted else np.ones(len(observed.population))


def _mean(total: float, pairs: float) -> float:
    return float(total / pairs) if pairs > 0 else float("nan")


def finish(frames: Frames, asked: Asked) -> None:
    """Divide by what to expect, and rank: 1 is nearest."""
    pairs = frames.get("pairs")
    if pairs is None:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs["relative_d_score"] = pairs["mean_d_score"] / pairs["expected_d_score"]
    ranked = (pairs["part"] != "") | (pairs["other_establishments"] >= RANKED_FROM)
    among = pairs[ranked].groupby(["case", "part"], sort=False)["relative_d_score"]
    pairs["rank"] = among.rank(ascending=False, method="min").reindex(pairs.index).astype("Int64")


CROSS = Measure(COLUMNS, compute, finish)
