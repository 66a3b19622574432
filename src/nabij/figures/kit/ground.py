"""The neighbourhoods of the focus region, as a map draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from nabij.figures.kit import geography, lettering
from nabij.figures.kit.sheet import Box
from nabij.views.sureness import sureness

if TYPE_CHECKING:
    from nabij.views import View

# Land of the region in no neighbourhood is shown from this part of it on.
SEEN_WITHOUT = 0.005


@dataclass(frozen=True)
class Ground:
    """What is drawn, in metres.

    Parameters
    ----------
    region : numpy.ndarray of shapely geometries
        The focus region.
    shapes : numpy.ndarray of shapely geometries
        A neighbourhood each, cut off where the region ends.
    points : numpy.ndarray, shape (n, 2)
        Where their circles stand.
    counts : numpy.ndarray
        Their establishments of the sector.
    names : list of str
    firm : numpy.ndarray of bool
        Which have significantly more of the sector than their share.
    tested : bool
        Whether that was tested at all.
    without : numpy.ndarray of shapely geometries
        Land of the region that is in no neighbourhood, where there is enough to be seen.
    """

    region: np.ndarray
    shapes: np.ndarray
    points: np.ndarray
    counts: np.ndarray
    names: list[str]
    firm: np.ndarray
    tested: bool
    without: np.ndarray


@dataclass(frozen=True)
class Frame:
    """Where on the sheet the map stands, and which ground it shows."""

    box: Box
    bounds: tuple[float, ...]

    @property
    def scale(self) -> float:
        """Points a metre."""
        return self.box.width / (self.bounds[2] - self.bounds[0])

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return where places are on the sheet."""
        x = self.box.left + (points[:, 0] - self.bounds[0]) * self.scale
        return np.column_stack([x, self.box.bottom - (points[:, 1] - self.bounds[1]) * self.scale])


def ground_of(result: View) -> Ground:
    """Cut the neighbourhoods off where the region ends, and place their circles."""
    focus = result.focus
    table = focus.neighbourhoods
    whole = table.geometry.to_numpy()
    table = table[~(shapely.is_missing(whole) | shapely.is_empty(whole))]
    shapes = shapely.make_valid(table.geometry.to_numpy())
    region = geography.drawable([focus.row.get("geometry")])
    if len(region):
        cut = shapely.intersection(shapes, region[0])
        # What has establishments by its code, but no ground in the region, keeps its own ground.
        shapes = np.where(shapely.area(cut) > 0, cut, shapes)
    else:
        region = geography.outline(
            shapes, float(np.ptp(shapely.total_bounds(shapes)[::2])) * geography.FINEST
        )
    middle = shapely.centroid(shapes)
    middle = np.where(shapely.contains(shapes, middle), middle, shapely.point_on_surface(shapes))
    of_level = result.regions[result.regions["level"] == focus.zoom_level].set_index("code")
    found = sureness(
        of_level.reindex(table["code"]), "location_quotient_q", count="sector_establishments"
    )
    return Ground(
        region=region,
        shapes=shapes,
        points=shapely.get_coordinates(middle),
        counts=table["sector_establishments"].to_numpy(dtype=float, na_value=0.0),
        names=[lettering.clean(name) for name in table["name"]],
        firm=found.firm if found.tested else np.zeros(len(table), dtype=bool),
        tested=found.tested,
        without=_without(region, np.concatenate([shapes, geography.drawable(of_level.geometry)])),
    )


def _without(region: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    whole = shapely.union_all(region)
    near = shapes[shapely.intersects(shapes, whole)]
    rest = geography.drawable([shapely.difference(whole, shapely.union_all(near))])
    return rest if shapely.area(rest).sum() > SEEN_WITHOUT * shapely.area(whole) else rest[:0]


def levels_between(result: View) -> list[str]:
    """Return the levels below the focus region's and above the one zoomed to."""
    levels = [region.level for region in result.study.regions]
    focus = result.focus
    if focus.zoom_level not in levels or focus.level not in levels:
        return []
    return levels[levels.index(focus.level) + 1 : levels.index(focus.zoom_level)]
