"""Registers that know only postcodes, placed at the points of a table."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from typer.testing import CliRunner

import nabij
from nabij import InputError, Study
from nabij.cli import app
from nabij.register import read
from nabij.register.postcodes import plain, shorter
from nabij.running import prepare

BLOCK = {"path": "points.csv", "postcode": "pc", "x": "px", "y": "py", "crs": "EPSG:28992"}
KEYS = {"x": None, "y": None, "crs": None, "postcode": "PC6", "postcodes": BLOCK}
SPACED = [f"{1000 + i} {chr(65 + i % 26)}B" for i in range(40)]


@pytest.fixture
def coded(country):
    """Give the country's register postcodes in place of places; write the table of their points."""
    table = country.register.drop(columns=["x", "y"]).assign(PC6=np.resize(SPACED, 400))
    points = country.register[["x", "y"]][::10].set_axis(["px", "py"], axis=1)
    points = points.assign(pc=SPACED).reset_index(drop=True)
    country.write(table)
    country.write(points, "points.csv")
    return country, table, points


def study(country, **keys):
    return country.study(register={**KEYS, **keys})


def block(**changes):
    made = {**BLOCK, **changes}
    return {key: value for key, value in made.items() if value is not None}


def counted(found, group="rejected"):
    return {str(why): n for why, n in found.counts[group].items()}


def notes(found):
    return [str(each) for each in found.notes]


def places(table):
    return table[["x", "y"]].to_numpy()


def test_each_establishment_stands_at_the_point_of_its_postcode(coded):
    country, _, points = coded
    found = read(study(country).register)
    assert found.counts["rows_kept"] == 400
    assert found.crs.to_string() == "EPSG:28992"
    expected = points[["px", "py"]].to_numpy()[np.arange(400) % 40]
    np.testing.assert_array_equal(places(found.table), expected)


def test_spaces_and_capitals_do_not_count(coded):
    country, table, _ = coded
    plain_places = places(read(study(country).register).table)
    written = [
        (code.lower(), code.replace(" ", ""), f" {code} ", code.replace(" ", "\u00a0"))[i % 4]
        for i, code in enumerate(table["PC6"])
    ]
    country.write(table.assign(PC6=written))
    found = read(study(country).register)
    np.testing.assert_array_equal(places(found.table), plain_places)
    assert plain("sw1a 1aa") == plain("SW1A1AA") == "SW1A1AA"


@given(st.text(), st.text())
def test_a_postcode_is_the_same_with_any_space_in_it(before, after):
    assert plain(f"{before} \t\u00a0{after}") == plain(plain(before + after).lower()) or not (
        (before + after).isascii()
    )


def test_a_postcode_may_be_in_one_of_several_columns(coded):
    country, table, _ = coded
    country.write(table.rename(columns={"PC6": "zip"}))
    found = read(study(country, postcode=["PC6", "zip"]).register)
    assert found.counts["rows_kept"] == 400
    assert "Column 'zip' was taken for 'PC6' ([register] postcode)." in notes(found)


def test_rows_without_a_known_postcode_are_rejected_and_listed(coded):
    country, table, _ = coded
    table.loc[:2, "PC6"] = ["", "  ", "9999ZZ"]
    country.write(table)
    found = read(study(country).register)
    assert counted(found) == {"no postcode": 2, "postcode has no point in points.csv": 1}
    assert found.counts["rows_kept"] == 397
    assert found.rejected["PC6"].str.strip().tolist() == ["", "", "9999ZZ"]
    assert found.rejected["row"].tolist() == [2, 3, 4]


def test_where_most_postcodes_are_unknown_the_study_is_at_fault(coded):
    country, table, _ = coded
    country.write(table.assign(PC6=["XX1"] * 201 + SPACED[:1] * 199))
    message = (
        "register.csv: most rows find no point by column 'PC6' ([register] postcode) in points.csv "
        "(for instance XX1); check that column, and postcode in [register.postcodes]"
    )
    with pytest.raises(InputError, match=re.escape(message)):
        read(study(country).register)
    country.write(table.assign(PC6=""))
    with pytest.raises(InputError, match=r"in points\.csv, for most are empty; check that column"):
        read(study(country).register)


def test_a_longer_postcode_stands_at_the_point_of_the_shorter_and_is_counted(coded):
    country, _, points = coded
    points["pc"] = [*SPACED[:20], *(code[:4] for code in SPACED[20:])]
    country.write(points, "points.csv")
    found = read(study(country).register)
    assert counted(found) == {}
    expected = points[["px", "py"]].to_numpy()[np.arange(400) % 40]
    np.testing.assert_array_equal(places(found.table), expected)
    assert (
        "200 establishments have a postcode of which only a shorter form has a point, and stand "
        "there: '1020 UB' at '1020'."
    ) in notes(found)


