"""Registers in vector files, and what is wrong with vector files."""

import os
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
    with pytest.raises(InputError, match=r"r\.shp: say in which coordinate system the locations"):
        read(country.study(register=keys).register)
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
    with pytest.raises(InputError, match=r"r\.json: cannot be read: .* not recognized"):
        headers(country.folder / "r.json", "[register]")


def test_a_file_of_another_kind_under_a_known_name_is_not_read(country):
    points(country).to_file(country.folder / "r.fgb")
    (country.folder / "r.fgb").rename(country.folder / "r.json")
    with pytest.raises(InputError, match=r"r\.json: is no GeoJSON file, though its name says so"):
        headers(country.folder / "r.json", "[register]")


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


def test_a_view_that_never_ends_ends_in_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 2)
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
    path = with_view(tmp_path, f"select max(i) as fid, 'x' as a from ({numbers})")
    with pytest.raises(InputError, match=r"view\.gpkg: was not read within 2 s \(a view without"):
        headers(path, "[register]")


@pytest.mark.parametrize("reach", ["load_extension('/etc/passwd')", "readfile('/etc/passwd')"])
def test_a_view_that_reaches_for_another_file_is_refused(tmp_path, reach):
    path = with_view(tmp_path, f"select 1 as fid, {reach} as a")
    with pytest.raises(InputError, match=r"view\.gpkg: cannot be read"):
        read_table(path, "firms")


def test_a_view_that_asks_for_much_memory_ends_in_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "ROOM_BYTES", 200 << 20)
    path = with_view(tmp_path, "select 1 as fid, zeroblob(800000000) as a")
    with pytest.raises(InputError, match=r"view\.gpkg: takes more than \d+ MB of memory"):
        read_table(path, "firms")


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
    with pytest.raises(InputError, match=r"deep\.gpkg: (ended the process|cannot be read)"):
        read_table(path, "firms")


def test_a_library_prints_nothing_beside_our_message(tmp_path, capfd):
    (tmp_path / "r.shp").write_bytes(b"\0\0\x27\x0a" + os.urandom(200))
    with pytest.raises(InputError, match=r"r\.shp: cannot be read"):
        headers(tmp_path / "r.shp", "[register]")
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
