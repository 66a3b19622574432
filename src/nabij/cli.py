"""The command line: ``nabij demo``, ``init``, ``check`` and ``run``.

Everything that computes is imported inside the commands, so that ``nabij --help`` answers at once.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from nabij import __version__
from nabij.errors import InputError, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from nabij.demo import Comparison
    from nabij.progress import Progress
    from nabij.views.view import Result

# Wrong use or input; stopped by Ctrl-C, as shells count it.
WRONG_INPUT, STOPPED = 2, 130

app = typer.Typer(
    name="nabij",
    help=(
        "Find regional business clusters in a register of establishments.\n\n"
        "[bold]Begin with[/bold]  nabij demo  to see what comes out, "
        "then  nabij init YOUR_REGISTER  for your own data."
    ),
    epilog="Nothing leaves this machine: nabij reads and writes files, and asks no other computer.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Command = TypeVar("Command", bound=Callable[..., Any])
StudyFile = Annotated[
    Path, typer.Argument(metavar="STUDY", help="The study file (TOML): what to analyse.")
]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show the whole trace of an unexpected error.")
]


def main() -> None:
    """Run the command line."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries; what a user must know is a note
    os.umask(0o077)  # what is written holds microdata: for the user's eyes only
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # and clean up
    if hasattr(signal, "SIGPIPE"):  # whoever reads the output may stop, as in  nabij check | head
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    app()


def _answering(command: Command) -> Command:
    """Turn what goes wrong into a message and an exit code, never a traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except InputError as error:
            _fail(str(error), WRONG_INPUT)
        except KeyboardInterrupt as stop:
            _fail(str(stop) or "Stopped. Nothing was written.", STOPPED, heading="")
        except MemoryError:
            _fail("Not enough memory for this register. Nothing was written.", 1)
        except OSError as error:
            _fail(f"{error.filename or 'A file'}: {error.strerror or error}", 1)
        except Exception as error:
            if options.get("debug"):
                raise
            _fail(
                f"Unexpected: {type(error).__name__}: {error}\n"
                "This is a fault in nabij. Please report it with what  --debug  shows.",
                1,
            )

    # A paragraph of help is one line, broken where the terminal ends.
    paragraphs = (command.__doc__ or "").split("\n\n")
    guarded.__doc__ = "\n\n".join(" ".join(text.split()) for text in paragraphs)
    return guarded  # type: ignore[return-value]


def _fail(message: str, code: int, heading: str = "Error: ") -> None:
    from rich.text import Text

    # Text, not markup: a name with square brackets is a name. Nothing that a terminal would obey.
    message = "\n".join(one_line(line, most=10_000) for line in message.split("\n"))
    _console(stderr=True).print(Text(heading, style="bold red") + Text(message), soft_wrap=True)
    raise typer.Exit(code)


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yield a progress callback that draws one bar, the step at hand, on a terminal."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = _console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        task = bars.add_task("Starting", total=1.0)

        def tell(message: str, fraction: float) -> None:
            if message != bars.tasks[0].description:
                bars.reset(task, description=message)  # each step has its own time
            bars.update(task, completed=fraction)

        yield tell


@app.callback(invoke_without_command=True)
def _nabij(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"nabij {__version__}")
        raise typer.Exit


@app.command()
@_answering
def run(
    study: StudyFile,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder for the result. Default: STUDY-result, in this folder."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Analyse a study: write tables, figures and a report.

    Example:  nabij run study.toml --out result

    Everything is written at once or not at all. A folder with an earlier result is replaced; a
    folder with anything else in it is refused.
    """
    from nabij.exports import require_target, save
    from nabij.running import run as analysis
    from nabij.study import Study

    read = Study.from_toml(study)
    target = out if out is not None else Path(f"{study.stem}-result")
    require_target(target)
    with _progress() as progress:
        result = analysis.run(read, progress=progress)
        save(result, target, progress=progress)
    _tell(result, target)


@app.command()
@_answering
def check(study: StudyFile, debug: Debug = False) -> None:
    """Read and validate everything a study names; compute and write nothing.

    Example:  nabij check study.toml

    Tells how many rows can be used, why others cannot, what the sector and its reference hold,
    and what a run would do.
    """
    from nabij.running import run as analysis
    from nabij.study import Study

    read = Study.from_toml(study)
    with _progress() as progress:
        ready = analysis.prepare(read, progress=progress)
    members, counts = ready.members, ready.counts
    rows: list[tuple[str, str]] = [("Rows read", f"{counts['rows_read']:,}")]
    rows.append(("Rows used", f"{counts['rows_kept']:,}"))
    for group, label in (("rejected", "Rejected"), ("set_aside", "Set aside")):
        rows += [(f"{label}: {why}", f"{n:,}") for why, n in counts[group].items()]
    rows.append((f"Sector: {read.sector.name}", f"{members.sector.sum():,}"))
    rows += [(f"  part: {name}", f"{part.sum():,}") for name, part in members.parts.items()]
    reference = read.reference.name or "the whole register"
    rows.append((f"Reference: {reference}", f"{members.reference.sum():,}"))
    for level, shapes, region in ready.levels:
        rows.append((f"Regions of level {level}", f"{len(shapes):,}"))
        if level == ready.focus[0]:
            at = int((shapes["code"] == ready.focus[1]).argmax())
            there = int((region[members.sector] == at).sum())
            rows.append((f"  focus: {shapes['name'].iloc[at]}, of the sector", f"{there:,}"))
    _table(rows)
    for note in ready.notes:
        typer.echo(f"- {note}")
    how = read.dscore
    typer.echo(
        f"A run would compute {members.sector.sum():,} D-scores ({how.kernel} distance, "
        f"{how.normalisation}, floor {how.floor:g} m, in "
        f"{ready.establishments.crs.to_string()}) and write tables, figures "
        f"({', '.join(read.output.formats)}) and a report."
    )


