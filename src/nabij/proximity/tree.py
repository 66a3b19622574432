"""Sums by tree: near sources one by one, far ones by the boxful."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nabij.proximity import expansion, finish, order, quadtree, walk
from nabij.proximity.accuracy import Settings
from nabij.proximity.compiled import kernel_loops, shared
from nabij.proximity.kernels import Kernel
from nabij.proximity.work import Progress, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]
Rows = NDArray[np.int32]

BRANCHES = 256
"""Pieces of work: enough to share out evenly, to show progress and to be cancelled between."""


MOST_VECTORS = 16
"""Vectors of weights summed in one pass: distances are shared, sums still fit the cache."""

VALUES_AT_ONCE = 8_000_000
"""Vectors times places in one pass, to bound the memory."""


@dataclass(frozen=True)
class Places:
    """Points in order along the curve, merged where they coincide."""

    x: Floats
    y: Floats
    rows: NDArray[np.int32]
    first: NDArray[np.int32]
    target: NDArray[np.bool_]
    keys: NDArray[np.uint64]


@dataclass(frozen=True)
class Tree:
    """Boxes over places; tables as in `nabij.proximity.quadtree`."""

    span: NDArray[np.int32]
    box: Floats
    generations: list[tuple[int, int]]


class Crew:
    """Calls a job on stretches of rows, on several threads."""

    def __init__(self, threads: int, progress: Progress | None, span: tuple[float, float]) -> None:
        self.threads = threads
        self.progress = progress
        self.span = span

    def each(self, count: int, job: Callable[[int, int], None], least: int = 50_000) -> None:
        """Call ``job(begin, end)`` on stretches of at least `least` that cover ``range(count)``."""
        parts = max(1, min(4 * self.threads, count // least))
        edges = [count * part // parts for part in range(parts + 1)]
        run_chunks(lambda part: job(edges[part], edges[part + 1]), range(parts), self.threads)


def find_places(points: Floats, targets: int, sources: int, crew: Crew) -> Places:
    """Order `points` and merge those that coincide.

    Parameters
    ----------
    points : float64 array, shape (n, 2)
        The targets, followed by the sources unless these are the same (``sources == 0``).
    targets, sources : int
        How many of each.
    crew : Crew
    """
    n = len(points)
    low_x, low_y = points.min(axis=0)
    extent = float((points.max(axis=0) - (low_x, low_y)).max())
    # Cells of a metre or less: 300 km needs 19 bits, an outlier at 10,000 km 24.
    bits = int(np.clip(np.ceil(np.log2(max(extent, 1.0))) + 1, 16, 31))
    cell = extent / (2.0**bits - 1) if extent > 0 else 1.0
    keys = np.empty(n, np.uint64)
    rows = np.empty(n, np.int32)
    make = shared(order.make_keys)
    crew.each(n, lambda a, b: make(points, low_x, low_y, cell, a, b, keys, rows))
    keys, rows = _radix_sort(keys, rows, 2 * bits, crew)

    fresh = np.empty(n, np.bool_)
    parts = max(1, min(8, n // 50_000))
    edges = [0]
    for part in range(1, parts):
        edge = max(n * part // parts, edges[-1])
        edges.append(edge + int(np.searchsorted(keys[edge:], keys[edge], "right")))
    edges.append(n)
    merge = shared(order.count_places)
    counts = [0] * parts

    def count(part: int) -> None:
        counts[part] = merge(points, keys, rows, edges[part], edges[part + 1], fresh)

    run_chunks(count, range(parts), crew.threads)
    places = sum(counts)
    starts = np.concatenate(([0], np.cumsum(counts)))
    x, y = np.empty(places), np.empty(places)
    place_keys = np.empty(places, np.uint64)
    first = np.empty(places + 1, np.int32)
    first[places] = n
    fill = shared(order.list_places)
    run_chunks(
        lambda part: fill(
            points, keys, rows, fresh, edges[part], edges[part + 1], starts[part],
            x, y, place_keys, first,
        ),
        range(parts),
        crew.threads,
    )  # fmt: skip
    if sources:
        target = np.empty(places, np.bool_)
        mark = shared(finish.mark_targets)
        crew.each(places, lambda a, b: mark(rows, first, targets, a, b, target))
    else:
        target = np.ones(places, np.bool_)
    return Places(x, y, rows, first, target, place_keys)


def _radix_sort(keys: Keys, rows: Rows, bits: int, crew: Crew) -> tuple[Keys, Rows]:
    new_keys, new_rows = np.empty_like(keys), np.empty_like(rows)
    for shift in range(0, bits, order.DIGIT):
        _sort_digit(keys, rows, new_keys, new_rows, shift, crew)
        keys, new_keys = new_keys, keys
        rows, new_rows = new_rows, rows
    return keys, rows


def _sort_digit(
    keys: Keys, rows: Rows, new_keys: Keys, new_rows: Rows, shift: int, crew: Crew
) -> None:
    n = len(keys)
    parts = max(1, min(crew.threads, n // 50_000))
    edges = [n * part // parts for part in range(parts + 1)]
    counts = np.zeros((parts, 1 << order.DIGIT), np.int64)
    count, scatter = shared(order.count_digits), shared(order.scatter)
    run_chunks(
        lambda p: count(keys, edges[p], edges[p + 1], shift, counts[p]),
        range(parts),
        crew.threads,
    )
    # Digit by digit, and for one digit part by part: that keeps the order of the rows.
    ends = counts.T.cumsum().reshape(-1, parts).T
    at = np.ascontiguousarray(ends - counts)
    run_chunks(
        lambda p: scatter(keys, rows, edges[p], edges[p + 1], shift, at[p], new_keys, new_rows),
        range(parts),
        crew.threads,
    )


def grow(places: Places, leaf: int, crew: Crew) -> Tree:
    """Build the tree over `places`."""
    divide = shared(quadtree.split)
    room, boxes = 64 + 8 * len(places.x) // leaf, -1
    while boxes < 0:
        room *= 2
        span, generation = np.empty((room, 6), np.int32), np.empty(room, np.int32)
        boxes = divide(places.keys, leaf, span, generation)
    span, generation = span[:boxes].copy(), generation[:boxes]
    last = int(generation[-1])
    edges = np.searchsorted(generation, np.arange(last + 2))
    generations = [(int(edges[g]), int(edges[g + 1])) for g in range(last + 1)]
    box = np.empty((len(span), 4))
    fit = shared(quadtree.shrink)
    for begin, end in reversed(generations):
        crew.each(
            end - begin,
            lambda a, b, begin=begin: fit(  # type: ignore[misc]
                places.x, places.y, places.target, span, box, begin + a, begin + b
            ),
            least=1000,
        )
    return Tree(span, box, generations)


def branches(tree: Tree, count: int) -> list[int]:
    """Return boxes that together hold every target once, of not too unequal size."""
    size = max(1, int(tree.span[0, quadtree.STOP]) // count)
    found, todo = [], [0]
    while todo:
        i = todo.pop()
        start, stop, child, children, _, targets = (int(v) for v in tree.span[i])
        if targets == 0:
            continue
        if children and stop - start > size:
            todo.extend(range(child + children - 1, child - 1, -1))
        else:
            found.append(i)
    return found


def tree_sums(
    targets: Floats,
    sources: Floats,
    own: Integers | None,
    weights: Floats | None,
    kernel: Kernel,
    length: float,
    powers: int,
    settings: Settings,
    threads: int = 1,
    progress: Progress | None = None,
    span: tuple[float, float] = (0.0, 1.0),
) -> Floats:
    """Return the sums, shape (powers, weight vectors, targets); arguments as in `exact_sums`."""
    same = sources is targets
    n = len(targets)
    crew = Crew(threads, progress, span)
    points = targets if same else np.concatenate((targets, sources))
    places = find_places(points, n, 0 if same else len(sources), crew)
    del points
    tree = grow(places, settings.leaf, crew)
    nodes, divisors = expansion.chebyshev(settings.order)
    gather = shared(expansion.gather_weights)
    add_rows, fall = kernel_loops(kernel, powers, settings.real)
    go = shared(walk.walk, walk.WALK)
    close = shared(finish.hand_out)
    total = shared(finish.add_weights)
    heads = branches(tree, BRANCHES)
    leaves = tree.span[tree.span[:, quadtree.CHILDREN] == 0]
    room = int((leaves[:, quadtree.STOP] - leaves[:, quadtree.START]).max())
    vectors = 1 if weights is None else len(weights)
    batch = int(np.clip(VALUES_AT_ONCE // len(places.x), 1, min(vectors, MOST_VECTORS)))
    out = np.empty((powers, vectors, n))
    boxes = len(tree.span)
    aside = settings.aside if kernel.smooth else np.inf
    bend = length if kernel.kink else 0.0
    nearest = float(fall(0.0, length))
    no_weights = np.empty((0, 0))
    offset = 0 if same else n
    # No own indices: each is its own source if targets are the sources, else none is.
    itself = np.empty(0, np.int64) if own is None else own
    begin, end = span
    for v in range(0, vectors, batch):
        some = no_weights if weights is None else weights[v : v + batch]
        count = 1 if weights is None else len(some)
        weight = np.empty((count, len(places.x)))
        moments = np.empty((boxes, count, settings.order**2))
        mass = np.empty((boxes, count, 2))
        values = np.zeros((count * powers, len(places.x)))
        crew.each(
            len(places.x),
            lambda a, b: total(places.rows, places.first, offset, some, a, b, weight),  # noqa: B023
        )
        for low, high in reversed(tree.generations):
            crew.each(
                high - low,
                lambda a, b, low=low: gather(  # type: ignore[misc]
                    places.x, places.y, weight, tree.span, tree.box, mass,  # noqa: B023
                    nodes, divisors, low + a, low + b, moments,  # noqa: B023
                ),
                least=200,
            )  # fmt: skip

        def job(part: int) -> None:
            go(
                heads[part], tree.span, tree.box, mass, places.x, places.y, weight,  # noqa: B023
                places.target, moments, nodes, divisors, room, add_rows, fall, powers,  # noqa: B023
                aside, bend, kernel.heavy, settings.steep, settings.negligible, length,
                values,  # noqa: B023
            )  # fmt: skip

        part_span = (
            begin + (end - begin) * v / vectors,
            begin + (end - begin) * (v + count) / vectors,
        )
        run_chunks(job, range(len(heads)), threads, progress, "Sums by tree", part_span)
        crew.each(
            len(places.x),
            lambda a, b: close(
                places.rows, places.first, n, offset, itself, some, weight,  # noqa: B023
                nearest, values, a, b, v, out,  # noqa: B023
            ),
        )  # fmt: skip
    return out
