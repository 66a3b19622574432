"""Sums by tree: near sources one by one, far ones by the boxful."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nabij.proximity import elsewhere, expansion, finish, quadtree, room, walk
from nabij.proximity.accuracy import Settings
from nabij.proximity.compiled import exact_loop, fall_of, kernel_loop, shared
from nabij.proximity.kernels import Kernel
from nabij.proximity.places import Places, find_places
from nabij.proximity.work import Crew, Progress, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BRANCHES = 16, 256
PLACES_A_BRANCH = 16_000
"""Pieces of work: enough to share out evenly, to show progress and to be cancelled between; not so
many that what boxes have in common is done over and over. At the largest: most come out at a
quarter of it."""

MOST_VECTORS = 16
"""Vectors of weights summed in one pass: distances are shared, sums still fit the cache."""

NEVER = 1e100
"""A gap that no boxes have."""

SINGLE_REACH = 5e6
"""A coordinate rounded to single precision, by 6e-8 of itself, moves the nearest pair that counts
by less than half the wanted error."""

SPLIT_REACH = 1e13
"""The same for a coordinate split into two such numbers, which is rounded by 4e-15 of itself."""

VALUES_AT_ONCE = 8_000_000
"""Vectors times places in one pass, to bound the memory."""


@dataclass(frozen=True)
class Tree:
    """Boxes over places; tables as in `nabij.proximity.quadtree`."""

    span: NDArray[np.int32]
    box: Floats
    generations: list[tuple[int, int]]


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


def prepare() -> None:
    """Begin to compile what takes as long as all the rest together, in another process.

    Nothing happens if it was compiled before. Worth calling as soon as it is known that sums by
    tree will be asked for, while there is something else to do.
    """
    elsewhere.begin(walk.walk, "WALK")


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
    crew = Crew(threads)
    if threads > 1:
        prepare()
    points = targets if same else np.concatenate((targets, sources))
    if progress is not None:
        progress("Ordering the points", span[0])
    places = find_places(points, n, 0 if same else len(sources), crew)
    del points
    tree = grow(places, settings.leaf, crew)
    vectors = 1 if weights is None else len(weights)
    batch = int(np.clip(VALUES_AT_ONCE // len(places.x), 1, min(vectors, MOST_VECTORS)))
    # The check of the sums needs it: to be compiled while another process may still compile.
    exact_loop(kernel, powers, vectors > 1)
    out = np.empty((powers, vectors, n))
    # No own indices: each is its own source if targets are the sources, else none is.
    itself = np.empty(0, np.int64) if own is None else own
    offset = 0 if same else n
    begin, end = span
    # The sum at a place leaves out that place; its own sources are all at distance 0.
    nearest = float(kernel.decay(np.float64(0), np.float64(length)))
    for first in range(0, vectors, batch):
        some = np.empty((0, 0)) if weights is None else weights[first : first + batch]
        weight = _weigh(places, offset, some, crew)
        part = (
            begin + (end - begin) * first / vectors,
            begin + (end - begin) * (first + len(weight)) / vectors,
        )
        values = sum_places(
            places, tree, weight, kernel, length, powers, settings, crew, progress, part
        )
        close = shared(finish.hand_out)
        fixed = (places.rows, places.first, n, offset, itself, some, weight, nearest, values)
        crew.each(len(places.x), partial(_hand_out, close, fixed, first, out))
    return out


def _weigh(places: Places, offset: int, weights: Floats, crew: Crew) -> Floats:
    weight = np.empty((max(len(weights), 1), len(places.x)))
    add = shared(finish.add_weights)
    crew.each(
        len(places.x),
        lambda a, b: add(places.rows, places.first, offset, weights, a, b, weight),
    )
    return weight


def _hand_out(close: Any, fixed: Any, first: int, out: Floats, begin: int, end: int) -> None:
    close(*fixed, begin, end, first, out)


def sum_places(
    places: Places,
    tree: Tree,
    weight: Floats,
    kernel: Kernel,
    length: float,
    powers: int,
    settings: Settings,
    crew: Crew,
    progress: Progress | None = None,
    span: tuple[float, float] = (0.0, 1.0),
) -> Floats:
    """Return the sums at every place, each without its own; columns as in `walk`."""
    count = len(weight)
    nodes, divisors = expansion.chebyshev(settings.order)
    gather = shared(expansion.gather_weights)
    moments = np.empty((len(tree.span), count, settings.order**2))
    mass = np.empty((len(tree.span), count, 2))
    for low, high in reversed(tree.generations):

        def gather_part(a: int, b: int, low: int = low) -> None:
            gather(
                places.x, places.y, weight, tree.span, tree.box, mass, nodes, divisors,
                low + a, low + b, *room.for_interpolation(settings.order), moments,
            )  # fmt: skip

        crew.each(high - low, gather_part, least=200)

    add_rows = kernel_loop(kernel, powers, "single" if settings.single else "double", count > 1)
    fall = fall_of(kernel)
    finest = settings.rtol * length / powers
    reach = SINGLE_REACH * finest if settings.single else -1.0
    outermost = (np.abs(tree.box[0, :2]) + tree.box[0, 2:]).max()
    split = settings.single and outermost <= SPLIT_REACH * finest
    add_close = kernel_loop(kernel, powers, "split" if split else "double", count > 1)
    aside = settings.aside if kernel.smooth else NEVER
    bend = length if kernel.kink else 0.0
    leaves = tree.span[tree.span[:, quadtree.CHILDREN] == 0]
    most = int((leaves[:, quadtree.STOP] - leaves[:, quadtree.START]).max())
    heads = branches(tree, int(np.clip(len(places.x) // PLACES_A_BRANCH, *BRANCHES)))
    values = np.zeros((count * powers, len(places.x)))
    go = shared(walk.walk, walk.WALK)

    def job(part: int) -> None:
        head, listed = heads[part], room.LISTS
        while not go(
            tree.span, tree.box, mass, places.x, places.y, weight, places.target,
            moments, nodes, divisors, *room.for_walk(head, nodes, count, powers, most, listed),
            add_rows, add_close, fall, powers, reach, aside, bend, kernel.heavy, settings.steep,
            settings.negligible, length, values,
        ):  # fmt: skip
            # Too many boxes for the lists: all of this branch again, with longer ones.
            values[:, tree.span[head, quadtree.START] : tree.span[head, quadtree.STOP]] = 0
            listed *= 2

    run_chunks(job, range(len(heads)), crew.threads, progress, "Sums by tree", span)
    return values
