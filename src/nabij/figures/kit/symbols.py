"""What stands for the establishments on a map: a place each, or a cell of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nabij.figures.kit import classes, dots, geography
from nabij.figures.kit.sheet import Box
from nabij.language import Language
from nabij.views.places import cells_of, places_of

# Where more of the symbols of places would lie for more than half under others, cells are drawn.
MOST_HIDDEN = 0.25
# Points between the middles of cells, at most, and the smallest and largest circle, in cells.
CELL = 12.5
SMALLEST_IN_CELL = 0.32
LARGEST_IN_CELL = 1.7
# Diameter in points of one job, or one establishment, at most: of a few, none is a giant.
ONE = 7.0


@dataclass(frozen=True)
class Symbols:
    """The symbols of one sector on a map, in the order of drawing.

    Parameters
    ----------
    table : pandas.DataFrame
        As `nabij.views.places.places_of`.
    diameter : numpy.ndarray
        Points.
    sizes : Sizing
    by : {"jobs", "establishments"}
        What the area stands for.
    across : float
        Metres between cells; 0 where a symbol is a place.
    hidden : float
        Share of the symbols that lie for more than half under others.
    """

    table: pd.DataFrame
    diameter: np.ndarray
    sizes: dots.Sizing
    by: str
    across: float
    hidden: float

    @property
    def values(self) -> np.ndarray:
        """What the areas stand for."""
        return self.table[self.by].to_numpy(dtype=float)

    @property
    def legend(self) -> str:
        """Key of the heading of the legend of areas."""
        return "jobs" if self.by == "jobs" else "in_cell" if self.across else "at_place"

    def told(self, words: Language) -> str:
        """Say what a symbol is."""
        if self.across:
            across = distance_text(words, self.across)
            return words.text("figures.dot_map.cells", across=across)
        key = "places" if self.by == "jobs" else "places_plain"
        return words.text(f"figures.dot_map.{key}")

    def class_shares(self, bounds: Sequence[float]) -> np.ndarray:
        """Return the share of the establishments by class of their symbol; last, without one."""
        many = len(bounds) + 2
        score = self.table["d_score"].to_numpy(dtype=float)
        count = self.table["establishments"].to_numpy(dtype=float)
        found = classes.class_of(score, bounds) % many
        return np.bincount(found, count, many) / max(count.sum(), 1.0)


def symbols_of(
    sectors: Sequence[pd.DataFrame], bounds: Sequence[float], place: Box
) -> list[Symbols]:
    """Choose the symbols of sectors on maps of the same size: alike on all.

    Parameters
    ----------
    sectors : sequence of pandas.DataFrame
        The establishments of each.
    bounds : sequence of float
        Extent of a map, metres.
    place : Box
        A map on paper.
    """
    per_point = (bounds[2] - bounds[0]) / place.width
    room = len(sectors) * place.width * place.height

    def ordered(table: pd.DataFrame, by: str, sizes: dots.Sizing, across: float) -> Symbols:
        diameter = sizes.diameter(table[by].to_numpy(dtype=float))
        order = np.argsort(-diameter, kind="stable")
        table, diameter = table.iloc[order].reset_index(drop=True), diameter[order]
        x, y = (table[side].to_numpy(dtype=float) / per_point for side in ("x", "y"))
        under = dots.hidden(x, y, diameter)
        share = float(under.mean()) if len(under) else 0.0
        return Symbols(table, diameter, sizes, by, across, share)

    tables = [_shown(places_of(sector), bounds) for sector in sectors]
    together = pd.concat(tables, ignore_index=True)
    by = "jobs" if together["jobs"].gt(0).any() else "establishments"
    values = together[by].to_numpy(dtype=float)
    most = np.sqrt(np.nanmax(values, initial=1.0)) * ONE
    sizes = dots.sizing(values, room, largest=min(dots.LARGEST, float(most)))
    found = [ordered(table, by, sizes, 0.0) for table in tables]
    if max(each.hidden for each in found) <= MOST_HIDDEN:
        return found
    across = geography.round_length(CELL * per_point)
    tables = [_shown(cells_of(sector, across), bounds) for sector in sectors]
    counts = np.concatenate([table["establishments"].to_numpy(dtype=float) for table in tables])
    cell = across / per_point
    smallest, largest = SMALLEST_IN_CELL * cell, LARGEST_IN_CELL * cell
    sizes = dots.sizing(counts, np.inf, largest=largest, smallest=smallest)
    return [ordered(table, "establishments", sizes, across) for table in tables]


def _shown(table: pd.DataFrame, bounds: Sequence[float]) -> pd.DataFrame:
    x, y = (table[side].to_numpy(dtype=float) for side in ("x", "y"))
    return table[geography.on_map(x, y, bounds)].reset_index(drop=True)


def distance_text(words: Language, metres: float) -> str:
    """Write a round distance in kilometres, or in metres where it is less than one.

    >>> distance_text(Language("en"), 500.0), distance_text(Language("nl"), 2000.0)
    ('500 m', '2 km')
    """
    if metres < 1000:
        return f"{words.number(metres)} m"
    return f"{words.number(metres / 1000)} km"
