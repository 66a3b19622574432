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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from nabij import __version__, telling
from nabij.errors import InputError, one_line

if TYPE_CHECKING:
    from nabij.progress import Progress

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


def _require_caches() -> None:
    """Give libraries a folder for their caches where the user has none; say what is not kept."""
    import atexit
    import shutil
    import tempfile

    from nabij.proximity.cache import cache_folder, cache_place

    if cache_folder() is not None:
        return
    place = cache_place()
    parents = [] if place is None else [*place.parents]
    if any(parent.is_dir() and os.access(parent, os.W_OK) for parent in parents[:2]):
        why = f"others can write in {place}, or wrote there. Remove it"
    else:
        why = "no folder for it can be written. Set HOME"
        with suppress(OSError):
            passing = tempfile.mkdtemp(prefix="nabij-")
            atexit.register(shutil.rmtree, passing, ignore_errors=True)
            os.environ.setdefault("MPLCONFIGDIR", passing)
            os.environ["XDG_CACHE_HOME"] = passing  # of fonts, and for this run of ours
    telling.aside(
        f"What is compiled is not kept for a next run: {why}, or set XDG_CACHE_HOME to a folder "
        "of your own."
    )


def _fail(message: str, code: int, heading: str = "Error: ") -> None:
    from rich.text import Text

    # Text, not markup: a name with square brackets is a name. Nothing that a terminal would obey.
    message = "\n".join(one_line(line, most=10_000) for line in message.split("\n"))
    telling.console_of(stderr=True).print(
        Text(heading, style="bold red") + Text(message), soft_wrap=True
    )
    raise typer.Exit(code)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yield a progress callback that draws one bar, the step at hand, on a terminal."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = telling.console_of(stderr=True)
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
    _require_caches()
    from nabij.exports import require_target, save
    from nabij.report.brand import brand_of
    from nabij.running import Store
    from nabij.running import run as analyse
    from nabij.study import Study
    from nabij.workplace import PHASES, claim

    read = Study.from_toml(study)
    target = out if out is not None else Path(f"{study.stem}-result")
    require_target(target)
    brand_of(read.report)
    with claim(target) as place:
        telling.aside(place.told)
        with _progress() as progress:
            result = analyse(read, progress=progress, store=Store(place.folder / PHASES))
            save(result, target, progress=progress)
    telling.study_result(result, target)


@app.command()
@_answering
def check(study: StudyFile, debug: Debug = False) -> None:
    """Read and validate everything a study names; compute and write nothing.

    Example:  nabij check study.toml

    Tells how many rows can be used, why others cannot, what the sector and its reference hold,
    and what a run would do.
    """
    from nabij.running import prepare
    from nabij.study import Study

    read = Study.from_toml(study)
    with _progress() as progress:
        ready = prepare(read, progress=progress)
    population, counts = ready.population, ready.population.counts
    rows: list[tuple[str, str]] = [("Rows read", f"{counts['rows_read']:,}")]
    rows.append(("Rows used", f"{counts['rows_kept']:,}"))
    for group, label in (("rejected", "Rejected"), ("set_aside", "Set aside")):
        rows += [(f"{label}: {why}", f"{n:,}") for why, n in counts[group].items()]
    for level, layer in population.layers.items() if read.regions else ():
        rows.append((f"Regions of level {level}", f"{len(layer):,}"))
    for case in ready.cases:
        year = "" if case.year is None else f", {case.year}"
        rows.append((f"Sector: {case.name}{year}", f"{len(case.members):,}"))
        rows += [(f"  part: {name}", f"{len(part):,}") for name, part in case.parts.items()]
        reference = case.reference_name or "the whole register"
        rows.append((f"  reference: {reference}", f"{len(case.reference):,}"))
        if read.regions:
            level, code = ready.focuses[case.sector]
            at = int((population.layers[level]["code"] == code).argmax())
            there = int((population.region(level, case.members) == at).sum())
            name = population.layers[level]["name"].iloc[at]
            rows.append((f"  focus: {name}, of the sector", f"{there:,}"))
    telling.facts(rows)
    for note in ready.notes:
        typer.echo(f"- {note}")
    how = read.dscore
    typer.echo(
        f"A run would compute {sum(len(case.members) for case in ready.cases):,} D-scores "
        f"({how.kernel} distance, {how.normalisation}, "
        f"{how.decay.function.length} {how.decay.length:g} m, in {population.crs.to_string()}) "
        f"and write tables, figures ({', '.join(read.output.formats)}) and "
        f"{'a report' if len(read.all_sectors) == 1 else 'reports'}."
    )


@app.command()
@_answering
def scan(
    study: StudyFile,
    digits: Annotated[
        int,
        typer.Option(
            "--digits", "-d", min=1, max=5, help="Level of codes: 1 (section), 2 (division) to 5."
        ),
    ] = 4,
    reference: Annotated[
        Literal["all", "section", "division"],
        typer.Option(
            "--reference",
            "-r",
            help="What each code is held against: all, or the rest of its section or division.",
        ),
    ] = "all",
    clusters: Annotated[
        bool,
        typer.Option(
            "--clusters", help="Find the clusters of every code too. Takes several times as long."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder for the result. Default: STUDY-scan, in this folder."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Measure every industry code of the register as a sector of its own.

    Example:  nabij scan study.toml --digits 4 --out scan

    Tells which codes are more clustered than their reference and where each is a speciality:
    sectors.csv and .xlsx, regions.parquet, with --clusters also clusters.csv and .gpkg, and
    figures of what stands out. The study needs no sector; the ones it has are not looked at.
    """
    _require_caches()
    from nabij.exports import require_target, save
    from nabij.running import Store
    from nabij.running import scan as scan_codes
    from nabij.study import Study
    from nabij.workplace import PHASES, claim

    read = Study.from_toml(study)
    target = out if out is not None else Path(f"{study.stem}-scan")
    require_target(target)
    with claim(target) as place:
        telling.aside(place.told)
        with _progress() as progress:
            result = scan_codes(
                read,
                digits=digits,
                reference=reference,
                clusters=clusters,
                progress=progress,
                store=Store(place.folder / PHASES),
            )
            save(result, target, progress=progress)
    telling.scan_result(result, target)


@app.command()
@_answering
def init(
    register: Annotated[
        Path, typer.Argument(metavar="REGISTER", help="CSV, Excel, Parquet or vector file.")
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
    from nabij.vector import headers

    guessed = guess(register)
    layers = []
    for path in regions or []:
        require_file(path, "--regions")
        layers += [(path, each.name, each.columns) for each in headers(path, "--regions")]
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
        Path, typer.Option("--out", "-o", help="Folder for the register and the result.")
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
    _require_caches()
    from nabij import demo as made_up
    from nabij.exports import save
    from nabij.running import Store
    from nabij.running import run as analyse
    from nabij.study import Study
    from nabij.workplace import PHASES, claim

    target = out / "result"
    try:
        with claim(target) as place:
            telling.aside(place.told)
            with _progress() as progress:
                study = made_up.make(
                    out, establishments=establishments, seed=seed, progress=progress
                )
                store = Store(place.folder / PHASES)
                result = analyse(Study.from_toml(study), progress=progress, store=store)
                save(result, target, progress=progress)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. What was finished is in {out}; run it again for the rest."
        ) from None
    telling.study_result(result, target)
    telling.comparisons(made_up.comparisons(result.latest_views), establishments)
