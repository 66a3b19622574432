"""The population: a register read, judged, projected and placed in its regions, once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from nabij import apart, regions, register
from nabij.codes.recognise import Recognised, recognise
from nabij.crs import is_metric
from nabij.files import hashed
from nabij.language import Language
from nabij.notes import Note, note
from nabij.progress import Stopwatch
from nabij.register.sources import files_of
from nabij.study import Study

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS


@dataclass(frozen=True)
class Population:
    """A clean register, whatever is asked of it.

    Attributes
    ----------
    table : pandas.DataFrame
        ``id`` (text), ``code`` (categorical of text), ``x, y`` (float64, metres), ``jobs``
        (float64, missing where the register gives none), ``jobs_low, jobs_high`` (float64) where
        size classes are intervals, ``name`` (text) if the register has names, and a column a level
        of regions (categorical of region codes, missing outside all).
    year : numpy.ndarray of int64 or None
        Of each establishment; None where the register has no years.
    layers : mapping of str to geopandas.GeoDataFrame
        The regions of each level, ``code, name, geometry``, coarse to fine, in `crs`. The
        categories of a level's column are its codes, in this order.
    crs : pyproj.CRS
        Metric.
    has_jobs, has_ids : bool
        Whether the register gives jobs, and names establishments.
    rejected : pandas.DataFrame
        ``row, reason`` and the values as they stood.
    counts : dict
        Of rows, and of establishments outside all regions or in several, by level.
    notes : list of Note
        What was detected, assumed or repaired.
    inputs : mapping of str to str
        Path to SHA-256 of every file read; of a database, its address to that of the rows.
    classification : str or None
        Which one the study says that the industry codes are of.
    language : str
        Of the names of codes.
    """

    table: pd.DataFrame
    year: np.ndarray | None
    layers: Mapping[str, gpd.GeoDataFrame]
    crs: CRS
    has_jobs: bool
    has_ids: bool
    rejected: pd.DataFrame
    counts: dict[str, Any]
    notes: list[Note]
    inputs: Mapping[str, str]
    classification: str | None = None
    language: str = "en"

    def __len__(self) -> int:
        return len(self.table)

    @property
    def digest(self) -> str:
        """One mark of all inputs: the same files give the same."""
        together = "\n".join(sorted(self.inputs.values()))
        return hashlib.sha256(together.encode()).hexdigest()

    @cached_property
    def recognised(self) -> Recognised:
        """The classification of the industry codes."""
        code = self.table["code"].array
        counts = np.bincount(code.codes, minlength=len(code.categories))
        return recognise([str(each) for each in code.categories], counts, self.classification)

    @cached_property
    def places(self) -> np.ndarray:
        """Coordinates in metres, float64, shape (n, 2)."""
        return np.column_stack([self.table["x"], self.table["y"]])

    @cached_property
    def jobs(self) -> np.ndarray:
        """Jobs, float64, shape (n,); none where they are unknown."""
        return np.nan_to_num(self.table["jobs"].to_numpy(dtype=np.float64))

    @property
    def has_intervals(self) -> bool:
        """Whether jobs are known to lie between a low and a high."""
        return "jobs_low" in self.table

    def bound(self, which: str) -> np.ndarray:
        """Return the fewest (``"low"``) or the most (``"high"``) jobs; none where unknown."""
        return np.nan_to_num(self.table[f"jobs_{which}"].to_numpy(dtype=np.float64))

    @property
    def years(self) -> list[int | None]:
        """The years, early to late; ``[None]`` where the register has none."""
        return [None] if self.year is None else [int(year) for year in np.unique(self.year)]

    def of_year(self, year: int | None) -> np.ndarray:
        """Return the rows of a year, int64, ascending."""
        if year is None or self.year is None:
            return np.arange(len(self), dtype=np.int64)
        return np.flatnonzero(self.year == year)

    def region(self, level: str, rows: np.ndarray) -> np.ndarray:
        """Return the row in its layer of the region of these establishments, -1 for none."""
        return np.asarray(self.table[level].array.codes[rows], dtype=np.int64)


def read_population(study: Study, watch: Stopwatch) -> Population:
    """Read and check everything a study names.

    The coordinate system is chosen first, from the headers; then the register is read and judged
    and the regions are read into that system; then every establishment finds its region. All
    files are hashed while they are read.

    Raises
    ------
    InputError
        If the study or its data must be mended first; the message says how.
    """
    with hashed(files_of(study)) as digests:
        with watch.step("regions", "Reading the regions"):
            stated = [crs for crs in regions.stated_crs(study.regions) if is_metric(crs)]
        with watch.step("register", "Reading the register"):
            clean = register.read(study.register, stated[0] if stated else None)
            # What the reader held of the file goes back to the system: a sixth of a run's memory.
            pa.default_memory_pool().release_unused()
        with watch.step("regions", "Reading the regions"):
            levels = regions.read_levels(study.regions, clean.crs)
    if not levels:
        whole = Language(study.output.language).text("common.whole_register")
        levels = [regions.whole_register(whole, clean.crs)]
    notes = list(clean.notes)
    if study.register.known_as is not None:
        notes.insert(0, note("known_register", name=study.register.known_as))
    if not apart.is_possible():
        notes.append(note("read_here"))
    if study.register.postcode is not None:
        notes.append(_by_postcode(clean.table, study))
    if not study.register.has_jobs:
        notes.append(note("no_jobs"))
    table = clean.table.drop(columns="year", errors="ignore")
    table["code"] = table["code"].astype("category")
    with watch.step("locating", "Finding the region of every establishment"):
        outside, several = {}, {}
        for name, region, counted in _placed(study, levels, table):
            table[name] = region
            outside[name], several[name] = counted
    for level in levels:
        notes += level.notes
        for key, found in (("outside", outside), ("several", several)):
            if found[level.level]:
                notes.append(note(key, level=level.level, count=found[level.level]))
    return Population(
        table=table,
        year=_year(clean.table, study),
        layers={level.level: level.table for level in levels},
        crs=clean.crs,
        has_jobs=study.register.has_jobs,
        has_ids=study.register.id is not None,
        rejected=clean.rejected,
        counts={**clean.counts, "outside_regions": outside, "in_several_regions": several},
        notes=notes,
        inputs={
            **clean.inputs,
            **{str(path): digest.result() for path, digest in digests.items()},
        },
        classification=study.register.classification,
        language=study.output.language,
    )


def _by_postcode(table: pd.DataFrame, study: Study) -> Note:
    """Tell how coarse places are that are known to the postcode only."""
    places = len(table[["x", "y"]].drop_duplicates())
    return note("postcode_places", count=len(table), places=places, floor=study.dscore.floor)


def _placed(
    study: Study, levels: list[regions.Level], table: pd.DataFrame
) -> list[tuple[str, Any, tuple[int, int]]]:
    """Return level, region of each establishment, and how many are in none and in several."""
    if not study.regions:
        code = pd.Categorical.from_codes(np.zeros(len(table), dtype=np.int8), pd.Index(["all"]))
        return [(levels[0].level, code, (0, 0))]
    x, y = (table[axis].to_numpy(dtype=np.float64) for axis in ("x", "y"))
    shapes = [np.asarray(level.table.geometry.values) for level in levels]
    found: list[tuple[str, Any, tuple[int, int]]] = []
    each = zip(study.regions, levels, regions.locate_levels(x, y, shapes), strict=True)
    for spec, level, located in each:
        regions.require_overlap(spec, located, x, y, level.table, study.register)
        code = pd.Categorical.from_codes(located.region, pd.Index(level.table["code"]))
        found.append((level.level, code, (located.outside, located.several)))
    return found


def _year(clean: pd.DataFrame, study: Study) -> np.ndarray | None:
    """Return the year of each establishment; where one was chosen or found, it holds for all."""
    if "year" not in clean:
        return None
    year = clean["year"].to_numpy(dtype=np.float64)
    if study.register.years is None:
        known = year[~np.isnan(year)]
        if not len(known):
            return None
        year = np.full(len(year), known[0])
    return year.astype(np.int64)
