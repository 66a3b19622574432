"""The reading in words: what was found, in the order in which a reader asks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nabij.language import Language
from nabij.measures.types import BETWEEN, FEW_LARGE_SPREAD, MANY_SMALL_CLOSE
from nabij.report.comparing import history, pairs
from nabij.report.wording import bounds, chance, interval, reference
from nabij.study.blocks import GEOCODING
from nabij.views import View

NAMED_AT_MOST = 12
TYPES = (MANY_SMALL_CLOSE, FEW_LARGE_SPREAD, BETWEEN)


def reading(view: View, language: Language) -> list[str]:
    """Say where the sector is concentrated, what it is to the focus region, and of what kind.

    What may be chance, is of few establishments or was not tested is said to be so, or left out.

    Parameters
    ----------
    view : View
    language : Language

    Returns
    -------
    list of str
        Paragraphs, those of `topics`. Plain text: names in it are the data's own and must be
        escaped for a page.
    """
    return [text for _, text in topics(view, language)]


def topics(view: View, language: Language) -> list[tuple[str, str]]:
    """Return the paragraphs of `reading`, each with its heading.

    They are the sector, its years, its clusters free of borders, its regions, the focus region,
    its neighbourhoods and sizes, its parts; those of which there is something to say.
    """
    parts = {"sector": _sector, "history": history, "clusters": _clusters}
    if view.has_regions:
        parts |= {"regions": _regions, "focus": _focus, "neighbourhoods": _neighbourhoods}
    parts |= {"sizes": _sizes, "pairs": pairs}
    told = {key: part(view, language) for key, part in parts.items()}
    return [
        (language.text(f"reading.topic_{key}", name=view.focus.name), " ".join(sentences))
        for key, sentences in told.items()
        if sentences
    ]


def _sector(view: View, language: Language) -> list[str]:
    sector, found = view.sector, view.findings
    sentences = [
        language.text(
            "reading.size" if view.has_jobs else "reading.size_plain",
            sector=sector.name,
            establishments=sector.establishments,
            jobs=sector.jobs,
            share=language.share(found.share_of_establishments),
            job_share=language.share(found.share_of_jobs),
        )
    ]
    if np.isfinite(sector.jobs_low) and sector.establishments:
        low, high = language.number(sector.jobs_low), language.number(sector.jobs_high)
        if low != high:
            sentences.append(language.text("reading.jobs_range", low=low, high=high))
    if not sector.establishments:
        return sentences
    if not np.isfinite(sector.mean_d_score):
        return [*sentences, language.text("reading.no_score")]
    plain = view.study.dscore.decay.is_plain
    mean = interval(language, sector, "mean_d_score", language.score)
    sentences.append(language.text("reading.mean" if plain else "reading.mean_plain", mean=mean))
    sentences.append(
        language.text(
            f"reading.clustering_{found.clustering}",
            beside=language.beside(sector.relative_d_score),
            reference=reference(view, language),
            # Of one sector alone nothing is to be corrected.
            chance=chance(
                language, sector.q_value, "q" if len(view.study.all_sectors) > 1 else "p"
            ),
            **bounds(language),
        )
    )
    if found.clustering == "few":
        return sentences
    if found.type in TYPES:
        sentences.append(language.text(f"reading.type_{found.type}"))
    if found.establishments_nearer is not None:
        none = "" if found.establishments_nearer else "_none"
        sentences.append(
            language.text(
                f"reading.establishments{none}",
                count=found.establishments_nearer,
                establishments=sector.establishments,
                reference=reference(view, language),
            )
        )
    if found.establishments_nearer:
        sentences.append(language.text("reading.establishments_note"))
    return sentences


def _clusters(view: View, language: Language) -> list[str]:
    """Say how many clusters free of borders there are, and describe the largest."""
    found = view.findings.clusters
    if found.verdict == "unknown":
        return []
    others = "_of" if found.verdict == "one" and found.count > 1 else ""
    sentences = [
        language.text(
            f"reading.clusters_{found.verdict}{others}",
            count=found.count,
            firm=found.firm,
            share=language.share(found.share),
            reference=reference(view, language),
            clusters="; ".join(_cluster(row, language) for _, row in found.largest.iterrows()),
            **bounds(language),
        )
    ]
    # Of places as exact as addresses nobody expects more than is there.
    coarse = found.geocoding > GEOCODING
    if len(found.largest) or coarse:
        sentences.append(
            language.text(
                f"reading.clusters_{'resolution' if len(found.largest) else 'coarse'}",
                metres=language.number(found.resolution),
                geocoding=language.number(found.geocoding),
            )
        )
    return sentences


def _cluster(row: pd.Series, language: Language) -> str:
    """Describe a cluster: where, how much, how strong, how large, of what kind, how firm."""

    def say(key: str, **values: Any) -> str:
        return language.text(f"reading.cluster_{key}", **values)

    told = [say("count", count=row["sector_establishments"])]
    for key, column, digits in (("lq", "location_quotient", 1), ("area", "area_km2", 1)):
        value = row.get(column)
        if pd.notna(value):
            # What is small would be written as nothing.
            small = 0 < value < 0.95
            told.append(say(key, value=language.number(value, digits + small)))
    if row.get("type") in TYPES:
        told.append(language.text(f"figures.types.{row['type']}"))
    if row["holding"]:
        told.append(say(row["holding"]))
    # By its number it is found on the map and in the table: a name may be that of several.
    number = language.number(row["cluster"])
    name = say("named" if row.get("name") else "unnamed", number=number, name=row.get("name") or "")
    return f"{name} ({', '.join(told)})"


def _regions(view: View, language: Language) -> list[str]:
    found, named = view.findings, bounds(language)
    if not found.regions_claimed:
        return [language.text("reading.regions_few", **named)]

    def listed(key: str, regions: pd.DataFrame) -> str:
        items = [
            language.text(
                f"reading.{key}_item",
                name=row["name"],
                count=row["sector_jobs" if key == "jobs" else "sector_establishments"],
                mean=interval(language, row, "mean_d_score", language.score, short=True),
                lq=interval(language, row, "location_quotient", two_decimals, short=True),
            )
            for _, row in regions.iterrows()
        ]
        return language.text(f"reading.{key}", regions=language.listing(items), **named)

    def two_decimals(value: float) -> str:
        return language.number(value, 2)

    sentences = [listed("most", found.most_establishments)]
    if len(found.most_jobs) > 1:
        sentences.append(listed("jobs", found.most_jobs))
    concentrated = found.most_concentrated
    if len(concentrated) > 1:
        sentences.append(listed("concentrated", concentrated))
        key = "stands_out" if found.region_stands_out else "none_stands_out"
        first = concentrated["name"].iloc[0]
        sentences.append(language.text(f"reading.{key}", name=first, **named))
        sentences.append(listed("specialised", found.most_specialised))
        sentences.append(language.text("reading.ranked", **named))
    significant = {"nearer": found.regions_nearer, "more": found.regions_more}
    tested = {key: count for key, count in significant.items() if count is not None}
    for key, count in tested.items():
        sentences.append(
            language.text(
                f"reading.regions_{key}{'' if count else '_none'}",
                count=count,
                regions=found.regions_claimed,
                reference=reference(view, language),
            )
        )
    return [*sentences, language.text("reading.regions_tested", **named)] if tested else sentences


def _focus(view: View, language: Language) -> list[str]:
    focus, row, found = view.focus, view.focus.row, view.findings
    plain, named = "" if view.has_jobs else "_plain", bounds(language)
    if not row["sector_establishments"]:
        return [language.text("reading.focus_none", name=focus.name)]

    def say(key: str, **values: Any) -> str:
        return language.text(f"reading.focus_{key}", **values)

    sentences = [
        say(
            f"size{plain}",
            name=focus.name,
            establishments=row["sector_establishments"],
            share=language.share(found.focus_share_of_sector),
            jobs=float(row.get("sector_jobs", np.nan)),
            job_share=language.share(found.focus_share_of_sector_jobs),
        ),
        say(
            f"weight{plain}",
            share=language.share(found.focus_share_of_region),
            job_share=language.share(found.focus_share_of_region_jobs),
        ),
    ]
    if "sector_jobs_low" in row:
        ends = {end: language.number(row[f"sector_jobs_{end}"]) for end in ("low", "high")}
        if ends["low"] != ends["high"]:
            sentences.insert(1, say("jobs_range", **ends))
    if not found.focus_claimed:
        return [*sentences, say("few", **named)]
    quotient = interval(language, row, "location_quotient", lambda value: language.number(value, 2))
    sentences.append(say(f"lq_{found.focus_specialisation}", lq=quotient))
    by_jobs = row.get("location_quotient_jobs")
    if pd.notna(by_jobs):
        ends = {
            end: language.number(row[name], 2)
            for end in ("low", "high")
            if pd.notna(row.get(name := f"location_quotient_jobs_{end}"))
        }
        key = "lq_jobs_range" if len(set(ends.values())) == 2 else "lq_jobs"
        sentences.append(say(key, lq=language.number(by_jobs, 2), **ends))
    if pd.notna(row["mean_d_score"]):
        mean = interval(language, row, "mean_d_score", language.score)
        sentences.append(say(found.focus_clustering, mean=mean))
    if found.focus_nearness != "unknown":
        sentences.append(
            say(
                f"nearness_{found.focus_nearness}",
                reference=reference(view, language),
                low=language.score(row["expected_low"]),
                high=language.score(row["expected_high"]),
                chance=chance(language, row["q_value"], "q"),
            )
        )
    if found.stands_out_on:
        what = [language.text(f"reading.on_{column}", **named) for column in found.stands_out_on]
        sentences.append(say("stands_out", what=language.listing(what), **named))
    return sentences


def _neighbourhoods(view: View, language: Language) -> list[str]:
    focus = view.focus
    if focus.zoom_level is None:
        return []
    named = focus.neighbourhoods[focus.neighbourhoods["named"]]
    asked = {"level": focus.zoom_level, "threshold": focus.threshold}
    if not len(named):
        return [language.text("reading.no_neighbourhoods", **asked)]
    ordered = named.sort_values("sector_establishments", ascending=False, kind="stable")
    names = [
        language.text(
            "reading.neighbourhood_item",
            name=row["name"],
            count=row["sector_establishments"],
        )
        for _, row in ordered.head(NAMED_AT_MOST).iterrows()
    ]
    if len(ordered) > NAMED_AT_MOST:
        more = len(ordered) - NAMED_AT_MOST
        names.append(language.text("reading.more_neighbourhoods", count=more))
    return [language.text("reading.neighbourhoods", names=language.listing(names), **asked)]


def _sizes(view: View, language: Language) -> list[str]:
    found = view.findings
    if not np.isfinite(found.small_share) or not found.focus_claimed:
        return []
    sentences = [
        language.text(
            "reading.sizes" if view.has_regions else "reading.sizes_whole",
            **bounds(language),
            name=view.focus.name,
            small=language.share(found.small_share),
            small_nationally=language.share(found.small_share_nationally),
            large=language.share(found.large_share),
            large_nationally=language.share(found.large_share_nationally),
        )
    ]
    if view.has_regions and found.focus_sizes != "unknown":
        sentences.append(language.text(f"reading.sizes_{found.focus_sizes}", **bounds(language)))
    return sentences
