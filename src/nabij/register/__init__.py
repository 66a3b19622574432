"""Read a register of establishments, check every row, lose nothing silently."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nabij.notes import note
from nabij.register.judge import Establishments, judge
from nabij.register.kinds import read_file
from nabij.register.raw import Raw
from nabij.register.sources import sources_of
from nabij.register.together import read_together

if TYPE_CHECKING:
    from pyproj import CRS

    from nabij.study import Register

__all__ = ["Establishments", "Raw", "judge", "read", "read_raw"]


def read_raw(spec: Register) -> Raw:
    """Read the wanted columns of the register that `spec` names, of all of its files.

    Raises
    ------
    InputError
        If a file is not there, is empty, is of no known kind, or lacks a wanted column.
    """
    sources, notes = sources_of(spec)
    if not sources[0].given:
        return read_file(sources[0].path, spec)
    raw = read_together(sources, spec, read_file)
    return replace(raw, notes=[note("several_files", count=len(sources)), *notes, *raw.notes])


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
