"""What of a result shows single establishments: counted and told, before anything is passed on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nabij.views.sureness import numbers

FEWEST_IN_CELL = 3
"""Of fewer establishments one knows the other: the usual least number of statistics bureaus."""

DOMINANT_SHARE = 0.85
"""Of the jobs: above it the total is one establishment's, and close to its own number."""


@dataclass(frozen=True)
class Confidential:
    """How many cells tell of single establishments.

    Attributes
    ----------
    regions, few, dominated : int
        Regions with the sector, those with fewer than `FEWEST_IN_CELL` of its establishments,
        and, of the others, those where one has more than `DOMINANT_SHARE` of its jobs.
    """

    regions: int
    few: int
    dominated: int

    @property
    def cells(self) -> int:
        """How many regions tell of single establishments."""
        return self.few + self.dominated


NOTHING = Confidential(0, 0, 0)


def confidential_of(regions: pd.DataFrame) -> Confidential:
    """Count the regions that tell of single establishments.

    Parameters
    ----------
    regions : pandas.DataFrame
        Rows of the table of regions, with what is sensitive: ``sector_establishments`` and, where
        the register has jobs, ``sector_jobs, largest_jobs``.

    Returns
    -------
    Confidential

    Examples
    --------
    >>> regions = pd.DataFrame({"sector_establishments": [0, 2, 5, 5],
    ...     "sector_jobs": [0, 9, 100, 100], "largest_jobs": [0, 8, 90, 30]})
    >>> confidential_of(regions)
    Confidential(regions=3, few=1, dominated=1)
    """
    count = numbers(regions, "sector_establishments")
    jobs, largest = numbers(regions, "sector_jobs"), numbers(regions, "largest_jobs")
    there = count > 0
    few = there & (count < FEWEST_IN_CELL)
    dominated = there & ~few & (largest > DOMINANT_SHARE * jobs)
    return Confidential(int(there.sum()), int(few.sum()), int(np.nan_to_num(dominated).sum()))
