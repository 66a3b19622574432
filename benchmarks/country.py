"""A made-up country to measure on: clustered as establishments are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 300_000.0, 200_000.0
CITIES = 50
SHARED = 0.3
URBAN = 0.6
DENSER = 10_000.0


def country(n: int, seed: int = 1) -> NDArray[np.float64]:
    """Return `n` points in metres, shape (n, 2), in random order.

    Three in ten share the coordinates of another; six in ten lie in one of 50 cities, whose sizes
    fall as their rank and whose centres are 10,000 times denser than the countryside. Coordinates
    are rounded to centimetres.
    """
    random = np.random.default_rng(seed)
    places = n - int(SHARED * n)
    urban = int(URBAN * places)
    size = 1 / np.arange(1, CITIES + 1)
    size /= size.sum()
    centre = random.random((CITIES, 2)) * (WIDTH, HEIGHT)
    # A normal cloud of N points has the density N / (2 pi s^2) at its centre.
    rural = (1 - URBAN) / (WIDTH * HEIGHT)
    spread = np.sqrt(size * URBAN / (2 * np.pi * DENSER * rural))
    city = random.choice(CITIES, urban, p=size)
    points = np.concatenate(
        (
            centre[city] + random.normal(size=(urban, 2)) * spread[city, None],
            random.random((places - urban, 2)) * (WIDTH, HEIGHT),
        )
    )
    again = points[random.integers(0, places, n - places)]
    return random.permutation(np.concatenate((points, again)).round(2))
