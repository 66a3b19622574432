"""What `nabij doctor` says of files, sound and broken: a line each, whatever is in them."""

import os
import subprocess
import sys
import time
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nabij import apart
from nabij.doctor import MOST_NAME, MOST_SAID, examine

SECONDS = 60
"""For a folder of some thirty broken files."""


def said(*names):
    return {os.path.basename(found.name): found for found in examine(map(str, names))}


def one(path):
    (found,) = examine([str(path)])
    return found


def points(country):
    register = country.register
    shapes = gpd.points_from_xy(register["x"], register["y"])
    return gpd.GeoDataFrame(register.drop(columns=["x", "y"]), geometry=shapes, crs="EPSG:28992")


def test_a_register_says_its_kind_rows_columns_and_system(country):
    assert one(country.folder / "register.csv").said == (
        "a register (text), 400 rows, 5 columns, EPSG:28992; all rows could be used"
    )


def test_rows_that_could_not_be_used_are_counted_with_the_reason(country):
    country.register.loc[:2, "sbi"] = ""
    country.write(country.register)
    found = one(country.folder / "register.csv")
    assert found.usable
    assert found.said.endswith("397 rows could be used (not: 3 no industry code)")


def test_several_years_ask_for_a_choice(country):
    country.write(pd.concat([country.register.assign(jaar=year) for year in (24, 25)]))
    found = one(country.folder / "register.csv")
    assert found.usable
    assert found.said.endswith(
        "800 rows, 6 columns, EPSG:28992; all rows could be used; "
        "choose use_year or years (24, 25 in 'jaar')"
    )


def test_what_was_not_recognised_is_what_to_set(country):
    country.write(country.register.drop(columns="sbi"))
    found = one(country.folder / "register.csv")
    assert not found.usable
    assert found.said == (
        "a register? (text, 4 columns); set code (no column of industry codes was recognised)"
    )
    country.write(country.register[["id", "jobs"]])
    assert one(country.folder / "register.csv").said == (
        "text, 2 columns: neither a register nor regions: no codes and no places"
    )


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_points_without_a_system_ask_for_it(country):
    points(country).set_crs(None, allow_override=True).to_file(country.folder / "r.shp")
    found = said(country.folder)
    assert "r.dbf" not in found
    assert found["r.shp"].said == (
        "a register (Shapefile 'r'), 400 rows, 3 columns, no crs; "
        "set crs, the system of its coordinates"
    )


def test_regions_say_their_levels_and_columns(country):
    found = one(country.folder / "regions.gpkg")
    assert found.usable
    assert found.said == (
        "regions (GeoPackage), 2 levels: region (9; columns code, name; EPSG:28992), "
        "neighbourhood (81; columns code, name; EPSG:28992)"
    )


def test_of_several_layers_the_likeliest_is_named_and_the_others_told(country):
    points(country).to_file(country.folder / "two.gpkg", layer="firms")
    points(country)[["geometry"]].to_file(country.folder / "two.gpkg", layer="trees")
    assert one(country.folder / "two.gpkg").said == (
        "a register (GeoPackage 'firms'), 400 rows, 3 columns, EPSG:28992; all rows could be "
        "used; choose layer, there is also trees"
    )


def test_of_a_large_file_the_first_rows_are_judged(country, monkeypatch):
    monkeypatch.setattr("nabij.doctor.content.WHOLE_BYTES", 100)
    monkeypatch.setattr("nabij.register.guess.WHOLE_BYTES", 100)
    monkeypatch.setattr(apart, "_is_apart", True)  # here, where the limits are lower
    assert one(country.folder / "register.csv").said == (
        "a register (text), a large file, 5 columns, EPSG:28992; all of the first 400 could be used"
    )
    points(country).to_parquet(country.folder / "points.parquet")
    assert one(country.folder / "points.parquet").said.endswith(
        "3 columns, EPSG:28992; all of the first 400 could be used"
    )


def test_a_folder_of_parts_is_one_register(country):
    for year in (2024, 2025):
        part = country.folder / "parts" / f"year={year}"
        part.mkdir(parents=True)
        country.register.to_parquet(part / "part-0.parquet")
    told = (
        "a register (Parquet), 800 rows, 6 columns, EPSG:28992; all rows could be used; "
        "choose use_year or years (2024, 2025 in 'year')"
    )
    assert one(country.folder / "parts").said == told
    assert said(country.folder)["parts"].said == told


