"""Point in polygon: the region of every establishment."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from nabij.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

CHUNK = 50_000


@dataclass(frozen=True)
class Located:
    """Which region each point lies in.

    Attributes
    ----------
    region : numpy.ndarray of int64, shape (n,)
        Position in the list of polygons; -1 where a point lies in none.
    several : int
        Points that lie in, or on the border of, more than one polygon; the first polygon has them.
    """

    region: np.ndarray
    several: int

    @property
    def outside(self) -> int:
        """Points that lie in no polygon."""
        return int((self.region < 0).sum())


def locate(x: np.ndarray, y: np.ndarray, polygons: np.ndarray) -> Located:
    """Find the polygon of every point; a border belongs to the polygons on both its sides.

    Parameters
    ----------
    x, y : numpy.ndarray of float64, shape (n,)
    polygons : numpy.ndarray of shapely geometries, shape (m,)
        In order of precedence. None never holds a point.

    Returns
    -------
    Located

    Notes
    -----
    Establishments share addresses, so each distinct place is looked up once.

    Examples
    --------
    >>> west, east = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    >>> found = locate(np.array([0.5, 1.0, 9.0]), np.array([0.5, 0.5, 0.5]), np.array([west, east]))
    >>> found.region.tolist(), found.several, found.outside
    ([0, 0, -1], 1, 1)
    """
    # Sorting brings neighbours together, which the tree answers from warm memory.
    places, place_of = np.unique(x + 1j * y, return_inverse=True)
    tree = shapely.STRtree(polygons)
    shapely.prepare(polygons)

    def look_up(chunk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at, polygon = tree.query(shapely.points(chunk.real, chunk.imag))
        inside = shapely.intersects_xy(polygons[polygon], chunk.real[at], chunk.imag[at])
        at, polygon = at[inside], polygon[inside]
        first = np.full(len(chunk), len(polygons), dtype=np.int64)
        np.minimum.at(first, at, polygon)
        return first, np.bincount(at, minlength=len(chunk))

    chunks = [places[start : start + CHUNK] for start in range(0, len(places), CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(look_up, chunks))
    region = np.concatenate([first for first, _ in found]) if found else np.empty(0, np.int64)
    times = np.concatenate([count for _, count in found]) if found else np.empty(0, np.int64)
    region[region == len(polygons)] = -1
    return Located(region[place_of], int((times[place_of] > 1).sum()))


def require_overlap(
    level: str, found: Located, x: np.ndarray, y: np.ndarray, shapes: gpd.GeoDataFrame
) -> None:
    """Raise if no establishment lies in any region of a level: one of the two is misplaced.

    Raises
    ------
    InputError
        Shows where the establishments are and where the regions.
    """
    if (found.region >= 0).any():
        return
    west, south, east, north = shapes.total_bounds
    raise InputError(
        f"[[regions]] level = '{level}': none of the {len(x)} establishments lies in any of its "
        f"regions. In {shapes.crs.to_string()} the establishments span x {x.min():.0f} to "
        f"{x.max():.0f}, y {y.min():.0f} to {y.max():.0f}, the regions x {west:.0f} to {east:.0f}, "
        f"y {south:.0f} to {north:.0f}; check crs in [register] and in this block, "
        "and that [register] x is the easting or longitude"
    )
