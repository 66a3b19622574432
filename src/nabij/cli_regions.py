"""The commands ``nabij regions``: fetch official boundaries, and list those that are here."""

from __future__ import annotations

from typing import Annotated

import typer

from nabij.answering import Debug, answering, progress_bar
from nabij.errors import InputError

commands = typer.Typer(
    help="Fetch official regions (COROP, municipality, neighbourhood, NUTS), list those here.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@commands.command("fetch")
@answering
def fetch(
    level: Annotated[
        str,
        typer.Argument(
            metavar="LEVEL",
            help="provincie, corop, gemeente, wijk or buurt (CBS); nuts2 or nuts3 (Eurostat).",
        ),
    ],
    year: Annotated[
        int,
        typer.Option(
            "--year", "-y", min=1990, max=2100, help="Year of the division, such as 2024."
        ),
    ],
    country: Annotated[
        str | None,
        typer.Option("--country", "-c", help="Of nuts2 and nuts3: one country, such as NL."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Fetch official boundaries once, for all studies on this machine.

    Example:  nabij regions fetch corop --year 2024

    This is the only command that asks another computer, and nothing of yours is sent. What it
    fetches goes into your cache folder with its source, licence and checksum; a study names it
    as official = "corop-2024" in a block of regions. Stopped or broken off, the same command
    goes on where it was.

    Example:  nabij regions fetch nuts3 --year 2024 --country NL
    """
    from nabij.outside.boundaries import fetch as fetch_boundaries
    from nabij.outside.services import Official

    try:
        official = Official.of(level, year, country)
    except ValueError as error:
        raise InputError(f"regions fetch: {error}") from None
    with progress_bar() as tell:
        place, about = fetch_boundaries(official, tell)
    typer.echo(f"{official}: {about.regions:,} regions of {about.title}, in {place}")
    typer.echo(f"From {about.source}")
    typer.echo(f"Licence: {about.licence}")
    typer.echo("\nIn a study, below the coarser levels:\n")
    typer.echo(f'[[regions]]\nofficial = "{official}"')


@commands.command("list")
@answering
def list_fetched(debug: Debug = False) -> None:
    """List the official regions that were fetched before.

    Example:  nabij regions list

    Each with its number of regions, the day it was fetched, where from, and its licence. A file
    that is no longer as it was fetched is told.
    """
    from nabij.outside.cache import all_fetched, folder, verified

    there = all_fetched()
    if not there:
        typer.echo(
            f"No official regions in {folder()} yet. Fetch some, for instance with:  "
            "nabij regions fetch corop --year 2024"
        )
    for official in there:
        try:
            about = verified(official)
        except InputError as error:
            typer.echo(f"{official}: cannot be used: {error}")
            continue
        typer.echo(
            f"{official}: {about.regions:,} regions, year {official.year}, fetched "
            f"{about.fetched[:10]}\n  {about.title}: {about.source}\n  {about.licence}"
        )
