"""Everything a run leaves behind, in one folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from nabij import figures
from nabij.exports import record, tables
from nabij.exports.folder import RECORD, at_once
from nabij.progress import Progress, silent
from nabij.report import write_report
from nabij.views.view import Result


def save(result: Result, folder: str | Path, *, progress: Progress = silent) -> Path:
    """Write tables, figures, report and record into `folder`, at once or not at all.

    Parameters
    ----------
    result : Result
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
    formats = result.study.output.formats
    drawn = {name: draw(result) for name, draw in figures.FIGURES.items()}
    jobs: dict[str, Callable[[Path], object]] = {
        "establishments.parquet": partial(tables.establishments_parquet, result),
        "regions.csv": partial(tables.regions_csv, result),
        "regions.xlsx": partial(tables.regions_xlsx, result),
        "regions.gpkg": partial(tables.regions_gpkg, result),
        "rejected.csv": partial(tables.rejected_csv, result),
    }
    if "gpkg" in formats:
        jobs["establishments.gpkg"] = partial(tables.establishments_gpkg, result)
    for name, figure in drawn.items():
        for suffix in formats:
            if suffix != "gpkg":
                jobs[f"figures/{name}.{suffix}"] = partial(figures.save, figure)
    jobs["report.html"] = partial(write_report, result, drawn)

    target = Path(folder)
    with at_once(target) as fresh:
        for done, (name, job) in enumerate(jobs.items()):
            progress(f"Writing {name}", done / len(jobs))
            (fresh / name).parent.mkdir(exist_ok=True)
            job(fresh / name)
        record.result_json(result, fresh / RECORD, [*jobs, RECORD])
        progress("Writing", 1.0)
    return target
