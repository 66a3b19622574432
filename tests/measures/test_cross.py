"""Cross scores are means over all pairs, held against the reference without the first part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nabij.decay import Decay

CODES = ["2910", "2611", "3250", "4711", "7111"]


def random_register(seed, n=60):
    random = np.random.default_rng(seed)
    xy = random.integers(0, 30, (n, 2)) * 400.0
    codes = np.append(CODES, random.choice(CODES, n - len(CODES)))
    return xy, codes, random.integers(1, 40, n).astype(float)


def begins(codes, *prefixes):
    return np.array([code.startswith(prefixes) for code in codes])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["none", "jobs"]))
def test_scores_between_parts_equal_a_double_loop(population, measure, near, sector, seed, weights):
    xy, codes, jobs = random_register(seed)
    made = population(xy, codes, jobs=jobs)
    spec = sector(
        codes=["2", "3"], parts={"Cars": ["29"], "Tools": ["26", "29"]}, reference=["2", "3", "4"]
    )
    pairs = measure(made, spec, Decay(weights=weights))["pairs"].set_index(["part", "other"])
    f = near(xy, xy) * (jobs if weights == "jobs" else np.ones(len(xy)))
    weight = jobs if weights == "jobs" else np.ones(len(xy))
    reference = begins(codes, "2", "3", "4")
    of = {"Cars": begins(codes, "29"), "Tools": begins(codes, "26", "29")}
    for part, other in (("Cars", "Tools"), ("Tools", "Cars")):
        a, b = of[part], of[other] & ~of[part]
        row = pairs.loc[part, other]
        assert row["other_establishments"] == b.sum()
        if b.any():
            mean = f[np.ix_(a, b)].sum() / (a.sum() * weight[b].sum())
            assert row["mean_d_score"] == pytest.approx(mean, rel=1e-9)
        else:
            assert np.isnan(row["mean_d_score"])
        beyond = reference & ~a
        expected = f[np.ix_(a, beyond)].sum() / (a.sum() * weight[beyond].sum())
        assert row["expected_d_score"] == pytest.approx(expected, rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_scores_towards_divisions_equal_a_double_loop(population, measure, near, sector, seed):
    xy, codes, _ = random_register(seed)
    spec = sector(codes=["2", "3"], parts={"Cars": ["29"]}, reference=["2", "3", "4"])
    pairs = measure(population(xy, codes), spec)["pairs"]
    towards = pairs[pairs["part"] == ""].set_index("other")
    assert list(towards.index) == ["47", "71"]
    f, a = near(xy, xy), begins(codes, "2", "3")
    expected = f[np.ix_(a, begins(codes, "4"))].mean()
    for division in ("47", "71"):
        found = towards.loc[division]
        mean = f[np.ix_(a, begins(codes, division))].mean()
        assert found["mean_d_score"] == pytest.approx(mean, rel=1e-9)
        assert found["expected_d_score"] == pytest.approx(expected, rel=1e-9)
        assert found["relative_d_score"] == pytest.approx(mean / expected, rel=1e-9)


def test_only_divisions_with_enough_establishments_are_ranked(population, measure, sector):
    random = np.random.default_rng(3)
    codes = ["2910"] * 20 + ["4711"] * 150 + ["7111"] * 120 + ["6201"] * 40
    spec = sector(codes=["29"], parts={"Cars": ["29"]})
    xy = random.uniform(0, 9000, (len(codes), 2))
    pairs = measure(population(xy, codes), spec)["pairs"].set_index("other")
    ranked = pairs["rank"].dropna()
    assert set(ranked.index) == {"47", "71"}
    assert sorted(ranked) == [1, 2]
    assert (
        pairs["relative_d_score"][ranked.idxmin()] == pairs["relative_d_score"][ranked.index].max()
    )


def test_a_sector_without_parts_has_no_pairs(population, measure, sector):
    xy, codes, _ = random_register(1)
    assert measure(population(xy, codes), sector(codes=["29"]))["pairs"].empty


def test_divisions_are_named_where_the_codes_are_those_of_nace(population, measure, sector):
    xy, codes, _ = random_register(2)
    spec = sector(codes=["2", "3"], parts={"Cars": ["29"], "Tools": ["26"]})
    pairs = measure(population(xy, codes), spec)["pairs"].set_index(["part", "other"])
    assert pairs.at[("", "47"), "other_name"].startswith("Retail trade")
    assert pairs.at[("Cars", "Tools"), "other_name"] == "Tools"
    naics = [f"{code}99" for code in codes]
    plain = measure(population(xy, naics), spec)["pairs"].set_index(["part", "other"])
    assert plain.at[("", "47"), "other_name"] == "47"
