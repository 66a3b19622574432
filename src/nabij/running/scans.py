"""Every industry code of a register as a sector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from nabij.codes import Case
from nabij.codes.levels import DIVISION, SECTION, at_level, in_words
from nabij.codes.names import names_of
from nabij.errors import InputError
from nabij.measures.measuring import tables_of
from nabij.measures.scoring import Scoring
from nabij.notes import Note, note
from nabij.progress import Progress, Stopwatch, silent
from nabij.register.population import Population, read_population
from nabij.running.preparation import expect_large_sums
from nabij.running.store import Store
from nabij.running.studies import NOTHING_KEPT, asked_of, provenance
from nabij.study import Study
from nabij.tables import Column, Table
from nabij.views import Result
from nabij.views.sureness import CLAIMED_FROM

ReferenceName = Literal["all", "section", "division"]
WHOLE = "register"
LEVEL_OF = {"section": SECTION, "division": DIVISION}

HIGHEST = 3


def scan(
    study: Study | str | Path,
    *,
    digits: int,
    reference: ReferenceName = "all",
    clusters: bool = False,
    progress: Progress = silent,
    store: Store = NOTHING_KEPT,
) -> Result:
    """Measure every industry code at one level as a sector of its own.

    Parameters
    ----------
    study : Study or str or Path
        Its register, regions and distance decay; its sectors are not looked at.
    digits : int
        The level of codes: 1 (section) to 5. Categories in words have one level.
    reference : {"all", "section", "division"}
        What each code is held against: all establishments of the register, or those of its own
        section or division.
    clusters : bool
        Whether to find the clusters of every code, with the relabellings of the study and without
        their stability. It takes several times as long as all the rest.
    progress : callable, optional
        Called with a message and the fraction of that step done; may raise to stop.
    store : Store, optional
        Where the finished scan is kept and taken up; without, nothing is kept.

    Returns
    -------
    Result
        Tables ``sectors`` (key year and sector, the code) and ``regions`` (only regions with
        establishments of the sector), and ``clusters`` if they were asked for.

    Raises
    ------
    InputError
        If the study or its data must be mended first; the message says how.

    Notes
    -----
    The reference's sums of f, f^2 and f^3 are made once for all codes that share it; each code
    adds only its own sums.

    Examples
    --------
    >>> import nabij
    >>> found = nabij.scan("study.toml", digits=4)  # doctest: +SKIP
    >>> found.sectors.nlargest(10, "relative_d_score")  # doctest: +SKIP
    """
    _require_levels(digits, reference)
    study, watch = Study.of(study), Stopwatch(progress)
    phase = f"scan-{digits}-{reference}-{clusters}"
    earlier: Result | None = store.take(phase, study)
    if earlier is not None:
        return earlier
    study.require_files()
    expect_large_sums(study)
    population = read_population(study, watch)
    with watch.step("sectors", "Choosing the sectors"):
        cases, notes = cases_by_code(population, digits, reference)
    decay = study.dscore.decay
    scoring = Scoring(population, decay, watch)
    with watch.step("measures", "Measuring the sectors"):
        tables = tables_of(
            population,
            cases,
            decay,
            scoring,
            asked=asked_of(study, clusters=clusters),
            scan=True,
            progress=progress,
        )
        if study.regions:
            tables["sectors"] = _with_highest(tables["sectors"], tables["regions"], population)
    result = Result(
        study=study,
        tables=tables,
        layers=population.layers,
        focuses={},
        rejected=population.rejected,
        provenance=provenance(
            study,
            population,
            [*population.notes, *notes],
            watch,
            scoring.engine,
        ),
    )
    store.keep(phase, study, result.provenance.inputs, result)
    return result


def _require_levels(digits: int, reference: str) -> None:
    if reference not in get_args(ReferenceName):
        raise InputError(f"--reference {reference}: use all, section or division")
    if reference != "all" and digits <= LEVEL_OF[reference]:
        raise InputError(
            f"--reference {reference}: codes at level {digits} are no finer than a {reference}; "
            f"use --digits {LEVEL_OF[reference] + 1} or more, or --reference all"
        )


def cases_by_code(
    population: Population, digits: int, reference: ReferenceName
) -> tuple[list[Case], list[Note]]:
    """Make a case of every code at a level, in every year.

    Parameters
    ----------
    population : Population
    digits : int
    reference : {"all", "section", "division"}

    Returns
    -------
    list of Case
        Year by year; those that share a reference follow each other.
    list of Note
        How many establishments have a code that does not reach the level.
    """
    code = population.table["code"].array
    known = [str(category) for category in code.categories]
    counts = np.bincount(code.codes, minlength=len(known))
    if reference != "all" and in_words(known):
        raise InputError(
            f"--reference {reference}: the register's codes are categories in words, which have no "
            f"{reference}; use --reference all"
        )
    tree = population.recognised.tree
    keys, sector_of = np.unique(at_level(known, digits, counts, tree), return_inverse=True)
    names = names_of([str(key) for key in keys], tree, population.language)
    all_alike = [WHOLE] * len(known)
    wider = all_alike if reference == "all" else at_level(known, LEVEL_OF[reference], counts, tree)
    groups, group_of = np.unique(wider, return_inverse=True)
    found: list[Case] = []
    told = list(population.recognised.notes)
    for year in population.years:
        rows = population.of_year(year)
        of_row = code.codes[rows]
        for group, whole in _split(rows, group_of[of_row], len(groups)):
            if not groups[group]:
                continue
            reference_name = "" if reference == "all" else str(groups[group])
            inside = sector_of[code.codes[whole]]
            for at, members in _split(whole, inside, len(keys)):
                if keys[at]:
                    found.append(
                        Case(year, str(keys[at]), names[at], reference_name, members, whole)
                    )
    short = np.array([not key for key in keys[sector_of]])
    alone = np.array([not group for group in groups[group_of]]) & ~short
    left_out = (("too_short", short), ("no_wider", alone))
    return found, told + [
        note(key, count=int(counts[which].sum()), reference=reference)
        for key, which in left_out
        if counts[which].sum()
    ]


def _split(rows: np.ndarray, group: np.ndarray, count: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each group that has rows with them, ascending, in one sort for all groups."""
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=count))
    for at, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        if end > start:
            yield at, rows[order[start:end]]


def _with_highest(sectors: Table, regions: Table, population: Population) -> Table:
    """Add the regions of the coarsest level with the highest location quotients."""
    level = next(iter(population.layers))
    frame = regions.frame
    enough = (frame["level"] == level) & (frame["code"] != "")
    enough &= frame["sector_establishments"] >= CLAIMED_FROM
    keys = ["year", "sector"]
    ordered = frame[enough].sort_values("location_quotient", ascending=False, kind="stable")
    place = ordered.groupby(keys, dropna=False, sort=False).cumcount() + 1
    wide, columns = sectors.frame, list(sectors.columns)
    for rank in range(1, HIGHEST + 1):
        named = {"name": f"region_{rank}", "location_quotient": f"location_quotient_{rank}"}
        chosen = ordered.loc[place == rank, [*keys, *named]].rename(columns=named)
        wide = wide.merge(chosen, on=keys, how="left")
        wide[f"region_{rank}"] = wide[f"region_{rank}"].fillna("").astype("str")
        columns += [
            Column(f"region_{rank}", "text"),
            Column(f"location_quotient_{rank}", "ratio", digits=2),
        ]
    return replace(sectors, frame=pd.DataFrame(wide), columns=tuple(columns))