def test_the_longest_form_in_the_table_goes_first(coded):
    country, _, points = coded
    near = points.assign(pc=[code[:4] for code in SPACED], px=points["px"] + 500)
    country.write(pd.concat([near, points]), "points.csv")
    found = read(study(country).register)
    assert found.table["x"][0] == points["px"][0]
    assert not any("shorter" in each for each in notes(found))


@pytest.mark.parametrize(
    ("postcode", "short"),
    [("1234AB", ["1234"]), ("1234A", ["1234"]), ("LS111AA", ["LS11"]), ("SW1A1AA", ["SW1A"]),
     ("1000-001", ["1000"]), ("20500-0003", ["20500"]), ("9000", []), ("LS11", []), ("", [])],
)  # fmt: skip
def test_a_shorter_form_is_known_by_how_postcodes_are_made(postcode, short):
    assert [*shorter(postcode)] == short


def test_a_district_that_begins_alike_is_not_taken_for_the_shorter_form(coded):
    country, table, points = coded
    country.write(points.assign(pc=["LS1", *SPACED[1:]]), "points.csv")
    table.loc[0, "PC6"], table.loc[1, "PC6"] = "LS1 1AA", "LS11 1AA"
    country.write(table.drop(index=range(40, 400, 40)))
    found = read(study(country).register)
    assert counted(found) == {"postcode has no point in points.csv": 1}
    assert found.rejected["PC6"].tolist() == ["LS11 1AA"]


def test_of_a_postcode_with_several_points_the_mean_is_taken_and_told(coded):
    country, _, points = coded
    more = points[:1].assign(px=points["px"] + 1000.0, pc="1000ab")
    country.write(pd.concat([points, more]), "points.csv")
    found = read(study(country).register)
    assert found.table["x"][0] == points["px"][0] + 500
    assert found.table["y"][0] == points["py"][0]
    assert (
        "points.csv: 1 postcode stands there more than once; the mean of its points is taken."
    ) in notes(found)


@pytest.mark.parametrize("system", ["EPSG:28992", "EPSG:4326"])
def test_a_postcode_whose_points_lie_far_apart_has_no_place(coded, system):
    country, _, points = coded
    more = points[:1].assign(px=points["px"] + 101_000.0)
    table = pd.concat([points, more])
    to_system = Transformer.from_crs("EPSG:28992", system, always_xy=True)
    table["px"], table["py"] = to_system.transform(table["px"], table["py"])
    country.write(table, "points.csv")
    found = read(study(country, postcodes=block(crs=system)).register)
    assert counted(found) == {
        "the points of the postcode in points.csv lie more than 50 km from their mean": 10
    }
    assert set(found.rejected["PC6"]) == {"1000 AB"}


def test_points_of_the_table_that_cannot_be_used_are_counted(coded):
    country, _, points = coded
    points = points.astype({"px": object})
    points.loc[0, "px"], points.loc[1, ["px", "py"]], points.loc[2, "pc"] = "x", [0, 0], ""
    country.write(points, "points.csv")
    found = read(study(country).register)
    assert counted(found) == {"postcode has no point in points.csv": 30}
    assert (
        "points.csv: 3 rows without a postcode or without a usable point were left out."
    ) in notes(found)


def test_what_all_points_of_the_table_share_is_told_with_its_block(coded):
    country, _, _ = coded
    message = (
        "points.csv: x and y look swapped for EPSG:28992; exchange [register.postcodes] x and y"
    )
    with pytest.raises(InputError, match=re.escape(message)):
        read(study(country, postcodes=block(x="py", y="px")).register)
    with pytest.raises(InputError, match=re.escape("set [register.postcodes] crs, or decimal")):
        read(study(country, postcodes=block(crs="EPSG:25833")).register)


def as_parquet(points, path):
    points.to_parquet(path)


def as_workbook(points, path):
    with pd.ExcelWriter(path) as book:
        points.to_excel(book, sheet_name="points", index=False)
        points[:3].to_excel(book, sheet_name="other", index=False)


def as_semicolons(points, path):
    points.astype({"px": float}).to_csv(path, sep=";", decimal=",", index=False)


