"""Memory for a point."""

import subprocess
import sys

import pytest

MEASURE = """
import resource
import numpy as np
from nabij.proximity import sums

random = np.random.default_rng(0)
sums(random.random((7_000, 2)) * 1e5, powers=(1, 2), rtol=1e-5, method="tree")
points = random.random((1_000_000, 2)) * 3e5
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sums(points, powers=(1, 2), rtol=1e-5)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / len(points))
"""


def test_a_million_points_take_at_most_250_bytes_each():
    if sys.platform != "linux":
        pytest.skip("the peak of memory is read as on Linux")
    found = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True
    )
    assert float(found.stdout) < 250
