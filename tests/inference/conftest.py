"""A synthetic country, small but with all that is hard in a real one."""

import numpy as np
import pytest


def make_country(seed, n, *, width=200_000.0, cities=60, rural=0.3, shared=0.25):
    """Return n places in metres: cities of very unequal size, countryside, shared buildings."""
    random = np.random.default_rng(seed)
    size = random.pareto(1.0, cities) + 0.3
    size /= size.sum()
    centre = random.uniform(0, width, (cities, 2))
    city = random.choice(cities, n, p=size)
    distance = random.exponential(1_500 + 12_000 * np.sqrt(size[city]))
    angle = random.uniform(0, 2 * np.pi, n)
    points = centre[city] + distance[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    outside = random.random(n) < rural
    points[outside] = random.uniform(0, width, (outside.sum(), 2))
    together = np.flatnonzero(random.random(n) < shared)
    buildings = points[random.integers(0, n, max(1, len(together) // 12))]
    which = (random.pareto(1.0, len(together)) * len(buildings) / 50).astype(int)
    points[together] = buildings[np.minimum(which, len(buildings) - 1)]
    return points


@pytest.fixture(scope="session")
def country():
    return make_country
