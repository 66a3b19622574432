"""Claim 13: ten million rows end to end (Parquet, three levels, one sector) within 5 minutes and
8 GB on two cores, and no phase grows faster than n log n.

The register, regions and study are those of the demo, with creative services alone and without
profiles, which are made only if asked for. Every size runs in a process of its own, after a small
one that compiles what is not in the cache. A phase is a step of the run, or a measure of its own;
saving writes all files. Seconds are those of the clock; processor seconds are of all cores
together, and tell more where other work is about. Memory is the peak of the process, and of the
largest of those that it starts. Exponents are fitted to the seconds of all sizes; of n log n it is
1.06 here. ``sjoin`` is the same table work by hand: pandas reads the register and drops repeated
ids, geopandas places the points in the three levels and counts by region.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import peak_bytes
from nabij.demo import make

SIZES = (1_000_000, 3_000_000, 10_000_000)
SMALL = 50_000
LEVELS = ("corop", "municipality", "neighbourhood")
TABLES = ("regions", "register", "locating")
"""Steps that the work by hand is held against."""

ONE = """
import json, sys
from benchmarks import claim_13_size
print(json.dumps(getattr(claim_13_size, sys.argv[1])(sys.argv[2])))
"""


def run(sizes: tuple[int, ...] = SIZES) -> list[dict[str, object]]:
    """Return one row a phase, with its seconds at every size and its exponent."""
    spent: dict[int, dict[str, float]] = {}
    by_hand: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as small:
        prepare(Path(small), SMALL)
        _one("study", small)
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder), n)
            spent[n], by_hand[n] = _one("study", folder), _one("sjoin", folder)
    rows = []
    for phase in dict.fromkeys(phase for each in spent.values() for phase in each):
        figures = [spent[n].get(phase, np.nan) for n in sizes]
        rows.append(_row(phase, dict(zip(sizes, figures, strict=True))))
    rows.append(_row("sjoin by hand", {n: by_hand[n]["seconds"] for n in sizes}))
    rows.append(_row("sjoin by hand, MB", {n: by_hand[n]["MB"] for n in sizes}))
    ratio = {n: sum(spent[n][step] for step in TABLES) / by_hand[n]["seconds"] for n in sizes}
    rows.append({"phase": "tables / sjoin"} | {f"{n:,}": f"{ratio[n]:.2f}" for n in sizes})
    return rows


def _row(phase: str, figures: dict[int, float]) -> dict[str, object]:
    row: dict[str, object] = {"phase": phase}
    row |= {f"{n:,}": f"{figure:.3g}" for n, figure in figures.items()}
    n, seconds = (np.array(part, dtype=float) for part in (list(figures), list(figures.values())))
    # Of what takes no time at all the exponent is that of the clock.
    if len(n) > 1 and np.isfinite(seconds).all() and seconds.min() > 0.05:
        row["exponent"] = f"{np.polyfit(np.log(n), np.log(seconds), 1)[0]:.2f}"
    return row


def _one(name: str, folder: str) -> dict[str, float]:
    text = subprocess.run(
        [sys.executable, "-c", ONE, name, folder], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    found: dict[str, float] = json.loads(text)
    return found


def prepare(folder: Path, n: int) -> None:
    """Write the demo and its study cut to one sector, without profiles, within 8 GB."""
    text = make(folder, establishments=n).read_text(encoding="utf-8")
    first, second = (at for at in range(len(text)) if text.startswith("[[sectors]]", at))
    one = text[:first] + text[second:]
    before, profiles, after = one.partition("[profiles]\nsimulations = 39\n")
    assert profiles
    one = f'{before}{after}\n[machine]\nmemory_limit = "8 GB"\n'
    (folder / "one.toml").write_text(one, encoding="utf-8")


def study(folder: str) -> dict[str, float]:
    """Run and save the study in this process; return seconds by phase and most bytes."""
    import nabij
    from nabij.measures import MEASURES

    by_measure: dict[str, float] = {}
    for name, measure in MEASURES.items():
        MEASURES[name] = replace(measure, compute=_timed(name, measure.compute, by_measure))
    begin, work = time.perf_counter(), time.process_time()
    result = nabij.run(Path(folder) / "one.toml")
    computed = time.perf_counter()
    nabij.save(result, Path(folder) / "out")
    done = time.perf_counter()
    steps = dict(result.provenance.timings)
    steps["other measures"] = steps.pop("measures") - sum(by_measure.values())
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {
        **steps,
        **by_measure,
        "saving": done - computed,
        "all": done - begin,
        "processor seconds": time.process_time() - work,
        "MB": peak_bytes() / 1e6,
        "MB of the largest process beside it": children / 1e6,
    }


def _timed(name: str, compute: Callable[..., Any], seconds: dict[str, float]) -> Callable[..., Any]:
    def timed(observed: Any) -> Any:
        begin = time.perf_counter()
        found = compute(observed)
        took = time.perf_counter() - begin
        if took > 0.05:
            seconds[name] = seconds.get(name, 0.0) + took
        return found

    return timed


def sjoin(folder: str) -> dict[str, float]:
    """Do the table work by hand in this process."""
    import geopandas as gpd
    import pandas as pd

    begin = time.perf_counter()
    table = pd.read_parquet(Path(folder) / "register.parquet").drop_duplicates("id")
    places = gpd.points_from_xy(table["x"], table["y"])
    points = gpd.GeoDataFrame(table[["jobs"]], geometry=places, crs="EPSG:28992")
    for level in LEVELS:
        regions = gpd.read_file(Path(folder) / "regions.gpkg", layer=level)
        joined = gpd.sjoin(points, regions[["code", "geometry"]], predicate="intersects")
        joined.groupby("code")["jobs"].agg(["size", "sum"])
    return {"seconds": time.perf_counter() - begin, "MB": peak_bytes() / 1e6}
