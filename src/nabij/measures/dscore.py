"""D-score: how near an establishment is to the others of its sector."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from nabij.decay import FLOOR, Decay
from nabij.progress import Progress, silent
from nabij.proximity import KERNELS, ProximitySums, sums

T = TypeVar("T")


@dataclass(frozen=True)
class ReferenceSums:
    """Sums over a whole reference, made once for all sectors that share it.

    Attributes
    ----------
    places : numpy.ndarray of float64, shape (N, 2)
        Of its establishments, metres.
    moments : numpy.ndarray of float64, shape (3, N)
        For every establishment of the reference the sums of f, f^2 and f^3 towards the others,
        in the units of the decay's scores and their powers.
    weight : numpy.ndarray of float64, shape (N,), or None
        What each counts for as a neighbour.
    decay : Decay
    engine : dict
    made : dict
        What tests made of it, by name: see `once`.
    """

    places: np.ndarray
    moments: np.ndarray
    weight: np.ndarray | None
    decay: Decay
    engine: dict[str, Any]
    made: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.places)

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` makes; made at the first call, for all sectors of the reference."""
        if name not in self.made:
            self.made[name] = make()
        found: T = self.made[name]
        return found


@dataclass(frozen=True)
class Scores:
    """D-scores of a sector's establishments, and what to expect of them.

    Attributes
    ----------
    d_score, expected : numpy.ndarray of float64, shape (n,)
        Not a number where there is no other establishment to be near to.
    towards_sector, towards_reference : numpy.ndarray of float64, shape (n,)
        Plain sums over the others of the sector, and of the reference, in the unit of the scores.
    members : numpy.ndarray of int64, shape (n,)
        Which establishments of the reference they are, ascending.
    reference : ReferenceSums
    engine : dict
        How the sums were made: method, wanted and checked relative error.
    """

    d_score: np.ndarray
    expected: np.ndarray
    towards_sector: np.ndarray
    towards_reference: np.ndarray
    members: np.ndarray
    reference: ReferenceSums
    engine: dict[str, Any]

    @property
    def relative(self) -> np.ndarray:
        """The score divided by what to expect."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.d_score / self.expected)


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
        If `xy` has the wrong shape, is not finite or looks like longitudes and latitudes, or a
        parameter is unknown.

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
        raise ValueError(
            "the points look like longitudes and latitudes, but D-scores need metres: project "
            "them first, for instance with geopandas.points_from_xy(longitude, latitude, "
            'crs="EPSG:4326").to_crs("EPSG:28992"), or to the metric system of your country'
        )
    weight = None if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    scaled = kernel in KERNELS and KERNELS[kernel].length == "scale"
    if scaled and scale is None:
        raise ValueError(f"the kernel {kernel!r} needs a scale in metres, as in scale=1000")
    length = scale if scaled and scale is not None else floor
    decay = Decay(kernel, length, normalisation=normalisation)
    return own_scores(points, decay, weight, progress=progress)


def _looks_like_degrees(points: np.ndarray) -> bool:
    """Tell whether all points fit on a globe of degrees, and are not all at one place."""
    within = (np.abs(points) <= (180, 90)).all()
    return len(points) > 1 and bool(within and (points != points[0]).any())


def own_scores(
    places: np.ndarray,
    decay: Decay,
    weights: np.ndarray | None = None,
    *,
    progress: Progress = silent,
) -> np.ndarray:
    """Compute the D-score of every establishment towards the others, by a distance decay.

    Parameters
    ----------
    places : numpy.ndarray of float64, shape (n, 2)
        Metres.
    decay : Decay
    weights : numpy.ndarray of float64, shape (n,), optional
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        In the unit of the decay's scores; not a number where there is no other.
    """
    made = sums(places, weights=weights, progress=progress, **decay.arguments)
    return _averaged(made.values[0, 0] * decay.per_metre, _others(len(places), weights), decay)


def reference_sums(
    places: np.ndarray,
    decay: Decay | None = None,
    weights: np.ndarray | None = None,
    *,
    progress: Progress = silent,
) -> ReferenceSums:
    """Sum f, f^2 and f^3 from every establishment of a reference to the others, in one pass.

    Parameters
    ----------
    places : numpy.ndarray of float64, shape (N, 2)
    decay : Decay, optional
        By default the mean inverse distance with a floor of 100 m.
    weights : numpy.ndarray of float64, shape (N,), optional
    progress : callable, optional

    Returns
    -------
    ReferenceSums
    """
    decay = decay or Decay()
    made = sums(places, weights=weights, powers=(1, 2, 3), progress=progress, **decay.arguments)
    moments = made.values[:, 0]
    if decay.per_metre != 1:
        moments = moments * (decay.per_metre ** np.arange(1, 4))[:, None]
    return ReferenceSums(places, moments, weights, decay, engine_of(made))


def scores(members: np.ndarray, reference: ReferenceSums, *, progress: Progress = silent) -> Scores:
    """Compute the D-score of a sector's establishments and what a random draw would give.

    Expected is the mean over all ways to draw the sector from its reference (random labelling):
    ``m_i = 1/(N-1) * sum over j != i of f(d_ij)`` over the reference. With weights it is the
    ratio of the expected sums.

    Parameters
    ----------
    members : numpy.ndarray of int64, shape (n,)
        Which establishments of the reference are the sector.
    reference : ReferenceSums
    progress : callable, optional

    Returns
    -------
    Scores

    Examples
    --------
    >>> places = np.array([[0.0, 0.0], [1000.0, 0.0], [9000.0, 0.0], [5000.0, 0.0]])
    >>> found = scores(np.array([0, 1]), reference_sums(places))
    >>> found.d_score.tolist(), found.expected.round(4).tolist()
    ([1.0, 1.0], [0.437, 0.4583])
    """
    decay, weight = reference.decay, reference.weight
    own = None if weight is None else weight[members]
    made = sums(reference.places[members], weights=own, progress=progress, **decay.arguments)
    towards_sector = made.values[0, 0] * decay.per_metre
    found = _averaged(towards_sector, _others(len(members), own), decay)
    others: np.ndarray | float = len(reference) - 1
    if weight is not None and own is not None:
        others = weight.sum() - own
    towards = reference.moments[0, members]
    expected = _averaged(towards, others, decay)
    if decay.normalisation == "sum":
        expected = expected * (len(members) - 1) / max(len(reference) - 1, 1)
    return Scores(found, expected, towards_sector, towards, members, reference, engine_of(made))


def _others(count: int, weights: np.ndarray | None) -> np.ndarray | float:
    """Return what the others of each establishment count for together."""
    return count - 1 if weights is None else weights.sum() - weights


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
