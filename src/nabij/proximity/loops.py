"""The innermost loop: one target against many sources.

Plain Python, compiled by `nabij.proximity.compiled` once for every kernel, number of powers and
precision, each time with `decay`, `POWERS`, `SEVERAL` (whether there are several vectors of
weights), `REAL` (the type of a term and of a coordinate) and `SPLIT` (whether a coordinate is a
number and the rest that its rounding left) replaced. What `if` leaves out is then not compiled.

Nothing is allocated here: room to work in comes from outside. Compiling `numpy.empty` and the
counting of references that it brings would take as long as all the rest.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from nabij.proximity.kernels import inverse as decay

POWERS = 3
SEVERAL = True
REAL = float
SPLIT = False

STRETCH = 2048
"""Sources summed in one go: their three numbers stay in the first-level cache."""

X, Y, REST_X, REST_Y, DECAY, WEIGHT = range(6)
"""Rows of the room: coordinates of the sources, what their rounding left, decay, weights."""


def rest(value, rounded):
    """Return what is lost by rounding `value`, itself rounded."""
    return REAL(value - rounded)


def difference(a, b, rest_a, rest_b):
    """Return the difference of two coordinates; with rests none of its digits is lost."""
    if SPLIT:
        return (a - b) + (rest_a - rest_b)
    return a - b


def row(tx, ty, real, stop, length):
    """Return the sums of w f, w f^2 and w f^3 over the first `stop` sources."""
    x = REAL(tx)
    y = REAL(ty)
    rx = rest(tx, x)
    ry = rest(ty, y)
    first = REAL(0)
    second = REAL(0)
    third = REAL(0)
    for j in range(stop):
        dx = difference(x, real[X, j], rx, real[REST_X, j])
        dy = difference(y, real[Y, j], ry, real[REST_Y, j])
        f = decay(dx * dx + dy * dy, length)
        term = real[WEIGHT, j] * f
        first += term
        if POWERS > 1:
            term *= f
            second += term
        if POWERS > 2:
            term *= f
            third += term
    return first, second, third


def decay_row(tx, ty, real, stop, length):
    """Fill the row `DECAY` of the room."""
    x = REAL(tx)
    y = REAL(ty)
    rx = rest(tx, x)
    ry = rest(ty, y)
    for j in range(stop):
        dx = difference(x, real[X, j], rx, real[REST_X, j])
        dy = difference(y, real[Y, j], ry, real[REST_Y, j])
        real[DECAY, j] = decay(dx * dx + dy * dy, length)


def weigh(real, v, stop):
    """Return the sums of w f, w f^2 and w f^3 for decay already known."""
    first = REAL(0)
    second = REAL(0)
    third = REAL(0)
    for j in range(stop):
        f = real[DECAY, j]
        term = real[WEIGHT + v, j] * f
        first += term
        if POWERS > 1:
            term *= f
            second += term
        if POWERS > 2:
            term *= f
            third += term
    return first, second, third


def add_target(tx, ty, real, stop, leave, length, t, sums):
    """Add the first `stop` sources of the room but `leave` to the sums of target `t`."""
    if SEVERAL:
        decay_row(tx, ty, real, stop, length)
        if leave >= 0:
            real[DECAY, leave] = 0
        for v in range(sums.shape[0] // POWERS):
            first, second, third = weigh(real, v, stop)
            sums[v * POWERS, t] += first
            if POWERS > 1:
                sums[v * POWERS + 1, t] += second
            if POWERS > 2:
                sums[v * POWERS + 2, t] += third
    else:
        # Not added and taken away again: that would lose the digits of a small sum.
        kept = real[WEIGHT, leave]
        if leave >= 0:
            real[WEIGHT, leave] = 0
        first, second, third = row(tx, ty, real, stop, length)
        if leave >= 0:
            real[WEIGHT, leave] = kept
        sums[0, t] += first
        if POWERS > 1:
            sums[1, t] += second
        if POWERS > 2:
            sums[2, t] += third


def add_rows(targets, count, buffer, used, itself, length, room, sums):
    """Add the first `used` sources of a buffer to the sums of `count` targets.

    Parameters
    ----------
    targets : float64 array, shape (2, n)
        Coordinates small enough for `REAL`, or for two of it if `SPLIT`.
    buffer : float64 array, shape (2 + vectors, m)
        Coordinates of the sources, and their weights.
    itself : int64 array
        For every target the source to leave out, or -1.
    length : float
    room : float64 array, shape (vectors + 5, m)
        Room to work in.
    sums : float64 array, shape (vectors * powers, n)
    """
    # Whole vectors only: the left-over of a vector loop costs as much as a long stretch of it.
    padded = (used + 31) // 32 * 32
    real = room.view(REAL)
    for k in range(buffer.shape[0]):
        to = k if k < 2 else WEIGHT + k - 2
        for j in range(used):
            real[to, j] = buffer[k, j]
        last = buffer[k, used - 1] if k < 2 else 0.0
        for j in range(used, padded):
            real[to, j] = last
    if SPLIT:
        for k in range(2):
            for j in range(used):
                real[REST_X + k, j] = rest(buffer[k, j], real[k, j])
            for j in range(used, padded):
                real[REST_X + k, j] = 0
    scale = REAL(length)
    for t in range(count):
        add_target(targets[0, t], targets[1, t], real, padded, itself[t], scale, t, sums)


def fall(d2, length):
    """Return the kernel at one squared distance."""
    return float(decay(d2, length))


def exact_rows(targets, sources, own, same, weights, begin, end, length, room, sums):
    """Add to ``sums[vector * powers + power - 1, target]`` from target `begin` to `end`.

    Without `own` each target is its own source if they are the `same`; without `weights` all
    are 1. As many sources are summed in one go as there is `room` for, of shape
    (vectors + 5, stretch).
    """
    for low in range(0, sources.shape[0], room.shape[1]):
        used = min(room.shape[1], sources.shape[0] - low)
        for j in range(used):
            room[X, j] = sources[low + j, 0]
            room[Y, j] = sources[low + j, 1]
        for v in range(room.shape[0] - WEIGHT):
            for j in range(used):
                room[WEIGHT + v, j] = 1.0 if weights.shape[0] == 0 else weights[v, low + j]
        for i in range(begin, end):
            leave = i if same else -1
            if own.shape[0] > 0:
                leave = own[i]
            leave -= low
            if leave < 0 or leave >= used:
                leave = -1
            add_target(targets[i, 0], targets[i, 1], room, used, leave, length, i, sums)


EXACT_ROWS = (
    "void(float64[:, ::1], float64[:, ::1], int64[::1], boolean, float64[:, ::1], int64, int64,"
    " float64, float64[:, ::1], float64[:, ::1])"
)
"""The types of the arguments of `exact_rows`."""
