"""The chance that a random draw is as near to an establishment as its sector is.

A draw takes as many others as the sector has, at random from the reference. Getis and Ord's G is
the ancestor: one location's sum under random labelling. Its normal distribution is right only
where many neighbours count alike; here the distribution is that of the distance decay itself, for
every establishment of a register, without a weights matrix.

References
----------
Getis and Ord, The analysis of spatial association by use of distance statistics, Geographical
Analysis 24 (1992).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import hypergeom

from nabij.decay import Decay
from nabij.inference.compound import compound_tail
from nabij.inference.draws import Moments, draw_moments
from nabij.progress import Progress, silent
from nabij.proximity import sums
from nabij.proximity.rings import surroundings
from nabij.proximity.work import default_threads, run_chunks

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SYMMETRICAL = 0.3
"""Skewness up to which Pearson III alone keeps its size: simulated to hold up to 0.5."""

LEAST_CHANCE = 1e-9
"""A smaller chance is not known to be right, and is given as this."""

AT_ONCE = 2048
"""Places treated together: their rings are some megabytes."""


def chance_of_nearer(
    observed: Floats,
    members: Integers,
    points: Floats,
    towards: Floats,
    *,
    drawn: int | None = None,
    decay: Decay | None = None,
    threads: int | None = None,
    progress: Progress = silent,
) -> Floats:
    """Return for every member the chance of a sum of f as large, each neighbour counting as one.

    Where the sum over a draw is nearly symmetrical, its distribution is Pearson III with three
    exact moments; elsewhere the near part is convolved, see `nabij.inference.compound`. A kernel
    that is 1 or 0 has an exact one: hypergeometric.

    Simulated to keep its size for the inverse and the shifted kernel, at every kind of place. With
    the exponential and the Gaussian one it is rough, up to twice too often, for an establishment
    that is tens of lengths away from all others: there hardly anything is near whatever is drawn.

    Parameters
    ----------
    observed : numpy.ndarray of float64, shape (n,)
        Sum of f from each member to the other members.
    members : numpy.ndarray of int64, shape (n,)
        Which points they are.
    points : numpy.ndarray of float64, shape (N, 2)
        The reference, metres.
    towards : numpy.ndarray of float64, shape (3, N)
        Sums of f, f^2 and f^3 from every point to the others.
    drawn : int, optional
        How many others a draw takes; by default as many as the members have.
    decay : Decay, optional
        Of `observed` and `towards`; by default the inverse distance with a floor of 100 m, per km.
    threads : int, optional
        By default all cores; the values are the same for any number.
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        At least `LEAST_CHANCE`; not a number where every draw is alike (a sector that is its whole
        reference) or fewer than three others can be drawn from.

    Examples
    --------
    Three of 900 on a lattice of a kilometre, two of them side by side. Some four in 900 are as
    near as that, and two are drawn:

    >>> places = 1000.0 * np.argwhere(np.ones((30, 30)))
    >>> towards = sums(places, powers=(1, 2, 3)).values[:, 0] * [[1e3], [1e6], [1e9]]
    >>> members = np.array([435, 436, 899])
    >>> near = sums(places[members]).values[0, 0] * 1e3
    >>> chance_of_nearer(near, members, places, towards).round(3).tolist()
    [0.009, 0.009, 0.452]
    """
    decay = decay or Decay()
    others = len(points) - 1
    drawn = len(members) - 1 if drawn is None else drawn
    if not decay.function.smooth:
        counted = hypergeom.sf(np.round(observed) - 1, others, np.round(towards[0, members]), drawn)
        return _bounded(np.where((drawn > 0) & (drawn < others), counted, np.nan))
    first, second, third = towards[:, members]
    moments = draw_moments(first, second, third, others, drawn)
    chance = moments.upper_tail(observed)
    skewed = np.flatnonzero(moments.skewness > SYMMETRICAL)
    if len(skewed):
        around = surroundings(points, kernel=decay.kernel, length=decay.length, threads=threads)
        # Those at one place have the same others around them, and mostly the same sum.
        both = np.stack((around.place[members[skewed]], observed[skewed]), axis=1)
        _, first, which = np.unique(both, axis=0, return_index=True, return_inverse=True)
        one = skewed[first]
        place = around.place[members[one]]
        found = np.empty(len(one))

        def job(chunk: int) -> None:
            part = slice(chunk * AT_ONCE, (chunk + 1) * AT_ONCE)
            at = one[part]
            of_part = Moments(moments.mean[at], moments.variance[at], moments.skewness[at])
            rings = around.around(place[part])
            rings[:, 1] *= decay.per_metre
            rings[:, 2] *= decay.per_metre**2
            found[part] = compound_tail(
                observed[at], rings, towards[:, members[at]], of_part, others, drawn
            )

        chunks = range(-(-len(one) // AT_ONCE))
        run_chunks(
            job, chunks, threads or default_threads(), progress, "Testing every establishment"
        )
        chance[skewed] = found[which]
    return _bounded(chance)


def chance_of_nearer_weighted(
    observed: Floats,
    members: Integers,
    points: Floats,
    weight: Floats,
    decay: Decay,
    *,
    progress: Progress = silent,
) -> tuple[Floats, Floats]:
    """Return the chance of a score as large where neighbours weigh, and the skewness behind it.

    A weighted mean is at least x where the sum of w (f - x) over the draw is at least 0; that sum
    has three exact moments, and Pearson III. Weights like jobs are so skewed that this keeps its
    size only where the skewness is at most `SYMMETRICAL`, either way.

    Parameters
    ----------
    observed : numpy.ndarray of float64, shape (n,)
        Scores: weighted means, or weighted sums if the decay's normalisation is so.
    members : numpy.ndarray of int64, shape (n,)
    points : numpy.ndarray of float64, shape (N, 2)
    weight : numpy.ndarray of float64, shape (N,)
    decay : Decay
    progress : callable, optional

    Returns
    -------
    chance, skewness : numpy.ndarray of float64, shape (n,)
    """
    powers = weight ** np.arange(1, 4)[:, None]
    made = sums(
        points[members], points, own=members, weights=powers, powers=(1, 2, 3),
        progress=progress, **decay.arguments,
    )  # fmt: skip
    # near[a][b]: sum over the others of w^a f^b.
    near = {a: {b: made.values[b - 1, a - 1] * decay.per_metre**b for b in (1, 2, 3)}
            for a in (1, 2, 3)}  # fmt: skip
    for a in near:
        near[a][0] = powers[a - 1].sum() - powers[a - 1, members]
    x = observed if decay.normalisation == "mean" else np.zeros(len(members))
    moments = draw_moments(
        near[1][1] - x * near[1][0],
        near[2][2] - 2 * x * near[2][1] + x**2 * near[2][0],
        near[3][3] - 3 * x * near[3][2] + 3 * x**2 * near[3][1] - x**3 * near[3][0],
        len(points) - 1,
        len(members) - 1,
    )
    at_least = 0.0 if decay.normalisation == "mean" else observed
    return _bounded(moments.upper_tail(at_least)), moments.skewness


def _bounded(chance: Floats) -> Floats:
    return np.where(np.isnan(chance), np.nan, np.maximum(chance, LEAST_CHANCE))
