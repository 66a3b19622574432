"""Region table, size classes and focus: what they count adds up, and is what it says."""

import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError
from nabij.measures.sizes import LABELS, size_class


@pytest.fixture
def result(country):
    return nabij.run(country.study(sector={"parts": {"Cars": ["29"], "Medical": ["325"]}})).view()


def test_every_level_sums_to_the_register_and_to_the_sector(country, result):
    in_sector = country.register["sbi"].str.startswith(("26", "27", "29", "325"))
    for _, level in result.regions.groupby("level"):
        assert level["establishments"].sum() == len(country.register)
        assert level["sector_establishments"].sum() == in_sector.sum()
        assert level["jobs"].sum() == country.register["jobs"].sum()
        assert level["sector_jobs"].sum() == country.register["jobs"][in_sector].sum()
    assert result.sector.establishments == in_sector.sum()


def test_region_means_weighted_by_establishments_are_the_national_mean(result):
    for _, level in result.regions.groupby("level"):
        total = (level["mean_d_score"] * level["sector_establishments"]).sum()
        assert total / level["sector_establishments"].sum() == pytest.approx(
            result.sector.mean_d_score
        )


def test_region_table_agrees_with_the_establishments(result):
    table = result.regions[result.regions["level"] == "region"].set_index("code")
    by_region = result.establishments.groupby("region")
    pd.testing.assert_series_equal(
        table["mean_d_score"].dropna(), by_region["d_score"].mean(), check_names=False
    )
    sector = table["sector_establishments"]
    pd.testing.assert_series_equal(
        sector[sector > 0], by_region.size(), check_names=False, check_index_type=False
    )


def test_location_quotient_is_share_over_share(result):
    row = result.focus.row
    sector, every = result.sector.establishments, result.sector.register_establishments
    share = row["sector_establishments"] / row["establishments"]
    assert row["location_quotient"] == pytest.approx(share / (sector / every))
    share = row["sector_jobs"] / row["jobs"]
    overall = result.sector.jobs / result.sector.register_jobs
    assert row["location_quotient_jobs"] == pytest.approx(share / overall)


def test_columns_are_those_promised(result):
    assert list(result.establishments.columns) == [
        "id", "code", "x", "y", "jobs", "region", "neighbourhood",
        "d_score", "expected_d_score", "relative_d_score", "p_value", "q_value", "local_ratio",
        "cluster",
    ]  # fmt: skip
    assert list(result.regions.columns) == [
        "level", "code", "name", "establishments", "sector_establishments", "jobs", "sector_jobs",
        "mean_d_score", "expected_d_score", "mean_d_score_low", "mean_d_score_high",
        "expected_low", "expected_high", "p_value", "q_value", "location_quotient",
        "location_quotient_low", "location_quotient_high", "location_quotient_p",
        "location_quotient_q", "location_quotient_shrunk", "location_quotient_jobs",
        "mean_d_score_half_floor", "mean_d_score_five_floors", "geometry",
    ]  # fmt: skip


def test_parts_are_counted_with_the_scores_of_the_whole_sector(result):
    parts = result.parts.set_index("part")
    cars = result.establishments["code"].str.startswith("29")
    assert parts.loc["Cars", "establishments"] == cars.sum()
    mean = result.establishments["d_score"][cars].mean()
    assert parts.loc["Cars", "mean_d_score"] == pytest.approx(mean)


def test_the_focus_region_is_by_default_the_one_with_most_of_the_sector(result):
    level = result.regions[result.regions["level"] == "region"]
    assert result.focus.row["sector_establishments"] == level["sector_establishments"].max()


@pytest.mark.parametrize("named", ["R05", "Place R05", "place r05"])
def test_the_focus_region_goes_by_code_or_name(country, named):
    focus = nabij.run(country.study(focus={"region": named})).view().focus
    assert (focus.code, focus.level) == ("R05", "region")  # also a code of the finer level


def test_a_focus_region_that_is_not_there_names_the_likely_one(country):
    with pytest.raises(InputError, match=r"'Place R5' is no code or name.*did you mean 'Place R"):
        nabij.run(country.study(focus={"region": "Place R5"}))


def test_neighbourhoods_sum_to_the_focus_region(result):
    focus = result.focus
    neighbourhoods = focus.neighbourhoods
    assert neighbourhoods["sector_establishments"].sum() == focus.row["sector_establishments"]
    assert neighbourhoods["sector_jobs"].sum() == focus.row["sector_jobs"]
    assert len(neighbourhoods) == 9


def test_neighbourhoods_are_named_from_the_threshold_on(country):
    focus = nabij.run(country.study(focus={"threshold": 3})).view().focus
    table = focus.neighbourhoods
    assert table["named"].any()
    assert (table["named"] == (table["sector_establishments"] >= 3)).all()


def test_one_level_zooms_to_itself(country):
    levels = country.content()["regions"][:1]
    focus = nabij.run(country.study(regions=levels)).view().focus
    assert focus.zoom_level is None
    assert focus.neighbourhoods["code"].tolist() == [focus.code]


def test_size_classes_have_the_bounds_of_the_article():
    jobs = np.array([1, 1.9, 2, 4, 5, 9, 10, 19, 20, 49, 50, 99, 100, 5000.0])
    found = [LABELS[at] for at in size_class(jobs)]
    assert found[::2] == ["1", "2-4", "5-9", "10-19", "20-49", "50-99", "100+"]
    assert found[1::2] == found[::2]


def test_no_jobs_and_unknown_jobs_have_classes_of_their_own_only_where_they_occur(country):
    labels = nabij.run(country.study()).view().size_classes["size_class"].tolist()
    assert labels == ["1", "2-4", "5-9", "10-19", "20-49", "50-99", "100+"]
    register = country.register.astype({"jobs": object})
    industrial = register.index[register["sbi"] == "2611"]
    register.loc[industrial[0], "jobs"] = 0
    register.loc[industrial[1], "jobs"] = ""
    country.write(register)
    table = nabij.run(country.study()).view().size_classes
    assert table["size_class"].tolist()[0] == "<1"
    assert table["size_class"].tolist()[-1] == "unknown"
    assert table["focus_share"].sum() == pytest.approx(1)
    assert table["national_share"].sum() == pytest.approx(1)


def test_size_classes_of_a_region_without_establishments_have_no_shares(country):
    result = nabij.run(country.study())
    level = result.view().regions.query("level == 'region'")
    without = level.loc[level["sector_establishments"] == 0, "code"].iloc[0]
    assert result.view(focus=without).size_classes["focus_share"].isna().all()


def test_size_classes_of_all_levels_sum_to_the_sector(result, country):
    sizes = nabij.run(country.study()).sizes
    for level in ("", "region", "neighbourhood"):
        of_level = sizes[sizes["level"] == level]
        assert of_level["establishments"].sum() == result.sector.establishments


def test_weights_by_jobs_change_the_scores(country):
    plain = nabij.run(country.study()).establishments["d_score"]
    study = country.study(dscore={"weights": "jobs"})
    weighted = nabij.run(study).establishments
    points = weighted[["x", "y"]].to_numpy()
    expected = nabij.dscore(points, weights=weighted["jobs"].to_numpy())
    np.testing.assert_allclose(weighted["d_score"], expected, rtol=1e-6)
    assert not np.allclose(plain, weighted["d_score"])
