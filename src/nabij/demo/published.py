"""The article's published figures beside those computed from the demo register."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nabij.demo.studies import SECTORS_OF_ARTICLE
from nabij.language import Language
from nabij.views import View
from nabij.views.findings import RANKED_SHARE

Origin = Literal["calibrated", "came out"]

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


def comparisons(views: Iterable[View]) -> list[Comparison]:
    """Set the article's figures beside those of the demo's two sectors.

    Nothing is computed again: every figure is read from a view.

    Parameters
    ----------
    views : iterable of View
        Of the sectors of the study that `nabij.demo.make` writes, in any order; one of the two
        will do.

    Returns
    -------
    list of Comparison

    References
    ----------
    The article in ESB on regional clusters, after Raspe et al. (2012): text and figures 1 to 8.
    """
    by_name = {view.sector.name: view for view in views}
    return [
        Comparison(sector.name, what, published, computed(by_name[sector.name]), origin)
        for sector, figures in zip(SECTORS_OF_ARTICLE, (_BRAINPORT, _CREATIVE), strict=True)
        if sector.name in by_name
        for what, published, computed, origin in figures
    ]


def _regions(view: View) -> pd.DataFrame:
    """Return the rows of the focus region's level, without shapes."""
    regions = view.regions
    here = (regions["level"] == view.focus.level) & (regions["code"] != "")
    return pd.DataFrame(regions[here].drop(columns="geometry"))


def _ranked(view: View, column: str) -> pd.DataFrame:
    regions = _regions(view)
    fewest = max(RANKED_SHARE * view.sector.establishments, 2)
    regions = regions[regions["sector_establishments"] >= fewest]
    return regions.sort_values(column, ascending=False, kind="stable", ignore_index=True)


def _mean(view: View) -> str:
    return WORDS.score(view.sector.mean_d_score)


def _establishments(view: View) -> str:
    return WORDS.number(view.focus.row["sector_establishments"])


def _quotient(view: View) -> str:
    return WORDS.number(view.focus.row["location_quotient"], digits=2)


def _quotient_of(name: str) -> Callable[[View], str]:
    def read(view: View) -> str:
        regions = _regions(view)
        found = regions.loc[regions["name"] == name, "location_quotient"]
        return WORDS.number(found.iloc[0], digits=2)

    return read


def _share(*labels: str) -> Callable[[View], str]:
    def read(view: View) -> str:
        classes = view.size_classes
        chosen = classes[classes["size_class"].isin(labels)]
        return WORDS.percent(float(chosen["focus_share"].sum()))

    return read


def _neighbourhoods(factor: int = 1) -> Callable[[View], str]:
    def read(view: View) -> str:
        hoods = pd.DataFrame(view.focus.neighbourhoods.drop(columns="geometry"))
        count = hoods["sector_establishments"]
        chosen = hoods[hoods["named"] & (count >= factor * view.focus.threshold)]
        chosen = chosen.sort_values("sector_establishments", ascending=False, kind="stable")
        return WORDS.listing(chosen["name"].tolist()) or "none"

    return read


def _top(column: str, number: int) -> Callable[[View], str]:
    def read(view: View) -> str:
        return WORDS.listing(_ranked(view, column)["name"].head(number).tolist())

    return read


def _most_concentrated(view: View) -> str:
    """Name the five regions highest on mean D-score, and where the focus region comes."""
    names = _ranked(view, "mean_d_score")["name"].tolist()
    text = WORDS.listing(names[:5])
    if view.focus.name in names[5:]:
        text += f"; {view.focus.name} is number {names.index(view.focus.name) + 1}"
    return text


def _lead(column: str, format_value: Callable[[float], str]) -> Callable[[View], str]:
    """Say which region is first on an indicator, and which is next."""

    def read(view: View) -> str:
        ranked = _ranked(view, column).head(2)
        (first, high), (second, low) = zip(ranked["name"], ranked[column], strict=True)
        return f"{first} {format_value(high)}, next {second} {format_value(low)}"

    return read


def _two_digits(value: float) -> str:
    return WORDS.number(value, digits=2)


_Figures = list[tuple[str, str, Callable[[View], str], Origin]]

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
