"""Registers in vector files, and what is wrong with vector files."""

import os
import re
import sqlite3
import struct

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nabij import InputError, apart
from nabij.register import read
from nabij.register.guess import guess
from nabij.study_file import compose
from nabij.vector import headers, read_table

POINTS = {"x": None, "y": None, "crs": None}


NO_GEOJSON = (
    "r.json: is no GeoJSON file, though its name says so; save it as GeoJSON, or name another"
)


def message(function, *arguments):
    """Return the message in which a call ends, without the folder."""
    with pytest.raises(InputError) as caught:
        function(*arguments)
    return re.sub(r"^/\S*/", "", str(caught.value))


def points(country, shapes=None):
    table = country.register
    shapes = gpd.points_from_xy(table["x"], table["y"]) if shapes is None else shapes
    return gpd.GeoDataFrame(table.drop(columns=["x", "y"]), geometry=shapes, crs="EPSG:28992")


@pytest.mark.parametrize("name", ["r.fgb", "r.shp", "r.gpkg"])
def test_every_vector_file_gives_the_same_establishments(country, name):
    expected = read(country.study().register).table.sort_values("id", ignore_index=True)
    points(country).to_file(country.folder / name)
    found = read(country.study(register={**POINTS, "path": name}).register).table
    found = found.sort_values("id", ignore_index=True)  # an index in space sorts the rows
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize("name", ["r.geojson", "r.json"])
def test_geojson_is_in_degrees(country, name):
    points(country).to_crs("EPSG:4326").to_file(country.folder / name, driver="GeoJSON")
    found = read(country.study(register={**POINTS, "path": name}).register)
    assert len(found.table) == len(country.register)
    assert found.crs.to_string() == "EPSG:32631"


def test_a_shapefile_without_a_system_asks_for_it(country):
    points(country).to_file(country.folder / "r.shp")
    (country.folder / "r.prj").unlink()
    keys = {**POINTS, "path": "r.shp"}
    assert message(read, country.study(register=keys).register) == (
        "r.shp: say in which coordinate system the locations are, for instance [register] crs = "
        '"EPSG:28992" (RD New) or "EPSG:4326" (longitude and latitude)'
    )
    keys["crs"] = "EPSG:28992"
    assert len(read(country.study(register=keys).register).table) == len(country.register)


def test_a_multipoint_of_one_point_is_a_point(country):
    shapes = [shapely.MultiPoint([xy]) for xy in country.register[["x", "y"]].to_numpy()]
    points(country, shapes).to_file(country.folder / "r.gpkg")
    found = read(country.study(register={**POINTS, "path": "r.gpkg"}).register)
    pd.testing.assert_frame_equal(found.table, read(country.study().register).table)


def test_polygons_are_no_register(country):
    shapes = gpd.points_from_xy(country.register["x"], country.register["y"]).buffer(5)
    points(country, shapes).to_file(country.folder / "r.gpkg")
    with pytest.raises(InputError) as error:
        read(country.study(register={**POINTS, "path": "r.gpkg"}).register)
    assert str(error.value).endswith(
        "r.gpkg: holds shapes that are no points (such as a polygon), and an establishment is at a "
        "point; make a point of each ('Point on surface' in QGIS), or name columns with "
        "[register] x and y"
    )


def test_a_first_study_names_the_layer(country):
    points(country).to_file(country.folder / "r.gpkg", layer="firms")
    found = guess(country.folder / "r.gpkg")
    assert 'layer = "firms"' in compose(found, [], country.folder).splitlines()


def test_a_file_that_points_to_another_is_not_followed(country):
    points(country).to_file(country.folder / "r.gpkg", layer="firms")
    (country.folder / "r.json").write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="firms"><SrcDataSource>{country.folder}/r.gpkg'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert message(headers, country.folder / "r.json", "[register]") == NO_GEOJSON


def test_a_file_of_another_kind_under_a_known_name_is_not_read(country):
    points(country).to_file(country.folder / "r.fgb")
    (country.folder / "r.fgb").rename(country.folder / "r.json")
    assert message(headers, country.folder / "r.json", "[register]") == NO_GEOJSON


