"""How the report writes numbers, their intervals and chances, and the bounds it goes by."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from nabij.language import Language
from nabij.measures.sizes import LARGE_FROM, SMALL_BELOW
from nabij.views import View
from nabij.views.findings import RANKED_SHARE, ROUGH_BELOW, STANDS_OUT
from nabij.views.sureness import CLAIMED_FROM, SIGNIFICANT
from nabij.views.view import SectorTotals


def reference(view: View, language: Language) -> str:
    """Return the name of the reference."""
    return view.sector.reference_name or language.text("reading.reference_register")


def bounds(language: Language) -> dict[str, str]:
    """Return the bounds that the sentences name, in words: each stands once, in the findings."""
    return {
        "ranked_share": language.percent(RANKED_SHARE),
        "least": language.number(CLAIMED_FROM),
        "times": language.number(STANDS_OUT, 1),
        "below": language.number(SMALL_BELOW),
        "above": language.number(LARGE_FROM),
        "significant": language.number(SIGNIFICANT, 2),
        "significant_share": language.percent(SIGNIFICANT),
        "rough": language.number(ROUGH_BELOW),
    }


def chance(language: Language, value: float, sign: str = "p") -> str:
    """Write a p- or q-value with its sign.

    >>> chance(Language("en"), 0.0213), chance(Language("en"), 1e-9, "q")
    ('p = 0.021', 'q < 0.001')
    """
    written = language.chance(value)
    return f"{sign} < {written[1:]}" if written.startswith("<") else f"{sign} = {written}"


def interval(
    language: Language,
    row: pd.Series | SectorTotals,
    column: str,
    write: Callable[[float], str],
    *,
    short: bool = False,
) -> str:
    """Write a value with its interval, where it has one.

    >>> row = pd.Series({"lq": 1.4, "lq_low": 1.1, "lq_high": 1.8})
    >>> interval(Language("en"), row, "lq", str)
    '1.4 (95% interval 1.1 to 1.8)'
    """
    value, low, high = (
        getattr(row, f"{column}{end}", float("nan")) for end in ("", "_low", "_high")
    )
    if pd.isna(low) or pd.isna(high):
        return write(value)
    key = "reading.interval_short" if short else "reading.interval"
    return language.text(key, value=write(value), low=write(low), high=write(high))
