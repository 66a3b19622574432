"""Size classes: are a cluster's establishments many small ones or few large ones?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from nabij.measures.measure import Asked, Frames, Measure, Observed
from nabij.tables import Column

# The classes of figures 6 and 8 of the article, by their lowest number of jobs.
CLASSES = {"1": 1, "2-4": 2, "5-9": 5, "10-19": 10, "20-49": 20, "50-99": 50, "100+": 100}
BELOW_ONE = "<1"
UNKNOWN = "unknown"
LABELS = (BELOW_ONE, *CLASSES, UNKNOWN)

SMALL_BELOW, LARGE_FROM = 5, 50
"""Jobs: the bounds by which the article reads its size classes."""

MOSTLY_SMALL = 0.8
"""Share of small establishments from which they are called small: 96 % of the article's creative
services, two thirds of its industrial sector."""

COLUMNS = {
    "sizes": (
        Column("year", "key", digits=0),
        Column("sector", "key"),
        Column("level", "key"),
        Column("code", "key"),
        Column("size_class", "key"),
        Column("establishments", "count", digits=0),
        Column("share", "ratio", digits=4),
    )
}


def size_class(jobs: np.ndarray) -> np.ndarray:
    """Return the class of each number of jobs, as its place in `LABELS`.

    >>> [LABELS[at] for at in size_class(np.array([0.0, 1, 4.5, 120, np.nan]))]
    ['<1', '1', '2-4', '100+', 'unknown']
    """
    place = np.searchsorted(list(CLASSES.values()), np.nan_to_num(jobs), side="right")
    place[np.isnan(jobs)] = len(LABELS) - 1
    return place


def compute(observed: Observed) -> Mapping[str, Any]:
    """Count the members by size class, in every region and, with an empty level, in all.

    A region with the sector has the seven classes of the article, ``"<1"`` and ``"unknown"`` only
    where there are such establishments.
    """
    if not observed.population.has_jobs:
        return {}
    jobs = observed.population.table["jobs"].to_numpy(dtype=np.float64)[observed.case.members]
    place, cells, many = size_class(jobs), len(observed.cells), len(LABELS)
    count = np.zeros((cells + 1, many), dtype=np.int64)
    count[cells] = np.bincount(place, minlength=many)
    for cell in observed.cell:
        flat = np.bincount(cell * many + place, minlength=cells * many)
        count[:cells] += flat.reshape(cells, many)
    of_the_article = np.isin(LABELS, list(CLASSES))
    there = count.sum(axis=1) > 0
    there[cells] = True
    at, label = np.nonzero(there[:, None] & (of_the_article | (count > 0)))
    level, code = (np.append(names, "") for names in (observed.cells.level, observed.cells.code))
    return {
        "sizes": pd.DataFrame(
            {
                "level": level[at],
                "code": code[at],
                "size_class": np.array(LABELS, dtype=object)[label],
                "establishments": count[at, label],
            }
        )
    }


def finish(frames: Frames, asked: Asked) -> None:
    """Make shares of all establishments of a region; they sum to 1."""
    sizes = frames.get("sizes")
    if sizes is None:
        return
    total = sizes.groupby(["case", "level", "code"], sort=False)["establishments"].transform("sum")
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes["share"] = sizes["establishments"].to_numpy() / total.to_numpy(dtype=np.float64)


SIZES = Measure(COLUMNS, compute, finish)
