"""What a register is, decided before any row is judged: its system and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pyproj import CRS

from nabij.crs import crs_from
from nabij.errors import InputError, listed, one_line
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
        Of its locations as they stand; where each row states its own, that of most rows.
    systems : list of tuple of (pyproj.CRS, numpy.ndarray of bool)
        The coordinate systems of its locations, that of most rows first, and which rows are in it.
    unknown : dict of Note to numpy.ndarray of bool
        Rows of which the system is not stated or not known, by reason.
    decimal : {".", ","}
        The decimal mark of its numbers.
    notes : list of Note
        What was recognised rather than stated.
    """

    crs: CRS
    systems: list[tuple[CRS, np.ndarray]]
    unknown: dict[Note, np.ndarray]
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
    systems, unknown = _systems(spec, raw)
    return Decisions(systems[0][0], systems, unknown, decimal, notes)


def _systems(
    spec: Register, raw: Raw
) -> tuple[list[tuple[CRS, np.ndarray]], dict[Note, np.ndarray]]:
    """Return the coordinate systems and their rows, and the rows that have none."""
    if spec.crs_column is None:
        return [(_crs(spec, raw), np.ones(len(raw.table), dtype=bool))], {}
    positions, values = pd.factorize(raw.table[spec.crs_column], use_na_sentinel=False)
    rows: dict[str, np.ndarray] = {}
    found: dict[str, CRS] = {}
    unknown: dict[Note, np.ndarray] = {}
    for at, value in enumerate(values):
        text = str(value).strip()
        if not text and spec.crs is None:
            unknown[note("crs_missing")] = unknown.get(note("crs_missing"), False) | (
                positions == at
            )
            continue
        try:
            crs = crs_from(_named(text) if text else str(spec.crs), "")
        except InputError:
            unknown[note("crs_unknown", crs=one_line(text))] = positions == at
            continue
        name = crs.to_string()
        found[name] = crs
        rows[name] = rows.get(name, False) | (positions == at)
    if not found:
        seen = listed(sorted(map(str, values)), most=6)
        raise InputError(
            f"{spec.source}: no value in column '{spec.crs_column}' ([register] crs_column) is a "
            f'coordinate system that is known, such as "2154" or "EPSG:2154" (it holds: {seen})'
        )
    order = sorted(found, key=lambda name: -int(rows[name].sum()))
    return [(found[name], rows[name]) for name in order], unknown


def _named(text: str) -> str:
    """Write a bare number as a code of EPSG.

    >>> _named("2154"), _named("2154.0"), _named("EPSG:28992")
    ('EPSG:2154', 'EPSG:2154', 'EPSG:28992')
    """
    number = text.removesuffix(".0")
    return f"EPSG:{number}" if number.isdigit() else text


def _crs(spec: Register, raw: Raw) -> CRS:
    stated = spec.crs if spec.crs is not None else raw.crs if raw.geometry is not None else None
    if stated is None:
        raise InputError(
            f"{spec.source}: say in which coordinate system the locations are, for instance "
            '[register] crs = "EPSG:28992" (RD New) or "EPSG:4326" (longitude and latitude)'
        )
    return crs_from(stated, "[register] crs")
