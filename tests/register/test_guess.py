"""What the columns of an unknown register are, told by their names and by their values."""

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from nabij.register.guess import BY_NAME, guess


def guessed(country, table, name="register.csv", **how):
    country.write(table, name, **how)
    return guess(country.folder / name)


@pytest.mark.parametrize(
    "names",
    [
        # Of registers in use: Vancouver, the Netherlands, France, Germany, Flanders.
        {"id": "LicenceRSN", "sbi": "BusinessSubType", "jobs": "NumberofEmployees",
         "x": "Longitude", "y": "Latitude"},
        {"id": "vestigingsnr", "sbi": "SBI-code", "jobs": "Aantal werkzame personen",
         "x": "X_COORD", "y": "Y_COORD"},
        {"id": "siret", "sbi": "activitePrincipaleEtablissement", "jobs": "Effectifs",
         "x": "coordonneeLambertAbscisseEtablissement",
         "y": "coordonneeLambertOrdonneeEtablissement"},
        {"id": "Betriebsnummer", "sbi": "Wirtschaftszweig", "jobs": "Beschäftigte",
         "x": "Rechtswert", "y": "Hochwert"},
        {"id": "EntityNumber", "sbi": "NaceCode", "jobs": "Werknemers", "x": "lon", "y": "lat"},
    ],
    ids=lambda names: names["id"],
)  # fmt: skip
def test_names_of_columns_are_known_in_four_languages(country, names):
    roles = guessed(country, country.register.rename(columns=names)).roles
    assert roles == {("code" if key == "sbi" else key): column for key, column in names.items()}


def test_columns_without_telling_names_are_told_by_their_values(country):
    table = country.register.set_axis(list("abcde"), axis=1).assign(f=2024)
    found = guessed(country, table)
    assert found.roles == {"id": "a", "code": "b", "x": "c", "y": "d", "jobs": "e", "year": "f"}
    assert found.crs[0] == "EPSG:28992"
    assert found.reasons["id"] == "by its values: they all differ"
    assert found.reasons["code"].startswith("by its values: codes such as ")
    assert found.reasons["x"] == "by its values: they lie in the area of EPSG:28992"
    assert found.reasons["jobs"] == "by its values: whole numbers, mostly small"
    assert found.reasons["year"] == "by its values: the same year in every row"


def test_longitude_and_latitude_are_told_by_their_ranges_in_either_order(country):
    import geopandas as gpd

    place = gpd.points_from_xy(country.register["x"], country.register["y"], crs=28992)
    place = place.to_crs(4326)
    table = country.register.assign(x=place.y, y=place.x).set_axis(list("abcde"), axis=1)
    found = guessed(country, table)
    assert (found.roles["x"], found.roles["y"]) == ("d", "c")
    assert found.crs == ["EPSG:4326"]


def test_a_free_category_is_a_code_and_the_name_of_an_area_is_none(country):
    kinds = np.resize(["Bakery", "Book shop", "Bar", "Office"], len(country.register))
    areas = np.resize([f"District {n}" for n in range(20)], len(country.register))
    table = country.register.drop(columns="sbi").assign(LocalArea=areas, what=kinds)
    found = guessed(country, table)
    assert found.roles["code"] == "what"
    assert found.reasons["code"] == "by its values: 4 kinds, such as Bakery, Book shop, Bar, ..."
    assert found.areas == ["LocalArea"]


def test_a_column_whose_values_speak_against_its_name_is_not_taken(country):
    bands = np.resize(["1 to 4", "5 to 9"], len(country.register))
    table = country.register.assign(employees=bands, code=country.register["id"])
    found = guessed(country, table.drop(columns="jobs"))
    assert "jobs" not in found.roles
    assert found.roles["code"] == "sbi"


@pytest.mark.parametrize("named", ["FOLDERYEAR", "edition"])
@pytest.mark.parametrize("ids", ["stay", "change", "none"])
def test_years_are_seen_where_the_same_establishments_return(country, named, ids):
    later = country.register.copy()
    if ids == "change":  # as of licences that are given anew each year
        later["id"] = "L" + later["id"]
    table = pd.concat([country.register.assign(**{named: 24}), later.assign(**{named: 25})])
    found = guessed(country, table.drop(columns=["id"] if ids == "none" else []))
    assert found.roles["year"] == named
    assert found.years == [24, 25]
    told = (
        BY_NAME
        if named == "FOLDERYEAR"
        else ("by its values: the same establishments return under 24, 25")
    )
    assert found.reasons["year"] == told


def test_a_year_of_foundation_or_a_small_number_is_no_year_of_the_row(country):
    table = country.register.assign(
        oprichtingsjaar=np.resize([1990, 2001, 2015], len(country.register)),
        floors=np.resize([1, 2, 3, 4], len(country.register)),
    )
    found = guessed(country, table)
    assert "year" not in found.roles
    assert found.years == []


def test_years_are_seen_below_the_rows_that_are_looked_at_first(country):
    many = pd.concat([country.register.assign(id=lambda t, n=n: t["id"] + str(n)) for n in "abc"])
    found = guessed(country, pd.concat([many.assign(jaar=2024), many.assign(jaar=2025)]))
    assert found.years == [2024, 2025]


def test_of_several_sheets_the_likeliest_is_taken_and_the_others_told(country):
    with xlsxwriter.Workbook(country.folder / "r.xlsx") as book:
        about = book.add_worksheet("About")
        about.write_column(0, 0, ["What this is", *["A line of text"] * 1200])
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, country.register.columns)
        for number, row in enumerate(country.register.astype(object).to_numpy().tolist(), 1):
            sheet.write_row(number, 0, row)
    found = guess(country.folder / "r.xlsx")
    assert (found.sheet, found.others) == ("Register", ["About"])
    assert guess(country.folder / "r.xlsx", "About").roles == {}


def test_of_a_partitioned_folder_the_parts_are_one_register(country):
    for year in (2024, 2025):
        part = country.folder / "parts" / f"year={year}"
        part.mkdir(parents=True)
        country.register.to_parquet(part / "part-0.parquet")
    found = guess(country.folder / "parts")
    assert found.roles["year"] == "year"
    assert found.years == [2024, 2025]


def test_of_a_file_a_year_the_names_of_the_files_are_the_years(country):
    for year in (2024, 2025):
        country.write(country.register, f"firms_{year}.csv")
    found = guess(country.folder / "firms_*.csv")
    assert found.roles["year"] == "file"
    assert found.years == [2024, 2025]
