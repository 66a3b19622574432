"""Windows, links and discs against a double loop."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from nabij.proximity.windows import ground

POINTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=60)
QUICK = settings(max_examples=60, deadline=None)


def distances(points):
    x, y = np.asarray(points, dtype=float).T
    return np.hypot(x[:, None] - x[None], y[:, None] - y[None])


@QUICK
@given(POINTS, st.integers(1, 70), st.floats(0, 30), st.floats(0, 60))
def test_the_k_th_nearest_and_how_many_are_within(points, k, least, more):
    points, most = np.array(points, dtype=float), least + more
    here, d = ground(points, threads=1), distances(points)
    radius, counted = here.radii(here.place, k, least, most)
    kth = np.sort(d, axis=1)[:, k] if k < len(points) else np.full(len(points), np.inf)
    np.testing.assert_allclose(radius, np.clip(kth, least, most), rtol=1e-14)
    within = here.within(*points.T.copy(), radius)
    np.testing.assert_array_equal(within, (d <= radius[:, None] * (1 + 1e-12)).sum(axis=1))
    np.testing.assert_array_equal(counted, within)


@QUICK
@given(POINTS, st.integers(0, 2**32 - 1))
def test_linked_is_the_components_of_all_pairs(points, seed):
    here = ground(np.array(points, dtype=float), threads=1)
    reach = np.random.default_rng(seed).uniform(0, 20, len(here))
    pairs = distances(np.column_stack((here.x, here.y))) <= np.minimum.outer(reach, reach)
    count, expected = connected_components(pairs)
    found = here.linked(reach)
    assert len({*zip(expected, found, strict=True)}) == count == found.max() + 1


@QUICK
@given(POINTS, st.integers(0, 2**32 - 1))
def test_covered_lists_every_place_once_for_a_group(points, seed):
    here, random = ground(np.array(points, dtype=float), threads=1), np.random.default_rng(seed)
    at, group = random.integers(0, len(here), 8), np.sort(random.integers(0, 3, 8))
    radius, d = random.uniform(0, 40, 8), distances(np.column_stack((here.x, here.y)))
    place, of = here.covered(here.x[at], here.y[at], radius, group)
    expected = {(u, group[t]) for t in range(8) for u in np.flatnonzero(d[at[t]] <= radius[t])}
    assert [*zip(place, of, strict=True)] == sorted(expected)


@pytest.mark.parametrize("k", [1, 60, 4000])
def test_large_windows_and_many_at_one_place(k):
    random = np.random.default_rng(3)
    points = random.normal(0, 10_000, (20_000, 2)) * random.pareto(1.0, (20_000, 1))
    points[::4] = points[random.pareto(1.0, 5000).astype(int) % 20_000]
    here = ground(points, threads=2)
    some = np.unique(here.place[::700])
    radius, counted = here.radii(some, k, 100.0, 20_000.0)
    away = np.hypot(points[:, 0] - here.x[some][:, None], points[:, 1] - here.y[some][:, None])
    kth = np.partition(away, k, axis=1)[:, k]
    np.testing.assert_allclose(radius, np.clip(kth, 100.0, 20_000.0), rtol=1e-12)
    np.testing.assert_array_equal(counted, here.within(here.x[some], here.y[some], radius))


def test_thousands_in_reach_of_each_other_are_one():
    random = np.random.default_rng(0)
    here = ground(random.uniform(0, 1000, (30_000, 2)))
    assert here.linked(np.full(len(here), 900.0)).max() == 0  # 4.5e8 pairs, one by one
