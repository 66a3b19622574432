"""What a user is told of bad input, word for word, and what becomes of the rows."""

import codecs
import csv
import os
import zipfile
from copy import deepcopy
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import python_calamine
import shapely

import nabij
from nabij import InputError, Study
from nabij.register import read

RD = "EPSG:28992"
NAME = {"name": "name"}
POINTS = {"x": None, "y": None, "crs": None}
OWN = [{"level": "own", "path": "own.gpkg", "code": "code"}]
SQL = "firms'; drop table firms; --"
WHOLE = shapely.box(120_000, 480_000, 124_000, 487_000)
STUDY = {
    "register": {"path": "register.csv", "id": "id", "code": "sbi", "x": "x", "y": "y",
                 "jobs": "jobs", "crs": RD},
    "sector": {"name": "Design", "codes": ["741"]},
    "regions": [{"level": "region", "path": "regions.gpkg", "code": "code", "name": "name"}],
    "clusters": {"find": False},
    "output": {"formats": ["png"]},
}  # fmt: skip


@dataclass
class Small:
    """A register of 24 rows, eight of them of the sector, and three regions, one of them empty."""

    folder: os.PathLike
    table: pd.DataFrame

    def study(self, **blocks):
        content = deepcopy(STUDY)
        for block, keys in blocks.items():
            if isinstance(keys, list):
                content[block] = keys
                continue
            merged = {**content.get(block, {}), **keys}
            content[block] = {key: value for key, value in merged.items() if value is not None}
        return Study.from_dict(content, folder=self.folder)

    def write(self, table, **how):
        table.to_csv(self.folder / "register.csv", index=False, **how)

    def message(self, **blocks):
        with pytest.raises(InputError) as caught:
            nabij.run(self.study(**blocks))
        return str(caught.value).replace(f"{self.folder}/", "")


