import numpy as np
import pytest
import shapely

from nabij.demo.neighbourhoods import NAMED
from nabij.demo.places import municipalities

IN = {"neighbourhood": "municipality", "municipality": "corop"}


@pytest.mark.parametrize("level", ["corop", "municipality", "neighbourhood"])
def test_regions_of_a_level_neither_overlap_nor_leave_slivers(levels, level):
    shapes = np.concatenate([shapely.get_parts(shape) for shape in levels[level].geometry])
    assert levels[level].is_valid.all()
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize(("fine", "coarse"), IN.items())
def test_every_region_lies_in_one_region_of_the_level_above(levels, fine, coarse):
    parts = levels[fine]
    whole = levels[coarse]
    tree = shapely.STRtree(whole.geometry)
    point, region = tree.query(parts.representative_point(), predicate="within")
    assert point.tolist() == list(range(len(parts)))
    areas = np.bincount(region, parts.area.to_numpy()[point], minlength=len(whole))
    np.testing.assert_allclose(areas, whole.area, rtol=1e-9)


def test_there_are_as_many_regions_as_the_netherlands_has(levels):
    assert len(levels["corop"]) == 40
    assert len(levels["municipality"]) == 352
    assert 12_000 < len(levels["neighbourhood"]) < 14_000


def test_codes_and_names_are_unique(levels):
    for table in levels.values():
        assert table["code"].is_unique
        assert table["name"].is_unique


def test_coordinates_are_rd_metres(levels):
    for table in levels.values():
        assert table.crs.to_epsg() == 28992
        west, south, east, north = table.total_bounds
        assert 0 < west < east < 300_000
        assert 300_000 < south < north < 630_000


def test_areas_are_about_the_real_ones(levels):
    table = municipalities().set_index("code")["area"]
    made = levels["municipality"].set_index("code").area
    assert np.median(abs(made / table - 1)) < 0.15
    assert made.sum() == pytest.approx(table.sum(), rel=0.06)


@pytest.mark.parametrize("name", NAMED)
def test_the_articles_neighbourhoods_are_in_their_municipality(levels, name):
    hoods = levels["neighbourhood"].set_index("name")
    towns = levels["municipality"].set_index("name").geometry
    assert towns[NAMED[name][0]].contains(hoods.geometry[name].representative_point())


def test_the_articles_regions_are_there_by_its_names(levels):
    names = set(levels["corop"]["name"])
    assert {"Zuidoost-Noord-Brabant", "Groot-Amsterdam", "Twente"} <= names
