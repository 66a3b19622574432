import numpy as np
import pytest

from nabij.decay import Decay
from nabij.inference.multiple import q_values
from nabij.measures import Asked
from nabij.study import Clusters, Profiles, Significance


@pytest.fixture
def firms(population):
    """Twelve of a sector in one street, and 28 among 400 others all over."""
    random = np.random.default_rng(31)
    street = random.uniform(0, 300, (12, 2)) + 20_000
    xy = np.concatenate((street, random.uniform(0, 60_000, (428, 2))))
    codes = ["S"] * 40 + ["T"] * 400
    return population(xy, codes, jobs=np.ceil(random.lognormal(1, 1.5, 440)))


def asked(simulations):
    return Asked(
        significance=Significance(simulations=simulations),
        clusters=Clusters(find=False),
        profiles=Profiles(simulations=0),
    )


@pytest.mark.parametrize("weights", ["none", "jobs"])
def test_those_in_a_street_of_their_own_are_nearer_than_chance(firms, sector, measure, weights):
    found = measure(firms, sector(codes=["S"]), Decay(weights=weights))["establishments"]
    assert (found["p_value"][:12] < 0.01).all()
    assert (found["q_value"][:12] < 0.05).all()
    assert found["p_value"][12:].median() > 0.1
    np.testing.assert_allclose(found["q_value"], q_values(found["p_value"]))


@pytest.mark.parametrize("weights", ["none", "jobs"])
def test_simulations_find_much_the_same_and_the_same_again(firms, sector, measure, weights):
    decay = Decay(weights=weights)
    closed = measure(firms, sector(codes=["S"]), decay)["establishments"]["p_value"]
    drawn = [
        measure(firms, sector(codes=["S"]), decay, asked(499))["establishments"]["p_value"]
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*drawn)
    assert np.corrcoef(closed, drawn[0])[0, 1] > 0.98
    assert drawn[0].min() >= 1 / 500


@pytest.mark.parametrize("kernel", ["within", "gaussian", "exponential", "shifted"])
def test_every_distance_decay_has_a_test(firms, sector, measure, kernel):
    decay = Decay(kernel, 1_000.0)
    found = measure(firms, sector(codes=["S"]), decay)["establishments"]
    assert (found["p_value"][:12] < 0.01).all()


def test_a_sum_has_the_chance_of_its_mean(firms, sector, measure):
    mean, total = (
        measure(firms, sector(codes=["S"]), Decay(normalisation=how))["establishments"]["p_value"]
        for how in ("mean", "sum")
    )
    np.testing.assert_allclose(mean, total)


def test_one_alone_and_all_there_are_have_no_chance(population, sector, measure):
    xy = np.random.default_rng(32).uniform(0, 9_000, (30, 2))
    alone = population(xy, ["S"] + ["T"] * 29)
    assert measure(alone, sector(codes=["S"]))["establishments"]["p_value"].isna().all()
    everyone = measure(population(xy, ["S"] * 30), sector(codes=["S"]))["establishments"]
    assert everyone["p_value"].isna().all()
    assert everyone["q_value"].isna().all()
