"""A register and regions that do not meet: which is off, and in which system it would fit."""

import re

import geopandas as gpd
import pytest
import shapely

import nabij
from nabij import InputError

RD = "EPSG:28992"


WHOLE = shapely.box(90_000, 390_000, 190_000, 490_000)


def own(country, crs=RD, box=WHOLE):
    """Write one region, its numbers as they are in RD."""
    table = gpd.GeoDataFrame({"code": ["A"]}, geometry=[box], crs=crs)
    table.to_file(country.folder / "own.gpkg", layer="own")
    return {"level": "own", "path": "own.gpkg", "code": "code"}


def error_of(study):
    with pytest.raises(InputError) as caught:
        nabij.run(study)
    return str(caught.value)


def test_a_register_under_another_system_is_named_with_the_one_in_which_it_fits(country):
    said = error_of(country.study(register={"crs": "EPSG:27700"}, regions=[own(country)]))
    assert said.startswith(
        "[[regions]] level = 'own': none of the 400 establishments lies in any of its regions. In "
        "EPSG:27700 the establishments span x "
    )
    assert said.endswith(
        "; the register is not in EPSG:27700: it would lie in these regions as EPSG:28992; "
        'set [register] crs = "EPSG:28992"'
    )


def test_a_register_that_fits_after_that_advice_runs(country):
    study = country.study(register={"crs": RD}, regions=[own(country)])
    assert nabij.run(study).regions["establishments"].tolist() == [400]


def test_regions_under_another_system_are_named_and_not_the_register(country):
    block = {**own(country), "crs": "EPSG:25831"}
    points = gpd.GeoDataFrame(
        country.register.drop(columns=["x", "y"]),
        geometry=gpd.points_from_xy(country.register["x"], country.register["y"]),
        crs=RD,
    )
    points.to_file(country.folder / "register.gpkg")
    said = error_of(
        country.study(
            register={"path": "register.gpkg", "x": None, "y": None, "crs": None}, regions=[block]
        )
    )
    assert said.endswith(
        "; the regions are not in EPSG:25831: the register would lie in them as EPSG:28992; "
        'set crs = "EPSG:28992" in this block'
    )


def test_if_the_study_states_both_systems_either_may_be_off(country):
    block = {**own(country), "crs": RD}
    said = error_of(country.study(register={"crs": "EPSG:27700"}, regions=[block]))
    assert said.endswith(
        'set [register] crs = "EPSG:28992"; or the regions are not in EPSG:28992: the register '
        'would lie in them as EPSG:27700; set crs = "EPSG:27700" in this block'
    )


def test_longitude_and_latitude_in_each_others_column_are_named(country):
    place = gpd.points_from_xy(country.register["x"], country.register["y"], crs=RD)
    place = place.to_crs("EPSG:4326")
    country.write(country.register.assign(x=place.y, y=place.x))
    said = error_of(country.study(register={"crs": "EPSG:4326"}, regions=[own(country)]))
    assert said.endswith("; x and y of the register look swapped: exchange [register] x and y")


def test_regions_that_are_elsewhere_in_every_system_ask_to_check_both(country):
    far = own(country, box=shapely.box(10_000, 310_000, 20_000, 320_000))
    said = error_of(country.study(regions=[far]))
    assert re.search(
        r"In EPSG:28992 the establishments span x \d+ to \d+, y \d+ to \d+, the "
        r"regions x 10000 to 20000, y 310000 to 320000; ",
        said,
    )
    assert said.endswith(
        "; check crs in [register] and in this block, and that [register] x is the easting or "
        "longitude"
    )


def test_dutch_coordinates_outside_the_stated_system_propose_the_dutch_one(country):
    said = error_of(country.study(register={"crs": "EPSG:31370"}))
    assert "register.csv: most coordinates lie outside the area of EPSG:31370" in said
    assert "they would fit EPSG:28992" in said


def test_of_a_register_in_several_systems_only_the_regions_are_tried_in_others(country):
    place = gpd.points_from_xy(country.register["x"], country.register["y"], crs=RD)
    place = place.to_crs("EPSG:25831")
    rows = country.register.assign(system="28992")
    rows.loc[:49, "x"], rows.loc[:49, "y"] = place.x[:50], place.y[:50]
    rows.loc[:49, "system"] = "25831"
    country.write(rows)
    register = {"crs": None, "crs_column": "system"}
    block = {**own(country), "crs": "EPSG:27700"}
    said = error_of(country.study(register=register, regions=[block]))
    assert said.endswith(
        "; the regions are not in EPSG:27700: the register would lie in them as EPSG:28992; "
        'set crs = "EPSG:28992" in this block'
    )
