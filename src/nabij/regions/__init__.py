"""Regions: levels of polygons, and which establishment lies in which."""

from nabij.regions.layers import Level, read_levels, stated_crs, whole_register
from nabij.regions.locate import Located, locate, locate_levels
from nabij.regions.misplaced import require_overlap

__all__ = [
    "Level",
    "Located",
    "locate",
    "locate_levels",
    "read_levels",
    "require_overlap",
    "stated_crs",
    "whole_register",
]
