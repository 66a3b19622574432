"""The first ten minutes: `nabij init`, and the study that it writes."""

import os
import shlex
import subprocess
import sys
import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nabij
from nabij import InputError, Study
from nabij.register.guess import guess
from nabij.study_file import compose


def run_nabij(*words, cwd):
    return subprocess.run(
        [sys.executable, "-m", "nabij", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )


def filled(text, code):
    """A study file with a sector filled in."""
    text = text.replace('name = ""  # fill in', 'name = "A sector"', 1)
    code = code.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("codes = []  # fill in", f'codes = ["{code}"]  # filled in', 1)


def test_init_says_what_it_guessed_why_and_what_is_left(country):
    table = country.register.rename(columns={"id": "LicenceRSN"}).assign(LocalArea="North")
    country.write(pd.concat([table.assign(FOLDERYEAR=year) for year in (24, 25)]))
    said = run_nabij("init", "register.csv", cwd=country.folder)
    assert said.returncode == 0, said.stderr
    assert [" ".join(line.split()) for line in said.stdout.splitlines()] == [
        "Wrote study.toml for register.csv. Guessed:",
        "id LicenceRSN by its name",
        "code sbi by its name",
        "x x by its name",
        "y y by its name",
        "jobs jobs by its name",
        "year FOLDERYEAR by its name",
        "crs EPSG:28992 the first rows lie in its area; EPSG:27700, EPSG:3035 would fit too",
        "The file holds several years (24, 25): use_year = 25 is analysed; "
        'years = "all" sets them side by side.',
        "LocalArea: names areas. To have them as regions, give their polygons with --regions.",
        "Left to fill in:",
        "[sector] name and codes",
        "Then:",
        "nabij check study.toml",
        "nabij run study.toml",
    ]


def test_paths_with_spaces_are_written_short_and_the_commands_can_be_pasted(country):
    data, studies = country.folder / "My data", country.folder / "My studies"
    data.mkdir()
    studies.mkdir()
    (country.folder / "register.csv").rename(data / "My register.csv")
    said = run_nabij(
        "init", data / "My register.csv", "--out", "My studies/a study.toml", cwd=country.folder
    )
    assert said.returncode == 0, said.stderr
    written = (studies / "a study.toml").read_text()
    assert 'path = "../My data/My register.csv"' in written
    (studies / "a study.toml").write_text(filled(written, "26"))
    check = said.stdout.splitlines()[-2].strip()
    assert check == "nabij check 'My studies/a study.toml'"
    words = shlex.split(check)
    assert run_nabij(*words[1:], cwd=country.folder).returncode == 0


def test_levels_of_regions_are_written_coarse_to_fine(country):
    import geopandas as gpd

    for layer in ("region", "neighbourhood"):
        shapes = gpd.read_file(country.folder / "regions.gpkg", layer=layer)
        shapes.to_file(country.folder / f"{layer}.gpkg", layer=layer)
    words = ("--regions", "neighbourhood.gpkg", "--regions", "region.gpkg")
    assert run_nabij("init", "register.csv", *words, cwd=country.folder).returncode == 0
    text = (country.folder / "study.toml").read_text()
    assert [level["level"] for level in tomllib.loads(text)["regions"]] == [
        "region",
        "neighbourhood",
    ]


def test_a_sheet_is_chosen_with_layer(country):
    with pd.ExcelWriter(country.folder / "r.xlsx") as book:
        for year in ("2023", "2024"):
            country.register.to_excel(book, sheet_name=year, index=False)
    said = run_nabij("init", "r.xlsx", cwd=country.folder)
    assert (
        "The sheet '2023' looks most like a register. There is also 2024; choose with --layer."
    ) in said.stdout
    assert run_nabij(
        "init", "r.xlsx", "--layer", "2024", "--out", "b.toml", cwd=country.folder
    ).returncode == 0  # fmt: skip
    assert 'sheet = "2024"' in (country.folder / "b.toml").read_text()


def test_areas_that_are_given_for_a_register_are_told(country):
    said = run_nabij("init", "regions.gpkg", cwd=country.folder)
    assert said.returncode == 0, said.stderr
    assert (
        "The file holds areas and no points: regions, not a register? Then give it with --regions "
        "beside a register."
    ) in said.stdout
    assert "  [register] code, x, y, crs\n  [sector] name and codes\n" in said.stdout


def test_a_name_that_is_no_text_is_told(country):
    odd = os.fsdecode(b"r\xff.csv")
    (country.folder / "register.csv").rename(country.folder / odd)
    said = run_nabij("init", odd, cwd=country.folder)
    assert said.returncode == 2
    assert said.stderr == (
        "Error: study.toml: cannot be written (a file's name is no text; rename it)\n"
    )
    assert not (country.folder / "study.toml").exists()


def test_the_report_stands_in_the_study_as_comments_that_may_be_taken_in(country):
    text = compose(guess(country.folder / "register.csv"), [], country.folder)
    start = text.index("# [report]")
    block = "".join(line.removeprefix("# ") for line in text[start:].splitlines(keepends=True))
    keys = tomllib.loads(block)["report"]
    assert set(keys) >= {"organisation", "contact", "confidentiality", "logo", "colour", "paper"}
    nabij.study.Report.model_validate(keys)


def test_a_free_category_runs_as_well_as_digits(country):
    kinds = ["Bakery (large)", "Bakery", 'Book "shop"', "Bar; café"]
    table = country.register.assign(sbi=np.resize(kinds, len(country.register)))
    country.write(table.rename(columns={"sbi": "BusinessSubType"}))
    text = compose(guess(country.folder / "register.csv"), [], country.folder)
    (country.folder / "study.toml").write_text(filled(text, 'Book "shop"'))
    result = nabij.run(country.folder / "study.toml")
    assert len(result.establishments) == 100


NAMES = {
    "id": ["id", "LicenceRSN", "vestigingsnr", "column 1", "Kolom\x1b1"],
    "sbi": ["sbi", "BusinessSubType", "NAF", "column 2", 'code "x"'],
    "x": ["x", "Longitude", "X_COORD", "Rechtswert", "column 3"],
    "y": ["y", "Latitude", "Y_COORD", "Hochwert", "column 4"],
    "jobs": ["jobs", "banen", "Beschäftigte", "NumberofEmployees", "column 5"],
}
KINDS = ["digits", "dotted", "letters", "kinds"]


@pytest.fixture(scope="module")
def land(shared_country, tmp_path_factory):
    """The country in a folder to write into, once for all examples."""
    return replace(shared_country, folder=tmp_path_factory.mktemp("land"))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    names=st.fixed_dictionaries({key: st.sampled_from(names) for key, names in NAMES.items()}),
    left_out=st.sets(st.sampled_from(["id", "jobs"])),
    codes=st.sampled_from(KINDS),
    years=st.sampled_from([None, [2025], [24, 25], [2015, 2020, 2025]]),
    year=st.sampled_from(["year", "FOLDERYEAR", "edition"]),
    separator=st.sampled_from([",", ";", "\t"]),
    shuffled=st.booleans(),
)
def test_a_study_that_init_writes_runs_once_its_sector_is_filled_in(
    land, names, left_out, codes, years, year, separator, shuffled
):
    table = land.register.copy()
    digits = table["sbi"]
    table["sbi"] = {
        "digits": digits,
        "dotted": digits.str[:2] + "." + digits.str[2:],
        "letters": digits + "Z",
        "kinds": "Kind of business " + digits.map(lambda code: "ABCDEFGHIJ"[int(code[1])] * 3),
    }[codes]
    table = table.drop(columns=list(left_out)).rename(columns=names)
    if years:
        table = pd.concat([table.assign(**{year: value}) for value in years])
    if shuffled:
        table = table.sample(frac=1, axis=1, random_state=1).sample(frac=1, random_state=2)
    land.write(table, "some register.csv", sep=separator)
    found = guess(land.folder / "some register.csv")
    text = compose(found, [], land.folder)
    path = land.folder / "some study.toml"
    path.write_text(text)
    tomllib.loads(text)
    with pytest.raises(InputError) as left:
        Study.from_toml(path)
    assert all("[sector]" in line for line in str(left.value).splitlines())
    # Quick, and no part of what is asked here.
    quick = "\n[clusters]\nfind = false\n"
    path.write_text(filled(text, found.codes[0]) + quick)
    result = nabij.run(path)
    assert len(result.sectors) == 1
    assert len(result.establishments) >= 1
    assert result.sectors["register_establishments"].iloc[0] == len(land.register)
