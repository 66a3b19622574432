"""Who is at what distance of a place: counts and sums of f and f^2 in rings around it.

The rings are four to an octave of distance; the innermost is where the kernel is flat. Boxes
that are small against their distance are counted as a whole, at their centre of mass (Barnes and
Hut, A hierarchical O(N log N) force-calculation algorithm, Nature 324, 1986): n log n.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nabij.proximity import elsewhere, quadtree
from nabij.proximity.compiled import fall_of, shared
from nabij.proximity.kernels import KERNELS
from nabij.proximity.places import Places, find_places
from nabij.proximity.quadtree import CHILD, CHILDREN, DEEPEST, START, STOP
from nabij.proximity.tree import grow
from nabij.proximity.work import Crew, default_threads

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OPENED = 0.3
"""A box is opened when it is wider than this part of its distance: with 0.5 the chance that is
computed from the rings is off by 8 %, with 0.3 by some thousandths."""

AN_OCTAVE = 4
"""Rings in which the distance doubles."""

FOURTHS = AN_OCTAVE / np.log(4.0)
"""Rings in which the logarithm of the squared distance rises by 1."""

FLAT = 0.125
"""A kernel without a floor hardly falls over this part of its length."""

LEAF = 8
"""Places of a box that is not divided: each is visited one by one."""


@dataclass(frozen=True)
class Surroundings:
    """A population of points, ready to be asked who is around some of them.

    Attributes
    ----------
    place : numpy.ndarray of int64, shape (n,)
        The place of every point: those with the same coordinates share one.
    rings : int
        How many rings there are.
    """

    place: Integers
    rings: int
    _tables: tuple[Any, ...]

    def around(self, places: Integers) -> Floats:
        """Return what is around some places, each without one point of its own.

        Parameters
        ----------
        places : numpy.ndarray of int64, shape (k,)
            Numbers as in `place`; ascending ones are quickest.

        Returns
        -------
        numpy.ndarray of float64, shape (k, 3, rings)
            Number of other points, and sums of f and of f^2 over them. May be called from several
        threads.
        """
        found = np.zeros((len(places), 3, self.rings))
        shared(fill_rings, FILL_RINGS)(places, *self._tables, np.empty(DEEPEST, np.int64), found)
        return found


def surroundings(
    points: Floats, *, kernel: str = "inverse", length: float = 100.0, threads: int | None = None
) -> Surroundings:
    """Prepare a population of points to be asked who is around some of them.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (n, 2)
        Metres.
    kernel : str
        A name in `KERNELS`.
    length : float
        Metres: its floor or scale.
    threads : int, optional
        By default all cores.

    Returns
    -------
    Surroundings

    Examples
    --------
    One at the same place, one at 3 km:

    >>> near = surroundings(np.array([[0.0, 0.0], [0.0, 0.0], [3000.0, 0.0]]))
    >>> counts = near.around(near.place[:1])[0, 0]
    >>> counts.nonzero()[0].tolist(), counts.sum().tolist()
    ([0, 20], 2.0)
    """
    crew = Crew(threads or default_threads())
    if crew.threads > 1:
        # Compiled in another process while the tree is grown.
        elsewhere.begin(fill_rings, "FILL_RINGS")
    found = find_places(points, len(points), 0, crew)
    tree = grow(found, LEAF, crew)
    count = np.diff(found.first).astype(np.float64)
    chosen = KERNELS[kernel]
    start = length if chosen.kink else FLAT * length
    extent = 2 * float(np.hypot(tree.box[0, 2], tree.box[0, 3]))
    octaves = max(np.log2(extent / start), 0.0) if extent > 0 else 0.0
    rings = 2 + int(AN_OCTAVE * octaves)
    tables = (
        found.x, found.y, count, tree.span, tree.box, _centres(found, count, tree.span),
        start, fall_of(chosen), float(length),
    )  # fmt: skip
    return Surroundings(found.of_points, rings, tables)


def _centres(places: Places, count: Floats, span: NDArray[np.int32]) -> Floats:
    """Return number of points and centre of mass of every box, shape (boxes, 3)."""
    # Seen from the middle: a running sum of large coordinates would lose the metres.
    middle_x, middle_y = places.x.mean(), places.y.mean()

    def total(values: Floats) -> Floats:
        running = np.concatenate(([0.0], np.cumsum(values)))
        return running[span[:, quadtree.STOP]] - running[span[:, quadtree.START]]

    mass = total(count)
    x = middle_x + total(count * (places.x - middle_x)) / mass
    y = middle_y + total(count * (places.y - middle_y)) / mass
    return np.ascontiguousarray(np.stack((mass, x, y), axis=1))


FILL_RINGS = (
    "void(int64[::1], float64[::1], float64[::1], float64[::1], int32[:, ::1],"
    " float64[:, ::1], float64[:, ::1], float64, FALL, float64, int64[::1], float64[:, :, ::1])"
)


def fill_rings(places, x, y, count, span, box, centre, start, fall, length, waiting, found):
    """Add to ``found[t, :, ring]`` for the t-th of the places asked for."""
    last = found.shape[2] - 1
    innermost = start * start
    opened = OPENED * OPENED
    for t in range(places.shape[0]):
        own = places[t]
        at_x, at_y = x[own], y[own]
        waiting[0] = 0
        todo = 1
        while todo > 0:
            todo -= 1
            b = waiting[todo]
            east, north = centre[b, 1] - at_x, centre[b, 2] - at_y
            d2 = east * east + north * north
            wide = 2 * max(box[b, 2], box[b, 3])
            if wide * wide <= opened * d2:
                ring = 0
                if d2 > innermost:
                    ring = min(1 + int(FOURTHS * np.log(d2 / innermost)), last)
                f = fall(d2, length)
                found[t, 0, ring] += centre[b, 0]
                found[t, 1, ring] += centre[b, 0] * f
                found[t, 2, ring] += centre[b, 0] * f * f
            elif span[b, CHILDREN] > 0:
                for c in range(span[b, CHILD], span[b, CHILD] + span[b, CHILDREN]):
                    waiting[todo] = c
                    todo += 1
            else:
                for u in range(span[b, START], span[b, STOP]):
                    east, north = x[u] - at_x, y[u] - at_y
                    d2 = east * east + north * north
                    ring = 0
                    if d2 > innermost:
                        ring = min(1 + int(FOURTHS * np.log(d2 / innermost)), last)
                    f = fall(d2, length)
                    found[t, 0, ring] += count[u]
                    found[t, 1, ring] += count[u] * f
                    found[t, 2, ring] += count[u] * f * f
        f = fall(0.0, length)
        found[t, 0, 0] -= 1
        found[t, 1, 0] -= f
        found[t, 2, 0] -= f * f
