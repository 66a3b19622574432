"""Whether a sector as a whole is nearer together than a random draw from its reference.

The statistic is the sum of f over all ordered pairs of the sector, J: its mean D times n (n - 1).
The mean, variance and third cumulant of J over all draws are exact, from sums over the reference
that are made once for all sectors. They are the moments of a join count under non-free sampling
(Cliff and Ord), here for any distance decay and up to the third.

References
----------
Cliff and Ord, Spatial Autocorrelation (1973), chapter 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nabij.decay import Decay
from nabij.inference.draws import Moments
from nabij.progress import Progress, silent
from nabij.proximity import sums
from nabij.proximity.work import default_threads, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEWEST = 50
"""Establishments of a sector from which on Pearson III keeps its size: simulated to reject 4.3,
4.5 and 4.8 % at 5 % with 50, 100 and 300. Below, draws take less time than it is worth."""

RELABELLINGS = 9_999
"""Draws for a sector smaller than that; all sizes share them."""

EXACT_TRIANGLES = 500
"""Up to so many establishments triangles are counted; above, they are sampled from this many
corners, with this many pairs each. Its standard error is 3 to 5 % there, and 20 % in the triangles
changes the skewness by 2 %."""

AT_ONCE = 256
"""Draws treated together: their distances are some megabytes."""

BLOCK = 1 << 15
"""Places treated together, so that they stay in the cache."""

NO_SPREAD = 1e-9
"""Share of the squares below which a spread is rounding: all pairs are alike."""


@dataclass(frozen=True)
class PairMoments:
    """Sums over a population's pairs, triples and quadruples; enough for any draw from it.

    They are of the kernel less its mean (h = f - mean), so that nothing cancels; each is over
    ordered tuples of different establishments, divided by the number of their symmetries.

    Attributes
    ----------
    count : int
        N, how many establishments there are.
    mean : float
        Of f over all ordered pairs.
    squares, cubes : float
        Half the sums over ordered pairs of h^2 and of h^3.
    elbows : float
        Sum over ordered triples of h_ij h_ik.
    tailed : float
        The same of h_ij^2 h_ik.
    triangles : float
        The same of h_ij h_jk h_ki.
    stars : float
        Sum over ordered quadruples of h_ij h_ik h_il.
    paths : float
        Three times the same of h_ij h_jk h_kl.
    """

    count: int
    mean: float
    squares: float
    cubes: float
    elbows: float
    tailed: float
    triangles: float
    stars: float
    paths: float

    def of_draw(self, drawn: int) -> Moments:
        """Return the moments of J of a random draw of this many, without replacement."""
        n = drawn
        q2, q3, q4 = (share_of_tuples(n, self.count, k) for k in (2, 3, 4))
        mean = n * (n - 1) * self.mean
        variance = 4 * (q2 * self.squares + q3 * self.elbows - q4 * (self.squares + self.elbows))
        alike = n >= self.count or self.squares <= 0 or variance <= 0
        if alike:
            return Moments(np.float64(mean), np.float64(0.0), np.float64(np.nan))
        skewness = self.third_cumulant(n) / variance**1.5
        return Moments(np.float64(mean), np.float64(variance), np.float64(skewness))

    def third_cumulant(self, drawn: int) -> float:
        """Return the third central moment of J of a draw of this many."""
        q2, q3, q4, q5, q6 = (share_of_tuples(drawn, self.count, k) for k in (2, 3, 4, 5, 6))
        # All pairs together sum to 0: what five and six different ones give follows from the rest.
        of_five = 3 * (-2 * self.tailed - self.triangles - self.stars - 2 / 3 * self.paths)
        of_six = 2 * self.cubes - self.triangles - self.stars - self.paths - of_five
        return 8 * (
            q2 * self.cubes
            + q3 * (3 * self.tailed + self.triangles)
            + q4 * (-3 * (self.cubes + self.tailed) + self.stars + self.paths)
            + q5 * of_five
            + q6 * of_six
        )


def share_of_tuples(drawn: int, count: int, size: int) -> float:
    """Return the chance that `size` given ones are all among `drawn` out of `count`.

    >>> share_of_tuples(3, 6, 2), share_of_tuples(3, 6, 4)
    (0.2, 0.0)
    """
    if drawn < size:
        return 0.0
    return float(np.prod([(drawn - at) / (count - at) for at in range(size)]))


def pair_moments(
    points: Floats,
    towards: Floats,
    decay: Decay | None = None,
    *,
    random: np.random.Generator,
    progress: Progress = silent,
) -> PairMoments:
    """Make the sums over a reference that give the moments of a sector's sum of f.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        The reference, metres.
    towards : numpy.ndarray of float64, shape (3, N)
        Sums of f, f^2 and f^3 from every point to the others, in the decay's units.
    decay : Decay, optional
        By default the inverse distance with a floor of 100 m, per km.
    random : numpy.random.Generator
        For the triangles, where there are more than `EXACT_TRIANGLES` points.
    progress : callable, optional

    Returns
    -------
    PairMoments

    Notes
    -----
    One sum of f over the reference, and `EXACT_TRIANGLES` rows of it.

    Examples
    --------
    Two of four on a line, 1 km apart: the six pairs are 1, 1, 1, 1/2, 1/2 and 1/3 near.

    >>> places = 1000.0 * np.array([[0, 0], [1, 0], [2, 0], [3, 0]])
    >>> towards = sums(places, powers=(1, 2, 3)).values[:, 0] * [[1e3], [1e6], [1e9]]
    >>> found = pair_moments(places, towards, random=np.random.default_rng(1)).of_draw(2)
    >>> float(found.mean.round(4)), float(found.variance.round(4))
    (1.4444, 0.3025)
    """
    decay = decay or Decay()
    a = towards[0]
    if len(points) <= EXACT_TRIANGLES:
        near = nearness(points, points, decay)
        np.fill_diagonal(near, 0.0)
        return from_matrix(near)
    made = sums(points, weights=a, progress=progress, **decay.arguments)
    paths = float(a @ (made.values[0, 0] * decay.per_metre))
    triangles = _sampled_triangles(points, a, decay, random, progress)
    return _moments(towards, paths, triangles)


def from_matrix(near: Floats) -> PairMoments:
    """Return the same from all pairs, shape (N, N), symmetric and 0 on the diagonal.

    >>> found = from_matrix(np.ones((5, 5)) - np.eye(5))
    >>> found.mean, found.of_draw(3).variance.tolist()
    (1.0, 0.0)
    """
    squared = near * near
    towards = np.stack((near.sum(axis=0), squared.sum(axis=0), (squared * near).sum(axis=0)))
    a = towards[0]
    return _moments(towards, float(a @ near @ a), float(((near @ near) * near).sum()))


def _moments(towards: Floats, paths: float, triangles: float) -> PairMoments:
    """Centre the sums; `paths` and `triangles` are of f over all chains a f a, and triples."""
    a, b, c = towards
    count = len(a)
    others = count - 1
    total = a.sum()
    mean = total / max(count * others, 1)
    typical = others * mean
    if b.sum() - mean * total <= NO_SPREAD * b.sum():
        return PairMoments(count, float(mean), *[0.0] * 7)
    high = a - typical
    squares = b - 2 * mean * a + others * mean**2
    cubes = c - 3 * mean * b + 3 * mean**2 * a - others * mean**3
    chains = paths - 2 * typical * (a @ a) + typical**2 * total + mean * (high @ high)
    corners = (
        triangles
        - 3 * mean * (a @ a - b.sum())
        + 3 * mean**2 * (count - 2) * total
        - mean**3 * count * others * (count - 2)
    )
    return PairMoments(
        count=count,
        mean=float(mean),
        squares=float(squares.sum() / 2),
        cubes=float(cubes.sum() / 2),
        elbows=float(high @ high - squares.sum()),
        tailed=float(squares @ high - cubes.sum()),
        triangles=float(corners),
        stars=float((high**3).sum() - 3 * (high @ squares) + 2 * cubes.sum()),
        paths=float(3 * (chains - 2 * (high @ squares) + cubes.sum() - corners)),
    )


def nearness(one: Floats, other: Floats, decay: Decay) -> Floats:
    """Return f between places, in the decay's units; the axes before the last are broadcast.

    >>> nearness(np.zeros((1, 2)), np.array([[3000.0, 4000.0]]), Decay()).tolist()
    [[0.2]]
    """
    dx = one[..., :, None, 0] - other[..., None, :, 0]
    dy = one[..., :, None, 1] - other[..., None, :, 1]
    squared = dx * dx + dy * dy
    return np.asarray(decay.function.decay(squared, decay.length) * decay.per_metre)


def _sampled_triangles(
    points: Floats, a: Floats, decay: Decay, random: np.random.Generator, progress: Progress
) -> float:
    """Estimate the sum over ordered triples of f_ij f_jk f_ki.

    Corners are drawn with chance a_i^2, then two others each with chance f_ij / a_i.
    """
    weight = np.cumsum(a * a)
    if not weight[-1] > 0:
        return 0.0
    steps = (np.arange(EXACT_TRIANGLES) + random.random()) / EXACT_TRIANGLES
    corners = np.minimum(np.searchsorted(weight, steps * weight[-1]), len(a) - 1)
    chances = random.random((EXACT_TRIANGLES, 2, EXACT_TRIANGLES))
    x, y = np.ascontiguousarray(points.T)
    closed = np.zeros(EXACT_TRIANGLES)

    def job(at: int) -> None:
        corner = corners[at]
        row = np.empty(len(a))
        for begin in range(0, len(a), BLOCK):
            part = slice(begin, begin + BLOCK)
            dx, dy = x[part] - x[corner], y[part] - y[corner]
            row[part] = decay.function.decay(dx * dx + dy * dy, decay.length)
        row[corner] = 0.0
        np.cumsum(row, out=row)
        j, k = np.minimum(np.searchsorted(row, chances[at] * row[-1], side="right"), len(a) - 1)
        apart = ((points[j] - points[k]) ** 2).sum(axis=1)
        near = decay.function.decay(apart, decay.length) * decay.per_metre
        closed[at] = np.where(j == k, 0.0, near).mean()

    run_chunks(job, range(EXACT_TRIANGLES), default_threads(), progress, "Testing the sector")
    return float(weight[-1] * closed.mean())


def small_draws(
    points: Floats,
    decay: Decay,
    *,
    random: np.random.Generator,
    simulations: int = RELABELLINGS,
    progress: Progress = silent,
) -> Floats:
    """Draw J for every sector of fewer than `FEWEST` at once.

    Each draw is a random order of some of the reference; its first n are a draw of n.

    Parameters
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
    decay : Decay
    random : numpy.random.Generator
    simulations : int
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (min(N, FEWEST - 1) + 1, simulations)
        Row n is J of n establishments.
    """
    size = min(len(points), FEWEST - 1)
    found = np.zeros((size + 1, simulations))
    below = np.tri(size, k=-1)
    for begin in range(0, simulations, AT_ONCE):
        progress("Relabelling", begin / simulations)
        draws = range(begin, min(begin + AT_ONCE, simulations))
        drawn = np.stack([random.choice(len(points), size, replace=False) for _ in draws])
        at = points[drawn]
        added = np.einsum("bij,ij->ib", nearness(at, at, decay), below)
        found[1:, begin : draws.stop] = 2 * np.cumsum(added, axis=0)
    return found


def relabelled(
    statistic: Callable[[Integers], float],
    count: int,
    drawn: int,
    *,
    simulations: int,
    random: np.random.Generator,
    progress: Progress = silent,
) -> Floats:
    """Return a statistic of random draws from a reference, shape (simulations,).

    Parameters
    ----------
    statistic : callable
        Of which establishments are drawn.
    count, drawn : int
        How many there are, and how many of them are drawn without replacement.
    simulations : int
    random : numpy.random.Generator
    progress : callable, optional
    """
    found = np.empty(simulations)
    for at in range(simulations):
        progress("Relabelling", at / simulations)
        found[at] = statistic(random.choice(count, drawn, replace=False))
    return found


def pair_sum(points: Floats, decay: Decay) -> float:
    """Return J: the sum of f over all ordered pairs of some establishments."""
    made = sums(points, **decay.arguments)
    return float(made.values[0, 0].sum() * decay.per_metre)
