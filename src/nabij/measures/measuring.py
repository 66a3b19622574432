"""From cases to tables: every measure of every case, then what needs all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from nabij.codes import Case
from nabij.decay import Decay
from nabij.measures import MEASURES, Asked, Cells, Everyone, Measure, Observed
from nabij.measures.counts import BOUNDS
from nabij.measures.dscore import Scores
from nabij.measures.gathering import Gathered
from nabij.progress import Progress, silent
from nabij.register.population import Population
from nabij.tables import Column, Table, table_of

IN_SCAN = ("sectors", "regions", "clusters")
"""Tables of a scan: one of single establishments would be the whole register again."""

Score = Callable[[Case], Scores]
NOTHING_SPECIAL = Asked()


def tables_of(
    population: Population,
    cases: Sequence[Case],
    decay: Decay,
    score: Score,
    *,
    asked: Asked = NOTHING_SPECIAL,
    scan: bool = False,
    progress: Progress = silent,
) -> dict[str, Table]:
    """Measure every case and put the outcome in keyed tables.

    Parameters
    ----------
    population : Population
    cases : sequence of Case
    decay : Decay
    score : callable
        Gives the D-scores of a case's members.
    asked : Asked, optional
        Its decay is taken from `decay`.
    scan : bool
        Only the measures that a scan has, only regions with the sector, no establishments.
    progress : callable, optional

    Returns
    -------
    dict of str to Table
    """
    asked = replace(asked, decay=decay)
    measures = [measure for measure in MEASURES.values() if measure.in_scan or not scan]
    cells = _cells(population)
    gathered = Gathered(population, cells)
    everyone: dict[int | None, Everyone] = {}
    for number, case in enumerate(cases):
        if scan:
            progress("Measuring the sectors", number / len(cases))
        if case.year not in everyone:
            everyone[case.year] = _everyone(population, cells, case.year)
        observed = Observed(
            population, case, decay, score(case), asked, everyone[case.year], cells,
            _cell(population, cells, case.members), scan, progress,
        )  # fmt: skip
        gathered.add(number, observed, [measure.compute(observed) for measure in measures])
    frames = gathered.frames()
    del gathered
    for measure in measures:
        measure.finish(frames, asked)
    tables = {}
    for name in dict.fromkeys(name for measure in measures for name in measure.columns):
        columns = _columns(name, measures, population)
        if name in frames:
            tables[name] = table_of(name, frames[name], columns)
        elif not scan or (name == "clusters" and asked.clusters.find):
            empty = pd.DataFrame(columns=[column.name for column in columns])
            tables[name] = table_of(name, empty, columns)
    return {name: table for name, table in tables.items() if not scan or name in IN_SCAN}


def _cells(population: Population) -> Cells:
    level, code, name, starts, at = [], [], [], {}, 0
    for each, layer in population.layers.items():
        starts[each] = at
        at += len(layer) + 1
        level += [each] * (len(layer) + 1)
        code += [*layer["code"], ""]
        name += [*layer["name"], ""]
    levels, codes, names = (np.array(part, dtype=object) for part in (level, code, name))
    return Cells(levels, codes, names, starts)


def _cell(population: Population, cells: Cells, rows: np.ndarray) -> list[np.ndarray]:
    """Return for each level the cell of these establishments."""
    found = []
    for level, start in cells.starts.items():
        region = population.region(level, rows)
        outside = len(population.layers[level])
        found.append(start + np.where(region < 0, outside, region))
    return found


def _everyone(population: Population, cells: Cells, year: int | None) -> Everyone:
    rows = population.of_year(year)
    establishments = np.zeros(len(cells), dtype=np.int64)
    jobs = np.zeros(len(cells))
    bounds = {bound: np.zeros(len(cells)) for bound in BOUNDS if population.has_intervals}
    for cell in _cell(population, cells, rows):
        establishments += np.bincount(cell, minlength=len(cells))
        jobs += np.bincount(cell, weights=population.jobs[rows], minlength=len(cells))
        for bound, total in bounds.items():
            weights = population.bound(bound)[rows]
            total += np.bincount(cell, weights=weights, minlength=len(cells))
    return Everyone(rows, establishments, jobs, bounds)


def _columns(table: str, measures: Sequence[Measure], population: Population) -> list[Column]:
    """Return the declared columns of a table, but those that need what the register lacks."""
    found: list[Column] = []
    for measure in measures:
        found += measure.columns.get(table, ())
        if table == "establishments" and len(found) == len(measure.columns.get(table, ())):
            found += [Column(level, "text") for level in population.layers]
    lacking = {
        "jobs": not population.has_jobs,
        "ids": not population.has_ids,
        "intervals": not population.has_intervals,
    }
    return [column for column in found if not lacking.get(column.needs, False)]
