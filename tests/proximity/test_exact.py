"""Exact sums are the double loop."""

import math

import numpy as np
import pytest

from nabij.proximity import sums

LENGTH = {"inverse": {"floor": 100.0}} | {
    name: {"scale": 500.0} for name in ("shifted", "exponential", "gaussian", "within")
}
DECAY = {
    "inverse": lambda d: 1 / max(d, 100.0),
    "shifted": lambda d: 1 / (d + 500.0),
    "exponential": lambda d: math.exp(-d / 500.0),
    "gaussian": lambda d: math.exp(-((d / 500.0) ** 2) / 2),
    "within": lambda d: float(d <= 500.0),
}


@pytest.mark.parametrize("kernel", DECAY)
def test_exact_sums_are_the_double_loop_with_coincident_points(kernel):
    random = np.random.default_rng(1)
    points = random.integers(0, 40, (120, 2)) * 50.0
    weights = random.random(120)
    found = sums(points, weights=weights, kernel=kernel, powers=(1, 2, 3), **LENGTH[kernel])
    for i, a in enumerate(points):
        terms = [
            (w, DECAY[kernel](math.dist(a, b)))
            for j, (b, w) in enumerate(zip(points, weights, strict=True))
            if j != i
        ]
        for q in (1, 2, 3):
            expected = math.fsum(w * f**q for w, f in terms)
            assert found.values[q - 1, 0, i] == pytest.approx(expected, rel=1e-10)
