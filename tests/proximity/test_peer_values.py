"""Sums agree with other packages."""

import csv
from pathlib import Path

import numpy as np
import pytest

from nabij.proximity import sums

TRUTH = Path(__file__).parents[2] / "../shared/truth"


def read(name):
    path = TRUTH / name
    if not path.is_file():
        pytest.skip("the peer values are not here; their packages' licences keep them out")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("method", ["exact", "tree"])
def test_inverse_distances_are_those_of_three_packages(method):
    truth = read("10_inverse_distance_VA.csv")
    trees = {row["id"]: row for row in read("paracou16_input.csv")}
    points = np.array([[float(trees[r["id"]][c]) for c in "xy"] for r in truth])
    jobs = np.array([float(r["weight"]) for r in truth])
    found = sums(
        points, weights=[np.ones(len(points)), jobs], floor=1e-3, rtol=1e-9, method=method
    ).values[0]
    expected = np.array([float(r["sum_inv_km"]) for r in truth])
    np.testing.assert_allclose(found[0] * 1000, expected, rtol=1e-9)
    mean = np.array([float(r["wmean_inv_km"]) for r in truth])
    np.testing.assert_allclose(found[1] * 1000 / (jobs.sum() - jobs), mean, rtol=1e-9)
