"""From cases to tables: every measure of every case, then what needs all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from nabij.codes import Case
from nabij.decay import Decay
from nabij.measures import MEASURES, Cells, Everyone, Frames, Measure, Observed
from nabij.measures.dscore import Scores
from nabij.progress import Progress, silent
from nabij.register.population import Population
from nabij.tables import Column, Table, table_of

IN_SCAN = ("sectors", "regions")
"""Tables of a scan: one of single establishments would be the whole register again."""

Scoring = Callable[[Case], Scores]


def tables_of(
    population: Population,
    cases: Sequence[Case],
    decay: Decay,
    score: Scoring,
    *,
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
    scan : bool
        Only the measures that a scan has, only regions with the sector, no establishments.
    progress : callable, optional

    Returns
    -------
    dict of str to Table
    """
    measures = [measure for measure in MEASURES.values() if measure.in_scan or not scan]
    cells = _cells(population)
    gathered = _Gathered(population, cells, with_establishments=not scan)
    everyone: dict[int | None, Everyone] = {}
    for number, case in enumerate(cases):
        if case.year not in everyone:
            everyone[case.year] = _everyone(population, cells, case.year)
        observed = Observed(
            population, case, decay, score(case), everyone[case.year], cells,
            _cell(population, cells, case.members), progress,
        )  # fmt: skip
        found = [measure.compute(observed) for measure in measures]
        gathered.add(case, number, observed, found, only_present=scan)
    frames = gathered.frames()
    for measure in measures:
        measure.finish(frames)
    tables = {}
    for name in dict.fromkeys(name for measure in measures for name in measure.columns):
        columns = _columns(name, measures, population)
        if name in frames:
            tables[name] = table_of(name, frames[name], columns)
        elif not scan:
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
    for cell in _cell(population, cells, rows):
        establishments += np.bincount(cell, minlength=len(cells))
        jobs += np.bincount(cell, weights=population.jobs[rows], minlength=len(cells))
    return Everyone(rows, establishments, jobs)


class _Gathered:
    """Collects what the measures find, case by case."""

    def __init__(self, population: Population, cells: Cells, *, with_establishments: bool) -> None:
        self._population, self._cells = population, cells
        self._with_establishments = with_establishments
        self._sectors: list[dict[str, Any]] = []
        self._parts: dict[str, list[pd.DataFrame]] = {}

    def add(
        self,
        case: Case,
        number: int,
        observed: Observed,
        found: Sequence[Any],
        *,
        only_present: bool,
    ) -> None:
        """Add one case."""
        key = {"case": number, "year": case.year, "sector": case.sector}
        together: dict[str, dict[str, Any]] = {"sectors": {}, "regions": {}, "establishments": {}}
        for each in found:
            for table, values in each.items():
                if isinstance(values, pd.DataFrame):
                    self._append(table, key, values)
                else:
                    together.setdefault(table, {}).update(values)
        self._sectors.append({**key, **together["sectors"]})

        cells, regions = self._cells, together["regions"]
        outside = cells.code == ""
        keep = ~outside | (observed.everyone.establishments > 0)
        if only_present:
            keep &= regions["sector_establishments"] > 0
        named = {"level": cells.level, "code": cells.code, "name": cells.name}
        self._append(
            "regions",
            key,
            pd.DataFrame({name: values[keep] for name, values in {**named, **regions}.items()}),
        )
        if self._with_establishments:
            levels = {
                level: pd.Series(np.append(layer["code"].to_numpy(dtype=object), "")[
                    self._population.region(level, case.members)
                ], dtype="str")
                for level, layer in self._population.layers.items()
            }  # fmt: skip
            rows = {**together["establishments"], **levels}
            self._append("establishments", key, pd.DataFrame(rows))

    def _append(self, table: str, key: dict[str, Any], frame: pd.DataFrame) -> None:
        for at, (name, value) in enumerate(key.items()):
            frame.insert(at, name, value)
        self._parts.setdefault(table, []).append(frame)

    def frames(self) -> Frames:
        """Return the frames of all cases."""
        frames = {"sectors": pd.DataFrame(self._sectors)}
        for table, parts in self._parts.items():
            frames[table] = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
        for frame in frames.values():
            frame["year"] = frame["year"].astype("Int64")
            for name in frame.columns[[is_object_dtype(dtype) for dtype in frame.dtypes]]:
                frame[name] = frame[name].astype("str")
        return frames


def _columns(table: str, measures: Sequence[Measure], population: Population) -> list[Column]:
    """Return the declared columns of a table; what needs jobs only where there are jobs."""
    found: list[Column] = []
    for measure in measures:
        found += measure.columns.get(table, ())
        if table == "establishments" and len(found) == len(measure.columns.get(table, ())):
            found += [Column(level, "text") for level in population.layers]
    return [column for column in found if population.has_jobs or not column.needs_jobs]
