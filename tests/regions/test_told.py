"""What is said of each thing that can be wrong with regions, word for word."""

import sqlite3
import struct

import geopandas as gpd
import numpy as np
import pytest
import shapely

import nabij
from nabij import InputError
from nabij.running import prepare

WHOLE = shapely.box(90_000, 390_000, 190_000, 490_000)
FAR = shapely.box(190_000, 390_000, 200_000, 400_000)
BOW = shapely.Polygon(
    [(90_000, 390_000), (190_000, 490_000), (190_000, 390_000), (90_000, 490_000)]
)
COUNTS = ["establishments", "sector_establishments", "jobs", "sector_jobs"]
NAMES = ["year", "sector", "level", "code", "name", "geometry"]


def own(country, shapes, *, crs="EPSG:28992", file="own.gpkg", **keys):
    codes = [chr(65 + at) for at in range(len(shapes))]
    gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=crs).to_file(country.folder / file)
    return country.study(
        regions=[{"level": "own", "path": file, "code": "code", **keys}], clusters={"find": False}
    )


def told(study):
    return [str(note) for note in prepare(study).notes]


def refused(study):
    with pytest.raises(InputError) as raised:
        prepare(study)
    return str(raised.value)


def test_a_region_without_establishments_has_counts_of_zero_and_no_other_value(country):
    row = nabij.run(own(country, [WHOLE, FAR])).regions.set_index("code", drop=False).loc["B"]
    assert row[COUNTS].tolist() == [0, 0, 0, 0]
    values = row.drop([*COUNTS, *NAMES])
    assert len(values) > 10
    assert values.isna().all()


def test_establishments_on_a_border_and_in_two_polygons_are_told(country):
    x = float(country.register["x"][0])
    on = int((country.register["x"] == x).sum())
    halves = [shapely.box(90_000, 390_000, x, 490_000), shapely.box(x, 390_000, 190_000, 490_000)]
    word = "establishment lies" if on == 1 else "establishments lie"
    message = (
        f"own: {on} {word} in, or on the border of, several regions; the lowest code has them."
    )
    study = own(country, halves)
    assert message in told(study)
    table = nabij.run(study).regions.set_index("code")
    assert table["establishments"].tolist() == [
        int((country.register["x"] <= x).sum()), int((country.register["x"] > x).sum()),
    ]  # fmt: skip
    assert (
        "own: 400 establishments lie in, or on the border of, several regions; the lowest code has "
        "them."
    ) in told(own(country, [WHOLE, WHOLE]))


def test_establishments_outside_all_regions_are_told(country):
    middle = country.register["y"].median() - 0.5
    north = int((country.register["y"] > middle).sum())
    assert (
        f"own: {north} establishments lie outside all regions and have a row of their own, with an "
        "empty code."
    ) in told(own(country, [shapely.box(90_000, 390_000, 190_000, middle)]))


def test_an_invalid_shape_is_repaired_to_the_area_it_encloses(country):
    study = own(country, [BOW])
    assert "own: 1 shape was not valid and was repaired." in told(study)
    mended = prepare(study).population.layers["own"].geometry[0]
    assert mended.is_valid
    assert mended.area == 100_000 * 100_000 / 2  # its two triangles


@pytest.mark.parametrize("empty", [None, shapely.Polygon(), shapely.MultiPolygon()])
def test_an_empty_shape_is_a_region_in_which_nothing_lies(country, empty):
    study = own(country, [WHOLE, empty])
    assert "own: 1 region has no polygon; no establishment can lie there." in told(study)
    row = nabij.run(study).regions.set_index("code").loc["B"]
    assert row["establishments"] == 0
    assert np.isnan(row["location_quotient"])


@pytest.mark.parametrize("shape", [shapely.Point(100_000, 400_000), shapely.Polygon(), None])
def test_a_layer_of_which_no_shape_is_a_polygon_is_refused(country, shape):
    message = "[[regions]] level = 'own': the layer holds no polygons"
    line = shapely.LineString([(1, 1), (2, 2)])
    assert refused(own(country, [shape, line])) == message


def test_curved_shapes_are_refused_with_the_way_to_make_them_straight(country):
    study = own(country, [WHOLE])
    path = country.folder / "own.gpkg"
    turns = [(90_000, 390_000), (140_000, 340_000), (190_000, 390_000), (140_000, 440_000)]
    ring = b"".join(struct.pack("<dd", *turn) for turn in [*turns, turns[0]])
    curve = struct.pack("<BII", 1, 8, 5) + ring
    shape = b"GP\0\1" + struct.pack("<i", 28992) + struct.pack("<BII", 1, 10, 1) + curve
    database = sqlite3.connect(path)
    for (name,) in database.execute(
        "select name from sqlite_master where type = 'trigger'"
    ).fetchall():
        database.execute(f'drop trigger "{name}"')
    database.execute("update own set geom = ?", (shape,))
    database.commit()
    database.close()
    assert refused(study) == (
        f"{path}: holds curved shapes, which cannot be read; make their lines straight, for "
        "instance with  ogr2ogr -nlt CONVERT_TO_LINEAR"
    )


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_that_does_not_state_its_system_asks_for_it(country):
    study = own(country, [WHOLE], crs=None)
    assert refused(study) == (
        f"{country.folder / 'own.gpkg'}: does not say in which coordinate system it is; set crs in "
        'the block with level = "own", for instance crs = "EPSG:28992"'
    )


def test_a_system_that_is_none_is_refused(country):
    own(country, [WHOLE])
    block = {"level": "own", "path": "own.gpkg", "code": "code", "crs": "RD-ish"}
    assert refused(country.study(regions=[block])) == (
        "[[regions]] level = 'own': 'RD-ish' is no known coordinate system of a map; write for "
        'instance "EPSG:28992" (RD New), "EPSG:2154" (Lambert-93) or "EPSG:4326" (longitude and '
        "latitude)"
    )


def test_metres_that_are_declared_as_degrees_are_refused(country):
    path = country.folder / "own.geojson"
    shapes = gpd.GeoDataFrame({"code": ["A"]}, geometry=[WHOLE])
    path.write_text(shapes.to_json(), encoding="utf-8")
    block = {"level": "own", "path": "own.geojson", "code": "code"}
    assert refused(country.study(regions=[block])) == (
        f"{path}: its coordinates span x 90000 to 190000, y 390000 to 490000, so they are no "
        'longitude and latitude (EPSG:4326); set crs in the block with level = "own", for '
        'instance crs = "EPSG:28992"'
    )
