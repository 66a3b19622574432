"""The chance that a random draw is as near to one establishment as its sector is.

The sum of f over a draw has two parts. Far off there are many establishments and none of them
counts much: there Pearson III with three exact moments is right. Near by a few draws can make the
whole sum: how many there are, and how much each adds, is convolved exactly (a compound binomial,
by Panjer's recursion).

References
----------
Panjer, Recursive evaluation of a family of compound distributions, ASTIN Bulletin 12 (1981).
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from nabij.inference.draws import Moments, pearson3
from nabij.proximity.compiled import shared

Floats = NDArray[np.float64]

SMOOTH, NEARLY_SMOOTH = 0.15, 0.5
"""Skewness of the far part at which the near part ends; the second, if the next jump is small."""

SMALL_JUMP = 0.5
"""In standard deviations of the far part."""

MANY_NEAR, MOST_NEAR = 200.0, 600.0
"""Expected near draws at which no ring is added, and that no ring may exceed: the chance of none,
exp(-600), is still a number."""

LEAST_SKEWED, MOST_SKEWED = -1.0, 2.0
"""Skewness of the far part is held to these: what is left of rounding can be anything."""

CELLS_A_DEVIATION, FEWEST_CELLS, MOST_CELLS = 6, 192, 4096
"""The lattice of the near part."""

ABOVE = 6.0
"""Standard deviations of the far part below which a sum surely exceeds."""

FARTHEST, FARTHEST_SKEWED = 10.0, 46.0
"""Standard deviations that the far part exceeds with a chance of less than 1e-13, nearly
symmetrical and most skewed."""

WINDOW = 1 + int(CELLS_A_DEVIATION * (ABOVE + FARTHEST_SKEWED))
"""Cells in which the far part decides."""


def compound_tail(
    observed: Floats, rings: Floats, sums: Floats, moments: Moments, others: int, drawn: int
) -> Floats:
    """Return the chance of at least `observed`: near part exact, far part Pearson III.

    Parameters
    ----------
    observed : numpy.ndarray of float64, shape (k,)
    rings : numpy.ndarray of float64, shape (k, 3, rings)
        Counts, sums of f and of f^2 over the others by ring, the nearest first.
    sums : numpy.ndarray of float64, shape (3, k)
        Sums of f, f^2 and f^3 over all others.
    moments : Moments
        Of the sum over a draw.
    others, drawn : int
        How many others there are, and how many a draw takes.

    Returns
    -------
    numpy.ndarray of float64, shape (k,)
    """
    parts = np.empty((len(observed), 4))
    near = np.empty((len(observed), WINDOW))
    split = shared(split_and_convolve, SPLIT_AND_CONVOLVE)
    split(
        observed, rings, np.ascontiguousarray(sums), moments.variance, others, drawn,
        np.empty((2, MOST_CELLS + 1)), np.empty(MOST_CELLS + 1, np.int64), parts, near,
    )  # fmt: skip
    cell, deviation, skewness, beyond = parts.T
    # The last of the window's cells is the one from which the far part surely exceeds.
    z = (np.arange(WINDOW - 1, -1, -1) * cell[:, None]) / deviation[:, None] - ABOVE
    farthest = np.where(skewness > NEARLY_SMOOTH, FARTHEST_SKEWED, FARTHEST)
    row, at = np.nonzero((z <= farthest[:, None]) & (near != 0))
    tails = near[row, at] * pearson3(z[row, at], skewness[row])
    found = beyond + np.bincount(row, weights=tails, minlength=len(observed))
    alone = np.isnan(cell)
    found[alone] = lognormal_tail(
        (observed[alone] - moments.mean[alone]) / np.sqrt(moments.variance[alone]),
        moments.skewness[alone],
    )
    return np.clip(found, 0.0, 1.0)


def lognormal_tail(z: Floats, skewness: Floats) -> Floats:
    """Return the upper tail of the shifted lognormal with mean 0, variance 1 and this skewness.

    >>> lognormal_tail(np.array([1.645, -3.0]), np.array([1.0, 1.0])).round(3).tolist()
    [0.065, 1.0]
    """
    # Skewness is t (t^2 + 3), where t is the coefficient of variation before the shift.
    t = 2 * np.sinh(np.arcsinh(skewness / 2) / 3)
    sigma = np.sqrt(np.log1p(t * t))
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = ndtr(-(np.log(1 + t * z) / sigma + sigma / 2))
    return np.where(1 + t * z <= 0, 1.0, tail)


SPLIT_AND_CONVOLVE = (
    "void(float64[::1], float64[:, :, ::1], float64[:, ::1], float64[::1], int64, int64,"
    " float64[:, ::1], int64[::1], float64[:, ::1], float64[:, ::1])"
)


def split_and_convolve(observed, rings, sums, variance, others, drawn, lattice, jumps, parts, near):
    """Split what is around each place, and convolve the near draws on a lattice.

    Fills, for place t, ``parts[t]`` (cell of the lattice, standard deviation and skewness of the
    far part, chance that the near draws alone exceed) and ``near[t]``: the chance that the near
    draws add up to each of the last cells. The cell is not a number where nothing near was split
    off.
    """
    jump, chance = lattice[0], lattice[1]
    M, m = float(others), float(drawn)
    p = m / M
    for t in range(observed.shape[0]):
        a, b, c = sums[0, t], sums[1, t], sums[2, t]
        mu = a / M
        # Population sums of squares and cubes, so scaled that the draw's variance is
        # p (1 - p) times the first and its third cumulant p (1 - p) (1 - 2 p) times the second.
        squares = (b - M * mu * mu) * M / (M - 1)
        cubes = (c / M - 3 * mu * b / M + 2 * mu * mu * mu) * M * M * M / ((M - 1) * (M - 2))
        near_count = n1 = n2 = n3 = 0.0
        far_mean, far_squares = mu, squares
        far_skewness = (1 - 2 * p) * cubes / (np.sqrt(p * (1 - p)) * squares * np.sqrt(squares))
        taken = 0
        for k in range(rings.shape[2]):
            h = rings[t, 0, k]
            if h <= 0:
                continue
            mean = rings[t, 1, k] / h
            y = mean - mu
            spread = np.sqrt(p * (1 - p) * far_squares)
            if far_skewness <= SMOOTH or (
                far_skewness <= NEARLY_SMOOTH and mean - far_mean < SMALL_JUMP * spread
            ):
                break
            if (
                y <= 0
                or near_count * p >= MANY_NEAR
                or (near_count + h) * p > MOST_NEAR
                or (near_count + h) / M + p > 0.5
            ):
                break
            inside = max(rings[t, 2, k] / h - mean * mean, 0.0)
            n1 += h * y
            n2 += h * (y * y + inside)
            n3 += h * (y * y * y + 3 * y * inside)
            near_count += h
            taken = k + 1
            left = M - near_count
            d = -n1 / left
            far_mean = mu + d
            far_squares = squares - n2 - left * d * d
            if far_squares <= 0:
                far_squares = 1e-12 * squares
            far_cubes = cubes - n3 - 3 * d * (squares - n2) + 2 * left * d * d * d
            far_skewness = (
                (1 - 2 * p)
                * far_cubes
                / (np.sqrt(p * (1 - p)) * far_squares * np.sqrt(far_squares))
            )
        for u in range(near.shape[1]):
            near[t, u] = 0.0
        if taken == 0:
            for u in range(4):
                parts[t, u] = np.nan
            continue
        share = near_count / M
        q = 1 - (1 - share) * (1 - p)
        draws = m * share / q
        e1 = e2 = 0.0
        for k in range(taken):
            h = rings[t, 0, k]
            if h > 0:
                mean = rings[t, 1, k] / h
                inside = max(rings[t, 2, k] / h - mean * mean, 0.0)
                over = mean - far_mean
                e1 += h / near_count * over
                e2 += h / near_count * (over * over + inside)
        far_variance = variance[t] - draws * (q * e2 - q * q * e1 * e1)
        far_variance = max(far_variance, 0.5 * p * (1 - p) * far_squares)
        deviation = np.sqrt(far_variance)
        above = observed[t] - m * far_mean
        reach = above + ABOVE * deviation
        parts[t, 1] = deviation
        parts[t, 2] = min(max(far_skewness, LEAST_SKEWED), MOST_SKEWED)
        if reach <= 0:
            parts[t, 0], parts[t, 3] = deviation, 1.0
            continue
        cells = int(np.ceil(reach * CELLS_A_DEVIATION / deviation))
        cells = min(max(cells, FEWEST_CELLS), MOST_CELLS)
        cell = reach / cells
        for s in range(cells + 1):
            jump[s] = 0.0
        for k in range(taken):
            h = rings[t, 0, k]
            if h > 0:
                mean = rings[t, 1, k] / h
                inside = np.sqrt(max(rings[t, 2, k] / h - mean * mean, 0.0))
                for side in range(2):
                    size = max(mean + (2 * side - 1) * inside - far_mean, 0.0) / cell
                    if size < cells + 1:
                        low = int(size)
                        part = size - low
                        weight = 0.5 * h / near_count
                        jump[low] += weight * (1 - part)
                        if low < cells:
                            jump[low + 1] += weight * part
        some = 0
        for s in range(1, cells + 1):
            if jump[s] > 0:
                jumps[some] = s
                some += 1
        ra = -q / (1 - q)
        rb = (draws + 1) * q / (1 - q)
        chance[0] = (1 - q + q * jump[0]) ** draws
        total = chance[0]
        for s in range(1, cells + 1):
            found = 0.0
            for u in range(some):
                i = jumps[u]
                if i > s:
                    break
                found += (ra + rb * i / s) * jump[i] * chance[s - i]
            chance[s] = found / (1 - ra * jump[0])
            total += chance[s]
        for u in range(min(near.shape[1], cells + 1)):
            near[t, near.shape[1] - 1 - u] = chance[cells - u]
        parts[t, 0], parts[t, 3] = cell, 1 - total
