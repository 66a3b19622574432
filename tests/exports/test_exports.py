"""What a run leaves behind: whole, private, and the same numbers everywhere."""

import json
import os
import re
import stat
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError


@pytest.fixture
def result(country):
    register = country.register.astype({"jobs": object})
    register.loc[7, "jobs"] = "-5"
    country.write(register)
    return nabij.run(country.study(output={"formats": ["png", "svg", "pdf", "gpkg"]}))


def test_all_files_are_there_and_listed(result, tmp_path):
    folder = nabij.save(result, tmp_path / "out")
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    figures = ("dot_map", "bubble_chart", "neighbourhoods", "size_classes")
    assert found == {
        "establishments.parquet",
        "establishments.gpkg",
        "sectors.csv",
        "sectors.xlsx",
        "sizes.csv",
        "regions.csv",
        "regions.xlsx",
        "regions.gpkg",
        "rejected.csv",
        "report.html",
        "report.pdf",
        "result.json",
        *(f"figures/{name}.{kind}" for name in figures for kind in ("png", "svg", "pdf")),
    }
    assert set(json.loads((folder / "result.json").read_text())["files"]) == found


def test_everything_is_for_its_owner_only(result, tmp_path):
    earlier = os.umask(0o022)
    try:
        folder = nabij.save(result, tmp_path / "out")
    finally:
        os.umask(earlier)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_tables_hold_what_the_result_holds(result, tmp_path):
    folder = nabij.save(result, tmp_path / "out")
    pd.testing.assert_frame_equal(
        pd.read_parquet(folder / "establishments.parquet"), result.establishments
    )
    expected = pd.DataFrame(result.regions.drop(columns="geometry")).astype({"year": float})
    text = pd.read_csv(folder / "regions.csv", dtype={"code": str}, keep_default_na=True)
    pd.testing.assert_frame_equal(text, expected, check_dtype=False)
    for name in ("sectors", "sizes"):
        table = getattr(result, name).astype({"year": float})
        missing = dict.fromkeys(table.select_dtypes("number"), "")
        text = pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=missing)
        pd.testing.assert_frame_equal(text, table, check_dtype=False)
    for level, table in expected.groupby("level"):
        sheet = pd.read_excel(folder / "regions.xlsx", sheet_name=level, engine="calamine")
        pd.testing.assert_frame_equal(sheet, table.reset_index(drop=True), check_dtype=False)
        layer = gpd.read_file(folder / "regions.gpkg", layer=level)
        assert layer.crs.to_string() == "EPSG:28992"
        np.testing.assert_array_equal(layer["mean_d_score"], table["mean_d_score"])
    points = gpd.read_file(folder / "establishments.gpkg")
    np.testing.assert_array_equal(points.geometry.x, result.establishments["x"])


def test_the_record_holds_the_national_figures_and_the_way_to_them(result, country, tmp_path):
    record = json.loads((nabij.save(result, tmp_path / "out") / "result.json").read_text())
    assert record["sector"]["mean_d_score"] == result.view().sector.mean_d_score
    assert record["parameters"]["dscore"]["floor"] == 100
    assert record["counts"]["rejected"] == {"jobs are negative": 1}
    assert record["versions"]["nabij"] == nabij.__version__
    assert record["synthetic"] is True
    digests = {path.rsplit("/", 1)[1]: digest for path, digest in record["inputs"].items()}
    assert set(digests) == {"register.csv", "regions.gpkg"}


def test_rejected_rows_are_in_a_file_with_row_number_and_reason(result, tmp_path):
    listed = pd.read_csv(nabij.save(result, tmp_path / "out") / "rejected.csv")
    assert listed[["row", "reason"]].to_numpy().tolist() == [[9, "jobs are negative"]]
    assert listed["id"].tolist() == ["E0007"]


def test_reasons_are_in_the_language_of_the_study(country, tmp_path):
    register = country.register.astype({"jobs": object})
    register.loc[7, "jobs"] = "-5"
    country.write(register)
    result = nabij.run(country.study(output={"language": "nl"}))
    listed = pd.read_csv(nabij.save(result, tmp_path / "out") / "rejected.csv")
    assert listed["reason"].tolist() == ["banen zijn negatief"]


