"""From views to the documents that are written of them: what is said, in which order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nabij.language import Language
from nabij.report import tables
from nabij.report.brand import brand_of
from nabij.report.content import (
    Block,
    Bullets,
    Document,
    Link,
    Paragraphs,
    Picture,
    Section,
    Table,
)
from nabij.report.notices import notices
from nabij.report.reading import topics
from nabij.report.summary import compared, key_figures, summary
from nabij.report.sureness import sureness
from nabij.report.wording import reference
from nabij.study.study import slug
from nabij.views import Result, View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Drawn = Mapping[str, Figure]


PATHS = ("path", "register.database", "register.query", "report.logo", "report.template")
"""Keys of the study that name a file, or a database on somebody's server."""


def of_view(view: View, drawn: Drawn, narrow: Drawn | None = None) -> Document:
    """Return the report of a view.

    Parameters
    ----------
    view : View
    drawn : mapping of str to matplotlib Figure
        The figures, by name.
    narrow : mapping of str to matplotlib Figure, optional
        Those for a narrow screen.
    """
    language = Language(view.study.output.language)
    words = language.section("report")
    key = "subtitle" if view.year is None else "subtitle_year"
    subtitle = words[key if view.has_regions else "subtitle_plain"]
    shown: list[Block] = [*tables.of_view(view, language)]
    if view.sector.unit and shown:
        unit = language.text("report.unit_line", unit=view.sector.unit)
        shown.insert(0, Paragraphs([unit], soft=True))
    sections = [
        Section("figures", words["figures"], pictures(drawn, narrow, language, view.has_jobs)),
        Section(
            "reading",
            words["reading"],
            [Paragraphs([text], title=title) for title, text in topics(view, language)],
        ),
        Section("tables", words["regions" if view.has_regions else "tables"], shown),
        Section("sureness", words["sureness"], [Bullets(sureness(view, language))]),
        Section("explained", words["explained"], [Bullets(_explained(view, language))]),
        *_appendices(view, language),
    ]
    return _document(
        language,
        view,
        title=language.text("report.title", sector=view.sector.name),
        subtitle=language.fill(
            subtitle, focus=view.focus.name, level=view.focus.level, year=str(view.year)
        ),
        notices=notices(view, language),
        summary=summary(view, language),
        key_figures=key_figures(view, language),
        sections=sections,
    )


def of_result(
    result: Result, views: Sequence[View], drawn: Drawn, narrow: Drawn | None = None
) -> Document:
    """Return the document that sets the sectors of a result side by side.

    Parameters
    ----------
    result : Result
    views : sequence of View
        One a sector.
    drawn, narrow : mapping of str to matplotlib Figure
        The figures of all sectors together, as in `of_view`.
    """
    language = Language(result.study.output.language)
    words = language.section("report")
    names = [view.sector.name for view in views]
    digits = result.tables["sectors"].digits
    table: list[Block] = [tables.of_sectors(_latest(result), digits, language)]
    if views[0].sector.unit:
        unit = language.text("report.unit_line", unit=views[0].sector.unit)
        table.insert(0, Paragraphs([unit], soft=True))
    links = [
        Link(
            path=f"{slug(view.sector.name)}/report.html",
            title=language.text("report.index_report", sector=view.sector.name),
            text=" ".join(summary(view, language)),
        )
        for view in views
    ]
    sections = [
        Section("figures", words["figures"], pictures(drawn, narrow, language, views[0].has_jobs)),
        Section("sectors", words["index_sectors"], [*table, Paragraphs([words["index_all"]])]),
        Section("reports", words["index_reports"], links),
    ]
    return _document(
        language,
        views[0],
        title=language.text("report.index_title", sectors=language.listing(names)),
        subtitle="" if views[0].year is None else str(views[0].year),
        notices=_once([each for view in views for each in notices(view, language)[:1]]),
        summary=compared(views, language),
        key_figures=(),
        sections=sections,
    )


def _document(
    language: Language, view: View, *, sections: Sequence[Section], **values: Any
) -> Document:
    provenance = view.provenance
    version = provenance.versions["nabij"]
    synthetic = view.study.register.synthetic
    return Document(
        language=language.code,
        synthetic=language.text("common.synthetic") if synthetic else "",
        source=language.text("common.source", source=view.source),
        made=language.text("report.made", date=language.date(provenance.made), version=version),
        version=version,
        brand=brand_of(view.study.report),
        sections=[section for section in sections if section.blocks],
        **values,
    )


def _once(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _latest(result: Result) -> pd.DataFrame:
    latest = result.latest_sectors
    whole = Language(result.study.output.language).text("common.whole_register")
    return latest.assign(reference=latest["reference"].replace("", whole))


def pictures(
    drawn: Drawn, narrow: Drawn | None, language: Language, has_jobs: bool
) -> list[Picture]:
    """Return figures with their captions, and with what they say."""
    captions = language.section("report")
    plain = "" if has_jobs else "_plain"
    found = []
    for name, figure in drawn.items():
        caption = captions.get(f"{name}{plain}", captions.get(name, language.heading(name)))
        said = getattr(figure, "in_words", "") or str(figure.get_label()) or caption
        found.append(
            Picture(
                name=name,
                figure=figure,
                narrow=(narrow or {}).get(name),
                caption=caption,
                alternative=said,
            )
        )
    return found


def _explained(view: View, language: Language) -> list[str]:
    """Say what each indicator is."""
    d_score = "explained_d_score" if view.study.dscore.decay.is_plain else "explained_d_score_other"
    values = {"floor": view.study.dscore.floor, "reference": reference(view, language)}
    keys = (d_score, "explained_relative", "explained_concentration", "explained_lq")
    return [language.text(f"report.{key}", **values) for key in keys]


def _appendices(view: View, language: Language) -> Iterator[Section]:
    """Return what lets a reader check: the rows of the register, and how it was made."""
    words = language.section("report")
    rejected = words["rejected_note" if len(view.rejected) else "nothing_rejected"]
    rows: list[Block] = [tables.of_rows(view, language), Paragraphs([rejected])]
    notes = [note.say(language) for note in view.provenance.notes]
    if notes:
        rows += [Paragraphs([], title=words["notes"]), Bullets(notes)]
    yield Section("rows", words["rows"], rows, appendix=True)
    inputs = [(Path(name).name, digest) for name, digest in view.provenance.inputs.items()]
    made = [
        (words["parameters"], [words["parameter"], words["value"]], _parameters(view)),
        (words["inputs"], [words["file"], "SHA-256"], inputs),
        (words["versions"], [], [*view.provenance.versions.items()]),
    ]
    blocks = [
        Table(title=title, head=head, cells=lines, texts=2, long=True)
        for title, head, lines in made
    ]
    yield Section("parameters", words["parameters"], blocks, appendix=True)


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
        elif prefix.endswith(PATHS):
            lines.append((prefix, Path(value).name))
        elif value not in ({}, []):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append((prefix, shown))

    walk("", view.provenance.parameters)
    return [*lines, ("crs", view.provenance.crs)]
