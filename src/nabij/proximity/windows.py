"""Windows around places: how far the k-th nearest is, how many are within, and what discs cover.

Points that coincide are one place with a count. Whole boxes of the quadtree are counted by a
running sum, so that a window costs what its edge costs, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nabij.proximity.compiled import shared
from nabij.proximity.joining import COVER, LINK, cover, link
from nabij.proximity.places import Places, find_places
from nabij.proximity.quadtree import DEEPEST
from nabij.proximity.reach import COUNT_WITHIN, FIND_RADII, MOST_LISTED, count_within, find_radii
from nabij.proximity.tree import Tree, grow
from nabij.proximity.work import Crew, default_threads, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAF = 8
"""Places of a box that is not divided: each is visited one by one."""

AT_ONCE = 4096
"""Windows of one piece of work."""


@dataclass(frozen=True)
class Ground:
    """A population of points, merged into places, ready to be asked about windows.

    Attributes
    ----------
    place : numpy.ndarray of int64, shape (n,)
        The place of every point.
    x, y : numpy.ndarray of float64, shape (places,)
        Metres, in order along the quadtree's curve.
    count : numpy.ndarray of int64, shape (places,)
        Points at each place.
    threads : int
    """

    place: Integers
    x: Floats
    y: Floats
    count: Integers
    threads: int
    _keys: NDArray[np.uint64] = field(repr=False)
    _tree: Tree = field(repr=False)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def points(self) -> int:
        """How many points there are."""
        return int(self.count.sum())

    def part(self, places: Integers, count: Integers) -> Ground:
        """Return the ground of some of its places, ascending, with as many points as `count`."""
        return _grown(
            np.empty(0, np.int64), self.x[places], self.y[places], self._keys[places],
            np.asarray(count, dtype=np.int64), self.threads,
        )  # fmt: skip

    def radii(
        self, places: Integers, others: int, least: float, most: float
    ) -> tuple[Floats, Integers]:
        """Return how far the `others`-th nearest other point is of one point at each place.

        Parameters
        ----------
        places : numpy.ndarray of int64, shape (k,)
            Ascending ones are quickest.
        others : int
            At least 1.
        least, most : float
            Metres: the radius is held to these.

        Returns
        -------
        radius : numpy.ndarray of float64, shape (k,)
        within : numpy.ndarray of int64, shape (k,)
            How many points are that near, the one itself among them: `within` of the radius.

        Examples
        --------
        >>> near = ground(np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 0.0], [9000.0, 0.0]]))
        >>> [found.tolist() for found in near.radii(near.place, 2, 100.0, 5000.0)]
        [[300.0, 300.0, 300.0, 5000.0], [3, 3, 3, 1]]
        """
        found, within = np.empty(len(places)), np.empty(len(places), np.int64)
        upto = _running(self.count)
        go = shared(find_radii, FIND_RADII)

        def job(begin: int, end: int) -> None:
            go(
                places, self.x, self.y, upto, self._tree.span, self._tree.box, others, least, most,
                np.empty(DEEPEST, np.int64), np.empty((2, MOST_LISTED)), begin, end, found, within,
            )  # fmt: skip

        self._each(len(places), job)
        return found, within

    def within(self, x: Floats, y: Floats, radius: Floats) -> Integers:
        """Return how many points are within a radius of each of these coordinates.

        >>> near = ground(np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 0.0]]))
        >>> near.within(np.zeros(2), np.zeros(2), np.array([299.0, 300.0])).tolist()
        [1, 3]
        """
        found, upto = np.empty(len(x), np.int64), _running(self.count)
        go = shared(count_within, COUNT_WITHIN)

        def job(begin: int, end: int) -> None:
            go(
                x, y, radius, self.x, self.y, upto, self._tree.span, self._tree.box,
                np.empty(DEEPEST, np.int64), begin, end, found,
            )  # fmt: skip

        self._each(len(x), job)
        return found

    def linked(self, reach: Floats) -> Integers:
        """Return the component of every place, 0 and up, where two are linked when both reach.

        Places i and j are linked when ``d_ij <= min(reach_i, reach_j)``. A box of places that
        are known to be in one component is done with at once, so that places in each other's
        reach by the thousand cost no pairs: n log n, but for the edges of windows.

        >>> near = ground(np.array([[0.0, 0.0], [300.0, 0.0], [700.0, 0.0]]))
        >>> near.linked(np.array([350.0, 350.0, 900.0])).tolist()
        [0, 0, 1]
        """
        shortest = np.full(len(self._tree.span), np.inf)
        component = np.empty(len(self), np.int64)
        shared(link, LINK)(
            self.x, self.y, reach, self._tree.span, self._tree.box, shortest,
            np.zeros(len(shortest), np.bool_), np.empty(DEEPEST, np.int64), component,
        )  # fmt: skip
        return component

    def covered(
        self, x: Floats, y: Floats, radius: Floats, group: Integers
    ) -> tuple[Integers, Integers]:
        """Return the places that discs cover, each once for every group of discs over it.

        Parameters
        ----------
        x, y, radius : numpy.ndarray of float64, shape (k,)
            The discs, metres.
        group : numpy.ndarray of int64, shape (k,)
            Of each disc, 0 and up, ascending.

        Returns
        -------
        place, group : numpy.ndarray of int64, shape (found,)

        Examples
        --------
        >>> near = ground(np.array([[0.0, 0.0], [300.0, 0.0], [700.0, 0.0]]))
        >>> discs = np.array([0.0, 300.0]), np.zeros(2), np.array([300.0, 400.0])
        >>> [found.tolist() for found in near.covered(*discs, np.array([0, 1]))]
        [[0, 0, 1, 1, 2], [0, 1, 0, 1, 1]]
        """
        go, room, found = shared(cover, COVER), 1024, -1
        while found < 0:
            room *= 4
            place, of = np.empty(room, np.int64), np.empty(room, np.int64)
            found = go(
                x, y, radius, group, self.x, self.y, self._tree.span, self._tree.box,
                np.full(len(self._tree.span), -1), np.full(len(self), -1),
                np.empty(DEEPEST, np.int64), place, of,
            )  # fmt: skip
        order = np.lexsort((of[:found], place[:found]))
        return place[order], of[order]

    def _each(self, count: int, job: Callable[[int, int], None]) -> None:
        def chunk(at: int) -> None:
            job(at * AT_ONCE, min((at + 1) * AT_ONCE, count))

        run_chunks(chunk, range(-(-count // AT_ONCE)), self.threads)


def ground(points: Floats, threads: int | None = None) -> Ground:
    """Merge points into places and prepare them to be asked about windows.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (n, 2)
        Metres; at least one.
    threads : int, optional
        By default all cores.

    Returns
    -------
    Ground
    """
    threads = threads or default_threads()
    points = np.ascontiguousarray(points, dtype=np.float64)
    found = find_places(points, len(points), 0, Crew(threads))
    count = np.diff(found.first).astype(np.int64)
    return _grown(found.of_points, found.x, found.y, found.keys, count, threads)


def _grown(
    place: Integers, x: Floats, y: Floats, keys: NDArray[np.uint64], count: Integers, threads: int
) -> Ground:
    none = np.empty(0, np.int32)
    tree = grow(Places(x, y, none, none, np.ones(len(x), np.bool_), keys), LEAF, Crew(threads))
    return Ground(place, x, y, count, threads, keys, tree)


def _running(count: Integers) -> Integers:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))