def test_a_name_that_looks_like_a_formula_stays_a_name(country, tmp_path):
    shapes = gpd.read_file(country.folder / "regions.gpkg", layer="region")
    shapes.loc[0, "name"] = "=1+1"
    shapes.to_file(country.folder / "regions.gpkg", layer="region")
    folder = nabij.save(nabij.run(country.study()), tmp_path / "out")
    with zipfile.ZipFile(folder / "regions.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        texts = b"".join(book.read(name) for name in book.namelist())
    assert b">=1+1</t>" in texts


def test_text_that_a_spreadsheet_would_run_is_defused_in_csv(country, tmp_path):
    shapes = gpd.read_file(country.folder / "regions.gpkg", layer="region")
    shapes.loc[0, "name"] = "@sum(1)"
    shapes.to_file(country.folder / "regions.gpkg", layer="region")
    register = country.register.astype({"jobs": object})
    register.loc[7, ["id", "jobs"]] = ["=1+1", "-5"]
    country.write(register)
    folder = nabij.save(nabij.run(country.study()), tmp_path / "out")
    assert "'@sum(1)" in set(pd.read_csv(folder / "regions.csv")["name"])
    listed = pd.read_csv(folder / "rejected.csv", dtype="str")
    assert listed.loc[0, ["id", "jobs"]].tolist() == ["'=1+1", "-5"]


@pytest.mark.parametrize("target", ["there", "not there yet"])
def test_a_link_to_a_folder_stays_one(result, tmp_path, target):
    nabij.save(result, tmp_path / "there")
    (tmp_path / "link").symlink_to(target)
    nabij.save(result, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / target / "report.html").exists()


def test_a_folder_s_name_must_fit_a_line(result, tmp_path):
    with pytest.raises(InputError, match="no folder can be made with that name"):
        nabij.save(result, tmp_path / "two\nlines")


def test_stopping_between_old_and_new_keeps_the_old(result, tmp_path, monkeypatch):
    from nabij.exports import folder as exchanging

    folder = nabij.save(result, tmp_path / "out")
    monkeypatch.setattr(exchanging, "_swapped", lambda *_: False)  # a system that cannot
    rename = Path.rename

    def stop(path, target):
        if target == folder and path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        nabij.save(result, folder)
    assert (folder / "report.html").exists()
    assert sorted(path.name for path in tmp_path.glob(".out*")) == []


def test_an_earlier_result_is_replaced(result, tmp_path):
    first = nabij.save(result, tmp_path / "out")
    (first / "result.json").touch()
    assert nabij.save(result, tmp_path / "out") == first
    assert sorted(path.name for path in tmp_path.glob(".out*")) == []


def test_a_folder_with_other_files_is_refused_and_left_alone(result, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.docx").write_text("years of work")
    with pytest.raises(InputError, match=r"not of an earlier result \(thesis\.docx\)"):
        nabij.save(result, folder)
    assert (folder / "thesis.docx").read_text() == "years of work"


def test_when_writing_fails_the_earlier_result_is_untouched(result, tmp_path, monkeypatch):
    from nabij.exports import tables

    folder = nabij.save(result, tmp_path / "out")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "regions_xlsx", full)
    with pytest.raises(InputError, match=r"No space left on device.*earlier result is as it was"):
        nabij.save(result, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.glob(".out*")) == []


def test_stopping_leaves_nothing_behind(result, tmp_path):
    def stop(message, fraction):
        if fraction > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nabij.save(result, tmp_path / "out", progress=stop)
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in tmp_path.glob(".out*")) == []


def test_a_file_in_the_way_is_named(result, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="is a file"):
        nabij.save(result, tmp_path / "out")


def test_a_year_in_a_workbook_is_a_number_without_a_thousands_mark(country, tmp_path):
    both = pd.concat([country.register.assign(jaar=year) for year in (2015, 2025)])
    country.write(both)
    result = nabij.run(country.study(register={"year": "jaar", "years": "all"}))
    folder = nabij.save(result, tmp_path / "out")
    sheet = pd.read_excel(folder / "sectors.xlsx", "sectors", engine="calamine")
    assert sheet["year"].tolist() == [2015, 2025]
    with zipfile.ZipFile(folder / "sectors.xlsx") as book:
        cell = re.search(rb'<c r="A2" s="(\d+)"', book.read("xl/worksheets/sheet1.xml"))
        styles = book.read("xl/styles.xml").decode()
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    assert formats[int(cell[1])] == "1"  # Excel's own number for "0"
