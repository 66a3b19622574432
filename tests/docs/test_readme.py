"""What the pages show works as written: their commands, studies and Python.

Every fenced block of a page is tried, whatever is in it, on a made-up country whose files have the
columns, codes and regions that the README's study names.
"""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import nabij

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/study.md", "docs/commands.md", "docs/registers.md")
LONG = ("demo",)  # commands that a reader waits for; of these only the options are tried
FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", flags=re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+:|#)(?P<path>[^)#\s]+)")


@dataclass
class Block:
    page: str
    line: int
    language: str
    text: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks_of(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 2, found["language"], found["text"])
        for found in FENCED.finditer(text)
    ]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
# The registers of docs/registers.md are of many kinds of file: tests/docs/test_registers.py.
STUDIES = [
    block for block in BLOCKS if block.language == "toml" and block.page != "docs/registers.md"
]
SHELL = [block for block in BLOCKS if block.language == "sh"]
WHOLE = next(block for block in STUDIES if "path" in tomllib.loads(block.text).get("register", {}))


def content_of(block: Block) -> dict[str, Any]:
    """Return a study; what a block leaves out is as in the whole study that the README shows."""
    content, shown = tomllib.loads(WHOLE.text), tomllib.loads(block.text)
    if {"sector", "sectors"} & set(shown):
        content.pop("sector", None)
        content.pop("sectors", None)
    for name, keys in shown.items():
        content[name] = {**content.get(name, {}), **keys} if isinstance(keys, dict) else keys
    return content


def sectors_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    return content.get("sectors") or [content["sector"]]


def write_register(content: dict[str, Any], country) -> None:
    """Write the register that a study names; half of it is of its sectors."""
    spec, rows = content["register"], country.register
    named = [
        code.ljust(4, "0")
        for sector in sectors_of(content)
        for codes in (sector.get("codes", []), *sector.get("parts", {}).values())
        for code in codes
        if not code.startswith("!")
    ]
    place = gpd.points_from_xy(rows["x"], rows["y"], crs="EPSG:28992")
    place = place.to_crs(spec.get("crs", place.crs))
    columns = {
        "id": rows["id"],
        "name": "Firm " + rows["id"],
        "code": np.where(np.arange(len(rows)) % 2, np.resize(named, len(rows)), rows["sbi"]),
        "x": place.x,
        "y": place.y,
        "jobs": rows["jobs"],
        "size_class": np.resize([*spec.get("size_class_jobs", {"": 0})], len(rows)),
    }
    table = pd.DataFrame({spec[key]: values for key, values in columns.items() if key in spec})
    if "year" in spec:
        years = spec.get("years", [spec.get("use_year", 2025)])
        years = [2024, 2025] if years == "all" else years
        table = pd.concat([table.assign(**{spec["year"]: year}) for year in years])
    country.write(table, spec["path"])


def write_regions(content: dict[str, Any], country) -> None:
    """Write the regions that a study names, among them those to look into."""
    made = {
        layer: gpd.read_file(country.folder / "regions.gpkg", layer=layer)
        for layer in ("region", "neighbourhood")
    }
    looked_into = [block.get("focus", {}) for block in (content, *sectors_of(content))]
    levels = content.get("regions", [])
    for level in levels:
        shapes = made["region" if level is levels[0] else "neighbourhood"].copy()
        names = {
            focus["region"]: None
            for focus in looked_into
            if focus.get("level", levels[0]["level"]) == level["level"] and "region" in focus
        }
        shapes.loc[: len(names) - 1, "name"] = list(names)
        shapes = shapes.rename(
            columns={key: level[key] for key in ("code", "name") if key in level}
        )
        shapes.to_file(country.folder / level["path"], layer=level.get("layer", level["level"]))


@pytest.fixture
def written(country, monkeypatch):
    """The country of the README: its study and the files that this names, in the folder at hand."""
    monkeypatch.chdir(country.folder)
    content = content_of(WHOLE)
    write_regions(content, country)
    write_register(content, country)
    Path("study.toml").write_text(WHOLE.text, encoding="utf-8")
    return country


def run(words: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )
    assert said.returncode == 0, f"{shlex.join(words)}\n{said.stdout}{said.stderr}"


def try_nabij(words: list[str]) -> None:
    """Run a command; what a reader would have, or would do between two commands, is done here."""
    command = words[1] if len(words) > 1 else "--help"
    # What needs a server has tests with one; here its options are known.
    asks = words[1:3] == ["regions", "fetch"] or any("://" in word for word in words)
    if command in LONG or asks:
        run([*words, "--help"])
    elif command == "init":
        for name in (word for word in words if word.endswith(".gpkg")):
            if not Path(name).exists():
                gpd.read_file("regions.gpkg", layer="region").to_file(name)
        completed = Path("study.toml").rename("completed.toml")
        run(words)
        assert tomllib.loads(Path("study.toml").read_text(encoding="utf-8"))["register"]["path"]
        completed.replace("study.toml")
    else:
        run(words)


def try_make(words: list[str]) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(words[1:]) <= targets, f"{shlex.join(words)}: the Makefile has {sorted(targets)}"


def test_the_readme_has_commands_a_study_and_python():
    assert {"sh", "toml", "python"} <= {block.language for block in blocks_of("README.md")}


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_every_block_says_what_it_is_so_that_it_is_tried(block):
    assert block.language in ("sh", "toml", "python", "text")


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("block", SHELL, ids=str)
def test_commands_work_as_shown(block):
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        assert words[0] in ("nabij", "make"), f"{block}: cannot tell whether this works: {line}"
        if words[0] == "make":
            try_make(words)
        else:
            try_nabij(words)


@pytest.mark.parametrize("block", STUDIES, ids=str)
def test_a_study_works_as_shown(block, written):
    content = content_of(block)
    write_regions(content, written)
    write_register(content, written)
    result = nabij.run(nabij.Study.from_dict(content, folder=written.folder))
    nabij.save(result, "as-shown")
    assert Path("as-shown", "result.json").exists()


@pytest.mark.parametrize("page", PAGES)
def test_python_works_as_shown_from_the_first_block_to_the_last(page, written):
    names: dict[str, Any] = {"xy": written.register[["x", "y"]].to_numpy()}
    for block in blocks_of(page):
        if block.language == "python":
            lines = "\n" * (block.line - 1) + block.text  # a trace names the page and its line
            exec(compile(lines, str(ROOT / page), "exec"), names)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page):
    links = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []
