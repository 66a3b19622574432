"""What a register is, decided before any row is judged: its system and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from pyproj import CRS

from nabij.crs import crs_from
from nabij.errors import InputError
from nabij.notes import Note, note
from nabij.register import numbers
from nabij.register.raw import Raw
from nabij.study import Register


@dataclass(frozen=True)
class Decisions:
    """What holds for all rows of a register.

    Attributes
    ----------
    crs : pyproj.CRS
        Of its locations as they stand.
    decimal : {".", ","}
        The decimal mark of its numbers.
    notes : list of Note
        What was recognised rather than stated.
    """

    crs: CRS
    decimal: str
    notes: list[Note]


def decide(raw: Raw, spec: Register) -> Decisions:
    """Decide what holds for all rows of a register.

    Parameters
    ----------
    raw : Raw
    spec : nabij.study.Register

    Raises
    ------
    InputError
        If neither the study nor the file states a coordinate system.
    """
    table, notes = raw.table, []
    places = [table[c] for c in (spec.x, spec.y) if c is not None]
    staff = [table[c] for c in (spec.jobs,) if c is not None]
    decimal = spec.decimal or numbers.decimal_mark([*places, *staff])
    if decimal == "," and spec.decimal is None:
        notes.append(note("decimal_comma"))
    elif spec.decimal is None and (example := numbers.unsure(staff, places)) is not None:
        notes.append(note("decimal_unsure", example=example))
    return Decisions(_crs(spec, raw), decimal, notes)


def _crs(spec: Register, raw: Raw) -> CRS:
    stated = spec.crs if spec.crs is not None else raw.crs if raw.geometry is not None else None
    if stated is None:
        raise InputError(
            f"{spec.source}: say in which coordinate system the locations are, for instance "
            '[register] crs = "EPSG:28992" (RD New) or "EPSG:4326" (longitude and latitude)'
        )
    return crs_from(stated, "[register] crs")
