"""The third cumulant of a region's sum of nearness, over all draws that have its number inside.

Exact from all pairs of a small region; of a large one from a sample of it and of what is outside,
with what can be had from sums over all pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nabij.decay import Decay
from nabij.inference.sector import PairSums, centred, grown, shares
from nabij.proximity import sums
from nabij.proximity.compiled import shared

Floats = NDArray[np.float64]

GRAM = "void(float64[:, ::1], float64[:, ::1])"


def tilted_pairs(
    places: Floats, tilt: Floats, triangles: float, decay: Decay, population: int | None = None
) -> PairSums:
    """Return the sums over pairs, as `pair_sums` does, of f_ij + t_i + t_j in place of f_ij.

    Parameters
    ----------
    places : numpy.ndarray of float64, shape (N, 2)
    tilt : numpy.ndarray of float64, shape (N,)
        What each adds to all its pairs, t; not negative.
    triangles : float
        The sum over ordered triples of f_ij f_jk f_ki; see `triangle_sum`.
    decay : Decay
    population : int, optional
        How many there are, where these are a random sample of them.
    """
    t, count = tilt, len(tilt)
    one = decay.per_metre
    made = sums(
        places, weights=np.stack((np.ones(count), t, t * t)), powers=(1, 2, 3), threads=1,
        **decay.arguments,
    ).values * np.array([one, one**2, one**3])[:, None, None]  # fmt: skip
    (u, ft, ftt), (b, fft, _), (c, _, _) = made
    fu = sums(places, weights=u, threads=1, **decay.arguments).values[0, 0] * one
    first, second, third = t.sum(), t @ t, (t**3).sum()
    # Sums over the others of (t_i + t_j), its square and its cube.
    by_tilt = (count - 2) * t + first
    squared = (count - 4) * t**2 + 2 * t * first + second
    cubed = (count - 8) * t**3 + 3 * t**2 * first + 3 * t * second + third
    a = u + by_tilt
    towards = np.stack(
        (
            a,
            b + 2 * (t * u + ft) + squared,
            c + 3 * (t * b + fft) + 3 * (t**2 * u + 2 * t * ft + ftt) + cubed,
        )
    )
    chains = a @ (fu + (count - 2) * ft + first * u) + 2 * (t * a) @ (a.sum() - a)
    # Triangles with three sides of f, with two, with one and with none.
    triangles += 6 * (t @ (fu - b))
    triangles += 3 * (
        2 * first * (t @ u) + second * u.sum() - 4 * (t**2 @ u) + (count - 4) * (t @ ft)
    )
    triangles += 6 * (count - 2) * (second * first - third)
    triangles += 2 * (first**3 - 3 * first * second + 2 * third)
    return centred(towards, float(chains), float(triangles), population)


def third_cumulant(
    near: Floats,
    across: Floats,
    outer: Floats,
    inside: int,
    outside: int,
    drawn_inside: int,
    drawn_outside: int,
    inner: float | None = None,
) -> float:
    """Return the third central moment of A.

    By the law of total cumulance: given who is drawn inside, A is Y, the mean over the draws
    outside, and a sum over a draw from what is outside. Y is a sum over pairs as a whole sector's
    is, of f_ij + (o_i + o_j) s1 / (2 (n_r - 1)).

    Parameters
    ----------
    near : numpy.ndarray of float64, shape (k, k)
        f between establishments of the region, all or a random sample; 0 on the diagonal.
    across : numpy.ndarray of float64, shape (k, l)
        From each of them to what is outside, all or a random sample.
    outer : numpy.ndarray of float64, shape (k,)
        From each of them to everything outside, o.
    inside, outside : int
        How many there are, N_r and N - N_r.
    drawn_inside, drawn_outside : int
        How many of them are the sector's.
    inner : float, optional
        The third central moment of Y, where `near` is a sample.

    Returns
    -------
    float
        Exact where neither is a sample.
    """
    seen, sampled = across.shape
    n, s1 = drawn_inside, drawn_outside / max(outside, 1)
    q = shares(n, inside)
    # From sums over tuples of the sample to sums over those of the region.
    growth = grown(seen, inside)
    mean = outer.mean()
    if n > 1:
        pairs = near + s1 * (outer[:, None] + outer[None]) / (2 * (n - 1))
        np.fill_diagonal(pairs, 0.0)
    if inner is None:
        inner = third_moment(s1 * outer) if n == 1 else _all_pairs(pairs).third_cumulant(n)
    if not sampled or outside < 2:
        return float(inner)
    w = outside / sampled
    N, m = outside, drawn_outside
    spread = m * (N - m) / (N * (N - 1))
    lean = m * (N - m) * (N - 2 * m) / (N * (N - 1) * (N - 2)) if N > 2 else 0.0
    apart = across - outer[:, None] / outside
    squared = apart * apart
    own = w * squared.sum(axis=1)
    # Covariance of Y with the variance that the draw outside gives.
    if n == 1:
        covariance = spread * float((s1 * (outer - mean) * (own - own.mean())).mean())
    else:
        of_pairs = w * _gram(apart) + (own[:, None] + own[None]) / (2 * (n - 1))
        np.fill_diagonal(of_pairs, 0.0)
        covariance = spread * _covariance(pairs, of_pairs, q, growth)
    # Mean of the third cumulant that the draw outside gives.
    first, second = apart.sum(axis=0), squared.sum(axis=0)
    third = np.einsum("ij,ij->j", squared, apart)
    r = shares(n, inside) * growth
    cubes = r[1] * third + 3 * r[2] * (first * second - third)
    cubes += r[3] * (first**3 - 3 * first * second + 2 * third)
    return float(inner + 3 * covariance + lean * w * cubes.sum())


def third_moment(values: Floats) -> float:
    """Return the third central moment of one value drawn at random."""
    return float(((values - values.mean()) ** 3).mean())


def _all_pairs(pairs: Floats) -> PairSums:
    """Return the sums over all pairs from the pairs themselves, symmetric, 0 on the diagonal."""
    squared = pairs * pairs
    towards = np.stack((pairs.sum(axis=0), squared.sum(axis=0), (squared * pairs).sum(axis=0)))
    twice = _gram(pairs)
    chains = float((towards[0] * twice.sum(axis=0)).sum())
    return centred(towards, chains, float((twice * pairs).sum()))


def gram(rows: Floats, found: Floats) -> None:
    """Fill in the products of all rows with all: ``rows @ rows.T``; compiled.

    Thousands of them are made, several at a time. The threads of BLAS wait for each other then:
    on busy cores that took ten times as long.
    """
    for i in range(rows.shape[0]):
        for j in range(i + 1):
            total = 0.0
            for k in range(rows.shape[1]):
                total += rows[i, k] * rows[j, k]
            found[i, j] = found[j, i] = total


def _gram(rows: Floats) -> Floats:
    found = np.empty((len(rows), len(rows)))
    shared(gram, GRAM)(rows, found)
    return found


def _covariance(one: Floats, other: Floats, q: Floats, growth: Floats) -> float:
    """Return the covariance of two sums over the same draw's ordered pairs."""
    count = len(one)
    high = one - one.sum() / max(count * (count - 1), 1)
    np.fill_diagonal(high, 0.0)
    less = other - other.sum() / max(count * (count - 1), 1)
    np.fill_diagonal(less, 0.0)
    same = float((high * less).sum())
    corner = float(high.sum(axis=0) @ less.sum(axis=0)) - same
    same, corner = same * growth[2], corner * growth[3]
    return float(2 * same * q[2] + 4 * corner * q[3] - (2 * same + 4 * corner) * q[4])
