"""Whether a sector as a whole is nearer together than a random draw from its reference.

The statistic is J, the sum of f over all ordered pairs of the sector: the mean D-score times
n (n - 1). Its mean, variance and third moment over all draws follow exactly from sums over the
reference, the same for every n, so one preparation serves all sectors of a reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nabij.decay import Decay
from nabij.inference.draws import Moments
from nabij.progress import Progress, silent
from nabij.proximity import sums
from nabij.proximity.compiled import shared
from nabij.proximity.work import default_threads, run_chunks

Floats = NDArray[np.float64]

DENSE = 500
"""Establishments of a reference up to which its triangles are all counted."""

CORNERS, SIDES = 200, 500
"""Triangles sampled: so many first corners, so many pairs at each. The sum is then known to some
5 %; an error of 20 % in it changes the skewness by 2 %."""

MANY = 20_000
"""Of which more points than this the other corners are drawn: of each first corner another random
part."""

IN_CACHE = 16_384
"""Distances made at once, of several corners to few points."""

SMALL = 50
"""Establishments of a sector below which Pearson III is too rough: such sectors are relabelled."""


@dataclass(frozen=True)
class PairSums:
    """Sums over a reference, with f centred, from which the moments of J follow.

    Attributes
    ----------
    count : int
        Establishments of the reference, N.
    total : float
        Sum of f over all ordered pairs.
    edges2, edges3 : float
        Sums of h^2 and h^3 over unordered pairs, h = f less its mean.
    paths2, paths21 : float
        Over ordered pairs of edges that share a corner: of h h', and of h^2 h'.
    triangles, stars, chains, apart, disjoint : float
        The same over three edges: that close, that meet in one corner, that form a path, of which
        two meet and one is apart, and that have nothing in common.
    """

    count: int
    total: float
    edges2: float
    edges3: float
    paths2: float
    paths21: float
    triangles: float
    stars: float
    chains: float
    apart: float
    disjoint: float

    def moments(self, drawn: int) -> Moments:
        """Return mean, variance and skewness of J for a sector of `drawn` establishments.

        References
        ----------
        Mean and variance are those of join counts (Cliff and Ord, Spatial Processes, 1981); the
        third moment continues the same enumeration of edges by what they share.
        """
        q = shares(drawn, self.count)
        mean = q[2] * self.total
        variance = 4 * (
            q[2] * self.edges2 + q[3] * self.paths2 - q[4] * (self.edges2 + self.paths2)
        )
        alike = drawn < 2 or drawn >= self.count or variance <= 1e-12 * mean * mean / self.count
        skewness = np.nan if alike else self.third_cumulant(drawn) / variance**1.5
        spread = 0.0 if alike else variance
        return Moments(np.asarray(mean), np.asarray(spread), np.asarray(skewness))

    def third_cumulant(self, drawn: int) -> float:
        """Return the third central moment of J for a sector of `drawn` establishments."""
        q = shares(drawn, self.count)
        third = 8 * (
            q[2] * self.edges3
            + q[3] * (3 * self.paths21 + self.triangles)
            + q[4] * (3 * (-self.edges3 - self.paths21) + self.stars + self.chains)
            + q[5] * self.apart
            + q[6] * self.disjoint
        )
        return float(third)


def shares(drawn: int, count: int) -> Floats:
    """Return the chances that 0 to 6 given establishments are all among `drawn` out of `count`.

    >>> shares(3, 6).round(2).tolist()
    [1.0, 0.5, 0.2, 0.05, 0.0, 0.0, 0.0]
    """
    q = np.ones(7)
    for k in range(1, 7):
        left = count - k + 1
        q[k] = q[k - 1] * max(drawn - k + 1, 0) / left if left > 0 else 0.0
    return q


def grown(seen: int, count: int) -> Floats:
    """Return by what sums over 0 to 6 of a random sample grow to those over all it is of.

    >>> grown(3, 6).round(2).tolist()
    [1.0, 2.0, 5.0, 20.0, 1.0, 1.0, 1.0]
    """
    share = shares(seen, count)
    return np.divide(1.0, share, out=np.ones(7), where=share > 0)


def pair_sums(
    points: Floats,
    towards: Floats,
    decay: Decay,
    random: np.random.Generator,
    progress: Progress = silent,
) -> PairSums:
    """Prepare the test of every sector of a reference.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
    towards : numpy.ndarray of float64, shape (3, N)
        Sums of f, f^2 and f^3 from every point to the others.
    decay : Decay
    random : numpy.random.Generator
        For the triangles, which are sampled above `DENSE` points.
    progress : callable, optional

    Returns
    -------
    PairSums

    Examples
    --------
    >>> places = np.array([[0.0, 0.0], [1000.0, 0.0], [9000.0, 0.0], [5000.0, 0.0]])
    >>> towards = sums(places, powers=(1, 2, 3)).values[:, 0] * [[1e3], [1e6], [1e9]]
    >>> made = pair_sums(places, towards, Decay(), np.random.default_rng(1))
    >>> made.moments(2).mean.round(4).tolist()
    0.6454
    """
    a = towards[0]
    made = sums(points, weights=a, **decay.arguments).values[0, 0] * decay.per_metre
    return centred(
        towards, float((a * made).sum()), triangle_sum(points, towards, decay, random, progress)
    )


def centred(
    towards: Floats, chains: float, triangles: float, population: int | None = None
) -> PairSums:
    """Return the pair sums, of f less its mean, from sums of f itself.

    Parameters
    ----------
    towards : numpy.ndarray of float64, shape (3, N)
        Sums of f, f^2 and f^3 from every establishment to the others.
    chains : float
        Sum over ordered pairs of f_ij times the sums of f from i and from j.
    triangles : float
        Sum over ordered triples of f_ij f_jk f_ki.
    population : int, optional
        How many there are, where these are a random sample of them: sums grow to those over all.
        Centred on the sample's mean they are too small by some 4 parts in as many as it has.
    """
    a, b, c = towards
    count = len(a)
    total = float(a.sum())
    mu = total / max(count * (count - 1), 1)
    usual = (count - 1) * mu
    # Centred first, so that nothing cancels below.
    ah = a - usual
    bh = b - 2 * mu * a + (count - 1) * mu**2
    ch = c - 3 * mu * b + 3 * mu**2 * a - (count - 1) * mu**3
    chains += -2 * usual * (a**2).sum() + usual**2 * total + mu * (ah**2).sum()
    triangles += (
        -3 * mu * (a**2 - b).sum()
        + 3 * mu**2 * (count - 2) * total
        - mu**3 * count * (count - 1) * (count - 2)
    )
    paths = 3 * (chains - 2 * (ah * bh).sum() + ch.sum() - triangles)
    edges2, edges3 = bh.sum() / 2, ch.sum() / 2
    paths2, paths21 = (ah**2 - bh).sum(), (bh * ah - ch).sum()
    stars = (ah**3 - 3 * ah * bh + 2 * ch).sum()
    if population is not None:
        growth = grown(count, population)
        count, total = population, total * growth[2]
        edges2, edges3 = edges2 * growth[2], edges3 * growth[2]
        paths2, paths21, triangles = paths2 * growth[3], paths21 * growth[3], triangles * growth[3]
        stars, paths = stars * growth[4], paths * growth[4]
    # All edges together sum to 0, so those that do not hang together follow from the rest.
    apart = 3 * (-2 * paths21 - triangles - stars - 2 / 3 * paths)
    disjoint = 2 * edges3 - triangles - stars - paths - apart
    parts = (edges2, edges3, paths2, paths21, triangles, stars, paths, apart, disjoint)
    return PairSums(count, total, *(float(part) for part in parts))


def triangle_sum(
    points: Floats,
    towards: Floats,
    decay: Decay,
    random: np.random.Generator,
    progress: Progress = silent,
    *,
    sampled: tuple[int, int] = (CORNERS, SIDES),
    dense: int = DENSE,
    threads: int | None = None,
) -> float:
    """Return the sum over ordered triples of f_ij f_jk f_ki: exact for few points, else sampled.

    A first corner is drawn with a chance of the square of its sum of f, both others with a chance
    of their f to it; then the sum is the mean f between these two, times the sum of squares.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
    towards : numpy.ndarray of float64, shape (2 or more, N)
        Sums of f and f^2 from every point to the others.
    decay : Decay
    random : numpy.random.Generator
    progress : callable, optional
    sampled : tuple of int
        How many first corners, and how many pairs of others at each.
    dense : int
        Points up to which all triples are summed.
    threads : int, optional
        By default all cores.
    """
    count = len(points)
    if count <= dense:
        near = nearness(points[:, None] - points[None], decay)
        np.fill_diagonal(near, 0.0)
        return float(np.einsum("ij,jk,ki->", near, near, near, optimize=True))
    squares = np.cumsum(towards[0] ** 2)
    if not squares[-1] > 0:
        return 0.0
    corners, sides = sampled
    # One draw in each of equal parts, which varies less than draws all over.
    at = (np.arange(corners) + random.random(corners)) / corners
    corner = np.searchsorted(squares, at * squares[-1]).clip(max=count - 1)
    seeds = random.integers(0, 2**63, corners)
    found = np.empty(corners)
    step = -(-count // MANY)
    together = max(1, min(corners, IN_CACHE // count))

    def job(chunk: int) -> None:
        which = slice(chunk * together, (chunk + 1) * together)
        first = corner[which]
        # Of many points every so manieth, from anywhere; one corner at a time then.
        start = int(seeds[which][0] % step)
        others = np.ascontiguousarray(points[start::step])
        own = np.where((first - start) % step == 0, (first - start) // step, -1)
        running = _running_nearness(others, points[first], own, decay)
        draws = np.stack([np.random.default_rng(seed).random((2, sides)) for seed in seeds[which]])
        draws *= running[:, -1:, None]
        apart = np.empty((len(running), sides, 2))
        alike = np.empty(apart.shape[:2], np.bool_)
        shared(draw_sides, DRAW_SIDES)(running, draws, others, apart, alike)
        near = np.where(alike, 0.0, nearness(apart, decay))
        if step == 1:
            found[which] = near.mean(axis=1)
        else:
            # Both sides are the same one more often among fewer; how often among all is known.
            unlike = np.maximum((~alike).sum(axis=1), 1)
            same = towards[1, first] / towards[0, first] ** 2
            found[which] = near.sum(axis=1) / unlike * (1 - same)

    threads = threads or default_threads()
    run_chunks(job, range(-(-corners // together)), threads, progress, "Testing the sector")
    return float(squares[-1] * found.mean())


def draw_sides(running: Floats, draws: Floats, points: Floats, apart: Floats, alike: Any) -> None:
    """Fill in the difference of the two points that each pair of draws chooses; compiled.

    A draw chooses the first point whose running sum is as large.
    """
    last = points.shape[0] - 1
    for row in range(running.shape[0]):
        for side in range(apart.shape[1]):
            first = other = 0
            for end in range(2):
                # Halving without a branch: which way it goes can't be foretold.
                at, left = 0, running.shape[1]
                while left > 1:
                    half = left // 2
                    at += half * (running[row, at + half - 1] < draws[row, end, side])
                    left -= half
                at = min(at + (running[row, at] < draws[row, end, side]), last)
                first, other = at, first
            alike[row, side] = first == other
            for axis in range(2):
                apart[row, side, axis] = points[other, axis] - points[first, axis]


DRAW_SIDES = (
    "void(float64[:, ::1], float64[:, :, ::1], float64[:, ::1], float64[:, :, ::1],"
    " boolean[:, ::1])"
)


def _running_nearness(
    points: Floats, corners: Floats, own: NDArray[np.int64], decay: Decay
) -> Floats:
    """Return the running sum of f from each corner to all points but itself.

    Which of the points a corner is `own` tells, -1 for none of them.
    """
    east, north = (points[:, axis] - corners[:, axis, None] for axis in (0, 1))
    found = of_squared(east**2 + north**2, decay)
    there = np.flatnonzero(own >= 0)
    found[there, own[there]] = 0.0
    return np.cumsum(found, axis=1, out=found)


def nearness(apart: Floats, decay: Decay) -> Floats:
    """Return f over these differences of coordinates, shape (..., 2), in the decay's units.

    >>> nearness(np.array([3000.0, 4000.0]), Decay()).tolist()
    0.2
    """
    return of_squared(apart[..., 0] ** 2 + apart[..., 1] ** 2, decay)


def of_squared(squared: Floats, decay: Decay) -> Floats:
    """Return f over these squared distances, in the decay's units."""
    f = decay.function.decay(squared, np.float64(decay.length))
    return np.asarray(f * decay.per_metre)
