"""Everything a run leaves behind, in one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from nabij import figures
from nabij.exports import record, tables
from nabij.exports.folder import RECORD, at_once
from nabij.figures.kit.elsewhere import elsewhere
from nabij.progress import Progress, silent
from nabij.report import of_result, of_view, page, pdf
from nabij.report.content import Document
from nabij.study.study import slug
from nabij.views import Result, View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Jobs = dict[str, Callable[[Path], object]]
"""What writes each file of the result, by its path in the folder."""


def save(result: Result, folder: str | Path, *, progress: Progress = silent) -> Path:
    """Write tables, figures, reports and record into `folder`, at once or not at all.

    Parameters
    ----------
    result : Result
        Of a study or of a scan. Figures and reports are of the latest year.
    folder : str or Path
        Made if it is not there. An earlier result in it is replaced; a folder with anything else
        in it is refused.
    progress : callable, optional
        Called with what is being written and the fraction done.

    Returns
    -------
    Path
        The folder. It and its files are readable by their owner only.

    Raises
    ------
    InputError
        If the folder cannot be written, or holds files of someone else.

    Examples
    --------
    >>> import nabij
    >>> nabij.save(result, "result")  # doctest: +SKIP
    PosixPath('result')
    """
    target, formats = Path(folder), result.study.output.formats
    drawings, pictures = [kind for kind in formats if kind in ("svg", "pdf")], "png" in formats
    # Drawings are written in a second process, pictures and tables meanwhile in this one.
    with at_once(target) as fresh, elsewhere(wanted=bool(drawings)) as second:
        progress("Drawing the figures", 0.0)
        views = [] if result.is_scan else result.latest_views
        drawn: dict[str, figures.Drawn] = {}
        jobs: Jobs = {}
        files = [RECORD]
        for below, name, figure in _drawn(result, views):
            drawn.setdefault(below, {})[name] = figure
            stem = f"{below}figures/{name}"
            (fresh / stem).parent.mkdir(parents=True, exist_ok=True)
            for kind in drawings:
                second.save(figure, fresh / f"{stem}.{kind}")
                files.append(f"{stem}.{kind}")
            if pictures:
                jobs[f"{stem}.png"] = partial(figures.save, figure)
        jobs |= _tables(result)
        _write(jobs, fresh, progress)
        progress("Writing the drawings", 0.0)
        second.finish()
        pages = _pages(result, views, drawn)
        _write(pages, fresh, progress)
        record.result_json(result, views, fresh / RECORD, [*files, *jobs, *pages])
        progress("Writing", 1.0)
    return target


def _write(jobs: Jobs, folder: Path, progress: Progress) -> None:
    for done, (name, job) in enumerate(jobs.items()):
        progress(f"Writing {name}", done / len(jobs))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        job(folder / name)


def _tables(result: Result) -> Jobs:
    """List the tables: in the order of the result, each in the formats that suit it."""
    found: Jobs = {}
    geoparquet = "geoparquet" in result.study.output.formats
    for name, table in result.tables.items():
        if table.frame.empty and name in tables.OPTIONAL:
            continue
        if name == "establishments" and geoparquet:
            found["establishments.parquet"] = partial(tables.establishments_geoparquet, result)
        elif name == "establishments" or (name == "regions" and result.is_scan):
            found[f"{name}.parquet"] = partial(tables.write_parquet, table)
        else:
            found[f"{name}.csv"] = partial(tables.write_csv, table)
        if name == "clusters":
            found["clusters.gpkg"] = partial(tables.clusters_gpkg, result)
            if geoparquet:
                found["clusters.parquet"] = partial(tables.clusters_geoparquet, result)
    found["sectors.xlsx"] = partial(tables.sectors_xlsx, result)
    if not result.is_scan:
        found["regions.xlsx"] = partial(tables.regions_xlsx, result)
        if result.study.regions:
            found["regions.gpkg"] = partial(tables.regions_gpkg, result)
            if geoparquet:
                found["regions.parquet"] = partial(tables.regions_geoparquet, result)
        if "gpkg" in result.study.output.formats:
            found["establishments.gpkg"] = partial(tables.establishments_gpkg, result)
    found["rejected.csv"] = partial(tables.rejected_csv, result)
    return found


def _drawn(result: Result, views: list[View]) -> Iterator[tuple[str, str, Figure]]:
    """Draw figure by figure; yield the folder that it belongs in, its name and itself."""
    for name, figure in figures.draw_overviews(result).items():
        yield "", name, figure
    for view in views:
        for name, figure in figures.drawn(view):
            yield _below(view, views), name, figure


def _below(view: View, views: list[View]) -> str:
    """Return the folder of a view: its own if there are several."""
    return f"{slug(view.sector.name)}/" if len(views) > 1 else ""


def _pages(result: Result, views: list[View], drawn: dict[str, figures.Drawn]) -> Jobs:
    """List the reports, and of several sectors the one that sets them side by side.

    They show the figures that were drawn for their files.
    """
    documents: dict[str, Callable[[], Document]] = {}
    for view in views:
        below = _below(view, views)
        documents[f"{below}report"] = partial(_report, view, drawn.get(below, {}))
    if len(views) > 1:
        documents["index"] = partial(_comparison, result, views, drawn.get("", {}))
    found: Jobs = {}
    for name, document in documents.items():
        once = cache(document)  # both kinds are of one document
        for kind in dict.fromkeys(result.study.report.formats):
            found[f"{name}.{kind}"] = partial(WRITERS[kind], result, once)
    return found


def _report(view: View, drawn: figures.Drawn) -> Document:
    paged = "html" in view.study.report.formats
    return of_view(view, drawn, figures.draw_all(view, narrow=True) if paged else None)


def _comparison(result: Result, views: list[View], drawn: figures.Drawn) -> Document:
    paged = "html" in result.study.report.formats
    narrow = figures.draw_overviews(result, narrow=True) if paged else None
    return of_result(result, views, drawn, narrow)


def _write_page(result: Result, document: Callable[[], Document], path: Path) -> None:
    path.write_text(page(document(), path.parent / "figures"), encoding="utf-8")


def _write_pdf(result: Result, document: Callable[[], Document], path: Path) -> None:
    asked = result.study.report
    made = pdf(
        document(),
        result.provenance.made,
        paper=asked.paper,
        template=asked.template,
        written=path.parent / "figures",
    )
    path.write_bytes(made)


WRITERS = {"html": _write_page, "pdf": _write_pdf}
"""What writes a report of each kind."""
