"""Specialisation: the location quotient of every region."""

from __future__ import annotations

import numpy as np

from nabij.measures.measure import Asked, Frames, Measure
from nabij.tables import Column

COLUMNS = {
    "regions": (
        Column("location_quotient", "ratio", digits=2),
        Column("location_quotient_jobs", "ratio", digits=2, needs="jobs"),
    )
}


def location_quotient(
    sector: np.ndarray,
    total: np.ndarray,
    sector_nationally: np.ndarray | float,
    nationally: np.ndarray | float,
) -> np.ndarray:
    """Compute the location quotient ``(n_rs / n_r) / (n_s / n)``; 1 is the national share.

    Parameters
    ----------
    sector, total : array_like of float, shape (m,)
        Establishments, or jobs, of the sector and of all sectors in each region.
    sector_nationally, nationally : array_like of float, shape (m,) or a number

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
        Not a number for a region that has nothing at all: no value, not 0.

    References
    ----------
    The article in ESB on regional clusters, figures 2 and 4, horizontal axis.

    Examples
    --------
    >>> location_quotient([3, 0, 0], [10, 10, 0], 3, 20).tolist()
    [2.0, 0.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.asarray(sector, dtype=np.float64) / np.asarray(total, dtype=np.float64)
        return share / (np.float64(sector_nationally) / np.float64(nationally))


def finish(frames: Frames, asked: Asked) -> None:
    """Divide the sector's share in each region by its share in the register."""
    regions = frames["regions"]
    whole = frames["sectors"].iloc[regions["case"].to_numpy()]
    for name, establishments in (
        ("location_quotient", "establishments"),
        ("location_quotient_jobs", "jobs"),
    ):
        regions[name] = location_quotient(
            regions[f"sector_{establishments}"].to_numpy(),
            regions[establishments].to_numpy(),
            whole[establishments].to_numpy(),
            whole[f"register_{establishments}"].to_numpy(),
        )


QUOTIENT = Measure(COLUMNS, finish=finish, in_scan=True)