def as_layer(points, path):
    """Write points that state their system, beside another layer."""
    place = gpd.points_from_xy(points["px"], points["py"], crs="EPSG:28992")
    gpd.GeoDataFrame(points[["pc"]], geometry=place).to_file(path, layer="points")
    gpd.GeoDataFrame(geometry=place).to_file(path, layer="other")


@pytest.mark.parametrize(
    ("name", "write", "keys"),
    [
        ("t.parquet", as_parquet, {}),
        ("t.xlsx", as_workbook, {"sheet": "points"}),
        ("t.csv", as_semicolons, {"separator": ";"}),
        ("t.gpkg", as_layer, {"layer": "points", "x": None, "y": None, "crs": None}),
    ],
)
def test_the_table_may_be_of_any_kind(coded, name, write, keys):
    country, _, points = coded
    expected = places(read(study(country).register).table)
    write(points, country.folder / name)
    found = read(study(country, postcodes=block(path=name, **keys)).register)
    np.testing.assert_array_equal(places(found.table), expected)


@pytest.mark.parametrize("name", ["r.parquet", "r.xlsx"])
def test_a_typed_register_may_have_postcodes(coded, name):
    country, table, _ = coded
    expected = places(read(study(country).register).table)
    path = country.folder / name
    table.to_parquet(path) if name.endswith("parquet") else table.to_excel(path, index=False)
    np.testing.assert_array_equal(places(read(study(country, path=name).register).table), expected)


def test_a_layer_without_shapes_may_have_postcodes(coded):
    import pyogrio

    country, table, _ = coded
    pyogrio.write_dataframe(table, country.folder / "r.gpkg", layer="r")
    assert read(study(country, path="r.gpkg").register).counts["rows_kept"] == 400


def test_degrees_of_the_table_are_projected(coded):
    country, _, points = coded
    expected = places(read(study(country).register).table)
    to_degrees = Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)
    points["px"], points["py"] = to_degrees.transform(points["px"], points["py"])
    country.write(points, "points.csv")
    result = nabij.run(study_without_clusters(country, postcodes=block(crs="EPSG:4326")))
    assert result.provenance.counts["rows_kept"] == 400
    found = result.establishments.set_index("id")[["x", "y"]]
    rows = [int(name[1:]) for name in found.index]
    np.testing.assert_allclose(found.to_numpy(), expected[rows], atol=0.01)


def study_without_clusters(country, **keys):
    return country.study(register={**KEYS, **keys}, clusters={"find": False})


def test_a_result_says_that_places_are_known_to_the_postcode_only_and_says_it_once(coded):
    country, _, points = coded
    result = nabij.run(study_without_clusters(country))
    stands = points[["px", "py"]].drop_duplicates()
    said = [note for note in result.provenance.notes if "postcode" in str(note)]
    assert [str(note) for note in said] == [
        "Places are known to the postcode only: the register's 400 establishments stand on "
        f"{len(stands)} points of postcodes, and those at one point count as 100 m apart. Set "
        "[dscore] floor to about the size of a postcode."
    ]
    assert "shared_places" not in {note.key for note in result.provenance.notes}


def test_the_table_is_an_input_of_the_result(coded):
    country, _, points = coded
    before = nabij.run(study_without_clusters(country)).provenance.inputs
    path = str(country.folder / "points.csv")
    assert re.fullmatch("[0-9a-f]{64}", before[path])
    country.write(points[::-1], "points.csv")
    assert nabij.run(study_without_clusters(country)).provenance.inputs[path] != before[path]


def test_a_table_that_is_not_there_is_told_before_anything_is_read(coded):
    country, _, _ = coded
    (country.folder / "points.csv").unlink()
    with pytest.raises(
        InputError, match=r"points\.csv: no such file \(\[register.postcodes\] path"
    ):
        prepare(study(country))


def test_a_column_that_the_table_lacks_is_told_with_its_block(coded):
    country, _, _ = coded
    with pytest.raises(
        InputError, match=r"points\.csv: has no column 'pd' \(\[register.postcodes\]"
    ):
        read(study(country, postcodes=block(postcode="pd")).register)


def test_a_table_without_points_and_one_without_a_system_say_what_to_add(coded):
    country, _, points = coded
    message = "holds no points, so [register.postcodes] x and y must name its columns with them"
    with pytest.raises(InputError, match=re.escape(message)):
        read(study(country, postcodes=block(x=None, y=None)).register)
    points.to_parquet(country.folder / "t.parquet")
    message = "t.parquet: holds no geometry, so [register.postcodes] x and y must name its columns"
    with pytest.raises(InputError, match=re.escape(message)):
        read(study(country, postcodes=block(path="t.parquet", x=None, y=None)).register)
    message = (
        "points.csv: say in which coordinate system the points are, for instance "
        '[register.postcodes] crs = "EPSG:28992" (RD New)'
    )
    with pytest.raises(InputError, match=re.escape(message)):
        read(study(country, postcodes=block(crs=None)).register)


