"""What the reading in words rests on."""

import pytest

import nabij
from nabij.views.findings import _compare, _sizes, _stands_out


@pytest.fixture
def result(country):
    return nabij.run(country.study()).view()


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


def test_nearness_in_the_focus_region_is_against_its_own_expectation(result):
    here = result.establishments[result.establishments["region"] == result.focus.code]
    ratio = here["d_score"].mean() / here["expected_d_score"].mean()
    assert result.findings.focus_relative_d_score == pytest.approx(ratio)


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


def test_a_region_stands_out_only_well_above_the_next(result):
    level = result.regions.drop(columns="geometry").head(2).assign(mean_d_score=[1.3, 1.0])
    assert _stands_out(level, "mean_d_score", level["code"].iloc[0])
    assert not _stands_out(level, "mean_d_score", level["code"].iloc[1])
    level["mean_d_score"] = [1.1, 1.0]
    assert not _stands_out(level, "mean_d_score", level["code"].iloc[0])
