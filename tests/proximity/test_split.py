"""Close places in boxes that are not small: what rounding a coordinate loses must be kept."""

from __future__ import annotations

import numpy as np
import pytest

from nabij.proximity import sums


@pytest.mark.parametrize("offset", [0.0, 6e6, 1e9])
@pytest.mark.parametrize(("floor", "rtol"), [(1e-3, 1e-3), (1e-2, 1e-6), (100.0, 1e-6)])
def test_pairs_much_closer_than_their_leaf_is_wide(
    offset: float, floor: float, rtol: float
) -> None:
    """Of every two places a tenth of a metre to a kilometre apart, in 300 by 300 km."""
    random = np.random.default_rng(4)
    one = random.random((4_000, 2)) * 3e5
    apart = random.normal(size=one.shape) * 10 ** random.uniform(-1, 3, (len(one), 1))
    points = np.concatenate((one, one + apart)) + offset
    chosen = np.arange(0, len(points), 7)
    powers = (1, 2, 3)
    found = sums(points, floor=floor, powers=powers, rtol=rtol, method="tree")
    exact = sums(points[chosen], points, own=chosen, floor=floor, powers=powers, method="exact")
    assert np.abs(found.values[:, :, chosen] / exact.values - 1).max() <= rtol


def test_several_vectors_of_weights_at_once() -> None:
    """Their loop takes differences of its own."""
    random = np.random.default_rng(4)
    one = random.random((4_000, 2)) * 3e5
    points = np.concatenate((one, one + random.normal(size=one.shape)))
    weights = random.random((3, len(points)))
    chosen = np.arange(0, len(points), 7)
    found = sums(points, weights=weights, floor=0.1, method="tree")
    exact = sums(points[chosen], points, own=chosen, weights=weights, floor=0.1, method="exact")
    assert np.abs(found.values[:, :, chosen] / exact.values - 1).max() <= 1e-6
