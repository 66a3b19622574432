import numpy as np
import pytest

from nabij.inference.quotients import mid_p
from nabij.inference.relabelling import relabelled_higher_mean, relabelled_mid_p, share_at_least
from nabij.inference.subsets import higher_mean

DRAWS = 4_000


def agree(drawn, closed):
    """Two chances, one from draws: within four and a half standard errors and a hundredth."""
    error = 4.5 * np.sqrt(closed * (1 - closed) / DRAWS)
    return (np.abs(drawn - closed) <= error + 0.01 * (closed > 0.02) + 2 / DRAWS).all()


def test_counts_drawn_agree_with_the_closed_form():
    random = np.random.default_rng(51)
    region = random.integers(5, 400, 60)
    inside = random.binomial(region, random.uniform(0.02, 0.12, 60))
    drawn = relabelled_mid_p(inside, 900, region, 12_000, simulations=DRAWS, random=random)
    assert agree(drawn, mid_p(inside, 900, region, 12_000))


@pytest.mark.parametrize("counts", [(0, 0, 5, 10), (5, 10, 5, 10), (3, 3, 10, 10), (0, 3, 0, 10)])
def test_where_one_count_is_possible_there_is_no_chance(counts):
    inside, sector, region, register = counts
    draws = {"simulations": 99, "random": np.random.default_rng(1)}
    assert np.isnan(relabelled_mid_p([inside], sector, region, register, **draws)).all()


def test_means_drawn_agree_with_the_closed_form():
    random = np.random.default_rng(52)
    pool = random.normal(size=3_000)
    sizes = [30, 200, 900, 2_999]
    chosen = np.concatenate([random.choice(3_000, size, replace=False) for size in sizes])
    group = np.repeat(np.arange(4), sizes)
    drawn = relabelled_higher_mean(pool, chosen, group, 4, simulations=DRAWS, random=random)
    assert agree(drawn, higher_mean(pool, chosen, group, 4))


def test_a_group_of_none_or_of_all_has_no_chance():
    pool = np.arange(6.0)
    draws = {"simulations": 99, "random": np.random.default_rng(1)}
    assert np.isnan(relabelled_higher_mean(pool, np.arange(6), np.ones(6, int), 2, **draws)).all()


def test_a_weighted_mean_drawn_keeps_its_size_where_weights_are_as_skewed_as_jobs():
    random = np.random.default_rng(53)
    pool, weight = random.normal(size=400), np.ceil(random.lognormal(1, 1.5, 400))
    chances = []
    for _ in range(400):
        chosen = random.choice(400, 30, replace=False)
        one = np.zeros(30, int)
        draws = {"simulations": 99, "random": random}
        chances.append(relabelled_higher_mean(pool, chosen, one, 1, weight, **draws)[0])
    assert (np.array(chances) <= 0.05).mean() == pytest.approx(0.05, abs=4 * 0.011)


def test_the_observed_is_one_of_the_draws():
    assert share_at_least(np.zeros(99), 1.0) == 0.01
    assert share_at_least(np.ones(99), 1.0) == 1.0
