"""Registers of which each row states its own coordinate system."""

import re

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer

import nabij
from nabij import InputError
from nabij.register import read


def rejected(found):
    return {str(why): n for why, n in found.counts["rejected"].items()}


def projected(register, rows, system):
    """Return x and y of some rows as another system has them."""
    transformer = Transformer.from_crs("EPSG:28992", system, always_xy=True)
    return np.column_stack(transformer.transform(register["x"][rows], register["y"][rows]))


@pytest.fixture
def mixed(country):
    """Write a register of which a part is in degrees, and a part in another projection."""
    table = country.register.astype({"x": float, "y": float}).assign(epsg="28992")
    for rows, system in ((slice(0, 59), "EPSG:4326"), (slice(60, 99), "EPSG:25831")):
        at = table.index[rows]
        table.loc[at, ["x", "y"]] = projected(country.register, at, system)
        table.loc[at, "epsg"] = system
    return country, table


KEYS = {"crs": None, "crs_column": "epsg"}


def test_each_row_is_read_in_its_own_system(mixed):
    country, table = mixed
    country.write(table)
    found = read(country.study(register=KEYS).register)
    assert found.crs.to_string() == "EPSG:28992"
    assert found.counts["rows_kept"] == 400
    off = np.abs(found.table[["x", "y"]].to_numpy() - country.register[["x", "y"]].to_numpy())
    assert off.max() < 0.01
    said = " ".join(map(str, found.notes))
    assert "stated by row (EPSG:28992: 302, EPSG:4326: 59, EPSG:25831: 39)" in said


def test_the_metric_system_of_the_study_holds_for_all_rows(mixed):
    country, table = mixed
    country.write(table)
    keys = {**KEYS, "metric_crs": "EPSG:3035"}
    found = read(country.study(register=keys).register)
    assert found.crs.to_string() == "EPSG:3035"
    wanted = projected(country.register, country.register.index, "EPSG:3035")
    assert np.abs(found.table[["x", "y"]].to_numpy() - wanted).max() < 0.01


def test_a_fault_is_judged_in_the_system_of_its_row(mixed):
    country, table = mixed
    table.loc[0, ["x", "y"]] = [200.0, 52.0]
    table.loc[60, ["x", "y"]] = [0, 0]
    table.loc[61, ["x", "y"]] = [5.5, 52.0]
    table.loc[[100, 101], "epsg"] = ["nowhere", "99999"]
    table.loc[102, "epsg"] = ""
    country.write(table)
    found = read(country.study(register=KEYS).register)
    assert rejected(found) == {
        "coordinate system 'nowhere' is not known": 1,
        "coordinate system '99999' is not known": 1,
        "no coordinate system": 1,
        "location is outside the area of EPSG:4326": 1,
        "location is (0, 0)": 1,
        "location looks like longitude and latitude (EPSG:4326), not EPSG:25831": 1,
    }
    assert found.rejected["epsg"].tolist() == ["EPSG:4326", "EPSG:25831", "EPSG:25831", "nowhere",
                                               "99999", ""]  # fmt: skip


def test_a_row_without_a_system_has_the_one_of_the_study(mixed):
    country, table = mixed
    table.loc[table["epsg"] == "28992", "epsg"] = ""
    country.write(table)
    found = read(country.study(register={**KEYS, "crs": "EPSG:28992"}).register)
    assert found.counts["rows_kept"] == 400


def test_what_lies_beyond_the_metric_system_is_rejected(mixed):
    country, table = mixed
    table.loc[:4, ["x", "y", "epsg"]] = [340_000.0, 7_650_000.0, "2975"]  # Réunion
    country.write(table)
    found = read(country.study(register=KEYS).register)
    assert rejected(found) == {"location is outside what EPSG:28992 can hold": 5}


def test_a_column_without_any_known_system_is_told(country):
    country.write(country.register.assign(epsg=np.resize(["a", "b"], 400)))
    message = (
        "register.csv: no value in column 'epsg' ([register] crs_column) is a coordinate system "
        'that is known, such as "2154" or "EPSG:2154" (it holds: a, b)'
    )
    with pytest.raises(InputError, match=re.escape(message)):
        read(country.study(register=KEYS).register)


def test_systems_by_row_give_the_scores_of_one_system(mixed):
    country, table = mixed
    country.write(country.register)
    plain = nabij.run(country.study(clusters={"find": False}))
    country.write(table)
    found = nabij.run(country.study(register=KEYS, clusters={"find": False}))
    pd.testing.assert_series_equal(
        found.establishments["d_score"], plain.establishments["d_score"], rtol=1e-4
    )
