"""What is wrong with single regions and places, word for word in what a study tells."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from nabij import InputError
from nabij.running import prepare

RD = "EPSG:28992"
WHOLE = shapely.box(90_000, 390_000, 190_000, 490_000)
WEST, EAST = (
    shapely.box(90_000, 390_000, 140_000, 490_000),
    shapely.box(140_000, 390_000, 190_000, 490_000),
)
BOW_TIE = shapely.Polygon(
    [(90_000, 390_000), (190_000, 490_000), (190_000, 390_000), (90_000, 490_000)]
)


def prepared(country, codes, shapes, crs=RD):
    table = gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=crs)
    table.to_file(country.folder / "own.gpkg", layer="own")
    level = {"level": "own", "path": "own.gpkg", "code": "code"}
    return prepare(country.study(regions=[level]))


def told(country, *layer):
    return [str(note) for note in prepared(country, *layer).notes]


def test_places_on_a_border_belong_to_the_lowest_code_and_are_counted(country):
    country.write(country.register.assign(x=np.where(country.register.index < 7, 140_000.0, 1e5)))
    ready = prepared(country, ["B", "A"], [WEST, EAST])
    assert (
        "own: 7 establishments lie in, or on the border of, several regions; the lowest code has "
        "them."
    ) in map(str, ready.notes)
    assert ready.population.table["own"].tolist() == ["A"] * 7 + ["B"] * 393


def test_places_in_two_regions_are_counted(country):
    assert (
        "own: 400 establishments lie in, or on the border of, several regions; the lowest code "
        "has them."
    ) in told(country, ["A", "B"], [WHOLE, WHOLE])


def test_a_place_outside_all_regions_is_counted(country):
    country.register.loc[3, "x"] = 200_000.0  # metres east of the region
    country.write(country.register)
    assert (
        "own: 1 establishment lies outside all regions and has a row of its own, with an empty "
        "code."
    ) in told(country, ["A"], [WHOLE])


def test_a_shape_that_crosses_itself_is_repaired_and_counted(country):
    assert "own: 1 shape was not valid and was repaired." in told(country, ["A"], [BOW_TIE])


@pytest.mark.parametrize(
    "nothing", [None, shapely.Polygon(), shapely.Point(1e5, 4e5)], ids=["none", "empty", "point"]
)
def test_a_region_without_a_polygon_is_counted(country, nothing):
    assert ("own: 1 region has no polygon; no establishment can lie there.") in told(
        country, ["A", "B"], [WHOLE, nothing]
    )


def test_rows_of_one_code_are_joined_and_counted(country):
    assert "own: 1 row shared a code with another row and was joined to it." in told(
        country, ["A", "A"], [WEST, EAST]
    )


def test_a_layer_that_does_not_state_its_system_says_what_to_set(country):
    with pytest.raises(InputError) as error:
        prepared(country, ["A"], [WHOLE], None)
    assert str(error.value) == (
        f"{country.folder / 'own.gpkg'}: does not say in which coordinate system it is; set crs "
        'in the block with level = "own", for instance crs = "EPSG:28992"'
    )


def test_a_system_that_does_not_exist_is_named_with_its_block(country):
    table = gpd.GeoDataFrame({"code": ["A"]}, geometry=[WHOLE], crs=RD)
    table.to_file(country.folder / "own.gpkg", layer="own")
    level = {"level": "own", "path": "own.gpkg", "code": "code", "crs": "EPSG:99999"}
    with pytest.raises(InputError) as error:
        prepare(country.study(regions=[level]))
    assert str(error.value) == (
        "[[regions]] level = 'own': 'EPSG:99999' is no known coordinate system of a map; write "
        'for instance "EPSG:28992" (RD New), "EPSG:2154" (Lambert-93) or "EPSG:4326" (longitude '
        "and latitude)"
    )


def test_metres_that_are_said_to_be_degrees_ask_for_the_system(country):
    with pytest.raises(InputError) as error:
        prepared(country, ["A"], [WHOLE], "EPSG:4326")
    assert str(error.value) == (
        f"{country.folder / 'own.gpkg'}: its coordinates span x 90000 to 190000, y 390000 to "
        "490000, so they are no longitude and latitude (EPSG:4326); set crs in the block with "
        'level = "own", for instance crs = "EPSG:28992"'
    )
