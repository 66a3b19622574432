"""The commands ``nabij codes``: find industry codes, those of a register, sectors by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nabij.answering import Debug, answering
from nabij.errors import InputError, nearest, one_line

if TYPE_CHECKING:
    from nabij.codes.trees import Tree

MOST = 25
"""Codes that are shown unless more are asked for."""

ALL = 0

TreeKey = Annotated[
    str,
    typer.Option("--tree", "-t", help="Classification: sbi2008, naf2, nace2, nace21 or isic4."),
]
LanguageKey = Annotated[str, typer.Option("--language", "-l", help="Of the names: nl, en or fr.")]
Most = Annotated[int, typer.Option("--most", "-m", min=0, help="Show so many; 0 shows all.")]


commands = typer.Typer(
    help="Find industry codes, list those of a register, and the library of sectors.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@commands.command("search")
@answering
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="Words of a name, or digits of a code.")
    ],
    tree: TreeKey = "sbi2008",
    language: LanguageKey = "nl",
    most: Most = MOST,
    debug: Debug = False,
) -> None:
    """Search the names and codes of a classification.

    Example:  nabij codes search reclame

    All words must be in a name; accents and capitals do not count. The best comes first, each with
    the codes above it.
    """
    from nabij.codes.trees import found

    where, language = _tree(tree), _language(language)
    codes = found(" ".join(words), where, language)
    if not codes:
        typer.echo(f"Nothing in {where.title} has {' '.join(map(one_line, words))} in its name.")
        return
    shown = codes[: most or None]
    for code in shown:
        above = " > ".join(where.path(code)) or "section"
        typer.echo(f"{code:<7}{where.name(code, language)}  ({where.title}; {above})")
    _tell_rest(len(codes) - len(shown))


@commands.command("show")
@answering
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code, such as 73 or 73.11.")],
    tree: TreeKey = "sbi2008",
    language: LanguageKey = "nl",
    debug: Debug = False,
) -> None:
    """Show a code with those above it and those directly below it.

    Example:  nabij codes show 7111 --language en
    """
    where, language = _tree(tree), _language(language)
    plain = code.strip().replace(".", "").upper()
    if plain not in where.names:
        known = where.known(plain)
        near = f"; the longest part of it that is: {known}" if known else ""
        raise InputError(f"{one_line(code)} is no code of {where.title}{near}")
    line = [*where.path(plain), plain]
    for depth, each in enumerate([*line, *where.children(plain)]):
        indent = "  " * min(depth, len(line))
        typer.echo(f"{indent}{each:<7}{where.name(each, language)}")


@commands.command("list")
@answering
def list_codes(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY", help="The study file (TOML): whose register.")
    ],
    digits: Annotated[
        int | None,
        typer.Option(
            "--digits", "-d", min=1, max=5, help="Level of codes: 1 (section), 2 (division) to 5."
        ),
    ] = None,
    most: Most = 100,
    debug: Debug = False,
) -> None:
    """List the codes of a study's register with their establishments, most first.

    Example:  nabij codes list study.toml --digits 2

    Categories in words are listed as they stand: each may be a code of a sector.
    """
    import numpy as np

    from nabij import register
    from nabij.codes.levels import at_level
    from nabij.codes.names import names_of
    from nabij.codes.recognise import recognise
    from nabij.language import Language
    from nabij.study import Study

    read = Study.from_toml(study)
    language = Language(read.output.language)
    column = register.read(read.register).table["code"].astype("category")
    codes = [str(each) for each in column.cat.categories]
    counts = np.bincount(column.cat.codes, minlength=len(codes))
    known = recognise(codes, counts, read.register.classification)
    levels = codes if digits is None else at_level(codes, digits, counts, known.tree)
    keys, place = np.unique(levels, return_inverse=True)
    totals = np.bincount(place, weights=counts).astype(np.int64)
    names = names_of([str(key) for key in keys], known.tree, language.code)
    order = np.lexsort((keys, -totals))[: most or None]
    width = max(4, *(len(_shown(keys[at])) for at in order))
    for at in order:
        key, name = _shown(keys[at]), names[at] if names[at] != keys[at] else ""
        told = f"{key:<{width}}  {language.number(int(totals[at])):>12}  {name}"
        typer.echo(told.rstrip())
    _tell_rest(len(keys) - len(order))
    if known.tree is not None:
        typer.echo(f"Names: {known.tree.title}.")
    for told_note in known.notes:
        typer.echo(f"- {told_note.say(language)}")


@commands.command("sectors")
@answering
def sectors(debug: Debug = False) -> None:
    """List the library of sector definitions, with their codes and their source.

    Example:  nabij codes sectors

    Any of them may stand in a study in place of codes:
    codes = "eurostat:high-tech-manufacturing"
    """
    from nabij.codes.library import library
    from nabij.codes.trees import TREES

    source = ""
    for each in library().values():
        if each.source != source:
            source = each.source
            typer.echo(f"\n{source}")
        for tree, codes in each.codes.items():
            told = f"{each.names['en']}. {TREES[tree][0]}: {', '.join(codes)}"
            typer.echo(f"  {each.key}\n    {told}")


def _tree(key: str) -> Tree:
    from nabij.codes.trees import TREES, tree

    if key not in TREES:
        raise InputError(
            f"--tree {one_line(key)}: is no classification (there are: {', '.join(TREES)})"
            f"{nearest(key, TREES)}"
        )
    return tree(key)


def _language(key: str) -> str:
    if key not in ("nl", "en", "fr"):
        raise InputError(f"--language {one_line(key)}: use nl, en or fr")
    return key


def _shown(key: object) -> str:
    return one_line(str(key)) or "(too short)"


def _tell_rest(count: int) -> None:
    if count > 0:
        typer.echo(f"and {count:,} more; --most {ALL} shows all")
