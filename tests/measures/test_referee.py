"""Simulations in place of closed forms: the same tests, drawn."""

import numpy as np
import pytest

from nabij.decay import Decay
from nabij.measures import Asked
from nabij.study import Clusters, Profiles, Significance

DRAWN = Asked(
    significance=Significance(simulations=1_999, seed=3),
    clusters=Clusters(find=False),
    profiles=Profiles(simulations=0),
)


@pytest.fixture
def two_years(population):
    """300 establishments in each of two years; a sector of 40 and its parts, some of it new."""
    random = np.random.default_rng(61)
    xy = np.tile(random.uniform(0, 20_000, (300, 2)), (2, 1))
    xy[300:330] = random.uniform(0, 4_000, (30, 2))
    codes = np.tile(["11"] * 25 + ["12"] * 15 + ["21"] * 130 + ["22"] * 130, 2)
    ids = [f"E{at}" for at in range(300)] * 2
    ids[300:312] = [f"N{at}" for at in range(12)]
    region = (xy[:, 0] > 10_000).astype(int) + 2 * (xy[:, 1] > 10_000)
    return population(
        xy, codes, region=region, year=np.repeat([2020, 2024], 300), ids=ids,
        jobs=np.ceil(random.lognormal(1, 1, 600)),
    )  # fmt: skip


def parts(sector):
    return sector(codes=["1"], parts={"one": ["11"], "two": ["12"]})


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("regions", ["location_quotient_p", "location_quotient_q"]),
        ("regions", ["p_value"]),
        ("sectors", ["p_value"]),
        ("changes", ["p_value", "q_value"]),
        ("pairs", ["p_value", "q_value"]),
    ],
)
def test_drawn_chances_are_near_those_of_the_closed_form(
    two_years, sector, measure, table, columns
):
    closed = measure(two_years, parts(sector))[table]
    drawn = measure(two_years, parts(sector), asked=DRAWN)[table]
    for column in columns:
        assert (closed[column].isna() == drawn[column].isna()).all()
        found = closed[column].notna()
        assert found.sum() >= 2
        np.testing.assert_allclose(drawn.loc[found, column], closed.loc[found, column], atol=0.06)
        assert (drawn.loc[found, column] != closed.loc[found, column]).any()


def test_regions_where_jobs_weigh_have_a_chance_only_if_drawn(two_years, sector, measure):
    decay = Decay(weights="jobs")
    assert measure(two_years, parts(sector), decay)["regions"]["p_value"].isna().all()
    drawn = measure(two_years, parts(sector), decay, DRAWN)["regions"]
    there = drawn["sector_establishments"] > 0
    assert drawn.loc[there, ["p_value", "expected_low", "expected_high"]].notna().all(axis=None)
    assert (drawn.loc[there, "expected_low"] < drawn.loc[there, "expected_high"]).all()


def test_cross_scores_weighted_by_jobs_have_a_chance_only_if_drawn(two_years, sector, measure):
    decay = Decay(weights="jobs")
    assert measure(two_years, parts(sector), decay)["pairs"]["p_value"].isna().all()
    assert measure(two_years, parts(sector), decay, DRAWN)["pairs"]["p_value"].notna().any()
