"""The mean of a part against a draw from the pool: exact moments, and its size over many draws."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nabij.inference.draws import pearson3
from nabij.inference.subsets import higher_mean


def by_enumeration(values, chosen):
    """Return Pearson III's tail with the moments of all draws, listed one by one."""
    draws = combinations(range(len(values)), len(chosen))
    sums = np.array([values[list(draw)].sum() for draw in draws])
    apart = sums - sums.mean()
    z = (values[chosen].sum() - sums.mean()) / sums.std()
    return float(pearson3(z, (apart**3).mean() / sums.std() ** 3))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_the_moments_are_those_of_all_draws(seed):
    random = np.random.default_rng(seed)
    count = int(random.integers(3, 11))
    values = random.lognormal(0, 2, count)
    groups = [random.permutation(count)[: random.integers(1, count)] for _ in range(2)]
    number = np.repeat([0, 1], list(map(len, groups)))
    found = higher_mean(values, np.concatenate(groups), number, 2)
    plain = [by_enumeration(values, group) for group in groups]
    np.testing.assert_allclose(found, plain, rtol=1e-6, atol=1e-9)


def test_what_cannot_be_told_has_no_p():
    def of(values, chosen):
        return higher_mean(values, chosen, np.zeros(len(chosen), dtype=int), 1)[0]

    assert np.isnan(of([], []))
    assert np.isnan(of([1.0, 2.0], [1]))
    assert np.isnan(of([1.0, 2.0, 3.0], []))
    assert np.isnan(of([1.0, 2.0, 3.0], [0, 1, 2]))
    assert np.isnan(of([0.1 + 0.2, 0.3, 0.3, 0.3], [0, 2]))
    assert np.isnan(of([1.0, -np.inf, 3.0], [0]))
    assert 0 < of([1.0, 2.0, 3.0], [2]) < 0.5


@pytest.mark.parametrize("drawn", [30, 300])
def test_the_size_over_random_draws(drawn):
    """Of 8,000 draws from skewed values; twice the Monte Carlo error of 5 % is 0.005."""
    random = np.random.default_rng(21)
    values, tested = random.lognormal(0, 1.2, 3_000), 8_000
    chosen = np.concatenate([random.permutation(3_000)[:drawn] for _ in range(tested)])
    p = higher_mean(values, chosen, np.repeat(np.arange(tested), drawn), tested)
    assert (p <= 0.05).mean() == pytest.approx(0.05, abs=0.01)
    assert (p <= 0.01).mean() == pytest.approx(0.01, abs=0.005)


@pytest.fixture(scope="module")
def near(country):
    """Nearness in 1/km between 2,500 establishments, self left out."""
    places = country(6, 2_500)
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    near = 1000 / np.maximum(apart, 100.0)
    np.fill_diagonal(near, 0.0)
    return near


def of_entrants(near, stayed, left, entered):
    """Return the p of who entered, from their nearness to who stayed."""
    pool = np.concatenate([left, entered])
    at = np.arange(len(left), len(pool))
    values = np.log(near[np.ix_(pool, stayed)].sum(axis=1))
    return higher_mean(values, at, np.zeros_like(at), 1)[0]


@pytest.mark.parametrize(
    ("members", "churn"), [(200, 0.05), (200, 0.2), (1_000, 0.05), (1_000, 0.2)]
)
def test_who_enters_at_random_is_seldom_called_nearer(near, members, churn):
    """In 1,200 null changes; twice the Monte Carlo error of 5 % is 0.0126."""
    random = np.random.default_rng(members + int(100 * churn))
    flow, found = int(members * churn), []
    for _ in range(1_200):
        drawn = random.permutation(len(near))[: members + flow]
        found.append(of_entrants(near, drawn[2 * flow :], drawn[:flow], drawn[flow : 2 * flow]))
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.016)


def test_who_enters_where_the_sector_is_dense_is_found_more_often(near):
    """Entrants choose the densest twentieth three times as often; of 300 changes."""
    random = np.random.default_rng(9)
    density = near.sum(axis=1)
    dense = density >= np.quantile(density, 0.95)
    chance = np.where(dense, 3.0, 1.0)
    members, flow, found = 1_000, 50, []
    for _ in range(300):
        drawn = random.permutation(len(near))[:members]
        rest = np.setdiff1d(np.arange(len(near)), drawn)
        entered = random.choice(rest, flow, replace=False, p=chance[rest] / chance[rest].sum())
        found.append(of_entrants(near, drawn[flow:], drawn[:flow], entered))
    assert np.mean(np.array(found) <= 0.05) > 0.3