def test_a_study_says_what_it_holds_or_what_to_mend(country):
    study = country.folder / "study.toml"
    study.write_text(
        '[register]\npath = "register.csv"\ncode = "sbi"\nx = "x"\ny = "y"\n'
        '[sector]\nname = "A"\ncodes = ["26"]\n'
    )
    found = one(study)
    assert found.usable
    assert found.said == (
        "a study: 1 sector, 0 levels of regions; nabij check says what its register holds"
    )
    study.write_text("[register]\npath = register.csv\n")
    found = one(study)
    assert not found.usable
    assert found.said.startswith("a study to mend: not valid TOML: ")
    assert found.said.endswith(
        '| line 2 is:  path = register.csv | write:      path = "register.csv"'
    )


def test_an_address_is_not_shown_for_it_may_hold_a_password():
    assert str(one("postgresql://me:secret@host/base")) == (
        "postgresql://...: is an address and no file"
    )


def test_patterns_and_names_that_fit_nothing_are_told(country):
    assert one(country.folder / "*.xlsx").said == "no file fits this pattern"
    assert one(country.folder / "registr.csv").said == (
        "no such file; did you mean 'register.csv'?"
    )
    assert [found.usable for found in examine([str(country.folder / "*.csv")])] == [True]


def workbook_that_grows(path):
    """A workbook of some hundred kilobytes that holds gigabytes."""
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    row = b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>"
    pd.DataFrame({"id": [1]}).to_excel(path, engine="xlsxwriter", index=False)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = head + row * 3000 + b"</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in parts.items():
            book.writestr(part, content)


@pytest.fixture
def broken(country, tmp_path_factory):
    """A folder of what can be wrong with a file."""
    folder = tmp_path_factory.mktemp("broken")
    text = country.folder.joinpath("register.csv").read_text()
    content = {
        "empty.csv": b"",
        "blank.csv": b" \n \n",
        "header.csv": b"id,sbi,x,y,jobs\n",
        "latin.csv": text.replace("E0001", "Café").encode("latin-1"),
        "utf16.csv": text.encode("utf-16"),
        "nul.csv": text.replace("E0001", "E\x0000").encode(),
        "binary.csv": bytes(range(256)) * 40,
        "quote.csv": text.replace("E0002", '"E0002').encode(),
        "wide.csv": (",".join(f"c{n}" for n in range(10_000)) + "\n").encode()
        + b",".join([b"1"] * 10_000) + b"\n",
        "twice.csv": text.replace("jobs", "x", 1).encode(),
        "escape.csv": b"a\x1b[31m,b\x07\n1,2\n",
        "long line.csv": b"a" * (9 << 20),
        "cut.csv.gz": b"\x1f\x8b\x08\x00cut",
        "no.xlsx": b"id,code\n1,2\n",
        "no.gpkg": b"id,code\n1,2\n",
        "no.parquet": b"PAR1",
        "no.zip": b"PK",
        "no.csv.zip": b"PK",
        "no.duckdb": b"no database",
        "no.geojson": b'{"type": "FeatureCollection"',
        "no.shp": b"no shapes",
        "no.fgb": b"fgb",
        "elsewhere.vrt": b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource>",
        "elsewhere.geojson": b"<OGRVRTDataSource></OGRVRTDataSource>",
        "slips.toml": b'[register]\npath = "C:\\Users\\me.csv"\ncode = sbi\n',
        "study.toml": b'[register]\npaht = "none.csv"\n[sector]\nname = ""\n',
        "no.sav": b"x",
        "noext": b"x",
        "esc\x1b[31m\nape.csv": b"",
        f"{'n' * 240}.csv": b"",
    }  # fmt: skip
    for name, what in content.items():
        (folder / name).write_bytes(what)
    country.register.to_parquet(folder / "cut.parquet")
    points(country).to_file(folder / "cut.gpkg", layer="firms")
    for name in ("cut.parquet", "cut.gpkg"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 3])
    workbook_that_grows(folder / "grows.xlsx")
    (folder / "x.csv").mkdir()
    (folder / "out.csv").symlink_to(country.folder / "register.csv")
    (folder / "nowhere.csv").symlink_to(folder / "gone")
    os.mkfifo(folder / "pipe.csv")
    (folder / "closed.csv").write_text(text)
    (folder / "closed.csv").chmod(0)
    return folder


