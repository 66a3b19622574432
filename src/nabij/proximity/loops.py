"""The innermost loop: one target against many sources.

Plain Python, compiled by `nabij.proximity.compiled` once for every kernel, number of powers and
precision, each time with `decay`, `POWERS`, `REAL` (the type of a term and of a coordinate) and
`SPLIT` (whether a coordinate is a number and the rest that its rounding left) replaced.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from nabij.proximity.kernels import inverse as decay

POWERS = 3
REAL = float
SPLIT = False

STRETCH = 2048
"""Sources summed in one go: their three numbers stay in the first-level cache."""


def rest(value, rounded):
    """Return what is lost by rounding `value`, itself rounded."""
    return REAL(value - rounded)


def difference(a, b, rest_a, rest_b):
    """Return the difference of two coordinates; with rests none of its digits is lost."""
    if SPLIT:
        return (a - b) + (rest_a - rest_b)
    return a - b


def row(tx, ty, sx, sy, rest_x, rest_y, sw, stop, length):
    """Return the sums of w f, w f^2 and w f^3 over the first `stop` sources."""
    x = REAL(tx)
    y = REAL(ty)
    rx = rest(tx, x)
    ry = rest(ty, y)
    first = REAL(0)
    second = REAL(0)
    third = REAL(0)
    for j in range(stop):
        dx = difference(x, sx[j], rx, rest_x[j])
        dy = difference(y, sy[j], ry, rest_y[j])
        f = decay(dx * dx + dy * dy, length)
        term = sw[j] * f
        first += term
        if POWERS > 1:
            term *= f
            second += term
        if POWERS > 2:
            term *= f
            third += term
    return first, second, third


def add_rows(tx, ty, count, sx, sy, sw, used, itself, length, sums):
    """Add the first `used` sources of a buffer to the sums of `count` targets.

    Parameters
    ----------
    tx, ty : float64 array
        Targets, in coordinates small enough for `REAL`, or for two of it if `SPLIT`.
    sx, sy : float64 array
        Sources.
    sw : float64 array, shape (vectors, buffer)
        Their weights.
    itself : int64 array
        For every target the source to leave out, or -1.
    length : float
    sums : float64 array, shape (vectors * powers, targets)
    """
    # Whole vectors only: the left-over of a vector loop costs as much as a long stretch of it.
    padded = (used + 31) // 32 * 32
    vectors = sw.shape[0]
    lx = np.empty(padded, REAL)
    ly = np.empty(padded, REAL)
    rx = np.zeros(padded, REAL) if SPLIT else lx
    ry = np.zeros(padded, REAL) if SPLIT else ly
    lw = np.empty((vectors, padded), REAL)
    for j in range(used):
        lx[j] = sx[j]
        ly[j] = sy[j]
    if SPLIT:
        for j in range(used):
            rx[j] = rest(sx[j], lx[j])
            ry[j] = rest(sy[j], ly[j])
    for v in range(vectors):
        for j in range(used):
            lw[v, j] = sw[v, j]
    for j in range(used, padded):
        lx[j] = sx[used - 1]
        ly[j] = sy[used - 1]
        for v in range(vectors):
            lw[v, j] = 0
    scale = REAL(length)
    if vectors == 1:
        weight = lw[0]
        for t in range(count):
            skip = itself[t]
            kept = weight[skip]
            if skip >= 0:
                weight[skip] = 0
            first, second, third = row(tx[t], ty[t], lx, ly, rx, ry, weight, padded, scale)
            if skip >= 0:
                weight[skip] = kept
            sums[0, t] += first
            if POWERS > 1:
                sums[1, t] += second
            if POWERS > 2:
                sums[2, t] += third
    else:
        f = np.empty(padded, REAL)
        for t in range(count):
            x, y = REAL(tx[t]), REAL(ty[t])
            rest_x, rest_y = rest(tx[t], x), rest(ty[t], y)
            for j in range(padded):
                dx = difference(x, lx[j], rest_x, rx[j])
                dy = difference(y, ly[j], rest_y, ry[j])
                f[j] = decay(dx * dx + dy * dy, scale)
            if itself[t] >= 0:
                f[itself[t]] = 0
            for v in range(vectors):
                first, second, third = weigh(f, lw[v], padded)
                sums[v * POWERS, t] += first
                if POWERS > 1:
                    sums[v * POWERS + 1, t] += second
                if POWERS > 2:
                    sums[v * POWERS + 2, t] += third


def weigh(f, weight, stop):
    """Return the sums of w f, w f^2 and w f^3 for decay already known."""
    first = REAL(0)
    second = REAL(0)
    third = REAL(0)
    for j in range(stop):
        term = weight[j] * f[j]
        first += term
        if POWERS > 1:
            term *= f[j]
            second += term
        if POWERS > 2:
            term *= f[j]
            third += term
    return first, second, third


def few_rows(targets, sources, own, same, weights, begin, end, length, out):
    """Do as `exact_rows` for one vector of few sources; this is compiled in half the time.

    Without `own` each target is its own source if they are the `same`; without `weights` all
    are 1.
    """
    m = sources.shape[0]
    sx = np.empty(m)
    sy = np.empty(m)
    sw = np.empty(m)
    plain = weights.shape[0] == 0
    for j in range(m):
        sx[j] = sources[j, 0]
        sy[j] = sources[j, 1]
        sw[j] = 1.0 if plain else weights[0, j]
    for i in range(begin, end):
        skip = i if same else -1
        if own.shape[0] > 0:
            skip = own[i]
        kept = sw[max(skip, 0)]
        # Not added and taken away again: that would lose the digits of a small sum.
        if skip >= 0:
            sw[skip] = 0
        first, second, third = row(targets[i, 0], targets[i, 1], sx, sy, sx, sy, sw, m, length)
        if skip >= 0:
            sw[skip] = kept
        out[0, i] = first
        if POWERS > 1:
            out[1, i] = second
        if POWERS > 2:
            out[2, i] = third


FEW_ROWS = (
    "void(float64[:, ::1], float64[:, ::1], int64[::1], boolean, float64[:, ::1], int64, int64,"
    " float64, float64[:, ::1])"
)
"""The types of the arguments of `few_rows`."""


def fall(d2, length):
    """Return the kernel at one squared distance."""
    return float(decay(d2, length))


def exact_rows(targets, own, sx, sy, sw, begin, end, length, add_rows, out):
    """Fill ``out[vector * powers + power - 1, target]`` for the targets from `begin` to `end`."""
    tile = 64
    stretch = min(STRETCH, sx.shape[0])
    tx = np.empty(tile)
    ty = np.empty(tile)
    itself = np.empty(tile, np.int64)
    bx = np.empty(stretch)
    by = np.empty(stretch)
    bw = np.empty((sw.shape[0], stretch))
    sums = np.empty((out.shape[0], tile))
    for low in range(begin, end, tile):
        count = min(tile, end - low)
        for t in range(count):
            tx[t] = targets[low + t, 0]
            ty[t] = targets[low + t, 1]
        for c in range(out.shape[0]):
            for t in range(count):
                sums[c, t] = 0.0
        for first in range(0, sx.shape[0], stretch):
            used = min(stretch, sx.shape[0] - first)
            for j in range(used):
                bx[j] = sx[first + j]
                by[j] = sy[first + j]
                for v in range(sw.shape[0]):
                    bw[v, j] = sw[v, first + j]
            for t in range(count):
                skip = own[low + t] - first
                itself[t] = skip if 0 <= skip < used else -1
            add_rows(tx, ty, count, bx, by, bw, used, itself, length, sums)
        for c in range(out.shape[0]):
            for t in range(count):
                out[c, low + t] = sums[c, t]


EXACT_ROWS = (
    "void(float64[:, ::1], int64[::1], float64[::1], float64[::1], float64[:, ::1], int64, int64,"
    " float64, ADD_ROWS, float64[:, ::1])"
)
"""The types of the arguments of `exact_rows`."""
