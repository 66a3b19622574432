"""How many rows a register will have, told from its file before it is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from nabij import memory
from nabij.register.kinds import READERS, kind_of, parquet, text
from nabij.register.raw import wanted_columns
from nabij.register.sources import sources_of

if TYPE_CHECKING:
    from nabij.study import Study

SAMPLE_BYTES = 1 << 20
"""Of a text file, whose lines are then counted as if all were as long."""


def rows_in(path: Path) -> int | None:
    """Return the rows of a Parquet file, about those of a text file, None where none can tell.

    Compressed text and the kinds that are read apart, with limits of their own, don't tell.
    """
    reader = READERS.get(kind_of(path)) if path.is_file() else None
    if reader is parquet.read:
        try:
            return int(pq.read_metadata(path).num_rows)
        except (pa.ArrowException, OSError):  # the reader will say what is wrong with it
            return None
    if reader is text.read and path.suffix.lower() == kind_of(path):
        with path.open("rb") as file:
            sample = file.read(SAMPLE_BYTES)
        ends = max(sample.count(b"\n"), sample.count(b"\r"))
        return int(path.stat().st_size / len(sample) * ends) - 1 if ends else None  # the header
    return None


def require_room(study: Study) -> None:
    """Raise, before it is read, where a register is too large for the memory of the study.

    Where the study keeps a part of the rows, how many is not known before they are read.

    Raises
    ------
    InputError
        Says what would be needed and what can be done.
    """
    spec = study.register
    rows = [rows_in(source.path) for source in sources_of(spec)[0]]
    if not any(rows) or spec.where:
        return
    columns = len(set(wanted_columns(spec).values()))
    total = sum(each or 0 for each in rows)
    memory.require_room(spec.source, total, columns, study.machine.memory_limit)
