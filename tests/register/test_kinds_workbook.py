"""Registers in workbooks, and what is wrong with workbooks."""

import datetime
import os
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from nabij import InputError, apart
from nabij.register import read
from nabij.register.guess import guess
from nabij.study_file import compose


def workbook(path, sheets):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in rows.items():
                for column, cell in enumerate(cells, 1):
                    if cell == "#N/A":
                        sheet.write_formula(row, column, "=NA()", None, "#N/A")
                    else:
                        sheet.write(row, column, cell)


def sheet_of(country, first=0, **columns):
    """The rows of the country's register as cells, with a header in row `first`."""
    table = country.register.assign(**columns)
    cells = [list(table.columns), *table.astype(object).to_numpy().tolist()]
    return dict(enumerate(cells, first))


def test_a_workbook_gives_the_same_establishments_as_text(country):
    expected = read(country.study().register).table
    workbook(country.folder / "r.xlsx", {"About": {}, "Register": sheet_of(country, 3)})
    found = read(country.study(register={"path": "r.xlsx"}).register)
    pd.testing.assert_frame_equal(found.table, expected, check_dtype=False)


def test_codes_and_ids_that_became_numbers_are_mended_and_told(country):
    codes = country.register["sbi"].tolist()
    codes[0], codes[1] = "0111", "7111"
    as_numbers = [float(code) for code in codes]
    ids = [1.23e15 + number for number in range(len(codes))]
    workbook(country.folder / "r.xlsx", {"R": sheet_of(country, id=ids, sbi=as_numbers)})
    found = read(country.study(register={"path": "r.xlsx"}).register)
    assert found.table["code"].tolist()[:2] == ["0111", "7111"]
    assert found.table["id"].tolist()[0] == "1230000000000000"
    told = [note for note in found.notes if note.key == "codes_padded"]
    assert [dict(note.values)["example"] for note in told] == ["0111"]


def test_codes_that_lost_zeros_at_either_end_get_them_back(country):
    codes = [float(f"{code[:2]}.{code[2:]}") for code in country.register["sbi"]]
    codes[0], codes[1] = 1.11, 62.1
    codes = [code if code != 27.2 and code != 29.1 and code != 32.5 and code != 74.1 else 62.01
             for code in codes]  # fmt: skip
    workbook(country.folder / "r.xlsx", {"R": sheet_of(country, sbi=codes)})
    found = read(country.study(register={"path": "r.xlsx"}).register)
    assert found.table["code"].tolist()[:2] == ["0111", "6210"]
    assert (
        "Industry codes that had lost a zero at their end: 1 row. It was put back, as in '62.10'."
    ) in map(str, found.notes)


def test_ids_that_lost_digits_are_told(country):
    digits = [f"12345678901234{number:04d}" for number in range(len(country.register))]
    kept = [float(f"{float(each):.15g}") for each in digits]  # as Excel does
    for ids in (kept, ["1.23457E+11", *digits[1:]]):
        workbook(country.folder / "r.xlsx", {"R": sheet_of(country, id=ids)})
        spec = country.study(register={"path": "r.xlsx"}).register
        if isinstance(ids[0], str):
            told = [str(note) for note in read(spec).notes]
            assert told == [
                "Ids that lost digits in a spreadsheet: 1 row, such as '1.23457E+11'. Different "
                "establishments may now have the same id. Format that column as text in the "
                "spreadsheet, and save the ids again from their source."
            ]
        else:  # of eighteen digits three are lost, so hundreds of ids are the same
            with pytest.raises(InputError, match=r"most rows repeat an id.*lost digits in a spre"):
                read(spec)


def test_codes_that_became_dates_are_told(country):
    codes = country.register["sbi"].tolist()
    codes[:2] = [datetime.date(2026, 11, 1), "1-nov"]
    workbook(country.folder / "r.xlsx", {"R": sheet_of(country, sbi=codes)})
    found = read(country.study(register={"path": "r.xlsx"}).register)
    assert [str(note) for note in found.notes] == [
        "Industry codes that a spreadsheet turned into dates, such as '2026-11-01': 2 rows. They "
        "are in no sector. Format that column as text in the spreadsheet, and save the codes "
        "again from their source."
    ]


