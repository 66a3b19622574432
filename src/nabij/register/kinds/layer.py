"""Registers in vector files: GeoPackage, GeoJSON, FlatGeobuf and Shapefile."""

from __future__ import annotations

from pathlib import Path

from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns
from nabij.study import Register
from nabij.vector import header_of, read_table


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns, and the points if the study names no x and y."""
    header = header_of(path, spec.layer, "[register]")
    columns = require_columns(path, spec, header.columns)
    table, shapes = read_table(path, header.name, columns, geometry=spec.x is None)
    return typed.raw(path, spec, table, shapes, header.columns)
