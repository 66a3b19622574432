"""What a measure is: its columns, what it sums up of one case, and how all cases are finished.

A sum or a count adds up over cases, years and blocks; a mean or a quotient is made only in
``finish``, from the sums of all cases together. So is a q-value whose family are several cases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from nabij.codes import Case
from nabij.decay import Decay
from nabij.measures.dscore import Scores
from nabij.register.population import Population
from nabij.study import Clusters, Profiles, Significance
from nabij.tables import Column

Frames = dict[str, pd.DataFrame]
"""Frames under work, by table: key columns, ``case`` (its number), and what was summed."""


@dataclass(frozen=True)
class Asked:
    """What a study asks of the measures."""

    significance: Significance = field(default_factory=Significance)
    clusters: Clusters = field(default_factory=Clusters)
    profiles: Profiles = field(default_factory=Profiles)
    decay: Decay = field(default_factory=Decay)

    @property
    def random(self) -> np.random.Generator:
        """The study's random numbers, from the first one each time it is asked for."""
        return np.random.default_rng(self.significance.seed)


@dataclass(frozen=True)
class Everyone:
    """All establishments of a year, whatever their sector.

    Attributes
    ----------
    rows : numpy.ndarray of int64
        Of the population.
    establishments, jobs : numpy.ndarray, shape (cells,)
        By region, in the order of `Cells`.
    bounds : mapping of str to numpy.ndarray, shape (cells,)
        The fewest (``low``) and the most (``high``) jobs, where size classes are intervals.
    """

    rows: np.ndarray
    establishments: np.ndarray
    jobs: np.ndarray
    bounds: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Cells:
    """All regions of all levels in one row, each level with one more for what is outside.

    Attributes
    ----------
    level, code, name : numpy.ndarray of object, shape (cells,)
        ``code`` and ``name`` are empty for what is outside.
    starts : dict of str to int
        Where each level begins.
    """

    level: np.ndarray
    code: np.ndarray
    name: np.ndarray
    starts: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.level)


@dataclass(frozen=True)
class Observed:
    """One case, as a measure sees it.

    Attributes
    ----------
    population : Population
    case : Case
    decay : Decay
    scores : Scores
        Of the members; ``scores.reference`` has the sums over the whole reference.
    asked : Asked
    everyone : Everyone
        Of the case's year.
    cells : Cells
    cell : list of numpy.ndarray of int64
        For each level, the cell of every member.
    in_scan : bool
        Whether the case is one of a scan, which keeps no single establishments.
    progress : callable
    """

    population: Population
    case: Case
    decay: Decay
    scores: Scores
    asked: Asked
    everyone: Everyone
    cells: Cells
    cell: Sequence[np.ndarray]
    in_scan: bool
    progress: Callable[[str, float], None]

    def by_region(self, values: np.ndarray | None = None) -> np.ndarray:
        """Sum a value of the members by cell; without values, count them."""
        total = np.zeros(len(self.cells), dtype=np.int64 if values is None else np.float64)
        for of_level in self.cell:
            total += np.bincount(of_level, weights=values, minlength=len(total)).astype(total.dtype)
        return total

    @property
    def jobs(self) -> np.ndarray:
        """Jobs of the members; none where they are unknown."""
        return np.asarray(self.population.jobs[self.case.members])

    @property
    def stated_jobs(self) -> np.ndarray:
        """Jobs of the members; not a number where they are unknown."""
        table, members = self.population.table, self.case.members
        if not self.population.has_jobs:
            return np.full(len(members), np.nan)
        return table["jobs"].to_numpy(dtype=np.float64)[members]


def _nothing(observed: Observed) -> Mapping[str, Mapping[str, Any]]:
    return {}


def _as_it_is(frames: Frames, asked: Asked) -> None:
    pass


@dataclass(frozen=True)
class Measure:
    """A measure.

    Attributes
    ----------
    columns : mapping of str to sequence of Column
        What it adds to which table.
    compute : callable
        ``compute(observed)`` gives, for tables ``sectors`` (one value), ``regions`` (one a cell)
        and ``establishments`` (one a member), values by column; for any other table a frame of
        rows.
    finish : callable
        ``finish(frames, asked)`` adds to the frames of all cases what is made of sums.
    in_scan : bool
        Whether a scan of all codes has it too.
    """

    columns: Mapping[str, Sequence[Column]]
    compute: Callable[[Observed], Mapping[str, Mapping[str, Any]]] = _nothing
    finish: Callable[[Frames, Asked], None] = _as_it_is
    in_scan: bool = False
