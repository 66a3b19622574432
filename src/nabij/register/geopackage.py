"""Registers in GeoPackages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from nabij.register.parquet import points
from nabij.register.raw import Raw, require_columns
from nabij.study import Register
from nabij.vector import layer_columns, read_layer


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns, and the points if the study names no x and y."""
    layer, present = layer_columns(path, spec.layer, "[register]")
    columns = require_columns(path, spec, present)
    frame = read_layer(path, layer, columns, geometry=spec.x is None)
    row = np.arange(2, 2 + len(frame), dtype=np.int64)
    if spec.x is not None:
        return Raw(table=pd.DataFrame(frame), row=row)
    return Raw(
        table=pd.DataFrame(frame[columns]),
        row=row,
        geometry=points(frame),
        crs=frame.crs.to_string() if frame.crs is not None else None,
    )
