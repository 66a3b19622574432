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
from nabij.report import tables
from nabij.report.reading import reading
from nabij.report.sureness import sureness
from nabij.report.wording import reference
from nabij.study.study import slug
from nabij.views import Result, View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A drawing with more than this in it is heavier than a picture of it.
LARGEST_SVG = 2_000_000


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
        tables=tables.of_view(view, language),
        rows=tables.of_rows(view, language),
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
        sectors=tables.of_sectors(_latest(result), result.tables["sectors"].digits, language),
        reports=[
            {
                "name": view.sector.name,
                "path": f"{slug(view.sector.name)}/report.html",
                "reading": reading(view, language)[0],
            }
            for view in views
        ],
    )


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
