"""What entered, left, moved and stayed adds up, and changes are differences of two years."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from nabij.decay import Decay
from nabij.inference.multiple import q_values
from nabij.inference.subsets import higher_mean


def two_years(seed, n=40):
    """Make two years of a register: some of the ids stay, some move, some change their code."""
    random = np.random.default_rng(seed)
    rows = []
    for year in (2015, 2020):
        ids = random.choice(60, n, replace=False)
        for each in ids:
            at = np.random.default_rng([each, year * int(random.random() < 0.3)])
            rows.append(
                {
                    "id": f"E{each}",
                    "year": year,
                    "code": at.choice(["29", "71"]),
                    "x": float(at.integers(0, 9)) * 500,
                    "y": float(at.integers(0, 9)) * 500,
                    "region": int(at.integers(-1, 3)),
                    "jobs": int(at.integers(1, 9)),
                }
            )
    # Both years have the sector, and all three regions.
    register = pd.DataFrame(rows)
    register.loc[[0, 1, n, n + 1], "code"] = "29"
    register.loc[[2, n + 2], "region"] = 2
    return register


def tables_of(register, population, measure, sector, decay=None):
    made = population(
        register[["x", "y"]].to_numpy(),
        register["code"].tolist(),
        jobs=register["jobs"],
        region=register["region"],
        year=register["year"],
        ids=register["id"].tolist(),
    )
    return measure(made, sector(codes=["29"]), decay)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_flows_equal_a_plain_comparison_of_ids_and_places(population, measure, sector, seed):
    register = two_years(seed)
    changes = tables_of(register, population, measure, sector)["changes"]
    cars = register[register["code"] == "29"]
    was = cars[cars["year"] == 2015].set_index("id")
    now = cars[cars["year"] == 2020].set_index("id")
    for region in ("", 0, 1, 2):
        code = "" if region == "" else f"R{region}"
        level = "" if region == "" else "region"
        here = changes[(changes["level"] == level) & (changes["code"] == code)].iloc[0]

        def inside(row, region=region):
            return region == "" or row["region"] == region

        plain = dict.fromkeys(("entered", "left", "moved", "moved_from", "stayed"), 0)
        for name, row in now.iterrows():
            if name not in was.index:
                plain["entered"] += inside(row)
            elif (row["x"], row["y"]) == (was.at[name, "x"], was.at[name, "y"]):
                plain["stayed"] += inside(row)
            else:
                plain["moved"] += inside(row)
        for name, row in was.iterrows():
            if name not in now.index:
                plain["left"] += inside(row)
            elif (row["x"], row["y"]) != (now.at[name, "x"], now.at[name, "y"]):
                plain["moved_from"] += inside(row)
        assert {flow: here[flow] for flow in plain} == plain


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_changes_are_the_difference_of_the_two_years(population, measure, sector, seed):
    tables = tables_of(two_years(seed), population, measure, sector)
    changes = tables["changes"].set_index(["level", "code"])
    by_year = {
        year: frame.set_index(["level", "code"])
        for year, frame in tables["regions"].groupby("year")
    }
    for name in ("mean_d_score", "location_quotient", "sector_jobs"):
        difference = by_year[2020][name] - by_year[2015][name]
        common = difference.index.intersection(changes.index)
        pd.testing.assert_series_equal(
            changes.loc[common, f"{name}_change"], difference[common], check_names=False,
            check_dtype=False,
        )  # fmt: skip
    sectors = tables["sectors"].set_index("year")
    whole = changes.loc["", ""]
    for name in ("mean_d_score", "relative_d_score"):
        expected = sectors.at[2020, name] - sectors.at[2015, name]
        assert whole[f"{name}_change"] == pytest.approx(expected)
    assert whole["sector_establishments_change"] == (
        sectors.at[2020, "establishments"] - sectors.at[2015, "establishments"]
    )


def test_of_three_years_each_is_held_against_the_one_before(population, measure, sector):
    random = np.random.default_rng(2)
    n = 30
    made = population(
        np.tile(random.uniform(0, 5000, (n, 2)), (3, 1)),
        ["29"] * (3 * n),
        year=np.repeat([2010, 2015, 2025], n),
        ids=[f"E{at}" for at in range(n)] * 3,
    )
    changes = measure(made, sector(codes=["29"]))["changes"]
    whole = changes[changes["level"] == ""]
    assert whole[["from_year", "to_year"]].to_numpy().tolist() == [[2010, 2015], [2015, 2025]]
    assert (whole["stayed"] == n).all()
    assert whole["mean_d_score_change"].tolist() == [0.0, 0.0]


def test_one_year_has_no_changes(population, measure, sector):
    made = population(np.zeros((5, 2)), ["29"] * 5)
    assert measure(made, sector(codes=["29"]))["changes"].empty


def test_a_region_that_only_one_year_has_a_row_for_had_none_in_the_other(
    population, measure, sector
):
    n = 20
    xy = np.tile(np.random.default_rng(4).uniform(0, 5000, (n, 2)), (2, 1))
    xy[n : n + 3] += 900
    region = np.zeros(2 * n, dtype=int)
    region[n : n + 3] = -1  # moved outside all regions
    made = population(
        xy, ["29"] * (2 * n), region=region, year=np.repeat([2015, 2025], n),
        ids=[f"E{at}" for at in range(n)] * 2,
    )  # fmt: skip
    changes = measure(made, sector(codes=["29"]))["changes"].set_index(["level", "code"])
    assert changes.at[("region", ""), "sector_establishments_change"] == 3
    assert changes.at[("region", ""), "moved"] == 3
    of_level = changes.loc["region", "sector_establishments_change"]
    assert of_level.sum() == changes.at[("", ""), "sector_establishments_change"] == 0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["none", "jobs"]))
def test_who_entered_is_held_against_who_left(population, measure, sector, near, seed, weights):
    register = two_years(seed)
    changes = tables_of(register, population, measure, sector, Decay(weights=weights))["changes"]
    changes = changes.set_index(["level", "code"])
    cars = register[register["code"] == "29"].assign(region=register["region"].astype(int))
    was, now = (cars[cars["year"] == year].set_index("id") for year in (2015, 2020))
    place = ["x", "y"]
    both = was.index.intersection(now.index)
    stayed = both[(was.loc[both, place] == now.loc[both, place]).all(axis=1)]
    # Who moved left one place and entered another.
    left, entered = was.drop(stayed), now.drop(stayed)
    stayers = now.loc[stayed]
    pool = pd.concat([left, entered])
    weight = stayers["jobs"].to_numpy() if weights == "jobs" else np.ones(len(stayers))
    p = changes.at[("", ""), "p_value"]
    if len(stayers) and len(left) and len(entered):
        nearness = np.log(near(pool[place], stayers[place]) @ weight)
        at = np.arange(len(left), len(pool))
        plain = higher_mean(nearness, at, np.zeros_like(at), 1)[0]
        assert p == pytest.approx(plain, rel=1e-6, nan_ok=True)
    else:
        assert np.isnan(p)
    assert changes.at[("", ""), "q_value"] == pytest.approx(p, nan_ok=True)
    for region in range(3):
        x, flow = (int((table["region"] == region).sum()) for table in (entered, pool))
        drawn = hypergeom(len(pool), len(entered), flow)
        found = changes.at[("region", f"R{region}"), "p_value"]
        if 0 < flow < len(pool) and 0 < len(entered) < len(pool):
            assert found == pytest.approx(drawn.sf(x) + drawn.pmf(x) / 2)
        else:
            assert np.isnan(found)
    if ("region", "") in changes.index:
        assert np.isnan(changes.at[("region", ""), "p_value"])
    of_level = changes.loc["region"]
    np.testing.assert_allclose(of_level["q_value"], q_values(of_level["p_value"]))


def changed(population, measure, sector, entrants, decay=None, ids=None):
    """Ten stayed around the origin, three left 20 km off, and some entered elsewhere."""
    random = np.random.default_rng(7)
    stayed = random.normal(0, 500, (10, 2))
    left = random.normal(20_000, 500, (3, 2))
    xy = np.concatenate([stayed, left, stayed, entrants])
    year = np.repeat([2015, 2020], [13, 10 + len(entrants)])
    names = [*range(13), *range(10), *range(20, 20 + len(entrants))]
    made = population(
        xy, ["29"] * len(xy), year=year, ids=[f"E{name}" for name in names] if ids is None else ids
    )
    return measure(made, sector(codes=["29"]), decay)["changes"].iloc[0]


def test_entrants_close_by_have_a_small_p_and_those_far_off_a_large_one(
    population, measure, sector
):
    around = np.random.default_rng(8).normal(0, 300, (4, 2))
    assert changed(population, measure, sector, around)["p_value"] < 0.01
    assert changed(population, measure, sector, around + 90_000)["p_value"] > 0.98


def test_a_kernel_that_reaches_no_one_who_stayed_gives_no_p(population, measure, sector):
    around = np.random.default_rng(8).normal(0, 300, (4, 2))
    row = changed(population, measure, sector, around, Decay("within", 5_000.0))
    assert row["entered"] == 4
    assert np.isnan(row["p_value"])
    farther = changed(population, measure, sector, around, Decay("gaussian", 5_000.0))
    assert farther["p_value"] < 0.01


def test_where_no_one_stayed_there_is_no_p(population, measure, sector):
    around = np.random.default_rng(8).normal(0, 300, (4, 2))
    row = changed(population, measure, sector, around, ids=[f"E{at}" for at in range(27)])
    assert (row["stayed"], row["left"], row["entered"]) == (0, 13, 14)
    assert np.isnan(row["p_value"])
