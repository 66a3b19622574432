"""The command line: ``nabij demo``, ``init``, ``check`` and ``run``.

Everything that computes is imported inside the commands, so that ``nabij --help`` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nabij import __version__, cli_codes, cli_regions, telling
from nabij.answering import Debug, answering, progress_bar, require_caches
from nabij.errors import InputError
from nabij.outside.address import address_of, is_address

if TYPE_CHECKING:
    from nabij.outside.address import Address
    from nabij.views import Result

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


def main() -> None:
    """Run the command line."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries; what a user must know is a note
    os.umask(0o077)  # what is written holds microdata: for the user's eyes only
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # and clean up
    app()


@app.callback(invoke_without_command=True)
def _nabij(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"nabij {__version__}")
        raise typer.Exit


@app.command()
@answering
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
    require_caches()
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
        with progress_bar(read.output.language) as progress:
            result = analyse(read, progress=progress, store=Store(place.folder / PHASES))
            save(result, target, progress=progress)
    telling.study_result(result, target)
    _write_tables(result, database, schema, target)


@app.command()
@answering
def check(study: StudyFile, debug: Debug = False) -> None:
    """Read and validate everything a study names; compute and write nothing.

    Example:  nabij check study.toml

    Tells how many rows can be used, why others cannot, what the sector and its reference hold,
    and what a run would do.
    """
    from nabij.running import prepare
    from nabij.study import Study

    read = Study.from_toml(study)
    with progress_bar(read.output.language) as progress:
        ready = prepare(read, progress=progress)
    telling.checked(read, ready)


@app.command()
@answering
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
    require_caches()
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
        with progress_bar(read.output.language) as progress:
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


app.add_typer(cli_codes.commands, name="codes")
app.add_typer(cli_regions.commands, name="regions")


@app.command()
@answering
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
@answering
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
        with progress_bar() as progress:
            names = to_postgis(result, database, schema, progress=progress)
    except InputError as error:
        raise InputError(f"{error}\nThe result is in {target}; no table was written.") from None
    telling.tables_written(result, names, database, schema)


@app.command()
@answering
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
    require_caches()
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
            with progress_bar() as progress:
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
