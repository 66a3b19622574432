"""Write the parts of the documentation that the code knows best.

``python docs/generate.py`` writes them, ``--check`` tells whether they are up to date.

The pages are written by hand, but for what stands between two marks: ``<!-- kernels -->`` and
``<!-- end -->``. There the piece of that name is put, one of `pieces`. Each piece has a place on
some page, so a new block of the study file cannot be forgotten.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from rich.text import Text
from typer.main import get_command

from nabij import cli, vector
from nabij.codes.library import library
from nabij.codes.trees import TREES, tree
from nabij.proximity import KERNELS
from nabij.register import kinds
from nabij.study import BLOCKS, DScore

DOCS = Path(__file__).parent
PAGES = ("study.md", "commands.md", "codes.md")
MARKED = re.compile(r"<!-- (?P<name>[^>]+) -->\n.*?<!-- end -->", flags=re.DOTALL)


def main(folder: Path, *, check: bool) -> int:
    """Write the pages of a folder, or name those that are out of date; return an exit code."""
    made = {folder / name: renewed((folder / name).read_text("utf-8")) for name in PAGES}
    missing = set(pieces()) - {name for text in made.values() for name in MARKED.findall(text)}
    if missing:
        print("The documentation has no place for these; make one in docs/study.md:")
        for name in sorted(missing):
            print(f"  <!-- {name} -->\n  <!-- end -->")
        return 1
    stale = [path for path, text in made.items() if path.read_text("utf-8") != text]
    for path in stale:
        if check:
            print(
                f"docs/{path.name} is not what the code says. "
                "Renew it with: .venv/bin/python docs/generate.py"
            )
        else:
            path.write_text(made[path], "utf-8")
    return 1 if check and stale else 0


def renewed(page: str) -> str:
    """Return a page with its marked pieces made anew.

    >>> renewed("<!-- files with regions -->\\nold\\n<!-- end -->").splitlines()[2]
    '`.gpkg`, `.geojson`, `.json`, `.fgb`, `.shp`'
    """
    known = pieces()

    def piece(marked: re.Match[str]) -> str:
        name = marked["name"]
        if name not in known:
            sys.exit(f"<!-- {name} --> is no piece of the documentation (there are: {[*known]})")
        return f"<!-- {name} -->\n\n{known[name]()}\n\n<!-- end -->"

    return MARKED.sub(piece, page)


def pieces() -> dict[str, Callable[[], str]]:
    """Return what can be made, by the name in its mark."""
    headings: dict[type[BaseModel], str] = {}
    for heading, block in BLOCKS.items():  # [sector] and [[sectors]] are one
        headings.setdefault(block, heading)
    return {
        **{f"keys of {heading}": partial(keys, block) for block, heading in headings.items()},
        "kernels": kernels,
        "files with a register": register_files,
        "files with regions": lambda: ", ".join(map(code, vector.KINDS)),
        "trees of codes": trees,
        "sectors of the library": library_sectors,
        "commands": lambda: "\n\n".join(commands()),
    }


def keys(block: type[BaseModel]) -> str:
    """Return the table of a block's keys."""
    rows = [
        (code(name), needed(field), default(field), meaning(f"{block.__name__}.{name}", field))
        for name, field in block.model_fields.items()
    ]
    return table(("key", "", "default", "meaning"), rows)


def needed(field: FieldInfo) -> str:
    """Return whether a key must be there; its meaning says on what that depends."""
    if field.is_required():
        return "**required**"
    return "depends" if re.search(r"\bRequired\b", field.description or "") else "optional"


def default(field: FieldInfo) -> str:
    """Return a key's default as it would be written in the study file; empty where it has none."""
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True)
    return "" if value is None or value in ([], {}) else code(json.dumps(value))


def meaning(name: str, field: FieldInfo) -> str:
    """Return a key's description, and those of its choices that it does not name."""
    if not field.description:
        sys.exit(f"{name} has no description; write one below it in src/nabij/study/")
    text = " ".join(field.description.split())
    unnamed = [choice for choice in choices(field.annotation) if choice not in text]
    return f"{text} One of {', '.join(map(code, unnamed))}." if unnamed else text


