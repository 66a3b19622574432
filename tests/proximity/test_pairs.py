"""Counts of pairs by distance equal those of a double loop."""

import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nabij.proximity import neighbour_sums, pair_counts, relabelled_counts

RANDOM = np.random.default_rng(5)


class StopError(Exception):
    """The user has had enough."""


def plain(points, edges, weights):
    """Return the sums of weights around every point, from all distances."""
    points = np.asarray(points, float).reshape(-1, 2)
    squared = ((points[:, None] - points[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(squared, -1)
    squares = np.asarray(edges, float) ** 2
    inside = [(squared > low) & (squared <= high) for low, high in pairwise(squares)]
    inside[0] |= squared == squares[0]
    return np.stack([ring @ np.asarray(weights, float) for ring in inside], axis=1)


@st.composite
def cases(draw):
    """Few coordinates, so that points coincide and distances equal edges; some far away."""
    n = draw(st.integers(0, 90))
    side = draw(st.sampled_from([1, 3, 12, 1000]))
    points = draw(hnp.arrays(np.int64, (n, 2), elements=st.integers(0, side)))
    if n and draw(st.booleans()):
        points[draw(st.integers(0, n - 1))] = draw(st.sampled_from([10**7, -(10**9)]))
    edges = draw(st.lists(st.integers(0, 2 * side), min_size=2, max_size=70, unique=True))
    weights = draw(hnp.arrays(np.int64, n, elements=st.integers(0, 5)))
    return points.astype(float), sorted(edges), weights.astype(float)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_counts_equal_those_of_a_double_loop(case):
    points, edges, weights = case
    around = plain(points, edges, weights)
    assert np.array_equal(neighbour_sums(points, edges, weights), around)
    assert np.array_equal(pair_counts(points, edges, weights), weights @ around)
    ones = np.ones(len(points))
    assert np.array_equal(pair_counts(points, edges), ones @ plain(points, edges, ones))


@given(cases(), st.integers(1, 70), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_relabelled_counts_equal_those_of_a_double_loop(case, vectors, seed):
    points, edges, weights = case
    random = np.random.default_rng(seed)
    labels = random.random((vectors, len(points))) < random.random((vectors, 1))
    factor = random.integers(0, 9, (len(points), len(edges) - 1)).astype(float)
    unweighted = relabelled_counts(points, edges, labels.astype(np.uint8))
    by_source = relabelled_counts(points, edges, labels, weights)
    cumulative = relabelled_counts(points, edges, labels, weights, factor)
    for v in range(vectors):
        inside = labels[v].astype(float)
        around = plain(points, edges, inside * weights)
        assert np.array_equal(unweighted[v], inside @ plain(points, edges, inside))
        assert np.array_equal(by_source[v], inside @ around)
        expected = ((factor * inside[:, None]) * around.cumsum(axis=1)).sum(axis=0)
        assert np.array_equal(cumulative[v], expected)
    several = labels * weights
    together = pair_counts(points, edges, several)
    assert np.array_equal(together, [w @ plain(points, edges, w) for w in several])


POINTS = np.concatenate(
    (RANDOM.normal(size=(4_000, 2)) * 2e3, RANDOM.random((4_000, 2)) * 1e5, [[4e9, -7e8]] * 3)
).round(-1)
EDGES = np.geomspace(100, 60_000, 41)


def test_counts_of_many_points_equal_those_of_a_double_loop():
    edges = np.concatenate(([0], np.arange(1, 60) * 500.0, [9e9]))
    weights = RANDOM.integers(0, 4, len(POINTS)).astype(float)
    around = np.concatenate(
        [
            _around(POINTS[i : i + 500], POINTS, edges, weights, i)
            for i in range(0, len(POINTS), 500)
        ]
    )
    assert np.array_equal(neighbour_sums(POINTS, edges, weights), around)
    assert np.array_equal(pair_counts(POINTS, edges, weights), weights @ around)


def _around(some, points, edges, weights, first):
    squared = ((some[:, None] - points[None]) ** 2).sum(axis=-1)
    found = np.stack(
        [np.bincount(np.searchsorted(edges**2, row), weights, len(edges) + 1) for row in squared]
    )
    # At the innermost edge, 0, is what coincides, and the point itself.
    found[:, 1] += found[:, 0] - weights[first : first + len(some)]
    return found[:, 1:-1]


def test_weights_that_are_not_whole_lose_no_digits():
    """A light cluster far from a heavy one: no sum of its own may carry what the other weighs."""
    light = RANDOM.random((300, 2)) * 100
    points = np.concatenate((light, light + 1e6))
    weights = np.concatenate((RANDOM.random(300) * 1e-9, RANDOM.random(300) * 1e9))
    edges = [0.0, 20.0, 60.0, 200.0]
    found = neighbour_sums(points, edges, weights)
    expected = plain(points, edges, weights)
    assert np.allclose(found, expected, rtol=1e-13, atol=0)
    alone = pair_counts(points, edges, np.where(weights < 1, weights, 0))
    part = weights[:300] @ expected[:300]
    assert np.allclose(alone, part, rtol=1e-13, atol=0)


def test_a_pair_at_an_edge_is_in_the_ring_within_it_and_at_the_first_edge_in_the_first():
    points = [[0, 0], [3, 4], [6, 8]]
    assert pair_counts(points, [5, 10]).tolist() == [6]
    assert pair_counts(points, [0, 5, 10]).tolist() == [4, 2]
    assert pair_counts(points, [np.nextafter(5, 6), 10]).tolist() == [2]
    assert pair_counts(points, [0, np.nextafter(5, 4), 10]).tolist() == [0, 6]
    assert pair_counts([[1, 1]] * 4, [0, 1e-9]).tolist() == [12]
    assert pair_counts([[1, 1]] * 4, [1e-9, 1]).tolist() == [0]


def test_edges_closer_together_than_the_cells_of_the_table():
    points = np.array([[float(i), 0.0] for i in range(40)])
    close = [np.nextafter(7, 0), 7, np.nextafter(7, 8), 7 + 1e-12, 7 + 2e-12, 1e6]
    assert pair_counts(points, [0, *close]).tolist() == [
        2 * sum(40 - d for d in range(1, 7)), 66, 0, 0, 0, 2 * sum(range(1, 33))
    ]  # fmt: skip


def test_many_points_too_close_to_be_divided_beside_one_very_far_away():
    near = RANDOM.integers(0, 300, (900, 2)).astype(float)
    points = np.concatenate((near, near + 5_000, [[9e11, -9e11]]))
    edges = [0, 50, 60, 100, 200, 5_000, 6_000, 7_000, 7_100, 7_200, 7_300, 7_400, 7_500, 1e300]
    weights = RANDOM.integers(0, 4, len(points)).astype(float)
    found = neighbour_sums(points, edges, weights)
    assert np.array_equal(found, plain(points, np.minimum(edges, 1e100), weights))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_points(n):
    points = np.zeros((n, 2))
    pairs = n * (n - 1.0)
    assert pair_counts(points, [0, 1, 2]).tolist() == [pairs, 0]
    assert pair_counts(points, [0, 1, 2], np.ones((3, n))).tolist() == [[pairs, 0]] * 3
    assert pair_counts(points, [0, 1], np.ones((0, n))).shape == (0, 1)
    assert neighbour_sums(points, [0, 1, 2]).tolist() == [[max(n - 1, 0), 0]] * n
    assert relabelled_counts(points, [0, 1], np.ones((2, n), bool)).tolist() == [[pairs]] * 2


@pytest.mark.parametrize("vectors", [1, 3, 20])
def test_any_number_of_threads_gives_the_same_bits(vectors):
    points = POINTS[2_500:6_500]
    weights = RANDOM.random((vectors, len(points)))
    one, two, five = (pair_counts(points, EDGES, weights, threads=t) for t in (1, 2, 5))
    assert one.tobytes() == two.tobytes() == five.tobytes()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("labellings", [2, 40])
def test_progress_goes_from_0_to_1_and_may_cancel(threads, labellings):
    labels = RANDOM.random((labellings, len(POINTS))) < 0.3
    told = []
    relabelled_counts(POINTS, EDGES, labels, threads=threads, progress=lambda m, f: told.append(f))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)

    def progress(message, fraction):
        if fraction > 0.3:
            raise StopError(message)

    with pytest.raises(StopError):
        relabelled_counts(POINTS, EDGES, labels, threads=threads, progress=progress)
    assert not [t for t in threading.enumerate() if t.name.startswith("nabij-proximity")]


GOOD = np.zeros((3, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pair_counts(np.zeros(3), [0, 1]), r"points must have shape \(n, 2\)"),
        (lambda: pair_counts([[0, np.nan]], [0, 1]), "points must be finite: row 0"),
        (lambda: pair_counts(GOOD, [1]), "edges must have shape"),
        (lambda: pair_counts(GOOD, [0, np.nan]), "edges must be finite"),
        (lambda: pair_counts(GOOD, [-1, 1]), "not negative"),
        (lambda: pair_counts(GOOD, [0, 2, 2]), "ascending"),
        (lambda: pair_counts(GOOD, ["a", "b"]), "edges must be numbers"),
        (lambda: pair_counts(GOOD, [0, 1], [1, 2]), r"weights must have shape \(3,\)"),
        (lambda: pair_counts(GOOD, [0, 1], [1, np.nan, 1]), "weights must be finite"),
        (lambda: pair_counts(GOOD, [0, 1], threads=0), "threads must be at least 1"),
        (lambda: neighbour_sums(GOOD, [0, 1], np.ones((2, 3))), "weights must have shape"),
        (lambda: relabelled_counts(GOOD, [0, 1], [1, 1, 1]), r"labels must have shape \(V, 3\)"),
        (lambda: relabelled_counts(GOOD, [0, 1], [[1, 2, 0]]), "labels must be 0 or 1"),
        (lambda: relabelled_counts(GOOD, [0, 1], [[1, np.nan, 0]]), "labels must be 0 or 1"),
        (
            lambda: relabelled_counts(GOOD, [0, 1], [[1, 1, 0]], np.ones((2, 3))),
            "source_weight must have shape",
        ),
        (
            lambda: relabelled_counts(GOOD, [0, 1], [[1, 1, 0]], None, np.ones((3, 2))),
            r"target_factor must have shape \(3, 1\)",
        ),
        (
            lambda: relabelled_counts(GOOD, [0, 1], [[1, 1, 0]], None, [[1], [np.inf], [1]]),
            r"target_factor must be finite; \[1, 0\] is inf",
        ),
    ],
)
def test_what_cannot_be_used_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()
