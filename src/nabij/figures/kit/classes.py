"""Class bounds that a reader can hold in mind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Inner and outer bound above one; below one they are the reciprocals.
RATIO_BOUNDS = ((1.05, 1.1), (1.1, 1.25), (1.1, 1.5), (1.25, 2.0), (1.5, 3.0), (2.0, 5.0))


def ratio_bounds(ratios: np.ndarray) -> list[float]:
    """Return four bounds around one for ratios: as far off again below as above.

    The outer bounds are the nearest of a fixed list that leave at most a sixth outside.
    """
    known = ratios[np.isfinite(ratios) & (ratios > 0)]
    off = np.exp(np.abs(np.log(known))) if len(known) else np.ones(1)
    fitting = (pair for pair in RATIO_BOUNDS if np.mean(off > pair[1]) <= 1 / 6)
    inner, outer = next(fitting, RATIO_BOUNDS[-1])
    return [1 / outer, 1 / inner, inner, outer]


def class_of(values: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Return the class of each value, 0 for the lowest; -1 where there is no value."""
    found = np.searchsorted(np.asarray(bounds, dtype=float), values, side="right")
    return np.where(np.isfinite(values), found, -1)
