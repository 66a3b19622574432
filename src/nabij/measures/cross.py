"""Value chains: how near a sector's parts are to each other, and the sector to every division."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nabij.codes.levels import divisions
from nabij.codes.names import names_of
from nabij.inference.multiple import q_values
from nabij.inference.relabelling import relabelled_higher_mean
from nabij.inference.subsets import higher_mean
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
        Column("stratified_ratio", "ratio", digits=2),
        Column("rank", "count", digits=0),
        Column("p_value", "p", digits=3),
        Column("q_value", "p", digits=3),
    )
}

RANKED_FROM = 100
"""Divisions with fewer establishments outside the sector are not ranked: their means are noise."""

STRATA = 20
"""Classes of local density, with as many establishments each. In simulations a test within them
still called 16 to 50 % of the industries near that were merely urban as well: so they serve a
ratio, and no p."""


def compute(observed: Observed) -> Mapping[str, Any]:
    """Score a sector's parts towards each other, and the sector towards every division.

    The cross score of A towards B is the mean of f over all pairs of an establishment of A and
    one of B; establishments that are in both leave B. Expected is the same towards the reference
    without A: what B would have if it were a random draw from there. Always a mean, also where
    the study's scores are sums. Only of a sector with parts.

    That mean is linear in B: every establishment j has a sum G_j of f over A, and B's score is the
    mean of G over B, weighted where neighbours count by their jobs. So one sum at every place
    serves all B, for the score, the test and the strata.
    """
    case, population = observed.case, observed.population
    if not case.parts or not len(case.members):
        return {}
    rows = observed.everyone.rows
    firsts = {**case.parts, "": case.members}
    near = sums(
        population.places[rows],
        population.places[case.members],
        weights=np.array([np.isin(case.members, first) for first in firsts.values()], dtype=float),
        progress=observed.progress,
        **observed.decay.arguments,
    ).values[0]
    near *= observed.decay.per_metre
    weight = _weights(observed)[rows]
    reference = np.isin(rows, case.reference, assume_unique=True)
    density = _density(observed, rows, reference, weight)
    found = []
    for (first, members), to_first in zip(firsts.items(), near, strict=True):
        outside = np.ones(len(rows), dtype=bool)
        outside[np.searchsorted(rows, members)] = False
        names, at, other = _others(observed, first, rows, outside)
        towards = Towards(to_first, weight, outside & reference, density)
        scored = towards.groups(len(members), at, other, len(names), observed.asked)
        found.append(scored.assign(part=first, other=names))
    pairs = pd.concat(found, ignore_index=True)
    if pairs.empty:
        return {}
    named = names_of(pairs["other"].tolist(), population.recognised.tree, population.language)
    pairs["other_name"] = np.where(pairs["part"] == "", named, pairs["other"])
    return {"pairs": pairs}


def _density(
    observed: Observed, rows: np.ndarray, reference: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Return the sum of f over the reference at each of the rows."""
    density = np.empty(len(rows))
    density[reference] = observed.scores.reference.moments[0]
    if not reference.all():
        places = observed.population.places
        made = sums(
            places[rows[~reference]],
            places[rows[reference]],
            weights=weight[reference],
            progress=observed.progress,
            **observed.decay.arguments,
        )
        density[~reference] = made.values[0, 0] * observed.decay.per_metre
    return density


