"""The reading in words: what was found, in the order in which a reader asks."""

from __future__ import annotations

import numpy as np

from nabij.language import Language
from nabij.views.view import Result

NAMED_AT_MOST = 12


def reading(result: Result, language: Language) -> list[str]:
    """Say where the sector is concentrated, what it is to the focus region, and of what kind.

    Parameters
    ----------
    result : Result
    language : Language

    Returns
    -------
    list of str
        Paragraphs: the sector, its regions, the focus region, its neighbourhoods and sizes.
        Plain text: names in it are the data's own and must be escaped for a page.
    """
    paragraphs = [
        _sector(result, language),
        _regions(result, language),
        _focus(result, language),
        _neighbourhoods(result, language),
        _sizes(result, language),
    ]
    return [" ".join(sentences) for sentences in paragraphs if sentences]


def sureness(result: Result, language: Language) -> list[str]:
    """Say how sure the numbers are, and what was not tested."""

    def say(key: str, **values: str) -> str:
        return language.text(f"reading.{key}", **values)

    sentences = [
        say("sure_count", establishments=language.number(result.sector.establishments)),
    ]
    engines = result.provenance.engine.values()
    if all(engine["method"] == "exact" for engine in engines):
        sentences.append(say("sure_exact"))
    else:
        wanted = max(engine["wanted_relative_error"] for engine in engines)
        sentences.append(say("sure_engine", parts=language.number(1 / wanted)))
    sentences.append(say("sure_test"))
    counts = result.provenance.counts
    rejected = sum(counts["rejected"].values())
    if rejected:
        sentences.append(
            say(
                "sure_rejected",
                count=language.number(rejected),
                rows=language.number(counts["rows_read"]),
                share=language.percent(rejected / counts["rows_read"], 2),
            )
        )
    if result.sector.jobs_estimated:
        sentences.append(language.text("common.estimated"))
    return sentences


def _sector(result: Result, language: Language) -> list[str]:
    sector, found = result.sector, result.findings
    sentences = [
        language.text(
            "reading.size",
            sector=sector.name,
            establishments=language.number(sector.establishments),
            jobs=language.number(sector.jobs),
            share=language.percent(found.share_of_establishments, 1),
            job_share=language.percent(found.share_of_jobs, 1),
        )
    ]
    if not np.isfinite(sector.mean_d_score):
        return [*sentences, language.text("reading.no_score")]
    mean = language.score(sector.mean_d_score)
    sentences.append(
        language.text("reading.mean", mean=mean)
        if is_mean_inverse_distance(result)
        else language.text("reading.mean_plain", mean=mean)
    )
    sentences.append(
        language.text(
            f"reading.clustering_{found.clustering}",
            ratio=language.number(sector.relative_d_score, 2),
            reference=reference(result, language),
        )
    )
    return sentences


def _regions(result: Result, language: Language) -> list[str]:
    found = result.findings
    sentences = []
    if len(found.most_establishments):
        regions = [
            language.text(
                "reading.most_item",
                name=row["name"],
                count=language.number(row["sector_establishments"]),
            )
            for _, row in found.most_establishments.iterrows()
        ]
        sentences.append(language.text("reading.most", regions=language.listing(regions)))
    concentrated = found.most_concentrated
    if len(concentrated) > 1:
        regions = [
            language.text(
                "reading.concentrated_item",
                name=row["name"],
                mean=language.score(row["mean_d_score"]),
            )
            for _, row in concentrated.iterrows()
        ]
        sentences.append(language.text("reading.concentrated", regions=language.listing(regions)))
        sentences.append(
            language.text("reading.stands_out", name=concentrated["name"].iloc[0])
            if found.region_stands_out
            else language.text("reading.none_stands_out")
        )
    return sentences


def _focus(result: Result, language: Language) -> list[str]:
    focus, row, found = result.focus, result.focus.row, result.findings
    if not row["sector_establishments"]:
        return [language.text("reading.focus_none", name=focus.name)]
    sentences = [
        language.text(
            "reading.focus_size",
            name=focus.name,
            establishments=language.number(row["sector_establishments"]),
            share=language.percent(found.focus_share_of_sector, 1),
            jobs=language.number(row["sector_jobs"]),
            job_share=language.percent(found.focus_share_of_sector_jobs, 1),
        ),
        language.text(
            "reading.focus_weight",
            share=language.percent(found.focus_share_of_region, 1),
            job_share=language.percent(found.focus_share_of_region_jobs, 1),
        ),
        language.text(
            "reading.focus_specialisation",
            lq=language.number(row["location_quotient"], 2),
            lq_jobs=language.number(row["location_quotient_jobs"], 2),
        ),
        language.text(
            f"reading.focus_{found.focus_clustering}", mean=language.score(row["mean_d_score"])
        ),
    ]
    if found.stands_out_on:
        what = [language.text(f"reading.on_{column}") for column in found.stands_out_on]
        sentences.append(language.text("reading.focus_stands_out", what=language.listing(what)))
    return sentences


def reference(result: Result, language: Language) -> str:
    """Return the name of the reference sector."""
    return result.sector.reference_name or language.text("reading.reference_register")


def is_mean_inverse_distance(result: Result) -> bool:
    """Tell whether D-scores are what the article's are: mean inverse distances."""
    how = result.study.dscore
    return (how.kernel, how.weights, how.normalisation) == ("inverse", "none", "mean")


def _percent(share: float, language: Language) -> str:
    """Write a share with a digit behind the mark where it would else round to nothing."""
    return language.percent(share, 0 if share >= 0.1 or share == 0 else 1)


def _neighbourhoods(result: Result, language: Language) -> list[str]:
    focus = result.focus
    if focus.zoom_level is None:
        return []
    named = focus.neighbourhoods[focus.neighbourhoods["named"]]
    threshold = language.number(focus.threshold)
    if not len(named):
        return [language.text("reading.no_neighbourhoods", threshold=threshold)]
    ordered = named.sort_values("sector_establishments", ascending=False, kind="stable")
    names = [
        language.text(
            "reading.neighbourhood_item",
            name=row["name"],
            count=language.number(row["sector_establishments"]),
        )
        for _, row in ordered.head(NAMED_AT_MOST).iterrows()
    ]
    if len(ordered) > NAMED_AT_MOST:
        more = language.number(len(ordered) - NAMED_AT_MOST)
        names.append(language.text("reading.more_neighbourhoods", count=more))
    return [
        language.text("reading.neighbourhoods", threshold=threshold, names=language.listing(names))
    ]


def _sizes(result: Result, language: Language) -> list[str]:
    found = result.findings
    if not np.isfinite(found.small_share):
        return []
    sentences = [
        language.text(
            "reading.sizes",
            name=result.focus.name,
            small=_percent(found.small_share, language),
            small_nationally=_percent(found.small_share_nationally, language),
            large=_percent(found.large_share, language),
            large_nationally=_percent(found.large_share_nationally, language),
        )
    ]
    if found.focus_sizes != "unknown":
        sentences.append(language.text(f"reading.sizes_{found.focus_sizes}"))
    if found.focus_nearness != "unknown":
        sentences.append(
            language.text(
                f"reading.nearness_{found.focus_nearness}",
                ratio=language.number(found.focus_relative_d_score, 2),
                reference=reference(result, language),
            )
        )
    return sentences
