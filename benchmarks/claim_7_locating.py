"""Claim 7: the regions of a million establishments on three levels, several times faster than
geopandas.sjoin and with less memory.

The points and regions are those of the demo. sjoin gets its points ready made; both are timed in
turn. Memory is the peak of a process of its own, libraries and all; "data alone" only reads the
coordinates and the regions.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq

from benchmarks.measure import peak_bytes
from nabij.demo import make
from nabij.regions.locate import locate_levels

LEVELS = ("corop", "municipality", "neighbourhood")
ROUNDS = 5

MEMORY = """
import sys
from benchmarks.claim_7_locating import memory
print(memory(sys.argv[1], sys.argv[2]))
"""


def run(sizes: tuple[int, ...] = (100_000, 1_000_000)) -> list[dict[str, object]]:
    """Return one row a size."""
    return [_row(n) for n in sizes]


def _row(n: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        make(folder, establishments=n)
        x, y, tables = data(folder)
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=tables[0].crs)
        levels = [np.asarray(table.geometry.values) for table in tables]

        def theirs() -> None:
            for table in tables:
                _joined(points, table)

        def ours() -> None:
            locate_levels(x, y, levels)

        spent = np.array([(*_clocks(theirs), *_clocks(ours)) for _ in range(ROUNDS)])
        for found, table in zip(locate_levels(x, y, levels), tables, strict=True):
            expected = _joined(points, table)["index_right"].groupby(level=0).min()
            if not np.array_equal(found.region, expected.reindex(points.index, fill_value=-1)):
                raise AssertionError("ours and sjoin do not agree")
        their_time, their_work, our_time, our_work = np.median(spent, axis=0)
        row: dict[str, object] = {
            "n": n,
            "regions": " + ".join(str(len(table)) for table in tables),
            "sjoin, s": f"{their_time:.3g}",
            "ours, s": f"{our_time:.3g}",
            "times faster": f"{their_time / our_time:.1f}",
            "sjoin, processor s": f"{their_work:.3g}",
            "ours, processor s": f"{our_work:.3g}",
        }
        for way in ("data alone", "sjoin", "ours"):
            text = subprocess.run(
                [sys.executable, "-c", MEMORY, way, folder],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            row[f"{way}, MB"] = f"{float(text) / 1e6:.0f}"
    return row


def _clocks(job: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds and the processor seconds of a job: other work counts less in these."""
    begin, worked = time.perf_counter(), time.process_time()
    job()
    return time.perf_counter() - begin, time.process_time() - worked


def data(folder: str) -> tuple[np.ndarray, np.ndarray, list[gpd.GeoDataFrame]]:
    """Return the coordinates of the demo in a folder, and the tables of its regions."""
    rows = pq.read_table(Path(folder) / "register.parquet", columns=["x", "y"])
    x, y = (rows[axis].to_numpy().astype(np.float64) for axis in ("x", "y"))
    return x, y, [gpd.read_file(Path(folder) / "regions.gpkg", layer=name) for name in LEVELS]


def memory(way: str, folder: str) -> int:
    """Return the most bytes of this process, once it has read the data and gone one way."""
    x, y, tables = data(folder)
    if way == "ours":
        locate_levels(x, y, [np.asarray(table.geometry.values) for table in tables])
    if way == "sjoin":
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=tables[0].crs)
        for table in tables:
            _joined(points, table)
    return peak_bytes()


def _joined(points: gpd.GeoDataFrame, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.sjoin(points, table[["geometry"]], predicate="intersects")
