"""A random sample of what is outside a region, cheap to take for one region after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def first_outside(number: Integers, region: int, most: int, outside: int) -> Integers:
    """Return where the first `most` in a random order are that are not in a region.

    Parameters
    ----------
    number : numpy.ndarray of int64, shape (n,)
        The region of each, in random order; below 0 for none.
    region : int
    most : int
    outside : int
        How many there are outside.

    Returns
    -------
    numpy.ndarray of int64, shape (min(most, outside),)

    Examples
    --------
    >>> first_outside(np.array([3, 1, 3, 2, 1]), 3, 2, 3).tolist()
    [1, 3]
    """
    # Enough of the order to hold so many, with a tenth to spare; else all of it.
    enough = int(1.1 * most * len(number) / max(outside, 1)) + 100
    for some in (number[:enough], number):
        found = np.flatnonzero(some != region)[:most]
        if len(found) == min(most, outside):
            break
    return found
