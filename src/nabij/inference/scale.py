"""The scale at which a sector clusters: the one that foretells best where its members are."""

from __future__ import annotations

import numpy as np

from nabij.inference.windows import FARTHEST, Floats, Integers, nearest
from nabij.progress import Progress, silent
from nabij.proximity.windows import Ground

SCALES = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
"""Of the sector that a window is to hold by expectation."""

MOST_OF_SECTOR, MOST_OF_REST = 8_000, 15_000
"""Establishments that the scales are tried on: of the sector and of the rest of the reference."""


def likelihoods(
    ground: Ground,
    members: Integers,
    least: float,
    random: np.random.Generator,
    *,
    progress: Progress = silent,
) -> Floats:
    """Return the leave-one-out log likelihood of every scale of `SCALES`.

    Each establishment is foretold to be in the sector with the share of the sector in the window
    around it, itself left out and one as in the whole reference put in: ``(c + 1)/(m + N/n)``.

    Parameters
    ----------
    ground : Ground
        Of the reference.
    members : numpy.ndarray of int64, shape (n,)
        Which points of the ground are the sector; not all of them.
    least : float
        Metres: the shortest radius of a window.
    random : numpy.random.Generator
        Draws whom the scales are tried on, the same for every scale.
    progress : callable, optional

    Returns
    -------
    numpy.ndarray of float64, shape (scales,)

    References
    ----------
    Likelihood cross-validation of a bandwidth, as for density and classification: Silverman,
    Density Estimation (1986), section 3.4.4.
    """
    total, count = len(ground.place), len(members)
    rest = np.delete(np.arange(total), members)
    of_sector = random.choice(members, min(count, MOST_OF_SECTOR), replace=False)
    of_rest = random.choice(rest, min(len(rest), MOST_OF_REST), replace=False)
    asked, which = np.unique(
        ground.place[np.concatenate((of_sector, of_rest))], return_inverse=True
    )
    at_sector, at_rest = which[: len(of_sector)], which[len(of_sector) :]
    x, y = ground.x[asked], ground.y[asked]
    place, at_place = np.unique(ground.place[members], return_counts=True)
    own = ground.part(place, at_place)
    found = np.empty(len(SCALES))
    for at, expected in enumerate(SCALES):
        progress("Looking for the scale of clusters", at / len(SCALES))
        radius, within = ground.radii(asked, nearest(expected, total, count), least, FARTHEST)
        close = own.within(x, y, radius)
        share = within - 1 + total / count
        sector = np.log(close[at_sector] / share[at_sector])
        others = np.log1p(-(close[at_rest] + 1) / share[at_rest])
        found[at] = count * sector.mean() + (total - count) * others.mean()
    return found
