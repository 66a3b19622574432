"""Coordinates: are they where they say, and what are they in metres?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS, Transformer

from nabij.crs import crs_from, is_metric
from nabij.errors import InputError

# Real registers reach a little past the stated area of use of their coordinate system.
MARGIN = 0.1
CANDIDATES = (
    "EPSG:4326", "EPSG:28992", "EPSG:31370", "EPSG:2154", "EPSG:25832", "EPSG:25831",
    "EPSG:25833", "EPSG:27700", "EPSG:3035", "EPSG:3857",
)  # fmt: skip

Box = tuple[float, float, float, float]


def area_of(crs: CRS) -> Box | None:
    """Return the area of use of `crs` in its own units, with a margin, or None if unknown."""
    if crs.is_geographic:
        return (-180.0, -90.0, 180.0, 90.0)
    area = crs.area_of_use
    if area is None:
        return None
    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    west, south, east, north = transformer.transform_bounds(*area.bounds, densify_pts=21)
    if not np.all(np.isfinite([west, south, east, north])):
        return None
    dx, dy = MARGIN * (east - west), MARGIN * (north - south)
    return (west - dx, south - dy, east + dx, north + dy)


@dataclass(frozen=True)
class Judged:
    """For each location, which fault it has: boolean arrays of shape (n,)."""

    missing: np.ndarray
    origin: np.ndarray
    geographic: np.ndarray
    swapped: np.ndarray
    outside: np.ndarray


def judge(x: np.ndarray, y: np.ndarray, crs: CRS) -> Judged:
    """Find locations that cannot be right in `crs`.

    Parameters
    ----------
    x, y : numpy.ndarray of float64, shape (n,)
        In units of `crs`, x first (easting or longitude).
    crs : pyproj.CRS

    Returns
    -------
    Judged
    """
    missing = ~(np.isfinite(x) & np.isfinite(y))
    origin = (x == 0) & (y == 0)
    none = np.zeros(len(x), dtype=bool)
    box = area_of(crs)
    if box is None:
        return Judged(missing, origin, none, none, none)
    outside = ~missing & ~origin & ~_within(x, y, box)
    geographic = swapped = none
    if not crs.is_geographic:
        geographic = outside & (np.abs(x) <= 180) & (np.abs(y) <= 180)
        swapped = outside & ~geographic & _within(y, x, box)
    else:
        swapped = outside & _within(y, x, box)
    return Judged(missing, origin, geographic, swapped, outside & ~geographic & ~swapped)


def require_mostly_right(
    judged: Judged, x: np.ndarray, y: np.ndarray, crs: CRS, key: str, block: str = "[register]"
) -> None:
    """Raise when most locations share one fault: then the study is wrong, not the rows."""
    name = crs.to_string()
    half = max(len(x), 1) / 2
    if judged.geographic.sum() > half:
        raise InputError(
            f"{key}: the coordinates look like longitude and latitude, not {name}; "
            f'set {block} crs = "EPSG:4326"'
        )
    if judged.swapped.sum() > half:
        raise InputError(f"{key}: x and y look swapped for {name}; exchange {block} x and y")
    if judged.outside.sum() > half:
        fitting = candidates(x[~judged.missing], y[~judged.missing])
        guess = (
            f"they would fit {', '.join(fitting)}" if fitting else "they fit no usual system either"
        )
        raise InputError(
            f"{key}: most coordinates lie outside the area of {name} "
            f"(for instance {x[judged.outside][0]:.10g}, {y[judged.outside][0]:.10g}); {guess}; "
            f"set {block} crs, or decimal if the numbers were misread"
        )
    if judged.missing.sum() > half:
        raise InputError(
            f"{key}: most rows have no coordinates that can be read as numbers; "
            f"check the columns that {block} x and y name"
        )


def candidates(x: np.ndarray, y: np.ndarray) -> list[str]:
    """Return usual coordinate systems whose area holds nearly all these points, at most three."""
    found = []
    for name in CANDIDATES:
        box = area_of(CRS.from_user_input(name))
        if box is not None and len(x) and _within(x, y, box).mean() >= 0.95:
            if name == "EPSG:4326":
                return [name]  # so near their origin others are not in use
            found.append(name)
    return found[:3]


def metric_crs(
    stated: str | None, register: CRS, regions: CRS | None, x: np.ndarray, y: np.ndarray
) -> CRS:
    """Choose the coordinate system in which distances are taken.

    The one the study states; else the register's if it is metric; else the regions'; else the
    zone of Universal Transverse Mercator around the points.
    """
    if stated is not None:
        crs = crs_from(stated, "[register] metric_crs")
        if not is_metric(crs):
            raise InputError(
                f"[register] metric_crs = '{stated}' has no true metres; choose a projected system"
            )
        return crs
    if is_metric(register):
        return register
    if regions is not None and is_metric(regions):
        return regions
    to_degrees = Transformer.from_crs(register, "EPSG:4326", always_xy=True)
    longitude, latitude = to_degrees.transform(float(np.median(x)), float(np.median(y)))
    zone = int(np.clip((longitude + 180) // 6 + 1, 1, 60))
    return CRS.from_epsg((32600 if latitude >= 0 else 32700) + zone)


def project(x: np.ndarray, y: np.ndarray, source: CRS, target: CRS) -> tuple[Any, Any]:
    """Return x and y in `target`, float64; unchanged when the systems are the same."""
    if source == target:
        return x, y
    return Transformer.from_crs(source, target, always_xy=True).transform(x, y)


def beyond(x: np.ndarray, y: np.ndarray, crs: CRS) -> np.ndarray:
    """Tell which places lie outside the area of a system, where its metres are none on the ground.

    Parameters
    ----------
    x, y : numpy.ndarray of float64, shape (n,)
        In units of `crs`.
    crs : pyproj.CRS
    """
    box = area_of(crs)
    return np.zeros(len(x), dtype=bool) if box is None else ~_within(x, y, box)


def _within(x: np.ndarray, y: np.ndarray, box: Box) -> np.ndarray:
    west, south, east, north = box
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)
