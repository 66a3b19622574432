"""Run the benchmarks and print their tables: all, or those whose numbers are given."""

from __future__ import annotations

import platform
import sys
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import load
from nabij.proximity.work import default_threads

CLAIMS = {
    "1": "claim_1_fmm3d",
    "2": "claim_2_brute_force",
    "3": "claim_3_pairwise",
    "4": "claim_4_prototype",
    "5": "claim_5_growth",
    "6": "claim_6_stages",
    "7": "claim_7_locating",
    "8": "claim_8_study",
    "9": "claim_9_first_use",
    "10": "claim_10_pair_counts",
    "11": "claim_11_envelopes",
    "12": "claim_12_tests",
    "13": "claim_13_size",
}


def machine() -> str:
    """Return what the figures were measured on."""
    cpu = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    packages = ("numpy", "numba", "scipy", "scikit-learn", "fmm3dpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {cpu}, {default_threads()} cores;"
        f" Python {platform.python_version()}, {versions}; load {load():.1f}"
    )


def table(rows: list[dict[str, object]]) -> str:
    """Return rows as a table in Markdown."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, ["---"] * len(names)]
    lines += [[str(row.get(name, "")) for name in names] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main(chosen: list[str]) -> None:
    """Run and print."""
    print(machine(), flush=True)
    for number in chosen or list(CLAIMS):
        begin, before = time.perf_counter(), load()
        module = import_module(f"benchmarks.{CLAIMS[number]}")
        rows = module.run()
        spent = time.perf_counter() - begin
        print(f"\n{(module.__doc__ or '').strip()}\n\n{table(rows)}\n")
        print(f"({spent:.0f} s; load {before:.1f} before, {load():.1f} after)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
