"""Outlines and names of clusters on a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from matplotlib.patches import Ellipse

from nabij.figures.kit import geography, labels, lettering
from nabij.figures.kit.sheet import LEADING, Box, Sheet
from nabij.figures.kit.style import INK, LINE, PAPER, SMALL, SOFT, THIN, TINY
from nabij.views.sureness import Sureness, sureness

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nabij.language import Language

DASHES = (0, (2.2, 1.6))
# A cluster smaller than this on paper, in points, is drawn as a ring of this size round it.
SMALLEST = 4.0
NAME_ROOM = 120.0
COUNT = "sector_establishments"


def shown(clusters: pd.DataFrame, bounds: Sequence[float]) -> pd.DataFrame:
    """Return the clusters with an area on the map, most establishments of the sector first."""
    if "geometry" not in clusters or not len(clusters):
        return clusters.iloc[:0]
    shapes = np.asarray(clusters["geometry"], dtype=object)
    there = ~shapely.is_missing(shapes) & (shapely.area(shapes) > 0)
    there &= shapely.intersects(shapes, shapely.box(*bounds))
    kept = pd.DataFrame(clusters[there])
    return kept.sort_values([COUNT, "cluster"], ascending=[False, True], ignore_index=True)


def sure_of(clusters: pd.DataFrame) -> Sureness:
    """Tell which clusters are shown as found."""
    return sureness(clusters, "p_value", count=COUNT)


def areas(clusters: pd.DataFrame, per_point: float) -> np.ndarray:
    """Return the areas to draw: what would be a speck on paper is a small disc.

    Parameters
    ----------
    clusters : pandas.DataFrame
    per_point : float
        Metres in a point.
    """
    shapes = geography.drawable(clusters["geometry"])
    west, south, east, north = shapely.bounds(shapes).T if len(shapes) else np.empty((4, 0))
    speck = np.maximum(east - west, north - south) < SMALLEST * per_point
    middles = shapely.centroid(shapes)
    return np.where(speck, shapely.buffer(middles, SMALLEST / 2 * per_point), shapes)


def draw_outlines(axes: Axes, shapes: np.ndarray, firm: np.ndarray) -> None:
    """Draw the edges of areas on dots: a line with a white rim where firm, dashed where not."""
    for which, edge, weight, dashes, order in (
        (firm, PAPER, LINE * 2, "solid", 6.0),
        (~firm, SOFT, THIN, DASHES, 6.1),
        (firm, INK, LINE * 0.8, "solid", 6.2),
    ):
        if which.any():
            geography.draw_shapes(
                axes,
                shapes[which],
                facecolor="none",
                edgecolor=edge,
                linewidth=weight,
                linestyle=dashes,
                zorder=order,
                label="outlines" if edge != PAPER else "rims",
            )


def name_of(words: Language, cluster: pd.Series, *, room: float = NAME_ROOM) -> str:
    """Write the number and the name of a cluster, and how many of the sector are in it."""
    count = words.number(cluster[COUNT])
    number = words.number(cluster["cluster"])
    full = words.text("figures.clusters.item", number=number, name="", count=count)
    room -= lettering.width(full, SMALL)
    name = lettering.cut(lettering.clean(cluster["name"]), room, SMALL)
    return words.text("figures.clusters.item", number=number, name=name, count=count)


def write_names(
    sheet: Sheet, box: Box, bounds: Sequence[float], clusters: pd.DataFrame, shapes: np.ndarray
) -> None:
    """Name clusters, given largest first, beside their areas on the map in `box`."""
    if not len(clusters):
        return
    scale = box.width / (bounds[2] - bounds[0])
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    x = box.left + (points[:, 0] - bounds[0]) * scale
    y = box.bottom - (points[:, 1] - bounds[1]) * scale
    radius = np.sqrt(shapely.area(shapes) / np.pi) * scale
    wanted = [
        labels.Label(
            float(x[at]),
            float(y[at]),
            float(radius[at]),
            name_of(sheet.language, clusters.iloc[at]),
            SMALL,
        )
        for at in range(len(clusters))
    ]
    obstacles = labels.Obstacles(marks=np.column_stack([x, y, radius]))
    room = Box(box.left + 2, box.top + 2, box.width - 4, box.height - 4)
    placed = labels.place(wanted, room, obstacles, worst=140.0, tries=12)
    labels.draw(sheet, placed, halo=2.0)


def key(
    sheet: Sheet, box: Box, entries: Sequence[tuple[bool, str]], *, fill: str = "none"
) -> float:
    """Explain the outlines: one row each, firm or dashed; return the bottom."""
    y = box.top
    for firm, meaning in entries:
        rows = lettering.wrap(meaning, box.width - 19, TINY, lines=4)
        sheet.ink.add_patch(
            Ellipse(
                (box.left + 6.5, y + TINY * LEADING / 2 + 0.5),
                13,
                8,
                facecolor=fill if firm else "none",
                edgecolor=INK if firm else SOFT,
                linewidth=LINE * 0.8 if firm else THIN,
                linestyle="solid" if firm else DASHES,
            )
        )
        y = sheet.paragraph(box.left + 19, y, rows, size=TINY, colour=SOFT) + 3
    return y
