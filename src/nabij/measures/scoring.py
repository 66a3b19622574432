"""The scores of one case after another."""

from __future__ import annotations

from typing import Any

import numpy as np

from nabij.codes import Case
from nabij.decay import Decay
from nabij.measures.dscore import ReferenceSums, Scores, reference_sums, scores
from nabij.progress import Stopwatch
from nabij.register.population import Population


class Scoring:
    """Scores cases; the sums of a reference are made once for all cases in a row that share it.

    Parameters
    ----------
    population : Population
    decay : Decay
    watch : Stopwatch, optional

    Attributes
    ----------
    engine : dict of str to dict
        How the sums of each reference were made, and the least exact ones of its sectors.
    """

    def __init__(
        self, population: Population, decay: Decay, watch: Stopwatch | None = None
    ) -> None:
        self._population, self._decay = population, decay
        self._watch = watch or Stopwatch()
        # One is kept at a time: those that share it follow each other.
        self._latest: tuple[np.ndarray, ReferenceSums] | None = None
        self.engine: dict[str, dict[str, Any]] = {}

    def __call__(self, case: Case) -> Scores:
        """Return the scores of a case's members."""
        reference = self._reference(case)
        with self._watch.step("proximity"):
            at = np.searchsorted(case.reference, case.members)
            return scores(at, reference)

    def _reference(self, case: Case) -> ReferenceSums:
        if self._latest is not None and np.array_equal(self._latest[0], case.reference):
            return self._latest[1]
        self._latest = None
        with self._watch.step("reference", "Measuring who is near whom in the reference"):
            weighted = self._decay.weights == "jobs"
            made = reference_sums(
                self._population.places[case.reference],
                self._decay,
                self._population.jobs[case.reference] if weighted else None,
                progress=self._watch.progress,
            )
        self._latest = case.reference, made
        name = case.reference_name or "register"
        self.engine.setdefault(name if case.year is None else f"{name} {case.year}", made.engine)
        return made
