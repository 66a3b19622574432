"""From a study to its result: the one way through."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nabij import codes, regions, register
from nabij.crs import is_metric
from nabij.measures import dscore, quotient, sizes
from nabij.notes import Note, note
from nabij.progress import Progress, silent
from nabij.register import Establishments
from nabij.study import Study
from nabij.views import findings, focus
from nabij.views.view import Provenance, Result, SectorTotals

if TYPE_CHECKING:
    import geopandas as gpd

# When the sector stands on fewer places than this share of its establishments, say so.
COARSE = 0.5

COMPUTING = ("nabij", "numpy", "pandas", "geopandas", "shapely", "pyproj", "pyarrow", "numba")


@dataclass(frozen=True)
class Prepared:
    """A study's input, read and checked: everything but the computation.

    Attributes
    ----------
    establishments : nabij.register.Establishments
    members : nabij.codes.Members
    levels : list of (str, GeoDataFrame, ndarray)
        Each level's name, its regions in the register's metric system, and the row of the region
        of each establishment (-1 for none).
    focus : tuple of (str, str)
        Level and code of the focus region.
    notes : list of Note
        What was detected, assumed or repaired.
    counts : dict
        Of rows, and of establishments outside all regions or in several, by level.
    """

    establishments: Establishments
    members: codes.Members
    levels: list[tuple[str, gpd.GeoDataFrame, np.ndarray]]
    focus: tuple[str, str]
    notes: list[Note]
    counts: dict[str, Any]


@dataclass
class _Stopwatch:
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, message: str) -> Iterator[None]:
        self.progress(message, 0.0)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.progress(message, 1.0)


def run(study: Study, *, progress: Progress = silent) -> Result:
    """Analyse a study.

    Parameters
    ----------
    study : Study
    progress : callable, optional
        Called with a message and the fraction of that step done; may raise to stop.

    Returns
    -------
    Result

    Raises
    ------
    InputError
        If the study or its data must be mended first; the message says how.

    Examples
    --------
    >>> import nabij
    >>> result = nabij.run(nabij.Study.from_toml("study.toml"))  # doctest: +SKIP
    >>> result.sector.mean_d_score  # doctest: +SKIP
    0.0185
    """
    watch = _Stopwatch(progress)
    ready = prepare(study, watch=watch)
    table, members = ready.establishments.table, ready.members
    places = table[["x", "y"]].to_numpy(dtype=np.float64)
    jobs = table["jobs"].to_numpy(dtype=np.float64)

    with watch.step("proximity", "Measuring who is near whom"):
        reference = np.flatnonzero(members.reference)
        scores = dscore.scores(
            places[reference],
            np.searchsorted(reference, np.flatnonzero(members.sector)),
            np.nan_to_num(jobs[reference]) if study.dscore.weights == "jobs" else None,
            floor=study.dscore.floor,
            kernel=study.dscore.kernel,
            scale=study.dscore.scale,
            normalisation=study.dscore.normalisation,
            progress=progress,
        )
    with watch.step("indicators", "Counting by region"):
        sector = table[members.sector].reset_index(drop=True)
        for level, shapes, region in ready.levels:
            codes = np.append(shapes["code"].to_numpy(dtype=object), "")
            sector[level] = pd.Series(codes[region[members.sector]], dtype="str")
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = scores.d_score / scores.expected
        sector = sector.assign(
            d_score=scores.d_score, expected_d_score=scores.expected, relative_d_score=relative
        )
        region_table = _region_table(ready, jobs, scores.d_score)
        looked_into, in_focus = _focus(study, ready, region_table, sector)
        totals = _totals(study, ready, scores)
        by_size = sizes.size_classes(sector["jobs"].to_numpy(dtype=np.float64), in_focus)
        parts = _parts(members, sector)

    notes = list(ready.notes)
    unscored = int(np.isnan(scores.d_score).sum())
    if len(sector) == 1:
        notes.append(note("lone"))
    elif unscored:
        notes.append(note("unscored", count=unscored))
    return Result(
        study=study,
        establishments=sector,
        regions=region_table,
        sector=totals,
        focus=looked_into,
        size_classes=by_size,
        findings=findings.findings(totals, region_table, looked_into, by_size, sector[in_focus]),
        parts=parts,
        rejected=ready.establishments.rejected,
        provenance=Provenance(
            parameters=study.model_dump(mode="json", exclude_none=True),
            inputs=_hashes(study),
            versions=_versions(),
            made=datetime.now(UTC),
            timings=watch.seconds,
            counts=ready.counts,
            notes=tuple(notes),
            engine=scores.engine,
            crs=ready.establishments.crs.to_string(),
        ),
    )


def prepare(
    study: Study, *, progress: Progress = silent, watch: _Stopwatch | None = None
) -> Prepared:
    """Read and check everything a study names; compute nothing.

    Raises
    ------
    InputError
        If the study or its data must be mended first; the message says how.
    """
    watch = watch or _Stopwatch(progress)
    with watch.step("regions", "Reading the regions"):
        levels = regions.read_levels(study.regions)
    with watch.step("register", "Reading the register"):
        known = [level.table.crs for level in levels if is_metric(level.table.crs)]
        establishments = register.read(study.register, known[0] if known else None)
    table = establishments.table
    with watch.step("sectors", "Choosing the sector"):
        members = codes.members(table["code"], study.sector, study.reference)

    notes = [*establishments.notes, *members.notes]
    outside: dict[str, int] = {}
    several: dict[str, int] = {}
    placed = []
    with watch.step("locating", "Finding the region of every establishment"):
        x, y = (table[axis].to_numpy(dtype=np.float64) for axis in ("x", "y"))
        for level in levels:
            shapes = level.table.to_crs(establishments.crs)
            found = regions.locate(x, y, np.asarray(shapes.geometry.values))
            regions.require_overlap(level.level, found, x, y, shapes)
            outside[level.level], several[level.level] = found.outside, found.several
            notes += level.notes
            if found.outside:
                notes.append(note("outside", level=level.level, count=found.outside))
            if found.several:
                notes.append(note("several", level=level.level, count=found.several))
            placed.append((level.level, shapes, found.region))
    looked_into = focus.choose(study.focus, placed, members.sector)
    shared = _shared_places(study, x[members.sector], y[members.sector])
    notes += [shared] if shared is not None else []
    counts = {
        **establishments.counts,
        "outside_regions": outside,
        "in_several_regions": several,
    }
    return Prepared(establishments, members, placed, looked_into, notes, counts)


def _shared_places(study: Study, x: np.ndarray, y: np.ndarray) -> Note | None:
    """Tell when locations are so coarse that the floor decides much of the scores."""
    places = len(np.unique(x + 1j * y))
    if places > COARSE * len(x):
        return None
    return note("shared_places", count=len(x), places=places, floor=study.dscore.floor)


def _region_table(ready: Prepared, jobs: np.ndarray, d_score: np.ndarray) -> gpd.GeoDataFrame:
    tables = []
    for level, shapes, region in ready.levels:
        table = quotient.region_table(shapes, region, ready.members.sector, jobs, d_score)
        table.insert(0, "level", level)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _focus(
    study: Study, ready: Prepared, region_table: gpd.GeoDataFrame, sector: pd.DataFrame
) -> tuple[focus.FocusRegion, np.ndarray]:
    level, code = ready.focus
    row = region_table[(region_table["level"] == level) & (region_table["code"] == code)].iloc[0]
    finest = study.focus.zoom_level or ready.levels[-1][0]
    _, shapes, region = next(entry for entry in ready.levels if entry[0] == finest)
    in_focus = (sector[level] == code).to_numpy(dtype=bool)
    inside = pd.DataFrame(
        {
            "jobs": sector.loc[in_focus, "jobs"],
            "neighbourhood": region[ready.members.sector][in_focus],
        }
    )
    zoom = finest if finest != level else None
    return focus.focus_region(study.focus, row, zoom, shapes, inside), in_focus


def _totals(study: Study, ready: Prepared, scores: dscore.Scores) -> SectorTotals:
    members, jobs = ready.members, ready.establishments.table["jobs"]
    mean, expected = float(scores.d_score.mean()), float(scores.expected.mean())
    return SectorTotals(
        name=study.sector.name,
        reference_name=study.reference.name or "",
        establishments=int(members.sector.sum()),
        reference_establishments=int(members.reference.sum()),
        register_establishments=len(jobs),
        jobs=float(jobs[members.sector].sum()),
        register_jobs=float(jobs.sum()),
        jobs_estimated=study.register.size_class is not None,
        mean_d_score=mean,
        mean_expected_d_score=expected,
        relative_d_score=mean / expected if expected else float("nan"),
        unit=scores.unit,
    )


def _parts(members: codes.Members, sector: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, of_register in members.parts.items():
        part = sector[of_register[members.sector]]
        rows.append((name, len(part), part["jobs"].sum(), part["d_score"].mean()))
    return pd.DataFrame(rows, columns=["part", "establishments", "jobs", "mean_d_score"])


def _hashes(study: Study) -> dict[str, str]:
    hashes = {}
    for path in dict.fromkeys([study.register.path, *(level.path for level in study.regions)]):
        with Path(path).open("rb") as file:
            hashes[str(path)] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: version(name) for name in COMPUTING}}
