"""The report pages: HTML files that ask nothing of any other place."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd

from nabij.language import Language
from nabij.report.reading import reading
from nabij.report.sureness import sureness
from nabij.report.wording import reference
from nabij.study.study import slug
from nabij.views import Result, View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_REGIONS = 40
SHOWN_DIVISIONS = 20
# A drawing with more than this in it is heavier than a picture of it.
LARGEST_SVG = 2_000_000

HIDDEN = frozenset({"year", "sector", "level", "geometry"})
"""Columns that say what the page says already."""
WITHOUT_DIGITS = frozenset({"code", "name"})


def write_report(view: View, drawn: Mapping[str, Figure], path: Path) -> None:
    """Write the report of a view.

    Parameters
    ----------
    view : View
    drawn : mapping of str to matplotlib Figure
        The figures, by name.
    path : Path
    """
    path.write_text(page(view, drawn, path.parent / "figures"), encoding="utf-8")


def write_index(
    result: Result, views: Sequence[View], drawn: Mapping[str, Figure], path: Path
) -> None:
    """Write the page that sets the sectors of a result side by side.

    Parameters
    ----------
    result : Result
    views : sequence of View
        One a sector.
    drawn : mapping of str to matplotlib Figure
        The figures of all sectors together, by name.
    path : Path
    """
    page = index(result, views, drawn, path.parent / "figures")
    path.write_text(page, encoding="utf-8")


def page(view: View, drawn: Mapping[str, Figure], written: Path | None = None) -> str:
    """Return the report as HTML. Every text from the data is escaped.

    A figure that was saved in the folder `written` is taken from there.
    """
    language = Language(view.study.output.language)
    words = language.section("report")
    key = "subtitle" if view.year is None else "subtitle_year"
    subtitle = words[key if view.has_regions else "subtitle_plain"]
    tables = [_regions(view, language)] if view.has_regions else []
    tables += [
        *_neighbourhoods(view, language),
        *_parts(view, language),
        *_pairs(view, language),
        *_sizes(view, language),
        *_years(view, language),
    ]
    return _render(
        "page.html.j2",
        language,
        view,
        title=words["title"].format(sector=view.sector.name),
        subtitle=subtitle.format(focus=view.focus.name, level=view.focus.level, year=view.year),
        paragraphs=reading(view, language),
        sureness=sureness(view, language),
        explained=_explained(view, language),
        figures=_figures(drawn, written, language, has_jobs=view.has_jobs),
        tables=tables,
        rows=_rows(view, language),
        anything_rejected=len(view.rejected) > 0,
        parameters=_parameters(view),
        inputs={Path(name).name: digest for name, digest in view.provenance.inputs.items()},
        notes=[note.say(language) for note in view.provenance.notes],
    )


def index(
    result: Result, views: Sequence[View], drawn: Mapping[str, Figure], written: Path | None = None
) -> str:
    """Return the page of all sectors as HTML, as `page` does."""
    language = Language(result.study.output.language)
    words = language.section("report")
    names = [view.sector.name for view in views]
    return _render(
        "index.html.j2",
        language,
        views[0],
        title=words["index_title"].format(sectors=language.listing(names)),
        subtitle="" if views[0].year is None else str(views[0].year),
        figures=_figures(drawn, written, language, has_jobs=views[0].has_jobs),
        sectors=_frame(
            _latest(result).drop(columns=["name", "register_establishments", "register_jobs"],
                                 errors="ignore"),
            result.tables["sectors"].digits, language, hidden={"year"}, texts=2,
        ),
        reports=[
            {
                "name": view.sector.name,
                "path": f"{slug(view.sector.name)}/report.html",
                "reading": reading(view, language)[0],
            }
            for view in views
        ],
    )  # fmt: skip


def _latest(result: Result) -> pd.DataFrame:
    sectors = result.sectors
    year = result.years[-1]
    latest = sectors if year is None else sectors[sectors["year"] == year]
    whole = Language(result.study.output.language).text("common.whole_register")
    return latest.assign(reference=latest["reference"].replace("", whole))


def _render(template: str, language: Language, view: View, **values: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("nabij.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words, provenance = language.section("report"), view.provenance
    version = provenance.versions["nabij"]
    made = words["made"].format(date=language.date(provenance.made), version=version)
    return environment.get_template(template).render(
        language=language, words=words, view=view, version=version, made=made, **values
    )


def _figures(
    drawn: Mapping[str, Figure], written: Path | None, language: Language, *, has_jobs: bool
) -> list[tuple[str, str, str]]:
    """Return name, caption and picture of each figure."""
    captions = language.section("report")
    plain = "" if has_jobs else "_plain"
    found = []
    for name, figure in drawn.items():
        caption = captions.get(f"{name}{plain}", captions.get(name, language.heading(name)))
        found.append((name, caption, _picture(name, figure, written)))
    return found


def _explained(view: View, language: Language) -> list[str]:
    """Say what each indicator is."""
    words = language.section("report")
    d_score = "explained_d_score" if view.study.dscore.decay.is_plain else "explained_d_score_other"
    values = {
        "floor": language.number(view.study.dscore.floor),
        "reference": reference(view, language),
    }
    keys = (d_score, "explained_relative", "explained_concentration", "explained_lq")
    return [words[key].format(**values) for key in keys]


def _picture(name: str, figure: Figure, written: Path | None) -> str:
    """Return a figure as a data URL: a drawing, or where that is heavy a picture."""
    from nabij import figures

    with tempfile.TemporaryDirectory(prefix="nabij-") as folder:  # private to its owner

        def saved(suffix: str) -> bytes:
            there = written / f"{name}.{suffix}" if written is not None else None
            if there is None or not there.is_file():
                there = figures.save(figure, Path(folder) / f"figure.{suffix}")
            return there.read_bytes()

        kind, content = "svg+xml", saved("svg")
        if len(content) > LARGEST_SVG:
            kind, content = "png", saved("png")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _frame(
    frame: pd.DataFrame,
    digits: Mapping[str, int | None],
    language: Language,
    *,
    hidden: frozenset[str] | set[str] = HIDDEN,
    texts: int = 1,
    title: str = "",
    note: str = "",
) -> dict[str, Any]:
    """Return a table as cells of text, its columns as they were declared."""
    columns = [name for name in frame.columns if name not in hidden]
    how = {name: language.writer(name, digits.get(name)) for name in columns}
    return {
        "title": title,
        # A heading may break between words, not within one.
        "head": [language.heading(name).replace("-", "\u2011") for name in columns],
        "cells": [[how[name](row[name]) for name in columns] for _, row in frame.iterrows()],
        "texts": texts,
        "codes": columns[0] == "code",
        "note": note,
    }


def _regions(view: View, language: Language) -> dict[str, Any]:
    """Return the region table of the focus region's level, largest in the sector first."""
    words = language.section("report")
    level = pd.DataFrame(
        view.regions[view.regions["level"] == view.focus.level].drop(columns="geometry")
    )
    shown = level.nlargest(SHOWN_REGIONS, "sector_establishments", keep="first")
    note = words["regions_all"]
    if len(shown) < len(level):
        note = words["regions_note"].format(
            shown=language.number(len(shown)), total=language.number(len(level))
        )
    shown = shown.assign(name=shown["name"].where(shown["code"] != "", words["elsewhere"]))
    return _frame(shown, view.digits, language, texts=2, note=note)


