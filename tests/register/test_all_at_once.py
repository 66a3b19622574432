"""All that is wrong with a study's files is told at once."""

import pytest

import nabij
from nabij import InputError


def lines(country, **blocks):
    with pytest.raises(InputError) as caught:
        nabij.run(country.study(**blocks))
    return [line.replace(f"{country.folder}/", "") for line in str(caught.value).split("\n")]


def regions(country, **changes):
    first, second = country.content()["regions"]
    return [{**first, **changes}, {**second, "code": "nr", "name": "label"}]


def test_missing_columns_of_register_and_regions_are_told_together(country):
    found = lines(
        country,
        register={"code": "nace", "jobs": "staff"},
        regions=regions(country, layer="regio"),
    )
    assert found == [
        "regions.gpkg: has no layer 'regio' ([[regions]] level = 'region' layer); "
        "did you mean 'region'? Layers: region, neighbourhood",
        "register.csv: has no column 'nace' ([register] code) Columns: id, sbi, x, y, jobs",
        "register.csv: has no column 'staff' ([register] jobs) Columns: id, sbi, x, y, jobs",
        "regions.gpkg: layer 'neighbourhood' has no column 'nr' "
        "([[regions]] level = 'neighbourhood' code) Columns: code, name",
        "regions.gpkg: layer 'neighbourhood' has no column 'label' "
        "([[regions]] level = 'neighbourhood' name) Columns: code, name",
    ]


def test_a_wrong_system_is_told_with_the_rest(country):
    found = lines(country, register={"crs": "EPSG:999999", "x": "east"})
    assert len(found) == 2
    assert found[0] == (
        "register.csv: has no column 'east' ([register] x) Columns: id, sbi, x, y, jobs"
    )
    assert found[1].startswith("[register] crs: 'EPSG:999999' is no known coordinate system")


def test_one_thing_that_is_wrong_is_told_once(country):
    assert lines(country, register={"jobs": "job"}) == [
        "register.csv: has no column 'job' ([register] jobs); did you mean 'jobs'? "
        "Columns: id, sbi, x, y, jobs"
    ]
