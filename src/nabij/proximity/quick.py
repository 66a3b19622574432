"""Functions for kernels, written so that a loop over them is vectorised.

`nabij.proximity.compiled` puts these in the place of the functions of the same names in
`nabij.proximity.kernels` wherever terms are in double precision. They are good to a few units in
the last place.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
"""Logarithm of 2 in two parts, the first short enough to be multiplied without rounding
(Cody and Waite 1980, "Software manual for the elementary functions")."""

ROUND = 6755399441055744.0
"""1.5 * 2^52: a small number added to it is rounded to a whole one in its last bits."""


def inverse_root(x):
    """1 / sqrt(x): the processor's single-precision estimate, and one step of third order.

    Twice as fast as a root and a division in double precision.
    """
    y = np.float64(np.float32(1) / np.sqrt(np.float32(x)))
    e = 1.0 - x * y * y
    return y + y * e * (0.5 + 0.375 * e)


def single_inverse_root(x):
    """1 / sqrt(x) in single precision, where the compiler itself takes the estimate."""
    return np.float32(1) / np.sqrt(x)


def root(x):
    """sqrt(x) for x >= 0."""
    return x * inverse_root(np.maximum(x, 1e-36))


def exp(x):
    """exp(x) for x <= 0; 0 where the result would not be a normal number."""
    held = np.maximum(x, -708.0)
    shifted = held * LOG2_E + ROUND
    k = shifted - ROUND
    r = (held - k * LN2_HIGH) - k * LN2_LOW
    # Taylor's series: |r| <= ln(2) / 2, so the first term left out is below 2^-53.
    p = 1.0 / 479001600
    p = p * r + 1.0 / 39916800
    p = p * r + 1.0 / 3628800
    p = p * r + 1.0 / 362880
    p = p * r + 1.0 / 40320
    p = p * r + 1.0 / 5040
    p = p * r + 1.0 / 720
    p = p * r + 1.0 / 120
    p = p * r + 1.0 / 24
    p = p * r + 1.0 / 6
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    exponent = (np.float64(shifted).view(np.int64) + 1023) << 52
    power = np.int64(exponent).view(np.float64)
    return p * power if x > -708.0 else 0.0
