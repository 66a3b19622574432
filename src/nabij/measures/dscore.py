"""D-score: how near an establishment is to the others of its sector."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from nabij.progress import Progress, silent
from nabij.proximity import sums

METRES_PER_KM = 1000.0


@dataclass(frozen=True)
class Scores:
    """D-scores of a sector's establishments, and what to expect of them.

    Attributes
    ----------
    d_score, expected : numpy.ndarray of float64, shape (n,)
        Not a number where there is no other establishment to be near to.
    unit : str
        ``"1/km"``, or empty for kernels without a dimension.
    engine : dict
        How the sums were made: method, wanted and checked relative error.
    """

    d_score: np.ndarray
    expected: np.ndarray
    unit: str
    engine: dict[str, Any]


def dscore(
    xy: np.ndarray,
    floor: float = 100.0,
    weights: np.ndarray | None = None,
    kernel: str = "inverse",
    normalisation: str = "mean",
    *,
    scale: float | None = None,
    progress: Progress = silent,
) -> np.ndarray:
    """Compute the D-score of every point: its nearness to all the others.

    For point i of n, ``D_i = 1/(n-1) * sum over j != i of f(d_ij)`` with f(d) = 1/max(d, floor):
    the mean inverse distance to the others.

    Parameters
    ----------
    xy : array_like of float, shape (n, 2)
        Coordinates in metres, in a projected system.
    floor : float, default 100
        Metres. Distances below it count as this distance; it is the resolution of the geocoding.
    weights : array_like of float, shape (n,), optional
        Weight of each point as a neighbour, such as its jobs: ``sum w_j f / sum w_j``, j != i.
    kernel : {"inverse", "shifted", "exponential", "gaussian", "within"}
        Distance decay: 1/max(d, floor), 1/(d + scale), exp(-d/scale), exp(-(d/scale)^2/2), or
        1 within `scale`.
    normalisation : {"mean", "sum"}
        Mean over the other points, or their plain (weighted) sum.
    scale : float, optional
        Metres; of all kernels but the inverse one.
    progress : callable, optional
        Called with a message and the fraction done.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        In 1/km for the inverse and shifted kernels, else without unit. A lone point has no mean:
        not a number.

    Raises
    ------
    ValueError
        If `xy` has the wrong shape or is not finite, or a parameter is unknown.

    References
    ----------
    The article in ESB on regional clusters, figures 1 and 3, after Raspe et al. (2012). Its printed
    means can only be mean inverse distances in 1/km; the floor is our own choice.

    Examples
    --------
    >>> dscore([[0, 0], [1000, 0], [0, 2000]]).round(3).tolist()
    [0.75, 0.724, 0.474]
    """
    points = np.ascontiguousarray(xy, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"xy must have shape (n, 2), not {points.shape}")
    if _looks_like_degrees(points):
        warnings.warn(
            "the points look like longitudes and latitudes; D-scores need metres, in a projected "
            "coordinate system",
            stacklevel=2,
        )
    weight = None if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    return _scores(
        points,
        weights=weight,
        floor=floor,
        kernel=kernel,
        scale=scale,
        normalisation=normalisation,
        progress=progress,
    )[0]


def _looks_like_degrees(points: np.ndarray) -> bool:
    """Tell whether all points fit on a globe of degrees, and are not all at one place."""
    within = (np.abs(points) <= (180, 90)).all()
    return len(points) > 1 and bool(within and (points != points[0]).any())


def scores(
    reference: np.ndarray,
    sector: np.ndarray,
    weights: np.ndarray | None = None,
    *,
    floor: float = 100.0,
    kernel: str = "inverse",
    scale: float | None = None,
    normalisation: str = "mean",
    progress: Progress = silent,
) -> Scores:
    """Compute the D-score of a sector's establishments and what a random draw would give.

    Expected is the mean over all ways to draw the sector from its reference (random labelling):
    ``m_i = 1/(N-1) * sum over j != i of f(d_ij)`` over the reference. With weights it is the
    ratio of the expected sums.

    Parameters
    ----------
    reference : numpy.ndarray of float64, shape (N, 2)
        Coordinates of the reference sector, metres.
    sector : numpy.ndarray of int64, shape (n,)
        Which rows of `reference` are the sector.
    weights : numpy.ndarray of float64, shape (N,), optional
        Weight of each establishment as a neighbour.
    floor, kernel, scale, normalisation, progress
        As in `dscore`.

    Returns
    -------
    Scores

    Examples
    --------
    >>> places = np.array([[0.0, 0.0], [1000.0, 0.0], [9000.0, 0.0], [5000.0, 0.0]])
    >>> found = scores(places, np.array([0, 1]))
    >>> found.d_score.tolist(), found.expected.round(4).tolist(), found.unit
    ([1.0, 1.0], [0.437, 0.4583], '1/km')
    """
    targets = reference[sector]
    own_weights = None if weights is None else weights[sector]
    how: dict[str, Any] = {"floor": floor, "kernel": kernel, "scale": scale}
    found, engine = _scores(
        targets, weights=own_weights, normalisation=normalisation, progress=progress, **how
    )
    expected, towards_reference = _scores(
        targets,
        sources=reference,
        own=sector,
        weights=weights,
        normalisation=normalisation,
        progress=progress,
        **how,
    )
    if normalisation == "sum":
        expected *= (len(sector) - 1) / max(len(reference) - 1, 1)
    unit = "1/km" if engine.pop("unit") == "1/m" else ""
    towards_reference.pop("unit")
    return Scores(found, expected, unit, {"sector": engine, "reference": towards_reference})


def _scores(
    targets: np.ndarray,
    *,
    sources: np.ndarray | None = None,
    own: np.ndarray | None = None,
    weights: np.ndarray | None,
    floor: float,
    kernel: str,
    scale: float | None,
    normalisation: str,
    progress: Progress,
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the scores of `targets` towards `sources`, and how they were computed."""
    if normalisation not in ("mean", "sum"):
        raise ValueError(f"normalisation must be 'mean' or 'sum', not {normalisation!r}")
    made = sums(
        targets,
        sources,
        own=own,
        weights=weights,
        kernel=kernel,
        floor=floor,
        scale=scale,
        progress=progress,
    )
    values = made.values[0, 0]
    if made.unit == "1/m":
        values = values * METRES_PER_KM
    if normalisation == "mean":
        population = len(targets) if sources is None else len(sources)
        if weights is None:
            others: Any = population - 1
        else:
            itself = weights if own is None else weights[own]
            others = weights.sum() - itself
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(others > 0, values / others, np.nan)
    engine = {
        "method": made.method,
        "wanted_relative_error": made.rtol,
        "checked_relative_error": made.checked_error,
        "unit": made.unit,
    }
    return values, engine
