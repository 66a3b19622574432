"""Establishments and regions that miss each other: which is off, and which systems fit."""

import re

import geopandas as gpd
import pytest
import shapely

from nabij import InputError
from nabij.running import prepare

pytestmark = pytest.mark.filterwarnings("ignore:.crs. was not provided")

WHOLE = shapely.box(90_000, 390_000, 190_000, 490_000)
MISS = (
    "[[regions]] level = 'own': none of the 400 establishments lies in any of its regions. In "
    "EPSG:28992 the establishments span x "
)
REGIONS = "the regions are in EPSG:28992, not {} (crs in this block)"
REGISTER = "the establishments are in {}, not {} ([register] crs)"


def own(country, shape=WHOLE, *, crs="EPSG:28992", file="own.gpkg", **keys):
    """Write a level of one region in RD, whatever its file says, and return its block."""
    shapes = gpd.GeoDataFrame({"code": ["A"]}, geometry=[shape], crs=crs)
    shapes.to_file(country.folder / file)
    return {"level": "own", "path": file, "code": "code", **keys}


def said(country, block, **register):
    with pytest.raises(InputError) as raised:
        prepare(country.study(regions=[block], register=register))
    return str(raised.value)


def test_regions_declared_in_a_wrong_system_are_named_with_the_one_of_their_file(country):
    told = said(country, own(country, crs="EPSG:28992") | {"crs": "EPSG:27700"})
    assert told.startswith(MISS)
    assert told.endswith(
        f"; it seems that {REGIONS.format('EPSG:27700')}; if not, "
        + REGISTER.format("EPSG:27700", "EPSG:28992")
    )


def test_regions_outside_the_area_of_their_system_are_named(country):
    told = said(country, own(country, crs="EPSG:31370"))
    assert told.startswith(MISS)
    assert f"; it seems that {REGIONS.format('EPSG:31370')}" in told


def test_a_register_declared_in_a_wrong_system_is_named_with_the_one_that_fits(country):
    told = said(country, own(country), crs="EPSG:27700")
    assert told.startswith(MISS.replace("EPSG:28992", "EPSG:27700"))
    assert told.endswith(
        f"; it seems that {REGISTER.format('EPSG:28992', 'EPSG:27700')}; if not, "
        + "the regions are in EPSG:27700, not EPSG:28992 (crs in this block)"
    )


def test_a_register_with_another_metric_system_for_distances_is_named(country):
    told = said(country, own(country), crs="EPSG:27700", metric_crs="EPSG:3035")
    assert "In EPSG:3035 the establishments span" in told
    assert f"; it seems that {REGISTER.format('EPSG:28992', 'EPSG:27700')}" in told


def test_where_nothing_tells_which_is_wrong_both_are_named(country):
    told = said(country, own(country, crs=None) | {"crs": "EPSG:27700"})
    assert told.endswith(
        f"; either {REGIONS.format('EPSG:27700')}, or "
        + REGISTER.format("EPSG:27700", "EPSG:28992")
    )


def test_a_register_whose_file_states_its_system_is_believed(country):
    table = country.register
    place = gpd.points_from_xy(table["x"], table["y"], crs="EPSG:28992")
    gpd.GeoDataFrame(table.drop(columns=["x", "y"]), geometry=place).to_file(
        country.folder / "r.gpkg"
    )
    block = own(country, crs=None) | {"crs": "EPSG:27700"}
    told = said(country, block, path="r.gpkg", x=None, y=None, crs=None)
    assert f"; it seems that {REGIONS.format('EPSG:27700')}; if not, the establish" in told


def test_regions_in_rd_for_places_in_degrees_are_found_by_their_numbers(country):
    """Only one of the two can be wrong: no system takes degrees to the regions."""
    place = gpd.points_from_xy(country.register["x"], country.register["y"], crs="EPSG:28992")
    degrees = place.to_crs("EPSG:4326")
    country.write(country.register.assign(x=degrees.x, y=degrees.y))
    told = said(country, own(country, crs=None) | {"crs": "EPSG:27700"}, crs="EPSG:4326")
    assert told.endswith(f"; it seems that {REGIONS.format('EPSG:27700')}")


def test_postcodes_declared_in_a_wrong_system_are_named_by_their_own_block(country):
    table = country.register
    country.write(
        table[["x", "y"]].drop_duplicates().assign(pc=lambda t: [f"P{i}" for i in range(len(t))]),
        "points.csv",
    )
    codes = table.groupby(["x", "y"], sort=False).ngroup().map("P{}".format)
    country.write(table.drop(columns=["x", "y"]).assign(pc=codes))
    block = {"path": "points.csv", "postcode": "pc", "x": "x", "y": "y", "crs": "EPSG:27700"}
    keys = {"x": None, "y": None, "crs": None, "postcode": "pc", "postcodes": block}
    told = said(country, own(country), **keys)
    assert (
        "; it seems that the establishments are in EPSG:28992, not EPSG:27700 "
        "([register.postcodes] crs); if not, "
    ) in told


def test_regions_that_are_elsewhere_in_every_system_ask_to_check_both(country):
    far = shapely.box(10_000, 310_000, 20_000, 320_000)
    told = said(country, own(country, far))
    assert re.fullmatch(
        re.escape(MISS)
        + r"\d+ to \d+, y \d+ to \d+, the regions x 10000 to 20000, y 310000 to 320000; check crs "
        r"in \[register\] and in this block, and that \[register\] x is the easting or longitude",
        told,
    )
