"""Claim 8: a whole study of a million rows with three levels and all outputs takes at most 1.5
times what geopandas.sjoin takes to place the same points, and 700 MB; a scan of all 4-digit codes
at most twice a study without its figures; a second sector or year costs its own sums alone.

The register, regions and study are those of the demo (creative services alone, or with Brainport).
Every way runs in a process of its own, with what is compiled in the cache; the ways take turns, and
a ratio is the median of the ratios of the rounds. Memory is the peak of that process, libraries and
all. The two years are the same register twice.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import peak_bytes
from nabij.demo import make

ROUNDS = 3
WAYS = ("sjoin", "study", "no figures", "scan", "two sectors", "two years")

ONE = """
import json, sys
from benchmarks.claim_8_study import way
print(json.dumps(way(sys.argv[1], sys.argv[2])))
"""


def run(n: int = 1_000_000) -> list[dict[str, object]]:
    """Return one row a way."""
    with tempfile.TemporaryDirectory() as folder:
        _prepare(Path(folder), n)
        _one("no figures", folder)  # compiles what is not in the cache yet
        spent = [{name: _one(name, folder) for name in WAYS} for _ in range(ROUNDS)]
    rows = []
    for name in WAYS:
        seconds = statistics.median(each[name]["seconds"] for each in spent)
        against = "sjoin" if name in ("sjoin", "study") else "no figures"
        ratio = statistics.median(
            each[name]["seconds"] / each[against]["seconds"] for each in spent
        )
        rows.append(
            {
                "n": n,
                "way": name,
                "seconds": f"{seconds:.3g}",
                "against": against,
                "ratio": f"{ratio:.2f}",
                "MB": f"{max(each[name]['bytes'] for each in spent) / 1e6:.0f}",
                "reading and placing, s": _median(spent, name, ("register", "regions", "locating")),
                "sums, s": _median(spent, name, ("proximity", "reference")),
                "saving, s": _median(spent, name, ("saving",)),
            }
        )
    return rows


def _median(spent: list[dict[str, dict[str, float]]], name: str, steps: tuple[str, ...]) -> str:
    if name == "sjoin":
        return ""
    sums = (sum(each[name].get(step, 0.0) for step in steps) for each in spent)
    return f"{statistics.median(sums):.2f}"


def _one(name: str, folder: str) -> dict[str, float]:
    text = subprocess.run(
        [sys.executable, "-c", ONE, name, folder], capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, float] = json.loads(text)
    return found


def _prepare(folder: Path, n: int) -> None:
    """Write the demo, its study cut to one sector, and a register of the same rows twice."""
    text = make(folder, establishments=n).read_text(encoding="utf-8")
    first, second = (at for at in range(len(text)) if text.startswith("[[sectors]]", at))
    one = text[:first] + text[second:]
    (folder / "one.toml").write_text(one, encoding="utf-8")
    years = one.replace('"register.parquet"', '"years.parquet"')
    years = years.replace('jobs = "jobs"', 'jobs = "jobs"\nyear = "year"\nyears = "all"')
    (folder / "years.toml").write_text(years, encoding="utf-8")
    table = pq.read_table(folder / "register.parquet")
    both = [table.append_column("year", pa.array([year] * len(table))) for year in (2015, 2025)]
    pq.write_table(pa.concat_tables(both), folder / "years.parquet", compression="zstd")


def way(name: str, folder: str) -> dict[str, float]:
    """Go one way in this process; return its seconds, steps and most bytes."""
    if name == "sjoin":
        return _sjoin(folder)
    import nabij
    from nabij import figures

    study = {"two sectors": "study.toml", "two years": "years.toml"}.get(name, "one.toml")
    begin = time.perf_counter()
    read = nabij.Study.from_toml(Path(folder) / study)
    result = nabij.scan(read, digits=4) if name == "scan" else nabij.run(read)
    computed = time.perf_counter()
    if name != "study":
        figures.FIGURES.clear()
        figures.OVERVIEWS.clear()
    nabij.save(result, Path(folder) / f"out-{name.replace(' ', '-')}")
    done = time.perf_counter()
    steps = {**result.provenance.timings, "saving": done - computed}
    return {"seconds": done - begin, "bytes": peak_bytes(), **steps}


def _sjoin(folder: str) -> dict[str, float]:
    import geopandas as gpd

    from benchmarks.claim_7_locating import data

    x, y, tables = data(folder)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=tables[0].crs)
    begin = time.perf_counter()
    for table in tables:
        gpd.sjoin(points, table[["geometry"]], predicate="intersects")
    return {"seconds": time.perf_counter() - begin, "bytes": peak_bytes()}