def _others(
    observed: Observed, first: str, rows: np.ndarray, outside: np.ndarray
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the names of what is scored towards; which of the rows are in it, and in which."""
    if first:
        parts = {name: part for name, part in observed.case.parts.items() if name != first}
        within = [np.searchsorted(rows, part) for part in parts.values()]
        both = [each[outside[each]] for each in within]
        numbers = np.repeat(np.arange(len(both)), [len(each) for each in both])
        return list(parts), np.concatenate([np.empty(0, dtype=np.int64), *both]), numbers
    code = observed.population.table["code"].array
    names, place = np.unique(divisions([str(c) for c in code.categories]), return_inverse=True)
    division = place[code.codes[rows]]
    at = np.flatnonzero(outside & (names[division] != ""))
    of_division = division[at]
    present = np.flatnonzero(np.bincount(of_division, minlength=len(names)))
    number = np.zeros(len(names), dtype=np.int64)
    number[present] = np.arange(len(present))
    return [str(name) for name in names[present]], at, number[of_division]


@dataclass(frozen=True)
class Towards:
    """How near every establishment is to the first of a pair.

    Attributes
    ----------
    near : numpy.ndarray of float64, shape (N,)
        Sum of f over the first, of every establishment of the year.
    weight : numpy.ndarray of float64, shape (N,)
        What each counts for as a neighbour.
    reference : numpy.ndarray of bool, shape (N,)
        Which are in the reference and not in the first.
    density : numpy.ndarray of float64, shape (N,)
        Sum of f over the reference.
    """

    near: np.ndarray
    weight: np.ndarray
    reference: np.ndarray
    density: np.ndarray

    def groups(
        self, first: int, at: np.ndarray, other: np.ndarray, others: int, asked: Asked
    ) -> pd.DataFrame:
        """Score the first, of so many establishments, towards each of the others.

        The test asks whether the other is nearer than a random draw of its size from the
        reference without the first; it has no answer for what is not wholly within, or is all of
        it. Where neighbours count by their jobs there is none: the mean of such a draw hangs on a
        few large employers, and its three moments don't tell how (a test of 1 % was wrong in up
        to 22 % of simulated draws); simulations do. Two industries that are both urban, or gather
        in places of their own, fail it: read the ratio, and that at like density, before the p.
        """
        mass = np.bincount(other, weights=self.weight[at], minlength=others)
        mass_near = np.bincount(other, weights=(self.weight * self.near)[at], minlength=others)
        beyond = np.bincount(other, weights=~self.reference[at], minlength=others) > 0
        like = np.where(self.weight > 0, self.weight * self._like(), 0.0)
        mass_like = np.bincount(other, weights=like[at], minlength=others)
        weight, near = self.weight[self.reference], self.near[self.reference]
        tested = ~beyond[other]
        position = np.cumsum(self.reference) - 1
        pool = near, position[at[tested]], other[tested], others
        simulations = asked.significance.simulations
        p = np.full(others, np.nan)
        if simulations:
            p = relabelled_higher_mean(*pool, weight, simulations=simulations, random=asked.random)
        elif (weight == 1).all():
            p = higher_mean(*pool)
        with np.errstate(divide="ignore", invalid="ignore"):
            return pd.DataFrame(
                {
                    "other_establishments": np.bincount(other, minlength=others),
                    "mean_d_score": mass_near / (first * mass),
                    "expected_d_score": np.float64(weight @ near) / (first * weight.sum()),
                    "stratified_ratio": mass_near / mass_like,
                    "p_value": p,
                }
            )

    def _like(self) -> np.ndarray:
        """Return for each the mean of `near` over the reference in its class of density."""
        if not self.reference.any():
            return np.full(len(self.near), np.nan)
        edges = np.quantile(self.density[self.reference], np.arange(1, STRATA) / STRATA)
        stratum = np.searchsorted(edges, self.density, side="right")
        of_reference, weight = stratum[self.reference], self.weight[self.reference]
        near = weight * self.near[self.reference]
        total = np.bincount(of_reference, weights=near, minlength=STRATA)
        with np.errstate(invalid="ignore"):
            mean = total / np.bincount(of_reference, weights=weight, minlength=STRATA)
        return np.asarray(mean[stratum])


def _weights(observed: Observed) -> np.ndarray:
    """Return what each establishment of the population counts for as a neighbour."""
    weighted = observed.decay.weights == "jobs"
    return observed.population.jobs if weighted else np.ones(len(observed.population))


def finish(frames: Frames, asked: Asked) -> None:
    """Divide by what to expect, rank (1 is nearest), and correct for all pairs of the sector."""
    pairs = frames.get("pairs")
    if pairs is None:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs["relative_d_score"] = pairs["mean_d_score"] / pairs["expected_d_score"]
    ranked = (pairs["part"] != "") | (pairs["other_establishments"] >= RANKED_FROM)
    among = pairs[ranked].groupby(["case", "part"], sort=False)["relative_d_score"]
    pairs["rank"] = among.rank(ascending=False, method="min").reindex(pairs.index).astype("Int64")
    pairs["q_value"] = q_values(pairs["p_value"], pairs["case"])


CROSS = Measure(COLUMNS, compute, finish)
