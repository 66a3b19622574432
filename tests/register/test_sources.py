"""The same register from every kind of file."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nabij import InputError
from nabij.register import read
from nabij.register.guess import guess


def points(country):
    register = country.register
    shapes = gpd.points_from_xy(register["x"], register["y"])
    return gpd.GeoDataFrame(register.drop(columns=["x", "y"]), geometry=shapes, crs="EPSG:28992")


def as_csv(country):
    return {}


def as_parquet(country):
    country.register.to_parquet(country.folder / "register.parquet")
    return {"path": "register.parquet"}


def as_geoparquet(country):
    points(country).to_parquet(country.folder / "points.parquet")
    return {"path": "points.parquet", "x": None, "y": None, "crs": None}


def as_geopackage(country):
    points(country).to_file(country.folder / "points.gpkg", layer="firms")
    return {"path": "points.gpkg", "x": None, "y": None, "crs": None}


def as_geopackage_with_columns(country):
    points(country).assign(x=country.register["x"], y=country.register["y"]).to_file(
        country.folder / "both.gpkg", layer="firms"
    )
    return {"path": "both.gpkg"}


KINDS = [as_csv, as_parquet, as_geoparquet, as_geopackage, as_geopackage_with_columns]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_gives_the_same_establishments(country, kind):
    expected = read(country.study().register).table
    found = read(country.study(register=kind(country)).register)
    assert found.crs.to_string() == "EPSG:28992"
    pd.testing.assert_frame_equal(found.table, expected, check_dtype=False)


def test_a_row_without_a_point_is_rejected(country):
    frame = points(country)
    frame.loc[2, "geometry"] = None
    frame.loc[3, "geometry"] = shapely.Point()
    frame.loc[4, "geometry"] = shapely.box(0, 0, 1, 1)
    frame.to_parquet(country.folder / "points.parquet")
    keys = {"path": "points.parquet", "x": None, "y": None, "crs": None}
    found = read(country.study(register=keys).register)
    assert found.rejected["row"].tolist() == [4, 5, 6]
    assert {str(why) for why in found.counts["rejected"]} == {"location is missing or no number"}


def test_points_in_degrees_are_projected_to_metres(country):
    points(country).to_crs("EPSG:4326").to_parquet(country.folder / "points.parquet")
    keys = {"path": "points.parquet", "x": None, "y": None, "crs": None}
    from pyproj import CRS

    found = read(country.study(register=keys).register, CRS("EPSG:28992"))
    np.testing.assert_allclose(found.table["x"], country.register["x"], atol=0.01)


def test_a_web_mercator_register_is_not_measured_in_its_stretched_metres(country):
    points(country).to_crs("EPSG:3857").to_parquet(country.folder / "points.parquet")
    keys = {"path": "points.parquet", "x": None, "y": None, "crs": None}
    found = read(country.study(register=keys).register)
    assert found.crs.to_string() == "EPSG:32631"


@pytest.mark.parametrize("name", ["register.parquet", "register.gpkg"])
def test_a_cut_off_file_is_named(country, name):
    keys = as_parquet(country) if name.endswith("parquet") else as_geopackage(country)
    path = country.folder / keys["path"]
    path.write_bytes(path.read_bytes()[:1500])
    with pytest.raises(InputError, match=rf"{path.name}: cannot be read"):
        read(country.study(register=keys).register)


def test_a_parquet_file_without_points_asks_for_columns(country):
    as_parquet(country)
    keys = {"path": "register.parquet", "x": None, "y": None}
    with pytest.raises(InputError, match="x and y must name its columns"):
        read(country.study(register=keys).register)


def test_a_geopackage_with_several_layers_asks_which(country):
    points(country).to_file(country.folder / "points.gpkg", layer="a")
    points(country).to_file(country.folder / "points.gpkg", layer="b")
    keys = {"path": "points.gpkg", "x": None, "y": None, "crs": None}
    with pytest.raises(InputError, match=r"2 layers \(a, b\)"):
        read(country.study(register=keys).register)


def test_a_kind_that_is_not_read_names_those_that_are(country):
    (country.folder / "register.sav").write_bytes(b"x")
    with pytest.raises(InputError, match=r"ends in '\.sav'; use one of \.csv"):
        read(country.study(register={"path": "register.sav"}).register)


def test_size_classes_become_jobs_by_the_study_s_table(country):
    country.write(country.register.assign(gk=["01", "02", "NN", "XX"] * 100))
    keys = {"jobs": None, "size_class": "gk", "size_class_jobs": {"01": 1.5, "02": 40, "NN": 0}}
    found = read(country.study(register=keys).register)
    assert {str(why): n for why, n in found.counts["rejected"].items()} == {
        "size class is not in size_class_jobs": 100
    }
    assert found.table["jobs"].value_counts().to_dict() == {1.5: 100, 40: 100, 0: 100}


def test_a_table_of_other_size_classes_is_an_error(country):
    country.write(country.register.assign(gk=["01", "02"] * 200))
    keys = {"jobs": None, "size_class": "gk", "size_class_jobs": {"1": 1.5}}
    with pytest.raises(InputError, match=r"most size classes in 'gk'.*found: 01, 02"):
        read(country.study(register=keys).register)


@pytest.mark.parametrize("kind", KINDS)
def test_the_roles_of_columns_are_guessed(country, kind):
    keys = kind(country)
    found = guess(country.folder / keys.get("path", "register.csv"))
    assert found.roles["code"] == "sbi"
    assert found.roles["jobs"] == "jobs"
    assert found.crs[0] == "EPSG:28992"
    assert found.holds_points == ("geo" in kind.__name__)
    if not found.holds_points:
        assert (found.roles["x"], found.roles["y"]) == ("x", "y")


def test_headers_of_a_known_register_are_recognised(country):
    register = country.register.rename(
        columns={"id": "LISANR", "sbi": "SBI2008", "x": "X_COORD", "y": "Y_COORD", "jobs": "BANEN"}
    )
    country.write(register, sep=";")
    assert guess(country.folder / "register.csv").roles == {
        "id": "LISANR",
        "code": "SBI2008",
        "x": "X_COORD",
        "y": "Y_COORD",
        "jobs": "BANEN",
    }
