"""Tests of sectors and regions in their tables: whose they are, and what has none."""

import numpy as np
import pytest

from nabij.codes import cases
from nabij.decay import Decay
from nabij.measures import Asked, significance
from nabij.measures.measuring import tables_of
from nabij.measures.scoring import Scoring
from nabij.study import Clusters, Profiles, Significance


def asking(**how):
    quiet = {"clusters": Clusters(find=False), "profiles": Profiles(simulations=0)}
    return Asked(significance=Significance(**how), **quiet)


@pytest.fixture(scope="module")
def town():
    """400 places in four regions and none; sector A packs together in the first."""
    random = np.random.default_rng(71)
    xy = random.uniform(0, 20_000, (400, 2))
    region = (xy[:, 0] > 10_000) * 2 + (xy[:, 1] > 10_000)
    region[random.choice(400, 30, replace=False)] = -1
    code = random.choice(["A", "B", "C"], 400, p=[0.15, 0.3, 0.55])
    packed = np.hypot(*(xy - 4_000).T) < 3_000
    code[packed & (region == 0)] = "A"
    return xy, code, region


def tables(population, sectors, asked, decay=None, scan=False):
    decay = decay or Decay()
    chosen, _ = cases(population, sectors)
    made = tables_of(
        population, chosen, decay, Scoring(population, decay), asked=asked, scan=scan
    )  # fmt: skip
    return {name: table.frame for name, table in made.items()}


def by_drawing(f, n, draws, seed):
    random = np.random.default_rng(seed)
    return np.array(
        [
            f[np.ix_(some, some)].sum()
            for some in (random.choice(len(f), n, replace=False) for _ in range(draws))
        ]
    )


@pytest.mark.parametrize("code", ["A", "B"])
def test_a_sector_is_held_against_draws_from_its_reference(
    population, measure, near, sector, town, code
):
    xy, codes, region = town
    found = measure(population(xy, codes, region=region), sector(codes=[code]))["sectors"].iloc[0]
    f = near(xy, xy)
    np.fill_diagonal(f, 0.0)
    members = np.flatnonzero(codes == code)
    n = len(members)
    assert n >= 50
    drawn = by_drawing(f, n, 3_000, 72)
    observed = f[np.ix_(members, members)].sum()
    assert observed / (n * (n - 1)) == pytest.approx(found["mean_d_score"])
    assert found["z"] == pytest.approx((observed - drawn.mean()) / drawn.std(), abs=0.1, rel=0.1)
    assert found["p_value"] == pytest.approx((drawn >= observed).mean(), abs=0.04)
    assert found["q_value"] == found["p_value"]


def test_small_sectors_are_relabelled_and_share_the_draws(
    population, near, sector, town, monkeypatch
):
    xy, codes, region = town
    codes = codes.copy()
    codes[np.flatnonzero(codes == "C")[:60]] = np.repeat(["D", "E"], [20, 40])
    calls = []
    for name in ("pair_sums", "relabelled_pairs"):
        plain = getattr(significance, name)

        def counted(*given, plain=plain, name=name):
            calls.append(name)
            return plain(*given)

        monkeypatch.setattr(significance, name, counted)
    people = population(xy, codes, region=region)
    wanted = [sector(name, [name]) for name in "ABDE"]
    found = tables(people, wanted, asking(), scan=True)["sectors"].set_index("sector")
    assert sorted(calls) == ["pair_sums", "relabelled_pairs"]
    f = near(xy, xy)
    np.fill_diagonal(f, 0.0)
    for name in "DE":
        members = np.flatnonzero(codes == name)
        drawn = by_drawing(f, len(members), 3_000, 73)
        chance = (drawn >= f[np.ix_(members, members)].sum()).mean()
        assert found.loc[name, "p_value"] == pytest.approx(chance, abs=0.04)
    # The least of four, times four; and never below another's that is less sure.
    ordered = found.sort_values("p_value")
    assert ordered["q_value"].is_monotonic_increasing
    assert ordered["q_value"].iloc[0] <= 4 * ordered["p_value"].iloc[0] + 1e-12
    assert (found["q_value"] >= found["p_value"]).all()


def test_simulations_agree_with_the_closed_form(population, measure, sector, town):
    xy, codes, region = town
    people = population(xy, codes, region=region)
    closed = measure(people, sector(codes=["B"]))["sectors"].iloc[0]
    drawn = measure(people, sector(codes=["B"]), asked=asking(simulations=999))["sectors"].iloc[0]
    again = measure(people, sector(codes=["B"]), asked=asking(simulations=999))["sectors"].iloc[0]
    other = asking(simulations=999, seed=2)
    other = measure(people, sector(codes=["B"]), asked=other)["sectors"].iloc[0]
    assert drawn["p_value"] == again["p_value"] != other["p_value"]
    assert drawn["p_value"] != closed["p_value"]
    assert drawn["p_value"] == pytest.approx(closed["p_value"], abs=0.065)
    assert round(drawn["p_value"] * 1000) == pytest.approx(drawn["p_value"] * 1000)
    assert drawn["z"] == closed["z"]


