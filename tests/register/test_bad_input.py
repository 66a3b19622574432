"""Registers as they come: each fault ends in a clear error, or in a counted and listed row."""

import codecs
import gzip

import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError
from nabij.register import read


def reasons(establishments):
    return {str(reason): n for reason, n in establishments.counts["rejected"].items()}


def notes(establishments):
    return " ".join(str(note) for note in establishments.notes)


# 1: nothing in it


@pytest.mark.parametrize("content", [b"", b"\n\n", codecs.BOM_UTF8])
def test_an_empty_file_is_named(country, content):
    (country.folder / "register.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"register\.csv: .*(empty|nothing)"):
        read(country.study().register)


def test_a_file_with_a_header_only_is_named(country):
    country.write(country.register.head(0))
    with pytest.raises(InputError, match=r"register\.csv: has columns but no rows"):
        read(country.study().register)


def test_a_file_that_is_not_there_is_named_with_its_likely_name(country):
    with pytest.raises(
        InputError, match=r"registr\.csv: no such file.*did you mean 'register\.csv'"
    ):
        read(country.study(register={"path": "registr.csv"}).register)


def test_a_wrong_column_is_named_with_the_likely_one(country):
    with pytest.raises(InputError, match=r"no column 'sbi_code' .*did you mean 'sbi'"):
        read(country.study(register={"code": "sbi_code"}).register)


# 2: encodings


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_encodings_are_recognised(country, encoding):
    register = country.register.assign(name="Société Générale")
    country.write(register, encoding=encoding)
    found = read(country.study(register={"name": "name"}).register)
    assert found.counts["rows_kept"] == len(register)
    assert set(found.table["name"]) == {"Société Générale"}


def test_an_encoding_that_had_to_be_guessed_is_told(country):
    country.write(country.register.assign(name="Café"), encoding="latin-1")
    assert "not UTF-8" in notes(read(country.study(register={"name": "name"}).register))


def test_a_wrongly_stated_encoding_says_which_key_to_set(country):
    country.write(country.register.assign(name="Café"), encoding="latin-1")
    study = country.study(register={"name": "name", "encoding": "utf-8"})
    with pytest.raises(
        InputError, match=r"register\.csv: cannot be read in its encoding.*encoding"
    ):
        read(study.register)


# 3: marks


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(country, separator):
    country.write(country.register, sep=separator)
    found = read(country.study().register)
    assert found.counts["rows_kept"] == len(country.register)


def test_decimal_commas_and_thousands_dots_are_read_and_told(country):
    def dutch(value):
        return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")

    register = country.register.assign(
        x=country.register["x"].map(dutch), y=country.register["y"].map(dutch)
    )
    country.write(register, sep=";")
    found = read(country.study().register)
    assert found.table["x"].tolist() == country.register["x"].tolist()
    assert "decimal comma" in notes(found)
    assert '";"' in notes(found) or "by a ;" in notes(found)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zip"])
def test_compressed_text_is_read(country, suffix):
    path = country.folder / f"register.csv{suffix}"
    country.register.to_csv(path, index=False)
    found = read(country.study(register={"path": path.name}).register)
    assert found.counts["rows_kept"] == len(country.register)


def test_a_damaged_compressed_file_is_named(country):
    whole = gzip.compress(country.register.to_csv(index=False).encode())
    (country.folder / "register.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"register\.csv\.gz: cannot be read"):
        read(country.study(register={"path": "register.csv.gz"}).register)


# 4: industry codes


def test_codes_in_a_text_file_keep_their_leading_zero(country):
    found = read(country.study().register)
    assert found.table["code"].tolist() == country.register["sbi"].tolist()
    assert (found.table["code"] == "0111").any()


def test_codes_that_lost_their_leading_zero_are_padded_and_counted(country):
    country.write(country.register.assign(sbi=country.register["sbi"].astype(int)))
    found = read(country.study().register)
    assert found.table["code"].tolist() == country.register["sbi"].tolist()
    lost = (country.register["sbi"] == "0111").sum()
    assert f"{lost} rows" in notes(found)


def test_codes_as_numbers_in_a_typed_file_are_text_again(country):
    country.register.assign(sbi=country.register["sbi"].astype(float)).to_parquet(
        country.folder / "register.parquet"
    )
    found = read(country.study(register={"path": "register.parquet"}).register)
    assert found.table["code"].tolist() == country.register["sbi"].tolist()


def test_dots_in_codes_are_taken_out_and_counted(country):
    dotted = country.register["sbi"].str.replace(r"^(..)(..)$", r"\1.\2", regex=True)
    country.write(country.register.assign(sbi=dotted))
    found = read(country.study().register)
    assert found.table["code"].tolist() == country.register["sbi"].tolist()
    assert f"dots: {len(dotted)} rows" in notes(found)


def test_a_row_without_a_code_is_rejected(country):
    register = country.register
    register.loc[3, "sbi"] = " "
    country.write(register)
    found = read(country.study().register)
    assert reasons(found) == {"no industry code": 1}
    assert found.rejected["row"].tolist() == [5]


# 5: names that look like nothing


def test_names_that_read_as_missing_values_are_kept(country):
    names = ["NA", "nan", "null", "None", "N/A", "#N/A", "-"]
    register = country.register.head(len(names)).assign(name=names, sbi="2611")
    country.write(register)
    assert read(country.study(register={"name": "name"}).register).table["name"].tolist() == names


# 6: coordinates


def test_longitude_and_latitude_in_a_metric_column_name_the_likely_system(country):
    country.write(country.register.assign(x=5.1, y=52.1))
    with pytest.raises(InputError, match=r"longitude and latitude, not EPSG:28992.*EPSG:4326"):
        read(country.study().register)


def test_swapped_axes_are_recognised(country):
    register = country.register.assign(x=country.register["y"], y=country.register["x"] / 10)
    country.write(register)
    with pytest.raises(InputError, match="look swapped"):
        read(country.study().register)


def test_coordinates_of_another_system_name_the_likely_one(country):
    country.write(country.register.assign(x=1_050_000.0, y=6_840_000.0))
    with pytest.raises(InputError, match=r"outside the area of EPSG:28992.*EPSG:2154"):
        read(country.study().register)


def test_single_wrong_locations_are_rejected_by_reason(country):
    register = country.register.astype({"x": object, "y": object})
    wrong = {0: (0, 0), 1: ("", 1), 2: ("inf", 450_000), 3: (5.1, 52.1), 4: (450_000, 120_000),
             5: (9e6, 9e6), 6: ("NaN", "NaN")}  # fmt: skip
    for row, (x, y) in wrong.items():
        register.loc[row, ["x", "y"]] = [x, y]
    country.write(register)
    found = read(country.study().register)
    assert reasons(found) == {
        "location is missing or no number": 3,
        "location is (0, 0)": 1,
        "location looks like longitude and latitude (EPSG:4326), not EPSG:28992": 1,
        "x and y look swapped": 1,
        "location is outside the area of EPSG:28992": 1,
    }
    assert found.rejected["row"].tolist() == [row + 2 for row in wrong]
    assert found.counts["rows_kept"] == len(register) - len(wrong)


def test_longitude_and_latitude_that_are_stated_are_projected(country):
    from pyproj import Transformer

    to_degrees = Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(country.register["x"], country.register["y"])
    country.write(country.register.assign(x=lon, y=lat))
    study = country.study(register={"crs": "EPSG:4326", "metric_crs": "EPSG:28992"})
    found = read(study.register)
    np.testing.assert_allclose(found.table["x"], country.register["x"], atol=1e-3)
    assert found.crs.to_string() == "EPSG:28992"


@pytest.mark.parametrize("crs", ["RD", "EPSG:999999", "EPSG:5709", "EPSG:4978", 'LOCAL_CS["x"]'])
def test_what_is_no_coordinate_system_of_a_map_says_what_to_write(country, crs):
    with pytest.raises(InputError, match=r"is no known coordinate system of a map.*EPSG:28992"):
        read(country.study(register={"crs": crs}).register)


# 7: rows that stand twice


def test_a_repeated_id_keeps_the_first_row(country):
    register = country.register
    register.loc[5, "id"] = "E0002"
    country.write(pd.concat([register, register.tail(1)]))
    found = read(country.study().register)
    assert reasons(found) == {"id stood before; the first row is kept": 2}
    assert found.rejected["row"].tolist() == [7, len(register) + 2]
    assert found.table["id"].is_unique


# 8: too few to compare


def test_a_lone_establishment_has_no_score(country):
    register = country.register.assign(sbi="4711")
    register.loc[0, "sbi"] = "2611"
    country.write(register)
    result = nabij.run(country.study(reference={"codes": None, "name": None})).view()
    assert result.sector.establishments == 1
    assert np.isnan(result.sector.mean_d_score)
    assert result.establishments["d_score"].isna().all()
    assert any("no D-score" in str(note) for note in result.provenance.notes)


def test_a_whole_sector_at_one_place_scores_the_floor(country):
    register = country.register.assign(x=120_000.0, y=420_000.0)
    country.write(register)
    result = nabij.run(country.study()).view()
    assert result.establishments["d_score"].tolist() == pytest.approx(
        [10.0] * result.sector.establishments
    )
    assert result.sector.relative_d_score == pytest.approx(1)


# 9: jobs


def test_jobs_follow_their_stated_rule(country):
    register = country.register.astype({"jobs": object})
    register.loc[0:5, "jobs"] = ["-3", "", "1e12", "many", "2.5", " 4 "]
    country.write(register)
    found = read(country.study().register)
    assert reasons(found) == {
        "jobs are no number": 1,
        "jobs are negative": 1,
        "jobs are above 1,000,000 (max_jobs)": 1,
    }
    assert found.counts["jobs_missing"] == 1
    assert found.table.set_index("id")["jobs"].reindex(["E0004", "E0005"]).tolist() == [2.5, 4.0]
    assert np.isnan(found.table.set_index("id").loc["E0001", "jobs"])
    assert "without a number of jobs: 1" in notes(found)


def test_missing_jobs_add_nothing_and_still_count_as_an_establishment(country):
    country.write(country.register.assign(jobs=""))
    result = nabij.run(country.study()).view()
    assert result.sector.jobs == 0
    assert result.sector.establishments > 0
    assert result.size_classes["size_class"].iloc[-1] == "unknown"


def test_weights_that_are_all_missing_leave_no_score_and_say_so(country):
    country.write(country.register.assign(jobs=""))
    result = nabij.run(country.study(dscore={"weights": "jobs"}))
    assert result.establishments["d_score"].isna().all()
    assert any("without a D-score: " in str(note) for note in result.provenance.notes)


# 10: a sector that is not there


def test_a_sector_without_a_match_names_the_nearest_codes(country):
    with pytest.raises(InputError, match=r"begins with 7112.*nearest codes.*7111"):
        nabij.run(country.study(sector={"codes": ["7112"]}))


# 11: years


def test_several_years_need_a_choice(country):
    register = country.register.assign(jaar=[2022, 2023] * 200)
    country.write(register)
    with pytest.raises(
        InputError, match=r"several years in column 'jaar' \(2022, 2023\).*use_year"
    ):
        read(country.study().register)
    found = read(country.study(register={"year": "jaar", "use_year": 2023}).register)
    assert found.counts["rows_kept"] == 200
    assert {str(why): n for why, n in found.counts["set_aside"].items()} == {
        "year is not 2023": 200
    }
    assert set(found.table["year"]) == {2023}


def test_a_year_that_is_not_there_names_those_that_are(country):
    country.write(country.register.assign(jaar=2023))
    with pytest.raises(InputError, match=r"no row has year 2020.*2023"):
        read(country.study(register={"year": "jaar", "use_year": 2020}).register)


def test_one_year_needs_no_choice(country):
    country.write(country.register.assign(jaar=2023))
    assert read(country.study().register).counts["rows_kept"] == len(country.register)


# lines that are no rows


def test_a_line_with_too_many_columns_is_listed_with_its_row_number(country):
    path = country.folder / "register.csv"
    lines = path.read_text().splitlines()
    lines[3] += ",one,two"
    path.write_text("\n".join(lines))
    found = read(country.study().register)
    assert reasons(found) == {"7 columns where the header has 5": 1}
    assert found.rejected["row"].tolist() == [4]
    assert found.counts["rows_read"] == len(country.register)
    assert found.counts["rows_kept"] == len(country.register) - 1


def test_rows_read_are_rows_kept_and_rows_listed(country):
    register = country.register.astype({"x": object, "jobs": object})
    register.loc[3, "sbi"] = ""
    register.loc[4, "x"] = "somewhere"
    register.loc[5, "jobs"] = "-1"
    country.write(register)
    found = read(country.study().register)
    assert found.counts["rows_read"] == found.counts["rows_kept"] + len(found.rejected)
    assert sum(found.counts["rejected"].values()) == len(found.rejected) == 3


def test_a_register_without_a_usable_row_says_why(country):
    country.write(country.register.assign(sbi=""))
    with pytest.raises(InputError, match=r"no usable row is left \(no industry code: 400\)"):
        read(country.study().register)
