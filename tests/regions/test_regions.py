"""Regions that are empty, broken, overlapping, or elsewhere."""

import sqlite3
import struct

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import CRS

import nabij
from nabij import InputError
from nabij.regions import locate, read_levels
from nabij.running import prepare

RD = CRS("EPSG:28992")


def regions_of(country, shapes, **blocks):
    shapes.to_file(country.folder / "own.gpkg", layer="own")
    block = {"level": "own", "path": "own.gpkg", "layer": "own", "code": "code", "name": "name"}
    return country.study(regions=[block], **blocks)


def own(codes, shapes, crs="EPSG:28992"):
    return gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs=crs)


WHOLE = shapely.box(90_000, 390_000, 190_000, 490_000)


def test_a_region_without_establishments_has_no_value_rather_than_zero(country):
    empty = shapely.box(190_000, 390_000, 200_000, 400_000)
    result = nabij.run(regions_of(country, own(["A", "B"], [WHOLE, empty])))
    row = result.regions.set_index("code").loc["B"]
    assert row["establishments"] == 0
    for column in ("mean_d_score", "location_quotient", "location_quotient_jobs"):
        assert np.isnan(row[column])


def test_a_region_without_the_sector_has_a_quotient_of_zero_and_no_mean(country):
    register = country.register
    register.loc[0, ["sbi", "x", "y"]] = ["4711", 195_000.0, 395_000.0]
    country.write(register)
    far = shapely.box(190_000, 390_000, 200_000, 400_000)
    result = nabij.run(regions_of(country, own(["A", "B"], [WHOLE, far])))
    row = result.regions.set_index("code").loc["B"]
    assert row["establishments"] == 1
    assert row["location_quotient"] == 0
    assert np.isnan(row["mean_d_score"])


def test_a_point_on_a_border_belongs_to_the_lowest_code_and_is_counted():
    boxes = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    found = locate(np.array([1.0, 1.0, 1.5]), np.array([0.2, 0.2, 0.5]), boxes)
    assert found.region.tolist() == [0, 0, 1]
    assert found.several == 2


def test_overlapping_regions_add_no_rows(country):
    halves = own(["10", "9"], [WHOLE, WHOLE])
    result = nabij.run(regions_of(country, halves))
    table = result.regions.set_index("code")
    assert table.loc["9", "establishments"] == len(country.register)  # 9 is lower than 10
    assert table.loc["10", "establishments"] == 0
    assert result.provenance.counts["in_several_regions"] == {"own": len(country.register)}


def test_establishments_outside_all_regions_have_a_row_of_their_own(country):
    register = country.register
    south = register["y"] < register["y"].median()
    half = shapely.box(90_000, 390_000, 190_000, register["y"].median() - 0.5)
    result = nabij.run(regions_of(country, own(["A"], [half])))
    table = result.regions.set_index("code")
    assert table.loc["A", "establishments"] == south.sum()
    assert table.loc["", "establishments"] == len(register) - south.sum()
    assert table["establishments"].sum() == len(register)
    assert result.provenance.counts["outside_regions"] == {"own": int((~south).sum())}
    assert (result.establishments["own"] == "").sum() == table.loc["", "sector_establishments"]


def test_regions_elsewhere_are_an_error_that_shows_both_extents(country):
    far = shapely.box(10_000, 310_000, 20_000, 320_000)
    with pytest.raises(InputError, match=r"none of the 400 establishments lies in any"):
        nabij.run(regions_of(country, own(["A"], [far])))


def test_an_invalid_shape_is_repaired_and_counted(country):
    bow = shapely.Polygon(
        [(90_000, 390_000), (190_000, 490_000), (190_000, 390_000), (90_000, 490_000)]
    )
    result = nabij.run(regions_of(country, own(["A"], [bow])))
    assert any("1 shape was not valid" in str(note) for note in result.provenance.notes)


def test_a_region_without_a_shape_stays_in_the_table(country):
    result = nabij.run(regions_of(country, own(["A", "B"], [WHOLE, None])))
    assert result.regions.set_index("code").loc["B", "establishments"] == 0


def test_regions_of_one_code_in_several_rows_are_one_region(country):
    west = shapely.box(90_000, 390_000, 140_000, 490_000)
    east = shapely.box(140_000, 390_000, 190_000, 490_000)
    result = nabij.run(regions_of(country, own(["A", "A"], [west, east])))
    assert result.regions["code"].tolist() == ["A"]
    assert result.regions["establishments"].tolist() == [len(country.register)]


def test_the_polygons_of_a_collection_are_the_region(country):
    mixed = shapely.GeometryCollection([WHOLE, shapely.Point(1, 1)])
    result = nabij.run(regions_of(country, own(["A"], [mixed])))
    assert result.regions["establishments"].tolist() == [len(country.register)]


