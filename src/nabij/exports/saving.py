"""Everything a run leaves behind, in one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from nabij import figures
from nabij.exports import record, tables
from nabij.exports.folder import RECORD, at_once
from nabij.progress import Progress, silent
from nabij.report import write_index, write_report
from nabij.study.study import slug
from nabij.tables import Result
from nabij.views import View
from nabij.views.choose import views_of

OPTIONAL = ("sizes", "pairs", "changes")
"""Tables that are written only if they have rows."""

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
    views = [] if result.is_scan else views_of(result)
    jobs = {**_tables(result), **_pictures(result, views)}
    target = Path(folder)
    with at_once(target) as fresh:
        for done, (name, job) in enumerate(jobs.items()):
            progress(f"Writing {name}", done / len(jobs))
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            job(fresh / name)
        record.result_json(result, views, fresh / RECORD, [*jobs, RECORD])
        progress("Writing", 1.0)
    return target


def _tables(result: Result) -> Jobs:
    """List the tables: in the order of the result, each in the formats that suit it."""
    found: Jobs = {}
    for name, table in result.tables.items():
        if table.frame.empty and name in OPTIONAL:
            continue
        if name == "establishments" or (name == "regions" and result.is_scan):
            found[f"{name}.parquet"] = partial(tables.write_parquet, table)
        else:
            found[f"{name}.csv"] = partial(tables.write_csv, table)
    found["sectors.xlsx"] = partial(tables.sectors_xlsx, result)
    if not result.is_scan:
        found["regions.xlsx"] = partial(tables.regions_xlsx, result)
        if result.study.regions:
            found["regions.gpkg"] = partial(tables.regions_gpkg, result)
        if "gpkg" in result.study.output.formats:
            found["establishments.gpkg"] = partial(tables.establishments_gpkg, result)
    found["rejected.csv"] = partial(tables.rejected_csv, result)
    return found


def _pictures(result: Result, views: list[View]) -> Jobs:
    """List figures and reports: those of each sector in a folder of its own if there are several.

    A report shows the figures that were drawn for their files.
    """
    found: Jobs = {}
    together = figures.draw_overviews(result)
    found |= _files(together, "figures", result.study.output.formats)
    for view in views:
        below = f"{slug(view.sector.name)}/" if len(views) > 1 else ""
        drawn = figures.draw_all(view)
        found |= _files(drawn, f"{below}figures", result.study.output.formats)
        found[f"{below}report.html"] = partial(write_report, view, drawn)
    if len(views) > 1:
        found["index.html"] = partial(write_index, result, views, together)
    return found


def _files(drawn: figures.Drawn, folder: str, formats: Sequence[str]) -> Jobs:
    return {
        f"{folder}/{name}.{suffix}": partial(figures.save, figure)
        for name, figure in drawn.items()
        for suffix in formats
        if suffix != "gpkg"
    }