def test_a_lone_one_and_a_whole_reference_have_no_test(population, measure, sector, town):
    xy, codes, region = town
    codes = codes.copy()
    codes[7] = "F"
    people = population(xy, codes, region=region)
    for wanted in (sector(codes=["F"]), sector(codes=["A"], reference=["A"])):
        found = measure(people, wanted)
        assert found["sectors"][["z", "p_value", "q_value"]].isna().all(axis=None)
        assert found["regions"]["p_value"].isna().all()


def test_q_values_are_those_of_a_year(population, sector, town):
    xy, codes, region = town
    year = np.repeat([2012, 2013], 200)
    people = population(xy, codes, region=region, year=year, ids=[*range(200), *range(200)])
    found = tables(people, [sector(name, [name]) for name in "AB"], asking())["sectors"]
    for _, of_year in found.groupby("year"):
        assert of_year["q_value"].max() == pytest.approx(of_year["p_value"].max())
        assert (of_year["q_value"] <= 2 * of_year["p_value"] + 1e-12).all()


def test_a_region_is_held_against_draws_inside_it(population, measure, near, sector, town):
    xy, codes, region = town
    found = measure(population(xy, codes, region=region), sector(codes=["A"]))["regions"]
    f = near(xy, xy)
    np.fill_diagonal(f, 0.0)
    random = np.random.default_rng(74)
    sector_of, n = codes == "A", (codes == "A").sum()
    for number in range(4):
        row = found[found["code"] == f"R{number}"].iloc[0]
        here, there = np.flatnonzero(region == number), np.flatnonzero(region != number)
        many = int(sector_of[here].sum())
        draws = []
        for _ in range(2_000):
            inside = random.choice(here, many, replace=False)
            outside = random.choice(there, n - many, replace=False)
            draws.append(f[np.ix_(inside, np.concatenate((inside, outside)))].sum())
        draws = np.array(draws) / (many * (n - 1))
        assert row["expected_low"] == pytest.approx(np.quantile(draws, 0.025), rel=0.05)
        assert row["expected_high"] == pytest.approx(np.quantile(draws, 0.975), rel=0.06)
        chance = (draws >= row["mean_d_score"]).mean()
        assert row["p_value"] == pytest.approx(chance, abs=0.05)
    first = found[found["code"] == "R0"].iloc[0]
    assert first["p_value"] < 0.01
    assert first["q_value"] == pytest.approx(4 * first["p_value"])
    outside = found[found["code"] == ""].iloc[0]
    assert outside["sector_establishments"] > 0
    assert outside[["expected_low", "expected_high", "p_value", "q_value"]].isna().all()


def test_a_sum_of_scores_has_the_same_chances(population, measure, sector, town):
    xy, codes, region = town
    people = population(xy, codes, region=region)
    mean = measure(people, sector(codes=["A"]))
    total = measure(people, sector(codes=["A"]), decay=Decay(normalisation="sum"))
    others = (codes == "A").sum() - 1
    for table in ("sectors", "regions"):
        np.testing.assert_allclose(total[table]["p_value"], mean[table]["p_value"])
    ranges = mean["regions"][["expected_low", "expected_high"]] * others
    np.testing.assert_allclose(total["regions"][["expected_low", "expected_high"]], ranges)


def test_where_neighbours_weigh_sectors_are_relabelled_and_regions_not_tested(
    population, measure, near, sector, town
):
    xy, codes, region = town
    jobs = np.random.default_rng(75).lognormal(1, 1, 400)
    people, decay = population(xy, codes, region=region, jobs=jobs), Decay(weights="jobs")
    found = measure(people, sector(codes=["B"]), decay=decay)
    row = found["sectors"].iloc[0]
    f, n = near(xy, xy), (codes == "B").sum()
    np.fill_diagonal(f, 0.0)
    random, means = np.random.default_rng(76), []
    for _ in range(2_000):
        some = random.choice(400, n, replace=False)
        means.append((f[np.ix_(some, some)] @ jobs[some] / (jobs[some].sum() - jobs[some])).mean())
    chance = (np.array(means) >= row["mean_d_score"]).mean()
    # Four standard errors of 199 draws, at most.
    assert row["p_value"] == pytest.approx(chance, abs=0.15)
    assert row["z"] == pytest.approx(
        (row["mean_d_score"] - np.mean(means)) / np.std(means), abs=0.4
    )
    assert found["regions"][["expected_low", "p_value"]].isna().all(axis=None)
    scanned = tables(people, [sector("B", ["B"])], asking(), decay, scan=True)["sectors"]
    assert scanned["p_value"].isna().all()


def test_a_scan_has_tests_of_sectors_and_none_of_regions(population, sector, town):
    xy, codes, region = town
    people = population(xy, codes, region=region)
    found = tables(people, [sector("A", ["A"])], asking(), scan=True)
    assert found["sectors"][["z", "p_value", "q_value"]].notna().all(axis=None)
    assert "expected_low" not in found["regions"]
    assert "p_value" not in found["regions"]
