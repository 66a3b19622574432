"""How sure the numbers are: what the tests and intervals mean, and what they do not."""

from __future__ import annotations

import numpy as np

from nabij.inference.sector import SMALL
from nabij.inference.trials import usual_relabellings, usual_runs
from nabij.language import Language
from nabij.measures.significance import SMALL_RELABELLINGS, WEIGHTED_RELABELLINGS
from nabij.report.wording import bounds, reference
from nabij.views import View
from nabij.views.clusters import FAIRLY_FIRM_FROM, FIRM_FROM
from nabij.views.findings import MORE, NEARER
from nabij.views.sureness import numbers


def sureness(view: View, language: Language) -> list[str]:
    """Say how sure the numbers are, how that was found out, and what was not tested.

    Parameters
    ----------
    view : View
    language : Language

    Returns
    -------
    list of str
        Sentences.
    """

    def say(key: str, **values: object) -> str:
        return language.text(f"reading.sure_{key}", **values)

    sentences = [say("count", establishments=view.sector.establishments)]
    engines = view.provenance.engine.values()
    if all(engine["method"] == "exact" for engine in engines):
        sentences.append(say("exact"))
    else:
        wanted = max(engine["wanted_relative_error"] for engine in engines)
        sentences.append(say("engine", parts=language.number(1 / wanted)))
    sentences += _floors(view, language)
    sentences += _tests(view, language)
    clusters = view.findings.clusters
    if clusters.count:
        asked, sector = view.study.clusters, view.sector
        relabellings, runs = asked.relabellings, asked.runs
        if relabellings is None:
            relabellings = usual_relabellings(sector.establishments)
        if runs is None:
            runs = usual_runs(sector.reference_establishments)
        sentences.append(say("clusters", relabellings=language.number(relabellings)))
        if runs:
            sentences.append(
                say(
                    "stability",
                    firm=language.share(FIRM_FROM),
                    fairly=language.share(FAIRLY_FIRM_FROM),
                    runs=language.number(runs),
                )
            )
    counts = view.provenance.counts
    rejected = sum(counts["rejected"].values())
    if rejected:
        sentences.append(
            say(
                "rejected",
                count=rejected,
                rows=counts["rows_read"],
                share=language.share(rejected / counts["rows_read"]),
            )
        )
    if view.sector.jobs_estimated:
        sentences.append(language.text("common.estimated"))
    return sentences


def _floors(view: View, language: Language) -> list[str]:
    """Say on how many places the sector stands, and what another floor would change."""
    floors = view.floors
    if floors is None:
        return []
    told = [
        language.text(
            "reading.sure_floor",
            n=view.sector.establishments,
            places=view.sector.places,
            floor=floors.floor,
        )
    ]
    if not view.has_regions or len(floors.firsts) < 2:
        return told
    listed = [language.listing(list(names)) for names in floors.firsts.values()]
    half, stated, five = floors.firsts
    key = "same" if floors.same else "changes"
    values = {"half": half, "floor": stated, "five": five}
    names = dict(zip(("with_half", "with_floor", "with_five"), listed, strict=True))
    return [*told, language.text(f"reading.sure_floor_{key}", **values, **names)]


def _tests(view: View, language: Language) -> list[str]:
    """Say what is tested, by what, and what a test does not say."""

    def say(key: str) -> str:
        return language.text(f"reading.sure_{key}", **values)

    how, draws = _how(view)
    values = {
        "reference": reference(view, language),
        "draws": language.number(draws),
        "small": language.number(SMALL),
        **bounds(language),
    }
    intervals = np.isfinite([view.sector.mean_d_score_low, view.sector.mean_d_score_high]).all()
    regions = [np.isfinite(numbers(view.regions, column)).any() for column in (NEARER, MORE)]
    tested = bool(np.isfinite(view.sector.p_value) or any(regions))
    sentences = [say("test") if tested else say("untested")]
    if intervals:
        sentences.append(say("census"))
    if tested:
        sentences.append(say("many"))
        if view.findings.establishments_nearer is not None:
            sentences.append(say("share"))
        sentences += [say(key) for key in how]
    sentences.append(say("few"))
    if view.has_jobs and regions[1]:
        sentences.append(say("jobs"))
    return sentences


def _how(view: View) -> tuple[tuple[str, ...], int]:
    """Return what says how the chances were found, and how many draws it names."""
    if view.study.significance.simulations:
        return ("simulations",), view.study.significance.simulations
    if view.study.dscore.weights != "none":
        return ("weighted",), WEIGHTED_RELABELLINGS
    small = view.sector.establishments < SMALL
    return ("closed", "small") if small else ("closed",), SMALL_RELABELLINGS
