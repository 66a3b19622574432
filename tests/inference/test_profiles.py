"""Kd, M, K and L: as other packages compute them, by the plain double loop, and under chance."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from nabij.inference.concentration_m import cross_m, individual_m, relative_m, surroundings
from nabij.inference.kd import bandwidth, k_density
from nabij.inference.profiles import CELLS, enough_cells, grid, profiles
from nabij.inference.ripley import l_function, ripley_k
from nabij.proximity import pair_counts

TRUTH = Path(__file__).parents[2] / "../shared/truth"


def read(name):
    path = TRUTH / name
    if not path.is_file():
        pytest.skip("the peer values are not here; their packages' licences keep them out")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def numbers(table, *names):
    return np.column_stack([table[name].astype(float) for name in names])


@pytest.fixture(scope="module")
def trees():
    table = read("paracou16_input.csv")
    points = numbers(table, "x", "y")
    return points, table["weight"].astype(float), table["type"] == "V._Americana"


@pytest.fixture(scope="module")
def others():
    return read("paracou16_input.csv")["type"] == "Q._Rosea"


def test_m_is_that_of_another_package(trees):
    points, weight, chosen = trees
    truth = numbers(read("01_Mhat_weighted.csv"), "r", "M_VA")
    found = relative_m(surroundings(points, truth[:, 0], weight), [chosen])[0]
    # No tree shares a place with one of its kind: M at 0 is 0 where the package has a neighbour.
    np.testing.assert_allclose(found, truth[:, 1], rtol=1e-9)


def test_m_of_two_sectors_is_that_of_another_package(trees, others):
    points, weight, chosen = trees
    truth = numbers(read("01_Mhat_weighted.csv"), "r", "M_VA_QR")
    around = surroundings(points, truth[:, 0], weight)
    found = cross_m(around, chosen, np.where(others, weight, 0))
    np.testing.assert_allclose(found, truth[:, 1], rtol=1e-9)


def test_m_of_cases_and_controls_is_that_of_another_package(trees, others):
    points, weight, cases = trees
    truth = numbers(read("01_Mhat_weighted.csv"), "r", "M_casecontrol_VA_QR")
    around = surroundings(points, truth[:, 0], np.where(others, weight, 0))
    found = cross_m(around, cases, np.where(cases, weight, 0))
    np.testing.assert_allclose(found, truth[:, 1], rtol=1e-9)


def test_the_m_of_every_point_is_that_of_another_package(trees):
    points, weight, chosen = trees
    table = read("03_Mhat_individual_weighted.csv")
    truth = numbers(table, *(name for name in table if name.startswith("id_")))
    found = individual_m(surroundings(points, table["r"].astype(float), weight), chosen)
    np.testing.assert_allclose(found, truth.T, rtol=1e-9)


def test_the_k_density_is_that_of_another_package(trees):
    points, _, chosen = trees
    truth = numbers(read("04_Kdhat.csv"), "r", "Kd_VA")
    distances, edges = grid(100.0, 100)
    counts = pair_counts(points[chosen], edges)
    n = chosen.sum()
    at = np.concatenate([[0.0], distances])
    found = k_density([counts], edges, at, n * (n - 1) / 2)[0]
    # The package puts distances on a grid and interpolates: it is itself 2e-3 off.
    np.testing.assert_allclose(found, truth[:, 1], rtol=3e-3)


def test_the_k_density_of_two_sectors_is_that_of_another_package(trees, others):
    points, _, chosen = trees
    truth = numbers(read("04_Kdhat.csv"), "r", "Kd_VA_QR")
    edges = grid(100.0, 100)[1]
    both, one, other = (
        pair_counts(points[which], edges) for which in (chosen | others, chosen, others)
    )
    pairs = chosen.sum() * others.sum()
    found = k_density([both - one - other], edges, truth[:, 0], pairs)[0]
    np.testing.assert_allclose(found, truth[:, 1], rtol=3e-3)


def test_the_weighted_k_density_is_that_of_another_package(trees):
    points, weight, chosen = trees
    truth = numbers(read("04_Kdhat.csv"), "r", "Kemp_VA")
    edges, own = grid(100.0, 100)[1], weight[chosen]
    counts, weighted = (pair_counts(points[chosen], edges, given) for given in (None, own))
    pairs = (own.sum() ** 2 - (own**2).sum()) / 2
    found = k_density([weighted], edges, truth[:, 0], pairs, bandwidth(counts, edges))[0]
    np.testing.assert_allclose(found, truth[:, 1], rtol=3e-3)


def test_k_and_l_with_a_window_are_those_of_another_package(trees):
    points, _, chosen = trees
    truth = numbers(read("06_Khat_Lhat.csv"), "r", "K", "L")
    window = numbers(read("paracou16_window.csv"), "x", "y")
    # A distance that is exactly r, as nine are here, counts as within r for us, and not for them.
    just_below = np.nextafter(truth[:, 0], 0)
    for corners in (window, window[::-1]):
        found = ripley_k(points[chosen], just_below, corners)
        np.testing.assert_allclose(found, truth[:, 1], rtol=1e-9)
        np.testing.assert_allclose(
            l_function(found, truth[:, 0]), truth[:, 2], rtol=1e-9, atol=1e-9
        )


def test_k_of_points_at_random_is_the_area_of_a_circle():
    random = np.random.default_rng(4)
    square = [[0, 0], [1, 0], [1, 1], [0, 1]]
    radii = np.array([0.1, 0.3])
    found = [ripley_k(random.uniform(size=(100, 2)), radii, square) for _ in range(100)]
    error = np.std(found, axis=0) / 10
    # Four standard errors of the mean of 100 runs.
    assert (np.abs(np.mean(found, axis=0) - np.pi * radii**2) < 4 * error).all()


def test_k_of_coincident_and_far_points():
    square = [[0, 0], [10, 0], [10, 10], [0, 10]]
    assert ripley_k([[5, 5], [5, 5]], [0.0, 1.0], square).tolist() == [100.0, 100.0]
    with pytest.raises(ValueError, match="at least 2"):
        ripley_k([[5, 5]], [1.0], square)
    with pytest.raises(ValueError, match="area"):
        ripley_k([[5, 5], [6, 5]], [1.0], [[0, 0], [1, 1]])


def away_from(points, chosen):
    return np.hypot(*(points[chosen][:, None] - points).transpose(2, 0, 1))


@pytest.fixture(scope="module")
def firms():
    """Return towns of firms; a third of the first town's are the sector, and coincide."""
    random = np.random.default_rng(5)
    towns = random.uniform(0, 20_000, (8, 2))
    points = towns[random.integers(8, size=300)] + random.normal(0, 800, (300, 2)).round(-2)
    points[7] = points[3]
    chosen = random.random(300) < 0.2
    chosen[[3, 7]] = True
    return points, random.integers(0, 9, 300).astype(float), chosen