@pytest.fixture
def small(tmp_path):
    at = np.arange(24)
    codes = np.array(["7410", "6201", "6202"])[at % 3]
    codes[1::9] = "0111"
    table = pd.DataFrame({"id": [f"E{number:02d}" for number in at], "sbi": codes})
    table["x"], table["y"] = 120_500 + 1000 * (at % 4), 480_500 + 1000 * (at // 4)
    made = Small(tmp_path, table.assign(jobs=at + 1).astype(str))
    made.write(made.table)
    boxes = [shapely.box(west, 480_000, west + 2000, 487_000) for west in (120e3, 122e3, 124e3)]
    regions = {"code": ["A", "B", "C"], "name": ["West", "East", "Empty"]}
    gpd.GeoDataFrame(regions, geometry=boxes, crs=RD).to_file(tmp_path / "regions.gpkg")
    return made


# How the input of a study is changed.


def columns(**values):
    return lambda small: small.write(small.table.assign(**values))


def cells(**values):
    """Put values in single rows, the first of which is row 0 here and row 2 of the file."""

    def change(small):
        for column, of_rows in values.items():
            small.table.loc[list(of_rows), column] = list(of_rows.values())
        small.write(small.table)

    return change


def named(name, **how):
    return lambda small: small.write(small.table.assign(name=name), **how)


def content(what, name="register.csv"):
    return lambda small: (small.folder / name).write_bytes(what)


def codes(spoil):
    return lambda small: small.write(small.table.assign(sbi=spoil(small.table["sbi"])))


def dutch(small):
    y = small.table["y"].str.replace(r"(...)(...)", r"\1.\2,5", regex=True)
    small.write(small.table.assign(y=y), sep=";")


def within(old, new):
    def change(small):
        path = small.folder / "register.csv"
        path.write_text(path.read_text().replace(old, new, 1))

    return change


def header(rename):
    return lambda small: small.write(small.table.rename(columns=rename))


def wide(small):
    empty = pd.DataFrame("", index=small.table.index, columns=[f"c{n}" for n in range(10_000)])
    small.write(pd.concat([small.table.drop(columns="sbi"), empty], axis=1))


def regions(shapes, codes="AB"):
    table = {"code": list(codes)[: len(shapes)]}
    return lambda small: gpd.GeoDataFrame(table, geometry=shapes, crs=RD).to_file(
        small.folder / "own.gpkg"
    )


def points(small):
    place = gpd.points_from_xy(small.table["x"], small.table["y"])
    shapes = gpd.GeoDataFrame(small.table.drop(columns=["x", "y"]), geometry=place, crs=RD)
    shapes.to_file(small.folder / "r.gpkg", layer="firms")


def half(name):
    def change(small):
        path = small.folder / name
        small.table.to_parquet(small.folder / "r.parquet")
        points(small)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return change


def link(small):
    (small.folder / "parts").mkdir()
    (small.folder / "parts" / "a.csv").symlink_to(small.folder / "register.csv")


def case(name, change, *expected, **blocks):
    return pytest.param(change, blocks, *expected, id=name)


GPKG = {**POINTS, "path": "r.gpkg", "layer": "firms"}
CUT_OFF = "(a damaged or cut-off file?); save or fetch it anew"
ENCODINGS = 'set [register] encoding, for instance "utf-8", "cp1252" or "utf-16"'
CLOSED = "that does not end on its line: a quote that is not closed? Mend that row"
UNUSABLE = "check which columns [register] names, or mend the rows"
COLUMNS = ", ".join(f"c{n}" for n in range(36))

REFUSED = [
    case("an empty file", content(b""),
         "register.csv: the file is empty ([register] path); save it anew, or name another"),
    case("nothing but a byte order mark", content(codecs.BOM_UTF8),
         "register.csv: the file holds nothing but white space; save it anew, or name another"),
    case("a header only", content(b"id,sbi,x,y,jobs\n"),
         "register.csv: has columns but no rows; is this the right file?"),
    case("another encoding than stated", named("Café", encoding="latin-1"),
         "register.csv: cannot be read in its encoding ('utf-8' codec can't decode byte 0xe9 in "
         f"position 49: invalid continuation byte); {ENCODINGS}",
         register={**NAME, "encoding": "utf-8"}),
    case("longitude and latitude", columns(x=5.1, y=52.1),
         "register.csv: the coordinates look like longitude and latitude, not EPSG:28992; set "
         '[register] crs = "EPSG:4326"'),
    case("x and y exchanged", lambda s: s.write(s.table.assign(x=s.table["y"], y=s.table["x"])),
         "register.csv: x and y look swapped for EPSG:28992; exchange [register] x and y"),
    case("metres of France", columns(x=650_000, y=6_860_000),
         "register.csv: most coordinates lie outside the area of EPSG:28992 (for instance 650000, "
         "6860000); they would fit EPSG:2154, EPSG:25832, EPSG:25831; set [register] crs, or "
         "decimal if the numbers were misread"),
    case("all places at the origin", columns(x=0, y=0),
         f"register.csv: no usable row is left (location is (0, 0): 24); {UNUSABLE}"),
    *(case(f"coordinates that are all {value}", columns(x=value, y=value),
           "register.csv: most rows have no coordinates that can be read as numbers; check the "
           "columns that [register] x and y name") for value in ("NaN", "inf")),
    case("an id that most rows share", columns(),
         "register.csv: most rows repeat an id that stood before in column 'sbi'; let [register] "
         "id name the column that tells establishments apart, or leave it out",
         register={"id": "sbi"}),
    case("a sector without a match", columns(),
         "[sector] codes: no establishment has a code that begins with 7411; nearest codes in the "
         "register: 7410", sector={"codes": ["7411"]}),
    case("words for jobs", columns(jobs="many"),
         "register.csv: most values in column 'jobs' ([register] jobs) are no numbers: many. Name "
         "the column with numbers of jobs; of classes of size, name it in size_class"),
    case("jobs that are all next to nothing", columns(jobs="1e-300"),
         f"register.csv: no usable row is left (jobs are above 0 and below 0.001: 24); {UNUSABLE}"),
    case("several years", columns(jaar=[2022, 2023] * 12),
         "register.csv: holds several years in column 'jaar' (2022, 2023); choose one with "
         '[register] year = "jaar" and use_year = 2023, or analyse them side by side with years = '
         '"all"'),
    case("regions that are points", regions([shapely.Point(120_000, 480_000)]),
         "own.gpkg: layer 'own' holds no polygons ([[regions]] level = 'own'); name a layer that "
         "holds the outlines of regions", regions=OWN),
    case("a region without a code", regions([WHOLE, WHOLE], ["A", ""]),
         "own.gpkg: 1 region has no code in column 'code' ([[regions]] level = 'own'), the first "
         "in row 2; give each a code, or name another column", regions=OWN),
    case("regions elsewhere", regions([shapely.box(10_000, 310_000, 20_000, 320_000)]),
         "[[regions]] level = 'own': none of the 24 establishments lies in any of its regions. In "
         "EPSG:28992 the establishments span x 120500 to 123500, y 480500 to 485500, the regions x "
         "10000 to 20000, y 310000 to 320000; check crs in [register] and in this block, and that "
         "[register] x is the easting or longitude", regions=OWN),
    case("more than the memory allowed", columns(),
         "register.csv: 24 rows of 5 columns need some 600 MB of memory, and a run may use 100 MB "
         '([machine] memory_limit = "100 MB"). Keep fewer rows with [register] where, name fewer '
         "columns, set [machine] memory_limit higher if there is more, or use a machine with more "
         "memory", machine={"memory_limit": "100 MB"}),
    case("two columns of one name", header({"jobs": "sbi"}),
         "register.csv: has 2 columns named 'sbi' ([register] code); rename them so that one is "
         "meant", register={"jobs": None}),
    case("a column without a name", header({"sbi": ""}),
         "register.csv: has no column 'sbi' ([register] code) Columns: id, , x, y, jobs"),
    case("ten thousand columns, and not the one", wide,
         f"register.csv: has no column 'sbi' ([register] code) Columns: id, x, y, jobs, {COLUMNS}, "
         "..."),
    case("a quote that is not closed", within("E03,", '"E03,'),
         f"register.csv: row 5 has a value {CLOSED}"),
    case("a value of many megabytes", within("E03,", "x" * 20_000_000 + ","),
         f"register.csv: row 5 has a value {CLOSED}"),
    case("half a Parquet file", half("r.parquet"),
         "r.parquet: cannot be read as Parquet: Parquet magic bytes not found in footer. Either "
         f"the file is corrupted or this is not a parquet file. {CUT_OFF}",
         register={"path": "r.parquet"}),
    case("half a GeoPackage of establishments", half("r.gpkg"),
         f"r.gpkg: cannot be read: database disk image is malformed {CUT_OFF}", register=GPKG),
    case("half a GeoPackage of regions", half("regions.gpkg"),
         f"regions.gpkg: cannot be read: database disk image is malformed {CUT_OFF}"),
    case("regions in a file that points elsewhere", content(b"<OGRVRTDataSource/>", "r.vrt"),
         "r.vrt: cannot read polygons or points from a file that ends in '.vrt' ([[regions]] level "
         "= 'own' path); use one of .gpkg, .geojson, .json, .fgb, .shp",
         regions=[{**OWN[0], "path": "r.vrt"}]),
    case("a link out of the folder", link,
         "parts/a.csv: is a link that leads out of the folder ([register] path); name the file "
         "itself, or copy it into the folder", register={"path": "parts"}),
    case("SQL as a condition", columns(),
         "register.csv: no row has sbi = 'firms'; drop table firms; --' ([register] where); the "
         "column holds: 0111, 6201, 6202, 7410", register={"where": {"sbi": SQL}}),
    case("SQL as the column of a condition", columns(),
         "register.csv: has no column 'firms'; drop table firms; --' ([register] where.firms'; "
         "drop table firms; --) Columns: id, sbi, x, y, jobs", register={"where": {SQL: "1"}}),
    case("SQL as a layer", points,
         "r.gpkg: has no layer 'firms'; drop table firms; --' ([register] layer) Layers: firms",
         register={**GPKG, "layer": SQL}),
    case("more jobs allowed than there are", columns(),
         "study: [register] max_jobs: input should be less than or equal to 10000000000 (found "
         "1e+301)", register={"max_jobs": 1e301}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "blocks", "message"), REFUSED)
def test_what_cannot_be_used_says_why_and_how_to_mend_it(small, change, blocks, message):
    change(small)
    assert small.message(**blocks) == message


ENCODED = "The file is not UTF-8; it was read as {}. Set [register] encoding if names look wrong."
REPEATED = "id stood before; the first row is kept"
LOST = (
    "Industry codes that had lost a leading zero: 3 rows. They were padded to 4 digits, such as "
    "'0111'; if that is wrong, set [register] code_digits."
)
TAKEN = [
    case("letters of Windows", named("Café", encoding="latin-1"), {}, [ENCODED.format("cp1252")],
         register=NAME),
    case("UTF-16", named("Café", encoding="utf-16"), {}, [ENCODED.format("utf-16")],
         register=NAME),
    case("a byte order mark", named("Café", encoding="utf-8-sig"), {}, [], register=NAME),
    case("decimal commas, dots for thousands and semicolons", dutch, {},
         ["Columns are separated by a ;.", "Numbers are written with a decimal comma."]),
    case("a number that may be of thousands", columns(jobs=["1.250"] + ["1"] * 23), {},
         ["Numbers such as '1.250' were read with a decimal point, or a comma between thousands. "
          'If that is wrong, set [register] decimal = ",".']),
    case("codes that lost their zero", codes(lambda sbi: sbi.str.lstrip("0")), {}, [LOST]),
    case("codes as numbers with decimals", codes(lambda sbi: sbi.str.lstrip("0") + ".0"), {},
         ["Industry codes written as numbers with decimals, such as 7111.0: 24 rows. The decimals "
          "were taken out.", LOST]),
    case("codes with dots", codes(lambda sbi: sbi.str[:2] + "." + sbi.str[2:]), {},
         ["Industry codes written with dots: 24 rows. The dots were taken out."]),
    case("codes of two versions", columns(sbi=["71111"] * 8 + ["6201"] * 6 + ["62202"] * 10), {},
         ["The industry codes are of two versions. 6 establishments have a code that NACE Rev. 2 "
          "has and NACE Rev. 2.1 does not, such as '6201'; 10 have one that only NACE Rev. 2.1 "
          "has, such as '62202'. A sector may lack a part of its establishments: convert one of "
          "the two, or add the codes of both."], sector={"codes": ["7111"]}),
    case("a code of the sector that is not there", columns(), {},
         ["[sector] codes: '99' matches no code in the register."],
         sector={"codes": ["741", "99"]}),
    case("an id and a whole row that stand twice",
         lambda s: s.write(pd.concat([s.table, s.table.iloc[[23, 2]].assign(jobs=[24, 9])])),
         {REPEATED: [26, 27]}, []),
    case("every row twice", lambda s: s.write(pd.concat([s.table, s.table])),
         {REPEATED: list(range(26, 50))},
         ["Rows rejected because their id stood before: 24. If the file holds several years, name "
          "their column with [register] year, and set use_year or years."]),
    case("places that cannot be",
         cells(x={1: "0", 4: "inf", 5: "5.1", 7: "480000", 8: "9e6", 10: "NaN", 11: ""},
               y={1: "0", 4: "1", 5: "52.1", 7: "120000", 8: "9e6"}),
         {"location is missing or no number": [6, 12, 13], "location is (0, 0)": [3],
          "location looks like longitude and latitude (EPSG:4326), not EPSG:28992": [7],
          "x and y look swapped": [9], "location is outside the area of EPSG:28992": [10]}, []),
    case("jobs that cannot be",
         cells(jobs={1: "-3", 2: "", 4: "1e12", 5: "many", 7: "1e-300", 8: "2.5", 10: "1e300"}),
         {"jobs are negative": [3], "jobs are above 1,000,000 (max_jobs)": [6, 12],
          "jobs are no number": [7], "jobs are above 0 and below 0.001": [9]},
         ["Establishments without a number of jobs: 1. They count as establishments and add "
          "nothing to jobs."]),
    case("jobs far above the most that may be allowed", cells(jobs={1: "1e300"}),
         {"jobs are above 10,000,000,000 (max_jobs)": [3]}, [], register={"max_jobs": 1e10}),
    case("a NUL byte", cells(sbi={1: "26\x0011"}),
         {"holds a NUL byte: the file is damaged there": [3]}, []),
    case("a row with more columns than the header", within("E01,", "E,E,E01,"),
         {"7 columns where the header has 5": [3]}, []),
    case("places on a border and outside all regions",
         regions([shapely.box(120_000 + east, 480_000, 120_500 + east, 487_000)
                  for east in (500, 0)]), {},
         ["own: 18 establishments lie outside all regions and have a row of their own, with an "
          "empty code.", "own: 6 establishments lie in, or on the border of, several regions; the "
          "lowest code has them."], regions=OWN),
    case("an outline that crosses itself, and none at all",
         regions([shapely.Polygon([(12e4, 48e4), (13e4, 49e4), (13e4, 48e4), (12e4, 49e4)]), None]),
         {}, ["own: 1 shape was not valid and was repaired.",
              "own: 1 region has no polygon; no establishment can lie there.",
              "own: 6 establishments lie outside all regions and have a row of their own, with an "
              "empty code."], regions=OWN),
    case("SQL as the name of a column", header({"sbi": SQL, "x": 'x"; --'}), {}, [],
         register={"code": SQL, "x": 'x"; --'}),
    case("a sector at one place", columns(x=120_500, y=480_500), {},
         ["The sector's 8 establishments stand on 1 place; those at one place count as 100 m "
          "apart. If locations are the middles of areas, set [dscore] floor to about the size of "
          "an area."]),
    case("a register of one row", lambda s: s.write(s.table.head(1)), {},
         ["Design has one establishment, so it has no D-score."]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "blocks", "rejected", "notes"), TAKEN)
def test_what_can_be_used_is_mended_counted_and_told(small, change, blocks, rejected, notes):
    change(small)
    result = nabij.run(small.study(**blocks))
    counts = result.provenance.counts
    found = result.rejected.assign(reason=result.rejected["reason"].map(str))
    assert found.groupby("reason")["row"].agg(list).to_dict() == rejected
    assert {str(why): n for why, n in counts["rejected"].items()} == {
        why: len(rows) for why, rows in rejected.items()
    }
    assert counts["rows_kept"] == counts["rows_read"] - len(found)
    assert [str(note) for note in result.provenance.notes] == notes


def values(small, column, **keys):
    return read(small.study(register=keys).register).table[column].tolist()


@pytest.mark.parametrize("spoil", [
    lambda sbi: sbi.str.lstrip("0"), lambda sbi: sbi.str.lstrip("0") + ".0",
    lambda sbi: sbi.str[:2] + "." + sbi.str[2:],
])  # fmt: skip
def test_spoiled_codes_are_what_they_were(small, spoil):
    codes(spoil)(small)
    assert values(small, "code") == small.table["sbi"].tolist()


def test_codes_that_are_numbers_in_a_typed_file_are_what_they_were(small):
    small.table.assign(sbi=small.table["sbi"].astype(int)).to_parquet(small.folder / "r.parquet")
    assert values(small, "code", path="r.parquet") == small.table["sbi"].tolist()


def test_decimal_commas_are_read_as_such(small):
    dutch(small)
    assert values(small, "y") == [float(y) + 0.5 for y in small.table["y"]]


@pytest.mark.parametrize("name", ["NA", "nan", "null", "None", "N/A", "-"])
def test_names_that_look_like_nothing_are_kept(small, name):
    named(name)(small)
    assert values(small, "name", name="name") == [name] * 24


def test_a_sector_at_one_place_scores_the_floor_and_a_lone_establishment_nothing(small):
    small.write(small.table.assign(x=120_500, y=480_500))
    assert nabij.run(small.study()).establishments["d_score"].tolist() == [10.0] * 8
    small.write(small.table.head(1))
    assert nabij.run(small.study()).establishments["d_score"].isna().tolist() == [True]


EMPTY = {"level": "region", "code": "C", "name": "Empty", "establishments": "0", "jobs": "0.0"}
EMPTY |= {"sector_establishments": "0", "sector_jobs": "0.0"}


def test_a_region_without_establishments_has_no_values_in_any_table(small):
    folder = nabij.save(nabij.run(small.study()), small.folder / "out")
    rows = {row["code"]: row for row in csv.DictReader((folder / "regions.csv").open())}
    del rows["C"]["sector"]
    assert {column: value for column, value in rows["C"].items() if value != ""} == EMPTY


FORMULAS = ["=1+1", "+1+1", "-1+1", "@sum(1)", "\t=1+1", "\r=1+1"]


def test_what_a_spreadsheet_would_run_is_text(small):
    outlines = gpd.read_file(small.folder / "regions.gpkg").iloc[[0] * 6]
    outlines["code"], outlines["name"] = list("ABCDEF"), FORMULAS
    outlines.to_file(small.folder / "regions.gpkg")
    small.table.loc[:5, "name"], small.table.loc[:5, "jobs"] = FORMULAS, "-5"
    small.write(small.table, quoting=csv.QUOTE_ALL)
    folder = nabij.save(nabij.run(small.study(register=NAME)), small.folder / "out")
    found = {}
    for table in ("regions", "rejected"):
        with (folder / f"{table}.csv").open(newline="") as file:
            found[table] = list(csv.DictReader(file))[:6]
    names = [text.strip() for text in FORMULAS]
    assert [row["name"] for row in found["regions"]] == [f"'{name}" for name in names]
    assert [row["name"] for row in found["rejected"]] == [f"'{text}" for text in FORMULAS]
    assert [row["jobs"] for row in found["rejected"]] == ["-5"] * 6
    with zipfile.ZipFile(folder / "regions.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    book = python_calamine.load_workbook(folder / "regions.xlsx")
    header, *rows = book.get_sheet_by_name("region").to_python()
    assert [row[header.index("name")] for row in rows[:6]] == names


def test_a_folder_that_may_not_be_written_to_is_named_and_left_alone(small, monkeypatch):
    result = nabij.run(small.study())
    out = nabij.save(result, small.folder / "out")
    earlier = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    monkeypatch.setattr("nabij.exports.folder.os.access", lambda *_: False)
    with pytest.raises(InputError) as caught:
        nabij.save(result, out)
    assert str(caught.value) == (
        f"{out}: no permission to write in {small.folder}; choose another --out"
    )
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == earlier
