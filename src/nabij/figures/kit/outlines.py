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
from nabij.views.clusters import COUNT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nabij.language import Language

# Dash and gap, points.
DASHES = 1.7, 1.2
# A cluster smaller than this on paper, in points, is drawn as a ring of this size round it.
SMALLEST = 4.0
NAME_ROOM = 120.0
SEVERAL = 20


def ranked(clusters: pd.DataFrame) -> pd.DataFrame:
    """Return the clusters with an area, those with most establishments of the sector first."""
    if "geometry" not in clusters or not len(clusters):
        return pd.DataFrame(clusters.iloc[:0])
    shapes = np.asarray(clusters["geometry"], dtype=object)
    kept = pd.DataFrame(clusters[~shapely.is_missing(shapes) & (shapely.area(shapes) > 0)])
    return kept.sort_values([COUNT, "cluster"], ascending=[False, True], ignore_index=True)


def on_map(clusters: pd.DataFrame, bounds: Sequence[float]) -> pd.DataFrame:
    """Return the clusters that a map shows, as `ranked`."""
    table = ranked(clusters)
    if table.empty:
        return table
    shapes = np.asarray(table["geometry"], dtype=object)
    return table[shapely.intersects(shapes, shapely.box(*bounds))].reset_index(drop=True)


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
    # Hundreds would be a net over the dots: the more there are, the thinner.
    weight = LINE * 0.8 if len(shapes) <= SEVERAL else THIN * 0.8
    for which, edge, wide, dashes, order in (
        (firm, PAPER, weight * 2.2, "solid", 6.0),
        (~firm, SOFT, weight * 0.7, _dashes(weight * 0.7), 6.1),
        (firm, INK, weight, "solid", 6.2),
    ):
        if which.any():
            geography.draw_shapes(
                axes,
                shapes[which],
                facecolor="none",
                edgecolor=edge,
                linewidth=wide,
                linestyle=dashes,
                zorder=order,
                label="outlines" if edge != PAPER else "rims",
            )


def _dashes(weight: float) -> tuple[float, tuple[float, float]]:
    """Return dashes as long on a thin line as on a thick one: matplotlib counts in line widths."""
    dash, gap = DASHES
    return 0.0, (dash / weight, gap / weight)


def name_of(words: Language, cluster: pd.Series, *, room: float, size: float) -> str:
    """Write the number and the name of a cluster, and how many of the sector are in it."""
    name = f"{words.number(cluster['cluster'])} {cluster['name']}"
    return labels.counted(words, name, float(cluster[COUNT]), room=room, size=size)


def write_names(
    sheet: Sheet,
    box: Box,
    bounds: Sequence[float],
    shapes: np.ndarray,
    names: Sequence[str],
    *,
    face: str = "normal",
) -> None:
    """Name areas on the map in `box`: the first so many of `shapes`; none is written over."""
    if not len(names):
        return
    scale = box.width / (bounds[2] - bounds[0])

    def marks(areas: np.ndarray) -> np.ndarray:
        points = shapely.get_coordinates(shapely.point_on_surface(areas))
        x = box.left + (points[:, 0] - bounds[0]) * scale
        y = box.bottom - (points[:, 1] - bounds[1]) * scale
        return np.column_stack([x, y, np.sqrt(shapely.area(areas) / np.pi) * scale])

    parts, of = shapely.get_parts(shapes, return_index=True)
    largest = np.array([_largest(parts[of == at]) for at in range(len(names))], dtype=object)
    wanted = []
    for (x, y, radius), name in zip(marks(largest).tolist(), names, strict=True):
        wanted.append(labels.Label(x, y, radius, name, SMALL, face))
    room = Box(box.left + 2, box.top + 2, box.width - 4, box.height - 4)
    obstacles = labels.Obstacles(marks=marks(parts))
    placed = labels.place(wanted, room, obstacles, worst=160.0, tries=12)
    labels.draw(sheet, placed, halo=2.0)


def _largest(parts: np.ndarray) -> object:
    return parts[int(np.argmax(shapely.area(parts)))]


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
                linestyle="solid" if firm else _dashes(THIN),
            )
        )
        y = sheet.paragraph(box.left + 19, y, rows, size=TINY, colour=SOFT) + 3
    return y
