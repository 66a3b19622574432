"""Read a register of establishments, check every row, lose nothing silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabij.register.judge import Establishments, judge
from nabij.register.kinds import read_raw
from nabij.register.raw import Raw

if TYPE_CHECKING:
    from pyproj import CRS

    from nabij.study import Register

__all__ = ["Establishments", "Raw", "judge", "read", "read_raw"]


def read(spec: Register, regions_crs: CRS | None = None) -> Establishments:
    """Read and check the register that `spec` names.

    Parameters
    ----------
    spec : nabij.study.Register
    regions_crs : pyproj.CRS, optional
        Tried for distances when the register's own coordinates are not metric.

    Returns
    -------
    Establishments
    """
    return judge(read_raw(spec), spec, regions_crs)
