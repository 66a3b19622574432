"""Words on the terminal are in the language of the study."""

import ast
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nabij import cli
from nabij.language import _catalogue

SOURCE = Path(cli.__file__).parent
STUDY = """
[register]
path = "register.csv"
id = "id"
code = "sbi"
x = "x"
y = "y"
jobs = "jobs"
crs = "EPSG:28992"

[sector]
name = "Brainport"
codes = ["26", "27", "29", "325", "99"]
parts = { Auto = ["29"] }

[[regions]]
level = "region"
path = "regions.gpkg"
layer = "region"
code = "code"
name = "name"

[clusters]
relabellings = 19
runs = 1

[output]
formats = ["png"]
language = "nl"
"""


@pytest.fixture
def folder(country, monkeypatch):
    country.register.loc[:1, "sbi"] = ""
    country.register.loc[2, "x"] = float("nan")
    country.write(country.register, sep=";")
    (country.folder / "study.toml").write_text(STUDY)
    monkeypatch.chdir(country.folder)
    monkeypatch.setenv("COLUMNS", "200")
    return country.folder


def said(*words):
    result = CliRunner().invoke(cli.app, list(words))
    assert result.exit_code == 0, result.output
    return [" ".join(line.split()) for line in result.output.splitlines()]


def test_check_is_in_the_language_of_the_study(folder):
    lines = said("check", "study.toml")
    assert lines[:5] == [
        "Gelezen rijen 400",
        "Gebruikte rijen 397",
        "Afgewezen: geen branchecode 2",
        "Afgewezen: locatie ontbreekt of is geen getal 1",
        "Regio's van niveau region 9",
    ]
    assert lines[5].startswith("Sector: Brainport ")
    assert lines[6].startswith("onderdeel: Auto ")
    assert lines[7] == "referentie: het hele register 397"
    assert lines[8].startswith("in beeld: Place R")
    assert "- De kolommen worden gescheiden door een ;." in lines
    assert "- [sector] codes: geen code in het register begint met '99'." in lines
    assert lines[-1].startswith("Een run zou ")
    assert lines[-1].endswith(
        " D-scores berekenen (kernel inverse, mean, floor 100 m, in EPSG:28992) en tabellen, "
        "figuren (png) en een rapport schrijven."
    )


def test_run_and_scan_are_in_the_language_of_the_study(folder):
    lines = said("run", "study.toml", "--out", "out")
    assert "3 rijen waren onbruikbaar: zie out/rejected.csv" in lines
    assert lines[-1] == "Geschreven: out. Open out/report.html"
    lines = said("scan", "study.toml", "--digits", "2", "--out", "scan")
    assert lines[-1].endswith("sectoren. Geschreven: scan. Open scan/sectors.xlsx")


def test_check_in_english_says_the_same(folder):
    Path("study.toml").write_text(STUDY.replace('"nl"', '"en"'))
    lines = said("check", "study.toml")
    assert lines[:3] == ["Rows read 400", "Rows used 397", "Rejected: no industry code 2"]
    assert lines[7] == "reference: the whole register 397"
    assert lines[-1].startswith("A run would compute ")


def steps():
    """Every text by which the code tells a user what it is doing."""
    for path in SOURCE.rglob("*.py"):
        if "demo" in path.parts:  # before there is a study
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else (
                node.func.id if isinstance(node.func, ast.Name) else ""
            )  # fmt: skip
            text = node.args[0 if called == "progress" else -1]
            if called not in ("progress", "step"):
                continue
            if isinstance(text, ast.JoinedStr):
                text = text.values[0]
            if isinstance(text, ast.Constant) and " " in str(text.value):
                yield str(text.value)


def test_every_step_that_is_told_has_words_in_every_language():
    told = set(steps())
    assert "Reading the register" in told
    for code in ("en", "nl"):
        known = tuple(_catalogue(code)["progress"])
        assert [step for step in told if not step.startswith(known)] == []


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_reference_and_the_whole_register_have_one_term_each(code):
    def texts(section):
        for value in section.values():
            yield from texts(value) if isinstance(value, dict) else [str(value)]

    others = {
        "en": ("reference sector", "reference population", "whole economy", " national"),
        "nl": ("referentiesector", "referentiepopulatie", "hele economie", " nationa", "landelijk"),
    }
    words = re.sub(r"{[^}]*}", "", " ".join(texts(_catalogue(code)))).casefold()
    assert [other for other in others[code] if other in words] == []
    for page in ["README.md", *(f"docs/{name}.md" for name in ("study", "registers", "report"))]:
        assert "reference sector" not in (SOURCE.parents[1] / page).read_text("utf-8")