def test_m_is_the_plain_double_loop(firms):
    points, weight, chosen = firms
    radii = np.array([0.0, 300.0, 2000.0, 15_000.0])
    found = relative_m(surroundings(points, radii, weight), [chosen, ~chosen])
    for label, row in zip((chosen, ~chosen), found, strict=True):
        members = np.flatnonzero(label)
        for radius, value in zip(radii, row, strict=True):
            over = under = 0.0
            for i in members:
                near = np.hypot(*(points - points[i]).T) <= radius
                near[i] = False
                if weight[near].sum() > 0:
                    over += weight[near & label].sum() / weight[near].sum()
                    under += (weight[label].sum() - weight[i]) / (weight.sum() - weight[i])
            assert value == pytest.approx(over / under, rel=1e-9)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3), st.sampled_from("ABC")),
        min_size=2,
        max_size=12,
    ),
    st.integers(0, 6),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_m_of_a_few_points_is_the_plain_double_loop(rows, radius):
    """Two sectors, shared places, weights of 0: whatever a register may hold."""
    points = np.array([row[:2] for row in rows], dtype=float)
    weight = np.array([row[2] for row in rows], dtype=float)
    kind = np.array([row[3] for row in rows])
    around = surroundings(points, [radius], weight)
    for sought in "AB":
        target = np.where(kind == sought, weight, 0.0)
        over, under, each = 0.0, 0.0, []
        for i in np.flatnonzero(kind == "A"):
            near = np.hypot(*(points - points[i]).T) <= radius
            near[i] = False
            if (all_near := weight[near].sum()) > 0:
                others = weight.sum() - weight[i]
                over += target[near].sum() / all_near
                under += (target.sum() - target[i]) / others
                each.append((target[near].sum() / all_near, (target.sum() - target[i]) / others))
            else:
                each.append((np.nan, np.nan))
        found = cross_m(around, kind == "A", target)
        apart = individual_m(around, kind == "A", target)[:, 0]
        expected = [a / b if b > 0 else np.nan for a, b in each]
        np.testing.assert_allclose(apart, expected, rtol=1e-9)
        np.testing.assert_allclose(found, [over / under if under > 0 else np.nan], rtol=1e-9)
        if sought == "A":
            np.testing.assert_allclose(relative_m(around, [kind == "A"])[0], found, rtol=1e-9)


