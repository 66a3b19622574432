"""What the reading in words rests on."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import nabij
from nabij.views.clusters import clusters_found
from nabij.views.findings import _beside, _clustering, _compare, _nearness, _sizes, _stands_out
from nabij.views.findings import findings as find
from nabij.views.nearness import change_found, pairs_found


@pytest.fixture
def result(country):
    return nabij.run(country.study()).view()


def again(view, regions=None, sector=None, focus=None, **changes):
    """Find anew, with some of a view replaced."""
    given = {
        "establishments": view.establishments,
        "clusters": view.clusters,
        "geocoding": 100.0,
    }
    return find(
        sector or view.sector,
        view.regions if regions is None else regions,
        focus or view.focus,
        view.size_classes,
        **{**given, **changes},
    )


def test_shares_are_of_the_sector_the_region_and_the_register(result):
    found, sector, row = result.findings, result.sector, result.focus.row
    assert found.share_of_establishments == sector.establishments / sector.register_establishments
    assert found.focus_share_of_sector == row["sector_establishments"] / sector.establishments
    assert found.focus_share_of_region == row["sector_establishments"] / row["establishments"]
    assert found.focus_share_of_sector_jobs == row["sector_jobs"] / sector.jobs


def test_small_and_large_shares_are_those_of_the_size_classes(result):
    jobs = result.establishments["jobs"]
    focus = result.establishments[result.focus.level] == result.focus.code
    assert result.findings.small_share_nationally == pytest.approx((jobs < 5).mean())
    assert result.findings.large_share == pytest.approx((jobs[focus] >= 50).mean())


def test_rankings_are_rows_of_the_region_table(result):
    top = result.findings.most_concentrated
    assert top["mean_d_score"].is_monotonic_decreasing
    table = result.regions.set_index(["level", "code"])["mean_d_score"]
    for _, row in top.iterrows():
        assert table[row["level"], row["code"]] == row["mean_d_score"]


@pytest.mark.parametrize(
    ("ratio", "word"),
    [(1.06, "more"), (1.04, "alike"), (0.96, "alike"), (0.94, "less"), (float("nan"), "unknown")],
)
def test_a_ratio_close_to_one_is_called_alike(ratio, word):
    assert _compare(ratio) == word


@pytest.mark.parametrize(
    ("small", "unknown", "word"),
    [(0.96, 0, "small"), (0.67, 0, "larger"), (0.71, 0, "alike"), (0.78, 0, "smaller"),
     (0.3, 0.6, "unknown"), (float("nan"), 0, "unknown")],
)  # fmt: skip
def test_kinds_of_sizes_beside_a_sector_with_71_percent_small(small, unknown, word):
    assert _sizes((small, 0.71), (unknown, 0.0)) == word


@pytest.mark.parametrize(
    ("establishments", "ratio", "chance", "word"),
    [
        (100, 1.06, 0.05, "more"),
        (100, 1.04, 0.05, "slightly"),
        (100, 1.06, 0.051, "chance"),
        (100, 1.0, 0.5, "chance"),
        (100, 0.99, 0.6, "not"),
        (100, 0.97, 1.0, "not"),
        (100, 1.5, np.nan, "untested"),
        (9, 1.5, 0.001, "few"),
        (10, 1.5, 0.001, "more"),
        (1, np.nan, np.nan, "unknown"),
    ],
)
def test_a_sector_is_nearer_together_only_if_large_enough_beyond_chance_and_not_hardly(
    result, establishments, ratio, chance, word
):
    sector = dataclasses.replace(
        result.sector, establishments=establishments, reference_establishments=1_000,
        relative_d_score=ratio, q_value=chance,
    )  # fmt: skip
    assert _clustering(sector) == word


def test_a_sector_that_is_its_reference_is_held_against_nothing(result):
    assert result.sector.establishments == result.sector.reference_establishments
    assert result.findings.clustering == "whole"


def test_of_several_sectors_it_is_the_corrected_chance_that_counts(result):
    sector = dataclasses.replace(
        result.sector, establishments=100, reference_establishments=1_000,
        relative_d_score=1.2, p_value=0.04, q_value=0.08,
    )  # fmt: skip
    assert _clustering(sector) == "chance"


def test_the_view_has_the_corrected_chance_of_its_sector(country):
    found = nabij.run(country.study_of_two())
    for row in found.sectors.itertuples():
        sector = found.view(sector=row.sector).sector
        assert (sector.p_value, sector.q_value) == (row.p_value, row.q_value)
    assert (found.sectors["q_value"] > found.sectors["p_value"]).any()


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(1.1, 1.8, "more"), (0.5, 0.9, "less"), (0.9, 1.2, "alike"), (np.nan, 2.0, "unknown")],
)
def test_a_share_is_more_or_less_only_where_its_interval_says_so(low, high, word):
    row = pd.Series({"location_quotient_low": low, "location_quotient_high": high})
    assert _beside(row, "location_quotient", 1.0) == word
    assert _beside(row.drop("location_quotient_low"), "location_quotient", 1.0) == "unknown"


def test_nearness_in_a_region_goes_by_what_is_corrected():
    assert _nearness(pd.Series({"p_value": 0.001, "q_value": 0.05})) == "more"
    above = {"mean_d_score": 0.5, "expected_low": 0.4, "p_value": 0.001}
    assert _nearness(pd.Series({**above, "q_value": 0.06})) == "chance"
    assert _nearness(pd.Series({"p_value": 0.001})) == "unknown"


def test_a_region_below_its_reference_range_is_not_called_like_chance():
    below = pd.Series({"mean_d_score": 0.39, "expected_low": 0.4, "q_value": 1.0})
    assert _nearness(below) == "less"
    assert _nearness(below.drop("expected_low")) == "chance"


def of_level(view, counts, **columns):
    """Return regions of the focus region's level with hand-made numbers, and the first as focus."""
    level = view.regions[view.regions["level"] == view.focus.level].head(len(counts))
    level = level.assign(sector_establishments=counts, **columns)
    row = level.iloc[0]
    focus = dataclasses.replace(view.focus, code=row["code"], name=row["name"], row=row)
    return level, focus


