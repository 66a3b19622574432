"""What the measures find, case by case, put together column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from nabij.measures.measure import Cells, Frames, Observed
from nabij.register.population import Population

Columns = dict[str, Any]
"""Values by column, all of one length."""


class Gathered:
    """Collects what the measures find.

    Columns are kept as they come, regions by the number of their cell: a scan has some hundred
    cases, and their names are written out once, at the end.

    Parameters
    ----------
    population : Population
    cells : Cells
    """

    def __init__(self, population: Population, cells: Cells) -> None:
        self._population, self._cells = population, cells
        self._sectors: list[dict[str, Any]] = []
        self._parts: dict[str, list[Columns]] = {}

    def add(self, number: int, observed: Observed, found: Sequence[Mapping[str, Any]]) -> None:
        """Add what was found of case `number`."""
        together: dict[str, Columns] = {}
        for each in found:
            for table, values in each.items():
                if isinstance(values, pd.DataFrame):
                    self._append(table, number, {str(name): values[name].array for name in values})
                else:
                    together.setdefault(table, {}).update(values)
        case = observed.case
        key = {"case": number, "year": case.year, "sector": case.sector}
        self._sectors.append({**key, **together["sectors"]})
        self._append("regions", number, self._regions(observed, together["regions"]))
        if "establishments" in together:
            levels = self._levels(case.members)
            self._append("establishments", number, {**together["establishments"], **levels})

    def _regions(self, observed: Observed, values: Columns) -> Columns:
        """Return the cells that have a row: in a scan those with the sector."""
        outside = self._cells.code == ""
        keep = ~outside | (observed.everyone.establishments > 0)
        if observed.in_scan:
            keep &= values["sector_establishments"] > 0
        cell = np.flatnonzero(keep).astype(np.int32)
        return {"cell": cell, **{name: column[cell] for name, column in values.items()}}

    def _levels(self, members: np.ndarray) -> Columns:
        """Return for each level the code of the region of these establishments."""
        found = {}
        for level, layer in self._population.layers.items():
            codes = pd.array([*layer["code"], ""], dtype="str")
            found[level] = codes.take(self._population.region(level, members) % len(codes))
        return found

    def _append(self, table: str, number: int, columns: Columns) -> None:
        rows = len(next(iter(columns.values())))
        case = np.full(rows, number, dtype=np.int32)
        self._parts.setdefault(table, []).append({"case": case, **columns})

    def frames(self) -> Frames:
        """Return the frames of all cases; what was collected is given away."""
        sectors = pd.DataFrame(self._sectors)
        sectors["year"] = sectors["year"].astype("Int64")
        frames = {"sectors": sectors}
        for table in list(self._parts):
            columns = _joined(self._parts.pop(table))
            case = columns["case"]
            keys = {name: sectors[name].array.take(case) for name in ("year", "sector")}
            if table == "regions":
                cell = columns.pop("cell")
                for name in ("level", "code", "name"):
                    keys[name] = pd.array(getattr(self._cells, name), dtype="str").take(cell)
            frames[table] = pd.DataFrame({"case": case, **keys, **columns}, copy=False)
        for frame in frames.values():
            for name in frame.columns[[is_object_dtype(dtype) for dtype in frame.dtypes]]:
                frame[name] = frame[name].astype("str")
        return frames


def _joined(parts: list[Columns]) -> Columns:
    """Put the parts of a table below each other."""
    if len(parts) == 1:
        return dict(parts[0])
    joined = {}
    for name in parts[0]:
        columns = [part[name] for part in parts]
        if all(isinstance(column, np.ndarray) for column in columns):
            joined[name] = np.concatenate(columns)
        else:
            joined[name] = pd.concat([pd.Series(each) for each in columns], ignore_index=True).array
    return joined
