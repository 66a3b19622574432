"""Read and check everything that a study names; compute nothing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nabij import proximity
from nabij.codes import Case, cases
from nabij.notes import Note, note
from nabij.progress import Progress, Stopwatch, silent
from nabij.register import sources_of
from nabij.register.population import Population, read_population
from nabij.study import Study
from nabij.views import focus

# When the sector stands on fewer places than this share of its establishments, say so.
COARSE = 0.5


LARGE_FILE = 4_000_000
"""Bytes of a register from which on its sums will be made by tree."""


def expect_large_sums(study: Study) -> None:
    """Let the engine get ready while the register is read, if it is large."""
    files, _ = sources_of(study.register)
    # How much a database holds is known when it is read; what is kept in one is seldom small.
    size = sum(file.path.stat().st_size for file in files if file.path.is_file())
    if study.register.database is not None or size >= LARGE_FILE:
        proximity.prepare()


@dataclass(frozen=True)
class Prepared:
    """A study's input, read and checked: everything but the computation.

    Attributes
    ----------
    population : Population
    cases : list of Case
        Year by year, in each the sectors.
    focuses : dict of str to tuple of (str, str)
        Level and code of the region to look into, by sector.
    notes : list of Note
        What was detected, assumed or repaired.
    """

    population: Population
    cases: list[Case]
    focuses: dict[str, tuple[str, str]]
    notes: list[Note]


def prepare(
    study: Study, *, progress: Progress = silent, watch: Stopwatch | None = None
) -> Prepared:
    """Read and check everything a study names; compute nothing.

    Raises
    ------
    InputError
        If the study or its data must be mended first; the message says how.
    """
    study.require_sector()
    study.require_files()
    watch = watch or Stopwatch(progress)
    population = read_population(study, watch)
    with watch.step("sectors", "Choosing the sector"):
        chosen, notes = cases(population, study.all_sectors)
        # The latest year decides, so that one region is looked into through all years.
        latest = chosen[-len(study.all_sectors) :]
        focuses = {
            case.sector: _focus(population, case, sector.focus or study.focus)
            for case, sector in zip(latest, study.all_sectors, strict=True)
        }
        told = [_shared_places(study, population, case) for case in latest]
        told += [_beyond_parts(case) for case in latest]
    if study.register.years is not None and study.register.id is None and len(population.years) > 1:
        notes.append(note("no_ids"))
    notes += _levels_order(population)
    notes = [*population.notes, *population.recognised.notes, *notes]
    notes = [*notes, *(each for each in told if each is not None)]
    return Prepared(population, chosen, focuses, notes)


def _focus(population: Population, case: Case, spec: focus.Focus) -> tuple[str, str]:
    def count(level: str) -> np.ndarray:
        region = population.region(level, case.members)
        return np.bincount(region[region >= 0], minlength=len(population.layers[level]))

    return focus.choose(spec, population.layers, count)


def _levels_order(population: Population) -> list[Note]:
    """Tell where a level of regions stands after a finer one."""
    counts = [(level, len(layer)) for level, layer in population.layers.items()]
    return [
        note("levels_order", coarse=after, fine=before)
        for (before, many), (after, few) in pairwise(counts)
        if few < many
    ]


def _beyond_parts(case: Case) -> Note | None:
    """Tell how many of the sector are in none of its parts."""
    if not case.parts:
        return None
    beyond = len(case.members) - len(np.unique(np.concatenate(list(case.parts.values()))))
    if not beyond:
        return None
    return note("beyond_parts", sector=case.name, count=beyond, total=len(case.members))


def _shared_places(study: Study, population: Population, case: Case) -> Note | None:
    """Tell when locations are so coarse that the floor decides much of the scores."""
    x, y = population.places[case.members].T
    places = len(np.unique(x + 1j * y))
    told = study.register.postcode is not None  # of all establishments, with the population
    if told or not len(x) or places > COARSE * len(x):
        return None
    return note("shared_places", count=len(x), places=places, floor=study.dscore.floor)
