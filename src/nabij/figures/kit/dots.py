"""Dots: how large, which are hidden, and very many of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from nabij.figures.kit.style import PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Above this number a vector file holds the dots as pixels.
KEEP_AS_SHAPES = 10_000

# Part of the map that the dots together would cover if none overlapped.
INK_SHARE = 0.11
LARGEST = 34.0
EDGE = 0.35
# Diameters in a legend that differ by less look the same.
APART = 1.2
# Pixels a point, to find out what lies under other dots.
GRAIN = 3
# Four cubic curves, half of what matplotlib takes: off by 0.03 % of the radius at most.
ARM = 4 / 3 * np.tan(np.pi / 8)
ARC = np.array([(1, 0), (1, ARM), (ARM, 1), (0, 1)])
TURN = np.array([(0, 1), (-1, 0)])
CIRCLE = Path(
    np.vstack([(1, 0), *(ARC[1:] @ np.linalg.matrix_power(TURN, at) for at in range(4)), (1, 0)]),
    [Path.MOVETO, *[Path.CURVE4] * 12, Path.CLOSEPOLY],
)
# Each way, where dots are pixels: an eighth of a pixel off at most is more than an eye can see.
PARTS = 4


@dataclass(frozen=True)
class Sizing:
    """Area of a dot in proportion to jobs, never below what the eye can see.

    Parameters
    ----------
    area_per_job : float
        Square points.
    smallest : float
        Diameter in points.
    """

    area_per_job: float
    smallest: float

    def diameter(self, jobs: np.ndarray | float) -> np.ndarray:
        """Return diameters in points; no jobs and unknown jobs get the smallest dot.

        They are rounded to a twentieth of a point: dots of one size share one shape in a file.
        """
        known = np.nan_to_num(np.asarray(jobs, dtype=float), nan=0.0).clip(min=0.0)
        exact = np.maximum(np.sqrt(4 * known * self.area_per_job / np.pi), self.smallest)
        return np.asarray(np.round(exact * 20) / 20)

    @property
    def least_jobs(self) -> float:
        """Jobs below which all dots have the smallest size."""
        if not self.area_per_job:
            return np.inf
        return float(np.pi * self.smallest**2 / 4 / self.area_per_job)


def sizing(
    jobs: np.ndarray,
    room: float,
    *,
    share: float = INK_SHARE,
    largest: float = LARGEST,
    smallest: float | None = None,
) -> Sizing:
    """Choose dot sizes for a map or chart of `room` square points.

    Parameters
    ----------
    jobs : numpy.ndarray
    room : float
    share : float
        Part of the room that the dots would cover if none overlapped.
    largest, smallest : float
        Diameters in points. Without `smallest` it follows the number of dots: 3 points for 200,
        1.5 for 5,000, 0.9 for 60,000, 0.7 for 200,000 and more.
    """
    known = jobs[np.isfinite(jobs) & (jobs > 0)]
    least = smallest or float(np.clip(9.5 * max(len(jobs), 1) ** -0.215, 0.7, 3.2))
    if not len(known):
        return Sizing(0.0, least)
    area = min(share * room / known.sum(), np.pi * largest**2 / 4 / known.max())
    return Sizing(float(area), least)


def legend_jobs(jobs: np.ndarray, sizes: Sizing, *, maximum: bool = False) -> list[int]:
    """Return up to four round numbers of jobs for the legend, largest first.

    The last one is the largest number that still has the smallest dot, if there is one. With
    `maximum` the first is the largest number that is drawn.
    """
    known = jobs[np.isfinite(jobs) & (jobs > 0)]
    if not len(known):
        return []
    least = sizes.least_jobs
    steps = [1, 2, 5]
    series = [step * 10**power for power in range(10) for step in steps]
    largest = round(float(known.max()))
    chosen: list[int] = [largest] if maximum and largest > least else []
    for value in reversed([value for value in series if value <= known.max()]):
        apart = not chosen or sizes.diameter(value) <= 0.58 * sizes.diameter(chosen[-1])
        above = sizes.diameter(value) >= max(1.3 * sizes.smallest, sizes.smallest + APART)
        if apart and above and value > least and len(chosen) < 3:
            chosen.append(value)
    shared = [value for value in series if value <= least]
    if shared:
        chosen.append(shared[-1])
    return chosen or [max(int(known.max()), 1)]


def draw_dots(
    axes: Axes,
    x: np.ndarray,
    y: np.ndarray,
    diameter: np.ndarray,
    colour_of: np.ndarray,
    colours: list[str],
    *,
    edge: float = EDGE,
) -> None:
    """Draw dots in the order given.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    x, y : numpy.ndarray
        Metres.
    diameter : numpy.ndarray
        Points.
    colour_of : numpy.ndarray of int
        Place of each dot's colour in `colours`.
    colours : list of str
    edge : float
        Width in points of the pale rim that keeps overlapping dots apart.
    """
    seen = np.isfinite(x) & np.isfinite(y)
    x, y, diameter, colour_of = x[seen], y[seen], diameter[seen], colour_of[seen]
    if not len(x):
        return
    dots = Dots(axes, x, y, diameter, colour_of, colours, edge)
    axes.add_collection(dots, autolim=False)


class Dots(PathCollection):
    """Round dots: each run of one size and colour is one shape, stamped at many places.

    Matplotlib itself draws dots of several colours one by one, which takes several times as long.
    """

    def __init__(
        self,
        axes: Axes,
        x: np.ndarray,
        y: np.ndarray,
        diameter: np.ndarray,
        colour_of: np.ndarray,
        colours: list[str],
        edge: float,
    ) -> None:
        super().__init__(
            [CIRCLE],
            offsets=np.column_stack([x, y]),
            offset_transform=axes.transData,
            rasterized=len(x) > KEEP_AS_SHAPES,
            zorder=5,
            clip_on=False,
            label="dots",
        )
        self._diameter, self._colour_of, self._edge = diameter, colour_of, edge
        self._colours = [to_rgba(colour) for colour in colours]

    @allow_rasterization
    def draw(self, renderer: Any) -> None:
        """Draw the dots on what matplotlib draws on: an image, an SVG or a PDF."""
        if not self.get_visible():
            return
        place = self.get_offset_transform().transform(self.get_offsets())
        alike = _numbered(self._diameter, self._colour_of)
        shift = np.zeros_like(place)
        if hasattr(renderer, "buffer_rgba"):
            # Stamps go on whole pixels, with their middle half a pixel right of and below the
            # place. So each part of a pixel has a stamp of its own, shifted to be where it should.
            place, part = np.divmod(np.round(place * PARTS).astype(np.int64), PARTS)
            alike = alike * PARTS**2 + part @ [PARTS, 1]
            shift = part / PARTS + [-0.5, 0.5]
        order = np.argsort(alike, kind="stable")
        gc, as_it_is = renderer.new_gc(), IdentityTransform()
        gc.set_foreground(to_rgba(PAPER), isRGBA=True)
        for start, stop in runs(alike[order]):
            first = order[start]
            across = float(self._diameter[first])
            gc.set_linewidth(self._edge if across > 6 * self._edge else 0.0)
            radius = renderer.points_to_pixels(across) / 2
            renderer.draw_markers(
                gc,
                CIRCLE,
                Affine2D.from_values(radius, 0, 0, radius, *shift[first]),
                Path(place[order[start:stop]]),
                as_it_is,
                self._colours[self._colour_of[first]],
            )
        gc.restore()
        self.stale = False


def _numbered(*values: np.ndarray) -> np.ndarray:
    """Return the number of the run that each place is in, counted from 0.

    >>> _numbered(np.array([3, 3, 2, 2]), np.array([1, 1, 1, 5]))
    array([0, 0, 1, 2])
    """
    changes = np.any([each[1:] != each[:-1] for each in values], axis=0)
    return np.concatenate([[0], np.cumsum(changes)])


def runs(values: np.ndarray) -> list[tuple[int, int]]:
    """Return where each run of equal values starts and stops.

    >>> runs(np.array([3, 3, 2, 1, 1]))
    [(0, 2), (2, 3), (3, 5)]
    """
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return [(int(a), int(b)) for a, b in zip(starts, [*starts[1:], len(values)], strict=True)]


def hidden(x: np.ndarray, y: np.ndarray, diameter: np.ndarray) -> np.ndarray:
    """Tell which dots lie for more than half under later ones.

    Parameters
    ----------
    x, y, diameter : numpy.ndarray
        Points, in the order of drawing.
    """
    if not len(x):
        return np.zeros(0, dtype=bool)
    radius = np.maximum(diameter / 2 * GRAIN, 1.0)
    pad = int(np.ceil(radius.max())) + 1
    column, row = (np.round((side - side.min()) * GRAIN).astype(np.int64) + pad for side in (x, y))
    across = int(column.max()) + pad + 1
    owner = np.full(across * (int(row.max()) + pad + 1), -1, dtype=np.int32)
    place, number = row * across + column, np.arange(len(x), dtype=np.int32)
    painted = np.empty(len(x))
    for start, stop in runs(radius):
        reach = np.arange(-np.floor(radius[start]), np.floor(radius[start]) + 1).astype(np.int64)
        up, aside = np.meshgrid(reach, reach, indexing="ij")
        offset = (up * across + aside)[np.hypot(up, aside) <= radius[start]]
        painted[start:stop] = len(offset)
        # In chunks: one assignment for all pixels of many dots, the later on top.
        chunk = max(1, 4_000_000 // len(offset))
        for first in range(start, stop, chunk):
            part = slice(first, min(first + chunk, stop))
            owner[(place[part, None] + offset).ravel()] = np.repeat(number[part], len(offset))
    seen = np.bincount(owner[owner >= 0], minlength=len(x))
    return np.asarray(seen < painted / 2)
