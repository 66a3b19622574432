"""Sums by tree: hard populations, powers, many vectors, any order of rows."""

import numpy as np
import pytest

from nabij.proximity import room, sums
from nabij.proximity.accuracy import relative_error


def clustered(n, seed=0):
    """Return places in a country of 200 km: clusters, countryside, and a quarter twice."""
    random = np.random.default_rng(seed)
    centres = random.random((12, 2)) * 200_000
    points = centres[random.integers(0, 12, n)] + random.normal(0, 2_000, (n, 2))
    points[: n // 3] = random.random((n // 3, 2)) * 200_000
    points[n // 2 : n // 2 + n // 4] = points[: n // 4]
    return points


@pytest.mark.parametrize("kernel", ["inverse", "shifted", "exponential", "gaussian"])
@pytest.mark.parametrize("rtol", [1e-3, 1e-5, 1e-6, 1e-9])
def test_all_three_powers_hold_the_wanted_error(kernel, rtol):
    points = clustered(5_000)
    same = {"kernel": kernel, "scale": 3_000.0, "powers": (1, 2, 3)}
    exact = sums(points, method="exact", **same)
    tree = sums(points, method="tree", rtol=rtol, **same)
    assert (tree.method, exact.method) == ("tree", "exact")
    assert relative_error(tree.values, exact.values) <= rtol
    assert 0 < tree.checked_error <= rtol
    assert exact.checked_error is None


HARD = {
    "all in one place": np.full((3_000, 2), 1234.5),
    "all on a line": np.column_stack((np.linspace(0, 1e5, 3_000), np.full(3_000, 5.0))),
    "all on a slanting line": np.repeat(np.geomspace(1, 1e6, 3_000)[:, None], 2, axis=1),
    "a lattice": np.stack(np.meshgrid(np.arange(55), np.arange(55)), -1).reshape(-1, 2) * 100.0,
    "one outlier 10,000 km off": np.vstack((clustered(3_000), [[1e7, 0.0]])),
    "two far clusters": np.vstack((clustered(1_500), clustered(1_500) + 5e6)),
    "most at one point": np.vstack((np.full((2_500, 2), 7e4), clustered(500))),
    "smaller than the floor": clustered(3_000) / 1e5,
    "three places": np.repeat([[0.0, 0.0], [50.0, 0.0], [1e4, 0.0]], 900, axis=0),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_populations_hold_the_wanted_error(name):
    exact = sums(HARD[name], powers=(1, 2), method="exact")
    for rtol in (1e-5, 1e-8):
        tree = sums(HARD[name], powers=(1, 2), method="tree", rtol=rtol)
        assert relative_error(tree.values, exact.values) <= rtol


def test_a_hundred_thousand_at_one_point_are_each_others_neighbours():
    points = np.vstack((np.full((100_000, 2), 5e4), [[5e4, 6e4]]))
    found = sums(points).values[0, 0]
    np.testing.assert_allclose(found[:-1], 99_999 / 100 + 1 / 1e4, rtol=1e-6)
    np.testing.assert_allclose(found[-1], 100_000 / 1e4, rtol=1e-6)


def test_a_crowd_at_the_end_of_the_order_may_be_larger_than_a_part():
    # Ordered by cell, the crowd in the far corner comes last and reaches past every part's end.
    points = np.vstack((clustered(1_000), np.full((149_000, 2), 9e5)))
    found = sums(points).values[0, 0]
    assert found[-1] == found[1_000]
    np.testing.assert_allclose(found[-1], 148_999 / 100, rtol=1e-4)


def test_an_outlier_costs_a_few_boxes():
    from nabij.proximity.places import find_places
    from nabij.proximity.tree import grow
    from nabij.proximity.work import Crew

    points = clustered(20_000)

    def boxes(some):
        return len(grow(find_places(some, len(some), 0, Crew(1)), 64, Crew(1)).span)

    assert boxes(np.vstack((points, [[1e7, 1e7]]))) < 1.1 * boxes(points) + 10


@pytest.mark.parametrize("method", ["auto", "exact", "tree"])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_none_one_and_two(method, n):
    found = sums(np.array([[0.0, 0.0], [300.0, 400.0]])[:n], method=method)
    assert found.values.shape == (1, 1, n)
    np.testing.assert_allclose(found.values, 1 / 500 if n == 2 else 0.0, rtol=1e-6)


@pytest.mark.parametrize("method", ["auto", "exact", "tree"])
def test_without_sources_all_sums_are_0(method):
    found = sums([[0.0, 0.0], [1.0, 1.0]], np.empty((0, 2)), powers=(1, 3), method=method)
    np.testing.assert_array_equal(found.values, np.zeros((2, 1, 2)))


def test_weights_of_0_give_sums_of_0():
    points = clustered(3_000)
    found = sums(points, weights=np.zeros(3_000), method="tree")
    np.testing.assert_array_equal(found.values, 0.0)


@pytest.mark.parametrize("method", ["exact", "tree"])
def test_many_vectors_are_summed_as_if_one_by_one(method):
    points = clustered(2_000)
    weights = np.random.default_rng(0).random((19, 2_000))
    weights[:, ::3] = 0
    together = sums(points, weights=weights, powers=(1, 2), method=method).values
    assert together.shape == (2, 19, 2_000)
    for v in (0, 7, 18):
        alone = sums(points, weights=weights[v], powers=(1, 2), method=method).values
        assert relative_error(together[:, v], alone[:, 0]) < 1e-6


def test_a_sector_among_its_reference_is_the_reference_with_weights_0_and_1():
    reference = clustered(6_000)
    own = np.random.default_rng(0).choice(6_000, 900, replace=False)
    chosen = np.zeros(6_000)
    chosen[own] = 1
    weighted = sums(reference, weights=chosen, method="tree").values[0, 0, own]
    apart = sums(reference[own], reference, own=own, weights=chosen, method="tree").values[0, 0]
    alone = sums(reference[own], method="tree").values[0, 0]
    assert relative_error(apart, weighted) < 1e-6
    assert relative_error(alone, weighted) < 1e-6


def test_powers_come_in_the_order_asked():
    points = clustered(500)
    both = sums(points, powers=(1, 2, 3)).values
    np.testing.assert_allclose(sums(points, powers=(3, 1)).values, both[[2, 0]], rtol=1e-12)
    np.testing.assert_allclose(sums(points, powers=(2,)).values, both[[1]], rtol=1e-12)


@pytest.mark.parametrize("rtol", [1e-5, 1e-9])
def test_the_order_of_the_rows_changes_no_more_than_rounding(rtol):
    points = clustered(8_000)
    order = np.random.default_rng(1).permutation(8_000)
    one = sums(points, method="tree", rtol=rtol, powers=(1, 2)).values
    other = sums(points[order], method="tree", rtol=rtol, powers=(1, 2)).values
    assert relative_error(other, one[:, :, order]) < (1e-6 if rtol > 1e-6 else 1e-13)


def test_auto_is_exact_while_that_is_quick():
    assert sums(clustered(2_000)).method == "exact"
    assert sums(clustered(20_000)).method == "tree"


def test_lists_that_were_too_short_change_no_value(monkeypatch):
    points = clustered(5_000)
    expected = sums(points, method="tree").values
    lengths = []
    honest = room.for_walk
    monkeypatch.setattr(room, "LISTS", 8)
    monkeypatch.setattr(room, "for_walk", lambda *a: lengths.append(a[-1]) or honest(*a))
    assert np.array_equal(sums(points, method="tree").values, expected)
    assert max(lengths) > 8
