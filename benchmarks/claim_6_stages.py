"""Claim 6: where the time goes, and how near to the machine's peak the near field runs.

On one thread, f and f^2. Far and near are told apart by leaving the near field out of a second
run; to make that possible all of it is in single precision here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.country import country
from benchmarks.measure import FLOOR, processor_seconds
from nabij.proximity import KERNELS, compiled, finish, tree
from nabij.proximity.accuracy import settings_for
from nabij.proximity.places import find_places
from nabij.proximity.work import Crew

FIGURE = Path(__file__).parents[1] / "docs" / "figures" / "proximity_stages.svg"
STAGES = ("sort", "tree", "far", "near")
COLOURS = ("#4477aa", "#66ccee", "#ccbb44", "#ee6677")


def count_only(targets, count, buffer, used, itself, length, room, sums):  # type: ignore[no-untyped-def]
    """Count pairs instead of summing them."""
    sums[0, 0] += count * used


def stages(n: int) -> dict[str, float]:
    """Return the seconds of every stage, the near pairs and the peak rate."""
    points = country(n)
    kernel = KERNELS["inverse"]
    settings = settings_for(kernel, 1e-5, 2, 3e5)
    crew = Crew(1)
    single = compiled.kernel_loop(kernel, 2, "single", False)
    counting = compiled._compile(count_only, "count_only", None, {}, compiled._ADD_ROWS)
    honest = tree.kernel_loop, tree.SINGLE_REACH
    places = find_places(points, n, 0, crew)
    boxes = tree.grow(places, settings.leaf, crew)
    weight = np.empty((1, len(places.x)))
    compiled.shared(finish.add_weights)(
        places.rows, places.first, 0, np.empty((0, 0)), 0, len(places.x), weight
    )

    def summed(near: Any) -> Any:
        tree.kernel_loop = lambda kernel, powers, precision, several: (
            near if precision == "split" else single
        )
        # No leaf is small enough: all of the near field goes by the second function.
        tree.SINGLE_REACH = -1.0
        return tree.sum_places(places, boxes, weight, kernel, FLOOR, 2, settings, crew)

    def without_walk() -> None:
        keep, tree.branches = tree.branches, lambda *a: []
        try:
            summed(counting)
        finally:
            tree.branches = keep

    try:
        sort = processor_seconds(lambda: find_places(points, n, 0, crew), 3)
        grow = processor_seconds(lambda: tree.grow(places, settings.leaf, crew), 3)
        gather = processor_seconds(without_walk, 3)
        far = processor_seconds(lambda: summed(counting), 3)
        both = processor_seconds(lambda: summed(single), 3)
        tree_only = summed(counting)[0].sum() - _far_sum(places, boxes, weight, kernel, settings)
    finally:
        tree.kernel_loop, tree.SINGLE_REACH = honest
    return {
        "sort": sort,
        "tree": grow + gather,
        "far": far - gather,
        "near": both - far,
        "near pairs": float(tree_only),
        "peak": _peak(single),
    }


def _far_sum(places: Any, boxes: Any, weight: Any, kernel: Any, settings: Any) -> float:
    """Return the sum of the far field, which counting adds the near pairs to."""
    nothing = compiled._compile(_nothing, "nothing", None, {}, compiled._ADD_ROWS)
    single = compiled.kernel_loop(kernel, 2, "single", False)
    tree.kernel_loop = lambda kernel, powers, precision, several: (
        nothing if precision == "split" else single
    )
    found = tree.sum_places(places, boxes, weight, kernel, FLOOR, 2, settings, Crew(1))
    return float(found[0].sum())


def _nothing(targets, count, buffer, used, itself, length, room, sums):  # type: ignore[no-untyped-def]
    pass


def _peak(add_rows: Any) -> float:
    """Return pairs a second of the innermost loop alone, on full buffers."""
    random = np.random.default_rng(0)
    targets, buffer = random.random((2, 256)) * 1e3, random.random((3, 2048)) * 1e3
    nobody, sums, room = np.full(256, -1), np.zeros((2, 256)), np.empty((6, 2048))

    def job() -> None:
        for _ in range(20):
            add_rows(targets, 256, buffer, 2048, nobody, FLOOR, room, sums)

    return 20 * 256 * 2048 / processor_seconds(job, 9)


def run(sizes: tuple[int, ...] = (100_000, 1_000_000)) -> list[dict[str, object]]:
    """Return one row a size, and draw them."""
    found = {n: stages(n) for n in sizes}
    draw(found)
    return [
        {"n": n}
        | {f"{stage}, s": f"{row[stage]:.3g}" for stage in STAGES}
        | {
            "near pairs a second": f"{row['near pairs'] / row['near'] / 1e9:.2f} G",
            "peak": f"{row['peak'] / 1e9:.2f} G",
            "near to peak": f"{row['near pairs'] / row['near'] / row['peak']:.2f}",
        }
        for n, row in found.items()
    ]


def draw(found: dict[int, dict[str, float]]) -> None:
    """Save the stacked bars."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 2.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    names = [f"{n:,}" for n in found]
    left = np.zeros(len(found))
    for stage, colour in zip(STAGES, COLOURS, strict=True):
        share = np.array([row[stage] / sum(row[s] for s in STAGES) for row in found.values()])
        bars = axes.barh(names, share * 100, left=left, color=colour, label=stage)
        axes.bar_label(bars, [f"{100 * s:.0f}" for s in share], label_type="center", fontsize=9)
        left += share * 100
    axes.set_xlabel("share of the time, %")
    axes.set_ylabel("points")
    axes.set_xlim(0, 100)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=4, frameon=False)
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(FIGURE, metadata={"Date": None})
