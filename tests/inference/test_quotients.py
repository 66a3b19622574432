"""The test and the interval of a location quotient hold what they promise, in a thousand draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize
from scipy.stats import gamma, hypergeom, nbinom, nchypergeom_fisher

from nabij.inference.multiple import q_values
from nabij.inference.quotients import mid_p, quotient_interval, shrunk_quotients


@st.composite
def tables(draw):
    register = draw(st.integers(2, 3000))
    sector, region = (draw(st.integers(1, register)) for _ in range(2))
    least, most = max(0, sector + region - register), min(sector, region)
    return draw(st.integers(least, most)), sector, region, register


@settings(deadline=None, max_examples=100)
@given(tables())
def test_mid_p_is_that_of_the_hypergeometric_distribution(table):
    x, sector, region, register = table
    found = mid_p([x], sector, region, register)[0]
    drawn = hypergeom(register, sector, region)
    least, most = max(0, sector + region - register), min(sector, region)
    if least == most:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(drawn.sf(x) + drawn.pmf(x) / 2, rel=1e-8, abs=1e-13)


def by_root_finding(x, sector, region, register):
    """Return the interval from scipy's noncentral distribution, one bound at a time."""
    least, most = max(0, sector + region - register), min(sector, region)
    expected = sector * region / register
    low, high = x / expected, x / expected

    def gap(log_odds, lower):
        drawn = nchypergeom_fisher(register, sector, region, np.exp(log_odds))
        tail = drawn.sf(x) if lower else drawn.cdf(x - 1)
        return tail + drawn.pmf(x) / 2 - 0.025

    def quotient(log_odds):
        def mended(count):
            outside = register - region - sector + count
            return count * outside - np.exp(log_odds) * (sector - count) * (region - count)

        return brentq(mended, least, most, xtol=1e-13) / expected

    if x > least:
        low = quotient(brentq(gap, -20, 20, args=(True,), xtol=1e-10))
    if x < most:
        high = quotient(brentq(gap, -20, 20, args=(False,), xtol=1e-10))
    return low, high


@settings(deadline=None, max_examples=60)
@given(tables())
def test_the_interval_is_that_of_the_noncentral_distribution(table):
    low, high = quotient_interval([table[0]], *table[1:])
    assert (low[0], high[0]) == pytest.approx(by_root_finding(*table), rel=1e-6, abs=1e-9)


def test_the_interval_of_a_known_case():
    low, high = quotient_interval([12], 60, 100, 1000)
    assert low[0] == pytest.approx(1.15836, abs=5e-6)
    assert high[0] == pytest.approx(3.06083, abs=5e-6)


def test_counts_in_the_millions_are_no_trouble():
    # Far in a tail, and a quotient of 20: the mode is some hundred deviations away.
    low, high = quotient_interval([40_000, 3], [70_000, 900_000], [60_000, 40], 2_000_000)
    assert low[0] < 40_000 / 2_100 < high[0]
    assert (high[0] - low[0]) / low[0] < 0.05
    assert low[1] < 3 / 18 < high[1]
    extreme = mid_p([40_000, 0], 70_000, 60_000, 2_000_000)
    assert extreme.tolist() == pytest.approx([0.0, 1.0], abs=1e-12)


def test_without_establishments_there_is_no_quotient_to_bound():
    low, high = quotient_interval([0, 0], [0, 5], [5, 0], 10)
    assert np.isnan([low, high]).all()


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match=r"1 impossible counts; .*: 6, 5, 10, 100"):
        mid_p([3, 6], 5, 10, 100)