def _neighbourhoods(view: View, language: Language) -> list[dict[str, Any]]:
    named = view.focus.neighbourhoods[view.focus.neighbourhoods["named"]]
    if not len(named) or view.focus.zoom_level is None:
        return []
    ordered = named.sort_values("sector_establishments", ascending=False, kind="stable")
    shown = pd.DataFrame(ordered.head(SHOWN_REGIONS).drop(columns=["code", "named", "geometry"]))
    title = language.text("report.neighbourhood_table")
    shown = shown.rename(columns={"name": "neighbourhood"})
    return [_frame(shown, view.digits, language, title=title)]


def _parts(view: View, language: Language) -> list[dict[str, Any]]:
    if not len(view.parts):
        return []
    title = language.text("report.parts")
    return [_frame(view.parts, view.digits, language, title=title)]


def _pairs(view: View, language: Language) -> list[dict[str, Any]]:
    """Return the parts towards each other, and the nearest divisions."""
    if view.pairs.empty:
        return []
    note = language.text("report.pairs_note")
    found = []
    between = view.pairs["part"] != ""
    if between.any():
        title = language.text("report.pairs_table")
        shown = view.pairs[between].drop(columns="other_name")
        found.append(_frame(shown, view.digits, language, texts=2, title=title, note=note))
    nearest = view.pairs[~between].sort_values("rank").head(SHOWN_DIVISIONS)
    title = language.text("report.divisions_table")
    hidden = HIDDEN | {"part"}
    found.append(_frame(nearest, view.digits, language, hidden=hidden, texts=2, title=title))
    return found


def _sizes(view: View, language: Language) -> list[dict[str, Any]]:
    if not len(view.size_classes):
        return []
    words = language.section("report")
    national, share = language.heading("nationally"), language.heading("share")
    return [
        {
            "title": words["sizes"],
            "head": [language.heading("size_class"), view.focus.name, share, national, share],
            "cells": [
                [
                    words["unknown"] if row["size_class"] == "unknown" else row["size_class"],
                    language.number(row["focus_establishments"]),
                    language.percent(row["focus_share"], 1),
                    language.number(row["national_establishments"]),
                    language.percent(row["national_share"], 1),
                ]
                for _, row in view.size_classes.iterrows()
            ],
            "texts": 1,
            "note": "",
        }
    ]


def _years(view: View, language: Language) -> list[dict[str, Any]]:
    """Return the sector year by year, and what changed."""
    if len(view.history) < 2:
        return []
    words = language.section("report")
    left_out = {"sector", "name", "reference", "register_establishments", "register_jobs"}
    years = view.history.sort_values("year")
    found = [_frame(years, view.digits, language, hidden=left_out, title=words["years_table"])]
    whole = view.changes[view.changes["level"] == ""]
    if view.study.register.id is not None and len(whole):
        flows = ["from_year", "to_year", "entered", "left", "moved", "stayed"]
        title = words["changes_table"]
        found.append(_frame(whole[flows], view.digits, language, texts=2, title=title))
    return found


def _rows(view: View, language: Language) -> dict[str, Any]:
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
    return {
        "head": ["", ""],
        "cells": [[what, language.number(n)] for what, n in lines],
        "texts": 1,
    }


def _parameters(view: View) -> list[tuple[str, str]]:
    """Return the study's keys and values; of paths the file's name only, a report is passed on."""
    lines = []

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict) and value:
            for key, item in value.items():
                walk(f"{prefix}.{key}" if prefix else key, item)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, item in enumerate(value, start=1):
                walk(f"{prefix} {number}", item)
        elif prefix.endswith("path"):
            lines.append((prefix, Path(value).name))
        elif value not in ({}, []):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append((prefix, shown))

    walk("", view.provenance.parameters)
    return [*lines, ("crs", view.provenance.crs)]
