"""How many pairs of points lie how far apart, in rings of distance; exact.

Every leaf of a quadtree walks through the tree. A box whose every point lies in one ring, seen
from every point of the leaf, counts as a whole; other boxes are opened, and the points of leaves
are looked at one by one (Moore et al., Fast algorithms and efficient statistics: N-point
correlation functions, in Mining the Sky, Springer, 2001). In the plane the work grows as n times
its root, for each ring: what lies along the circumferences is looked at, what lies between is not.

A relabelling is counted among its own points alone. They lie along the curve in the order of all
points, so that nothing is sorted for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nabij.proximity import quadtree
from nabij.proximity.arguments import points_of, weights_of
from nabij.proximity.cache import is_kept
from nabij.proximity.compiled import shared
from nabij.proximity.counting import (
    BUFFER,
    COUNT_ROWS,
    FEW,
    LANES,
    LEAF,
    POOL,
    WHOLE,
    count_rows,
)
from nabij.proximity.places import Places, find_places
from nabij.proximity.quadtree import CHILDREN, DEEPEST, START, STOP
from nabij.proximity.tree import grow
from nabij.proximity.work import Crew, Progress, default_threads, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.signedinteger[Any]]

TARGETS_A_PIECE = 1024
"""Places whose rings are counted in one piece of work: their counts still fit the cache."""

VECTORS_A_THREAD = 4
"""With this many vectors or more, threads share out the vectors, below it the places."""

CELLS = 4096
"""Cells of the table in which the ring of a distance is looked up: it stays in the cache."""

BEYOND = 1e150
"""Metres, farther than anything is, whose square is still a number."""

ROUNDED = 4 * np.finfo(np.float64).eps
"""Boxes are widened by this part of the largest coordinate: rounding moved their sides."""


def pair_counts(
    points: ArrayLike,
    edges: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Count the pairs of points in rings of distance.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Coordinates in metres.
    edges : array_like, shape (K + 1,)
        Ascending distances in metres, not negative. A pair at distance d is in ring k if
        ``edges[k] < d <= edges[k + 1]``; in the first ring also if d is ``edges[0]``. So with
        ``edges[0] == 0`` coincident points count, and the cumulative sum counts ``d <= r``.
        Distances are compared by their squares, in double precision.
    weights : array_like, shape (n,) or (V, n), optional
        Weights of the points, not negative; one vector or several. By default 1.
    threads : int, optional
        By default all cores. The counts are the same bit by bit for any number.
    progress : callable, optional
        Called between chunks with a message and the fraction done; may raise to cancel.

    Returns
    -------
    numpy.ndarray of float64, shape (K,) or (V, K)
        The sum over ordered pairs i != j in ring k of ``w_i w_j``: each pair counts twice.

    Raises
    ------
    ValueError
        If an argument cannot be used; the message says which and what was expected.

    Examples
    --------
    >>> from nabij.proximity import pair_counts
    >>> points = [[0, 0], [0, 0], [3, 4], [6, 8]]
    >>> pair_counts(points, [0, 1, 5, 10])
    array([2., 6., 4.])
    >>> pair_counts(points, [0, 5, 10], weights=[[1, 0, 1, 0], [1, 1, 1, 2]])
    array([[ 2.,  0.],
           [10.,  8.]])
    """
    at = points_of(points, "points")
    rings = _rings(edges)
    load = weights_of(weights, len(at))
    crew = _crew(threads, progress)
    if load is None:
        everyone = np.ones((1, len(at)), np.bool_)
        return _each(at, everyone, lambda v: (None, None, None), rings, crew, progress)[0]
    counts = _each(at, load, lambda v: (load[v], load[v], None), rings, crew, progress)
    return counts if np.ndim(weights) == 2 else counts[0]  # type: ignore[arg-type]