def test_a_folder_of_broken_files_gives_one_clear_line_each_in_bounded_time(broken, monkeypatch):
    monkeypatch.setattr(apart, "ROOM_BYTES", 256 << 20)  # or the bomb takes most of the time
    monkeypatch.setattr(apart, "ROOM_TIMES", 16)
    start = time.monotonic()
    found = list(examine([str(broken)]))
    assert time.monotonic() - start < SECONDS
    assert len(found) == len(list(broken.iterdir()))
    for each in found:
        assert str(each).isprintable(), each
        assert len(each.name) <= MOST_NAME + 3
        assert 10 < len(each.said) <= MOST_SAID + 3
        assert "Traceback" not in each.said
        assert "could not be looked at" not in each.said, each
    by_name = {os.path.basename(each.name): each for each in found}
    usable = {name for name, each in by_name.items() if each.usable}
    assert usable - {"closed.csv"} == {"latin.csv", "utf16.csv", "nul.csv"}
    for name, what in {
        "empty.csv": "the file is empty",
        "blank.csv": "the file holds nothing but white space; save it anew, or name another",
        "header.csv": "text, 5 columns and no rows",
        "out.csv": "a link that leads out of the folder; name the file itself",
        "nowhere.csv": "a link to nothing",
        "pipe.csv": "is no ordinary file",
        "x.csv": "a folder, not a file; name it to look into it",
        "elsewhere.vrt": "is of no kind that nabij reads ('.vrt')",
        "wide.csv": "text, 10,000 columns: neither a register nor regions: no codes and no places",
        "no.gpkg": "is not a GeoPackage, though its name says so; save it as one, or name another",
    }.items():
        assert by_name[name].said == what
    assert by_name["quote.csv"].said.endswith("a quote that is not closed? Mend that row")
    assert "has 2 columns named 'x'" in by_name["twice.csv"].said
    assert "MB of memory to read" in by_name["grows.xlsx"].said
    assert by_name["nul.csv"].said.endswith(
        "399 rows could be used (not: 1 holds a NUL byte: the file is damaged there)"
    )
    if os.geteuid():  # who may read everything can read this too
        assert "cannot be read: Permission denied" in by_name["closed.csv"].said


@pytest.fixture(scope="module")
def sound(shared_country, tmp_path_factory):
    """The same register in files of several kinds, to be damaged."""
    folder = tmp_path_factory.mktemp("sound")
    shared_country.register.to_csv(folder / "r.csv", index=False)
    shared_country.register.to_parquet(folder / "r.parquet")
    shared_country.register.to_excel(folder / "r.xlsx", index=False)
    points(shared_country).to_file(folder / "r.gpkg", layer="firms")
    points(shared_country).to_file(folder / "r.geojson")
    points(shared_country).to_file(folder / "r.fgb")
    (folder / "r.toml").write_text('[register]\npath = "r.csv"\ncode = "sbi"\n')
    return folder


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    suffix=st.sampled_from([".csv", ".parquet", ".xlsx", ".gpkg", ".geojson", ".fgb", ".toml"]),
    at=st.floats(0, 1),
    instead=st.binary(min_size=1, max_size=200),
    cut=st.booleans(),
)
def test_whatever_is_changed_in_a_file_it_has_one_line(sound, suffix, at, instead, cut):
    content = (sound / f"r{suffix}").read_bytes()
    place = int(at * len(content))
    rest = b"" if cut else content[place + len(instead) :]
    damaged = sound / f"damaged{suffix}"
    damaged.write_bytes(content[:place] + instead + rest)
    found = one(damaged)
    assert str(found).isprintable()
    assert 10 < len(found.said) <= MOST_SAID + 3
    assert "could not be looked at" not in found.said


def doctor(*words):
    return subprocess.run(
        [sys.executable, "-m", "nabij", "doctor", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
    )


def test_the_command_exits_with_1_where_one_file_cannot_be_used(country):
    sound = doctor(country.folder / "register.csv", country.folder / "regions.gpkg")
    assert sound.returncode == 0, sound.stderr
    assert len(sound.stdout.splitlines()) == 2
    (country.folder / "empty\x1b.csv").touch()
    broken = doctor(country.folder)
    assert broken.returncode == 1
    assert broken.stderr == ""
    assert "empty?.csv: the file is empty" in broken.stdout
    assert len(broken.stdout.splitlines()) == 3
