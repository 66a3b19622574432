"""Coordinate systems: which one a text names, and whether its distances are metres."""

from __future__ import annotations

from pyproj import CRS
from pyproj.exceptions import CRSError

from nabij.errors import InputError


def crs_from(text: str, where: str) -> CRS:
    """Return the coordinate system that `text` names; raise a clear error if there is none."""
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        crs = None
    if crs is None or not (crs.is_geographic or crs.is_projected):
        raise InputError(
            f"{where}: '{text}' is no known coordinate system of a map; write for instance "
            '"EPSG:28992" (RD New), "EPSG:2154" (Lambert-93) or "EPSG:4326" '
            "(longitude and latitude)"
        )
    return crs


def is_metric(crs: CRS) -> bool:
    """Tell whether distances in `crs` are metres on the ground.

    A web map's Mercator has metres on its axes, but at 52 degrees north they are 1.6 times too
    long, so it does not count.
    """
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info[:2]):
        return False
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else ""
    return "Mercator" not in method or "Transverse" in method or "Oblique" in method
