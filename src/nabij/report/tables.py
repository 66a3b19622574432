"""The tables of the report: cells of text, in the words and marks of a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any

import pandas as pd

from nabij.language import Language
from nabij.report.content import Table
from nabij.report.wording import bounds
from nabij.views import View

SHOWN_REGIONS = 40
SHOWN_CLUSTERS = 40
SHOWN_DIVISIONS = 20

HIDDEN = frozenset({"year", "sector", "level", "geometry"})
"""Columns that say what the page says already."""
# A reader decides by what is corrected; the files have all.
UNCORRECTED = frozenset({"expected_d_score", "p_value", "location_quotient_p"})
# The type sums up what it is judged by.
JUDGED_BY = frozenset({"small_share", "large_share", "spacing"})
# What they say is in words, under how sure the numbers are.
OTHER_FLOORS = frozenset({"mean_d_score_half_floor", "mean_d_score_five_floors"})
NOT_OF_REGIONS = (
    HIDDEN | UNCORRECTED | OTHER_FLOORS
    | {"jobs", "jobs_low", "jobs_high", "location_quotient_shrunk"}
)  # fmt: skip
NOT_OF_CLUSTERS = HIDDEN | JUDGED_BY | {"jobs", "log_likelihood_ratio"}
NOT_OF_PAIRS = HIDDEN | {"p_value"}
NOT_OF_SECTORS = JUDGED_BY | {
    "year", "name", "register_establishments", "register_jobs", "register_jobs_low",
    "register_jobs_high", "expected_d_score", "z", "p_value",
    "geocoding", "cluster_window", "cluster_radius", "places",
}  # fmt: skip
NOT_OF_YEARS = NOT_OF_SECTORS - {"year"} | {"sector", "reference"}
RANGES = {
    "expected": "reference_range",
    **dict.fromkeys(("jobs", "sector_jobs", "location_quotient_jobs"), "jobs_range"),
}
"""What lies between both ends of a column that is no interval of the one before it."""


def of_view(view: View, language: Language) -> list[Table]:
    """Return the tables of a view, those that have rows."""
    return [
        *_regions(view, language),
        *_clusters(view, language),
        *_neighbourhoods(view, language),
        *_parts(view, language),
        *_pairs(view, language),
        *_sizes(view, language),
        *_years(view, language),
    ]


def of_sectors(
    sectors: pd.DataFrame, digits: Mapping[str, int | None], language: Language
) -> Table:
    """Return the table that sets sectors side by side."""
    hidden = NOT_OF_SECTORS | {"reference_establishments"}
    return _frame(sectors, digits, language, hidden=hidden, table="sectors", texts=2)


def _frame(
    frame: pd.DataFrame,
    digits: Mapping[str, int | None],
    language: Language,
    *,
    hidden: frozenset[str] | set[str] = HIDDEN,
    table: str = "",
    texts: int = 1,
    title: str = "",
    note: str = "",
) -> Table:
    """Return a table as cells of text, its columns as they were declared.

    The ends of an interval, ``name_low`` and ``name_high``, are one column, beside that of `name`.
    """
    starts = {name.removesuffix("_low") for name in frame.columns if name.endswith("_low")}
    lower = {f"{name}_low" for name in starts if f"{name}_high" in frame}
    upper = {f"{name.removesuffix('_low')}_high" for name in lower}
    columns = [name for name in frame.columns if name not in hidden and name not in upper]
    for name in lower.intersection(columns):
        if (value := name.removesuffix("_low")) in columns:
            columns.remove(name)
            columns.insert(columns.index(value) + 1, name)
    if {"code", "name"} <= set(columns) and _same(frame):
        columns.remove("code")
        texts -= 1
    how = {
        name: _interval(name, digits, language) if name in lower else _value(name, digits, language)
        for name in columns
    }
    head = [
        _range_name(name, language) if name in lower else language.heading(name, table)
        for name in columns
    ]
    return Table(
        title=title,
        # A heading may break between words, not within one.
        head=[name.replace("-", "\u2011") for name in head],
        cells=[[how[name](row) for name in columns] for _, row in frame.iterrows()],
        texts=texts,
        note=note,
        values=[[_plain(row[name]) for name in columns] for _, row in frame.iterrows()],
    )


def _same(frame: pd.DataFrame) -> bool:
    """Return whether codes say what names say; what lies outside all regions has no code."""
    return bool(((frame["code"] == frame["name"]) | (frame["code"] == "")).all())


def _plain(value: Any) -> float | str | None:
    """Return what a cell is sorted by."""
    if pd.isna(value):
        return None
    return float(value) if isinstance(value, Real) else str(value)


def _value(
    column: str, digits: Mapping[str, int | None], language: Language
) -> Callable[[pd.Series], str]:
    """Return how a row's value of a column is written."""
    write = language.writer(column, digits.get(column))
    if column == "type":
        types = language.section("figures")["types"]
        return lambda row: str(types.get(row[column], ""))
    return lambda row: write(row[column])


def _interval(
    column: str, digits: Mapping[str, int | None], language: Language
) -> Callable[[pd.Series], str]:
    """Return how a row's interval is written, of which `column` is the lower end."""
    write, upper = (
        language.writer(column, digits.get(column)),
        f"{column.removesuffix('_low')}_high",
    )

    def both(row: pd.Series) -> str:
        if pd.isna(row[column]) or pd.isna(row[upper]):
            return language.number(float("nan"))
        low, high = write(row[column]), write(row[upper])
        return low if low == high else language.text("report.range", low=low, high=high)

    return both


def _range_name(column: str, language: Language) -> str:
    return language.text(f"report.{RANGES.get(column.removesuffix('_low'), 'interval')}")


