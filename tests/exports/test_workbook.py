"""Tables as a workbook, read back as Excel would."""

import re
import zipfile
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import python_calamine

from nabij.exports import workbook
from nabij.exports.workbook import Sheet, write_workbook

DIGITS = {"code": None, "name": None, "jobs": 0, "score": 4}
NASTY = [
    "=1+1",
    "@x",
    "+31 40",
    "-",
    "https://example.org",
    "mailto:a@example.org",
    "<r>rich</r>",
    "<r></c></r>",
    "a & b < c",
    " spaced ",
    "two\nlines",
    "_x0041_",
    "007",
    "1e5",
    "’s-Gravenhage é 🙂",
    "tab\there\x01",
]


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "code": ["GM01", "GM02", "GM03"],
            "name": ["Aa", None, "Cee"],
            "jobs": [1234.0, np.nan, 0.0],
            "score": [0.01234567, 2.0, np.nan],
        }
    )


def read(path):
    """Return the rows of every sheet."""
    book = python_calamine.load_workbook(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def part(path, name):
    """Return one file inside the workbook."""
    with zipfile.ZipFile(path) as inside:
        return inside.read(name).decode()


def test_what_is_written_is_read_back(frame, tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("town", frame, DIGITS, keys=2)], [("jobs", "number of jobs")])
    found = read(path)
    assert list(found) == ["town", "about"]
    assert found["town"] == [
        ["code", "name", "jobs", "score"],
        ["GM01", "Aa", 1234, 0.01234567],
        ["GM02", "", "", 2],
        ["GM03", "Cee", 0, ""],
    ]
    assert found["about"] == [["jobs", "number of jobs"]]


def test_missing_values_and_numbers_without_end_are_no_cells_at_all(tmp_path):
    frame = pd.DataFrame(
        {
            "name": pd.array(["a", pd.NA, "c"], dtype="string"),
            "jobs": pd.array([1, pd.NA, 3], dtype="Int64"),
            "score": [np.inf, -np.inf, 1.5],
            "mixed": pd.Series([None, pd.NA, 2], dtype=object),
        }
    )
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", frame, {"jobs": 0, "score": 2, "mixed": 1})], [])
    assert read(path)["a"][1:] == [["a", 1, "", ""], ["", "", "", ""], ["c", 3, 1.5, 2]]
    assert re.findall(r'<c r="([A-Z]\d)"', part(path, "xl/worksheets/sheet1.xml")) == [
        *("A1", "B1", "C1", "D1"),
        *("A2", "B2"),
        *("A4", "B4", "C4", "D4"),
    ]


def test_text_stays_text(tmp_path):
    path = tmp_path / "a.xlsx"
    names = pd.DataFrame({"name": NASTY})
    columns = pd.DataFrame([["x"] * len(NASTY)], columns=NASTY)
    about = [(text, text) for text in NASTY]
    write_workbook(path, [Sheet("a", names, {}), Sheet("b", columns, {})], about)
    found = read(path)
    assert [row[0] for row in found["a"][1:]] == NASTY
    assert found["b"][0] == NASTY
    assert found["about"] == [list(pair) for pair in about]
    inside = part(path, "xl/worksheets/sheet1.xml") + part(path, "xl/worksheets/sheet2.xml")
    assert "<f>" not in inside
    assert "<hyperlink" not in inside


def test_text_that_excel_cannot_hold_is_cut(tmp_path):
    path = tmp_path / "a.xlsx"
    long = pd.DataFrame({"name": ["n" * 40_000, "🙂" * 40_000]})
    write_workbook(path, [Sheet("a", long, {})], [])
    assert [row[0] for row in read(path)["a"][1:]] == ["n" * 32_767, "🙂" * 16_383]


def test_a_wide_table_has_columns_beyond_z(tmp_path):
    path = tmp_path / "a.xlsx"
    wide = pd.DataFrame([np.arange(800.0)], columns=[f"c{at}" for at in range(800)])
    write_workbook(path, [Sheet("a", wide, dict.fromkeys(wide.columns, 0))], [])
    assert read(path)["a"][1] == list(range(800))
    inside = part(path, "xl/worksheets/sheet1.xml")
    assert '<c r="AA2"' in inside
    assert '<dimension ref="A1:ADT2"/>' in inside


def test_every_file_in_the_workbook_is_xml(frame, tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("town", frame, DIGITS, keys=2)], [("a", "b")])
    with zipfile.ZipFile(path) as inside:
        assert inside.testzip() is None
        for name in inside.namelist():
            ElementTree.fromstring(inside.read(name))


