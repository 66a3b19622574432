"""Values as people and programs write them: numbers, codes, years, ids."""

import numpy as np
import pandas as pd
import pytest

from nabij import InputError
from nabij.register import read
from nabij.register.numbers import parse


def notes(establishments):
    return " ".join(str(note) for note in establishments.notes)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234", ",", 1234), ("1.234", ".", 1.234), ("1,234", ".", 1234), ("1,234", ",", 1.234),
        ("1.234.567,8", ",", 1234567.8), ("121500.25", ",", 121500.25), ("12,5", ".", 12.5),
        ("1 234", ".", 1234), ("1\u00a0234,5", ",", 1234.5), ("1\u202f234", ".", 1234),
        ("1'234", ".", 1234), ("1\u2019234", ",", 1234), ("+5", ".", 5), ("-0", ".", 0),
        ("1,5e2", ",", 150), ("1.0e+2", ",", 100), (" 7 ", ".", 7),
    ],
)  # fmt: skip
def test_numbers_are_read_by_their_marks(text, decimal, value):
    assert parse(pd.Series([text]), decimal).tolist() == [value]


@pytest.mark.parametrize(
    "text", ["1.2.3", "1,2,3", "12 jobs", "1 2", "0x10", "1_000", "5-", "½", "nan", "--5", ""]
)
@pytest.mark.parametrize("decimal", [".", ","])
def test_what_is_no_number_is_none(text, decimal):
    assert np.isnan(parse(pd.Series([text, "7"]), decimal)[0])


def test_thousands_that_may_be_decimals_are_told(country):
    register = country.register.astype({"x": int, "y": int, "jobs": str})
    register.loc[0, "jobs"] = "1.250"
    country.write(register, sep=";")
    assert "'1.250'" in notes(read(country.study().register))
    found = read(country.study(register={"decimal": ","}).register)
    assert found.table["jobs"][0] == 1250
    assert "'1.250'" not in notes(found)


def test_coordinates_with_a_mark_show_what_a_mark_means(country):
    register = country.register.astype({"jobs": str})
    register.loc[0, "jobs"] = "1.250"
    country.write(register)
    found = read(country.study().register)
    assert found.table["jobs"][0] == 1.25
    assert "'1.250'" not in notes(found)


def test_codes_that_became_decimal_numbers_lose_the_decimals(country):
    country.write(country.register.assign(sbi=country.register["sbi"].astype(float)))
    found = read(country.study().register)
    assert found.table["code"].tolist() == country.register["sbi"].tolist()
    assert "7111.0: 400 rows" in notes(found)


def test_a_dot_zero_among_other_dotted_codes_is_part_of_the_code(country):
    country.write(country.register.assign(sbi=["75.0", "71.11"] * 200))
    assert set(read(country.study().register).table["code"]) == {"750", "7111"}


@pytest.mark.parametrize(
    "years",
    [
        ("2023-01-01", "2024-01-01"),
        ("31-12-2023", "31-12-2024"),
        ("20231231", "20241231"),
        ("2023.0", "2024.0"),
        ("2023/2024", "2024/2025"),
    ],
)
def test_years_are_seen_however_they_are_written(country, years):
    country.write(country.register.assign(jaar=list(years) * 200))
    with pytest.raises(InputError, match=r"several years in column 'jaar' \(2023, 2024\)"):
        read(country.study().register)
    found = read(country.study(register={"year": "jaar", "use_year": 2023}).register)
    assert found.counts["rows_kept"] == 200


def test_a_year_column_that_is_named_may_hold_any_number(country):
    country.write(country.register.assign(jaar=["22", "23"] * 200))
    assert read(country.study().register).counts["rows_kept"] == 400
    with pytest.raises(InputError, match=r"several years in column 'jaar' \(22, 23\)"):
        read(country.study(register={"year": "jaar"}).register)


@pytest.mark.parametrize("named", [True, False])
def test_short_years_are_seen_where_the_same_establishments_return(country, named):
    register = country.register.assign(FOLDERYEAR="24")
    twice = pd.concat([register, register.assign(FOLDERYEAR="25")])
    country.write(twice if named else twice.drop(columns="id"))
    spec = country.study(register={} if named else {"id": None}).register
    with pytest.raises(InputError, match=r"several years in column 'FOLDERYEAR' \(24, 25\)"):
        read(spec)
    chosen = spec.model_copy(update={"year": "FOLDERYEAR", "use_year": 25})
    assert read(chosen).counts["rows_kept"] == len(country.register)


def test_a_year_of_foundation_is_no_year_of_the_register(country):
    country.write(country.register.assign(oprichtingsjaar=[1990, 2001, 2015, 2020] * 100))
    assert read(country.study().register).counts["rows_kept"] == 400


def test_a_mistyped_year_does_not_hide_that_there_are_several(country):
    years = [2023] * 200 + [2024] * 199 + [20233]
    country.write(country.register.assign(jaar=years))
    with pytest.raises(InputError, match=r"several years in column 'jaar' \(2023, 2024\)"):
        read(country.study().register)


def test_an_id_that_most_rows_share_is_the_wrong_column(country):
    with pytest.raises(InputError, match=r"most rows repeat an id.*column 'sbi'"):
        read(country.study(register={"id": "sbi"}).register)


def test_text_instead_of_jobs_is_told_with_its_column(country):
    country.write(country.register.assign(jobs="many"))
    with pytest.raises(InputError, match=r"column 'jobs' .* are no numbers: many\. .* size_class"):
        read(country.study().register)


@pytest.mark.parametrize(
    "code", ["11-jan", "Nov-62", "1 mrt", "2025-11-01", "01-11-2025", "1. Nov"]
)
def test_codes_that_became_dates_are_told_however_they_are_written(country, code):
    country.register.loc[3, "sbi"] = code
    country.write(country.register)
    assert f"turned into dates, such as '{code}': 1 row." in notes(read(country.study().register))


def test_codes_and_categories_that_are_no_dates_are_not_taken_for_them(country):
    for code in ("62.01", "A1", "Mayonnaise 1", "Marketing", "1 Decoration", "2025", "01-11"):
        country.register.loc[3, "sbi"] = code
        country.write(country.register)
        assert "dates" not in notes(read(country.study().register)), code


def test_many_repeated_ids_ask_whether_there_are_several_years(country):
    twice = pd.concat([country.register.assign(a=24), country.register.assign(a=25)])
    country.write(twice)
    assert (
        "Rows rejected because their id stood before: 400. If the file holds several years, name "
        "their column with [register] year, and set use_year or years."
    ) in notes(read(country.study().register))


def test_many_repeated_places_ask_whether_there_are_several_years(country, monkeypatch):
    named = country.register.assign(name=[f"Firm {n}" for n in range(400)])
    twice = pd.concat([named.assign(a=24), named.assign(a=25)])
    twice["id"] = range(800)
    country.write(twice)
    found = read(country.study(register={"name": "name"}).register)
    assert "Rows with the place, code and name of an earlier row: some 400." in notes(found)
    monkeypatch.setattr("nabij.register.years.ENOUGH", 100)
    found = read(country.study(register={"name": "name"}).register)
    assert "Rows with the place, code and name of an earlier row: some 400." in notes(found)
    country.write(named)
    assert "earlier row" not in notes(read(country.study(register={"name": "name"}).register))
