"""What a reader is told of jobs, also where the register gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nabij.measures.sizes import UNKNOWN

if TYPE_CHECKING:
    import pandas as pd

    from nabij.language import Language
    from nabij.views import View


def jobs_of(table: pd.DataFrame, column: str = "jobs") -> np.ndarray:
    """Return the jobs of each row, NaN where they are unknown or the register gives none.

    >>> import pandas as pd
    >>> jobs_of(pd.DataFrame({"x": [1.0, 2.0]}))
    array([nan, nan])
    """
    if column not in table:
        return np.full(len(table), np.nan)
    return table[column].to_numpy(dtype=float, na_value=np.nan)


def jobs_text(view: View, words: Language, jobs: float, where: str) -> str:
    """Write a number of jobs; where all are unknown they are not none.

    `where` is ``"focus"`` or ``"national"``.
    """
    table = view.size_classes
    counts = table[f"{where}_establishments"]
    unknown = counts[table["size_class"] == UNKNOWN].sum()
    if unknown and unknown == counts.sum():
        return words.text("figures.unknown")
    return words.number(jobs)


def jobs_notes(view: View, words: Language) -> list[str]:
    """Return what a reader must know of the jobs: none given, estimated, or not known for all."""
    if not view.has_jobs:
        return [words.text("common.no_jobs")]
    notes = [words.text("common.estimated")] if view.sector.jobs_estimated else []
    unknown = int(np.isnan(jobs_of(view.establishments)).sum())
    if unknown:
        total = words.number(len(view.establishments))
        notes.append(words.text("figures.jobs_unknown", count=words.number(unknown), total=total))
    return notes
