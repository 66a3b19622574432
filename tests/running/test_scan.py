"""A scan of all codes is what a run of each code alone gives."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError
from nabij.proximity import sums


def sector_study(country, code, reference=None):
    blocks = {"sector": {"name": code, "codes": [code]}}
    blocks["reference"] = {"codes": reference} if reference else {"codes": None, "name": None}
    return country.study(**blocks)


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_every_code_scores_what_it_scores_alone(country, digits):
    found = nabij.scan(country.study(), digits=digits)
    codes = sorted({code[:digits] for code in country.register["sbi"]})
    assert found.sectors["sector"].tolist() == codes
    regions = found.regions.drop(columns="geometry").set_index(["sector", "level", "code"])
    for _, row in found.sectors.iterrows():
        alone = nabij.run(sector_study(country, row["sector"]))
        for name in ("establishments", "jobs", "mean_d_score", "expected_d_score"):
            assert row[name] == pytest.approx(alone.sectors[name].iloc[0], rel=1e-9), name
        of_alone = alone.regions[alone.regions["sector_establishments"] > 0]
        here = regions.loc[row["sector"]]
        assert len(here) == len(of_alone)
        for name in ("sector_establishments", "mean_d_score", "location_quotient"):
            np.testing.assert_allclose(here[name], of_alone[name], rtol=1e-9)


def test_a_code_is_held_against_its_own_section_or_division(country):
    found = nabij.scan(country.study(), digits=2, reference="section").sectors.set_index("sector")
    assert found["reference"].to_dict() == {
        "01": "A", "26": "C", "27": "C", "29": "C", "32": "C", "47": "G", "62": "J", "71": "M",
        "73": "M", "74": "M",
    }  # fmt: skip
    alone = nabij.run(sector_study(country, "73", reference=["71", "73", "74"]))
    assert found.at["73", "relative_d_score"] == pytest.approx(
        alone.sectors["relative_d_score"].iloc[0]
    )


def test_sections_are_the_letters_of_nace(country):
    found = nabij.scan(country.study(), digits=1).sectors.set_index("sector")
    assert found["name"]["C"] == "Manufacturing"
    industrial = country.register["sbi"].str[:2].isin(["26", "27", "29", "32"])
    assert found["establishments"]["C"] == industrial.sum()


def test_the_reference_is_summed_once_for_all_that_share_it(country, monkeypatch):
    from nabij.measures import dscore

    calls = []
    monkeypatch.setattr(
        dscore, "sums", lambda points, *a, **k: (calls.append(k), sums(points, *a, **k))[1]
    )
    nabij.scan(country.study(), digits=4)
    assert [call["powers"] for call in calls if "powers" in call] == [(1, 2, 3)]
    calls.clear()
    nabij.scan(country.study(), digits=2, reference="section")
    assert [call["powers"] for call in calls if "powers" in call] == [(1, 2, 3)] * 5


def test_the_three_regions_with_the_highest_quotient_have_at_least_ten_establishments(country):
    result = nabij.scan(country.study(), digits=2)
    regions = result.regions
    enough = regions[(regions["level"] == "region") & (regions["sector_establishments"] >= 10)]
    for _, row in result.sectors.iterrows():
        best = enough[enough["sector"] == row["sector"]].nlargest(3, "location_quotient")
        named = [row[f"region_{rank}"] for rank in (1, 2, 3)]
        assert [name for name in named if name] == best["name"].tolist()
        quotients = [row[f"location_quotient_{rank}"] for rank in range(1, len(best) + 1)]
        assert quotients == best["location_quotient"].tolist()


def test_a_code_that_does_not_reach_the_level_is_counted_and_stays_in_the_reference(country):
    register = country.register.copy()
    register.loc[:4, "sbi"] = "71"
    country.write(register)
    result = nabij.scan(country.study(register={"code_digits": 2}), digits=4)
    assert any("does not reach the level of the scan: 5" in str(n) for n in result.provenance.notes)
    assert result.sectors["establishments"].sum() == len(register) - 5
    assert set(result.sectors["reference_establishments"]) == {len(register)}


def test_categories_in_words_are_sectors_as_they_stand(country):
    words = {
        code: f"Kind {at}, of words" for at, code in enumerate(country.register["sbi"].unique())
    }
    country.write(country.register.assign(sbi=country.register["sbi"].map(words)))
    found = nabij.scan(country.study(), digits=4).sectors
    assert set(found["sector"]) == set(words.values())
    assert (found["name"] == found["sector"]).all()


def test_another_classification_is_not_named_after_nace(country):
    naics = country.register.assign(sbi=country.register["sbi"] + "99")
    country.write(naics)
    found = nabij.scan(country.study(), digits=4).sectors
    assert (found["name"] == found["sector"]).all()


def test_a_study_needs_no_sector(country):
    content = country.content()
    del content["sector"]
    study = nabij.Study.from_dict(content, folder=country.folder)
    assert len(nabij.scan(study, digits=2).sectors) == 10


def test_years_are_scanned_side_by_side(country):
    both = pd.concat([country.register.assign(jaar=year) for year in (2015, 2020)])
    country.write(both)
    found = nabij.scan(country.study(register={"year": "jaar", "years": "all"}), digits=2)
    wide = found.sectors.pivot(index="sector", columns="year", values="mean_d_score")
    np.testing.assert_allclose(wide[2015], wide[2020], rtol=1e-12)


@pytest.mark.parametrize(
    ("digits", "reference", "message"),
    [(2, "division", "use --digits 3 or more"), (4, "class", "use all, section or division"),
     (6, "all", "a level of codes is 1")],
)  # fmt: skip
def test_levels_that_make_no_sense_are_refused(country, digits, reference, message):
    with pytest.raises(InputError, match=message):
        nabij.scan(country.study(), digits=digits, reference=reference)


def test_what_a_scan_leaves_behind(country, tmp_path):
    result = nabij.scan(country.study(), digits=3)
    folder = nabij.save(result, tmp_path / "scan")
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {
        "sectors.csv", "sectors.xlsx", "regions.parquet", "rejected.csv", "result.json",
        "figures/scan_ranking.png", "figures/sector_types.png",
    }  # fmt: skip
    sheet = pd.read_excel(folder / "sectors.xlsx", sheet_name="sectors", engine="calamine")
    np.testing.assert_allclose(sheet["mean_d_score"], result.sectors["mean_d_score"])
    parquet = pd.read_parquet(folder / "regions.parquet")
    pd.testing.assert_frame_equal(parquet, pd.DataFrame(result.regions.drop(columns="geometry")))


def test_a_scan_has_no_view_and_says_what_to_do(country):
    with pytest.raises(InputError, match="run a study of that sector"):
        nabij.scan(country.study(), digits=2).view()


def test_a_scan_of_a_real_register_is_what_a_run_of_each_sector_gives(real_data):
    study = nabij.Study.from_dict(
        {
            "register": {
                "path": real_data / "bas_rhin_establishments.csv.gz",
                "id": "id", "code": "naf", "x": "x", "y": "y", "crs": "EPSG:2154",
            },
            "sector": {"name": "Architects", "codes": ["7111"]},
            "regions": [
                {
                    "level": "commune",
                    "path": real_data / "bas_rhin_communes.gpkg",
                    "code": "commune",
                    "name": "commune_name",
                }
            ],
        }
    )  # fmt: skip
    scanned = nabij.scan(study, digits=4)
    alone = nabij.run(study)
    row = scanned.sectors.set_index("sector").loc["7111"]
    assert row["name"] == "Architectural activities"
    for name in ("establishments", "mean_d_score", "expected_d_score", "relative_d_score"):
        assert row[name] == pytest.approx(alone.sectors[name].iloc[0], rel=3e-6), name
    assert scanned.sectors["establishments"].sum() == 81_921
    assert isinstance(scanned.regions, gpd.GeoDataFrame)


def test_a_code_in_no_section_is_counted_and_held_against_nothing(country):
    register = country.register.copy()
    register.loc[:4, "sbi"] = "3412"
    country.write(register)
    result = nabij.scan(country.study(), digits=3, reference="section")
    assert "341" not in set(result.sectors["sector"])
    assert any("in no section of the classification: 5" in str(n) for n in result.provenance.notes)


def test_words_have_no_sections_to_be_held_against(country):
    country.write(country.register.assign(sbi="Kind of words"))
    with pytest.raises(InputError, match="categories in words, which have no section"):
        nabij.scan(country.study(), digits=2, reference="section")
