"""A register in several files: a list, a folder, a pattern."""

import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import nabij
from nabij import InputError
from nabij.register import read


def halves(country):
    """Cut the register in two files in a folder of their own."""
    folder = country.folder / "parts"
    folder.mkdir()
    country.register[:150].to_csv(folder / "north.csv", index=False)
    country.register[150:].to_csv(folder / "south.csv", index=False)
    return folder


def notes_of(found):
    return [str(each) for each in found.notes]


@pytest.mark.parametrize(
    "path",
    [
        ["parts/north.csv", "parts/south.csv"],
        ["parts/north.csv", "parts/*.csv"],
        "parts",
        "parts/*.csv",
        "p*/*th.csv",
    ],
)
def test_files_together_are_the_register(country, path):
    halves(country)
    found = read(country.study(register={"path": path}).register)
    expected = read(country.study().register)
    pd.testing.assert_frame_equal(found.table, expected.table)
    assert "The register is 2 files, read as one." in notes_of(found)


def test_a_run_names_and_hashes_every_file(country):
    halves(country)
    result = nabij.run(country.study(register={"path": "parts"}))
    names = {path.rsplit("/", 1)[-1] for path in result.provenance.inputs}
    assert {"north.csv", "south.csv"} <= names
    assert result.view().source == "parts"


def test_a_partitioned_parquet_folder_gives_its_columns(country):
    years = country.register.assign(
        peiljaar=np.where(np.arange(400) < 200, 2023, 2024), id=[f"E{i % 200}" for i in range(400)]
    )
    table = pa.Table.from_pandas(years, preserve_index=False)
    pq.write_to_dataset(table, country.folder / "base", partition_cols=["peiljaar"])
    (country.folder / "base/_SUCCESS").touch()
    keys = {"path": "base", "year": "peiljaar"}
    found = read(country.study(register={**keys, "use_year": 2024}).register)
    assert set(found.table["id"]) == {f"E{i}" for i in range(200)}
    assert found.counts["rows_read"] == 400
    both = read(country.study(register={**keys, "years": "all"}).register)
    assert both.table.groupby("year").size().to_dict() == {2023: 200, 2024: 200}


def test_a_partition_may_be_the_industry_code(country):
    table = pa.Table.from_pandas(country.register, preserve_index=False)
    pq.write_to_dataset(table, country.folder / "base", partition_cols=["sbi"])
    found = read(country.study(register={"path": "base"}).register)
    expected = read(country.study().register)
    assert (
        found.table.set_index("id")["code"].sort_index().tolist()
        == expected.table.set_index("id")["code"].sort_index().tolist()
    )


def yearly(country):
    for year in (2023, 2024):
        country.write(country.register, f"register_{year}.csv")
    return "register_*.csv"


def test_a_year_a_file_is_asked_about(country):
    with pytest.raises(InputError, match=r"holds several years in column 'file' \(2023, 2024\)"):
        read(country.study(register={"path": yearly(country)}).register)


def test_a_year_a_file_gives_the_years(country):
    keys = {"path": yearly(country), "year": "file", "years": "all"}
    found = read(country.study(register=keys).register)
    assert found.table.groupby("year").size().to_dict() == {2023: 400, 2024: 400}
    one = read(country.study(register={**keys, "years": None, "use_year": 2023}).register)
    assert len(one.table) == 400


def test_a_column_that_some_files_lack_is_empty_there_and_told(country):
    folder = halves(country)
    country.register[:150].drop(columns="jobs").to_csv(folder / "north.csv", index=False)
    found = read(country.study(register={"path": "parts"}).register)
    assert found.table["jobs"].isna().sum() == 150
    assert (
        "1 of the 2 files has no column 'jobs', which is taken for empty there: north.csv"
        in notes_of(found)
    )


def test_a_column_that_no_file_has_is_an_error(country):
    halves(country)
    with pytest.raises(InputError, match=r"none of its 2 files has a column 'staff' \(\[register"):
        read(country.study(register={"path": "parts", "jobs": "staff"}).register)


