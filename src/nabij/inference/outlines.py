"""Outlines: windows that stand out, linked to each other, and what lies in the area they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import xlogy

from nabij.inference.windows import Floats, Integers, Windows
from nabij.proximity.windows import Ground
from nabij.proximity.work import run_each

if TYPE_CHECKING:
    from shapely import MultiPolygon

Truths = NDArray[np.bool_]

DISC = 0.35
"""Of a window's radius: its part of the area. With .5 more of a cluster is found, and held less
firmly."""

FEWEST = 5
"""Establishments of the sector in a cluster."""

GAP, DETAIL = 250.0, 10.0
"""Metres: gaps that are closed in the polygon of an area, and what is left out of its edge."""


@dataclass(frozen=True)
class Outlines:
    """Areas and who is in them.

    Attributes
    ----------
    place, cluster : numpy.ndarray of int64, shape (inside,)
        Places of the ground inside an area, ascending, and the area's number.
    sector, reference : numpy.ndarray of int64, shape (areas,)
        Establishments of the sector and of the reference in each.
    x, y, radius : numpy.ndarray of float64, shape (discs,)
        The discs that the areas are made of, metres.
    disc_of : numpy.ndarray of int64, shape (discs,)
    """

    place: Integers
    cluster: Integers
    sector: Integers
    reference: Integers
    x: Floats
    y: Floats
    radius: Floats
    disc_of: Integers

    def __len__(self) -> int:
        return len(self.sector)


def outlines(
    ground: Ground, sector: Integers, found: Windows, core: Truths, joiner: Truths
) -> Outlines:
    """Link cores and joiners, and keep what holds a core and `FEWEST` of the sector.

    Parameters
    ----------
    ground : Ground
        Of the reference.
    sector : numpy.ndarray of int64, shape (places,)
        Establishments of the sector at every place of the ground.
    found : Windows
    core, joiner : numpy.ndarray of bool, shape (windows,)

    Returns
    -------
    Outlines
        Most of the sector first.
    """
    active = np.flatnonzero(core | joiner)
    if not core.any():
        return _none()
    place, radius, core = found.place[active], found.radius[active], core[active]
    component = ground.part(place, found.members[active]).linked(radius)
    kept = np.zeros(component.max() + 1, np.bool_)
    kept[component[core]] = True
    keep = np.flatnonzero(kept[component])
    keep = keep[np.argsort(component[keep], kind="stable")]
    place, radius, core, component = place[keep], radius[keep], core[keep], component[keep]
    x, y = ground.x[place], ground.y[place]
    inside, of = ground.covered(x, y, DISC * radius, component)
    enough = np.bincount(of, weights=sector[inside], minlength=len(kept)) >= FEWEST
    inside, of = inside[enough[of]], of[enough[of]]
    inside, of = _nearest_core(ground, inside, of, x[core], y[core], component[core])
    # What another area took may leave too few.
    held = np.bincount(of, weights=sector[inside], minlength=len(kept)).astype(np.int64)
    order = np.argsort(-held, kind="stable")
    order = order[held[order] >= FEWEST]
    number = np.full(len(kept), -1)
    number[order] = np.arange(len(order))
    inside, of = inside[number[of] >= 0], number[of][number[of] >= 0]
    disc = number[component] >= 0
    return Outlines(
        place=inside,
        cluster=of,
        sector=held[order],
        reference=np.bincount(of, weights=ground.count[inside], minlength=len(order)).astype(
            np.int64
        ),
        x=x[disc],
        y=y[disc],
        radius=DISC * radius[disc],
        disc_of=number[component[disc]],
    )


def by_rule(ground: Ground, sector: Integers, found: Windows) -> Outlines:
    """Outline what windows show: cores, and what may join them."""
    return outlines(ground, sector, found, found.cores(), found.joiners())


def _none() -> Outlines:
    whole, real = np.empty(0, np.int64), np.empty(0)
    return Outlines(whole, whole, whole, whole, real, real, real, whole)


def _nearest_core(
    ground: Ground, inside: Integers, of: Integers, x: Floats, y: Floats, core_of: Integers
) -> tuple[Integers, Integers]:
    """Give each place that is inside several areas to the one whose core is nearest."""
    several = np.zeros(len(inside), np.bool_)
    same = inside[1:] == inside[:-1]
    several[1:] |= same
    several[:-1] |= same
    away = np.zeros(len(inside))
    for group in np.unique(of[several]):
        rows = np.flatnonzero(several & (of == group))
        cores = cKDTree(np.column_stack((x, y))[core_of == group])
        away[rows] = cores.query(np.column_stack((ground.x, ground.y))[inside[rows]])[0]
    order = np.lexsort((away, inside))
    first = np.ones(len(inside), np.bool_)
    first[1:] = inside[order][1:] != inside[order][:-1]
    chosen = order[first]
    return inside[chosen], of[chosen]


def log_likelihood_ratio(sector: Integers, reference: Integers, n: int, N: int) -> Floats:
    """Return how much likelier counts are with a share of their own inside than with one share.

    Parameters
    ----------
    sector, reference : numpy.ndarray of int64, shape (k,)
        Establishments of the sector, and of the reference, inside.
    n, N : int
        The same in all.

    Returns
    -------
    numpy.ndarray of float64, shape (k,)
        0 where the share inside is not above that of all.

    References
    ----------
    Kulldorff, A spatial scan statistic, Communications in Statistics 26 (1997), Bernoulli model.

    Examples
    --------
    >>> log_likelihood_ratio(np.array([6]), np.array([10]), 10, 100).round(3).tolist()
    [9.414]
    """
    c, m = np.asarray(sector, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    inside = xlogy(c, c / m) + xlogy(m - c, 1 - c / m)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(m < N, (n - c) / (N - m), 0.0)
    outside = xlogy(n - c, share) + xlogy(N - m - n + c, 1 - share)
    alike = xlogy(n, n / N) + xlogy(N - n, 1 - n / N)
    return np.asarray(np.where(c * N > m * n, np.maximum(inside + outside - alike, 0.0), 0.0))


def polygons(found: Outlines) -> list[MultiPolygon]:
    """Return the area of every cluster: the union of its discs, small gaps closed, simplified."""
    import shapely

    discs = shapely.buffer(shapely.points(found.x, found.y), found.radius)
    order = np.argsort(found.disc_of, kind="stable")
    ends = np.searchsorted(found.disc_of[order], np.arange(len(found) + 1))
    shapes: list[MultiPolygon] = [None] * len(found)

    def outline(cluster: int) -> None:
        rows = order[ends[cluster] : ends[cluster + 1]]
        area = shapely.union_all(discs[rows]).buffer(GAP).buffer(-GAP).simplify(DETAIL)
        parts = shapely.get_parts(shapely.make_valid(area))
        surface = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        shapes[cluster] = shapely.multipolygons(surface)

    run_each(outline, len(found))
    return shapes
