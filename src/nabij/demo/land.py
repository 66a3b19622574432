"""How the land is shared out: every municipality grows around its point to its real area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from nabij.demo.coast import ISLANDS, PENINSULAS, WATERS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP = 1000.0  # metres; the smallest municipalities cover six such squares
BOUNDS = (8_000.0, 302_000.0, 286_000.0, 618_000.0)
RIVALS = 14  # municipalities that may claim a square; the farther ones never win it
ROUNDS = 100  # nearly all areas are then right to a square or two
FORTRESS = 1e12  # square metres; more than any weight can reach
SMOOTHING = 1500.0  # metres; coast and border bend no tighter than this
POCKET = 6e7  # square metres; a smaller hole in the land is no lake but a gap between claims


@dataclass(frozen=True)
class Land:
    """The outline and who holds which square.

    Attributes
    ----------
    outline : shapely.Geometry
        Everything that is land.
    x, y : ndarray of float64, shape (n,)
        Centres of the squares of land, metres.
    owner : ndarray of int64, shape (n,)
        Row of the municipality that holds the square.
    """

    outline: shapely.Geometry
    x: Floats
    y: Floats
    owner: Ints

    def owner_at(self, x: Floats, y: Floats) -> Ints:
        """Tell who holds the square nearest to each point."""
        squares = shapely.STRtree(shapely.points(self.x, self.y))
        return self.owner[squares.query_nearest(shapely.points(x, y), all_matches=False)[1]]


def share_out(table: pd.DataFrame) -> Land:
    """Give every municipality land around its point until it has its area.

    A square goes to the municipality with the smallest squared distance minus a weight (a power
    diagram), if that is below zero; otherwise it is abroad or sea. Raising the weight of those
    that are short of land gives everyone its area, and the outline of the country follows from
    its points: a partial optimal transport, Aurenhammer et al. 1998 (Algorithmica 20).

    Parameters
    ----------
    table : pandas.DataFrame
        From `nabij.demo.places.municipalities`.
    """
    area = table["area"].to_numpy()
    is_island = table["name"].isin(ISLANDS).to_numpy()
    islands = shapely.union_all([_ellipse(row) for row in table[is_island].itertuples()])
    water = shapely.union_all([shapely.Polygon(np.array(ring) * 1e3) for ring in WATERS.values()])

    west, south, east, north = BOUNDS
    x, y = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(west, east, STEP) + STEP / 2, np.arange(south, north, STEP) + STEP / 2
        )
    )
    dry = ~shapely.contains_xy(water, x, y)
    rivals, squared = _rivals(table, ~is_island, x, y)
    # The innermost half of its area is a municipality's own, however big its neighbours.
    squared -= np.where(squared < area[rivals] / np.pi / 2, FORTRESS, 0.0)
    weight = _fitted(rivals[dry], squared[dry], area)
    owner, held = _claims(rivals, squared, weight)
    held &= dry

    half = STEP / 2
    x0, y0 = x[held], y[held]
    claimed = shapely.union_all(shapely.box(x0 - half, y0 - half, x0 + half, y0 + half))
    mainland = claimed.buffer(6 * SMOOTHING).buffer(-7 * SMOOTHING).buffer(SMOOTHING)
    # Straight stretches and corners, as on a generalised map, in place of rounded claims.
    border = mainland.simplify(SMOOTHING * 0.6)
    land = border.difference(water).buffer(-SMOOTHING / 2).buffer(SMOOTHING / 2)
    outline = _without_pockets(land.union(islands)).simplify(40)

    inside = shapely.contains_xy(outline, x, y)
    isle = np.flatnonzero(is_island)
    on_isle = shapely.contains_xy(islands, x, y)
    nearest = np.argmin(
        (x[on_isle, None] - table["x"].to_numpy()[isle]) ** 2
        + (y[on_isle, None] - table["y"].to_numpy()[isle]) ** 2,
        axis=1,
    )
    owner[on_isle] = isle[nearest]
    return Land(outline, x[inside], y[inside], owner[inside])


def _rivals(table: pd.DataFrame, allowed: NDArray[np.bool_], x: Floats, y: Floats) -> tuple:
    """Find the municipalities nearest to every square, and their squared distances."""
    rows = np.flatnonzero(allowed)
    place_x, place_y = table["x"].to_numpy()[rows], table["y"].to_numpy()[rows]
    stretched = [
        (column, *PENINSULAS[name])
        for column, name in enumerate(table["name"].to_numpy()[rows])
        if name in PENINSULAS
    ]
    rivals, squared = [], []
    for chunk in np.array_split(np.arange(len(x)), 20):
        dx, dy = x[chunk, None] - place_x, y[chunk, None] - place_y
        distance = dx**2 + dy**2
        for column, ratio, bearing in stretched:
            along, across = _turned(dx[:, column], dy[:, column], bearing)
            distance[:, column] = along**2 / ratio + across**2 * ratio
        best = np.argpartition(distance, RIVALS, axis=1)[:, :RIVALS]
        rivals.append(rows[best])
        squared.append(np.take_along_axis(distance, best, axis=1))
    return np.concatenate(rivals), np.concatenate(squared)


def _fitted(rivals: Ints, squared: Floats, area: Floats) -> Floats:
    """Find the weights that give every municipality its area."""
    weight = area / np.pi
    most = 9 * area / np.pi  # nobody reaches farther than three times the radius of its area
    for _ in range(ROUNDS):
        owner, held = _claims(rivals, squared, weight)
        found = np.bincount(owner[held], minlength=len(area)) * STEP**2
        weight = np.minimum(weight + 0.5 * (area - found) / np.pi, most)
    return weight


def _claims(rivals: Ints, squared: Floats, weight: Floats) -> tuple[Ints, NDArray[np.bool_]]:
    power = squared - weight[rivals]
    best = power.argmin(axis=1)[:, None]
    owner = np.take_along_axis(rivals, best, axis=1)[:, 0]
    return owner, np.take_along_axis(power, best, axis=1)[:, 0] < 0


def _turned(dx: Floats, dy: Floats, bearing: float) -> tuple[Floats, Floats]:
    cos, sin = np.cos(np.radians(bearing)), np.sin(np.radians(bearing))
    return dx * cos + dy * sin, -dx * sin + dy * cos


def _ellipse(row: object) -> shapely.Geometry:
    """Draw an island as an ellipse of its area, a little bent so that it looks like one."""
    ratio, bearing = ISLANDS[row.name]  # type: ignore[attr-defined]
    radius = np.sqrt(row.area / np.pi)  # type: ignore[attr-defined]
    angle = np.linspace(0, 2 * np.pi, 49)[:-1]
    along = radius * np.sqrt(ratio) * np.cos(angle)
    across = radius / np.sqrt(ratio) * np.sin(angle)
    across = across + 0.5 * radius / np.sqrt(ratio) * np.cos(angle) ** 2
    cos, sin = np.cos(np.radians(bearing)), np.sin(np.radians(bearing))
    return shapely.Polygon(
        np.column_stack(
            [
                row.x + along * cos - across * sin,  # type: ignore[attr-defined]
                row.y + along * sin + across * cos,  # type: ignore[attr-defined]
            ]
        )
    )


def _without_pockets(shape: shapely.Geometry) -> shapely.Geometry:
    """Fill the small holes and drop the crumbs."""
    kept = []
    for part in shapely.get_parts(shape):
        if part.area < 1.5e7:
            continue
        holes = [hole for hole in part.interiors if shapely.Polygon(hole).area > POCKET]
        kept.append(shapely.Polygon(part.exterior, holes))
    return shapely.union_all(kept)
