"""Establishments that lie in no region at all: whose coordinate system is wrong, and what fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS

from nabij.errors import InputError, listed
from nabij.regions.layers import stated_crs
from nabij.regions.locate import Located, locate
from nabij.study import RegionLevel, Register
from nabij.vector import header_of

if TYPE_CHECKING:
    import geopandas as gpd

TRIED = 1000
"""Establishments that are tried in each system."""

MOST = 0.5
"""Share of them that must come to lie in a region for a system to fit."""

Places = tuple[np.ndarray, np.ndarray]


def require_overlap(
    spec: RegionLevel,
    found: Located,
    x: np.ndarray,
    y: np.ndarray,
    shapes: gpd.GeoDataFrame,
    register: Register,
) -> None:
    """Raise if no establishment lies in any region of a level: one of the two is misplaced.

    Each of the two is tried in every usual coordinate system. Data of one country whose systems are
    declared differently have the same numbers, so that either may be wrong; likelier is the one
    that lies outside the area of its system, then the one whose file states another, then the one
    of which the study and not a file says it.

    Parameters
    ----------
    spec : nabij.study.RegionLevel
    found : Located
    x, y : numpy.ndarray of float64, shape (n,)
        In the units of `shapes`, metres.
    shapes : geopandas.GeoDataFrame
        The regions.
    register : nabij.study.Register

    Raises
    ------
    InputError
        Shows where the establishments are and where the regions, which of the two is off, and the
        systems that would fit.
    """
    if (found.region >= 0).any():
        return
    west, south, east, north = shapes.total_bounds
    raise InputError(
        f"[[regions]] level = '{spec.level}': none of the {len(x)} establishments lies in any of "
        f"its regions. In {shapes.crs.to_string()} the establishments span x {x.min():.0f} to "
        f"{x.max():.0f}, y {y.min():.0f} to {y.max():.0f}, the regions x {west:.0f} to {east:.0f}, "
        f"y {south:.0f} to {north:.0f}; {_advice(spec, x, y, shapes, register)}"
    )


def _advice(
    spec: RegionLevel, x: np.ndarray, y: np.ndarray, shapes: gpd.GeoDataFrame, register: Register
) -> str:
    metric = shapes.crs
    (regions_crs,) = stated_crs([spec])
    key, stated = "[register] crs", register.crs
    if register.postcodes is not None:
        key, stated = "[register.postcodes] crs", register.postcodes.crs
    register_crs = metric if stated is None else CRS.from_user_input(stated)
    some = np.unique(np.linspace(0, len(x) - 1, TRIED).astype(np.int64))
    polygons = np.asarray(shapes.geometry.values)

    def through(first: CRS, second: CRS, places: Places) -> Places:
        from nabij.register.locations import project

        return project(*project(*places, metric, first), second, metric)

    # Regions whose numbers are of another system miss the places by as much as these would, were
    # they written in it and read in the one of the regions.
    places = (x[some], y[some])
    for_regions = _fitting(
        lambda system: through(system, regions_crs, places), regions_crs, polygons
    )
    for_register = (
        _fitting(lambda system: through(register_crs, system, places), register_crs, polygons)
        if register.crs_column is None
        else []
    )
    said = {
        "regions": _said("the regions are", regions_crs, for_regions, "crs in this block"),
        "register": _said("the establishments are", register_crs, for_register, key),
    }
    if for_regions and for_register:
        likely = _likelier(spec, regions_crs, shapes, for_regions, stated_in_file=stated is None)
        if likely is None:
            return f"either {said['regions']}, or {said['register']}"
        other = "register" if likely == "regions" else "regions"
        return f"it seems that {said[likely]}; if not, {said[other]}"
    if for_regions or for_register:
        return f"it seems that {said['regions' if for_regions else 'register']}"
    return (
        "check crs in [register] and in this block, and that [register] x is the easting or "
        "longitude"
    )


def _fitting(moved: Callable[[CRS], Places], declared: CRS, polygons: np.ndarray) -> list[str]:
    """Return the usual systems in which most places would lie in a region, at most three."""
    from nabij.register.locations import CANDIDATES

    fitting = []
    for name in CANDIDATES:
        system = CRS.from_user_input(name)
        if system == declared:
            continue
        x, y = (np.asarray(axis, dtype=np.float64) for axis in moved(system))
        fine = np.isfinite(x) & np.isfinite(y)
        if (locate(x[fine], y[fine], polygons).region >= 0).sum() > MOST * len(x):
            fitting.append(name)
    return fitting[:3]


def _said(who: str, declared: CRS, fitting: list[str], key: str) -> str:
    return f"{who} in {listed(fitting)}, not {declared.to_string()} ({key})"


def _likelier(
    spec: RegionLevel,
    declared: CRS,
    shapes: gpd.GeoDataFrame,
    fitting: list[str],
    *,
    stated_in_file: bool,
) -> str | None:
    """Tell which of the two is wrong, where either may be; None if nothing tells."""
    from nabij.register.locations import beyond

    raw = shapes.geometry.to_crs(declared)
    middles = shapely.centroid(np.asarray(raw.values))
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    there = ~(np.isnan(x) | np.isnan(y))
    if beyond(x[there], y[there], declared).mean() > MOST:
        return "regions"
    if spec.crs is not None:
        of_file = header_of(spec.path, spec.layer, "[[regions]]").crs
        if of_file is not None and any(CRS.from_user_input(of_file) == f for f in fitting):
            return "regions"
        return "regions" if stated_in_file else None
    return None if stated_in_file else "register"
