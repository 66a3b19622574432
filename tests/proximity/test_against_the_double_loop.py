"""Sums are the double loop, over kernels, weights, lengths, populations and wanted errors."""

import math

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nabij.proximity import sums
from nabij.proximity.accuracy import relative_error

DECAY = {
    "inverse": lambda d, length: 1 / max(d, length),
    "shifted": lambda d, length: 1 / (d + length),
    "exponential": lambda d, length: math.exp(-d / length),
    "gaussian": lambda d, length: math.exp(-((d / length) ** 2) / 2),
    "within": lambda d, length: float(d <= length),
}


def double_loop(targets, sources, own, weights, kernel, length, powers):
    """Return the sums, shape (powers, targets), by the definition."""
    found = np.zeros((len(powers), len(targets)))
    for i, (ax, ay) in enumerate(targets):
        terms = []
        for j, (bx, by) in enumerate(sources):
            if j != own[i]:
                d = math.sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by))
                terms.append((weights[j], DECAY[kernel](d, length)))
        for q, power in enumerate(powers):
            found[q, i] = math.fsum(w * f**power for w, f in terms)
    return found


def arguments(kernel, length):
    """Return the keywords that choose a kernel."""
    return {"kernel": kernel, ("floor" if kernel == "inverse" else "scale"): length}


@st.composite
def populations(draw, largest):
    """Draw places: clusters of any width, some shared coordinates, lines, lattices, outliers."""
    n = draw(st.just(largest) | st.integers(1, largest))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    extent = 10.0 ** draw(st.integers(1, 6))
    clusters = draw(st.integers(1, 6))
    width = 10.0 ** draw(st.floats(-4, 0))
    centres = random.random((clusters, 2)) * extent
    shape = draw(st.sampled_from(["normal", "square", "line", "lattice"]))
    spread = random.normal(size=(n, 2)) if shape == "normal" else random.random((n, 2))
    points = centres[random.integers(0, clusters, n)] + spread * extent * width
    if shape == "line":
        points[:, 1] = points[:, 0] * draw(st.sampled_from([0.0, 1.0]))
    if shape == "lattice":
        points = np.round(points / (extent / 20)) * (extent / 20)
    shared = draw(st.sampled_from([0.0, 0.3, 1.0]))
    again = random.random(n) < shared
    points[again] = points[random.integers(0, max(1, n // 10), again.sum())]
    if draw(st.booleans()):
        points[random.integers(0, n)] += 1e7
    return points


@st.composite
def weights_of(draw, m):
    """Draw weights for m sources, or None."""
    kind = draw(st.sampled_from(["none", "ones", "even", "skewed", "some zero", "several"]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if kind == "none":
        return None
    if kind == "ones":
        return np.ones(m)
    if kind == "skewed":
        return 10 ** random.uniform(-1, 5, m)
    if kind == "some zero":
        return (random.random(m) < 0.2).astype(float)
    if kind == "several":
        return random.random((3, m)) * (random.random((3, m)) < 0.5)
    return random.random(m)


@st.composite
def problems(draw, largest):
    """Draw targets, sources (or None), own indices (or None) and weights."""
    sources = draw(populations(largest))
    kind = draw(st.sampled_from(["same", "part", "part and others", "apart"]))
    weights = draw(weights_of(len(sources)))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if kind == "same":
        return sources, None, None, weights
    if kind == "apart":
        return draw(populations(largest)), sources, None, weights
    own = random.choice(len(sources), draw(st.integers(0, len(sources))), replace=False)
    targets = sources[own]
    if kind == "part and others":
        others = draw(populations(50))
        targets = np.vstack((targets, others))
        own = np.concatenate((own, np.full(len(others), -1)))
    return targets, sources, own, weights


KERNELS = st.sampled_from(list(DECAY))
LENGTHS = st.floats(-1, 5).map(lambda e: 10.0**e)
RTOLS = st.sampled_from([1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9])

slow = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@settings(slow, max_examples=60)
@given(problems(40), KERNELS, LENGTHS)
def test_exact_sums_are_the_double_loop(problem, kernel, length):
    targets, sources, own, weights = problem
    found = sums(
        targets,
        sources,
        own=own,
        weights=weights,
        method="exact",
        powers=(1, 2, 3),
        **arguments(kernel, length),
    )
    among = targets if sources is None else sources
    if own is None:
        own = np.arange(len(targets)) if sources is None else np.full(len(targets), -1)
    vectors = np.ones((1, len(among))) if weights is None else np.atleast_2d(weights)
    for v, vector in enumerate(vectors):
        expected = double_loop(targets, among, own, vector, kernel, length, (1, 2, 3))
        assert relative_error(found.values[:, v], expected) < 1e-10


@settings(slow, max_examples=100)
@given(problems(1_500), KERNELS, LENGTHS, RTOLS)
def test_every_sum_by_tree_holds_the_wanted_error(problem, kernel, length, rtol):
    targets, sources, own, weights = problem
    same = {"own": own, "weights": weights, "powers": (1, 2), **arguments(kernel, length)}
    exact = sums(targets, sources, method="exact", **same)
    tree = sums(targets, sources, method="tree", rtol=rtol, **same)
    assert relative_error(tree.values, exact.values) <= rtol


@settings(slow, max_examples=30)
@given(problems(1_000), LENGTHS)
def test_counts_within_a_radius_are_exact_by_tree(problem, length):
    targets, sources, own, _ = problem
    same = {"own": own, "kernel": "within", "scale": length}
    exact = sums(targets, sources, method="exact", **same)
    tree = sums(targets, sources, method="tree", **same)
    np.testing.assert_array_equal(tree.values, exact.values)
    assert tree.checked_error is None