def test_regions_are_counted_apart_for_nearness_and_number_and_only_from_ten(result):
    regions, focus = of_level(
        result,
        [9, 40, 40, 10],
        q_value=[0.001, 0.001, 0.2, 0.05],
        location_quotient_q=[0.001, 0.2, 0.2, 0.04],
    )
    found = again(result, regions, focus=focus)
    assert (found.regions_claimed, found.regions_nearer, found.regions_more) == (3, 2, 1)
    assert focus.name not in [*found.most_concentrated["name"], *found.most_establishments["name"]]
    untested = again(result, regions.drop(columns=["q_value", "location_quotient_q"]), focus=focus)
    assert (untested.regions_nearer, untested.regions_more) == (None, None)


@pytest.mark.parametrize(
    ("counts", "means", "chance", "stands_out"),
    [
        ([40, 40], [1.3, 1.0], 0.05, True),
        ([40, 40], [1.1, 1.0], 0.05, False),
        ([40, 40], [1.3, 1.0], 0.06, False),
        ([40, 40], [1.3, 1.0], np.nan, False),
        ([9, 40], [1.3, 1.0], 0.05, False),
        ([40, 40], [1.0, 1.3], 0.05, False),
    ],
)
def test_a_region_stands_out_only_well_above_the_next_and_beyond_chance(
    result, counts, means, chance, stands_out
):
    level, focus = of_level(result, counts, mean_d_score=means, q_value=[chance, 0.01])
    table = pd.DataFrame(level.drop(columns="geometry"))
    assert _stands_out(table, "mean_d_score", focus.code) == stands_out
    assert not _stands_out(table.drop(columns="q_value"), "mean_d_score", focus.code)
    if counts[0] >= 10:  # with nine it is not among those that are ranked
        found = again(result, level, focus=focus)
        assert ("mean_d_score" in found.stands_out_on) == stands_out


def test_of_a_focus_region_with_nine_nothing_is_claimed(result):
    regions, focus = of_level(result, [9, 40], location_quotient_low=2.0, q_value=0.001)
    found = again(result, regions, focus=focus)
    assert not found.focus_claimed
    said = found.focus_specialisation, found.focus_clustering, found.focus_nearness
    assert said == ("few", "few", "few")
    assert found.stands_out_on == ()


def test_establishments_are_counted_by_what_is_corrected(result):
    q = np.ones(len(result.establishments))
    q[:7] = 0.05
    near = result.establishments.assign(p_value=0.001, q_value=q)
    assert again(result, establishments=near).establishments_nearer == 7
    without = near.drop(columns="q_value")
    assert again(result, establishments=without).establishments_nearer is None


def clusters(**columns):
    usual = {
        "sector_establishments": [50, 20, 12, 9],
        "location_quotient": [3.0, 2.5, 4.0, 9.0],
        "p_value": [0.005, 0.05, 0.1, 0.005],
        "stability": [0.95, 0.8, 0.9, 0.9],
        "area_km2": [2.0, 0.01, 1.0, 1.0],
        "type": ["between"] * 4,
    }
    return pd.DataFrame({**usual, **columns})


def found_in(view, table, looked_for=True, geocoding=100.0, **sector):
    many = len(table) if looked_for else None
    sector = dataclasses.replace(view.sector, clusters=many, **sector)
    return clusters_found(sector, table, geocoding)


def test_clusters_are_found_that_are_significant_and_of_ten(result):
    found = found_in(result, clusters())
    assert (found.verdict, found.count, found.firm) == ("several", 4, 2)
    assert found.largest["sector_establishments"].tolist() == [50, 20]