def with_view(folder, sql):
    """A GeoPackage whose layer is a view of this SQL."""
    path = folder / "view.gpkg"
    shapes = gpd.GeoDataFrame({"a": ["1"]}, geometry=[shapely.Point(1, 1)], crs="EPSG:28992")
    shapes.to_file(path, layer="plain")
    with sqlite3.connect(path) as base:
        base.execute(f"create view firms as {sql}")
        base.execute(
            "insert into gpkg_contents (table_name, data_type, identifier, srs_id) "
            "values ('firms', 'attributes', 'firms', 0)"
        )
    return path


@pytest.mark.parametrize("what", ["max(i) as fid, 'x' as a", "1 as fid, count(*) as a"])
def test_a_view_that_never_ends_ends_in_a_message(tmp_path, monkeypatch, what):
    monkeypatch.setattr(apart, "SECONDS", 2)
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
    path = with_view(tmp_path, f"select {what} from ({numbers})")
    assert message(headers, path, "[register]") == (
        "view.gpkg: was not read within 2 s (a view without an end?); save what it holds as a "
        "table in a new file"
    )


@pytest.mark.parametrize(
    ("reach", "why"),
    [
        ("load_extension('/etc/passwd')", "unsafe use of load_extension()"),
        ("readfile('/etc/passwd')", "no such function: readfile"),
    ],
)
def test_a_view_that_reaches_for_another_file_is_refused(tmp_path, reach, why):
    path = with_view(tmp_path, f"select 1 as fid, {reach} as a")
    assert message(read_table, path, "firms") == (
        f"view.gpkg: cannot be read: {why} (a view or a table that reaches for what is not in the "
        "file?); save what it holds as a table in a new file"
    )


def test_a_view_that_asks_for_much_memory_ends_in_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "ROOM_BYTES", 200 << 20)
    path = with_view(tmp_path, "select 1 as fid, zeroblob(800000000) as a")
    megabytes = (apart.ROOM_BYTES + apart.ROOM_TIMES * path.stat().st_size) >> 20
    assert message(read_table, path, "firms") == (
        f"view.gpkg: takes more than {megabytes} MB of memory to read, far more than a file of its "
        "size should (a cell or a view far beyond the data?); save only the rows and columns with "
        "data in a new file, or as CSV"
    )


def test_shapes_nested_too_deep_end_in_a_message(tmp_path):
    path = tmp_path / "deep.gpkg"
    shapes = gpd.GeoDataFrame({"a": ["1"]}, geometry=[shapely.Point(1, 1)], crs="EPSG:28992")
    shapes.to_file(path, layer="firms", SPATIAL_INDEX="NO")
    nested = struct.pack("<BII", 1, 7, 1) * 200_000 + shapely.Point(1, 1).wkb
    with sqlite3.connect(path) as base:
        for (trigger,) in base.execute(
            "select name from sqlite_master where type = 'trigger'"
        ).fetchall():
            base.execute(f'drop trigger "{trigger}"')
        base.execute("update firms set geom = ?", (b"GP\0\1" + struct.pack("<i", 28992) + nested,))
    assert message(read_table, path, "firms") == (
        "deep.gpkg: ended the process that read it (SIGSEGV): damaged, or nested too deep? Save "
        "what it holds in a new file"
    )


def test_a_library_prints_nothing_beside_our_message(tmp_path, capfd):
    (tmp_path / "r.shp").write_bytes(b"\0\0\x27\x0a" + os.urandom(200))
    assert message(headers, tmp_path / "r.shp", "[register]") == (
        "r.shp: cannot be read without r.shx; put all files of the Shapefile (.shp, .shx, .dbf, "
        ".prj) into one folder"
    )
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            b'"7111"',
            b'"71\x8011"',
            r"column 'sbi' holds text that is not UTF-8; save the file anew as UTF-8",
        ),
        (b'"sbi"', b'"sb\x80"', r"cannot be read: 'utf-8' codec can't decode"),
    ],
)
def test_text_that_is_not_utf_8_is_told(country, old, new, message):
    points(country).to_crs(4326).to_file(country.folder / "r.geojson")
    content = (country.folder / "r.geojson").read_bytes()
    (country.folder / "r.geojson").write_bytes(content.replace(old, new))
    keys = {"path": "r.geojson", "x": None, "y": None, "crs": None}
    with pytest.raises(InputError, match=rf"r\.geojson: {message}"):
        read(country.study(register=keys).register)
