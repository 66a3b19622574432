"""Cases: which establishments of a year are a sector, and which are its reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nabij.codes.selection import Selection, choose
from nabij.notes import Note

if TYPE_CHECKING:
    from nabij.register.population import Population
    from nabij.study import Sector


@dataclass(frozen=True)
class Case:
    """A year and a sector.

    Attributes
    ----------
    year : int or None
    sector : str
        The key of the sector: its name, in a scan its code.
    name, reference_name : str
        The reference's is empty where it is the whole register.
    members : numpy.ndarray of int64
        Rows of the population that are the sector, ascending.
    reference : numpy.ndarray of int64
        Rows that are the reference, ascending; they contain the members.
    parts : dict of str to numpy.ndarray of int64
        Rows of each named part; an establishment may be in several.
    codes : dict of str to list of str
        The codes that the study's came to, as in `Selection`.
    """

    year: int | None
    sector: str
    name: str
    reference_name: str
    members: np.ndarray
    reference: np.ndarray
    parts: dict[str, np.ndarray] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)


def cases(population: Population, sectors: Sequence[Sector]) -> tuple[list[Case], list[Note]]:
    """Choose the establishments of every sector in every year.

    Parameters
    ----------
    population : nabij.register.population.Population
    sectors : sequence of nabij.study.Sector
        Each with its reference, as `Study.all_sectors` gives them.

    Returns
    -------
    list of Case
        Year by year, in each the sectors in their order.
    list of Note
        Codes of the study that match nothing in the register.

    Raises
    ------
    InputError
        If a sector or a part matches no establishment, or a reference leaves out
        establishments of its sector.
    """
    code = population.table["code"].array
    known = [str(category) for category in code.categories]
    several, tree = len(sectors) > 1, population.recognised.tree
    chosen = [choose(known, sector, several=several, tree=tree) for sector in sectors]
    found = []
    for year in population.years:
        rows = population.of_year(year)
        of_row = code.codes[rows]
        found += [
            _case(year, sector, selection, rows, of_row)
            for sector, selection in zip(sectors, chosen, strict=True)
        ]
    notes = [note for selection in chosen for note in selection.notes]
    return found, list(dict.fromkeys(notes))


def _case(
    year: int | None, sector: Sector, selection: Selection, rows: np.ndarray, of_row: np.ndarray
) -> Case:
    return Case(
        year=year,
        sector=sector.name,
        name=sector.name,
        reference_name=(sector.reference.name if sector.reference else None) or "",
        members=rows[selection.members[of_row]],
        reference=rows[selection.reference[of_row]],
        parts={name: rows[part[of_row]] for name, part in selection.parts.items()},
        codes=selection.codes,
    )