def test_a_number_loses_no_digit(tmp_path):
    path = tmp_path / "a.xlsx"
    numbers = [0.1 + 0.2, 1e-300, -1.7976931348623157e308, 2.0**53, 1 / 3]
    write_workbook(path, [Sheet("a", pd.DataFrame({"n": numbers}), {"n": 2})], [])
    assert [row[0] for row in read(path)["a"][1:]] == numbers


def test_a_whole_number_has_no_decimals_in_the_file(frame, tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", frame, DIGITS)], [])
    inside = part(path, "xl/worksheets/sheet1.xml")
    assert "<v>1234</v>" in inside
    assert "<v>2</v>" in inside


def test_codes_and_years_as_text_have_no_decimals(tmp_path):
    frame = pd.DataFrame({"year": [2023.0, np.nan], "code": [1, 20], "part": [0.5, 1.0]})
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", frame, {})], [])
    assert read(path)["a"][1:] == [["2023", "1", "0.5"], ["", "20", "1.0"]]


def test_numbers_are_shown_with_their_digits(frame, tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", frame, DIGITS)], [])
    styles, cells = part(path, "xl/styles.xml"), part(path, "xl/worksheets/sheet1.xml")
    codes = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])

    def shown(cell):
        style = re.search(rf'<c r="{cell}" s="(\d+)"', cells).group(1)
        return codes.get(used[int(style)], used[int(style)])

    assert shown("C2") == "#,##0"
    assert shown("D2") == "0.0000"


def test_header_and_keys_stay_in_sight_and_columns_can_be_filtered(frame, tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", frame, DIGITS, keys=2)], [])
    inside = part(path, "xl/worksheets/sheet1.xml")
    assert '<pane xSplit="2" ySplit="1" topLeftCell="C2"' in inside
    assert '<autoFilter ref="A1:D4"/>' in inside
    assert "<b/>" in part(path, "xl/styles.xml")
    assert 'wrapText="1"' in part(path, "xl/styles.xml")


def test_columns_are_about_as_wide_as_their_text(tmp_path):
    frame = pd.DataFrame({"a": ["short"], "b": ["w" * 25], "c": ["w" * 300], "d": [1e9]})
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("a", frame, {"d": 0})], [])
    inside = part(path, "xl/worksheets/sheet1.xml")
    wide = [round(float(each)) for each in re.findall(r'<col [^>]*width="([\d.]+)"', inside)]
    assert wide[0] < 10 < 13 < wide[3] < wide[1] < 30 < wide[2] < 45


def test_a_table_without_rows_is_a_header(frame, tmp_path):
    path = tmp_path / "a.xlsx"
    nothing = pd.DataFrame()
    sheets = [Sheet("none", frame.iloc[:0], DIGITS), Sheet("nothing", nothing, {})]
    write_workbook(path, sheets, [])
    assert read(path)["none"] == [["code", "name", "jobs", "score"]]


@pytest.mark.parametrize(
    ("names", "written"),
    [
        (["a/b", "A:b", "a*b"], ["a-b", "A-b 2", "a-b 3"]),
        (["", " ", "'"], ["sheet", "sheet 2", "-"]),
        (["History", "about"], ["History 2", "about"]),
        (["n" * 40, "N" * 40], ["n" * 28, "N" * 28 + " 2"]),
        (["🙂" * 40, "a\x01b"], ["🙂" * 14, "a-b"]),
    ],
)
def test_sheet_names_are_acceptable_and_unlike_each_other(names, written, tmp_path):
    path = tmp_path / "a.xlsx"
    frame = pd.DataFrame({"a": ["b"]})
    write_workbook(path, [Sheet(name, frame, {}) for name in names], [])
    *found, about = read(path)
    assert found == written
    assert about == ("about 2" if "about" in names else "about")
    units = [len(name.encode("utf-16-le")) // 2 for name in found]
    assert max(units) <= 31


def test_a_table_too_long_for_a_sheet_goes_on_in_the_next(frame, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("town", frame, DIGITS), Sheet("town 2", frame, DIGITS)], [])
    found = read(path)
    assert list(found) == ["town", "town 2", "town 2 2", "town 2 3", "about"]
    assert [row[0] for row in found["town"]] == ["code", "GM01", "GM02"]
    assert [row[0] for row in found["town 2"]] == ["code", "GM03"]


def test_blocks_join_without_a_gap(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "BLOCK", 7)
    path = tmp_path / "a.xlsx"
    frame = pd.DataFrame({"at": range(30)})
    write_workbook(path, [Sheet("a", frame, {"at": 0})], [])
    assert [row[0] for row in read(path)["a"][1:]] == list(range(30))


def test_the_bytes_are_the_same_each_time_and_nothing_else_is_left(frame, tmp_path):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (first, second):
        write_workbook(path, [Sheet("a", frame, DIGITS)], [("a", "b")])
    assert first.read_bytes() == second.read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]