def plain_k_density(between, distances):
    near = between[between <= 2 * distances[-1]]
    quartiles = np.subtract(*np.percentile(near, [75, 25]))
    width = 0.9 * min(near.std(ddof=1), quartiles / 1.34) * len(near) ** -0.2
    near = np.concatenate([near, -near[near <= 4 * width]])
    kernel = np.exp(-(((distances[:, None] - near) / width) ** 2) / 2)
    return kernel.sum(axis=1) / (width * np.sqrt(2 * np.pi) * len(between))


def test_the_k_density_is_the_plain_sum_of_gaussians(firms):
    points, _, chosen = firms
    n = int(chosen.sum())
    distances, edges = grid(9000.0, 60)
    found = k_density([pair_counts(points[chosen], edges)], edges, distances, n * (n - 1) / 2)[0]
    between = away_from(points, chosen)[:, chosen][np.triu_indices(n, 1)]
    np.testing.assert_allclose(found, plain_k_density(between, distances), rtol=3e-3)


def test_a_k_density_is_a_density():
    points = np.random.default_rng(6).uniform(0, 100, (200, 2))
    distances, edges = grid(300.0, 300)
    found = k_density([pair_counts(points, edges)], edges, distances, 200 * 199 / 2)[0]
    assert found.sum() * (distances[1] - distances[0]) == pytest.approx(1, abs=0.01)
    nothing = k_density(np.zeros((1, len(edges) - 1)), edges, distances, 1.0)
    assert (nothing == 0).all()


def test_profiles_are_the_functions_of_the_sector_and_of_its_draws(firms):
    points, weight, chosen = firms
    size = int(chosen.sum())
    options = {"longest": 9000.0, "steps": 12, "simulations": 99}
    found = profiles(points, chosen, weight, **options, random=np.random.default_rng(8))
    distances, edges = grid(9000.0, 12)
    counts = pair_counts(points[chosen], edges)
    np.testing.assert_allclose(
        found["Kd"].value, k_density([counts], edges, distances, size * (size - 1) / 2)[0]
    )
    np.testing.assert_allclose(
        found["M"].value, relative_m(surroundings(points, distances, weight), [chosen])[0]
    )
    between = away_from(points, chosen)[:, chosen]
    within = [(between <= r).sum() - size for r in distances]
    k = found["K"].value
    np.testing.assert_allclose(k / k[-1], np.array(within) / within[-1])
    np.testing.assert_allclose(found["L"].value, np.sqrt(k / np.pi) - distances)
    for each in found.values():
        assert (each.distances == distances).all()
        assert (each.local[0] <= each.expected).all()
        assert (each.expected <= each.local[1]).all()
        assert (each.overall[0] <= each.local[0]).all()
        assert (each.overall[1] >= each.local[1]).all()
    again = profiles(points, chosen, weight, **options, random=np.random.default_rng(8))
    assert all((again[name].overall == found[name].overall).all() for name in found)


def test_more_points_are_counted_in_fewer_rings_and_the_density_is_still_exact():
    random = np.random.default_rng(12)
    towns = random.uniform(0, 60_000, (20, 2))
    points = towns[random.integers(20, size=1200)] + random.normal(0, 2000, (1200, 2))
    chosen = np.arange(1200) < 500
    cells = enough_cells([points[chosen]], 20_000.0, 60)
    distances, edges = grid(20_000.0, 60, cells)
    counts = pair_counts(points[chosen], edges)
    assert cells < CELLS[1]
    assert bandwidth(counts, edges) >= 10 * edges[1]
    found = k_density([counts], edges, distances, 500 * 499 / 2)[0]
    between = away_from(points, chosen)[:, chosen][np.triu_indices(500, 1)]
    np.testing.assert_allclose(found, plain_k_density(between, distances), rtol=1e-3)
    whole = profiles(
        points, chosen, longest=20_000.0, steps=60, simulations=39, random=np.random.default_rng(1)
    )
    np.testing.assert_allclose(whole["Kd"].value, found, rtol=1e-3)
    within = [(2 * (between <= r)).sum() / (500 * 499) for r in distances]
    k = whole["K"].value
    np.testing.assert_allclose(k / k[-1], np.array(within) / within[-1], rtol=1e-12)


