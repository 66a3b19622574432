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

from nabij import __version__, cli_codes, cli_regions, telling
from nabij.errors import InputError, one_line
from nabij.outside.address import address_of, is_address, masked

if TYPE_CHECKING:
    from nabij.outside.address import Address
    from nabij.progress import Progress
    from nabij.views import Result

# Wrong use or input; stopped by Ctrl-C, as shells count it.
WRONG_INPUT, STOPPED = 2, 130

app = typer.Typer(
    name="nabij",
    help=(
        "Find regional business clusters in a register of establishments.\n\n"
        "[bold]Begin with[/bold]  nabij demo  to see what comes out, "
        "then  nabij init YOUR_REGISTER  for your own data."
    ),
    epilog=(
        "Nothing of yours leaves this machine: nabij reads and writes files. Only  nabij regions "
        "fetch  asks another computer, and a database that you name is asked."
    ),
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
Database = Annotated[
    str | None,
    typer.Option(
        "--to",
        help="Write the tables into a PostGIS database too: postgresql://user@host/database. The "
        "password is taken from PGPASSWORD or ~/.pgpass.",
    ),
]
Schema = Annotated[str, typer.Option("--schema", help="Schema of that database to write into.")]
Debug = Annotated[
    bool, typer.Option("--debug", help="Show the whole trace of an unexpected error.")
]


def main() -> None:
    """Run the command line."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries; what a user must know is a note
    os.umask(0o077)  # what is written holds microdata: for the user's eyes only
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # and clean up
    app()


def _answering(command: Command) -> Command:
    """Turn what goes wrong into a message and an exit code, never a traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except typer.Exit:
            raise
        except InputError as error:
            _fail(str(error), WRONG_INPUT)
        except KeyboardInterrupt as stop:
            _fail(str(stop) or "Stopped. Nothing was written.", STOPPED, heading="")
        except MemoryError:
            _fail("Not enough memory for this register. Nothing was written.", 1)
        except BrokenPipeError:  # whoever reads the output may stop, as in  nabij check | head
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
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
    message = "\n".join(one_line(line, most=10_000) for line in masked(message).split("\n"))
    telling.console_of(stderr=True).print(
        Text(heading, style="bold red") + Text(message), soft_wrap=True
    )
    raise typer.Exit(code)


@contextmanager
def _progress(language: str = "en") -> Iterator[Progress]:
    """Yield a progress callback that draws one bar, the step at hand, on a terminal."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from nabij.language import Language

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

        words = Language(language)

        def tell(message: str, fraction: float) -> None:
            message = words.step(message)
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
    to: Database = None,
    schema: Schema = "nabij",
    debug: Debug = False,
) -> None:
    """Analyse a study: write tables, figures and a report.

    Example:  nabij run study.toml --out result

    Everything is written at once or not at all. A folder with an earlier result is replaced; a
    folder with anything else in it is refused. The same holds for the tables of a schema in a
    database (--to): those of an earlier result are replaced, others are refused.

    Example:  nabij run study.toml --to postgresql://me@localhost/firms --schema clusters
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
    database = _database(to, schema)
    brand_of(read.report)
    with claim(target) as place:
        telling.aside(place.told)
        with _progress(read.output.language) as progress:
            result = analyse(read, progress=progress, store=Store(place.folder / PHASES))
            save(result, target, progress=progress)
    telling.study_result(result, target)
    _write_tables(result, database, schema, target)


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
    with _progress(read.output.language) as progress:
        ready = prepare(read, progress=progress)
    telling.checked(read, ready)


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
    to: Database = None,
    schema: Schema = "nabij",
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
    database = _database(to, schema)
    with claim(target) as place:
        telling.aside(place.told)
        with _progress(read.output.language) as progress:
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
    _write_tables(result, database, schema, target)


app.add_typer(cli_codes.group(_answering), name="codes")
app.add_typer(cli_regions.group(_answering, _progress), name="regions")


@app.command()
@_answering
def init(
    register: Annotated[
        str,
        typer.Argument(
            metavar="REGISTER",
            help="CSV, Excel, Parquet or vector file, or postgresql://user@host/database.",
        ),
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
    layer: Annotated[
        str | None,
        typer.Option(
            "--layer", "-l", help="Layer, table or sheet. Default: the likeliest of several."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Write a commented study file, its columns guessed from a register.

    Example:  nabij init register.csv --regions corop.gpkg --regions buurten.gpkg

    Columns are guessed from their names and their values, and years from the same establishments
    that return. Says what it guessed, why, and what is left for you to fill in. Nothing is
    overwritten.

    A register in a database:  nabij init postgresql://me@localhost/firms --layer public.firms
    """
    from nabij.files import require_file
    from nabij.guessed import told_of
    from nabij.register.guess import guess
    from nabij.study_file import coarse_to_fine, compose
    from nabij.vector import headers

    there = address_of(register, "REGISTER") if is_address(register) else Path(register)
    guessed = guess(there, layer)
    layers = []
    for path in regions or []:
        require_file(path, "--regions")
        layers += [(path, each) for each in headers(path, "--regions")]
    text = compose(guessed, coarse_to_fine(layers), out.absolute().parent)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{out}: is there already; choose another name with --out") from None
    except (OSError, UnicodeEncodeError) as error:
        if out.is_file():  # begun, and cut off by a full disk
            out.unlink()
        why = (
            error.strerror if isinstance(error, OSError) else "a file's name is no text; rename it"
        )
        raise InputError(f"{out}: cannot be written ({why})") from None
    telling.first_study(out, there, told_of(guessed))


@app.command()
@_answering
def doctor(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files, folders, or patterns such as 'data/*.csv'."),
    ],
    debug: Debug = False,
) -> None:
    """Say of each file what it is, how much could be used, and what to set: a line each.

    Example:  nabij doctor register.csv corop.gpkg

    A register, regions, a study, or none of these. Of a folder, what is directly in it is looked
    at. Nothing is written. Exits with 0 if every file could be used, else with 1.
    """
    from rich.text import Text

    from nabij.doctor import examine

    console, usable = telling.console_of(), True
    for finding in examine(files):
        console.print(Text(str(finding)), soft_wrap=True)
        usable = usable and finding.usable
    if not usable:
        raise typer.Exit(1)


def _database(to: str | None, schema: str) -> Address | None:
    """Return the database to write to, once it is known that it may be written to."""
    from nabij.exports import require_schema

    if to is None:
        return None
    database = address_of(to, "--to")
    require_schema(database, schema)
    return database


def _write_tables(result: Result, database: Address | None, schema: str, target: Path) -> None:
    """Write a result that is in a folder into a database too, if that was asked."""
    from nabij.exports import to_postgis

    if database is None:
        return
    try:
        with _progress() as progress:
            names = to_postgis(result, database, schema, progress=progress)
    except InputError as error:
        raise InputError(f"{error}\nThe result is in {target}; no table was written.") from None
    telling.tables_written(result, names, database, schema)


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
