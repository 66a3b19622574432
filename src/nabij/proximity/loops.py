"""The innermost loop: one target against many sources.

Plain Python, compiled by `nabij.proximity.compiled` once for every kernel, number of powers and
floating-point type, each time with `decay`, `POWERS` and `REAL` replaced.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from nabij.proximity.kernels import inverse as decay

POWERS = 3
REAL = float


def row(x, y, sx, sy, sw, start, stop, length):
    """Return the sums of w f, w f^2 and w f^3 over the sources from `start` to `stop`."""
    first = REAL(0)
    second = REAL(0)
    third = REAL(0)
    for j in range(start, stop):
        dx = x - sx[j]
        dy = y - sy[j]
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


def exact_block(tx, ty, own, sx, sy, sw, begin, end, length, out):
    """Fill ``out[power, target]`` for the targets from `begin` to `end`."""
    m = sx.shape[0]
    for i in range(begin, end):
        skip = own[i]
        if skip < 0:
            first, second, third = row(tx[i], ty[i], sx, sy, sw, 0, m, length)
        else:
            # Two stretches around the target itself: adding it and taking it away again
            # would lose the digits of a sum that is much smaller than f(0).
            first, second, third = row(tx[i], ty[i], sx, sy, sw, 0, skip, length)
            a, b, c = row(tx[i], ty[i], sx, sy, sw, skip + 1, m, length)
            first += a
            second += b
            third += c
        out[0, i] = first
        if POWERS > 1:
            out[1, i] = second
        if POWERS > 2:
            out[2, i] = third
