"""The report page: one HTML file that asks nothing of any other place."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd

from nabij.language import Language
from nabij.report.reading import is_mean_inverse_distance, reading, reference, sureness
from nabij.views.view import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_REGIONS = 40
# A drawing with more than this in it is heavier than a picture of it.
LARGEST_SVG = 2_000_000


def write_report(result: Result, drawn: Mapping[str, Figure], path: Path) -> None:
    """Write the report of a result.

    Parameters
    ----------
    result : Result
    drawn : mapping of str to matplotlib Figure
        The figures, by name.
    path : Path
    """
    path.write_text(page(result, drawn), encoding="utf-8")


def page(result: Result, drawn: Mapping[str, Figure]) -> str:
    """Return the report as HTML. Every text from the data is escaped."""
    language = Language(result.study.output.language)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("nabij.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = language.section("report")
    return environment.get_template("page.html.j2").render(
        language=language,
        words=words,
        result=result,
        title=words["title"].format(sector=result.sector.name),
        subtitle=words["subtitle"].format(focus=result.focus.name, level=result.focus.level),
        paragraphs=reading(result, language),
        sureness=sureness(result, language),
        explained=_explained(result, language),
        made=words["made"].format(
            date=language.date(result.provenance.made), version=result.provenance.versions["nabij"]
        ),
        figures=[(name, words[name], _picture(figure)) for name, figure in drawn.items()],
        regions=_regions(result, language),
        neighbourhoods=_neighbourhoods(result, language),
        parts=_parts(result, language),
        sizes=_sizes(result, language),
        rows=_rows(result, language),
        anything_rejected=len(result.rejected) > 0,
        parameters=_parameters(result),
        inputs={Path(name).name: digest for name, digest in result.provenance.inputs.items()},
        notes=[note.say(language) for note in result.provenance.notes],
    )


def _explained(result: Result, language: Language) -> list[str]:
    """Say what each indicator is."""
    words = language.section("report")
    d_score = "explained_d_score" if is_mean_inverse_distance(result) else "explained_d_score_other"
    values = {
        "floor": language.number(result.study.dscore.floor),
        "reference": reference(result, language),
    }
    keys = (d_score, "explained_relative", "explained_concentration", "explained_lq")
    return [words[key].format(**values) for key in keys]


def _picture(figure: Figure) -> str:
    """Return a figure as a data URL: a drawing, or where that is heavy a picture."""
    from nabij import figures

    with tempfile.TemporaryDirectory(prefix="nabij-") as folder:  # private to its owner
        kind, content = "svg+xml", figures.save(figure, Path(folder) / "figure.svg").read_bytes()
        if len(content) > LARGEST_SVG:
            kind, content = "png", figures.save(figure, Path(folder) / "figure.png").read_bytes()
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _regions(result: Result, language: Language) -> dict[str, Any]:
    """Return the region table of the focus region's level, largest in the sector first."""
    words = language.section("report")
    level = pd.DataFrame(
        result.regions[result.regions["level"] == result.focus.level].drop(columns="geometry")
    )
    shown = level.nlargest(SHOWN_REGIONS, "sector_establishments", keep="first")
    columns = [name for name in shown.columns if name != "level"]
    how: dict[str, Callable[[Any], str]] = {
        "code": str,
        "name": str,
        "mean_d_score": language.score,
        "location_quotient": lambda value: language.number(value, 2),
        "location_quotient_jobs": lambda value: language.number(value, 2),
    }
    cells = [
        [how.get(name, language.number)(row[name]) for name in columns]
        for _, row in shown.iterrows()
    ]
    for row in cells:
        if row[0] == "":
            row[1] = words["elsewhere"]
    return {
        "head": [words[f"column_{name}"] for name in columns],
        "cells": cells,
        "texts": 2,
        "codes": True,
        "note": words["regions_all"]
        if len(shown) == len(level)
        else words["regions_note"].format(
            shown=language.number(len(shown)), total=language.number(len(level))
        ),
    }


def _neighbourhoods(result: Result, language: Language) -> dict[str, Any]:
    words = language.section("report")
    named = result.focus.neighbourhoods[result.focus.neighbourhoods["named"]]
    ordered = named.sort_values("sector_establishments", ascending=False, kind="stable")
    return {
        "head": [
            words["column_neighbourhood"],
            words["column_sector_establishments"],
            words["column_sector_jobs"],
        ],
        "cells": [
            [
                row["name"],
                language.number(row["sector_establishments"]),
                language.number(row["sector_jobs"]),
            ]
            for _, row in ordered.head(SHOWN_REGIONS).iterrows()
        ],
        "texts": 1,
    }


def _parts(result: Result, language: Language) -> dict[str, Any]:
    words = language.section("report")
    return {
        "head": [
            words["column_part"],
            words["column_establishments"],
            words["column_jobs"],
            words["column_mean_d_score"],
        ],
        "cells": [
            [
                row["part"],
                language.number(row["establishments"]),
                language.number(row["jobs"]),
                language.score(row["mean_d_score"]),
            ]
            for _, row in result.parts.iterrows()
        ],
        "texts": 1,
    }


def _sizes(result: Result, language: Language) -> dict[str, Any]:
    words = language.section("report")
    return {
        "head": [
            words["column_size_class"],
            result.focus.name,
            words["column_share"],
            words["column_nationally"],
            words["column_share"],
        ],
        "cells": [
            [
                words["unknown"] if row["size_class"] == "unknown" else row["size_class"],
                language.number(row["focus_establishments"]),
                language.percent(row["focus_share"], 1),
                language.number(row["national_establishments"]),
                language.percent(row["national_share"], 1),
            ]
            for _, row in result.size_classes.iterrows()
        ],
        "texts": 1,
    }


def _rows(result: Result, language: Language) -> dict[str, Any]:
    """Return what became of every row of the register."""
    words, counts = language.section("report"), result.provenance.counts
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


def _parameters(result: Result) -> list[tuple[str, str]]:
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

    walk("", result.provenance.parameters)
    return [*lines, ("crs", result.provenance.crs)]
