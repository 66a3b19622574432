"""Rows that cannot be used: which, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.notes import Note


class Rejections:
    """Collects, for each row, the first reason why it cannot be used.

    Parameters
    ----------
    rows : int
        Rows of the register.

    Examples
    --------
    >>> from nabij.notes import note
    >>> rejections = Rejections(3)
    >>> rejections.add(np.array([True, False, False]), note("no_code"))
    >>> rejections.add(np.array([True, True, False]), note("jobs_negative"))
    >>> rejections.kept.tolist()
    [False, False, True]
    >>> rejections.counts()
    {no industry code: 1, jobs are negative: 1}
    """

    def __init__(self, rows: int) -> None:
        self._reasons: list[Note] = []
        self._which = np.full(rows, -1, dtype=np.int16)

    def add(self, rows: np.ndarray, reason: Note) -> None:
        """Reject these rows (a boolean mask) unless an earlier reason did."""
        fresh = rows & (self._which < 0)
        if fresh.any():
            self._which[fresh] = len(self._reasons)
            self._reasons.append(reason)

    @property
    def kept(self) -> np.ndarray:
        """Boolean mask of the rows without a reason against them."""
        return self._which < 0

    def counts(self) -> dict[Note, int]:
        """Return the number of rows by reason, in the order in which they were judged."""
        numbers = np.bincount(self._which[~self.kept], minlength=len(self._reasons))
        return {reason: int(n) for reason, n in zip(self._reasons, numbers, strict=True)}

    def table(
        self, raw: pd.DataFrame, row: np.ndarray, file: np.ndarray | None = None
    ) -> pd.DataFrame:
        """Return the rejected rows as they stood, with their place and the reason.

        Of several files the place is the name of the file and the row in it.
        """
        gone = ~self.kept
        listed = raw.loc[gone].reset_index(drop=True)
        taken = ("row", "reason") if file is None else ("file", "row", "reason")
        listed.columns = [f"register_{c}" if c in taken else c for c in listed.columns]
        listed.insert(0, "row", row[gone])
        listed.insert(1, "reason", [self._reasons[i] for i in self._which[gone]])
        if file is not None:
            listed.insert(0, "file", file[gone])
        return listed