def test_few_points_are_counted_in_the_most_rings():
    few = np.random.default_rng(13).uniform(0, 9000, (50, 2))
    assert enough_cells([few], 4000.0, 60) == CELLS[1]
    # Towns of 10 m, seen to 60 km: as fine as may be.
    narrow = np.random.default_rng(13).normal(0, 10, (400, 2))
    assert enough_cells([narrow], 60_000.0, 60) == CELLS[1]


def test_what_chunks_the_draws_come_in_does_not_matter(firms, monkeypatch):
    points, weight, chosen = firms
    options = {"longest": 9000.0, "steps": 12, "simulations": 50}
    whole = profiles(points, chosen, weight, **options, random=np.random.default_rng(8))
    monkeypatch.setattr("nabij.inference.profiles.LABELS_AT_ONCE", 7 * len(points))
    parts = profiles(points, chosen, weight, **options, random=np.random.default_rng(8))
    for name in whole:
        np.testing.assert_array_equal(whole[name].local, parts[name].local)


def test_the_mean_of_the_draws_of_k_is_that_of_all_pairs(firms):
    points, _, chosen = firms
    drawn = profiles(
        points, chosen, longest=9000.0, steps=6, simulations=999, random=np.random.default_rng(9)
    )["K"]
    between = away_from(points, np.ones(len(points), dtype=bool))
    share = [((between <= r).sum() - len(points)) / (300 * 299) for r in drawn.distances]
    own = away_from(points, chosen)[:, chosen]
    n = int(chosen.sum())
    observed = [((own <= r).sum() - n) / (n * (n - 1)) for r in drawn.distances]
    area = drawn.value / observed
    # Half the width of the local envelope is about two standard deviations of a draw; the mean of
    # 999 is within four standard errors.
    spread = (drawn.local[1] - drawn.local[0]) / 4 / np.sqrt(999)
    assert (np.abs(drawn.expected - area * share) < 4 * spread).all()


def test_a_random_sector_leaves_its_global_envelope_one_time_in_twenty(firms):
    points, weight, chosen = firms
    random = np.random.default_rng(10)
    runs, outside = 80, dict.fromkeys(("Kd", "M", "K", "L"), 0)
    for _ in range(runs):
        drawn = random.permutation(chosen)
        found = profiles(
            points, drawn, weight, longest=9000.0, steps=12, simulations=59, random=random
        )
        for name, each in found.items():
            low, high = each.overall
            outside[name] += ((each.value < low) | (each.value > high)).any()
    # 1 in 10,000 that a true 0.05 gives as many.
    for name, count in outside.items():
        assert binomtest(count, runs, 0.05, alternative="greater").pvalue > 1e-4, (name, count)


def test_a_sector_that_gathers_is_above_all_envelopes(firms):
    points, weight, _ = firms
    near = np.hypot(*(points - points[0]).T)
    gathered = near < np.sort(near)[25]
    found = profiles(
        points, gathered, weight, longest=9000.0, simulations=99, random=np.random.default_rng(1)
    )
    for each in found.values():
        assert (each.value > each.overall[1]).any()


def test_points_on_a_line_have_no_k():
    points = np.column_stack([np.arange(50.0), np.zeros(50)])
    chosen = np.arange(50) < 10
    found = profiles(
        points, chosen, longest=20.0, steps=5, simulations=39, random=np.random.default_rng(1)
    )
    assert list(found) == ["Kd", "M"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chosen": np.zeros(300, dtype=bool)}, "must have 2 to 299"),
        ({"chosen": np.ones(300, dtype=bool)}, "must have 2 to 299"),
        ({"simulations": 10}, "at least 39"),
        ({"longest": 0.0}, "longest must be positive"),
    ],
)
def test_what_cannot_be_is_refused(firms, change, message):
    points, _, chosen = firms
    usual = {
        "chosen": chosen,
        "longest": 9000.0,
        "simulations": 99,
        "random": np.random.default_rng(1),
    }
    with pytest.raises(ValueError, match=message):
        profiles(points, **{**usual, **change})
