import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nabij.inference.establishments import chance_of_nearer
from nabij.inference.multiple import q_values
from nabij.proximity import sums

chances = hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1))


@given(chances)
def test_q_is_the_least_level_at_which_the_step_up_procedure_rejects(p):
    q, m = q_values(p), len(p)
    for i in range(m):
        levels = [p[j] * m / (p <= p[j]).sum() for j in range(m) if p[j] >= p[i]]
        assert q[i] == pytest.approx(min(min(levels), 1.0))


@given(chances, st.integers(1, 4))
def test_families_are_corrected_apart(p, families):
    family = np.arange(len(p)) % families
    q = q_values(p, family)
    for each in range(families):
        rows = family == each
        if rows.any():
            np.testing.assert_array_equal(q[rows], q_values(p[rows]))


def test_what_could_not_be_tested_counts_for_nothing():
    q = q_values([np.nan, 0.01, np.nan, 0.5])
    np.testing.assert_array_equal(np.isnan(q), [True, False, True, False])
    assert q[1] == 0.02
    assert np.isnan(q_values([np.nan])).all()


def test_of_random_sectors_few_have_any_significant_establishment(country):
    points, runs = country(21, 8_000), 250
    made = sums(points, powers=(1, 2, 3)).values[:, 0]
    towards = made * [[1e3], [1e6], [1e9]]
    random = np.random.default_rng(22)
    least = np.empty(runs)
    for at in range(runs):
        members = random.choice(8_000, 150, replace=False)
        observed = sums(points[members]).values[0, 0] * 1e3
        least[at] = q_values(chance_of_nearer(observed, members, points, towards)).min()
    for level in (0.10, 0.05):
        error = np.sqrt(level * (1 - level) / runs)
        assert (least <= level).mean() <= level + 3 * error
    # A correction that rejects nothing at all would pass too.
    assert (least <= 0.2).mean() > 0.05
