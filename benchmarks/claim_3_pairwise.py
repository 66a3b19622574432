"""Claim 3: against SciPy's and scikit-learn's distance matrices, as a user would write it.

Each runs in a process of its own, so that its peak of memory is seen.
"""

from __future__ import annotations

import os
import subprocess
import sys

BEFORE = """
import time
import numpy as np
from benchmarks.country import country
from benchmarks.measure import peak_bytes
points = country({n})
{imports}
"""
AFTER = """
before = peak_bytes()
begin = time.perf_counter()
job()
spent = time.perf_counter() - begin
print(spent, (peak_bytes() - before) / 1e9)
"""
MATRIX = """
def job():
    f = 1 / np.maximum({distances}(points, points), 100)
    np.fill_diagonal(f, 0)
    return f.sum(axis=1)
"""
WAYS = {
    "scipy cdist": (
        "from scipy.spatial.distance import cdist",
        MATRIX.format(distances="cdist"),
        2,
    ),
    "scikit-learn": (
        "from sklearn.metrics import pairwise_distances",
        MATRIX.format(distances="pairwise_distances"),
        2,
    ),
    "ours": (
        "from nabij.proximity import sums\nsums(points)",
        "def job():\n    return sums(points).values[0, 0]\n",
        0,
    ),
}


def run(sizes: tuple[int, ...] = (10_000, 30_000)) -> list[dict[str, object]]:
    """Return one row a size; a matrix that does not fit the free memory is not tried."""
    rows = []
    for n in sizes:
        row: dict[str, object] = {"n": n}
        for name, (imports, job, matrices) in WAYS.items():
            need = matrices * n * n * 8
            free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
            if need > 0.8 * free:
                row[f"{name}: s"] = f"not tried, needs {need / 1e9:.0f} GB"
                continue
            code = BEFORE.format(n=n, imports=imports) + job + AFTER
            text = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout
            spent, peak = (float(word) for word in text.split())
            row[f"{name}: s"] = f"{spent:.3g}"
            row[f"{name}: GB"] = f"{peak:.2f}"
            row[f"_{name}"] = spent
        for name in ("scipy cdist", "scikit-learn"):
            if f"_{name}" in row:
                row[f"faster than {name}"] = (
                    f"{float(str(row[f'_{name}'])) / float(str(row['_ours'])):.0f}"
                )
        rows.append({key: value for key, value in row.items() if not key.startswith("_")})
    return rows