def test_a_cluster_narrower_than_twice_the_geocoding_is_not_firm(result):
    # 0.01 square kilometre is a disc of 113 m across.
    assert found_in(result, clusters()).largest["holding"].tolist() == ["firm", "loose"]
    held = found_in(result, clusters(), geocoding=50.0).largest["holding"].tolist()
    assert held == ["firm", "fairly"]


def test_places_known_too_coarsely_tell_no_type(result):
    assert "type" in found_in(result, clusters(), geocoding=125.0).largest
    assert "type" not in found_in(result, clusters(), geocoding=126.0).largest
    sector = dataclasses.replace(result.sector, type="between")
    assert again(result, sector=sector, geocoding=125.0).type == "between"
    assert again(result, sector=sector, geocoding=126.0).type == ""


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [([], "none"), ([2, 3], "unsure"), ([0], "one"), ([0, 2], "one"), ([0, 1], "several")],
)
def test_verdicts_on_clusters(result, rows, verdict):
    assert found_in(result, clusters().iloc[rows]).verdict == verdict


def test_one_cluster_below_twice_the_share_is_a_weak_concentration(result):
    one = clusters(location_quotient=[1.9, 1.0, 1.0, 1.0])
    assert found_in(result, one.iloc[[0]]).verdict == "weak"
    assert found_in(result, one.iloc[[0, 2]]).verdict == "one"


def test_of_clusters_not_looked_for_or_of_a_tiny_sector_nothing_is_said(result):
    assert found_in(result, clusters().iloc[:0], looked_for=False).verdict == "unknown"
    assert found_in(result, clusters(), establishments=9).verdict == "unknown"
    assert found_in(result, clusters().drop(columns="p_value")).verdict == "unsure"


PAIRS = pd.DataFrame(
    {
        "part": ["A", "B", "A", "", ""],
        "other": ["B", "A", "C", "62", "71"],
        "relative_d_score": [1.2, 1.3, 2.0, 1.1, 1.4],
        "rank": [1, 1, 1, 2, 1],
        "p_value": [0.01, 0.2, 0.01, 0.01, 0.01],
        "q_value": [0.02, 0.2, 0.02, 0.06, 0.02],
    }
)
PARTS = pd.DataFrame({"part": ["A", "B", "C"], "establishments": [40, 10, 9]})


def test_pairs_are_near_only_beyond_chance_and_of_ten():
    found = pairs_found(PAIRS, PARTS)
    assert found.between == 2
    assert list(zip(found.nearer["part"], found.nearer["other"], strict=True)) == [("A", "B")]
    untested = pairs_found(PAIRS.drop(columns=["p_value", "q_value"]), PARTS)
    assert untested.nearer["part"].tolist() == ["B", "A"]
    assert (found.tested, untested.tested) == (True, False)
    assert untested.divisions_tested == 0


def test_pairs_go_by_what_is_corrected():
    corrected = PAIRS.assign(q_value=[0.06, 0.2, 0.02, 0.06, 0.02])
    assert pairs_found(corrected, PARTS).nearer.empty


def test_divisions_go_by_rank_and_their_chances_are_only_counted():
    found = pairs_found(PAIRS, PARTS)
    assert found.divisions["other"].tolist() == ["71", "62"]
    assert (found.ranked, found.divisions_tested, found.not_random) == (2, 2, 1)


def test_a_division_beyond_the_reference_is_ranked_but_not_counted_as_tested():
    beyond = PAIRS.assign(q_value=[0.02, 0.2, 0.02, np.nan, 0.02])
    found = pairs_found(beyond, PARTS)
    assert (found.ranked, found.divisions_tested, found.not_random) == (2, 1, 1)


def changes(entered, chance, corrected=(0.01, 0.01, 0.2)):
    return pd.DataFrame(
        {
            "to_year": [2023, 2024, 2024, 2024, 2024],
            "level": ["", "", "region", "region", "region"],
            "code": ["", "", "R1", "R2", "R3"],
            "entered": [50, entered, 12, 3, 20],
            "moved": [0, 1, 0, 0, 0],
            "p_value": [0.001, chance, 0.001, 0.001, 0.001],
            "q_value": [0.001, chance, *corrected],
        }
    )


@pytest.mark.parametrize(
    ("entered", "chance", "word"),
    [(30, 0.05, "nearer"), (30, 0.06, "chance"), (9, 0.05, "nearer"), (8, 0.05, "few"),
     (30, np.nan, "unknown")],
)  # fmt: skip
def test_change_is_of_the_last_two_years_and_of_ten_who_came(entered, chance, word):
    found = change_found(changes(entered, chance), "region")
    assert found.nearer == word
    assert found.regions == 1


def test_change_without_a_test_or_without_years_is_unknown():
    bare = changes(30, 0.01).drop(columns=["p_value", "q_value"])
    assert dataclasses.astuple(change_found(bare, "region"))[::2] == ("unknown", None)
    assert change_found(bare.iloc[:0], "region").nearer == "unknown"
