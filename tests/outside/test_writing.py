"""A result in a PostGIS schema: all of it or none, and nothing of anybody else replaced."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from adbc_driver_postgresql import dbapi
from typer.testing import CliRunner

import nabij
from nabij import InputError, cli
from nabij.exports import require_schema, to_postgis
from nabij.outside import writing


@pytest.fixture(scope="module")
def result(shared_country):
    country = shared_country
    return nabij.run(country.study(sector={"parts": {"Cars": ["29"], "Other": ["26"]}}))


def table(base, name, columns="*", schema="nabij"):
    with dbapi.connect(base.url) as there, there.cursor() as cursor:
        cursor.execute(f'select {columns} from "{schema}"."{name}"')
        return cursor.fetch_arrow_table().to_pandas()


def names(base, schema="nabij"):
    found = base.ask(
        f"select relname from pg_class where relkind in ('r', 'v') and "
        f"relnamespace = (select oid from pg_namespace where nspname = '{schema}')"
    )
    return sorted(name for (name,) in found)


def test_the_tables_hold_what_the_result_holds(result, base):
    written = to_postgis(result, base.url)
    assert names(base) == sorted(written)
    assert set(written) == {
        "sectors", "regions", "establishments", "sizes", "pairs", "rejected",
    }  # fmt: skip
    for name in ("sectors", "sizes", "pairs"):
        frame = result.tables[name].plain
        found = table(base, name)[list(frame.columns)]
        pd.testing.assert_frame_equal(found, frame, check_dtype=False, check_exact=True)


def test_regions_and_establishments_are_shapes_with_a_system_and_an_index(result, base):
    to_postgis(result, base.url)
    columns = "*, st_asbinary(geom) as wkb"
    for name, expected in (
        ("regions", result.regions),
        ("establishments", gpd.points_from_xy(*result.establishments[["x", "y"]].T.to_numpy())),
    ):
        found = table(base, name, columns)
        shapes = shapely.from_wkb(found["wkb"].to_numpy())
        same = shapely.equals(shapes, np.asarray(getattr(expected, "geometry", expected)))
        assert same.all()
    np.testing.assert_array_equal(table(base, "regions", "code")["code"], result.regions["code"])
    assert sorted(base.ask("select f_table_name, type, srid from geometry_columns")) == [
        ("establishments", "POINT", 28992),
        ("regions", "MULTIPOLYGON", 28992),
    ]
    indexed = base.ask("select tablename from pg_indexes where indexdef like '%gist (geom)%'")
    assert sorted(indexed) == [("establishments",), ("regions",)]


def test_a_later_result_replaces_an_earlier_one_whole(result, base):
    to_postgis(result, base.url)
    assert "pairs" in names(base)
    few = {name: each for name, each in result.tables.items() if name != "pairs"}
    written = to_postgis(dataclasses.replace(result, tables=few), base.url)
    assert names(base) == sorted(written)
    assert "pairs" not in written
    count = len(result.establishments)
    assert base.ask("select count(*) from nabij.establishments") == [(count,)]


def test_a_table_of_somebody_else_is_refused_and_stays(result, base):
    base.run(
        "create schema nabij",
        "create table nabij.sectors as select 'mine' as whose",
        "create view nabij.regions as select 1 as one",
        "create table nabij.other as select 1 as one",
    )
    for doing in (to_postgis, lambda _, url: require_schema(url)):
        with pytest.raises(InputError) as caught:
            doing(result, base.url)
        assert str(caught.value) == (
            f"{base.address}: schema 'nabij' holds tables that nabij did not write (regions, "
            "sectors); choose another schema, nothing of yours is replaced"
        )
    assert base.ask("select whose from nabij.sectors") == [("mine",)]
    to_postgis(result, base.url, schema="clusters")
    assert names(base) == ["other", "regions", "sectors"]


def test_what_is_not_in_the_way_stays(result, base):
    base.run("create schema nabij", "create table nabij.other as select 1 as one")
    to_postgis(result, base.url)
    to_postgis(result, base.url)
    assert base.ask("select one from nabij.other") == [(1,)]


def test_what_stops_half_way_leaves_the_earlier_result(result, base, monkeypatch):
    to_postgis(result, base.url)
    before = base.ask(
        "select oid, relname from pg_class where relnamespace::regnamespace::text = "
        "'nabij' order by 1"
    )
    write = writing._write

    def stop(cursor, schema, sheet, *rest):
        write(cursor, schema, sheet, *rest)
        if sheet.name == "establishments":
            base.run(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'nabij'"
            )

    monkeypatch.setattr(writing, "_write", stop)
    with pytest.raises(InputError) as caught:
        to_postgis(result, base.url)
    assert str(caught.value) == (
        f"{base.address}: writing failed: the server ended the connection; nothing was kept of "
        "what came before. Run again when it is there"
    )
    after = base.ask(
        "select oid, relname from pg_class where relnamespace::regnamespace::text = "
        "'nabij' order by 1"
    )
    assert after == before


def test_a_view_that_needs_an_earlier_table_is_told(result, base):
    to_postgis(result, base.url)
    base.run("create view mine as select code from nabij.regions")
    with pytest.raises(InputError) as caught:
        to_postgis(result, base.url)
    assert str(caught.value) == (
        f"{base.address}: writing failed: cannot drop table nabij.regions because other objects "
        "depend on it"
    )
    assert len(base.ask("select * from mine")) == len(result.regions)


def test_names_of_schemas_are_names(result, base):
    schema = 'a "b"; drop schema public; --'
    to_postgis(result, base.url, schema)
    to_postgis(result, base.url, schema)
    assert base.ask(
        "select count(distinct nspname) from pg_namespace where nspname like 'a %' "
        "or nspname = 'public'"
    ) == [(2,)]


def test_the_schemas_of_the_server_are_not_written_to(result, base):
    for schema in ("pg_catalog", "information_schema"):
        with pytest.raises(InputError, match=f"schema '{schema}' is the server's own"):
            to_postgis(result, base.url, schema)


def test_a_database_without_postgis_is_told(result, base):
    base.run("drop extension postgis")
    with pytest.raises(InputError) as caught:
        require_schema(base.url)
    assert str(caught.value) == (
        f"{base.address}: has no PostGIS; have it made there with  create extension postgis"
    )


def test_a_user_who_may_not_write_is_told(result, base):
    with pytest.raises(InputError) as caught:
        to_postgis(result, base.of("reader").url)
    assert str(caught.value) == (
        f"{base.of('reader').address}: writing failed: permission denied for database {base.name}"
    )


def test_made_up_data_are_called_so(result, base):
    to_postgis(result, base.url)
    (said,) = base.ask("select obj_description('nabij.establishments'::regclass)")[0]
    assert said.startswith(f"Written by nabij {nabij.__version__} on ")
    assert said.endswith("Synthetic data: these establishments do not exist")


def test_rejected_rows_keep_what_they_held(country, base):
    register = country.register.astype({"jobs": object})
    register.loc[7, "jobs"], register.loc[8, "sbi"] = "-5", "\0"
    register = register.rename(columns={"id": "é" * 40})
    country.write(register)
    made = nabij.run(country.study(register={"id": "é" * 40}))
    to_postgis(made, base.url)
    found = table(base, "rejected")
    assert found["row"].tolist() == made.rejected["row"].tolist() == [9, 10]
    assert found["reason"].tolist() == [
        "jobs are negative",
        "holds a NUL byte: the file is damaged there",
    ]
    assert found["sbi"].iloc[1] == "\ufffd"
    assert "é" * 31 in found


def test_clusters_are_polygons(result, base):
    shape = shapely.box(100_000, 400_000, 101_000, 401_000)
    clusters = result.tables["clusters"]
    row = {column.name: [None] for column in clusters.columns}
    frame = pd.DataFrame({**row, "cluster": [1], "sector": ["Brainport"], "geometry": [shape]})
    some = {**result.tables, "clusters": dataclasses.replace(clusters, frame=frame)}
    to_postgis(dataclasses.replace(result, tables=some), base.url)
    assert base.ask("select cluster, st_area(geom), st_srid(geom) from nabij.clusters") == [
        (1, 1e6, 28992)
    ]


def test_a_scan_is_written_too(country, base):
    study = country.study(register={"synthetic": False}, output={"language": "nl"})
    to_postgis(nabij.scan(study, digits=2), base.url, "codes")
    assert set(names(base, "codes")) == {"sectors", "regions", "rejected"}
    said = base.ask("select obj_description('codes.regions'::regclass)")[0][0]
    assert "Synthet" not in said


def test_a_refusal_comes_before_anything_is_computed(country, base, monkeypatch):
    base.run("create schema nabij", "create table nabij.sectors as select 'mine' as whose")
    (country.folder / "study.toml").write_text(
        '[register]\npath = "register.csv"\ncode = "sbi"\nx = "x"\ny = "y"\ncrs = "EPSG:28992"\n'
        '[sector]\nname = "A"\ncodes = ["26"]\n'
    )
    monkeypatch.chdir(country.folder)
    for command in ("run", "scan"):
        ran = CliRunner().invoke(cli.app, [command, "study.toml", "--to", base.url])
        assert ran.exit_code == 2
        said = "schema 'nabij' holds tables that nabij did not write (sectors)"
        assert said in " ".join(ran.stderr.split())
    assert [path.name for path in country.folder.iterdir() if path.is_dir()] == []
