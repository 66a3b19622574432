"""The article's published figures beside those computed from the demo register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nabij.demo.studies import STUDIES
from nabij.language import Language
from nabij.views.view import Result

Origin = Literal["calibrated", "came out"]

# Means over fewer establishments than this share of the sector are left out of a ranking, as in
# `nabij.views.findings`.
RANKED_SHARE = 0.01
WORDS = Language("en")


@dataclass(frozen=True)
class Comparison:
    """One published figure beside the computed one.

    Attributes
    ----------
    sector, what : str
    published : str
        As the article has it, in English.
    computed : str
        From the result, rounded as in the report.
    origin : {"calibrated", "came out"}
        Whether the demo register was made so that the figure comes out, or it came out by itself.
    """

    sector: str
    what: str
    published: str
    computed: str
    origin: Origin


def comparisons(results: Iterable[Result] | Mapping[str, Result]) -> list[Comparison]:
    """Set the article's figures beside those of the demo's two results.

    Nothing is computed again: every figure is read from the result.

    Parameters
    ----------
    results : iterable of Result, or mapping with Results as values
        Of the studies that `nabij.demo.make` writes, in any order; one of the two will do.

    Returns
    -------
    list of Comparison

    References
    ----------
    The article in ESB on regional clusters, after Raspe et al. (2012): text and figures 1 to 8.
    """
    if isinstance(results, Mapping):
        results = results.values()
    by_name = {result.sector.name: result for result in results}
    rows = []
    for study, figures in zip(STUDIES, (_BRAINPORT, _CREATIVE), strict=True):
        if study.name in by_name:
            result = by_name[study.name]
            rows += [
                Comparison(study.name, what, published, computed(result), origin)
                for what, published, computed, origin in figures
            ]
    return rows


def _regions(result: Result) -> pd.DataFrame:
    """Return the rows of the focus region's level, without shapes."""
    regions = result.regions
    here = (regions["level"] == result.focus.level) & (regions["code"] != "")
    return pd.DataFrame(regions[here].drop(columns="geometry"))


def _ranked(result: Result, column: str) -> pd.DataFrame:
    regions = _regions(result)
    fewest = max(RANKED_SHARE * result.sector.establishments, 2)
    regions = regions[regions["sector_establishments"] >= fewest]
    return regions.sort_values(column, ascending=False, kind="stable", ignore_index=True)


def _mean(result: Result) -> str:
    return WORDS.score(result.sector.mean_d_score)


def _establishments(result: Result) -> str:
    return WORDS.number(result.focus.row["sector_establishments"])


def _quotient(result: Result) -> str:
    return WORDS.number(result.focus.row["location_quotient"], digits=2)


def _quotient_of(name: str) -> Callable[[Result], str]:
    def read(result: Result) -> str:
        regions = _regions(result)
        found = regions.loc[regions["name"] == name, "location_quotient"]
        return WORDS.number(found.iloc[0], digits=2)

    return read


def _share(*labels: str) -> Callable[[Result], str]:
    def read(result: Result) -> str:
        classes = result.size_classes
        chosen = classes[classes["size_class"].isin(labels)]
        return WORDS.percent(float(chosen["focus_share"].sum()))

    return read


def _neighbourhoods(factor: int = 1) -> Callable[[Result], str]:
    def read(result: Result) -> str:
        hoods = pd.DataFrame(result.focus.neighbourhoods.drop(columns="geometry"))
        count = hoods["sector_establishments"]
        chosen = hoods[hoods["named"] & (count >= factor * result.focus.threshold)]
        chosen = chosen.sort_values("sector_establishments", ascending=False, kind="stable")
        return WORDS.listing(chosen["name"].tolist()) or "none"

    return read


def _top(column: str, number: int) -> Callable[[Result], str]:
    def read(result: Result) -> str:
        return WORDS.listing(_ranked(result, column)["name"].head(number).tolist())

    return read