@pytest.mark.parametrize(
    ("expected", "least", "most"), [((0.5, 2), 0.965, 0.99), ((2, 10), 0.95, 0.975),
                                    ((10, 100), 0.94, 0.965)]
)  # fmt: skip
def test_the_interval_covers_what_it_says(expected, least, most):
    """Of 30,000 regions; twice the Monte Carlo error of the share is 0.0025."""
    random = np.random.default_rng(11)
    count, register, sector = 30_000, 100_000, 2_000
    low, high = np.log(expected)
    region = (np.exp(random.uniform(low, high, count)) * register / sector).astype(int)
    # The odds of the sector in the region, so that its quotient is not always 1.
    odds = np.exp(random.normal(0, 0.7, count))
    rest = register - sector
    chance = odds * sector / (odds * sector + rest)
    # Small regions in a large register: draws with other odds are almost binomial.
    inside = random.binomial(region, chance)
    truth = chance / (sector / register)
    low, high = quotient_interval(inside, sector, region, register)
    covered = ((low <= truth) & (truth <= high)).mean()
    assert least - 0.0025 <= covered <= most + 0.0025


@pytest.mark.parametrize(
    ("expected", "least", "most"), [(0.3, 0.03, 0.05), (1.0, 0.04, 0.06), (5.0, 0.045, 0.055),
                                    (40.0, 0.045, 0.06)]
)  # fmt: skip
def test_the_size_of_mid_p(expected, least, most):
    """Of 60,000 draws; twice the Monte Carlo error of 5 % is 0.0018."""
    random = np.random.default_rng(5)
    register, sector, count = 50_000, 1_000, 60_000
    regions = (expected * register / sector * random.uniform(0.7, 1.4, count)).astype(int)
    inside = random.hypergeometric(sector, register - sector, regions)
    size = (mid_p(inside, sector, regions, register) <= 0.05).mean()
    assert least - 0.0018 <= size <= most + 0.0018


def test_of_a_random_sector_regions_are_seldom_called_special():
    """In 1,500 null sectors; Monte Carlo error of a share of 5 % is 0.0056."""
    random = np.random.default_rng(8)
    sizes = random.integers(50, 3_000, 60)
    sector, register = 800, int(sizes.sum())
    draws = random.multivariate_hypergeometric(sizes, sector, size=1_500)
    p = mid_p(draws.ravel(), sector, np.tile(sizes, 1_500), register)
    q = q_values(p, np.repeat(np.arange(1_500), 60)).reshape(draws.shape)
    assert 0.02 < (q <= 0.05).any(axis=1).mean() <= 0.05 + 2 * 0.0056


def test_shrinking_finds_the_best_gamma_distribution():
    random = np.random.default_rng(3)
    expected = random.gamma(1.0, 2.0, 500) + 0.05
    inside = random.poisson(expected * random.gamma(3.0, 1 / 3.0, 500))

    def minus_likelihood(at):
        shape, rate = np.exp(at)
        return -nbinom.logpmf(inside, shape, rate / (rate + expected)).sum()

    best = minimize(minus_likelihood, [0.0, 0.0], method="Nelder-Mead",
                    options={"xatol": 1e-7, "fatol": 1e-9})  # fmt: skip
    shape, rate = np.exp(best.x)
    plain = (inside + shape) / (expected + rate)
    np.testing.assert_allclose(shrunk_quotients(inside, expected), plain, rtol=1e-3)


def test_shrunk_quotients_are_nearer_to_the_truth():
    random = np.random.default_rng(4)
    expected = np.full(2_000, 1.0)
    truth = gamma(2.0, scale=0.5).rvs(2_000, random_state=random)
    inside = random.poisson(expected * truth)
    raw, shrunk = inside / expected, shrunk_quotients(inside, expected)
    error = [np.sqrt(((each - truth) ** 2).mean()) for each in (raw, shrunk)]
    assert error[1] < 0.75 * error[0]
    assert shrunk.mean() == pytest.approx(truth.mean(), rel=0.1)


def test_a_sector_spread_as_all_is_not_shrunk_to_one_point():
    expected = np.full(400, 3.0)
    assert np.isnan(shrunk_quotients(np.full(400, 3), expected)).all()
    assert np.isnan(shrunk_quotients(np.zeros(400), expected)).all()
