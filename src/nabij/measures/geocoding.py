"""How exactly the places of a register are known."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from nabij.measures.measure import Observed
from nabij.study.blocks import GEOCODING

COARSE = 0.5
"""Where there are fewer places than this share of the establishments, most stand for an area."""


def geocoding(observed: Observed) -> float:
    """Return how exactly the places of a case's reference are known, in metres.

    What the study states, or else what the places tell; asked of a reference once.
    """
    stated = observed.asked.clusters.geocoding
    if stated is not None:
        return float(stated)
    reference = observed.scores.reference
    told: float = reference.once("geocoding", lambda: exactness(reference.places))
    return told


def exactness(places: np.ndarray) -> float:
    """Return how exactly places are known, judged by how many share one.

    Addresses are shared by some. Where most are shared, they are centres of neighbourhoods or the
    like, and as exact as these are apart: the distance from an establishment's place to the next
    one, at the median.

    Parameters
    ----------
    places : numpy.ndarray of float64, shape (N, 2)
        Metres.

    Returns
    -------
    float
        Metres, at least `GEOCODING`.

    Examples
    --------
    >>> corners = np.array([[0.0, 0.0], [800.0, 0.0], [0.0, 600.0]])
    >>> exactness(corners), exactness(np.repeat(corners, 5, axis=0))
    (100.0, 600.0)
    """
    there, count = np.unique(places[:, 0] + 1j * places[:, 1], return_counts=True)
    if len(there) < 2 or len(there) > COARSE * len(places):
        return GEOCODING
    at = np.stack((there.real, there.imag), axis=1)
    apart = cKDTree(at).query(at, k=2)[0][:, 1]
    return max(GEOCODING, float(np.median(np.repeat(apart, count))))
