"""A register and regions that do not meet: which is misplaced, and where it would fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS

from nabij.errors import InputError
from nabij.register.locations import CANDIDATES, project

if TYPE_CHECKING:
    import geopandas as gpd

SAMPLE = 2_000
"""Establishments that are tried in other systems."""

FITTING = 0.9
"""This share of them within the bounds of the other side is a fit."""


def misplaced(
    level: str,
    x: np.ndarray,
    y: np.ndarray,
    shapes: gpd.GeoDataFrame,
    *,
    register: tuple[CRS | None, bool],
    regions: tuple[CRS, bool],
) -> InputError:
    """Return the error of a register of which no establishment lies in any region of a level.

    Each side is taken for one in other usual systems; where it then meets the other, it is named
    with these systems. If both would, the one whose system the study states is named: what a file
    says of itself is seldom wrong.

    Parameters
    ----------
    level : str
    x, y : numpy.ndarray of float64
        Of the establishments, in the system of `shapes`.
    shapes : geopandas.GeoDataFrame
        The regions.
    register, regions : tuple of (pyproj.CRS, bool)
        The system in which each stood, and whether the study states it rather than the file. None
        for a register that stood in several.

    Returns
    -------
    InputError
        Shows where the establishments are and where the regions, which of them is off, and how to
        mend it.
    """
    west, south, east, north = shapes.total_bounds
    return InputError(
        f"[[regions]] level = '{level}': none of the {len(x)} establishments lies in any of its "
        f"regions. In {shapes.crs.to_string()} the establishments span x {x.min():.0f} to "
        f"{x.max():.0f}, y {y.min():.0f} to {y.max():.0f}, the regions x {west:.0f} to {east:.0f}, "
        f"y {south:.0f} to {north:.0f}; {_advice(x, y, shapes, register, regions)}"
    )


def _advice(
    x: np.ndarray,
    y: np.ndarray,
    shapes: gpd.GeoDataFrame,
    register: tuple[CRS | None, bool],
    regions: tuple[CRS, bool],
) -> str:
    crs, step = shapes.crs, max(1, len(x) // SAMPLE)
    places = x[::step], y[::step]
    low_x, low_y, high_x, high_y = shapes.bounds.dropna().to_numpy().T
    outline = (
        np.concatenate([low_x, high_x, low_x, high_x]),
        np.concatenate([low_y, low_y, high_y, high_y]),
    )
    own, theirs = register[0], regions[0]
    of_register: list[str] = []
    if own is not None:
        stood = project(*places, crs, own)
        of_register = [
            name for name, there in _elsewhere(*stood, own, theirs, crs) if _meet(there, outline)
        ]
        if not of_register and _meet(project(stood[1], stood[0], own, crs), outline):
            return "x and y of the register look swapped: exchange [register] x and y"
    of_regions = [
        name
        for name, there in _elsewhere(*project(*outline, crs, theirs), theirs, own, crs)
        if _meet(places, there)
    ]
    if of_register and of_regions and register[1] != regions[1]:
        of_register, of_regions = (of_register, []) if register[1] else ([], of_regions)
    advice = []
    if of_register:
        assert own is not None
        advice.append(
            f"the register is not in {own.to_string()}: it would lie in these regions as "
            f'{" or ".join(of_register)}; set [register] crs = "{of_register[0]}"'
        )
    if of_regions:
        advice.append(
            f"the regions are not in {theirs.to_string()}: the register would lie in them as "
            f'{" or ".join(of_regions)}; set crs = "{of_regions[0]}" in this block'
        )
    return "; or ".join(advice) or (
        "check crs in [register] and in this block, and that [register] x is the easting or "
        "longitude"
    )


def _elsewhere(
    x: np.ndarray, y: np.ndarray, stated: CRS, other: CRS | None, target: CRS
) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    """Yield where coordinates would be if they stood in another system, the other side's first."""
    names = [*([other.to_string()] if other is not None else []), *CANDIDATES]
    for name in dict.fromkeys(names):
        crs = CRS.from_user_input(name)
        if crs != stated:
            yield name, project(x, y, crs, target)


def _meet(places: tuple[np.ndarray, np.ndarray], outline: tuple[np.ndarray, np.ndarray]) -> bool:
    """Tell whether nearly all places lie within the bounds of an outline."""
    if not np.isfinite(outline).all():
        return False
    inside = [
        (axis >= around.min()) & (axis <= around.max())
        for axis, around in zip(places, outline, strict=True)
    ]
    return bool((inside[0] & inside[1]).mean() >= FITTING)
