"""Where in its neighbourhood each made-up establishment is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Random = np.random.Generator


def places(hoods: pd.DataFrame, hood: Ints, random: Random) -> tuple[Floats, Floats]:
    """Put every establishment inside its neighbourhood, some at an address that is taken.

    Parameters
    ----------
    hoods : pandas.DataFrame
        From `nabij.demo.neighbourhoods.draw`.
    hood : ndarray of int64, shape (n,)
        Row of the neighbourhood of each establishment.
    random : numpy.random.Generator

    Returns
    -------
    x, y : ndarray of float64, shape (n,)
        Metres.
    """
    order = np.argsort(hood, kind="stable")
    hood = hood[order]
    cells = hoods["geometry"].to_numpy()
    place = _gathered(hoods, hood, _anywhere(cells, hood, random), random)

    # In a row of the same neighbourhood the next one sometimes moves in with the one before.
    shares_address = (0.10 + 0.12 * hoods["centrality"] + 0.06 * hoods["estate"]).to_numpy()
    joins = random.random(len(hood)) < shares_address[hood]
    joins[0] = False
    joins[1:] &= hood[1:] == hood[:-1]
    host = np.maximum.accumulate(np.where(joins, 0, np.arange(len(hood))))

    # Whole metres, except where rounding, or a cell in two parts, would lead across a border.
    shapely.prepare(cells)
    whole_metres = np.round(place)
    stays = shapely.contains_xy(cells[hood], *whole_metres.T)
    at_home = shapely.contains_xy(cells[hood], *place.T)
    middle = shapely.get_coordinates(shapely.point_on_surface(cells))[hood]
    place = np.where(at_home[:, None], place, middle)
    place = np.where(stays[:, None], whole_metres, place)
    x, y = np.empty(len(hood)), np.empty(len(hood))
    x[order], y[order] = place[host].T
    return x, y


def _anywhere(cells: NDArray[np.object_], hood: Ints, random: Random) -> Floats:
    """Draw a point in each one's cell, every spot as likely: a triangle by area, then inside."""
    triangles, of_cell = shapely.get_parts(
        shapely.constrained_delaunay_triangles(cells), return_index=True
    )
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    surface = shapely.area(triangles)
    mass = np.cumsum(surface)
    first = np.searchsorted(of_cell, np.arange(len(cells)))
    last = np.append(first[1:], len(of_cell)) - 1
    before = np.concatenate([[0.0], mass])[first]
    whole = np.bincount(of_cell, surface, minlength=len(cells))

    target = before[hood] + random.random(len(hood)) * whole[hood]
    drawn = np.searchsorted(mass, target, side="right")
    corner = corners[np.clip(drawn, first[hood], last[hood])]
    a, b = random.random((2, len(hood)))
    over = a + b > 1
    a[over], b[over] = 1 - a[over], 1 - b[over]
    return (
        corner[:, 0]
        + a[:, None] * (corner[:, 1] - corner[:, 0])
        + b[:, None] * (corner[:, 2] - corner[:, 0])
    )


def _gathered(hoods: pd.DataFrame, hood: Ints, place: Floats, random: Random) -> Floats:
    """Draw establishments towards the middle of their neighbourhood, in the country the most."""
    cells = hoods["geometry"].to_numpy()
    surface = shapely.area(cells)
    convex = surface > (1 - 1e-9) * shapely.area(shapely.convex_hull(cells))
    strength = np.where(convex, np.clip(surface / 8e6, 0.05, 0.8), 0.0)
    seed = hoods[["x", "y"]].to_numpy()[hood]
    keep = random.random(len(hood)) ** strength[hood]
    return seed + (place - seed) * keep[:, None]
