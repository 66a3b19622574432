"""What the documentation takes from the code: added there, it appears; forgotten, it is missed."""

import doctest
import importlib.util
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import typer
from pydantic import BaseModel, ConfigDict

from nabij import cli
from nabij.proximity import KERNELS
from nabij.register import kinds
from nabij.study import BLOCKS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pages(generate, tmp_path):
    """A copy of the pages, up to date."""
    for name in generate.PAGES:
        shutil.copy(DOCS / name, tmp_path)
    assert generate.main(tmp_path, check=False) == 0
    return tmp_path


class Weather(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    wind: Literal["north", "south"] = "north"
    """Where it comes
    from."""
    rain: float
    """Millimetres."""
    snow: float | None = None
    """Centimetres. Required below 0 degrees."""


def test_the_examples_in_the_script_run(generate):
    assert doctest.testmod(generate).failed == 0


def test_pages_just_written_are_up_to_date(generate, pages, capsys):
    assert generate.main(pages, check=True) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["study.md", "commands.md"])
def test_a_page_behind_the_code_is_named_with_the_command_that_renews_it(
    generate, pages, capsys, name
):
    page = pages / name
    fresh = page.read_text()
    page.write_text(fresh.replace("|---|", "|---|\n| `invented` | |", 1))

    assert generate.main(pages, check=True) == 1
    said = capsys.readouterr().out
    assert f"docs/{name}" in said
    assert "python docs/generate.py" in said

    assert generate.main(pages, check=False) == 0
    assert page.read_text() == fresh


def test_what_is_written_by_hand_stays(generate, pages):
    page = pages / "study.md"
    page.write_text(page.read_text() + "\nWritten by hand.\n")
    generate.main(pages, check=False)
    assert page.read_text().endswith("<!-- end -->\n\nWritten by hand.\n")


def test_a_kernel_appears_by_itself(generate, pages, monkeypatch):
    def linear(d2, length):
        """max(0, 1 - d / scale)."""

    monkeypatch.setitem(KERNELS, "linear", replace(KERNELS["gaussian"], decay=linear))
    generate.main(pages, check=False)
    assert '| `"linear"` | max(0, 1 - d / scale) | `scale` |' in (pages / "study.md").read_text()


def test_a_kind_of_register_appears_by_itself(generate, pages, monkeypatch):
    monkeypatch.setitem(kinds.READERS, ".dbf", kinds.READERS[".csv"])
    generate.main(pages, check=False)
    assert "`.dbf`" in (pages / "study.md").read_text()


def test_a_command_appears_by_itself(generate, pages, monkeypatch):
    app = typer.Typer(rich_markup_mode="rich")
    app.callback()(lambda: None)

    @app.command()
    def walk(far: bool = typer.Option(False, help="All the way.")):
        """Go for a [bold]walk[/bold].

        Example:  nabij walk --far
        """

    monkeypatch.setattr(cli, "app", app)
    generate.main(pages, check=False)
    page = (pages / "commands.md").read_text()
    assert "## `nabij walk`\n\nGo for a walk.\n\n```sh\nnabij walk --far\n```\n" in page
    assert "All the way." in page


def test_a_key_shows_whether_it_is_required_its_default_its_choices_and_what_it_means(generate):
    assert generate.keys(Weather).splitlines()[2:] == [
        '| `wind` | optional | `"north"` | Where it comes from. One of `"north"`, `"south"`. |',
        "| `rain` | **required** |  | Millimetres. |",
        "| `snow` | depends |  | Centimetres. Required below 0 degrees. |",
    ]


def test_a_block_without_a_place_in_the_documentation_is_missed(
    generate, pages, monkeypatch, capsys
):
    monkeypatch.setitem(BLOCKS, "weather", Weather)
    assert generate.main(pages, check=True) == 1
    assert "<!-- keys of weather -->" in capsys.readouterr().out


def test_a_key_without_a_meaning_is_refused(generate):
    class Silent(BaseModel):
        key: int = 1

    with pytest.raises(SystemExit, match=r"Silent\.key has no description"):
        generate.keys(Silent)


def test_a_mark_that_nothing_belongs_to_is_refused(generate):
    with pytest.raises(SystemExit, match="keys of moon"):
        generate.renewed("<!-- keys of moon -->\n<!-- end -->")
