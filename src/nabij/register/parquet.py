"""Registers in Parquet and GeoParquet files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nabij.errors import InputError
from nabij.register.raw import Raw, require_columns
from nabij.study import Register


def read(path: Path, spec: Register) -> Raw:
    """Read the wanted columns, and the points if the study names no x and y."""
    try:
        schema = pq.read_schema(path)
        columns = require_columns(path, spec, schema.names)
        if spec.x is not None:
            table = pq.read_table(path, columns=columns).to_pandas()
            return Raw(table=table, row=_rows(table))
        if b"geo" not in (schema.metadata or {}):
            raise InputError(
                f"{path}: holds no geometry, so [register] x and y must name its columns "
                f"(columns: {', '.join(schema.names[:40])})"
            )
        import geopandas as gpd

        frame = gpd.read_parquet(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]} "
            "(a damaged or cut-off file?)"
        ) from None
    return Raw(
        table=pd.DataFrame(frame[columns]),
        row=_rows(frame),
        geometry=points(frame),
        crs=frame.crs.to_string() if frame.crs is not None else None,
    )


def points(frame: pd.DataFrame) -> pd.DataFrame:
    """Return x and y of each row's point, NaN where its geometry is none or no point."""
    import shapely

    geometry = np.array(frame.geometry.values, dtype=object)
    # What is no point has no x: NaN. An empty point would be an error, so it counts as nothing.
    geometry[shapely.is_empty(geometry)] = None
    x, y = shapely.get_x(geometry), shapely.get_y(geometry)
    return pd.DataFrame({"x": x, "y": y})


def _rows(frame: pd.DataFrame) -> np.ndarray:
    return np.arange(2, 2 + len(frame), dtype=np.int64)
