"""Registers in DuckDB files."""

import duckdb
import pandas as pd
import pytest

from nabij import InputError
from nabij.register import read
from nabij.register.guess import guess
from nabij.study_file import compose


def base(country, *statements):
    path = country.folder / "r.duckdb"
    firms = country.register
    with duckdb.connect(str(path)) as made:
        made.register("frame", firms)
        made.execute("create table firms as select * from frame")
        for statement in statements:
            made.execute(statement)
    return path


def test_a_table_gives_the_same_establishments_as_text(country):
    base(country)
    found = read(country.study(register={"path": "r.duckdb"}).register)
    expected = read(country.study().register)
    pd.testing.assert_frame_equal(found.table, expected.table, check_dtype=False)


def test_a_view_is_named_as_layer_whatever_its_name(country):
    base(country, 'create view "a"" b; drop" as select * from firms limit 9')
    with pytest.raises(InputError, match=r"r\.duckdb: holds 2 tables and views \(firms, a"):
        read(country.study(register={"path": "r.duckdb"}).register)
    keys = {"path": "r.duckdb", "layer": 'a" b; drop'}
    assert len(read(country.study(register=keys).register).table) == 9
    with pytest.raises(InputError, match=r"has no table or view 'firm' .*did you mean 'firms'"):
        read(country.study(register={**keys, "layer": "firm"}).register)


def test_a_view_of_another_file_is_refused(country):
    path = country.folder / "register.csv"
    base(country, f"create view other as select * from read_csv('{path}')")
    keys = {"path": "r.duckdb", "layer": "other"}
    with pytest.raises(InputError, match=r"r\.duckdb: cannot be read as a DuckDB file: Permission"):
        read(country.study(register=keys).register)


def test_a_damaged_file_is_named(country):
    (country.folder / "r.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(InputError, match=r"r\.db: cannot be read as a DuckDB file"):
        read(country.study(register={"path": "r.db"}).register)


def test_a_first_study_names_the_table(country):
    found = guess(base(country))
    assert found.roles["code"] == "sbi"
    assert 'layer = "firms"' in compose(found, [], country.folder).splitlines()