def test_a_cell_with_an_error_is_missing_and_its_row_is_that_of_the_sheet(country):
    rows = sheet_of(country, 4)
    place = list(country.register.columns).index("x")
    rows[7][place] = "#N/A"
    workbook(country.folder / "r.xlsx", {"R": rows})
    found = read(country.study(register={"path": "r.xlsx"}).register)
    assert found.rejected["row"].tolist() == [8]
    assert [str(why) for why in found.counts["rejected"]] == ["location is missing or no number"]


def test_a_date_in_a_sheet_is_a_year(country):
    dates = [datetime.date(2024, 1, 1)] * len(country.register)
    dates[0] = datetime.date(2023, 12, 31)
    workbook(country.folder / "r.xlsx", {"R": sheet_of(country, day=dates)})
    keys = {"path": "r.xlsx", "year": "day", "use_year": 2024}
    assert len(read(country.study(register=keys).register).table) == len(dates) - 1


def test_a_workbook_with_several_sheets_asks_which(country):
    workbook(country.folder / "r.xlsx", {"2023": sheet_of(country), "2024": sheet_of(country)})
    with pytest.raises(InputError) as error:
        read(country.study(register={"path": "r.xlsx"}).register)
    assert str(error.value).endswith(
        "r.xlsx: holds 2 sheets with data (2023, 2024); name one with [register] sheet"
    )
    keys = {"path": "r.xlsx", "sheet": "2024"}
    assert len(read(country.study(register=keys).register).table) == len(country.register)
    with pytest.raises(InputError, match=r"has no sheet '2025' \(\[register\] sheet\); did you"):
        read(country.study(register={**keys, "sheet": "2025"}).register)


def test_a_workbook_without_data_is_named(country):
    workbook(country.folder / "r.xlsx", {"A": {}, "B": {}})
    with pytest.raises(InputError, match=r"r\.xlsx: holds no data \(sheets: A, B\)"):
        read(country.study(register={"path": "r.xlsx"}).register)


def test_what_is_no_workbook_is_named(country):
    (country.folder / "r.xlsx").write_bytes(b"id,code\n1,2\n")
    with pytest.raises(InputError) as error:
        read(country.study(register={"path": "r.xlsx"}).register)
    assert str(error.value) == (
        f"{country.folder}/r.xlsx: cannot be read as a workbook: invalid Zip archive: Could not "
        "find EOCD (a damaged or cut-off file?); save or fetch it anew"
    )


def with_sheet(path, cells, times=1):
    """A workbook whose only sheet holds this XML."""
    workbook(path, {"R": {0: ["id"]}})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = "xl/worksheets/sheet1.xml"
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    parts[name] = head + cells * times + b"</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in parts.items():
            book.writestr(part, content)


FAR = (
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)


@pytest.mark.parametrize("cells", ["far", "bomb"])
def test_a_workbook_that_asks_for_too_much_memory_ends_in_a_message(country, cells, monkeypatch):
    path = country.folder / "r.xlsx"
    if cells == "bomb":
        monkeypatch.setattr(apart, "ROOM_BYTES", 128 << 20)
        with_sheet(path, b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>", times=500)
    else:
        with_sheet(path, FAR)
    assert path.stat().st_size < 2 << 20
    with pytest.raises(InputError) as error:
        read(country.study(register={"path": "r.xlsx"}).register)
    megabytes = (apart.ROOM_BYTES + apart.ROOM_TIMES * path.stat().st_size) >> 20
    assert str(error.value) == (
        f"{path}: takes more than {megabytes} MB of memory to read, far more than a file of its "
        "size should (a cell or a view far beyond the data?); save only the rows and columns with "
        "data in a new file, or as CSV"
    )


def test_a_narrow_sheet_down_to_the_last_row_is_read(country):
    rows = sheet_of(country)
    rows[1_048_575] = rows.pop(len(rows) - 1)
    workbook(country.folder / "r.xlsx", {"R": rows})
    found = read(country.study(register={"path": "r.xlsx"}).register)
    assert len(found.table) == len(country.register)


def test_a_file_without_an_end_ends_in_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 1)
    os.mkfifo(tmp_path / "endless")
    with pytest.raises(InputError, match=r"endless: was not read within 1 s \("):
        apart.call(Path.read_bytes, tmp_path / "endless")


def test_a_first_study_names_the_sheet(country):
    workbook(country.folder / "r.xlsx", {"About": {}, "Register": sheet_of(country)})
    found = guess(country.folder / "r.xlsx")
    assert found.roles["code"] == "sbi"
    assert 'sheet = "Register"' in compose(found, [], country.folder).splitlines()
