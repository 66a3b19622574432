import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nabij
from nabij.decay import Decay
from nabij.measures.dscore import reference_sums, scores

# Whole kilometres over a few places, so that many points coincide or lie at one distance.
places = hnp.arrays(
    np.float64,
    st.tuples(st.integers(2, 25), st.just(2)),
    elements=st.integers(0, 6).map(lambda k: 1000.0 * k + (k % 3) * 12.5),
)


def naive(points, floor=100.0, weights=None):
    """Sum over all pairs, one by one."""
    n = len(points)
    weights = np.ones(n) if weights is None else weights
    found = []
    for i in range(n):
        above = below = 0.0
        for j in range(n):
            if i != j:
                distance = float(np.hypot(*(points[i] - points[j])))
                above += weights[j] / max(distance, floor)
                below += weights[j]
        found.append(1000 * above / below)
    return np.array(found)


@settings(deadline=None, max_examples=60)
@given(places, st.sampled_from([1.0, 100.0, 2500.0]))
def test_d_scores_equal_a_double_loop(points, floor):
    np.testing.assert_allclose(nabij.dscore(points, floor=floor), naive(points, floor), rtol=1e-10)


@settings(deadline=None, max_examples=40)
@given(places, st.integers(0, 2**32 - 1))
def test_weighted_d_scores_equal_a_double_loop(points, seed):
    weights = np.random.default_rng(seed).integers(1, 500, len(points)).astype(float)
    np.testing.assert_allclose(
        nabij.dscore(points, weights=weights), naive(points, weights=weights), rtol=1e-10
    )


def test_the_sum_is_the_mean_times_the_number_of_others():
    points = np.random.default_rng(1).uniform(0, 50_000, (40, 2))
    np.testing.assert_allclose(
        nabij.dscore(points, normalisation="sum"), 39 * nabij.dscore(points), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("kernel", "decay"),
    [
        ("shifted", lambda d: 1000 / (d + 2000)),
        ("exponential", lambda d: np.exp(-d / 2000)),
        ("gaussian", lambda d: np.exp(-((d / 2000) ** 2) / 2)),
        ("within", lambda d: (d <= 2000).astype(float)),
    ],
)
def test_other_distance_decays(kernel, decay):
    points = np.random.default_rng(2).uniform(0, 9_000, (30, 2))
    distance = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    near = decay(distance)
    np.fill_diagonal(near, 0)
    found = nabij.dscore(points, kernel=kernel, scale=2000)
    np.testing.assert_allclose(found, near.sum(axis=1) / 29, rtol=1e-10)


def test_one_point_has_no_score_and_no_points_have_none():
    assert np.isnan(nabij.dscore([[1.0, 2.0]])).all()
    assert nabij.dscore(np.empty((0, 2))).shape == (0,)


def test_a_neighbour_without_jobs_does_not_count():
    found = nabij.dscore([[0, 0], [1000, 0], [2000, 0]], weights=[1, 0, 1])
    assert found.tolist() == [0.5, 1.0, 0.5]


def test_degrees_are_refused_with_how_to_project_them():
    with pytest.raises(ValueError, match=r"longitudes and latitudes.*to_crs"):
        nabij.dscore([[5.1, 52.3], [5.2, 52.2]])


def test_points_of_the_wrong_shape_are_refused():
    with pytest.raises(ValueError, match="shape"):
        nabij.dscore([1.0, 2.0, 3.0])


def test_coordinates_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        nabij.dscore([[0.0, np.nan], [1.0, 2.0]])


def test_an_unknown_normalisation_is_refused():
    with pytest.raises(ValueError, match="normalisation must be 'mean' or 'sum'"):
        nabij.dscore([[0, 0], [500, 500]], normalisation="median")


def random_sector(seed, n=12, population=60):
    random = np.random.default_rng(seed)
    return random, random.uniform(0, 20_000, (population, 2)), random.choice(population, n, False)


def test_the_expected_score_is_the_mean_over_random_labellings():
    random, reference, _ = random_sector(3)
    drawn = []
    for _ in range(4000):
        sector = np.r_[0, 1 + random.choice(59, 11, False)]
        drawn.append(naive_first(reference[sector]))
    expected = scores(np.array([0, 1, 2]), reference_sums(reference)).expected[0]
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert abs(np.mean(drawn) - expected) < 5 * error


def naive_first(points):
    distance = np.hypot(*(points[1:] - points[0]).T)
    return 1000 * (1 / np.maximum(distance, 100)).mean()


@pytest.mark.parametrize("normalisation", ["mean", "sum"])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_sector_that_is_its_whole_reference_scores_as_expected(normalisation, weighted):
    random, reference, _ = random_sector(4)
    weights = random.integers(1, 9, len(reference)).astype(float) if weighted else None
    decay = Decay(normalisation=normalisation)
    found = scores(np.arange(len(reference)), reference_sums(reference, decay, weights))
    np.testing.assert_allclose(found.d_score, found.expected, rtol=1e-12)


def test_scores_of_a_sector_are_those_of_its_points_alone():
    _, reference, sector = random_sector(5)
    found = scores(sector, reference_sums(reference))
    np.testing.assert_allclose(found.d_score, naive(reference[sector]), rtol=1e-10)
    np.testing.assert_allclose(found.expected, naive(reference)[sector], rtol=1e-10)
    assert Decay().unit == "1/km"


@pytest.mark.parametrize("weighted", [False, True])
def test_what_to_expect_is_the_score_towards_the_whole_reference(weighted):
    random, reference, sector = random_sector(6)
    weights = random.integers(1, 9, len(reference)).astype(float) if weighted else None
    found = scores(sector, reference_sums(reference, weights=weights))
    own = None if weights is None else weights[sector]
    np.testing.assert_allclose(found.d_score, naive(reference[sector], weights=own), rtol=1e-10)
    np.testing.assert_allclose(
        found.expected, naive(reference, weights=weights)[sector], rtol=1e-10
    )


def test_reference_sums_are_the_first_three_powers_of_the_decay():
    _, reference, _ = random_sector(8)
    distance = np.hypot(*(reference[:, None] - reference[None]).transpose(2, 0, 1))
    near = 1000 / np.maximum(distance, 100)
    np.fill_diagonal(near, 0)
    found = reference_sums(reference, Decay())
    for power in (1, 2, 3):
        np.testing.assert_allclose(found.moments[power - 1], (near**power).sum(axis=1), rtol=1e-10)
