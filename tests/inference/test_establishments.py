"""Simulations are seeded; bounds are four standard errors, and what the approximation may err."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from nabij.decay import Decay
from nabij.inference.draws import draw_moments, pearson3
from nabij.inference.establishments import chance_of_nearer, chance_of_nearer_weighted
from nabij.inference.relabelling import relabelled_chance_of_nearer
from nabij.proximity import sums

DRAWS = 4000
SITES = ("isolated", "town", "centre", "one building")
LEVELS = (0.10, 0.05, 0.01)


def error_allowed(level):
    return 4 * np.sqrt(level * (1 - level) / DRAWS) + 0.03 * level


def towards_all(points, decay=None):
    decay = decay or Decay()
    made = sums(points, powers=(1, 2, 3), **decay.arguments).values[:, 0]
    return made * (decay.per_metre ** np.arange(1, 4))[:, None]


def near(points, i, decay):
    """Return f from point i to all others."""
    others = np.delete(points, i, axis=0)
    made = sums(others, points[[i]], **decay.arguments)
    return made.values[0, 0] * decay.per_metre


@pytest.fixture(scope="module")
def sites(country):
    """A country with 300 establishments in one building and one that is alone."""
    points = country(1, 16_000)
    crowd = sums(points).values[0, 0]
    centre, town = np.argmax(crowd), np.argsort(crowd)[len(points) // 2]
    building = np.tile(points[centre] + 900.0, (300, 1))
    points = np.concatenate((points, building, [[-60_000.0, -60_000.0]]))
    at = dict(zip(SITES, (len(points) - 1, town, centre, len(points) - 2), strict=True))
    random = np.random.default_rng(2)
    others = len(points) - 1
    # Which others are drawn: the first n - 1 of a random order, for every n at once.
    drawn = np.stack([random.permutation(others)[:999] for _ in range(DRAWS)])
    return points, at, drawn


@pytest.fixture(scope="module", params=["inverse", "exponential", "shifted", "gaussian"])
def chances(request, sites):
    """P-values of random draws, by site and size of the sector."""
    points, at, drawn = sites
    decay = Decay(request.param, 100.0 if request.param == "inverse" else 2_000.0)
    towards = towards_all(points, decay)
    found = {}
    for site, i in at.items():
        f = near(points, i, decay)
        for n in (20, 100, 1000):
            observed = f[drawn[:, : n - 1]].sum(axis=1)
            same = np.full(DRAWS, i)
            found[site, n] = chance_of_nearer(
                observed, same, points, towards, drawn=n - 1, decay=decay
            )
    return decay.kernel, found


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("n", [20, 100, 1000])
@pytest.mark.parametrize("site", SITES)
def test_a_random_draw_is_significant_as_often_as_it_should(chances, site, n, level):
    kernel, found = chances
    chance = found[site, n]
    rejected = (chance <= level).mean()
    if kernel in ("inverse", "shifted"):
        assert rejected == pytest.approx(level, abs=error_allowed(level))
    elif site == "isolated":
        # Thirty lengths from anyone, one ring spans a factor of a hundred: rough, and said so.
        assert rejected <= 2 * level + error_allowed(level)
    else:
        # Kernels that are 0 far off give few sums, and ties: never too often is what can be had.
        assert rejected <= level + error_allowed(level)


def test_with_a_normal_distribution_the_isolated_would_be_significant_too_often(sites):
    points, at, drawn = sites
    i = at["isolated"]
    first, second, third = towards_all(points)[:, [i]]
    observed = near(points, i, Decay())[drawn[:, :19]].sum(axis=1)
    moments = draw_moments(first, second, third, len(points) - 1, 19)
    z = (observed - moments.mean) / np.sqrt(moments.variance)
    assert (pearson3(z, 0.0) <= 0.01).mean() > 0.013


def test_moments_are_those_of_all_draws():
    from itertools import combinations

    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    for m in range(1, 8):
        totals = np.array([values[list(some)].sum() for some in combinations(range(8), m)])
        powers = [(values**k).sum() for k in (1, 2, 3)]
        found = draw_moments(*powers, 8, m)
        centred = totals - totals.mean()
        assert found.mean == pytest.approx(totals.mean(), rel=1e-12)
        assert found.variance == pytest.approx((centred**2).mean(), rel=1e-12)
        skewness = (centred**3).mean() / (centred**2).mean() ** 1.5
        assert found.skewness == pytest.approx(skewness, abs=1e-12)


def test_within_a_distance_the_chance_is_hypergeometric(country):
    points = country(3, 3_000)
    decay = Decay("within", 3_000.0)
    towards = towards_all(points, decay)
    members = np.random.default_rng(4).choice(3_000, 60, replace=False)
    observed = sums(points[members], **decay.arguments).values[0, 0]
    found = chance_of_nearer(observed, members, points, towards, decay=decay)
    for at, i in enumerate(members):
        exact = hypergeom(2_999, int(towards[0, i]), 59).sf(observed[at] - 1)
        assert found[at] == pytest.approx(max(exact, 1e-9), rel=1e-12)


def test_it_agrees_with_relabelling(country):
    points = country(5, 4_000)
    members = np.sort(np.random.default_rng(6).choice(4_000, 80, replace=False))
    towards = towards_all(points)
    observed = sums(points[members]).values[0, 0] * 1000
    closed = chance_of_nearer(observed, members, points, towards)
    drawn = relabelled_chance_of_nearer(
        observed / 79, members, points, None, Decay(),
        simulations=2_000, random=np.random.default_rng(7),
    )  # fmt: skip
    error = np.sqrt(closed * (1 - closed) / 2_000)
    # Right in the tail; in the middle, where nobody looks, within some hundredths.
    assert (np.abs(drawn - closed) < 4.5 * error + np.minimum(0.1 * closed, 0.03)).all()


def test_a_sector_that_is_its_whole_reference_has_no_chance(country):
    points = country(8, 50)
    members = np.arange(50)
    towards = towards_all(points)
    assert np.isnan(chance_of_nearer(towards[0], members, points, towards)).all()
    alone = chance_of_nearer(np.array([0.0]), np.array([3]), points, towards)
    assert np.isnan(alone).all()


def test_what_is_beyond_doubt_is_given_as_the_least_chance(country):
    points = country(9, 20_000)
    middle = np.argmax(sums(points).values[0, 0])
    members = np.argsort(((points - points[middle]) ** 2).sum(axis=1))[:200]
    observed = sums(points[members]).values[0, 0] * 1000
    found = chance_of_nearer(observed, members, points, towards_all(points))
    assert found.max() == 1e-9


def naive_weighted(points, weight, members):
    distance = np.hypot(*(points[members][:, None] - points[members][None]).transpose(2, 0, 1))
    f = 1000 / np.maximum(distance, 100)
    np.fill_diagonal(f, 0)
    w = weight[members]
    return (f * w).sum(axis=1) / (w.sum() - w)


def test_with_jobs_as_weights_pearson_iii_keeps_its_size_where_nearly_symmetrical(country):
    random = np.random.default_rng(10)
    points = country(11, 1_500)
    weight = random.integers(1, 20, 1_500).astype(float)
    chances = []
    for _ in range(60):
        members = random.choice(1_500, 500, replace=False)
        chance, skewness = chance_of_nearer_weighted(
            naive_weighted(points, weight, members), members, points, weight, Decay()
        )
        chances.append(chance[np.abs(skewness) <= 0.3])
    pooled = np.concatenate(chances)
    assert len(pooled) > 5_000
    # Neighbours share their draw: the pooled share varies more than the count says.
    assert (pooled <= 0.05).mean() == pytest.approx(0.05, abs=0.012)


def test_with_jobs_as_weights_relabelling_keeps_its_size(country):
    random = np.random.default_rng(12)
    points = country(13, 400)
    weight = np.ceil(random.lognormal(1.0, 1.5, 400))
    rejected = []
    for _ in range(40):
        members = random.choice(400, 40, replace=False)
        found = relabelled_chance_of_nearer(
            naive_weighted(points, weight, members), members, points, weight,
            Decay(weights="jobs"), simulations=99, random=random,
        )  # fmt: skip
        rejected.append((found <= 0.05).mean())
    assert np.mean(rejected) == pytest.approx(0.05, abs=4 * np.std(rejected) / np.sqrt(40) + 0.005)