def _regions(view: View, language: Language) -> list[Table]:
    """Return the region table of the focus region's level, largest in the sector first."""
    if not view.has_regions:
        return []
    words = language.section("report")
    level = pd.DataFrame(
        view.regions[view.regions["level"] == view.focus.level].drop(columns="geometry")
    )
    some = level[level["sector_establishments"] > 0]
    shown = some.nlargest(SHOWN_REGIONS, "sector_establishments", keep="first")
    title = language.text("report.regions_table", level=view.focus.level)
    note = words["regions_all"]
    if len(shown) < len(level):
        key = "regions_note" if len(shown) < len(some) else "regions_some"
        note = language.text(f"report.{key}", shown=len(shown), total=len(level))
    shown = shown.assign(name=shown["name"].where(shown["code"] != "", words["elsewhere"]))
    if "q_value" in shown:
        note += " " + language.text("report.regions_sure_note", **bounds(language))
    return [
        _frame(
            shown,
            view.digits,
            language,
            hidden=NOT_OF_REGIONS,
            table="regions",
            texts=2,
            title=title,
            note=note,
        )
    ]


def _clusters(view: View, language: Language) -> list[Table]:
    """Return the clusters free of borders, largest in the sector first."""
    if not len(view.clusters):
        return []
    shown = pd.DataFrame(view.clusters).head(SHOWN_CLUSTERS)
    note = language.text(
        "report.clusters_table_note",
        shown=language.number(len(shown)),
        total=language.number(len(view.clusters)),
        **bounds(language),
    )
    title = language.text("report.clusters_table")
    return [
        _frame(
            shown,
            view.digits,
            language,
            hidden=NOT_OF_CLUSTERS,
            table="clusters",
            texts=2,
            title=title,
            note=note,
        )
    ]


def _neighbourhoods(view: View, language: Language) -> list[Table]:
    named = view.focus.neighbourhoods[view.focus.neighbourhoods["named"]]
    if not len(named) or view.focus.zoom_level is None:
        return []
    ordered = named.sort_values("sector_establishments", ascending=False, kind="stable")
    shown = pd.DataFrame(ordered.head(SHOWN_REGIONS).drop(columns=["code", "named", "geometry"]))
    level = view.focus.zoom_level
    title = language.text(
        "report.neighbourhood_table", level=level, region=view.focus.name, n=view.focus.threshold
    )
    # The level has its own name, which is what its column is called.
    return [_frame(shown.rename(columns={"name": level}), view.digits, language, title=title)]


def _parts(view: View, language: Language) -> list[Table]:
    if not len(view.parts):
        return []
    title = language.text("report.parts")
    return [_frame(view.parts, view.digits, language, title=title)]


def _pairs(view: View, language: Language) -> list[Table]:
    """Return the parts towards each other, and the nearest divisions."""
    if view.pairs.empty:
        return []
    note = language.text("report.pairs_note")
    found = []
    between = view.pairs["part"] != ""
    if between.any():
        title = language.text("report.pairs_table")
        shown = view.pairs[between].drop(columns="other_name")
        found.append(
            _frame(
                shown,
                view.digits,
                language,
                hidden=NOT_OF_PAIRS,
                texts=2,
                title=title,
                note=note,
            )
        )
    nearest = view.pairs[~between].sort_values("rank").head(SHOWN_DIVISIONS)
    title = language.text("report.divisions_table")
    hidden = NOT_OF_PAIRS | {"part"}
    found.append(_frame(nearest, view.digits, language, hidden=hidden, texts=2, title=title))
    return found


def _sizes(view: View, language: Language) -> list[Table]:
    if not len(view.size_classes):
        return []
    words = language.section("report")
    national, share = language.heading("nationally"), language.heading("share")
    return [
        Table(
            title=words["sizes"],
            head=[language.heading("size_class"), view.focus.name, share, national, share],
            cells=[
                [
                    language.size_class(row["size_class"]),
                    language.number(row["focus_establishments"]),
                    language.share(row["focus_share"]),
                    language.number(row["national_establishments"]),
                    language.share(row["national_share"]),
                ]
                for _, row in view.size_classes.iterrows()
            ],
        )
    ]


def _years(view: View, language: Language) -> list[Table]:
    """Return the sector year by year, and what changed."""
    if len(view.history) < 2:
        return []
    words = language.section("report")
    years = view.history.sort_values("year")
    found = [_frame(years, view.digits, language, hidden=NOT_OF_YEARS, title=words["years_table"])]
    whole = view.changes[view.changes["level"] == ""]
    if view.study.register.id is not None and len(whole):
        flows = ["from_year", "to_year", "entered", "left", "moved", "stayed", "p_value"]
        title = words["changes_table"]
        found.append(
            _frame(
                whole[[name for name in flows if name in whole]],
                view.digits,
                language,
                texts=2,
                title=title,
            )
        )
    return found


def of_rows(view: View, language: Language) -> Table:
    """Return what became of every row of the register."""
    words, counts = language.section("report"), view.provenance.counts
    lines = [(words["read"], counts["rows_read"]), (words["kept"], counts["rows_kept"])]
    for group in ("rejected", "set_aside"):
        lines += [
            (words[group].format(reason=why.say(language)), n) for why, n in counts[group].items()
        ]
    found = [(words["jobs_missing"], counts["jobs_missing"])]
    for key, group in (("outside", "outside_regions"), ("several", "in_several_regions")):
        found += [(words[key].format(level=level), n) for level, n in counts[group].items()]
    lines += [(what, n) for what, n in found if n]
    return Table(
        title=words["rows"], head=[], cells=[[what, language.number(n)] for what, n in lines]
    )
