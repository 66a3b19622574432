"""Simulations are seeded; bounds are four standard errors, and what the approximation may err."""

from dataclasses import asdict
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from nabij.decay import Decay
from nabij.inference.region_skewness import third_cumulant, tilted_pairs
from nabij.inference.regions import (
    RegionalReference,
    chance_of_nearer_inside,
    inner_sums,
    reference_range,
    region_of,
)
from nabij.inference.sector import centred, pair_sums
from nabij.proximity import sums

DECAYS = {
    "inverse": Decay(),
    "gaussian": Decay("gaussian", 900.0),
    "within": Decay("within", 900.0),
}


def dense(one, other, decay):
    apart = ((one[:, None] - other[None]) ** 2).sum(axis=2)
    return decay.function.decay(apart, decay.length) * decay.per_metre


def towards_all(points, decay):
    made = sums(points, powers=(1, 2, 3), **decay.arguments).values[:, 0]
    return made * (decay.per_metre ** np.arange(1, 4))[:, None]


@pytest.mark.parametrize("kernel", DECAYS)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 9, 10])
def test_moments_are_those_of_all_draws_inside_and_outside(kernel, size):
    decay = DECAYS[kernel]
    points = np.random.default_rng(51).uniform(0, 4_000, (10, 2))
    points[1] = points[0]
    f = dense(points, points, decay)
    np.fill_diagonal(f, 0.0)
    towards, outside = f[:size].sum(axis=1), 10 - size
    region = region_of(
        points[:size], inner_sums(points[:size], decay), towards, (f[:size] ** 2).sum(axis=1),
        points[size:], outside, decay,
    )  # fmt: skip
    for inside in range(1, size + 1):
        for rest in range(outside + 1):
            every = np.array(
                [
                    f[np.ix_(some, some + others)].sum()
                    for some in combinations(range(size), inside)
                    for others in combinations(range(size, 10), rest)
                ]
            )
            centred = every - every.mean()
            mean, variance = region.moments(inside, rest)
            assert mean == pytest.approx(every.mean(), rel=1e-9, abs=1e-9)
            assert variance == pytest.approx((centred**2).mean(), rel=1e-7, abs=1e-7)
            across = f[:size, size:]
            third = third_cumulant(
                f[:size, :size], across, across.sum(axis=1), size, outside, inside, rest
            )
            assert third == pytest.approx((centred**3).mean(), rel=1e-6, abs=1e-6)


def test_a_region_that_is_everything_is_the_sector(country):
    points, decay = country(52, 700), Decay()
    towards = towards_all(points, decay)
    reference = RegionalReference(points, towards, np.zeros(700, dtype=int), decay, 1)
    whole = pair_sums(points, towards, decay, np.random.default_rng(1)).moments(60)
    mean, variance = reference.region(0).moments(60, 0)
    assert mean == pytest.approx(float(whole.mean), rel=1e-6)
    assert variance == pytest.approx(float(whole.variance), rel=1e-4)
    skewness = reference.third_cumulant(0, 60, 0) / variance**1.5
    assert skewness == pytest.approx(float(whole.skewness), rel=0.05)


@pytest.mark.parametrize("inside", [5, 60])
def test_a_large_region_has_nearly_the_skewness_of_all_its_pairs(country, inside):
    points, decay = country(53, 2_500), Decay()
    number = (points[:, 0] < np.median(points[:, 0])).astype(int)
    here, there = number == 1, number == 0
    f = dense(points, points, decay)
    np.fill_diagonal(f, 0.0)
    across = f[np.ix_(here, there)]
    exact = third_cumulant(
        np.ascontiguousarray(f[np.ix_(here, here)]), across, across.sum(axis=1),
        int(here.sum()), int(there.sum()), inside, 200,
    )  # fmt: skip
    for seed in range(3):
        reference = RegionalReference(points, towards_all(points, decay), number, decay, seed)
        assert reference.third_cumulant(1, inside, 200) == pytest.approx(exact, rel=0.1)


def test_a_large_region_is_seen_from_outside_by_a_part_of_it(country, monkeypatch):
    points, decay = country(53, 2_500), Decay()
    number = (points[:, 0] < np.median(points[:, 0])).astype(int)
    towards = towards_all(points, decay)
    exact = RegionalReference(points, towards, number, decay, 1).region(1)
    monkeypatch.setattr("nabij.inference.regions.SEEN", 400)
    parts = [
        RegionalReference(points, towards, number, decay, seed).region(1) for seed in range(30)
    ]
    assert [part.T for part in parts] == pytest.approx([exact.T] * 30, rel=1e-12)
    spread = [part.R1 for part in parts]
    error = 4 * np.std(spread) / np.sqrt(30)
    assert error < 0.06 * exact.R1
    assert np.mean(spread) == pytest.approx(exact.R1, abs=error)


def test_the_skewness_of_a_large_region_is_that_of_a_part_of_it(country, monkeypatch):
    points, decay = country(53, 2_500), Decay()
    number = (points[:, 0] < np.median(points[:, 0])).astype(int)
    towards = towards_all(points, decay)
    reference = RegionalReference(points, towards, number, decay, 1)
    exact, variance = reference.third_cumulant(1, 60, 200), reference.region(1).moments(60, 200)[1]
    monkeypatch.setattr("nabij.inference.regions.PART", 800)
    parts = [
        RegionalReference(points, towards, number, decay, seed).third_cumulant(1, 60, 200)
        for seed in range(20)
    ]
    skewness = np.array(parts) / variance**1.5
    error = 4 * skewness.std() / np.sqrt(20)
    assert error < 0.4  # of few places, of which some lie close together
    assert skewness.mean() == pytest.approx(exact / variance**1.5, abs=error)


