"""Registers in PostgreSQL and PostGIS, read from a real server."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError
from nabij.exports import save
from nabij.outside.address import Address
from nabij.register import read, read_raw
from nabij.register.guess import guess
from nabij.study_file import compose

POINTS = (
    "create table points as select id, sbi, jobs, "
    "st_setsrid(st_point(x, y), 28992)::geometry(Point, 28992) as place from firms"
)
NO_XY = {"x": None, "y": None, "crs": None}


def register(country, base, **keys):
    return country.study(register={"path": None, "database": base.url, **keys}).register


def message(country, base, **keys):
    with pytest.raises(InputError) as caught:
        read(register(country, base, **keys))
    return str(caught.value)


def query(country, text):
    (country.folder / "register.sql").write_text(text)
    return {"query": "register.sql"}


@pytest.fixture
def firms(base, country):
    base.fill(country.register, "firms")
    return base


def test_a_table_gives_the_same_establishments_as_text(country, firms):
    expected = read(country.study().register).table
    found = read(register(country, firms)).table
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_a_table_of_points_states_its_own_system(country, firms):
    firms.run(POINTS)
    expected = read(country.study().register).table
    found = read(register(country, firms, layer="points", **NO_XY))
    pd.testing.assert_frame_equal(found.table, expected, check_dtype=False)
    assert found.crs.to_string() == "EPSG:28992"


def test_geography_is_longitude_and_latitude(country, firms):
    firms.run(
        POINTS,
        "create view world as select id, sbi, jobs, "
        "st_transform(place, 4326)::geography as where_it_is from points",
    )
    keys = {**NO_XY, "layer": "world", "metric_crs": "EPSG:28992"}
    assert read_raw(register(country, firms, **keys)).crs == "EPSG:4326"
    found = read(register(country, firms, **keys)).table
    expected = read(country.study().register).table
    np.testing.assert_allclose(found[["x", "y"]], expected[["x", "y"]], atol=0.01)


def test_postgis_in_a_schema_of_its_own_is_found(country, firms):
    firms.run(
        POINTS,
        "drop table points",
        "drop extension postgis",
        "create schema gis",
        "create extension postgis schema gis",
        POINTS.replace("st_", "gis.st_").replace("::geometry", "::gis.geometry"),
    )
    assert len(read(register(country, firms, layer="points", **NO_XY)).table) == 400


def test_a_query_beside_the_study_is_a_register(country, firms):
    text = "-- Only those with jobs\nselect * from firms\nwhere jobs > 3;  "
    spec = register(country, firms, **query(country, text))
    expected = read(country.study().register).table
    found = read(spec).table
    assert found["id"].tolist() == expected.loc[expected["jobs"] > 3, "id"].tolist()
    assert spec.source == firms.address
    assert spec.label == "register.sql"


def test_every_type_means_what_it_says(country, base):
    base.run(
        "create type size as enum ('small', 'large')",
        "create domain digits as text",
        "create table firms (id uuid, sbi char(8), code numeric(8,2), jobs numeric, x numeric, "
        "y real, day date, at timestamptz, size size, name digits, blank int)",
        "insert into firms values ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '0111', 7111.00, 12.5, "
        "121000.25, 487000, '2024-12-31', '2025-01-01 00:30+01', 'large', 'A', null), "
        "(null, null, null, null, null, null, null, null, null, null, null)",
        f"alter database \"{base.name}\" set timezone = 'Europe/Amsterdam'",
        f"alter database \"{base.name}\" set datestyle = 'SQL, DMY'",
    )
    keys = {"name": "name", "year": "at", "size_class": "size", "jobs": None}
    keys["size_class_jobs"] = {"large": 9}
    table = read_raw(register(country, base, **keys)).table
    assert table.iloc[0].to_dict() == {
        "id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "sbi": "0111",
        "x": 121000.25,
        "y": 487000.0,
        "size": "large",
        "name": "A",
        "at": "2025-01-01 00:30:00+01",
    }
    assert table.iloc[1][["id", "sbi", "size", "name", "at"]].tolist() == [""] * 5
    assert table.iloc[1][["x", "y"]].isna().all()
    found = read_raw(register(country, base, code="code", year="day", name="blank")).table
    assert found.iloc[0][["code", "day", "blank"]].tolist() == ["7111", "2024-12-31", ""]
    assert found["jobs"].iloc[0] == 12.5


def test_names_are_names_whatever_stands_in_them(country, firms):
    firms.run(
        'create schema "a b.c"',
        'create table "a b.c"."x""; drop table firms; --" as select id as "i d", '
        'sbi as "s""bi", x as "x; --", y as "SELECT", jobs from firms',
    )
    keys = {"layer": 'a b.c.x"; drop table firms; --', "id": "i d", "code": 's"bi'}
    keys |= {"x": "x; --", "y": "SELECT"}
    expected = read(country.study().register).table
    found = read(register(country, firms, **keys)).table
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert firms.ask("select count(*) from firms") == [(400,)]
    quoted = {**keys, "layer": '"a b.c"."x""; drop table firms; --"'}
    assert len(read(register(country, firms, **quoted)).table) == 400


def test_what_is_not_named_or_not_there_is_listed(country, firms):
    firms.run("create view other as select * from firms")
    assert message(country, firms) == (
        f"{firms.address}: holds 2 tables and views (public.firms, public.other); name one with "
        "[register] layer"
    )
    assert message(country, firms, layer="firm") == (
        f"{firms.address}: has no table or view 'firm' ([register] layer); did you mean 'firms'? "
        "Tables and views: public.firms, public.other"
    )
    assert message(country, firms, layer="other", code="sb") == (
        f"{firms.address}: has no column 'sb' ([register] code); did you mean 'sbi'? Columns: "
        "id, sbi, x, y, jobs"
    )


def test_an_empty_database_and_an_empty_table_are_told(country, base):
    assert message(country, base) == f"{base.address}: holds 0 tables and views"
    base.run("create table firms (id int, sbi text, x int, y int, jobs int)")
    assert message(country, base) == (
        f"{base.address}: has columns but no rows; is this the right table?"
    )


def test_a_name_that_may_be_two_tables_is_asked_about(country, firms):
    firms.run("create schema a", "create table a.b (id int)", 'create table "a.b" (id int)')
    assert message(country, firms, layer="a.b") == (
        f"{firms.address}: 'a.b' ([register] layer) may be several tables; write "
        '"a"."b" or "public"."a.b"'
    )


def test_a_table_without_places_needs_columns_of_them(country, firms):
    assert message(country, firms, **NO_XY) == (
        f"{firms.address}: holds no geometry, so [register] x and y must name its columns "
        "(columns: id, sbi, x, y, jobs)"
    )


def test_places_in_several_systems_or_in_none_are_told(country, firms):
    firms.run(
        "create table mixed as select id, sbi, jobs, st_setsrid(st_point(x, y), "
        "case when jobs = 1 then 4326 else 28992 end) as geom from firms",
        "create table unstated as select id, sbi, jobs, st_point(x, y) as geom from firms",
    )
    assert message(country, firms, layer="mixed", **NO_XY) == (
        f"{firms.address}: its places are in several coordinate systems (SRID 4326, 28992); bring "
        "them into one with ST_Transform, in a view or a query"
    )
    assert message(country, firms, layer="unstated", **NO_XY).startswith(
        f"{firms.address}: say in which coordinate system the locations are"
    )
    stated = {**NO_XY, "crs": "EPSG:28992"}
    assert len(read(register(country, firms, layer="unstated", **stated)).table) == 400


def test_of_several_columns_with_shapes_geom_holds_the_places(country, firms):
    firms.run(
        POINTS,
        "create table pairs as select *, st_buffer(place, 9) as area, place as spot from points",
        "create view named as select id, sbi, jobs, area, place as geom from pairs",
    )
    assert message(country, firms, layer="pairs", **NO_XY) == (
        f"{firms.address}: public.pairs has several columns with shapes (place, area, spot); call "
        "the one with the places 'geom' in a view or a query"
    )
    assert len(read(register(country, firms, layer="named", **NO_XY)).table) == 400


def test_shapes_that_are_no_points_are_told(country, firms):
    firms.run(POINTS, "create table areas as select id, sbi, jobs, st_buffer(place, 9) from points")
    assert message(country, firms, layer="areas", **NO_XY).startswith(
        f"{firms.address}: holds shapes that are no points (such as a polygon)"
    )


def test_only_the_columns_asked_for_are_read(country, firms):
    firms.run(
        "alter table firms add secret text",
        "grant select (id, sbi, x, y, jobs) on firms to reader",
    )
    reader = firms.of("reader")
    assert len(read(register(country, reader)).table) == 400
    assert message(country, reader, name="secret") == (
        f"{reader.address}: reading failed: permission denied for table firms"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("delete from firms", "{query}: gives no rows; write one SELECT, and nothing else is run"),
        ("commit", "{query}: gives no rows; write one SELECT, and nothing else is run"),
        (
            "delete from firms returning *",
            '{query}: must be one SELECT; nothing else is run (syntax error at or near "from")',
        ),
        (
            "with gone as (delete from firms returning *) select * from gone",
            "{query}: must be one SELECT; nothing else is run (WITH clause containing a "
            "data-modifying statement must be at the top level)",
        ),
        (
            "select * from firms; delete from firms",
            "{query}: the server refuses the query: cannot insert multiple commands into a "
            "prepared statement",
        ),
        (
            "select 1) as r; delete from firms; --",
            '{query}: the server refuses the query: syntax error at or near ")"',
        ),
        (
            "select f.* from firms f, clear() c",
            "{address}: reading failed: cannot execute DELETE in a read-only transaction",
        ),
        (
            "select f.* from firms f, set_config('transaction_read_only', 'off', true) c",
            "{address}: reading failed: transaction read-write mode must be set before any query",
        ),
        (
            "select * from frims",
            '{query}: the server refuses the query: relation "frims" does not exist',
        ),
        (" ;\n", "{query}: is empty; write one SELECT"),
    ],
)
def test_a_query_that_is_more_than_a_select_is_refused(country, firms, text, said):
    firms.run(
        "create function clear() returns int language sql as 'delete from firms; select 1'",
    )
    found = message(country, firms, **query(country, text))
    file = country.folder / "register.sql"
    assert found == said.format(query=file, address=firms.address)
    assert firms.ask("select count(*) from firms") == [(400,)]


def test_a_query_that_is_not_there_is_named_before_anything_is_read(country, firms):
    study = country.study(register={"path": None, "database": firms.url, "query": "no.sql"})
    with pytest.raises(InputError, match=r"no\.sql: no such file \(\[register\] query\)"):
        study.require_files()


def test_a_study_of_a_database_gives_the_numbers_of_the_file(country, firms, tmp_path):
    expected = nabij.run(country.study())
    study = country.study(register={"path": None, "database": firms.url})
    result = nabij.run(study)
    pd.testing.assert_frame_equal(result.sectors, expected.sectors)
    assert result.source == firms.name
    folder = save(result, tmp_path / "out")
    record = json.loads((folder / "result.json").read_text())
    assert record["parameters"]["register"]["database"] == firms.address
    rows = f"{firms.address} (rows of public.firms)"
    assert set(record["inputs"]) == {rows, str(country.folder / "regions.gpkg")}
    page = (folder / "report.html").read_text()
    assert f"{firms.name} (rows of public.firms)" in page
    assert f"127.0.0.1:{firms.port}" not in page  # a report is passed on


def test_the_rows_have_a_digest_that_changes_with_them(country, firms):
    spec = register(country, firms)
    (first,), (again,) = read(spec).inputs.values(), read(spec).inputs.values()
    assert first == again
    firms.run("update firms set jobs = jobs + 1 where id = 'E0007'")
    (other,) = read(spec).inputs.values()
    assert other != first


def test_a_first_study_is_guessed_from_the_first_rows(country, firms):
    firms.run(POINTS)
    found = guess(Address.parse(firms.url), "points")
    assert found.roles == {"id": "id", "code": "sbi", "jobs": "jobs"}
    assert found.crs == ["EPSG:28992"]
    text = compose(found, [], country.folder)
    lines = text.splitlines()
    assert f'database = "{firms.address}"' in lines
    assert 'layer = "public.points"' in lines
    assert "PGPASSWORD" in text
    assert "~/.pgpass" in text


def test_without_the_library_the_extra_is_named(country, monkeypatch):
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    address = "postgresql://me@localhost/firms"
    with pytest.raises(InputError) as caught:
        read(country.study(register={"path": None, "database": address}).register)
    assert str(caught.value) == (
        f"{address}: a PostgreSQL database needs a library more: pip install 'nabij[postgis]'"
    )


SLOW = "select *, repeat('x', 400) as name from firms where pg_sleep(0.02) is not null"


def end_when_reading(base, seconds):
    """End the connection that reads, once it has read for some seconds."""
    at_work = (
        "from pg_stat_activity where application_name = 'nabij' and state = 'active' "
        "and query like '%pg_sleep%' and query like 'COPY%' "
        f"and clock_timestamp() - query_start > '{seconds} s'"
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if base.ask(f"select pg_terminate_backend(pid) {at_work}"):
            return
        time.sleep(0.05)


@pytest.mark.parametrize("options", [[], ["--debug"]])
def test_a_server_that_goes_while_it_is_read_leaves_nothing(country, firms, tmp_path, options):
    (country.folder / "slow.sql").write_text(SLOW)
    study = tmp_path / "study.toml"
    out = tmp_path / "out"
    study.write_text(
        f'[register]\ndatabase = "{firms.url}"\nquery = "slow.sql"\nid = "id"\ncode = "sbi"\n'
        'name = "name"\nx = "x"\ny = "y"\ncrs = "EPSG:28992"\n'
        '[sector]\nname = "A"\ncodes = ["26"]\n'
    )
    killer = threading.Thread(target=end_when_reading, args=(firms, 2))
    killer.start()
    before = sorted(tmp_path.iterdir())
    ran = subprocess.run(
        [sys.executable, "-m", "nabij", "run", str(study), "--out", str(out), *options],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )
    killer.join()
    assert ran.returncode == 2
    assert ran.stderr == (
        f"Error: {firms.address}: reading failed: the server ended the connection; nothing was "
        "kept of what came before. Run again when it is there\n"
    )
    assert ran.stdout == ""
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_but_this_room_opens_a_connection():
    source = Path(nabij.__file__).parent
    doors = (
        ".create_connection(",
        "AF_INET",
        "urllib.request",
        "http.client",
        "dbapi.connect",
        "psycopg",
    )
    found = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        if any(door in path.read_text(encoding="utf-8") for door in doors)
    }
    assert found == {"outside"}