def test_curved_shapes_say_how_to_make_them_straight(country):
    regions_of(country, own(["A"], [WHOLE]))
    turns = [(90_000, 390_000), (140_000, 340_000), (190_000, 390_000), (140_000, 440_000)]
    ring = struct.pack("<BII", 1, 8, 5) + b"".join(
        struct.pack("<dd", *turn) for turn in [*turns, turns[0]]
    )
    curved = b"GP\0\1" + struct.pack("<i", 28992) + struct.pack("<BII", 1, 10, 1) + ring
    with sqlite3.connect(country.folder / "own.gpkg") as database:
        for (name,) in database.execute(
            "select name from sqlite_master where type = 'trigger'"
        ).fetchall():
            database.execute(f'drop trigger "{name}"')
        database.execute("update own set geom = ?", (curved,))
    database.close()
    block = {"level": "own", "path": "own.gpkg", "code": "code"}
    with pytest.raises(InputError) as error:
        read_levels(country.study(regions=[block]).regions, RD)
    assert str(error.value) == (
        f"{country.folder}/own.gpkg: holds curved shapes, which cannot be read; make their lines "
        "straight, for instance with  ogr2ogr -nlt CONVERT_TO_LINEAR"
    )


def test_a_layer_without_shapes_holds_no_polygons(country):
    pyogrio.write_dataframe(
        country.register.rename(columns={"id": "code"}), country.folder / "own.gpkg", layer="own"
    )
    block = {"level": "own", "path": "own.gpkg", "code": "code"}
    with pytest.raises(InputError, match="holds no polygons"):
        read_levels(country.study(regions=[block]).regions, RD)


def test_geojson_in_metres_asks_for_its_coordinate_system(country):
    (country.folder / "own.geojson").write_text(own(["A"], [WHOLE], crs=None).to_json())
    block = {"level": "own", "path": "own.geojson", "code": "code"}
    with pytest.raises(InputError, match=r"no longitude and latitude.*set crs"):
        read_levels(country.study(regions=[block]).regions, RD)
    result = nabij.run(country.study(regions=[{**block, "crs": "EPSG:28992"}]))
    assert result.regions["establishments"].tolist() == [len(country.register)]


def test_a_region_without_a_name_is_shown_by_its_code(country):
    shapes = own(["A", "B"], [WHOLE, None])
    shapes["name"] = ["", None]
    result = nabij.run(regions_of(country, shapes))
    assert result.regions["name"].tolist() == ["A", "B"]


@pytest.mark.parametrize("codes", [[10, 9], [10.0, 9.0], ["10", "9"]])
def test_codes_that_are_numbers_are_whole_and_in_order(country, codes):
    result = nabij.run(regions_of(country, own(codes, [WHOLE, WHOLE])))
    assert result.regions["code"].tolist() == ["9", "10"]


def test_points_are_no_regions(country):
    with pytest.raises(InputError, match="no polygons"):
        nabij.run(regions_of(country, own(["A"], [shapely.Point(100_000, 400_000)])))


def test_a_layer_without_a_coordinate_system_asks_for_it(country):
    with pytest.raises(InputError, match=r"does not say in which coordinate system.*crs"):
        nabij.run(regions_of(country, own(["A"], [WHOLE], crs=None)))


def test_a_wrong_layer_and_a_wrong_column_name_the_likely_ones(country):
    block = {"level": "r", "path": "regions.gpkg", "layer": "regio", "code": "code"}
    with pytest.raises(InputError, match=r"no layer 'regio'.*did you mean 'region'"):
        read_levels(country.study(regions=[block]).regions, RD)
    block = {"level": "r", "path": "regions.gpkg", "layer": "region", "code": "cod"}
    with pytest.raises(InputError, match=r"no column 'cod'.*did you mean 'code'"):
        read_levels(country.study(regions=[block]).regions, RD)


def test_a_file_that_is_no_geopackage_is_named(country):
    (country.folder / "regions.gpkg").write_text("hello")
    with pytest.raises(InputError, match=r"regions\.gpkg: is not a GeoPackage"):
        read_levels(country.study().regions, RD)


def test_a_kind_of_file_that_could_point_elsewhere_is_refused(country):
    (country.folder / "regions.vrt").write_text("<OGRVRTDataSource/>")
    block = {"level": "r", "path": "regions.vrt", "code": "code"}
    with pytest.raises(InputError, match=r"cannot read polygons.*\.vrt"):
        read_levels(country.study(regions=[block]).regions, RD)


def test_every_point_is_found_as_the_library_finds_it(country):
    random = np.random.default_rng(1)
    x, y = random.uniform(0, 10, (2, 3000))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(random.uniform(0, 10, (40, 2))))
    )
    found = locate(x, y, cells)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
    joined = gpd.sjoin(points, gpd.GeoDataFrame(geometry=cells), how="left")
    expected = joined.groupby(level=0)["index_right"].min()
    assert found.region.tolist() == expected.fillna(-1).astype(int).tolist()


def test_levels_that_are_not_listed_from_coarse_to_fine_are_told(country):
    levels = country.content()["regions"]
    told = prepare(country.study(regions=levels[::-1])).notes
    assert (
        "Regions are not listed from coarse to fine: region has fewer regions than neighbourhood "
        "before it. The first level is the coarsest, the last one the finest."
    ) in map(str, told)
    assert "levels_order" not in {note.key for note in prepare(country.study()).notes}
