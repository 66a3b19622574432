"""D-score: how near an establishment is to the others of its sector."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from nabij.decay import FLOOR, Decay
from nabij.progress import Progress, silent
from nabij.proximity import KERNELS, ProximitySums, sums


@dataclass(frozen=True)
class Scores:
    """D-scores of a sector's establishments, and what to expect of them.

    Attributes
    ----------
    d_score, expected : numpy.ndarray of float64, shape (n,)
        Not a number where there is no other establishment to be near to.
    towards_reference : numpy.ndarray of float64, shape (n,)
        Plain sum over the others of the reference, in the unit of the scores.
    engine : dict
        How the sums were made: method, wanted and checked relative error.
    """

    d_score: np.ndarray
    expected: np.ndarray
    towards_reference: np.ndarray
    engine: dict[str, Any]

    @property
    def relative(self) -> np.ndarray:
        """The score divided by what to expect."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.d_score / self.expected)


@dataclass(frozen=True)
class ReferenceSums:
    """Sums over a whole reference, made once for all sectors that share it.

    Attributes
    ----------
    moments : numpy.ndarray of float64, shape (3, N)
        For every establishment of the reference the sums of f, f^2 and f^3 towards the others,
        in the units of the decay's scores and their powers.
    weight : numpy.ndarray of float64, shape (N,), or None
        What each counts for as a neighbour.
    engine : dict
    """

    moments: np.ndarray
    weight: np.ndarray | None
    engine: dict[str, Any]


def dscore(
    xy: np.ndarray,
    floor: float = FLOOR,
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
    scaled = kernel in KERNELS and KERNELS[kernel].length == "scale"
    if scaled and scale is None:
        raise ValueError(f"the kernel {kernel!r} needs a scale in metres, as in scale=1000")
    length = scale if scaled and scale is not None else floor
    decay = Decay(kernel, length, normalisation=normalisation)
    made = sums(points, weights=weight, progress=progress, **decay.arguments)
    return _scores(made.values[0, 0], _others(len(points), weight), decay)


def _looks_like_degrees(points: np.ndarray) -> bool:
    """Tell whether all points fit on a globe of degrees, and are not all at one place."""
    within = (np.abs(points) <= (180, 90)).all()
    return len(points) > 1 and bool(within and (points != points[0]).any())


def scores(
    reference: np.ndarray,
    members: np.ndarray,
    decay: Decay | None = None,
    weights: np.ndarray | None = None,
    *,
    progress: Progress = silent,
) -> Scores:
    """Compute the D-score of a sector's establishments and what a random draw would give.

    Expected is the mean over all ways to draw the sector from its reference (random labelling):
    ``m_i = 1/(N-1) * sum over j != i of f(d_ij)`` over the reference. With weights it is the
    ratio of the expected sums. Both come out of one pass over the reference.

    Parameters
    ----------
    reference : numpy.ndarray of float64, shape (N, 2)
        Coordinates of the reference sector, metres.
    members : numpy.ndarray of int64, shape (n,)
        Which rows of `reference` are the sector.
    decay : Decay, optional
        By default the mean inverse distance with a floor of 100 m.
    weights : numpy.ndarray of float64, shape (N,), optional
        Weight of each establishment as a neighbour.
    progress : callable, optional

    Returns
    -------
    Scores

    Examples
    --------
    >>> places = np.array([[0.0, 0.0], [1000.0, 0.0], [9000.0, 0.0], [5000.0, 0.0]])
    >>> found = scores(places, np.array([0, 1]))
    >>> found.d_score.tolist(), found.expected.round(4).tolist()
    ([1.0, 1.0], [0.437, 0.4583])
    """
    decay = decay or Decay()
    weight = np.ones(len(reference)) if weights is None else weights
    inside = np.zeros(len(reference))
    inside[members] = weight[members]
    made = sums(
        reference[members],
        reference,
        own=members,
        weights=np.vstack([inside, weight]),
        progress=progress,
        **decay.arguments,
    )
    towards_sector, towards_reference = made.values[0]
    own = None if weights is None else weights[members]
    of_sector = _others(len(members), own)
    of_reference = weight.sum() - weight[members]
    expected = _scores(towards_reference, of_reference, decay)
    if decay.normalisation == "sum":
        expected *= (len(members) - 1) / max(len(reference) - 1, 1)
    found = _scores(towards_sector, of_sector, decay)
    return Scores(found, expected, towards_reference * decay.per_metre, engine_of(made))


def reference_sums(
    reference: np.ndarray,
    decay: Decay,
    weights: np.ndarray | None = None,
    *,
    progress: Progress = silent,
) -> ReferenceSums:
    """Sum f, f^2 and f^3 from every establishment of a reference to the others, in one pass.

    Parameters
    ----------
    reference : numpy.ndarray of float64, shape (N, 2)
    decay : Decay
    weights : numpy.ndarray of float64, shape (N,), optional
    progress : callable, optional

    Returns
    -------
    ReferenceSums
    """
    made = sums(reference, weights=weights, powers=(1, 2, 3), progress=progress, **decay.arguments)
    moments = made.values[:, 0]
    if decay.per_metre != 1:
        moments = moments * (decay.per_metre ** np.arange(1, 4))[:, None]
    return ReferenceSums(moments, weights, engine_of(made))


def scores_within(
    places: np.ndarray, members: np.ndarray, decay: Decay, reference: ReferenceSums
) -> Scores:
    """Compute the scores of a sector whose reference has been summed already.

    Parameters
    ----------
    places : numpy.ndarray of float64, shape (n, 2)
        Of the sector.
    members : numpy.ndarray of int64, shape (n,)
        Which establishments of the reference they are.
    decay : Decay
    reference : ReferenceSums

    Returns
    -------
    Scores
        The same, up to the engine's relative error, as `scores` gives.
    """
    own = None if reference.weight is None else reference.weight[members]
    made = sums(places, weights=own, **decay.arguments)
    found = _scores(made.values[0, 0], _others(len(members), own), decay)
    population = reference.moments.shape[1]
    others: np.ndarray | float = population - 1
    if reference.weight is not None and own is not None:
        others = reference.weight.sum() - own
    towards = reference.moments[0, members]
    expected = _averaged(towards, others, decay)
    if decay.normalisation == "sum":
        expected = expected * (len(members) - 1) / max(population - 1, 1)
    return Scores(found, expected, towards, engine_of(made))


def _others(count: int, weights: np.ndarray | None) -> np.ndarray | float:
    """Return what the others of each establishment count for together."""
    return count - 1 if weights is None else weights.sum() - weights


def _scores(values: np.ndarray, others: np.ndarray | float, decay: Decay) -> np.ndarray:
    """Turn sums per metre into scores."""
    return _averaged(values * decay.per_metre, others, decay)


def _averaged(values: np.ndarray, others: np.ndarray | float, decay: Decay) -> np.ndarray:
    if decay.normalisation == "sum":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(others) > 0, values / others, np.nan)


def engine_of(made: ProximitySums) -> dict[str, Any]:
    """Return how sums were made."""
    return {
        "method": made.method,
        "wanted_relative_error": made.rtol,
        "checked_relative_error": made.checked_error,
    }
