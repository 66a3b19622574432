"""Marcon and Puech's M: what part of the weight around a sector is the sector's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nabij.progress import Progress, silent
from nabij.proximity import neighbour_sums, relabelled_counts

Floats = NDArray[np.float64]

NEXT_TO_NOTHING = 1e-150
"""Metres; its square is still a number."""


@dataclass(frozen=True)
class Surroundings:
    """What of the reference is around each of its points: what M divides by.

    Attributes
    ----------
    points : numpy.ndarray of float64, shape (N, 2)
        Metres.
    weights : numpy.ndarray of float64, shape (N,)
    edges : numpy.ndarray of float64, shape (K + 1,)
        Of the rings: 0 and the distances.
    inverse : numpy.ndarray of float64, shape (N, K)
        One over the weight of the others within each distance; 0 where there is none.
    """

    points: Floats
    weights: Floats
    edges: Floats
    inverse: Floats

    @property
    def of_others(self) -> Floats:
        """One over the weight of all others, shape (N,); 0 where they have none."""
        others = self.weights.sum() - self.weights
        return np.divide(1.0, others, out=np.zeros_like(others), where=others > 0)


def surroundings(
    points: ArrayLike,
    distances: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    progress: Progress = silent,
) -> Surroundings:
    """Sum up what is around every point of a reference, for `relative_m`.

    Parameters
    ----------
    points : array_like, shape (N, 2)
        Metres.
    distances : array_like, shape (K,)
        Metres, ascending; the first may be 0.
    weights : array_like, shape (N,), optional
        Such as jobs, not negative; by default 1.
    progress : callable, optional

    Returns
    -------
    Surroundings

    Examples
    --------
    >>> surroundings([[0, 0], [0, 3], [0, 9]], [0, 5], [1, 2, 4]).inverse.tolist()
    [[0.0, 0.5], [0.0, 1.0], [0.0, 0.0]]
    """
    at = np.asarray(points, dtype=np.float64)
    weight = np.ones(len(at)) if weights is None else np.asarray(weights, dtype=np.float64)
    radii = np.asarray(distances, dtype=np.float64)
    # Rings ascend: one that ends at 0 ends at next to nothing instead.
    edges = np.concatenate([[0.0], np.maximum(radii, NEXT_TO_NOTHING)])
    around = neighbour_sums(at, edges, weight, progress=progress)
    np.cumsum(around, axis=1, out=around)
    np.divide(1.0, around, out=around, where=around > 0)
    return Surroundings(at, weight, edges, around)


def individual_m(
    around: Surroundings, chosen: ArrayLike, sought: ArrayLike | None = None
) -> Floats:
    """Return M of every point of a sector: what the mean of the sector is made of.

    Parameters
    ----------
    around : Surroundings
    chosen : array_like of bool, shape (N,)
        Which points are the sector.
    sought : array_like, shape (N,), optional
        Weights of what is looked for around the sector, 0 for what is not; by default the sector.

    Returns
    -------
    numpy.ndarray of float64, shape (n, K)
        The part of what is sought in the weight within each distance, over its part of all weight,
        both without the point itself; not a number where there is no other point within the
        distance.

    Examples
    --------
    >>> around = surroundings([[0, 0], [0, 3], [0, 4], [0, 99]], [5.0])
    >>> individual_m(around, [True, True, False, False]).ravel().tolist()
    [1.5, 1.5]
    """
    part, expected, seen = _parts(around, chosen, sought)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(seen, part / expected[:, None], np.nan)


def cross_m(around: Surroundings, chosen: ArrayLike, sought: ArrayLike) -> Floats:
    """Return Marcon and Puech's M of one sector around another.

    With the weights of cases sought around cases, and `around` summed up with those of controls
    alone (0 for the cases), it is the M of cases and controls.

    Parameters
    ----------
    around : Surroundings
    chosen : array_like of bool, shape (N,)
        Which points are the sector that is looked around.
    sought : array_like, shape (N,)
        Weights of the sector that is looked for, 0 for all else.

    Returns
    -------
    numpy.ndarray of float64, shape (K,)
        As `relative_m`.

    References
    ----------
    Marcon and Puech, A typology of distance-based measures of spatial concentration, Regional
    Science and Urban Economics 62 (2017).

    Examples
    --------
    >>> around = surroundings([[0, 0], [0, 3], [0, 4], [0, 99]], [5.0])
    >>> cross_m(around, [True, True, False, False], [0, 0, 1, 0]).tolist()
    [1.5]
    """
    part, expected, seen = _parts(around, chosen, sought)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(part.sum(axis=0) / (expected @ seen))


def _parts(
    around: Surroundings, chosen: ArrayLike, sought: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the parts of what is sought around every chosen point.

    Within each distance, shape (n, K); of all weight, (n,); and whether there is any weight within
    the distance, (n, K).
    """
    sector = np.asarray(chosen, dtype=bool)
    weight = np.where(sector, around.weights, 0.0) if sought is None else np.asarray(sought, float)
    either = sector | (weight > 0)
    near = neighbour_sums(around.points[either], around.edges, weight[either]).cumsum(axis=1)
    inverse = around.inverse[sector]
    expected = (weight.sum() - weight[sector]) * around.of_others[sector]
    return near[sector[either]] * inverse, expected, inverse > 0


def relative_m(around: Surroundings, labels: ArrayLike, *, progress: Progress = silent) -> Floats:
    """Return Marcon and Puech's M for one or more labellings of the reference.

    Parameters
    ----------
    around : Surroundings
    labels : array_like of bool, shape (V, N)
        Which points are the sector.
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (V, K)
        Over the points of the sector with another point within the distance: the sum of the
        sector's part of the weight there, over the sum of its part of all weight. 1 is as
        expected, 2 twice as much; not a number where no point has another so near.

    References
    ----------
    Marcon and Puech, Measures of the geographic concentration of industries: improving
    distance-based methods, Journal of Economic Geography 10 (2010).

    Examples
    --------
    >>> around = surroundings([[0, 0], [0, 3], [0, 4], [0, 99]], [5.0])
    >>> relative_m(around, [[True, True, False, False], [True, False, False, True]]).tolist()
    [[1.5], [0.0]]
    """
    chosen, weight = np.asarray(labels, dtype=bool), around.weights
    found = relabelled_counts(
        around.points, around.edges, chosen, weight, around.inverse, progress=progress
    )
    part = around.of_others
    for row, label in zip(found, chosen, strict=True):
        at = np.flatnonzero(label)
        seen = around.inverse[at] > 0
        expected = ((weight[at].sum() - weight[at]) * part[at]) @ seen
        with np.errstate(divide="ignore", invalid="ignore"):
            row /= np.where(expected > 0, expected, np.nan)
    return found
