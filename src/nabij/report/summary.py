"""The answer first: three sentences and four numbers of what the reading says at length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from nabij.language import Language
from nabij.measures.types import BETWEEN
from nabij.report.content import KeyFigure
from nabij.report.wording import bounds, reference
from nabij.views import View
from nabij.views.comparison import comparison_of
from nabij.views.findings import MORE
from nabij.views.sureness import CLAIMED_FROM, sureness

NEARER = ("more", "slightly")
"""Verdicts on clustering that a ratio above 1 may be shown with."""


def summary(view: View, language: Language) -> list[str]:
    """Say in three sentences whether the sector clusters, where, and what it is made of.

    Each says no more than the tests allow; one of which nothing may be said is left out.

    Parameters
    ----------
    view : View
    language : Language

    Returns
    -------
    list of str
        Plain text: names in it are the data's own and must be escaped for a page.
    """
    return [_clustering(view, language), *_where(view, language), *_kind(view, language)]


def key_figures(view: View, language: Language) -> list[KeyFigure]:
    """Return four numbers to remember; those that there are.

    Parameters
    ----------
    view : View
    language : Language

    Returns
    -------
    list of KeyFigure
    """

    def say(key: str, **values: object) -> str:
        return language.text(f"summary.figure_{key}", **values)

    sector, found = view.sector, view.findings
    share = language.share(found.share_of_establishments)
    figures = [
        KeyFigure(
            language.number(sector.establishments),
            say("establishments", n=sector.establishments, share=share),
        )
    ]
    if view.has_jobs and np.isfinite(sector.jobs):
        share = language.share(found.share_of_jobs)
        ends = {"low": sector.jobs_low, "high": sector.jobs_high}
        key = "jobs_range" if sector.jobs_low < sector.jobs_high else "jobs"
        said = say(key, n=sector.jobs, share=share, **ends)
        figures.append(KeyFigure(language.number(sector.jobs), said))
    if found.clustering in (*NEARER, "chance", "not", "untested"):
        key = "nearer" if found.clustering in NEARER else found.clustering
        ratio = language.signed_percent(sector.relative_d_score - 1)
        figures.append(KeyFigure(ratio, say(key, reference=reference(view, language))))
    if found.clusters.verdict in ("several", "one", "weak"):
        n = found.clusters.firm
        held = language.share(found.clusters.share_firm)
        figures.append(KeyFigure(held, say("clusters", n=n)))
    elif view.has_regions and found.regions_more is not None:
        n = found.regions_more
        figures.append(KeyFigure(language.number(n), say("regions", n=n, of=found.regions_claimed)))
    return figures


def _clustering(view: View, language: Language) -> str:
    sector, found = view.sector, view.findings
    return language.text(
        f"summary.clustering_{found.clustering}",
        sector=sector.name,
        n=sector.establishments,
        beside=language.beside(sector.relative_d_score),
        reference=reference(view, language),
        **bounds(language),
    )


def _where(view: View, language: Language) -> Iterator[str]:
    """Name the region with most establishments, and those first on the indicators."""
    found = view.findings
    if not view.has_regions or not found.regions_claimed:
        return
    specialised = found.most_specialised
    sure = sureness(specialised, MORE, count="sector_establishments")
    values: dict[str, object] = {"first": found.most_establishments["name"].iloc[0]}
    values["n"] = found.most_establishments["sector_establishments"].iloc[0]
    key = "where"
    if found.nearest_in:
        key += "_concentrated"
        values["concentrated"] = found.nearest_in
    if sure.tested and sure.firm[:1].any():
        key += "_specialised"
        row: pd.Series = specialised.iloc[0]
        values |= {"specialised": row["name"], "lq": language.number(row["location_quotient"], 1)}
    yield language.text(f"summary.{key}", **values)


def _kind(view: View, language: Language) -> Iterator[str]:
    """Say how large its establishments are, and what type that makes of it."""
    found = view.findings
    small = found.small_share_nationally
    if view.sector.establishments < CLAIMED_FROM or not np.isfinite(small):
        return
    sizes = language.text(
        "summary.sizes",
        small=language.share(small),
        large=language.share(found.large_share_nationally),
        **bounds(language),
    )
    typed = found.type and found.type != BETWEEN
    yield f"{sizes} {language.text(f'summary.type_{found.type}')}" if typed else sizes


def compared(views: Sequence[View], language: Language) -> list[str]:
    """Say of sectors beside each other which is nearer together, of what, and where.

    Parameters
    ----------
    views : sequence of View
        One a sector, of the same year.
    language : Language

    Returns
    -------
    list of str
    """
    found = comparison_of(views)
    sentences = []
    if len(found.ranked) > 1:
        first, last = found.ranked[0], found.ranked[-1]
        sentences.append(
            language.text(
                f"summary.compared_{'apart' if found.apart else 'alike'}",
                first=first.name,
                last=last.name,
                beside=language.beside(first.mean / last.mean),
                high=language.score(first.mean),
                low=language.score(last.mean),
            )
        )
    if len(found.by_size) > 1:
        items = [
            language.text("summary.compared_size", name=each.name, small=language.share(each.small))
            for each in found.by_size
        ]
        sentences.append(
            language.text(
                "summary.compared_sizes", sectors=language.listing(items), **bounds(language)
            )
        )
    typed = [each for each in found.sectors if each.type]
    if len({each.type for each in typed}) > 1:
        items = [language.text(f"summary.compared_{each.type}", name=each.name) for each in typed]
        sentences.append(language.text("summary.compared_types", sectors="; ".join(items)))
    placed = [each for each in found.sectors if each.nearest_in]
    if placed:
        items = [
            language.text("summary.compared_place", name=each.name, region=each.nearest_in)
            for each in placed
        ]
        sentences.append(language.text("summary.compared_places", sectors="; ".join(items)))
    return sentences