def test_no_file_may_lack_its_codes(country):
    folder = halves(country)
    country.register[:150].drop(columns="sbi").to_csv(folder / "north.csv", index=False)
    with pytest.raises(InputError, match=r"north\.csv: has no column 'sbi' \(\[register\] code\)"):
        read(country.study(register={"path": "parts"}).register)


def test_rejected_rows_are_named_by_file_and_row(country):
    folder = halves(country)
    register = country.register.astype({"x": object})
    register.loc[[3, 160], "x"] = "nowhere"
    register[:150].to_csv(folder / "north.csv", index=False)
    register[150:].to_csv(folder / "south.csv", index=False)
    with (folder / "south.csv").open("a") as file:
        file.write("one,two\n")
    found = read(country.study(register={"path": "parts"}).register)
    assert found.rejected[["file", "row"]].to_numpy().tolist() == [
        ["north.csv", 5],
        ["south.csv", 12],
        ["south.csv", 252],
    ]
    assert found.counts["rows_read"] == found.counts["rows_kept"] + 3


def test_rows_without_an_id_are_named_by_file_and_row(country):
    halves(country)
    found = read(country.study(register={"path": "parts", "id": None}).register)
    assert found.table["id"].iloc[[0, 150]].tolist() == ["north.csv row 2", "south.csv row 2"]
    assert found.table["id"].is_unique


def test_kinds_and_decimal_marks_may_differ(country):
    folder = country.folder / "mixed"
    folder.mkdir()
    shown = country.register.assign(x=country.register["x"] + 0.25, y=country.register["y"] + 0.125)
    shown[:100].to_csv(folder / "a.csv", index=False, sep=";", decimal=",")
    shown[100:200].to_csv(folder / "b.csv", index=False)
    shown[200:300].to_parquet(folder / "c.parquet")
    shown[300:].to_excel(folder / "d.xlsx", index=False, engine="xlsxwriter")
    (folder / "readme.md").write_text("about")
    found = read(country.study(register={"path": "mixed"}).register)
    np.testing.assert_array_equal(found.table["x"], shown["x"])
    np.testing.assert_array_equal(found.table["y"], shown["y"])
    np.testing.assert_array_equal(found.table["jobs"], shown["jobs"])
    told = notes_of(found)
    assert any(each.endswith("With a point: b.csv") for each in told)
    assert (
        "1 file in the folder is of no kind that can be read, and was left out: readme.md" in told
    )


def test_points_in_several_systems_are_brought_to_one(country):
    points = gpd.points_from_xy(country.register["x"], country.register["y"], crs="EPSG:28992")
    firms = gpd.GeoDataFrame(country.register.drop(columns=["x", "y"]), geometry=points)
    firms[:200].to_file(country.folder / "a.gpkg")
    firms[200:].to_crs("EPSG:4326").to_file(country.folder / "b.gpkg")
    keys = {"path": ["a.gpkg", "b.gpkg"], "x": None, "y": None, "crs": None}
    found = read(country.study(register=keys).register)
    assert found.crs.to_epsg() == 28992
    np.testing.assert_allclose(found.table["x"], country.register["x"], atol=0.01)


def test_nothing_that_fits_is_an_error_that_says_what_is_there(country):
    halves(country)
    with pytest.raises(InputError, match=r"no file fits this pattern .*parts holds north\.csv, so"):
        read(country.study(register={"path": "parts/*.parquet"}).register)
    with pytest.raises(InputError, match=r"no file fits this pattern"):
        nabij.run(country.study(register={"path": "none/*.csv"}))


def test_a_folder_without_a_register_is_an_error(country):
    (country.folder / "empty").mkdir()
    (country.folder / "empty/a.docx").touch()
    with pytest.raises(
        InputError, match=r"holds no file that a register can be read from .* it holds a\.docx"
    ):
        read(country.study(register={"path": "empty"}).register)


def test_a_link_out_of_the_folder_is_refused(country):
    folder = halves(country)
    os.symlink(country.folder / "register.csv", folder / "more.csv")
    with pytest.raises(InputError, match=r"more\.csv: is a link that leads out of the folder"):
        read(country.study(register={"path": "parts"}).register)


def test_an_empty_list_is_an_error(country):
    with pytest.raises(InputError, match=r"\[register\] path"):
        country.study(register={"path": []})
