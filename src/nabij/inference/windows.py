"""Windows that adapt to where they are: how many of a sector are close by, and is that many?

A window around an establishment reaches to the k-th nearest of the reference, so that every window
expects about as many of the sector, in a city as in the country.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

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

    @property
    def ratio(self) -> Floats:
        """The sector's share of those close by, over its share of all; 0 where no one is close."""
        share = self.sector / np.maximum(self.reference, 1)
        return share * (self.population / max(self.drawn, 1))

    def chance(self, least_ratio: float = 0.0) -> Floats:
        """Return the chance that a random draw has as many of the sector close by.

        Hypergeometric; 1 where the ratio is below `least_ratio`, which is not computed then.
        """
        found = np.ones(len(self.place))
        asked = self.ratio >= least_ratio
        pair = self.sector[asked] * (self.population + 1) + self.reference[asked]
        distinct, which = np.unique(pair, return_inverse=True)
        sector, reference = np.divmod(distinct, self.population + 1)
        found[asked] = upper_tail(sector, self.population, self.drawn, reference)[which]
        return found

    def cores(self) -> NDArray[np.bool_]:
        """Tell where establishments are at the core of a cluster."""
        each = np.repeat(np.arange(len(self.place)), self.members)
        q = q_values(self.chance()[each])[np.cumsum(self.members) - 1]
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
        Radius and others of the reference, of every place.

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
        radius = ground.radii(place, nearest(expected, population, drawn), least, FARTHEST)
        reference = ground.within(x, y, radius) - 1
    else:
        radius, reference = known[0][place], known[1][place]
    own = ground.part(place, members)
    return Windows(
        place=place,
        members=members,
        radius=radius,
        sector=own.within(x, y, radius) - 1,
        reference=reference,
        population=population - 1,
        drawn=drawn - 1,
    )


def nearest(expected: float, population: int, drawn: int) -> int:
    """Return which nearest of the reference a window reaches to, to expect that many."""
    return max(1, int(expected * population / drawn))


def upper_tail(observed: Integers, population: int, marked: int, drawn: Integers) -> Floats:
    """Return the chance of at least `observed` marked ones in a draw without replacement.

    Parameters
    ----------
    observed, drawn : numpy.ndarray of int64, shape (n,)
    population, marked : int

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        The terms of the shorter tail are summed until they no longer count; relative error about
        1e-9 at a population of a million, from the logarithm of its factorial.

    Examples
    --------
    Two white balls of three in a draw of two out of five:

    >>> upper_tail(np.array([0, 1, 2]), 5, 3, np.array([2, 2, 2])).round(3).tolist()
    [1.0, 0.9, 0.3]
    """
    x, m = observed.astype(np.float64), drawn.astype(np.float64)
    N, K = float(population), float(marked)
    low, high = np.maximum(m + K - N, 0.0), np.minimum(m, K)
    above = x > m * K / N
    # The upper tail from x upward, or the lower one from x - 1 downward.
    at = np.where(above, x, x - 1)
    possible = (at >= low) & (at <= high)
    j = np.clip(at, low, high)
    term = np.exp(_log_choose(K, j) + _log_choose(N - K, m - j) - _log_choose(N, m))
    total, live = term.copy(), np.flatnonzero(possible)
    while len(live):
        up, jl, ml = above[live], j[live], m[live]
        with np.errstate(divide="ignore", invalid="ignore"):
            rise = (K - jl) * (ml - jl) / ((jl + 1) * (N - K - ml + jl + 1))
            fall = jl * (N - K - ml + jl) / ((K - jl + 1) * (ml - jl + 1))
        term[live] *= np.where(up, rise, fall)
        j[live] += np.where(up, 1, -1)
        total[live] += term[live]
        live = live[term[live] > 1e-17 * total[live]]
    total = np.where(possible, np.minimum(total, 1.0), 0.0)
    return np.asarray(np.where(above, total, 1.0 - total))


def _log_choose(n: Floats | float, k: Floats) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
