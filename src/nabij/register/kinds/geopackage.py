"""Registers in GeoPackages."""

from __future__ import annotations

from pathlib import Path

from nabij.register.kinds import typed
from nabij.register.raw import Raw, require_columns
from nabij.study import Register
from nabij.vector import layer_columns, read_table


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns, and the points if the study names no x and y."""
    layer, present = layer_columns(path, spec.layer, "[register]")
    columns = require_columns(path, spec, present)
    table, shapes = read_table(path, layer, columns, geometry=spec.x is None)
    return typed.raw(path, spec, table, shapes, present)
