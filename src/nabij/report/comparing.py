"""The reading in words, of the sector beside what it was, its parts and other divisions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.language import Language
from nabij.measures.cross import RANKED_FROM
from nabij.report.wording import bounds, chance, reference
from nabij.views import View
from nabij.views.nearness import change_found, pairs_found


def history(view: View, language: Language) -> list[str]:
    """Say how the sector changed over the years of the result."""
    if len(view.history) < 2:
        return []
    years = view.history.sort_values("year")
    first, last = years.iloc[0], years.iloc[-1]
    values: dict[str, object] = {
        "first": str(first["year"]),
        "last": str(last["year"]),
        "before": int(first["establishments"]),
        "after": int(last["establishments"]),
    }
    whole = view.changes[view.changes["level"] == ""]
    counted = view.study.register.id is not None and len(whole) > 0
    if counted:
        latest = whole.sort_values("to_year").iloc[-1]
        flows = ("entered", "left", "moved", "stayed")
        values |= {flow: int(latest[flow]) for flow in flows}
        values |= {key: str(latest[key]) for key in ("from_year", "to_year")}
    sentences = [language.text("reading.history" if counted else "reading.history_plain", **values)]
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
    if counted:
        sentences += _change(view, language)
    return sentences


def _change(view: View, language: Language) -> list[str]:
    found, sentences = change_found(view.changes, view.focus.level), []
    if found.nearer != "unknown":
        sentences.append(
            language.text(
                f"reading.change_{found.nearer}",
                chance=chance(language, found.p_value),
                **bounds(language),
            )
        )
    if found.regions is not None and view.has_regions:
        count = language.number(found.regions)
        sentences.append(
            language.text(
                "reading.change_regions", count=count, level=view.focus.level, **bounds(language)
            )
        )
    return sentences


def pairs(view: View, language: Language) -> list[str]:
    """Say which parts are nearer to another than a random draw, and which divisions are nearest."""
    if view.pairs.empty:
        return []
    found, sentences = pairs_found(view.pairs, view.parts), []
    if len(found.nearer):
        key = "pairs" if found.tested else "pairs_untested"
        sentences.append(
            language.text(f"reading.{key}", pairs=_ratios(found.nearer, "pairs", language))
        )
    elif found.between and found.tested:
        sentences.append(language.text("reading.pairs_none", **bounds(language)))
    if found.ranked:
        sentences.append(
            language.text(
                "reading.divisions",
                divisions=_ratios(found.divisions, "divisions", language),
                count=found.ranked,
                least=RANKED_FROM,
            )
        )
    if found.divisions_tested:
        sentences.append(
            language.text(
                f"reading.divisions_{'sure' if found.not_random else 'none'}",
                count=found.not_random,
                tested=found.divisions_tested,
                reference=reference(view, language),
            )
        )
    return sentences


def _ratios(pairs: pd.DataFrame, key: str, language: Language) -> str:
    """Name pairs, each with its ratio, and the one at like density where it is known."""
    items = []
    for _, row in pairs.iterrows():
        like = pd.notna(row.get("stratified_ratio"))
        items.append(
            language.text(
                f"reading.{key}_item_like" if like else f"reading.{key}_item",
                part=row["part"],
                other=row["other_name"],
                ratio=language.beside(row["relative_d_score"], alone=True),
                like=language.beside(row.get("stratified_ratio", np.nan), alone=True),
            )
        )
    return language.listing(items)
