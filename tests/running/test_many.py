"""Several sectors and years in one run are what separate runs give."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError
from nabij.proximity import sums

SECTORS = [
    {
        "name": "Brainport",
        "codes": ["26", "27", "29", "325"],
        "reference": {"name": "Industry", "codes": ["1", "2", "3"]},
        "parts": {"Cars": ["29"], "Medical": ["325"]},
    },
    {"name": "Creative services", "codes": ["7111", "731", "741"], "focus": {"region": "R02"}},
]
TABLES = ("sectors", "regions", "establishments", "sizes", "pairs")


def with_years(register):
    """Add a second year: some are gone, some moved, some changed their code, some are new."""
    later = register.copy()
    later.loc[later.index[:25], "x"] += 700
    later.loc[later.index[25:40], "sbi"] = "6201"
    later = later.drop(index=later.index[40:80])
    fresh = register.iloc[:30].assign(id=[f"N{i:04d}" for i in range(30)])
    return pd.concat(
        [register.assign(jaar="2015"), later.assign(jaar="2018"), fresh.assign(jaar="2018")]
    )


@pytest.fixture
def study_of(country):
    """Return a function that makes a study of several sectors."""

    def make(sectors=SECTORS, **blocks):
        content = country.content(**blocks)
        del content["sector"], content["reference"]
        return nabij.Study.from_dict(content | {"sectors": sectors}, folder=country.folder)

    return make


@pytest.fixture
def two_years(country):
    country.write(with_years(country.register))
    return {"year": "jaar", "years": "all"}


def plain(frame):
    return pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).reset_index(drop=True)


def test_each_sector_of_several_is_what_it_is_alone(study_of):
    together = nabij.run(study_of())
    for spec in SECTORS:
        alone = nabij.run(study_of([spec]))
        for name in TABLES:
            of_both = plain(getattr(together, name))
            of_both = of_both[of_both["sector"] == spec["name"]].reset_index(drop=True)
            pd.testing.assert_frame_equal(
                of_both, plain(getattr(alone, name)), check_dtype=False, obj=name
            )


def test_each_year_of_several_is_what_it_is_alone(study_of, two_years):
    together = nabij.run(study_of(register=two_years))
    assert together.years == [2015, 2018]
    for year in together.years:
        alone = nabij.run(study_of(register={"year": "jaar", "use_year": year}))
        for name in TABLES:
            of_all = plain(getattr(together, name))
            of_all = of_all[of_all["year"] == year].reset_index(drop=True)
            pd.testing.assert_frame_equal(
                of_all, plain(getattr(alone, name)), check_dtype=False, obj=name
            )


def test_a_list_of_years_leaves_the_others_aside_and_counts_them(study_of, country):
    both = with_years(country.register)
    third = country.register.assign(jaar="2020")
    country.write(pd.concat([both, third]))
    result = nabij.run(study_of(register={"year": "jaar", "years": [2018, 2015]}))
    assert result.years == [2015, 2018]
    aside = {str(why): n for why, n in result.provenance.counts["set_aside"].items()}
    assert aside == {"year is none of 2015, 2018": len(country.register)}


def test_a_row_without_a_year_is_rejected_where_there_are_several(study_of, country, two_years):
    both = with_years(country.register).reset_index(drop=True)
    both.loc[3, "jaar"] = ""
    country.write(both)
    result = nabij.run(study_of(register=two_years))
    assert [str(why) for why in result.rejected["reason"]] == ["no year"]


def test_an_id_may_come_again_in_another_year_but_not_in_the_same(study_of, country, two_years):
    both = with_years(country.register)
    country.write(pd.concat([both, both.iloc[[5]]]))
    result = nabij.run(study_of(register=two_years))
    assert [str(why) for why in result.rejected["reason"]] == [
        "id stood before; the first row is kept"
    ]


def test_several_years_without_a_choice_are_still_an_error(study_of, two_years):
    with pytest.raises(InputError, match=r"\(2015, 2018\).*use_year = 2018.*years = \"all\""):
        nabij.run(study_of(register={"year": "jaar"}))


def test_a_year_of_the_list_that_is_not_there_is_named(study_of, two_years):
    with pytest.raises(InputError, match=r"no row has year 2016 in column 'jaar'"):
        nabij.run(study_of(register={"year": "jaar", "years": [2015, 2016]}))


def test_a_view_needs_no_argument_where_there_is_one_sector_and_one_year(country):
    result = nabij.run(country.study())
    assert result.view().sector.name == "Brainport"
    assert result.view().year is None


def test_a_view_of_several_asks_which(study_of, two_years):
    result = nabij.run(study_of(register=two_years))
    with pytest.raises(InputError, match=r"2 years \(2015, 2018\).*view\(year=2018\)"):
        result.view(sector="Brainport")
    with pytest.raises(InputError, match=r"2 sectors \(Brainport, Creative services\)"):
        result.view(year=2018)
    with pytest.raises(InputError, match=r"no sector 'brainports'; did you mean 'Brainport'"):
        result.view(year=2018, sector="brainports")
    with pytest.raises(InputError, match=r"no year 2017 \(there are: 2015, 2018\)"):
        result.view(year=2017, sector="Brainport")


def test_a_view_is_the_rows_of_its_year_and_sector(study_of, two_years):
    result = nabij.run(study_of(register=two_years))
    view = result.view(year=2018, sector="Creative services")
    rows = result.regions.query("year == 2018 and sector == 'Creative services'")
    np.testing.assert_array_equal(view.regions["mean_d_score"], rows["mean_d_score"])
    assert view.sector.establishments == len(view.establishments)
    assert list(view.history["year"]) == [2015, 2018]


def test_each_sector_looks_into_its_own_focus_region_through_all_years(study_of, two_years):
    result = nabij.run(study_of(register=two_years))
    for year in (2015, 2018):
        assert result.view(year=year, sector="Creative services").focus.code == "R02"
    focus = {result.view(year=year, sector="Brainport").focus.code for year in (2015, 2018)}
    latest = result.regions.query("year == 2018 and sector == 'Brainport' and level == 'region'")
    assert focus == {latest.loc[latest["sector_establishments"].idxmax(), "code"]}


def test_another_region_can_be_looked_into_without_another_run(study_of):
    result = nabij.run(study_of())
    view = result.view(sector="Brainport", focus="Place R08")
    assert (view.focus.level, view.focus.code) == ("region", "R08")
    with pytest.raises(InputError, match="did you mean 'Place R"):
        result.view(sector="Brainport", focus="Plaice R08")


def test_the_register_and_the_regions_are_read_once_for_all(study_of, two_years, monkeypatch):
    from nabij.register import population

    calls = []
    for module, name in ((population.register, "read"), (population.regions, "locate_levels")):
        real = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *a, _n=name, _r=real, **k: (calls.append(_n), _r(*a, **k))[1]
        )
    nabij.run(study_of(register=two_years))
    assert calls == ["read", "locate_levels"]


def test_the_reference_is_summed_once_for_all_sectors_that_share_it(country, monkeypatch):
    from nabij.measures import dscore

    calls = []
    monkeypatch.setattr(dscore, "sums", lambda *a, **k: (calls.append(k), sums(*a, **k))[1])
    nabij.run(country.study())
    # The sector itself with its own floor, and with two others.
    assert [(call.get("powers"), call["floor"]) for call in calls] == [
        ((1, 2, 3), 100.0),
        (None, 100.0),
        (None, 50.0),
        (None, 500.0),
    ]


def test_inputs_that_change_while_they_are_read_are_an_error(country, monkeypatch):
    from nabij.register import population

    real = population.register.read

    def read_and_change(*arguments):
        found = real(*arguments)
        with (country.folder / "register.csv").open("a") as file:
            file.write("\n")
        return found

    monkeypatch.setattr(population.register, "read", read_and_change)
    with pytest.raises(InputError, match="changed while it was read"):
        nabij.run(country.study())


def test_without_regions_the_whole_register_is_the_one_region(country, tmp_path):
    result = nabij.run(country.study(regions=[]))
    assert result.regions["code"].tolist() == ["all"]
    assert result.regions["name"].tolist() == ["The whole register"]
    assert result.regions["location_quotient"].tolist() == [1.0]
    usual = nabij.run(country.study())
    np.testing.assert_array_equal(result.establishments["d_score"], usual.establishments["d_score"])
    folder = nabij.save(result, tmp_path / "out")
    drawn = {path.stem for path in (folder / "figures").iterdir()}
    assert drawn == {"dot_map", "size_classes"}
    assert "Without regions" in (folder / "report.html").read_text()


def test_without_jobs_what_needs_them_is_left_out_and_said_so(country, tmp_path):
    country.write(country.register.drop(columns="jobs"))
    result = nabij.run(country.study(register={"jobs": None}))
    for frame in (result.sectors, result.regions, result.establishments, result.changes):
        assert not [name for name in frame if "jobs" in name]
    assert result.sizes.empty
    assert any("gives no jobs" in str(note) for note in result.provenance.notes)
    folder = nabij.save(result, tmp_path / "out")
    assert not (folder / "sizes.csv").exists()
    assert not (folder / "figures" / "size_classes.png").exists()
    assert "gives no jobs" in (folder / "report.html").read_text()


def test_scores_and_quotients_do_not_need_jobs(country):
    usual = nabij.run(country.study())
    country.write(country.register.drop(columns="jobs"))
    without = nabij.run(country.study(register={"jobs": None}))
    for name in ("mean_d_score", "location_quotient"):
        np.testing.assert_array_equal(without.regions[name], usual.regions[name])


def test_one_folder_holds_one_set_of_tables_and_a_report_a_sector(study_of, tmp_path):
    folder = nabij.save(nabij.run(study_of()), tmp_path / "out")
    assert (folder / "brainport" / "report.html").exists()
    assert (folder / "creative-services" / "report.html").exists()
    assert (folder / "creative-services" / "figures" / "dot_map.png").exists()
    index = (folder / "index.html").read_text()
    assert 'href="brainport/report.html"' in index
    assert (folder / "figures" / "side_by_side.png").exists()
    assert set(pd.read_csv(folder / "regions.csv")["sector"]) == {"Brainport", "Creative services"}
    layer = gpd.read_file(folder / "regions.gpkg", layer="region")
    assert layer.groupby("sector").size().tolist() == [9, 9]


def test_changes_without_ids_tell_no_flows(study_of, country):
    country.write(with_years(country.register))
    register = {"year": "jaar", "years": "all", "id": None}
    result = nabij.run(study_of(register=register))
    assert not {"entered", "left", "moved", "moved_from", "stayed"} & set(result.changes)
    assert "sector_establishments_change" in result.changes
    assert any("cannot be told" in str(note) for note in result.provenance.notes)


def test_years_that_are_no_years_are_rejected(study_of, country):
    both = with_years(country.register).reset_index(drop=True)
    both.loc[:3, "jaar"] = ["24.3", "inf", "", "99999"]
    country.write(both)
    result = nabij.run(study_of(register={"year": "jaar", "years": "all"}))
    assert [str(why) for why in result.rejected["reason"]] == ["no year"] * 4
    assert result.years == [2015, 2018]


def test_a_year_named_twice_counts_once(study_of, two_years):
    result = nabij.run(study_of(register={**two_years, "years": [2015, 2015]}))
    assert result.years == [2015]
    aside = [str(why) for why in result.provenance.counts["set_aside"]]
    assert aside == ["year is none of 2015"]


def test_a_sector_that_is_gone_in_a_year_has_a_row_without_scores_and_a_report(country, tmp_path):
    later = country.register[country.register["sbi"] != "2910"]
    both = pd.concat([country.register.assign(jaar=2015), later.assign(jaar=2020)])
    country.write(both)
    study = country.study(
        register={"year": "jaar", "years": "all"}, sector={"name": "Cars", "codes": ["29"]}
    )
    result = nabij.run(study)
    gone = result.sectors.set_index("year").loc[2020]
    assert gone["establishments"] == 0
    assert np.isnan(gone["mean_d_score"])
    whole = result.changes[result.changes["level"] == ""].iloc[0]
    assert np.isnan(whole["location_quotient_change"])
    assert not any(" 0 places" in str(note) for note in result.provenance.notes)
    page = (nabij.save(result, tmp_path / "out") / "report.html").read_text()
    assert "has 0 establishments" in page
    assert "nan" not in page.lower().split()


def test_an_establishment_without_a_score_is_in_no_mean(country):
    register = country.register.copy()
    industrial = register.index[register["sbi"].str.startswith(("26", "27", "29", "325"))]
    register.loc[industrial, "jobs"] = 0
    register.loc[industrial[0], "jobs"] = 5  # it has no neighbour that counts
    country.write(register)
    result = nabij.run(country.study(dscore={"weights": "jobs"}))
    scores = result.establishments["d_score"]
    assert scores.isna().sum() == 1
    assert result.sectors["mean_d_score"][0] == pytest.approx(scores.mean())
    assert any("without a D-score: 1." in str(note) for note in result.provenance.notes)


def test_a_sum_over_no_others_is_none_missing(country):
    register = country.register.assign(sbi="4711")
    register.loc[0, "sbi"] = "2611"
    country.write(register)
    study = country.study(reference={"codes": None, "name": None}, dscore={"normalisation": "sum"})
    notes = [str(note) for note in nabij.run(study).provenance.notes]
    assert not any("D-score" in note for note in notes)


def test_a_register_that_is_the_sector_has_no_pairs_and_a_result(country, tmp_path):
    register = country.register.assign(sbi="2611")
    country.write(register)
    study = country.study(
        sector={"name": "Chips", "codes": None, "parts": {"Chips": ["26"]}},
        reference={"codes": None, "name": None},
    )
    result = nabij.run(study)
    assert result.pairs.empty
    assert (nabij.save(result, tmp_path / "out") / "report.html").exists()


def test_sizes_that_are_all_small_or_unknown_have_a_report(country, tmp_path):
    register = country.register.astype({"jobs": object})
    register["jobs"] = pd.Series(["", 1, 1, 1] * (len(register) // 4), dtype=object)
    country.write(register)
    assert (nabij.save(nabij.run(country.study()), tmp_path / "out") / "report.html").exists()


def test_establishments_in_none_of_the_parts_are_told(study_of):
    notes = [str(note) for note in nabij.run(study_of()).provenance.notes]
    assert any(note.startswith("Brainport: ") and "none of its parts" in note for note in notes)
