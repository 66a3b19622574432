"""What a command says on the terminal when it is done."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from nabij.errors import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from nabij.demo import Comparison
    from nabij.guessed import Told
    from nabij.running import Prepared
    from nabij.study import Study
    from nabij.views import Result

SHOWN_SECTORS = 15


def console_of(*, stderr: bool = False) -> Console:
    """Return the terminal; nothing in a text is taken for a colour or a link."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def aside(text: str) -> None:
    """Say what is not about the result, if there is anything to say."""
    if text:
        typer.echo(text, err=True)


def comparisons(rows: list[Comparison], establishments: int) -> None:
    """Print the published figures beside the computed ones."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from nabij.demo.firms import FULL

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
        console_of().print(table)
    typer.echo(
        "Calibrated: the register was made so that this figure comes out. "
        "Came out: nothing was set to reach it."
    )
    if establishments != FULL:
        typer.echo(
            f"That holds for a register of {FULL:,}: in this one of {establishments:,} the counts "
            "are smaller, and few establishments scatter."
        )


def facts(rows: list[tuple[str, str]]) -> None:
    """Print names and values."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    console_of().print(table)


def checked(study: Study, ready: Prepared) -> None:
    """Say what a study's files hold and what a run of it would do."""
    from rich.text import Text

    from nabij.language import Language

    language, population = Language(study.output.language), ready.population
    counts = population.counts

    def text(key: str, **values: object) -> str:
        return language.text(f"terminal.{key}", **values)

    rows = [
        (language.text("report.read"), counts["rows_read"]),
        (language.text("report.kept"), counts["rows_kept"]),
    ]
    for group in ("rejected", "set_aside"):
        rows += [
            (language.text(f"report.{group}", reason=why.say(language)), n)
            for why, n in counts[group].items()
        ]
    for level, layer in population.layers.items() if study.regions else ():
        rows.append((text("regions", level=level), len(layer)))
    for case in ready.cases:
        year = "" if case.year is None else f", {case.year}"
        rows.append((text("sector", name=f"{case.name}{year}"), len(case.members)))
        rows += [(text("part", name=name), len(part)) for name, part in case.parts.items()]
        reference = case.reference_name or language.text("reading.reference_register")
        rows.append((text("reference", name=reference), len(case.reference)))
        if study.regions:
            level, code = ready.focuses[case.sector]
            at = int((population.layers[level]["code"] == code).argmax())
            there = int((population.region(level, case.members) == at).sum())
            name = population.layers[level]["name"].iloc[at]
            rows.append((text("focus", name=name), there))
    facts([(one_line(label, most=200), language.number(count)) for label, count in rows])
    console, how = console_of(), study.dscore
    for note in ready.notes:
        console.print(Text(one_line(f"- {note.say(language)}", most=1000)), soft_wrap=True)
    would = text(
        "would",
        n=sum(len(case.members) for case in ready.cases),
        kernel=how.kernel,
        normalisation=how.normalisation,
        length=how.decay.function.length,
        metres=f"{how.decay.length:g}",
        crs=population.crs.to_string(),
        formats=", ".join(study.output.formats),
        reports=len(study.all_sectors),
    )
    console.print(Text(would), soft_wrap=True)


def first_study(out: Path, register: Path | str, told: Told) -> None:
    """Say what a first study file guessed of a register, and what is left to fill in."""
    from rich.table import Table
    from rich.text import Text

    console = console_of()

    def say(text: str, style: str = "") -> None:
        console.print(Text(text), style=style, soft_wrap=True)

    say(f"Wrote {one_line(str(out), 200)} for {one_line(str(register), 200)}. Guessed:")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(overflow="fold")
    for key, value, why in told.guessed:
        table.add_row(Text(f"  {key}"), Text(value), Text(why))
    console.print(table)
    for notice in told.notices:
        say(notice, "yellow")
    say("Left to fill in:")
    for missing in told.missing:
        say(f"  {missing}")
    name = shlex.quote(str(out))
    say(f"Then:\n  nabij check {name}\n  nabij run {name}")


def scan_result(result: Result, target: Path) -> None:
    """Name the codes that are most and least clustered."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from nabij.language import Language
    from nabij.views.ranking import RANKED_FROM, ranked

    console, language = console_of(), Language(result.study.output.language)
    if result.study.register.synthetic:
        console.print(Text(language.text("common.synthetic"), style="bold yellow"))
    found = ranked(result)
    wanted = ("sector", "name", "establishments", "relative_d_score", "region_1")
    columns = [name for name in wanted if name in found]
    table = Table(box=box.SIMPLE, padding=(0, 1))
    for name in columns:
        table.add_column(language.heading(name, "sectors"), overflow="fold")
    digits = result.tables["sectors"].digits
    for _, row in found.head(SHOWN_SECTORS).iterrows():
        cells = [language.writer(name, digits[name])(row[name]) for name in columns]
        table.add_row(*map(Text, cells))
    console.print(table)
    told = language.text(
        "terminal.ranked", shown=min(len(found), SHOWN_SECTORS), n=len(found), least=RANKED_FROM
    )
    console.print(Text(told), soft_wrap=True)
    page = str(target / "sectors.xlsx")
    wrote = language.text(
        "terminal.wrote_scan", n=len(result.sectors), folder=str(target), page=page
    )
    console.print(Text(wrote), soft_wrap=True)


def study_result(result: Result, target: Path) -> None:
    """Say the answer in short, what must be known before it is passed on, and where the rest is."""
    from rich.text import Text

    from nabij.language import Language
    from nabij.report import notices, summary

    console, language = console_of(), Language(result.study.output.language)

    def say(text: str, style: str = "", *, fold: bool = True) -> None:
        console.print(Text(text), style=style, soft_wrap=not fold)

    if result.study.register.synthetic:
        say(language.text("common.synthetic"), "bold yellow")
    views = result.latest_views
    for view in views:
        if len(views) > 1:
            say(view.sector.name, "bold")
        for sentence in summary(view, language):
            say(sentence)
        for notice in notices(view, language):
            say(notice, "yellow")
    rejected = len(result.rejected)
    if rejected:
        file = str(target / "rejected.csv")
        say(language.text("terminal.rejected", n=rejected, file=file), "yellow", fold=False)
    page = str(target / ("report.html" if len(views) == 1 else "index.html"))
    say(language.text("terminal.wrote", folder=str(target), page=page), fold=False)


def tables_written(result: Result, names: list[str], database: str, schema: str) -> None:
    """Say which database the tables of a result were written to."""
    from rich.text import Text

    from nabij.language import Language

    language = Language(result.study.output.language)
    told = language.text("terminal.wrote_tables", n=len(names), schema=schema, database=database)
    console_of().print(Text(told), soft_wrap=True)