@app.command()
@_answering
def init(
    register: Annotated[
        Path, typer.Argument(metavar="REGISTER", help="CSV, Parquet or GeoPackage file.")
    ],
    regions: Annotated[
        list[Path] | None,
        typer.Option(
            "--regions", "-r", help="File with a level of regions; repeat it, coarse to fine."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The study file to write.")] = Path(
        "study.toml"
    ),
    debug: Debug = False,
) -> None:
    """Write a commented study file, its columns guessed from a register.

    Example:  nabij init register.csv --regions corop.gpkg --regions buurten.gpkg

    Nothing is overwritten. What cannot be guessed is left for you to fill in.
    """
    from nabij.files import require_file
    from nabij.register.guess import guess
    from nabij.study_file import compose
    from nabij.vector import columns_by_layer

    guessed = guess(register)
    layers = []
    for path in regions or []:
        require_file(path, "--regions")
        layers += [(path, name, columns) for name, columns in columns_by_layer(path, "--regions")]
    text = compose(guessed, layers, out.absolute().parent)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{out}: is there already; choose another name with --out") from None
    except OSError as error:
        if out.is_file():  # begun, and cut off by a full disk
            out.unlink()
        raise InputError(f"{out}: cannot be written ({error.strerror})") from None
    typer.echo(f"Wrote {out}. Complete it, then:\n  nabij check {out}\n  nabij run {out}")


@app.command()
@_answering
def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the register and both results.")
    ] = Path("nabij-demo"),
    establishments: Annotated[
        int, typer.Option("--establishments", "-n", min=20_000, help="Size of the register.")
    ] = 1_000_000,
    seed: Annotated[int, typer.Option(help="Another seed makes another register.")] = 2013,
    debug: Debug = False,
) -> None:
    """Make a synthetic Dutch register and analyse two sectors of it.

    The register is made up: its shape follows published figures of a Dutch article on regional
    clusters, on real municipalities. It needs no file and no network, and may be run again.
    """
    from nabij import demo as made_up
    from nabij.exports import save
    from nabij.running import run as analysis
    from nabij.study import Study

    results = []
    try:
        with _progress() as progress:
            studies = made_up.make(out, establishments=establishments, seed=seed, progress=progress)
            for path in studies:
                target = path.with_suffix("")
                result = analysis.run(Study.from_toml(path), progress=progress)
                save(result, target, progress=progress)
                results.append((result, target))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. What was finished is in {out}; run it again for the rest."
        ) from None
    for result, target in results:
        _tell(result, target)
    _compare(made_up.comparisons([result for result, _ in results]))


def _compare(rows: list[Comparison]) -> None:
    """Print the published figures beside the computed ones."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    for sector in dict.fromkeys(row.sector for row in rows):
        table = Table(
            title=f"{sector}: in the article, and in the synthetic register",
            title_justify="left",
            box=box.SIMPLE,
            padding=(0, 1),
        )
        for heading in ("What", "Published", "Computed", ""):
            table.add_column(heading, overflow="fold")
        for row in rows:
            if row.sector == sector:
                cells = (row.what, row.published, row.computed, row.origin)
                table.add_row(*(Text(cell) for cell in cells))
        _console().print(table)
    typer.echo(
        "Calibrated: the register was made so that this figure comes out. "
        "Came out: nothing was set to reach it."
    )


def _table(rows: list[tuple[str, str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    _console().print(table)


def _tell(result: Result, target: Path) -> None:
    """Say what was found, in the words of the report."""
    from rich.text import Text

    from nabij.language import Language
    from nabij.report import reading

    console = _console()
    if result.study.register.synthetic:
        synthetic = Language(result.study.output.language).text("common.synthetic")
        console.print(Text(synthetic, style="bold yellow"))
    for paragraph in reading(result, Language(result.study.output.language)):
        console.print(Text(paragraph))
    rejected = len(result.rejected)
    if rejected:
        console.print(
            Text(f"{rejected:,} rows could not be used: see {target / 'rejected.csv'}"),
            style="yellow",
            soft_wrap=True,
        )
    console.print(Text(f"Wrote {target}: open {target / 'report.html'}"), soft_wrap=True)
