"""The reading in words: what was found, in the order in which a reader asks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.language import Language
from nabij.measures.cross import RANKED_FROM
from nabij.views import View
from nabij.views.findings import (
    ALIKE,
    LARGE_FROM,
    RANKED_AT_LEAST,
    RANKED_SHARE,
    SMALL_BELOW,
    STANDS_OUT,
)

NAMED_AT_MOST = 12
PAIRS_AT_MOST = 3
# Parts with fewer establishments are near or far by accident.
PAIRED_AT_LEAST = 10


def reading(view: View, language: Language) -> list[str]:
    """Say where the sector is concentrated, what it is to the focus region, and of what kind.

    Parameters
    ----------
    view : View
    language : Language

    Returns
    -------
    list of str
        Paragraphs: the sector, its years, its regions, the focus region, its neighbourhoods and
        sizes, its parts. Plain text: names in it are the data's own and must be escaped for a page.
    """
    paragraphs = [_sector(view, language), _history(view, language)]
    if view.has_regions:
        paragraphs += [
            _regions(view, language),
            _focus(view, language),
            _neighbourhoods(view, language),
        ]
    paragraphs += [_sizes(view, language), _pairs(view, language)]
    return [" ".join(sentences) for sentences in paragraphs if sentences]


def sureness(view: View, language: Language) -> list[str]:
    """Say how sure the numbers are, and what was not tested."""

    def say(key: str, **values: str) -> str:
        return language.text(f"reading.{key}", **values)

    sentences = [
        say("sure_count", establishments=language.number(view.sector.establishments)),
    ]
    engines = view.provenance.engine.values()
    if all(engine["method"] == "exact" for engine in engines):
        sentences.append(say("sure_exact"))
    else:
        wanted = max(engine["wanted_relative_error"] for engine in engines)
        sentences.append(say("sure_engine", parts=language.number(1 / wanted)))
    sentences.append(say("sure_test"))
    counts = view.provenance.counts
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
    if view.sector.jobs_estimated:
        sentences.append(language.text("common.estimated"))
    return sentences


def _sector(view: View, language: Language) -> list[str]:
    sector, found = view.sector, view.findings
    sentences = [
        language.text(
            "reading.size" if view.has_jobs else "reading.size_plain",
            sector=sector.name,
            establishments=language.number(sector.establishments),
            jobs=language.number(sector.jobs),
            share=language.percent(found.share_of_establishments, 1),
            job_share=language.percent(found.share_of_jobs, 1),
        )
    ]
    if not sector.establishments:
        return sentences
    if not np.isfinite(sector.mean_d_score):
        return [*sentences, language.text("reading.no_score")]
    mean = language.score(sector.mean_d_score)
    sentences.append(
        language.text("reading.mean", mean=mean)
        if view.study.dscore.decay.is_plain
        else language.text("reading.mean_plain", mean=mean)
    )
    sentences.append(
        language.text(
            f"reading.clustering_{found.clustering}",
            ratio=language.number(sector.relative_d_score, 2),
            reference=reference(view, language),
        )
    )
    return sentences


def _regions(view: View, language: Language) -> list[str]:
    found = view.findings
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
        sentences.append(
            language.text(
                "reading.concentrated", regions=language.listing(regions), **bounds(language)
            )
        )
        sentences.append(
            language.text(
                "reading.stands_out" if found.region_stands_out else "reading.none_stands_out",
                name=concentrated["name"].iloc[0],
                **bounds(language),
            )
        )
    return sentences


def _focus(view: View, language: Language) -> list[str]:
    focus, row, found = view.focus, view.focus.row, view.findings
    plain = "" if view.has_jobs else "_plain"
    if not row["sector_establishments"]:
        return [language.text("reading.focus_none", name=focus.name)]
    sentences = [
        language.text(
            f"reading.focus_size{plain}",
            name=focus.name,
            establishments=language.number(row["sector_establishments"]),
            share=language.percent(found.focus_share_of_sector, 1),
            jobs=language.number(row.get("sector_jobs", np.nan)),
            job_share=language.percent(found.focus_share_of_sector_jobs, 1),
        ),
        language.text(
            f"reading.focus_weight{plain}",
            share=language.percent(found.focus_share_of_region, 1),
            job_share=language.percent(found.focus_share_of_region_jobs, 1),
        ),
        language.text(
            f"reading.focus_specialisation{plain}",
            lq=language.number(row["location_quotient"], 2),
            lq_jobs=language.number(row.get("location_quotient_jobs", np.nan), 2),
        ),
        language.text(
            f"reading.focus_{found.focus_clustering}", mean=language.score(row["mean_d_score"])
        ),
    ]
    if found.stands_out_on:
        named = bounds(language)
        what = [language.text(f"reading.on_{column}", **named) for column in found.stands_out_on]
        sentences.append(
            language.text("reading.focus_stands_out", what=language.listing(what), **named)
        )
    return sentences


def reference(view: View, language: Language) -> str:
    """Return the name of the reference sector."""
    return view.sector.reference_name or language.text("reading.reference_register")


def bounds(language: Language) -> dict[str, str]:
    """Return the bounds that the sentences name, in words: each stands once, in the findings."""
    return {
        "share": language.percent(RANKED_SHARE),
        "least": language.number(RANKED_AT_LEAST),
        "times": language.number(STANDS_OUT, 1),
        "below": language.number(SMALL_BELOW),
        "above": language.number(LARGE_FROM),
    }


def _percent(share: float, language: Language) -> str:
    """Write a share with a digit behind the mark where it would else round to nothing."""
    return language.percent(share, 0 if share >= 0.1 or share == 0 else 1)


def _neighbourhoods(view: View, language: Language) -> list[str]:
    focus = view.focus
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


def _sizes(view: View, language: Language) -> list[str]:
    found = view.findings
    if not np.isfinite(found.small_share):
        return []
    sentences = [
        language.text(
            "reading.sizes" if view.has_regions else "reading.sizes_whole",
            **bounds(language),
            name=view.focus.name,
            small=_percent(found.small_share, language),
            small_nationally=_percent(found.small_share_nationally, language),
            large=_percent(found.large_share, language),
            large_nationally=_percent(found.large_share_nationally, language),
        )
    ]
    if not view.has_regions:
        return sentences
    if found.focus_sizes != "unknown":
        key = f"reading.sizes_{found.focus_sizes}"
        sentences.append(language.text(key, **bounds(language)))
    if found.focus_nearness != "unknown":
        sentences.append(
            language.text(
                f"reading.nearness_{found.focus_nearness}",
                ratio=language.number(found.focus_relative_d_score, 2),
                reference=reference(view, language),
            )
        )
    return sentences


def _history(view: View, language: Language) -> list[str]:
    """Say how the sector changed over the years of the result."""
    if len(view.history) < 2:
        return []
    years = view.history.sort_values("year")
    first, last = years.iloc[0], years.iloc[-1]
    values = {
        "first": str(first["year"]),
        "last": str(last["year"]),
        "before": language.number(first["establishments"]),
        "after": language.number(last["establishments"]),
    }
    change = view.changes[view.changes["level"] == ""]
    if view.study.register.id is not None and len(change):
        latest = change.sort_values("to_year").iloc[-1]
        flows = ("entered", "left", "moved", "stayed")
        values |= {flow: language.number(latest[flow]) for flow in flows}
        values |= {key: str(latest[key]) for key in ("from_year", "to_year")}
        sentences = [language.text("reading.history", **values)]
    else:
        sentences = [language.text("reading.history_plain", **values)]
    if np.isfinite([first["mean_d_score"], last["mean_d_score"]]).all():
        sentences.append(
            language.text(
                "reading.history_score",
                before=language.score(first["mean_d_score"]),
                after=language.score(last["mean_d_score"]),
                relative_before=language.number(first["relative_d_score"], 2),
                relative_after=language.number(last["relative_d_score"], 2),
            )
        )
    return sentences


def _pairs(view: View, language: Language) -> list[str]:
    """Say which parts are nearer to another than a random draw, and which divisions are nearest.

    The score of two parts is the same both ways, but what to expect of it is not.
    """
    if view.pairs.empty:
        return []
    large = view.parts.loc[view.parts["establishments"] >= PAIRED_AT_LEAST, "part"]
    between = view.pairs[view.pairs["part"].isin(large) & view.pairs["other"].isin(large)]
    nearer = between[between["relative_d_score"] > 1 + ALIKE]
    ranked = view.pairs[(view.pairs["part"] == "") & view.pairs["rank"].notna()]
    sentences = []
    if len(nearer):
        sentences.append(_listed(nearer, "pairs", language))
    elif len(between):
        least = language.number(PAIRED_AT_LEAST)
        sentences.append(language.text("reading.pairs_none", least=least))
    if len(ranked):
        sentences.append(_listed(ranked, "divisions", language))
    return sentences


def _listed(pairs: pd.DataFrame, key: str, language: Language) -> str:
    """Name the nearest of some pairs."""
    nearest = pairs.nlargest(PAIRS_AT_MOST, "relative_d_score", keep="first")
    items = [
        language.text(
            f"reading.{key}_item",
            part=row["part"],
            other=row["other_name"],
            ratio=language.number(row["relative_d_score"], 2),
        )
        for _, row in nearest.iterrows()
    ]
    values = {key: language.listing(items), "least": language.number(RANKED_FROM)}
    return language.text(f"reading.{key}", **values)
