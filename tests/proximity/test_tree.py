"""Sums by tree hold the wanted error on every target."""

import numpy as np
import pytest

from nabij.proximity import sums
from nabij.proximity.accuracy import relative_error


def clustered(n, seed=0):
    random = np.random.default_rng(seed)
    centres = random.random((12, 2)) * 200_000
    points = centres[random.integers(0, 12, n)] + random.normal(0, 2_000, (n, 2))
    points[: n // 3] = random.random((n // 3, 2)) * 200_000
    points[n // 2 : n // 2 + n // 4] = points[: n // 4]
    return points


@pytest.mark.parametrize("kernel", ["inverse", "shifted", "exponential", "gaussian", "within"])
@pytest.mark.parametrize("rtol", [1e-3, 1e-5, 1e-6, 1e-9])
def test_every_sum_by_tree_holds_the_wanted_error(kernel, rtol):
    points = clustered(5_000)
    same = {"kernel": kernel, "scale": 3_000.0, "powers": (1, 2, 3)}
    exact = sums(points, method="exact", **same)
    tree = sums(points, method="tree", rtol=rtol, **same)
    assert tree.method == "tree"
    assert relative_error(tree.values, exact.values) <= rtol