def test_a_register_with_points_needs_no_postcodes(coded):
    country, table, _ = coded
    place = gpd.points_from_xy(country.register["x"], country.register["y"], crs="EPSG:28992")
    gpd.GeoDataFrame(table, geometry=place).to_file(country.folder / "r.gpkg")
    message = (
        "r.gpkg: holds points, which are more exact than postcodes; leave out [register] postcode "
        "and [register.postcodes]"
    )
    with pytest.raises(InputError, match=re.escape(message)):
        read(study(country, path="r.gpkg").register)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"x": "x", "y": "y"}, "[register]: give either x and y or postcode, one of the two"),
        ({"crs": "EPSG:28992"}, "[register]: with postcode the coordinate system is that of the "
         "points: leave out crs, or write it in [register.postcodes]"),
        ({"crs_column": "epsg"}, "[register]: with postcode the coordinate system is that of the "
         "points"),
        ({"postcode": None}, "[register]: [register.postcodes] needs postcode, the column of the "
         "register"),
        ({"postcodes": None}, "[register]: postcode = 'PC6' needs a block [register.postcodes], a "
         "file with the point of each postcode: path, postcode, x, y and crs; or give x and y "
         "instead, columns of the register or of a join"),
        ({"postcodes": block(y=None)}, "[register] postcodes: give both x and y, or neither for a "
         "file with points in it"),
        ({"postcodes": {**BLOCK, "postcod": "a"}}, "[register] postcodes.postcod: unknown key; did "
         "you mean 'postcode'? (keys here: path, postcode, x, y, crs, layer, sheet, separator)"),
    ],
)  # fmt: skip
def test_what_speaks_against_each_other_in_the_study_is_told(coded, keys, message):
    country, _, _ = coded
    register = {**country.content()["register"], **KEYS, **keys}
    register = {key: value for key, value in register.items() if value is not None}
    content = {**country.content(), "register": register}
    with pytest.raises(InputError, match=re.escape(f"study: {message}")):
        Study.from_dict(content, folder=country.folder)


def test_a_register_without_places_says_that_postcodes_may_give_them(coded):
    country, _, _ = coded
    message = (
        "register.csv: holds no points, so [register] x and y must name its columns with the "
        "places, or postcode that with the postcodes"
    )
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register={"x": None, "y": None}).register)


def test_the_postcode_may_come_from_a_join(coded):
    country, table, _ = coded
    expected = places(read(study(country).register).table)
    country.write(table[["id", "PC6"]][::-1], "addresses.csv")
    country.write(table.drop(columns="PC6"))
    join = {"address": {"path": "addresses.csv", "on": "id", "columns": ["PC6"]}}
    found = read(study(country, join=join).register)
    np.testing.assert_array_equal(places(found.table), expected)


def test_init_writes_the_block_to_fill_in_and_says_so(coded):
    country, _, _ = coded
    target = country.folder / "study.toml"
    said = CliRunner().invoke(
        app, ["init", str(country.folder / "register.csv"), "--out", str(target)]
    )
    assert said.exit_code == 0, said.output
    flat = " ".join(said.output.split())
    assert (
        "The register has no places but postcodes, in column 'PC6'. A table of postcodes and their "
        "points gives them: fill in [register.postcodes], or x and y."
    ) in flat
    left = "Left to fill in: [register.postcodes] path, postcode, x, y, crs [sector] name and codes"
    assert left in flat
    text = target.read_text("utf-8")
    assert 'postcode = "PC6"  # instead of x, y and crs' in text
    for key, value in BLOCK.items():
        text = re.sub(rf'^{key} = "" ', f'{key} = "{value}" ', text, flags=re.MULTILINE)
    text = text.replace('name = ""  # fill', 'name = "S"  # fill').replace(
        "codes = []", 'codes = ["26"]'
    )
    target.write_text(text, "utf-8")
    assert len(prepare(Study.from_toml(target)).population) == 400


def test_the_doctor_says_that_a_table_of_postcodes_is_needed(coded):
    country, _, _ = coded
    said = CliRunner().invoke(app, ["doctor", str(country.folder / "register.csv")])
    flat = " ".join(said.output.split())
    assert "set [register.postcodes] (no places but postcodes, in 'PC6')" in flat
