"""The same register from every kind of file."""

from datetime import date
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
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


def parquet_with(country, **columns):
    table = {name: pa.array(country.register[name].tolist()) for name in country.register}
    pq.write_table(pa.table({**table, **columns}), country.folder / "register.parquet")
    return country.study(register={"path": "register.parquet"}).register


CODES = [*["7111"] * 9, "0111"] * 40


@pytest.mark.parametrize(
    "codes",
    [
        pa.array(CODES).dictionary_encode(),
        pa.array(CODES, pa.large_string()),
        pa.array([code.encode() for code in CODES]),
        pa.array([int(code) for code in CODES], pa.uint16()),
        pa.array([float(code) for code in CODES]),
        pa.array([Decimal(code) for code in CODES], pa.decimal128(9, 2)),
        pa.array([Decimal(code) / 100 for code in CODES], pa.decimal128(9, 2)),
    ],
    ids=lambda column: str(column.type),
)
def test_codes_of_every_type_are_the_same_text(country, codes):
    assert read(parquet_with(country, sbi=codes)).table["code"].tolist() == CODES


def test_whole_numbers_make_ids_without_a_point_also_beside_nulls(country):
    ids = pa.array([None, *range(12345678901234567, 12345678901234966)])
    found = read(parquet_with(country, id=ids))
    assert found.table["id"][:2].tolist() == ["row 2", "12345678901234567"]
    assert found.table["id"].is_unique
    sirets = pa.array([float(10_000_000_000_000 + number) for number in range(400)])
    assert read(parquet_with(country, id=sirets)).table["id"][1] == "10000000000001"


def test_numbers_of_every_type_are_numbers(country):
    x = pa.array([Decimal(int(value)) for value in country.register["x"]])
    jobs = pa.array(country.register["jobs"].astype(str).tolist()).dictionary_encode()
    found = read(parquet_with(country, x=x, jobs=jobs)).table
    assert found["x"].tolist() == country.register["x"].tolist()
    assert found["jobs"].tolist() == country.register["jobs"].tolist()


@pytest.mark.parametrize("column", ["id", "sbi", "x", "jobs"])
def test_a_column_of_lists_is_named(country, column):
    with pytest.raises(InputError, match=rf"column '{column}' holds list.*neither text nor"):
        read(parquet_with(country, **{column: pa.array([[1]] * 400)}))


def test_dates_are_years(country):
    days = pa.array([date(2022, 5, 1), date(2023, 5, 1)] * 200)
    with pytest.raises(InputError, match=r"several years in column 'jaar' \(2022, 2023\)"):
        read(parquet_with(country, jaar=days))


def test_a_pandas_index_in_a_parquet_file_is_a_column(country):
    country.register.set_index("id").to_parquet(country.folder / "register.parquet")
    found = read(country.study(register={"path": "register.parquet"}).register)
    assert found.table["id"][0] == "E0000"
    assert guess(country.folder / "register.parquet").roles["id"] == "id"


def test_row_numbers_of_a_typed_file_are_whole(country):
    jobs = [-1, *country.register["jobs"][1:]]
    assert read(parquet_with(country, jobs=pa.array(jobs))).rejected["row"].tolist() == [2]
    assert read(parquet_with(country, jobs=pa.array(jobs))).rejected["row"].dtype == np.int64


def test_geometry_may_have_any_name(country):
    points(country).rename_geometry("shape").to_parquet(country.folder / "points.parquet")
    keys = {"path": "points.parquet", "x": None, "y": None, "crs": None}
    assert read(country.study(register=keys).register).counts["rows_kept"] == 400
    found = guess(country.folder / "points.parquet")
    assert found.holds_points
    assert found.crs == ["EPSG:28992"]


def test_a_layer_without_points_asks_for_columns(country):
    pyogrio.write_dataframe(country.register, country.folder / "register.gpkg", layer="firms")
    keys = {"path": "register.gpkg", "x": None, "y": None}
    with pytest.raises(InputError, match=r"holds no geometry.*x and y must name its columns"):
        read(country.study(register=keys).register)
    assert not guess(country.folder / "register.gpkg").holds_points


def test_columns_that_share_a_name_do_not_stop_the_guess(country):
    (country.folder / "twice.csv").write_text("x,x,y,sbi\n1,2,3,4\n")
    assert guess(country.folder / "twice.csv").roles["code"] == "sbi"
