"""Windows that adapt to where they are: how many of a sector are close by, and is that many?

A window around an establishment reaches to the k-th nearest of the reference, so that every window
expects about as many of the sector, in a city as in the country.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from nabij.inference.multiple import q_values
from nabij.proximity.windows import Ground

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FARTHEST = 5_000.0
"""Metres: no window reaches farther, however empty the country is."""

FALSE_CORES = 0.05
"""False discovery rate of the cores (Benjamini-Hochberg over the sector)."""

CORE_RATIO = 2.0
"""A core has twice as much of the sector close by as the reference would give."""

JOINER_P, JOINER_RATIO = 0.05, 1.5
"""What may join a core: tried by simulation, it makes outlines firmer and adds no false cluster."""


@dataclass(frozen=True)
class Windows:
    """Windows around the places of a sector, one a place.

    Attributes
    ----------
    place : numpy.ndarray of int64, shape (k,)
        Places of the ground, ascending.
    members : numpy.ndarray of int64, shape (k,)
        Establishments of the sector at each.
    radius : numpy.ndarray of float64, shape (k,)
        Metres.
    sector, reference : numpy.ndarray of int64, shape (k,)
        Others of the sector, and of the reference, within the radius of one that is there.
    population, drawn : int
        Others of the reference and of the sector in all, N - 1 and n - 1.
    """

    place: Integers
    members: Integers
    radius: Floats
    sector: Integers
    reference: Integers
    population: int
    drawn: int
    _known: dict[float, Floats] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ratio(self) -> Floats:
        """The sector's share of those close by, over its share of all; 0 where no one is close."""
        share = self.sector / np.maximum(self.reference, 1)
        return share * (self.population / max(self.drawn, 1))

    def chance(self, least_ratio: float = 0.0) -> Floats:
        """Return the chance that a random draw has as many of the sector close by.

        Hypergeometric; 1 where the ratio is below `least_ratio`, which is not computed then.
        """
        ratio = self.ratio
        for least, known in self._known.items():
            if least <= least_ratio:
                return np.where(ratio >= least_ratio, known, 1.0)
        found = np.ones(len(self.place))
        asked = ratio >= least_ratio
        pair = self.sector[asked] * (self.population + 1) + self.reference[asked]
        distinct, which = np.unique(pair, return_inverse=True)
        sector, reference = np.divmod(distinct, self.population + 1)
        tail = hypergeom.sf(sector - 1, self.population, self.drawn, reference)
        found[asked] = tail[which]
        self._known[least_ratio] = found
        return found

    def cores(self) -> NDArray[np.bool_]:
        """Tell where establishments are at the core of a cluster."""
        each = np.repeat(np.arange(len(self.place)), self.members)
        # Below a ratio of 1 the chance is at least a half, which no correction makes a core.
        q = q_values(self.chance(1.0)[each])[np.cumsum(self.members) - 1]
        return np.asarray((q <= FALSE_CORES) & (self.ratio >= CORE_RATIO))

    def joiners(self) -> NDArray[np.bool_]:
        """Tell where establishments may join a core."""
        return self.likely(JOINER_P, JOINER_RATIO)

    def likely(self, p: float, ratio: float) -> NDArray[np.bool_]:
        """Tell where the chance is at most `p` and the ratio at least `ratio`."""
        return np.asarray((self.ratio >= ratio) & (self.chance(ratio) <= p))


def windows(
    ground: Ground,
    sector: Integers,
    expected: float,
    least: float,
    *,
    known: tuple[Floats, Integers] | None = None,
) -> Windows:
    """Open a window around every place of a sector.

    Parameters
    ----------
    ground : Ground
        Of the reference.
    sector : numpy.ndarray of int64, shape (places,)
        Establishments of the sector at every place of the ground.
    expected : float
        How many of the sector a window is to hold.
    least : float
        Metres: the shortest radius.
    known : tuple of two arrays of shape (places,), optional
        Radius and how many of the reference are within it, of every place.

    Returns
    -------
    Windows

    References
    ----------
    Windows with an equal population: Besag and Newell, The detection of clusters in rare
    diseases, Journal of the Royal Statistical Society A 154 (1991).
    """
    place = np.flatnonzero(sector)
    members = sector[place]
    population, drawn = ground.points, int(members.sum())
    x, y = ground.x[place], ground.y[place]
    if known is None:
        radius, within = ground.radii(place, nearest(expected, population, drawn), least, FARTHEST)
    else:
        radius, within = known[0][place], known[1][place]
    own = ground.part(place, members)
    return Windows(
        place=place,
        members=members,
        radius=radius,
        sector=own.within(x, y, radius) - 1,
        reference=within - 1,
        population=population - 1,
        drawn=drawn - 1,
    )


def nearest(expected: float, population: int, drawn: int) -> int:
    """Return which nearest of the reference a window reaches to, to expect that many."""
    return max(1, int(expected * population / drawn))
