"""Many tests at once: the Benjamini-Hochberg q-value."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control


def q_values(p: ArrayLike, family: ArrayLike | None = None) -> NDArray[np.float64]:
    """Return the Benjamini-Hochberg q-value of every p-value.

    Of the tests with a q-value of at most 5 %, at most 5 % are expected to be false. It holds for
    independent tests and for those that rise together, as those of neighbours do.

    Parameters
    ----------
    p : array_like of float, shape (n,)
        Not a number for what could not be tested; these are in no family.
    family : array_like, shape (n,), optional
        Which tests are corrected together; by default all.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)

    References
    ----------
    Benjamini and Hochberg, Controlling the false discovery rate, Journal of the Royal
    Statistical Society B 57 (1995).

    Examples
    --------
    >>> q_values([0.01, 0.04, np.nan, 0.5]).round(3).tolist()
    [0.03, 0.06, nan, 0.5]
    """
    values = np.asarray(p, dtype=np.float64)
    found = np.full(len(values), np.nan)
    tested = np.flatnonzero(np.isfinite(values))
    if not len(tested):
        return found
    if family is None:
        groups = [tested]
    else:
        number, _ = pd.factorize(np.asarray(family)[tested])
        order = np.argsort(number, kind="stable")
        groups = np.split(tested[order], np.flatnonzero(np.diff(number[order])) + 1)
    for rows in groups:
        found[rows] = false_discovery_control(np.clip(values[rows], 0.0, 1.0))
    return found
