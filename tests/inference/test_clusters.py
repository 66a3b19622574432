"""Clusters free of borders: exact parts by hand, and the rule on planted and on random sectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from nabij.inference.clusters import find_clusters
from nabij.inference.outlines import by_rule, log_likelihood_ratio, polygons
from nabij.inference.scale import SCALES, likelihoods
from nabij.inference.trials import firmness, strongest_by_chance
from nabij.inference.windows import windows
from nabij.proximity.windows import ground


def plant(country, seed, *, clusters=20, radii=(300, 5000), n=200_000, sector=2000):
    """Return points, members and true cluster of each (-1: none).

    Round and 3:1 in turn, odds of 8 and of 20; the largest city has odds of 1.6 by itself.
    """
    random = np.random.default_rng([seed, 5])
    points, truth, odds = country(seed, n), np.full(n, -1), np.ones(n)
    here, some = ground(points), random.choice(n, 300)
    around = here.within(*points[some].T.copy(), np.full(300, 10_000.0))
    odds[np.hypot(*(points - points[some[around.argmax()]]).T) < 12_000] = 1.6
    planted = 0
    while planted < clusters:
        radius, angle = np.exp(random.uniform(*np.log(radii))), random.uniform(0, np.pi)
        away = points - points[random.integers(n)]
        stretch = np.sqrt(3) if planted % 2 else 1
        along = away @ [np.cos(angle), np.sin(angle)] / stretch
        across = away @ [-np.sin(angle), np.cos(angle)] * stretch
        inside = along**2 + across**2 <= radius**2
        if 60 <= inside.sum() <= n / 100 and (truth[inside] < 0).all():
            truth[inside], odds[inside] = planted, (8, 20)[planted // 2 % 2]
            planted += 1
    key = random.exponential(size=n) / odds
    return points, np.sort(np.argpartition(key, sector)[:sector]), truth


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(8, 60), st.floats(0.5, 5))
def test_windows_against_a_double_loop(seed, n, expected):
    random = np.random.default_rng(seed)
    points = random.integers(0, 40, (n, 2)) * 100.0
    members = np.sort(random.choice(n, random.integers(2, n - 1), replace=False))
    here = ground(points, threads=1)
    sector = np.bincount(here.place[members], minlength=len(here))
    found = windows(here, sector, expected, 200.0)
    k = max(1, int(expected * n / len(members)))
    for i in members:
        away = np.hypot(*(points - points[i]).T)
        others = np.sort(np.delete(away, i))
        h = np.clip(others[k - 1] if k < n else np.inf, 200.0, 5000.0)
        close = (away <= h * (1 + 1e-12)) & (np.arange(n) != i)
        c, m = close[members].sum(), close.sum()
        at = np.searchsorted(found.place, here.place[i])
        assert found.radius[at] == pytest.approx(h, rel=1e-14)
        assert (found.sector[at], found.reference[at]) == (c, m)
        p = hypergeom.sf(c - 1, n - 1, len(members) - 1, m)
        assert found.chance()[at] == pytest.approx(p, rel=1e-9, abs=1e-14)
        ratio = (c / (len(members) - 1)) / (m / (n - 1)) if m else 0.0
        assert found.ratio[at] == pytest.approx(ratio)


def test_the_likelihood_ratio_is_kulldorffs():
    n, N, c, m = 10, 100, np.array([6, 10, 1, 0]), np.array([10, 10, 10, 5])
    by_hand = [
        6 * np.log(0.6) + 4 * np.log(0.4) + 4 * np.log(4 / 90) + 86 * np.log(86 / 90),
        0.0,  # all of the sector and none else: certain inside and outside
    ]
    by_hand = np.array(by_hand) - (10 * np.log(0.1) + 90 * np.log(0.9))
    found = log_likelihood_ratio(c, m, n, N)
    np.testing.assert_allclose(found[:2], by_hand)
    assert found[2] == found[3] == 0  # a share that is not above that of all


def test_p_counts_the_relabellings_that_are_as_strong():
    random = np.random.default_rng(4)
    points = np.concatenate((random.uniform(0, 2e3, (100, 2)), random.uniform(0, 1e5, (900, 2))))
    members = np.concatenate((np.arange(15), np.arange(100, 990, 40)))
    found = find_clusters(points, members, expected=2.0, relabellings=99, runs=0, seed=3)
    largest = strongest_by_chance(ground(points), len(members), 2.0, 200.0, 99, 3)
    assert len(found) == 1
    assert found.p_value[0] == (1 + (largest >= found.log_likelihood_ratio[0]).sum()) / 100

    assert 0 < (largest > 0).sum() < 99


def test_a_place_in_two_areas_is_the_nearer_cores():
    left, right = np.zeros((40, 2)), np.zeros((40, 2))
    random = np.random.default_rng(0)
    left += random.normal(0, 30, left.shape)
    right += random.normal([900, 0], 30, right.shape)
    points = np.concatenate((left, right, random.uniform(-5e4, 5e4, (3000, 2)), [[440.0, 0.0]]))
    members = np.concatenate((np.arange(20), np.arange(40, 60), [3080]))
    found = find_clusters(points, members, expected=0.5, relabellings=19, runs=0)
    assert len(np.unique(found.cluster[found.cluster >= 0])) == len(found)
    assert found.outlines.sector.sum() == (found.cluster >= 0).sum()
    assert found.outlines.reference.sum() == (found.inside >= 0).sum()


def test_planted_clusters_are_found_in_a_country_with_a_metropolis(country):
    """Means over 5 countries; the rule was tried to give .84 and .79, the margin is twice .03.

    The standard deviation between countries is .07, so the mean of 5 has a standard error of .03.
    """
    precision, recall, scales = [], [], []
    for seed in range(5):
        points, members, truth = plant(country, seed)
        found = find_clusters(points, members, relabellings=19, runs=0)
        planted, inside = truth >= 0, found.inside >= 0
        precision.append((planted & inside).sum() / inside.sum())
        recall.append((planted & inside).sum() / planted.sum())
        scales.append(found.expected)
    assert np.mean(precision) >= 0.84 - 0.06
    assert np.mean(recall) >= 0.79 - 0.06
    assert set(scales) <= {1.0, 2.0, 3.0, 5.0}
    assert np.median(scales) <= 3.0


def test_a_sector_drawn_at_random_has_none(country):
    """At least 95 of 100 draws have none; 1.3 to 3 % have one (1,800 draws of 300 and of 1,000)."""
    points = country(1, 20_000)
    here, some = ground(points), 0
    for draw in range(100):
        random = np.random.default_rng([9, draw])
        members = random.choice(len(points), 400, replace=False)
        sector = np.bincount(here.place[members], minlength=len(here))
        some += len(by_rule(here, sector, windows(here, sector, 2.0, 200.0))) > 0
    assert some <= 5


def test_small_clusters_ask_for_narrow_windows_and_large_ones_for_wide(country):
    best = []
    for radii in ((300, 700), (3000, 6000)):
        points, members, _ = plant(country, 11, radii=radii, clusters=12)
        here = ground(points)
        likely = likelihoods(here, members, 200.0, np.random.default_rng(1))
        best.append(SCALES[int(likely.argmax())])
    assert best[0] < best[1] <= 10


def test_firm_is_what_stays_inside(country):
    points, members, truth = plant(country, 2, n=50_000, sector=800, clusters=8)
    firm = firmness(points, members, 2.0, 100.0, 10, 1)
    assert ((firm >= 0) & (firm <= 1)).all()
    assert firm[truth[members] >= 0].mean() > 5 * firm[truth[members] < 0].mean()


def test_seed_and_threads(country):
    points, members, _ = plant(country, 2, n=50_000, sector=800, clusters=8)
    one, two, other = (
        find_clusters(points, members, relabellings=19, runs=2, seed=seed, threads=threads)
        for seed, threads in ((1, 1), (1, 2), (2, 2))
    )
    for name in ("cluster", "inside", "p_value", "stability"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert not np.array_equal(one.stability, other.stability)


def test_areas_hold_their_members_and_are_valid(country):
    import shapely

    points, members, _ = plant(country, 2, n=50_000, sector=800, clusters=8)
    found = find_clusters(points, members, relabellings=19, runs=0)
    shapes = polygons(found.outlines)
    assert len(shapes) == len(found) > 3
    for number, shape in enumerate(shapes):
        assert shape.is_valid
        assert shape.geom_type == "MultiPolygon"
        at = shapely.points(points[found.inside == number])
        assert shapely.distance(at, shape).max() <= 15.0  # simplified by 10 m, arcs by chords


@pytest.mark.parametrize("members", [np.arange(3), np.arange(40)])
def test_too_few_or_all_have_nothing_to_look_for(members):
    assert find_clusters(np.random.default_rng(0).uniform(0, 1e4, (40, 2)), members) is None
