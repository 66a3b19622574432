"""The region table: concentration, specialisation and jobs of every region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd


def location_quotient(
    sector: np.ndarray, total: np.ndarray, sector_nationally: float, nationally: float
) -> np.ndarray:
    """Compute the location quotient ``(n_rs / n_r) / (n_s / n)``; 1 is the national share.

    Parameters
    ----------
    sector, total : array_like of float, shape (m,)
        Establishments, or jobs, of the sector and of all sectors in each region.
    sector_nationally, nationally : float

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


def region_table(
    regions: gpd.GeoDataFrame,
    region: np.ndarray,
    in_sector: np.ndarray,
    jobs: np.ndarray,
    d_score: np.ndarray,
) -> gpd.GeoDataFrame:
    """Count and average by region.

    Parameters
    ----------
    regions : geopandas.GeoDataFrame, m rows
        ``code, name, geometry``.
    region : numpy.ndarray of int64, shape (N,)
        Row of `regions` of each establishment of the register, -1 for none.
    in_sector : numpy.ndarray of bool, shape (N,)
    jobs : numpy.ndarray of float64, shape (N,)
        Not a number counts as none.
    d_score : numpy.ndarray of float64, shape (n,)
        Of the sector's establishments, in register order.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code, name, establishments, sector_establishments, jobs, sector_jobs, mean_d_score,
        location_quotient, location_quotient_jobs, geometry``, and one row more, with an empty
        code and no geometry, if any establishment is outside all regions. A D-score is always
        towards the whole country's sector, so a border cuts nothing off.
    """
    import geopandas as gpd

    m = len(regions)
    # One bin more at the end holds what is outside all regions.
    everywhere = np.where(region < 0, m, region)
    here = everywhere[in_sector]
    jobs = np.nan_to_num(jobs)

    establishments = np.bincount(everywhere, minlength=m + 1)
    sector_establishments = np.bincount(here, minlength=m + 1)
    all_jobs = np.bincount(everywhere, weights=jobs, minlength=m + 1)
    sector_jobs = np.bincount(here, weights=jobs[in_sector], minlength=m + 1)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(here, weights=d_score, minlength=m + 1) / sector_establishments
    table = pd.DataFrame(
        {
            "code": [*regions["code"], ""],
            "name": [*regions["name"], ""],
            "establishments": establishments,
            "sector_establishments": sector_establishments,
            "jobs": all_jobs,
            "sector_jobs": sector_jobs,
            "mean_d_score": mean,
            "location_quotient": location_quotient(
                sector_establishments,
                establishments,
                sector_establishments.sum(),
                establishments.sum(),
            ),
            "location_quotient_jobs": location_quotient(
                sector_jobs, all_jobs, sector_jobs.sum(), all_jobs.sum()
            ),
        }
    )
    shapes = [*np.asarray(regions.geometry.values), None]
    placed = gpd.GeoDataFrame(table, geometry=shapes, crs=regions.crs)
    return placed if establishments[m] else placed.iloc[:m]
