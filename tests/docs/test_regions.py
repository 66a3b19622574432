"""Every block of docs/regions.md is one that a study takes."""

import re
import tomllib
from pathlib import Path

import pytest

from nabij import Study
from nabij.outside.services import levels

PAGE = (Path(__file__).parents[2] / "docs" / "regions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_there_are_examples_of_both_ways():
    assert len(BLOCKS) == 3


@pytest.mark.parametrize("text", BLOCKS)
def test_an_example_is_taken(country, text):
    study = Study.from_dict(country.content(regions=tomllib.loads(text)["regions"]))
    assert study.regions


def test_every_level_is_told_with_its_years():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    told = [level for row in rows for level in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert told == list(levels())
    nuts = ", ".join(map(str, levels()["nuts3"].years))
    assert f"({nuts})" in PAGE