def choices(annotation: Any) -> list[str]:
    """Return the words that a type allows, as written in the study file.

    >>> choices(list[Literal["png", "svg"]] | None)
    ['"png"', '"svg"']
    """
    if get_origin(annotation) is Literal:
        return [json.dumps(choice) for choice in get_args(annotation)]
    return [choice for part in get_args(annotation) for choice in choices(part)]


def kernels() -> str:
    """Return the table of distance decays."""
    usual = DScore.model_fields["kernel"].default
    rows = [
        (
            code(json.dumps(name)) + (" (default)" if name == usual else ""),
            (kernel.decay.__doc__ or "").strip().rstrip("."),
            code(kernel.length),
        )
        for name, kernel in KERNELS.items()
    ]
    return table(("kernel", "weight of a neighbour at distance d", "its length"), rows)


def register_files() -> str:
    """Return the endings of files that a register is read from."""
    compressed = ", ".join(map(code, kinds.COMPRESSED))
    return f"{', '.join(map(code, kinds.READERS))}; text also compressed: {compressed}"


def trees() -> str:
    """Return the table of classifications, with how many codes have a name of their own."""
    rows = []
    for key, (title, _, _) in TREES.items():
        names = tree(key).names
        have = [f"{sum(each in own for own in names.values()):,}" for each in ("en", "nl", "fr")]
        rows.append((code(json.dumps(key)), title, f"{len(names):,}", *have))
    return table(("key", "classification", "codes", "own English", "own Dutch", "own French"), rows)


def library_sectors() -> str:
    """Return the table of the library's sectors, and where they are from."""
    rows = [
        (code(each.key), each.names["en"], TREES[key][0], ", ".join(codes))
        for each in library().values()
        for key, codes in each.codes.items()
    ]
    sources = {each.key.split(":")[0]: each.source for each in library().values()}
    told = "\n".join(f"* {code(name + ':')} {source}." for name, source in sources.items())
    heads = ("in a study", "sector", "classification", "beginnings of codes")
    return f"{table(heads, rows)}\n\nSources:\n\n{told}"


def commands() -> Iterator[str]:
    """Yield the section of each command."""
    group = get_command(cli.app)
    context = typer.Context(group, info_name="nabij", **group.context_settings)
    yield section(group, context)
    yield from sections(group, context)


def sections(group: Any, context: typer.Context) -> Iterator[str]:
    """Yield the section of each command of a group, and of the groups in it."""
    for name, command in group.commands.items():
        if not command.hidden:
            below = typer.Context(command, info_name=name, parent=context)
            yield section(command, below)
            if hasattr(command, "commands"):
                yield from sections(command, below)


def section(command: Any, context: typer.Context) -> str:
    """Return what a command is for, with an example, and the table of its options."""
    records = [each.get_help_record(context) for each in command.get_params(context)]
    rows = [(code(names), said) for names, said in filter(None, records)]
    return "\n\n".join(
        [
            f"## `{context.command_path}`",
            *map(paragraph, plain(command.help).split("\n\n")),
            table(("argument or option", "meaning"), rows),
        ]
    )


def plain(text: str | None) -> str:
    """Return a help text as a terminal shows it.

    >>> plain("[bold]Begin with[/bold]  nabij demo")
    'Begin with  nabij demo'
    """
    return Text.from_markup(text or "").plain.strip()


def paragraph(text: str) -> str:
    """Return a paragraph of help as Markdown; an example is a block of its own."""
    example = re.fullmatch(r"Example:\s+(nabij .*)", text)
    return f"```sh\n{example[1]}\n```" if example else text


def code(text: str) -> str:
    """Return text as code."""
    return f"`{text}`"


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table in Markdown.

    >>> print(table(("key", "meaning"), [("`a`", "this | that")]))
    | key | meaning |
    |---|---|
    | `a` | this \\| that |
    """
    lines = [heads, *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    head, *body = [f"| {' | '.join(cells)} |" for cells in lines]
    return "\n".join([head, "|" + "---|" * len(heads), *body])


if __name__ == "__main__":
    sys.exit(main(DOCS, check="--check" in sys.argv[1:]))
