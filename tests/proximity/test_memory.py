"""Memory for a point."""

import subprocess
import sys

import pytest

MEASURE = """
import numpy as np
from nabij.proximity import sums

def peak():
    # Not resource.getrusage: that counts what the parent had before this process began.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

random = np.random.default_rng(0)
sums(random.random((7_000, 2)) * 1e5, powers=(1, 2), rtol=1e-5, method="tree")
points = random.random((1_000_000, 2)) * 3e5
before = peak()
sums(points, powers=(1, 2), rtol=1e-5)
print((peak() - before) / len(points))
"""


def test_a_million_points_take_at_most_250_bytes_each():
    if sys.platform != "linux":
        pytest.skip("the peak of memory is read as on Linux")
    found = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True
    )
    assert 0 < float(found.stdout) < 250