@pytest.fixture(scope="module")
def land(country):
    """A country of 30,000, its 49 regions, and what is known of them."""
    points, decay = country(54, 30_000), Decay()
    square = np.clip((points / 200_000 * 7).astype(int), 0, 6)
    number = square @ [1, 7]
    reference = RegionalReference(points, towards_all(points, decay), number, decay, 1)
    # The same number in a region comes again and again.
    reference.third_cumulant = cache(reference.third_cumulant)
    return points, number, reference


def chances_of(land, members, regions):
    points, number, reference = land
    near = sums(points[members]).values[0, 0] * 1e3
    many = np.bincount(number[members], minlength=49)
    total = np.bincount(number[members], weights=near, minlength=49)
    there = np.intersect1d(np.flatnonzero(many), regions)
    low, high, chance = chance_of_nearer_inside(
        reference, there, total[there], many[there], len(members)
    )
    return there, many[there], total[there], low, high, chance


def test_a_random_draw_is_significant_as_often_as_it_should(land):
    """In 300 draws of 1,000; regions of one draw are nearly independent."""
    random, runs, some = np.random.default_rng(55), 300, np.arange(3, 49, 4)
    rows = [
        chances_of(land, random.choice(30_000, 1_000, replace=False), some) for _ in range(runs)
    ]
    many, total, low, high, chance = (np.concatenate([row[k] for row in rows]) for k in range(1, 6))
    enough = many >= 5
    count = enough.sum()
    assert count > 2_500
    for level in (0.10, 0.05, 0.01):
        error = 4 * np.sqrt(level * (1 - level) / count) + 0.1 * level
        assert (chance[enough] <= level).mean() == pytest.approx(level, abs=error)
    within = (low <= total) & (total <= high)
    assert 0.94 <= within[enough].mean() <= 0.985


def test_more_of_them_as_spread_as_all_are_not_nearer(land):
    """A region with thrice its share: how many there are is another question."""
    points, number, _ = land
    random, runs = np.random.default_rng(56), 300
    at = int(np.argsort(np.bincount(number, minlength=49))[-6])
    here, there = np.flatnonzero(number == at), np.flatnonzero(number != at)
    many = round(3 * 600 * len(here) / len(points))
    found = []
    for _ in range(runs):
        inside = random.choice(here, many, replace=False)
        members = np.concatenate((inside, random.choice(there, 600 - many, replace=False)))
        *_, chance = chances_of(land, np.sort(members), [at])
        found.append(chance[0])
    assert (np.array(found) <= 0.05).mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.0475 / runs))


def test_those_packed_together_are_nearer(land):
    points, number, _ = land
    random = np.random.default_rng(57)
    at = int(np.argmax(np.bincount(number, minlength=49)))
    here, there = np.flatnonzero(number == at), np.flatnonzero(number != at)
    from_first = np.argsort(np.hypot(*(points[here] - points[here[0]]).T))
    packed = random.choice(here[from_first[: len(here) // 8]], 40, replace=False)
    members = np.concatenate((packed, random.choice(there, 960, replace=False)))
    *_, chance = chances_of(land, members, [at])
    assert chance[0] < 1e-3


def test_a_range_holds_95_percent_of_a_lognormal_distribution():
    drawn = np.random.default_rng(58).lognormal(0.3, 0.6, 400_000)
    low, high = reference_range(drawn.mean(), drawn.var())
    assert (drawn < low).mean() == pytest.approx(0.025, abs=0.002)
    assert (drawn > high).mean() == pytest.approx(0.025, abs=0.002)


def test_what_cannot_be_told_has_no_chance(country):
    points = country(59, 40)
    number = np.repeat([0, 1, -1], [20, 15, 5])
    reference = RegionalReference(points, towards_all(points, Decay()), number, Decay(), 1)

    def of(inside, drawn):
        return chance_of_nearer_inside(
            reference, np.array([1]), np.array([9.0]), np.array([inside]), drawn
        )

    assert np.isnan(of(0, 10)).all()
    assert np.isnan(of(1, 1)).all()
    # All of the reference: one draw there is, and the range is that.
    low, high, chance = of(15, 40)
    assert np.isnan(chance[0])
    assert low[0] == pytest.approx(high[0], rel=1e-3)


@pytest.mark.parametrize("kernel", DECAYS)
def test_tilted_sums_are_those_of_all_pairs(country, kernel):
    decay, random = DECAYS[kernel], np.random.default_rng(60)
    points, tilt = country(60, 300), random.exponential(0.01, 300)
    plain = dense(points, points, decay)
    np.fill_diagonal(plain, 0.0)
    f = plain + tilt[:, None] + tilt[None]
    np.fill_diagonal(f, 0.0)
    found = tilted_pairs(points, tilt, ((plain @ plain) * plain).sum(), decay)
    squared, cubed = f**2, f**3
    towards = np.stack((f.sum(axis=0), squared.sum(axis=0), cubed.sum(axis=0)))
    expected = centred(towards, towards[0] @ f @ towards[0], ((f @ f) * f).sum())
    for name, value in asdict(expected).items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-6), name
