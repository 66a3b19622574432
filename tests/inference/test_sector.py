"""Simulations are seeded; bounds are four standard errors, and what the approximation may err."""

from itertools import combinations

import numpy as np
import pytest

from nabij.decay import Decay
from nabij.inference.relabelling import relabelled_pairs
from nabij.inference.sector import pair_sums, triangle_sum
from nabij.proximity import sums


def dense(points, decay=None):
    decay = decay or Decay()
    apart = points[:, None] - points[None]
    f = decay.function.decay((apart**2).sum(axis=2), decay.length) * decay.per_metre
    np.fill_diagonal(f, 0)
    return f


def prepared(points, decay=None):
    decay = decay or Decay()
    made = sums(points, powers=(1, 2, 3), **decay.arguments).values[:, 0]
    towards = made * (decay.per_metre ** np.arange(1, 4))[:, None]
    return pair_sums(points, towards, decay, np.random.default_rng(1))


@pytest.mark.parametrize("kernel", ["inverse", "gaussian", "within"])
@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7, 8])
def test_moments_are_those_of_all_draws(n, kernel):
    points = np.random.default_rng(41).uniform(0, 3_000, (9, 2))
    points[3] = points[4]
    decay = Decay(kernel, 100.0 if kernel == "inverse" else 900.0)
    f = dense(points, decay)
    every = np.array([f[np.ix_(s, s)].sum() for s in map(list, combinations(range(9), n))])
    found = prepared(points, decay).moments(n)
    centred = every - every.mean()
    assert found.mean == pytest.approx(every.mean(), rel=1e-12)
    assert found.variance == pytest.approx((centred**2).mean(), rel=1e-10)
    skewness = (centred**3).mean() / (centred**2).mean() ** 1.5
    assert found.skewness == pytest.approx(skewness, abs=1e-9)


def test_sampled_triangles_are_near_those_counted(country):
    points = country(42, 1_500)
    f = dense(points)
    exact = np.einsum("ij,ji->", f @ f, f)
    made = prepared(points)
    mu, a, n = f.sum() / (1_500 * 1_499), f.sum(axis=1), 1_500
    centred = exact - 3 * mu * (a**2 - (f**2).sum(axis=1)).sum()
    centred += 3 * mu**2 * (n - 2) * f.sum() - mu**3 * n * (n - 1) * (n - 2)
    assert made.triangles == pytest.approx(centred, rel=0.15)


def test_triangles_of_many_are_made_of_parts_of_them(country, monkeypatch):
    """Every corner draws from another seventh of the points."""
    points = country(42, 1_500)
    f = dense(points)
    exact = np.einsum("ij,ji->", f @ f, f)
    towards = np.stack((f.sum(axis=1), (f**2).sum(axis=1)))
    monkeypatch.setattr("nabij.inference.sector.MANY", 215)
    found = [
        triangle_sum(points, towards, Decay(), np.random.default_rng(seed)) for seed in range(40)
    ]
    error = 4 * np.std(found) / np.sqrt(40)
    assert error < 0.1 * exact
    assert np.mean(found) == pytest.approx(exact, abs=error)


def test_all_or_less_than_two_have_no_test(country):
    made = prepared(country(43, 60))
    for n in (0, 1, 60):
        assert np.isnan(made.moments(n).upper_tail(1.0))


@pytest.mark.parametrize("n", [50, 100, 300, 1000, 5000])
def test_a_random_sector_is_significant_as_often_as_it_should(country, n):
    points = country(44, 40_000)
    moments = prepared(points).moments(n)
    random = np.random.default_rng(45)
    runs = 2_000 if n <= 300 else 600 if n == 1000 else 150
    drawn = np.array(
        [
            sums(points[random.choice(40_000, n, replace=False)]).values[0, 0].sum() * 1e3
            for _ in range(runs)
        ]
    )
    chance = moments.upper_tail(drawn)
    assert drawn.mean() == pytest.approx(moments.mean, abs=4 * drawn.std() / np.sqrt(runs))
    for level in (0.10, 0.05, 0.01):
        error = 4 * np.sqrt(level * (1 - level) / runs) + 0.1 * level
        assert (chance <= level).mean() == pytest.approx(level, abs=error)


def test_small_sectors_are_held_against_sectors_drawn(country):
    points = country(46, 5_000)
    drawn = relabelled_pairs(points, Decay(), 999, np.random.default_rng(47))
    assert drawn.shape == (50, 999)
    assert (np.diff(drawn, axis=1) >= 0).all()
    moments = prepared(points).moments(20)
    error = 5 * np.sqrt(moments.variance / 999)
    assert drawn[20].mean() == pytest.approx(moments.mean, abs=error)
    random = np.random.default_rng(48)
    fresh = np.array([dense(points[random.choice(5_000, 20, False)]).sum() for _ in range(1_000)])
    chance = (1 + 999 - np.searchsorted(drawn[20], fresh)) / 1000
    for level in (0.10, 0.05):
        error = 4 * np.sqrt(level * (1 - level) * (1 / 1_000 + 1 / 999))
        assert (chance <= level).mean() == pytest.approx(level, abs=error)
