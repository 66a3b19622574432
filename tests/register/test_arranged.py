"""Rows that a study asks for, columns of several names, files that are joined, codes in texts."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij import InputError
from nabij.register import read
from nabij.register.conditions import fits


def said(establishments):
    return [str(note) for note in establishments.notes]


def aside(establishments):
    return {str(why): n for why, n in establishments.counts["set_aside"].items()}


def test_rows_that_do_not_fit_are_set_aside_and_counted(country):
    random = np.random.default_rng(1)
    state = random.choice(["A", "F", " A ", ""], 400)
    sure = random.choice([0.5, 0.7, 0.95], 400)
    country.write(country.register.assign(state=state, sure=sure))
    where = {"state": ["A", "B"], "sure": ">= 0.7", "sbi": "!= 0111"}
    found = read(country.study(register={"where": where}).register)
    active = pd.Series(state).str.strip() == "A"
    certain = pd.Series(sure) >= 0.7
    other = country.register["sbi"] != "0111"
    assert found.counts["rows_read"] == 400
    assert found.counts["rows_kept"] == (active & certain & other).sum()
    assert aside(found) == {
        "state is not as asked (A, B)": (~active).sum(),
        "sure is not as asked (>= 0.7)": (active & ~certain).sum(),
        "sbi is not as asked (!= 0111)": (active & certain & ~other).sum(),
    }
    assert len(found.rejected) == 0


def test_a_large_parquet_file_is_read_part_by_part_with_the_same_outcome(country, monkeypatch):
    table = country.register.assign(
        state=np.resize(["A", "F", " A ", ""], 400),
        jobs=np.resize(["1", "2", "many", "4", "5"], 400),
    )
    table["level"] = pd.Categorical(np.resize(["low", "high", None], 400))
    table.to_parquet(country.folder / "register.parquet", row_group_size=90)
    where = {"state": "A", "sbi": "!= 0111", "level": ["low", "high"]}
    spec = country.study(register={"path": "register.parquet", "where": where}).register
    whole = read(spec)
    monkeypatch.setattr("nabij.register.kinds.parquet.BATCH", 70)
    parts = read(spec)
    pd.testing.assert_frame_equal(parts.table, whole.table)
    pd.testing.assert_frame_equal(parts.rejected, whole.rejected)
    assert len(parts.rejected) > 0  # told by their rows in the file
    assert (said(parts), parts.counts) == (said(whole), whole.counts)
    nothing = country.study(register={"path": "register.parquet", "where": {"state": "Q"}})
    with pytest.raises(InputError, match=re.escape("the column holds: ,  A , A, F")):
        read(nothing.register)


def test_numbers_and_truths_of_typed_files_are_compared_as_such(country):
    table = country.register.assign(
        level=np.resize([1, 2], 400), open=np.resize([True, False], 400)
    )
    table.to_parquet(country.folder / "register.parquet")
    where = {"level": 2, "open": False}
    keys = {"path": "register.parquet", "where": where}
    assert read(country.study(register=keys).register).counts["rows_kept"] == 200


def test_a_condition_that_no_row_fits_names_what_there_is(country):
    message = (
        "register.csv: no row has sbi = 'x' ([register] where); the column holds: 0111, 2611, "
        "2720, 2910, 3250, 4711, 6201, 7111, ..."
    )
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register={"where": {"sbi": "x"}}).register)
    with pytest.raises(InputError, match=re.escape("no row has jobs > 1000 ([register] where)")):
        read(country.study(register={"where": {"jobs": "> 1000"}}).register)


def test_of_several_files_one_may_hold_nothing_that_is_asked(country):
    country.write(country.register[:150].assign(province="A"), "part_a.csv")
    country.write(country.register[150:].assign(province="B"), "part_b.csv")
    keys = {"path": "part_*.csv", "where": {"province": "B"}}
    found = read(country.study(register=keys).register)
    assert found.counts["rows_read"] == 400
    assert aside(found) == {"province is not as asked (B)": 150}
    message = "no row is as [register] where asks (province is not as asked (C): 400)"
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register={**keys, "where": {"province": "C"}}).register)


def test_a_condition_on_a_column_that_is_not_there_is_told(country):
    message = "has no column 'stat' ([register] where.stat)"
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register={"where": {"stat": "A"}}).register)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (">= many", "[register] where.jobs: compares with 'many', which is no number; write for "
         'instance ">= 0.7"'),
        ({"a": 1}, "[register] where.jobs: must be a value, a list of values, or a comparison such "
         'as ">= 0.7" (found {'),
    ],
)  # fmt: skip
def test_a_condition_that_says_nothing_is_told(country, condition, message):
    with pytest.raises(InputError, match=re.escape(message)):
        country.study(register={"where": {"jobs": condition}})


numbers = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@given(st.lists(numbers, min_size=1), numbers, st.sampled_from([">=", "<=", ">", "<"]))
def test_comparisons_are_those_of_numbers(values, bound, sign):
    column = pd.Series([repr(value) for value in values])
    wanted = [eval(f"{value!r} {sign} {bound!r}") for value in values]
    assert fits(column, f"{sign} {bound!r}").tolist() == wanted


def test_the_first_column_of_a_list_that_is_there_is_used(country):
    country.write(country.register.rename(columns={"sbi": "SBI2008", "x": "BAG_X"}))
    keys = {"code": ["sbi2025", "sbi2008"], "x": ["x_coord", "bag_x"]}
    found = read(country.study(register=keys).register)
    assert found.table["code"].tolist() == country.register["sbi"].tolist()
    assert "Column 'SBI2008' was taken for 'sbi2025' ([register] code)." in said(found)
    assert "Column 'BAG_X' was taken for 'x_coord' ([register] x)." in said(found)


def test_a_list_of_which_no_column_is_there_is_told(country):
    message = "has no column 'sbi25' nor sbi08 ([register] code); did you mean 'sbi'?"
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register={"code": ["sbi25", "sbi08"]}).register)


def test_files_with_other_names_of_columns_are_one_register(country):
    half = country.register[:200], country.register[200:]
    country.write(half[0], "part_a.csv")
    country.write(half[1].rename(columns={"sbi": "SBI08", "jobs": "banen"}), "part_b.csv")
    keys = {"path": "part_*.csv", "code": ["sbi", "sbi08"], "jobs": ["jobs", "banen"]}
    found = read(country.study(register=keys).register)
    assert found.table["jobs"].tolist() == country.register["jobs"].tolist()
    assert found.table["code"].tolist() == country.register["sbi"].tolist()


def test_a_code_is_found_in_a_longer_text(country):
    texts = country.register["sbi"] + " - Something"
    texts[:3] = "None Supplied"
    country.write(country.register.assign(sbi=texts))
    found = read(country.study(register={"code_pattern": r"^(\d+)"}).register)
    assert found.table["code"].tolist() == country.register["sbi"][3:].tolist()
    assert {str(why): n for why, n in found.counts["rejected"].items()} == {"no industry code": 3}


def test_a_pattern_that_is_none_is_told(country):
    message = "[register]: code_pattern = '(' is no regular expression: missing ), unterminated"
    with pytest.raises(InputError, match=re.escape(message)):
        country.study(register={"code_pattern": "("})


def test_columns_within_a_structure_are_named_with_a_point(country):
    made = country.register.drop(columns="sbi")
    table = pa.Table.from_pandas(made).append_column(
        "taxonomy", pa.array([{"primary": code, "other": 1} for code in country.register["sbi"]])
    )
    pq.write_table(table, country.folder / "register.parquet")
    keys = {"path": "register.parquet", "code": "taxonomy.primary"}
    found = read(country.study(register=keys).register)
    assert found.table["code"].tolist() == country.register["sbi"].tolist()


def split(country, name="places.csv", **changes):
    """Write the places in a file of their own, the rows in another order."""
    places = country.register[["id", "x", "y"]].rename(columns={"id": "number"})[::-1]
    country.write(country.register.drop(columns=["x", "y"]))
    return places


def joined(country, **more):
    join = {"path": "places.csv", "on": ["id", "number"], "columns": ["x", "y"], **more}
    return country.study(register={"join": {"places": join}})


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_a_join_gives_each_row_what_its_partner_has(country, kind):
    places = split(country)
    path = country.folder / f"places.{kind}"
    if kind == "csv":
        places.to_csv(path, index=False, sep=";")
    elif kind == "parquet":
        places.to_parquet(path)
    else:
        places.to_excel(path, index=False, engine="xlsxwriter")
    found = read(joined(country, path=path.name).register)
    pd.testing.assert_frame_equal(found.table[["x", "y"]], country.register[["x", "y"]])
    assert f"places.{kind} was joined to the register (places): 400 rows found a partner." in said(
        found
    )


def test_of_several_partners_the_first_that_fits_is_taken(country):
    places = split(country).assign(kind="main")
    far = places.assign(x=0, y=0, kind="second")
    country.write(pd.concat([far, places, places[:7].assign(x=1, y=1)]), "places.csv")
    found = read(joined(country, where={"kind": "main"}).register)
    pd.testing.assert_frame_equal(
        found.table[["x", "y"]], country.register[["x", "y"]], check_dtype=False
    )
    assert "places.csv: 7 rows were left out, because a row before them had the same key." in said(
        found
    )


def test_a_join_may_begin_at_a_column_of_another(country):
    places = split(country)
    keys = [f"k{at}" for at in range(400)]
    country.write(places[["number"]].assign(key=keys), "keys.csv")
    country.write(places[["x", "y"]].assign(key=keys), "places.csv")
    join = {
        "keys": {"path": "keys.csv", "on": ["id", "number"], "columns": ["key"]},
        "places": {"path": "places.csv", "on": "key", "columns": ["x", "y"]},
    }
    found = read(country.study(register={"join": join}).register)
    pd.testing.assert_frame_equal(found.table[["x", "y"]], country.register[["x", "y"]])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": "nowhere.csv"}, "nowhere.csv: no such file ([register.join.places] path)"),
        ({"on": ["idd", "number"]}, "has no column 'idd' ([register] join.places on); did you"),
        ({"columns": ["x", "y", "z"]}, "places.csv: has no column 'z' ([register] columns z)"),
        ({"where": {"x": "none"}}, "places.csv: no row of the register finds a partner by "
         "'number' ([register.join.places]); the register has for instance 'E0000', and x none"),
        ({"on": ["id"]}, "[register] join.places.on: must be a column that both files have, or "),
        ({"pth": "x"}, "[register] join.places.pth: unknown key; did you mean 'path'?"),
    ],
)  # fmt: skip
def test_a_join_that_cannot_be_made_is_told(country, changes, message):
    country.write(split(country), "places.csv")
    with pytest.raises(InputError, match=re.escape(message)):
        read(joined(country, **changes).register)


def test_a_join_at_a_column_that_nothing_brings_is_told(country):
    country.write(split(country), "places.csv")
    join = {
        "one": {"path": "places.csv", "on": "later", "columns": ["x"]},
        "two": {"path": "places.csv", "on": ["id", "number"], "columns": ["later", "y"]},
    }
    message = "[register.join.one] on = 'later' is no column of the register or of a join above it"
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register={"join": join}).register)


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        ([9, 2], "size_class_jobs.a: must be [low, high] or [low, high, estimate], low not above"),
        ([1, 9, 10], "size_class_jobs.a: must be [low, high] or [low, high, estimate]"),
        ([1, "many"], "size_class_jobs.a: must be a number of jobs, [low, high]"),
        (-1, "size_class_jobs.a: must be jobs of 0 or more, and finite (found -1)"),
        (float("inf"), "size_class_jobs.a: must be jobs of 0 or more, and finite (found inf)"),
        ("none", "size_class_jobs.a: must be a number of jobs"),
    ],
)
def test_a_class_that_says_no_jobs_is_told(country, jobs, message):
    keys = {"jobs": None, "size_class": "gk", "size_class_jobs": {"a": jobs}}
    with pytest.raises(InputError, match=re.escape(f"[register] {message}")):
        country.study(register=keys)


def test_a_register_without_places_is_told(country):
    message = "register.csv: holds no points, so [register] x and y must name its columns"
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register={"x": None, "y": None}).register)