def relabelled_counts(
    points: ArrayLike,
    edges: ArrayLike,
    labels: ArrayLike,
    source_weight: ArrayLike | None = None,
    target_factor: ArrayLike | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Count the pairs of labelled points in rings of distance, for many labellings.

    Parameters
    ----------
    points, edges, threads, progress
        As in `pair_counts`.
    labels : array_like of bool or of 0 and 1, shape (V, n)
        Which points have the label.
    source_weight : array_like, shape (n,), optional
        Weight of the second point of a pair, not negative. By default 1.
    target_factor : array_like, shape (n, K), optional
        What to multiply the count around the first point by.

    Returns
    -------
    numpy.ndarray of float64, shape (V, K)
        Without `target_factor` the sum over ordered pairs i != j of labelled points in ring k of
        ``source_weight[j]``. With it counts are cumulative: the sum over labelled points i of
        ``target_factor[i, k]`` times the weight of all other labelled points in rings 0 to k.

    Raises
    ------
    ValueError
        If an argument cannot be used; the message says which and what was expected.

    Examples
    --------
    >>> from nabij.proximity import relabelled_counts
    >>> points = [[0, 0], [0, 0], [3, 4], [6, 8]]
    >>> relabelled_counts(points, [0, 5, 10], [[1, 1, 1, 0], [1, 0, 0, 1]])
    array([[6., 0.],
           [0., 2.]])
    """
    at = points_of(points, "points")
    rings = _rings(edges)
    n, count = len(at), rings.count
    given = np.asarray(labels)
    if given.ndim != 2 or given.shape[1] != n:
        raise ValueError(f"labels must have shape (V, {n}), one a point; got {given.shape}")
    chosen = given if given.dtype == np.bool_ else given != 0
    if chosen is not given and not np.array_equal(given, chosen):
        raise ValueError("labels must be 0 or 1")
    load = None if source_weight is None else weights_of(source_weight, n)
    if load is not None and len(load) != 1:
        raise ValueError(
            f"source_weight must have shape ({n},); got {np.asarray(source_weight).shape}"
        )
    factor = None
    if target_factor is not None:
        try:
            factor = np.asarray(target_factor, np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(f"target_factor must be numbers: {error}") from None
        if factor.shape != (n, count):
            raise ValueError(f"target_factor must have shape ({n}, {count}); got {factor.shape}")
        if not np.isfinite(factor).all():
            i, k = np.argwhere(~np.isfinite(factor))[0]
            raise ValueError(f"target_factor must be finite; [{i}, {k}] is {factor[i, k]}")
    source = None if load is None else load[0]
    crew = _crew(threads, progress)
    return _each(at, chosen, lambda v: (source, None, factor), rings, crew, progress)


def neighbour_sums(
    points: ArrayLike,
    edges: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Sum the weights of the others in rings of distance around every point.

    Parameters
    ----------
    points, edges, threads, progress
        As in `pair_counts`.
    weights : array_like, shape (n,), optional
        Weights of the points, not negative. By default 1.

    Returns
    -------
    numpy.ndarray of float64, shape (n, K)
        The sum over the points j != i in ring k around point i of ``weights[j]``.

    Raises
    ------
    ValueError
        If an argument cannot be used; the message says which and what was expected.

    Examples
    --------
    >>> from nabij.proximity import neighbour_sums
    >>> neighbour_sums([[0, 0], [0, 0], [3, 4]], [0, 1, 5], weights=[1, 2, 3])
    array([[2., 3.],
           [1., 3.],
           [0., 3.]])
    """
    at = points_of(points, "points")
    rings = _rings(edges)
    n = len(at)
    load = weights_of(weights, n)
    if load is not None and len(load) != 1:
        raise ValueError(f"weights must have shape ({n},); got {np.asarray(weights).shape}")
    crew = _crew(threads, progress)
    found = np.zeros((n, rings.count))
    if n < 2:
        return found
    places = _order(at, crew)
    own_weights = None if load is None else load[0]
    subset = _subset(places, np.ones(n, np.bool_), own_weights, crew)

    def job(part: int) -> None:
        rows, own = _rows(subset, part, rings, half=False)
        found[subset.member[own]] = rows

    run_chunks(job, range(len(subset.parts)), crew.threads, progress, "Counting neighbours")
    return found


@dataclass(frozen=True)
class Rings:
    """Edges of rings, and the table in which the ring of a squared distance is looked up."""

    count: int
    touching: bool
    edge: Floats
    table: NDArray[np.uint64]
    base: int
    shift: int
    steps: int


def _rings(edges: ArrayLike) -> Rings:
    try:
        given = np.asarray(edges, np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"edges must be numbers: {error}") from None
    if given.ndim != 1 or len(given) < 2:
        raise ValueError(f"edges must have shape (K + 1,) with K at least 1; got {given.shape}")
    if not (np.isfinite(given).all() and given[0] >= 0 and (np.diff(given) > 0).all()):
        raise ValueError(f"edges must be finite, not negative and ascending; got {given}")
    # A distance in the first ring may equal its inner edge: that is moved down by next to nothing.
    square = np.minimum(given, BEYOND) ** 2
    square[0] = np.nextafter(square[0], -1) if square[0] > 0 else -1.0
    # Seen as a whole number, a float is nearly its logarithm: cells are of equal relative width.
    bits = square[1:].view(np.int64)
    for shift in range(52, 0, -1):
        first, last = int(bits[0] >> shift), int(bits[-1] >> shift)
        lower = np.arange(first, last + 2) << shift
        starts = lower.view(np.float64)
        starts[0] = 0.0
        below = np.searchsorted(square, starts)
        steps = int(np.diff(below).max())
        if steps <= 1 or len(below) > CELLS:
            break
    # Beyond the last edge nothing is to be found: there is one more that no distance reaches.
    edge = np.append(square, np.finfo(np.float64).max)
    table = below[:-1].astype(np.uint64)
    return Rings(len(given) - 1, given[0] == 0, edge, table, first, shift, steps)


def _each(
    points: Floats,
    vectors: NDArray[Any],
    loads: Callable[[int], tuple[Floats | None, Floats | None, Floats | None]],
    rings: Rings,
    crew: Crew,
    progress: Progress | None,
) -> Floats:
    """Return the counts of every vector, shape (V, K): of the points where it is not 0."""
    found = np.zeros((len(vectors), rings.count))
    if not found.size or len(points) < 2:
        return found
    places = _order(points, crew)
    apart = len(vectors) >= VECTORS_A_THREAD * crew.threads
    step = 1 / len(vectors)

    def job(v: int) -> None:
        inside = (1, None) if apart else (crew.threads, progress)
        found[v] = _count(places, vectors[v], *loads(v), rings, *inside, (v * step, (v + 1) * step))

    if apart:
        run_chunks(job, range(len(vectors)), crew.threads, progress, "Counting pairs")
    else:
        for v in range(len(vectors)):
            job(v)
    return found


def _crew(threads: int | None, progress: Progress | None) -> Crew:
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be at least 1, not {threads!r}")
    if progress is not None and not is_kept("count_rows"):
        progress("Preparing the counts of pairs (once)", 0.0)
    return Crew(threads or default_threads())


def _order(points: Floats, crew: Crew) -> Places:
    """Order the points, and compile what threads will need: none of them must begin to."""
    shared(count_rows, COUNT_ROWS)
    for function in (quadtree.split, quadtree.shrink):
        shared(function)
    return find_places(points, len(points), 0, crew)


@dataclass(frozen=True)
class Subset:
    """Some of the points in the order of the curve, and a tree over their places.

    Attributes
    ----------
    member : int array, shape (m,)
        Rows of the points.
    place : int array, shape (m,)
        The place of each in the subset, ascending.
    beside : float64 array, shape (m,)
        Weight of the others at the place of each.
    x, y, weight : float64 array, shape (places,)
    span, sides, mass : array, shape (boxes, ...)
        The tree; least and largest x and y, and the weight of every box.
    leaves : int array
        Boxes that are not divided, along the curve.
    widest : int
        Most places in a leaf.
    parts : list of (int, int)
        Stretches of leaves, each a piece of work.
    """

    member: Integers
    place: Integers
    beside: Floats
    x: Floats
    y: Floats
    weight: Floats
    span: NDArray[np.int32]
    sides: Floats
    mass: Floats
    leaves: Integers
    widest: int
    parts: list[tuple[int, int]]


def _subset(places: Places, chosen: NDArray[Any], weights: Floats | None, crew: Crew) -> Subset:
    """Grow a tree over the `chosen` points; `weights` of all points, by default 1."""
    along = np.flatnonzero(chosen[places.rows])
    member = places.rows[along]
    source = np.ones(len(along)) if weights is None else weights[member]
    # The place of a point along the curve is the last that begins at or before it.
    place = np.searchsorted(places.first, along, "right") - 1
    fresh = np.diff(place, prepend=-1) != 0
    kept, place = place[fresh], np.cumsum(fresh) - 1
    weight = np.bincount(place, source).astype(np.float64, copy=False)
    x, y = places.x[kept], places.y[kept]
    nothing = np.empty(0, np.int32)
    mine = Places(x, y, nothing, nothing, np.ones(len(x), np.bool_), places.keys[kept])
    tree = grow(mine, LEAF, crew)
    low, high = tree.box[:, :2] - tree.box[:, 2:], tree.box[:, :2] + tree.box[:, 2:]
    widened = ROUNDED * max(np.abs(low[0]).max(), np.abs(high[0]).max())
    sides = np.concatenate((low - widened, high + widened), axis=1)
    leaves = np.flatnonzero(tree.span[:, CHILDREN] == 0)
    leaves = leaves[np.argsort(tree.span[leaves, START])]
    # Not differences of a running sum, which lose digits: with a stretch between every two boxes.
    mass = np.add.reduceat(np.append(weight, 0.0), tree.span[:, : STOP + 1].ravel())[::2].copy()
    piece = tree.span[leaves, START] // TARGETS_A_PIECE
    cuts = [0, *(np.flatnonzero(np.diff(piece)) + 1).tolist(), len(leaves)]
    return Subset(
        member, place, weight[place] - source, x, y, weight, tree.span, sides, mass,
        leaves, int(np.ptp(tree.span[leaves, : STOP + 1], axis=1).max()), list(pairwise(cuts)),
    )  # fmt: skip


def _count(
    places: Places,
    chosen: NDArray[Any],
    weights: Floats | None,
    target: Floats | None,
    factor: Floats | None,
    rings: Rings,
    threads: int,
    progress: Progress | None,
    extent: tuple[float, float],
) -> Floats:
    """Return the counts of one vector, shape (K,).

    `target` weighs the first point of a pair as `weights` the second; if they are the same, pairs
    are looked at from one side only.
    """
    if np.count_nonzero(chosen) < 2:
        return np.zeros(rings.count)
    subset = _subset(places, chosen, weights, Crew(threads))
    both = target is weights and factor is None
    found = np.zeros((len(subset.parts), rings.count))

    def job(part: int) -> None:
        rows, own = _rows(subset, part, rings, half=both)
        member = subset.member[own]
        if factor is not None:
            found[part] = np.einsum("ik,ik->k", factor[member], rows.cumsum(axis=1))
        elif target is None:
            found[part] = rows.sum(axis=0)
        else:
            found[part] = target[member] @ rows

    run_chunks(job, range(len(subset.parts)), threads, progress, "Counting pairs", extent)
    counts = found.sum(axis=0)
    return 2 * counts if both else counts


def _rows(subset: Subset, part: int, rings: Rings, *, half: bool) -> tuple[Floats, slice]:
    """Return the sums around the points of one part, shape (points, K), and which points.

    By `half` each pair is found from one of its two places only.
    """
    begin, end = subset.parts[part]
    span, last = subset.span, subset.leaves[end - 1]
    first, stop = int(span[subset.leaves[begin], START]), int(span[last, STOP])
    rows = np.zeros((stop - first, rings.count + 2))
    room = BUFFER + subset.widest + WHOLE
    pools = FEW * (rings.count + 1)
    shared(count_rows, COUNT_ROWS)(
        subset.x, subset.y, subset.weight, span, subset.sides, subset.mass, subset.leaves, begin,
        end, half, rings.edge, rings.table, rings.base, rings.shift, rings.steps,
        np.empty(DEEPEST, np.int64), np.empty((4, room)), np.empty(room, np.int64),
        np.zeros((LANES, rings.count + 2)), np.empty((pools, 3, POOL + LEAF + WHOLE)),
        np.zeros(pools, np.int64), rows,
    )  # fmt: skip
    low, high = np.searchsorted(subset.place, (first, stop))
    own = slice(int(low), int(high))
    sums = rows[subset.place[own] - first, 1:-1]
    if rings.touching:
        sums[:, 0] += 0.5 * subset.beside[own] if half else subset.beside[own]
    return sums, own
