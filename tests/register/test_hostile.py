"""Files that mean harm, or that another machine would read otherwise."""

import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError
from nabij.register import read

SQL = 'sbi"; drop table firms; --'


def as_points(country):
    place = gpd.points_from_xy(country.register["x"], country.register["y"], crs="EPSG:28992")
    return gpd.GeoDataFrame(country.register.drop(columns=["x", "y"]), geometry=place)


def same(country, **register):
    found, expected = (
        read(country.study(register=keys).register).table.sort_values("id").reset_index(drop=True)
        for keys in (register, {})
    )
    assert found["code"].tolist() == expected["code"].tolist()
    np.testing.assert_allclose(found["jobs"], expected["jobs"])


@pytest.mark.parametrize("name", ["r.csv", "r.parquet", "r.xlsx", "r.gpkg", "r.fgb", "r.geojson"])
def test_a_column_may_be_called_anything(country, name):
    path = country.folder / name
    table = country.register.rename(columns={"sbi": SQL})
    if name.endswith((".gpkg", ".fgb", ".geojson")):
        as_points(country).rename(columns={"sbi": SQL}).to_file(path)
        same(country, path=name, code=SQL, x=None, y=None, crs=None)
        return
    writers = {".csv": "to_csv", ".parquet": "to_parquet", ".xlsx": "to_excel"}
    getattr(table, writers[path.suffix])(path, index=False)
    same(country, path=name, code=SQL)


def test_a_trigger_in_a_geopackage_does_nothing(country):
    path = country.folder / "r.gpkg"
    as_points(country).to_file(path, layer="firms")
    with sqlite3.connect(path) as base:
        base.execute("create table seen (n int)")
        base.execute("create trigger t after update on gpkg_contents begin delete from firms; end")
    before = path.read_bytes()
    same(country, path="r.gpkg", layer="firms", x=None, y=None, crs=None)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("reach", "why"),
    [
        (
            "create virtual table other using VirtualOGR('{target}')",
            "no such module: VirtualOGR",
        ),
        (
            "create view other as select ST_GeomFromText('POINT(0 0)') as geom, "
            "gdal_get_pixel_value('{target}', 1, 'georef', 0, 0) as sbi",
            "gdal_get_pixel_value() SQL function not available if "
            "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS configuration option is not set",
        ),
    ],
)
def test_a_geopackage_that_reaches_for_another_file_does_not_get_it(country, reach, why):
    path = country.folder / "r.gpkg"
    as_points(country).to_file(path, layer="firms")
    target = country.folder / "regions.gpkg"
    with sqlite3.connect(path) as base:
        try:
            base.execute(reach.format(target=target))
        except sqlite3.OperationalError:  # no such module here: written as if there were
            base.execute("pragma writable_schema = on")
            base.execute(
                "insert into sqlite_master values ('table', 'other', 'other', 0, ?)",
                [f"CREATE VIRTUAL TABLE other USING VirtualOGR('{target}')"],
            )
    keys = {"path": "r.gpkg", "layer": "other", "x": None, "y": None, "crs": None}
    with pytest.raises(InputError) as caught:
        read(country.study(register=keys).register)
    assert str(caught.value) == (
        f"{path}: cannot be read: {why} (a view or a table that reaches for what is not in the "
        "file?); save what it holds as a table in a new file"
    )


def test_macros_and_links_of_a_workbook_are_left_alone(country):
    path = country.folder / "r.xlsm"
    macros = country.folder / "vbaProject.bin"
    macros.write_bytes(b"Sub Auto_Open()\nEnd Sub")
    with pd.ExcelWriter(path, engine="xlsxwriter") as book:
        country.register.to_excel(book, sheet_name="firms", index=False)
        book.book.add_vba_project(macros)
        sheet = book.sheets["firms"]
        for row, jobs in enumerate(country.register["jobs"], start=1):
            sheet.write_formula(row, 4, "='[other.xlsx]Sheet1'!A1", None, int(jobs))
    same(country, path="r.xlsm")


PLAIN = """
import sys
import nabij
study = nabij.Study.from_toml("study.toml")
result = nabij.run(study)
for name in ("sectors", "regions", "establishments"):
    result.tables[name].frame.drop(columns="geometry", errors="ignore").to_csv(
        f"{sys.argv[1]}-{name}.csv", index=False
    )
"""

STUDY = """
[register]
path = "register.csv"
id = "id"
code = "sbi"
x = "x"
y = "y"
jobs = "jobs"
year = "day"
crs = "EPSG:28992"
[sector]
name = "Brainport"
codes = ["26", "27"]
[clusters]
find = false
"""


def test_place_and_time_of_the_machine_change_no_number(country):
    country.write(country.register.assign(day="2025-01-01"))
    (country.folder / "study.toml").write_text(STUDY)
    for name, where in (
        ("here", {"TZ": "UTC", "LC_ALL": "C"}),
        ("there", {"TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
    ):
        subprocess.run(
            [sys.executable, "-c", PLAIN, name],
            cwd=country.folder,
            env={**os.environ, **where},
            check=True,
            timeout=300,
        )
    for name in ("sectors", "regions", "establishments"):
        here, there = (country.folder / f"{place}-{name}.csv" for place in ("here", "there"))
        assert here.read_bytes() == there.read_bytes()


def test_jobs_too_small_to_be_any_are_rejected_and_counted(country):
    country.register["jobs"] = country.register["jobs"].astype(float)
    country.register.loc[:4, "jobs"] = 1e-300
    country.write(country.register)
    found = read(country.study().register)
    reasons = {str(reason): n for reason, n in found.counts["rejected"].items()}
    assert reasons == {"jobs are above 0 and below 0.001": 5}


def test_more_jobs_than_there_are_cannot_be_allowed(country):
    with pytest.raises(InputError, match=r"\[register\] max_jobs: .*less than or equal to 1000000"):
        country.study(register={"max_jobs": 1e301})
    country.register["jobs"] = country.register["jobs"].astype(float)
    country.register.loc[:4, "jobs"] = 1e300
    country.write(country.register)
    found = read(country.study(register={"max_jobs": 1e10}).register)
    reasons = {str(reason): n for reason, n in found.counts["rejected"].items()}
    assert reasons == {"jobs are above 10,000,000,000 (max_jobs)": 5}


FULL = """
import resource, signal, sys
from nabij import cli
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as a full disk: an error, and no end
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
sys.argv = ["nabij", "run", "study.toml", "--out", "out"]
cli.main()
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system has no such limit")
def test_a_full_disk_leaves_the_earlier_result_and_says_so(country):
    country.write(country.register.assign(day="2025-01-01"))
    study = Path(country.folder / "study.toml")
    study.write_text(STUDY)
    out = nabij.save(nabij.run(study), country.folder / "out")
    earlier = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    ended = subprocess.run(
        [sys.executable, "-c", FULL],
        cwd=country.folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (
        2,
        f"Error: {out}: writing failed (File too large); nothing was written and an earlier result "
        "is as it was; make room there, or choose another --out\n",
    )
    assert {p.name: p.read_bytes() for p in out.rglob("*") if p.is_file()} == earlier
    assert [path.name for path in country.folder.glob(".*")] == []
