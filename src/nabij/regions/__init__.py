"""Regions: levels of polygons, and which establishment lies in which."""

from nabij.regions.layers import Level, read_levels
from nabij.regions.locate import Located, locate, require_overlap

__all__ = ["Level", "Located", "locate", "read_levels", "require_overlap"]