def _most_concentrated(result: Result) -> str:
    """Name the five regions highest on mean D-score, and where the focus region comes."""
    names = _ranked(result, "mean_d_score")["name"].tolist()
    text = WORDS.listing(names[:5])
    if result.focus.name in names[5:]:
        text += f"; {result.focus.name} is number {names.index(result.focus.name) + 1}"
    return text


def _lead(column: str, format_value: Callable[[float], str]) -> Callable[[Result], str]:
    """Say which region is first on an indicator, and which is next."""

    def read(result: Result) -> str:
        ranked = _ranked(result, column).head(2)
        (first, high), (second, low) = zip(ranked["name"], ranked[column], strict=True)
        return f"{first} {format_value(high)}, next {second} {format_value(low)}"

    return read


def _two_digits(value: float) -> str:
    return WORDS.number(value, digits=2)


_Figures = list[tuple[str, str, Callable[[Result], str], Origin]]

_BRAINPORT: _Figures = [
    ("national mean D-score, per km", "0.0185", _mean, "calibrated"),
    (
        "regions highest on mean D-score",
        "Zuid-Holland, Eindhoven, Amsterdam",
        _most_concentrated,
        "calibrated",
    ),
    (
        "a region that stands out on mean D-score",
        "none",
        _lead("mean_d_score", WORDS.score),
        "calibrated",
    ),
    (
        "region with most jobs of the sector",
        "Zuidoost-Noord-Brabant",
        _lead("sector_jobs", WORDS.number),
        "calibrated",
    ),
    ("establishments in Zuidoost-Noord-Brabant", "just over 600", _establishments, "calibrated"),
    ("location quotient there", "a good 1.5", _quotient, "calibrated"),
    ("location quotient of Twente", "slightly higher", _quotient_of("Twente"), "calibrated"),
    (
        "establishments there with at least 5 jobs",
        "one third",
        _share("5-9", "10-19", "20-49", "50-99", "100+"),
        "calibrated",
    ),
    (
        "establishments there with 50 jobs and more",
        "one in ten (more than 50)",
        _share("50-99", "100+"),
        "calibrated",
    ),
    (
        "neighbourhoods there with at least 14",
        "Hurk, Flight Forum, Beemden, Ekkersrijt, ones in Bladel and Eersel, Hoogeind",
        _neighbourhoods(),
        "calibrated",
    ),
]

_CREATIVE: _Figures = [
    ("national mean D-score, per km", "0.026", _mean, "calibrated"),
    (
        "regions with most establishments",
        "the four big cities: Amsterdam, Rotterdam, The Hague, Utrecht",
        _top("sector_establishments", 4),
        "came out",
    ),
    (
        "region that stands out on mean D-score",
        "Groot-Amsterdam",
        _lead("mean_d_score", WORDS.score),
        "came out",
    ),
    (
        "region that stands out on jobs",
        "Groot-Amsterdam",
        _lead("sector_jobs", WORDS.number),
        "came out",
    ),
    (
        "region that stands out on location quotient",
        "Groot-Amsterdam, far above every other region",
        _lead("location_quotient", _two_digits),
        "calibrated",
    ),
    ("establishments in Groot-Amsterdam", "almost 12,000", _establishments, "calibrated"),
    (
        "establishments there with fewer than 5 jobs",
        "96%",
        _share("<1", "1", "2-4"),
        "calibrated",
    ),
    (
        "neighbourhoods there with at least 225",
        "Oostelijk Havengebied, Landlust, Jordaan, Oude Pijp, Nieuwe Pijp, Grachtengordel, "
        "Haarlemmerbuurt, Staatsliedenbuurt, Oostelijke Eilanden, Nieuwmarkt/Lastage",
        _neighbourhoods(),
        "calibrated",
    ),
    (
        "neighbourhoods there with twice as many",
        "Oostelijk Havengebied, Landlust",
        _neighbourhoods(2),
        "calibrated",
    ),
]
