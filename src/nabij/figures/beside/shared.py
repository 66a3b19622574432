"""What is the same for every sector on the sheet, so that the eye may compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.figures.kit import axis, dots, geography
from nabij.figures.kit.placing import regions_shown
from nabij.figures.kit.sheet import Box
from nabij.figures.kit.symbols import Symbols, symbols_of

if TYPE_CHECKING:
    from nabij.views import View

# A column wider than this is large: its numbers stand in one row and its map is taller.
LARGE = 250.0
# By whether the column is large.
MAP_HIGH = {True: 265.0, False: 190.0}
CHART_HIGH = {True: 135.0, False: 112.0}
# Room for the numbers of the upright axis.
LEFT = 31.0
LARGEST_BUBBLE = 30.0
SMALLEST_BUBBLE = 3.0
ALL_ALIKE = 6.0
BUBBLE_INK = 0.08


@dataclass(frozen=True)
class Bubbles:
    """Axes of the bubble panels, and jobs to area."""

    across: axis.Scale
    up: axis.Scale
    sizes: dots.Sizing


@dataclass(frozen=True)
class Shared:
    """One extent, one set of classes and one scale of each kind.

    Parameters
    ----------
    bounds : tuple of float
        Extent of the maps, metres.
    whole : bool
        Whether the maps show every region.
    place : Box
        Width and height of a map.
    classes : list of float
        Bounds of the classes of D-scores, those of the study.
    symbols : dict of str to Symbols
        By sector: what stands for its establishments on the map.
    most : float
        The largest share of a class in any sector.
    bubbles : Bubbles or None
        None where there are no regions to draw.
    """

    bounds: tuple[float, ...]
    whole: bool
    place: Box
    classes: list[float]
    symbols: dict[str, Symbols]
    most: float
    bubbles: Bubbles | None


def shared_by(views: Sequence[View], wide: float) -> Shared:
    """Choose what the columns of these sectors share, each `wide` points."""
    extents = [geography.extent_of(view) for view in views]
    corners = np.array([bounds for bounds, _ in extents])
    west, south = (float(side) for side in corners[:, :2].min(axis=0))
    east, north = (float(side) for side in corners[:, 2:].max(axis=0))
    place = geography.fitted((west, south, east, north), Box(0, 0, wide, MAP_HIGH[wide > LARGE]))
    inner = list(views[0].score_bounds)
    bounds = (west, south, east, north)
    found = symbols_of([view.establishments for view in views], bounds, place)
    return Shared(
        bounds=bounds,
        whole=all(shown for _, shown in extents),
        place=place,
        classes=inner,
        symbols={view.sector.name: each for view, each in zip(views, found, strict=True)},
        most=max(float(each.class_shares(inner).max()) for each in found),
        bubbles=_bubbles(views, wide),
    )


def _bubbles(views: Sequence[View], wide: float) -> Bubbles | None:
    regions = [regions_shown(view) for view in views if view.has_regions]
    together = pd.concat(regions) if regions else pd.DataFrame()
    if not len(together):
        return None
    across, up = wide - LEFT, CHART_HIGH[wide > LARGE]
    jobs = together["sector_jobs"].to_numpy()
    sizes = dots.sizing(
        jobs,
        len(views) * across * up,
        share=BUBBLE_INK,
        largest=LARGEST_BUBBLE,
        smallest=SMALLEST_BUBBLE if np.nansum(jobs) > 0 else ALL_ALIKE,
    )
    radius = sizes.diameter(jobs) / 2
    means = [view.sector.mean_d_score for view in views]
    return Bubbles(
        axis.scale_for(
            together["location_quotient"].to_numpy(), [1.0], radius, across, logarithmic=True
        ),
        axis.scale_for(together["mean_d_score"].to_numpy(), means, radius, up),
        sizes,
    )
