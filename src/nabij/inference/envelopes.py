"""Envelopes of functions of distance, from draws: what a curve by chance alone stays within."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ALPHA = 0.05
"""Part of the draws that are to lie outside."""

FEWEST = 39
"""Draws: with fewer the quantile at 0.025 is outside of them (1 in 40)."""


def local_envelope(simulated: ArrayLike, alpha: float = ALPHA) -> Floats:
    """Return what all but `alpha` of the draws lie within, at each distance apart.

    A curve by chance leaves it at some distance more often than that: there are many distances.

    Parameters
    ----------
    simulated : array_like, shape (V, K)
        A curve a draw; what is not a number is left out.
    alpha : float

    Returns
    -------
    numpy.ndarray of float64, shape (2, K)
        Quantiles alpha / 2 and 1 - alpha / 2; not a number where no draw has a value.

    Examples
    --------
    >>> local_envelope(np.arange(41.0)[:, None]).ravel().tolist()
    [1.0, 39.0]
    """
    drawn = _curves(simulated)
    found = np.full((2, drawn.shape[1]), np.nan)
    known = np.isfinite(drawn).any(axis=0)
    if known.any():
        found[:, known] = np.nanquantile(drawn[:, known], [alpha / 2, 1 - alpha / 2], axis=0)
    return found


def global_envelope(observed: ArrayLike, simulated: ArrayLike, alpha: float = ALPHA) -> Floats:
    """Return what a curve by chance stays within at all distances, but for `alpha` of cases.

    How far a curve is out at a distance is its distance from the median in units of the local
    envelope on that side. The envelope is as many units wide as all but `alpha` of the curves stay
    within. The observed curve is one of them, and sets median and units as all do: so, if it is a
    draw like the others, the chance that it leaves the envelope anywhere is at most `alpha`,
    exactly.

    Parameters
    ----------
    observed : array_like, shape (K,)
    simulated : array_like, shape (V, K)
    alpha : float

    Returns
    -------
    numpy.ndarray of float64, shape (2, K)
        Low and high; not a number at distances where a curve has no value, which are left out.

    Raises
    ------
    ValueError
        If there are too few draws for `alpha`.

    References
    ----------
    Myllymäki, Mrkvička, Grabarnik, Seijo and Hahn, Global envelope tests for spatial processes,
    JRSS B 79 (2017): the directional quantile envelope.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> global_envelope(np.zeros(3), random.normal(size=(999, 3))).round(1)
    array([[-2.4, -2.2, -2.5],
           [ 2.5,  2.4,  2.4]])
    """
    curves = np.concatenate([_curves(np.asarray(observed)[None]), _curves(simulated)])
    kept = int(np.ceil((1 - alpha) * len(curves) - 1e-9))
    if kept >= len(curves):
        raise ValueError(f"simulated must hold more draws for alpha = {alpha}; got {len(curves)}")
    found = np.full((2, curves.shape[1]), np.nan)
    known = np.isfinite(curves).all(axis=0)
    if not known.any():
        return found
    values = curves[:, known]
    middle = np.median(values, axis=0)
    low, high = np.quantile(values, [alpha / 2, 1 - alpha / 2], axis=0)
    low_unit, high_unit = (
        _unit(middle - low, middle - values),
        _unit(high - middle, values - middle),
    )
    unit = np.where(values < middle, low_unit, high_unit)
    out = np.abs(values - middle)
    far = np.divide(out, unit, out=np.zeros_like(out), where=out > 0).max(axis=1)
    reach = np.sort(far)[kept - 1]
    found[:, known] = middle - reach * low_unit, middle + reach * high_unit
    return found


def _unit(local: Floats, out: Floats) -> Floats:
    """Return the unit at each distance; where all but a few curves are alike, by the farthest."""
    return np.where(local > 0, local, np.maximum(out.max(axis=0), 0.0))


def peeled_envelope(simulated: ArrayLike, alpha: float = ALPHA) -> Floats:
    """Return the global envelope of Duranton and Overman, as other packages draw it.

    In rounds, the draws that touch the largest or smallest value at any distance are left out,
    until `1 - alpha` of them or fewer are left. The result lies between the extremes of the last
    two rounds: from the last one outwards by as much as too few are left, as a part of all draws.

    It is here to reproduce published envelopes. The draws that set its bounds are those counted as
    within, so a new draw leaves it far more often than `alpha` (see ``docs/measures``): use
    `global_envelope` to judge a curve.

    Parameters
    ----------
    simulated : array_like, shape (V, K)
        All finite.
    alpha : float

    Returns
    -------
    numpy.ndarray of float64, shape (2, K)
        Low and high.

    References
    ----------
    Duranton and Overman, Testing for localization using micro-geographic data, Review of Economic
    Studies 72 (2005), section 3.

    Examples
    --------
    >>> peeled_envelope(np.arange(41.0)[:, None]).round(2).ravel().tolist()
    [1.95, 38.05]
    """
    curves = kept = _curves(simulated)
    before = after = np.stack([kept.min(axis=0), kept.max(axis=0)])
    while len(kept) > (1 - alpha) * len(curves):
        touching = ((kept <= after[0]) | (kept >= after[1])).any(axis=1)
        if touching.all():
            return after
        kept = kept[~touching]
        before, after = after, np.stack([kept.min(axis=0), kept.max(axis=0)])
    return np.asarray(after + (1 - alpha - len(kept) / len(curves)) * (before - after))


def _curves(given: ArrayLike) -> Floats:
    curves = np.asarray(given, dtype=np.float64)
    if curves.ndim != 2 or not len(curves):
        raise ValueError(f"curves must have shape (V, K), V at least 1; got {curves.shape}")
    return curves
