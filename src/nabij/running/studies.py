"""From a study to its result: the one way through."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from nabij.codes import Case
from nabij.measures import Asked
from nabij.measures.measuring import tables_of
from nabij.measures.profiles import MOST
from nabij.measures.scoring import Scoring
from nabij.notes import Note, note
from nabij.progress import Progress, Stopwatch, silent
from nabij.register.population import Population
from nabij.running.preparation import Prepared, expect_large_sums, prepare
from nabij.running.store import Store, versions
from nabij.study import Study
from nabij.tables import Provenance, Table
from nabij.views import Result

NOTHING_KEPT = Store()


def run(
    study: Study | str | Path, *, progress: Progress = silent, store: Store = NOTHING_KEPT
) -> Result:
    """Analyse a study: read its register once, choose the cases, measure them, make tables.

    Parameters
    ----------
    study : Study or str or Path
        What to analyse, or the file that says so.
    progress : callable, optional
        Called with a message and the fraction of that step done; may raise to stop.
    store : Store, optional
        Where finished phases are kept and taken up; without, nothing is kept.

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
    >>> result = nabij.run("study.toml")  # doctest: +SKIP
    >>> result.view().sector.mean_d_score  # doctest: +SKIP
    0.0185
    """
    study, watch = Study.of(study), Stopwatch(progress)
    earlier: Result | None = store.take("result", study)
    if earlier is not None:
        return earlier
    expect_large_sums(study)
    ready: Prepared | None = store.take("prepared", study)
    if ready is None:
        ready = prepare(study, watch=watch)
        store.keep("prepared", study, dict(ready.population.inputs), ready)
    result = _measured(study, ready, watch)
    store.keep("result", study, result.provenance.inputs, result)
    store.drop("prepared")
    return result


def _measured(study: Study, ready: Prepared, watch: Stopwatch) -> Result:
    population, decay = ready.population, study.dscore.decay
    scoring = Scoring(population, decay, watch)
    with watch.step("measures", "Counting by region"):
        tables = tables_of(
            population,
            ready.cases,
            decay,
            scoring,
            asked=asked_of(study),
            progress=watch.progress,
        )
    notes = [*ready.notes, *_unscored(tables["establishments"], ready.cases)]
    notes += _drawn(tables["profiles"], ready.cases)
    codes = {case.sector: case.codes for case in ready.cases}
    return Result(
        study=study,
        tables=tables,
        layers=population.layers,
        focuses=ready.focuses,
        rejected=population.rejected,
        provenance=provenance(
            study,
            population,
            notes,
            watch,
            scoring.engine,
            codes,
        ),
    )


def asked_of(study: Study, *, clusters: bool = True) -> Asked:
    """Return what a study asks of the measures; without `clusters` none are looked for."""
    looked_for = study.clusters.find and clusters
    found = study.clusters.model_copy(update={"find": looked_for})
    return Asked(study.significance, found, study.profiles)


def _label(case: Case) -> str:
    return case.sector if case.year is None else f"{case.sector} {case.year}"


def _unscored(establishments: Table, cases: list[Case]) -> list[Note]:
    """Tell of establishments that have no score, and why."""
    notes, unscored = [], 0
    for case in cases:
        of_case = establishments.where(year=case.year, sector=case.sector).frame
        missing = int(of_case["d_score"].isna().sum())
        if missing and len(case.members) == 1:
            notes.append(note("lone", sector=_label(case)))
        else:
            unscored += missing
    return [*notes, note("unscored", count=unscored)] if unscored else notes


def _drawn(profiles: Table, cases: list[Case]) -> list[Note]:
    """Tell of sectors of which a part is looked at in their distance profiles."""
    return [
        note("profiles_drawn", sector=_label(case), drawn=MOST, count=len(case.members))
        for case in cases
        if len(case.members) > MOST
        and len(profiles.where(year=case.year, sector=case.sector).frame)
    ]


def provenance(
    study: Study,
    population: Population,
    notes: list[Note],
    watch: Stopwatch,
    engine: dict[str, dict[str, object]],
    codes: dict[str, dict[str, list[str]]] | None = None,
) -> Provenance:
    """Say how a result came about."""
    return Provenance(
        parameters=study.model_dump(mode="json", exclude_none=True),
        inputs=dict(population.inputs),
        versions=versions(),
        made=datetime.now(UTC),
        timings=watch.seconds,
        counts=population.counts,
        notes=tuple(dict.fromkeys(notes)),
        engine=engine,
        crs=population.crs.to_string(),
        classification=tree.title if (tree := population.recognised.tree) else None,
        codes=codes or {},
    )
