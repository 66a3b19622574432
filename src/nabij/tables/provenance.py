"""How a result came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nabij.notes import Note


@dataclass(frozen=True)
class Provenance:
    """How the result came about: enough to do it again and to check it.

    Attributes
    ----------
    parameters : dict
        The study as it was used, defaults filled in.
    inputs : dict
        Path to SHA-256 of every file read; of a database, its address to that of the rows.
    versions : dict
        Of nabij, Python and the libraries that compute.
    made : datetime
        When, in universal time.
    timings : dict
        Seconds by step.
    counts : dict
        Rows read, kept, rejected by reason, set aside by reason.
    notes : tuple of Note
        What was detected, assumed or repaired; ``str`` makes each an English sentence.
    engine : dict
        Of each sum that was made: method, wanted relative error, error found on the checked
        sample.
    crs : str
        The metric coordinate system of all coordinates in the result.
    classification : str or None
        The classification of the industry codes, where one was recognised or stated.
    codes : dict
        Of each sector, the codes that it and its reference and parts came to, those of the
        library of sectors written out.
    """

    parameters: dict[str, Any]
    inputs: dict[str, str]
    versions: dict[str, str]
    made: datetime
    timings: dict[str, float]
    counts: dict[str, Any]
    notes: tuple[Note, ...]
    engine: dict[str, Any]
    crs: str
    classification: str | None = None
    codes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
