"""What was found: one value that every figure, table and report reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nabij.notes import Note

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from nabij.study import Study


@dataclass(frozen=True)
class SectorTotals:
    """The sector in the whole register.

    D-scores are in `unit`; `relative_d_score` is the sector's mean D-score divided by the mean
    of what a random draw from the reference sector would have at the same places.
    """

    name: str
    reference_name: str
    establishments: int
    reference_establishments: int
    register_establishments: int
    jobs: float
    register_jobs: float
    jobs_estimated: bool
    mean_d_score: float
    mean_expected_d_score: float
    relative_d_score: float
    unit: str


@dataclass(frozen=True)
class FocusRegion:
    """The region looked into.

    Attributes
    ----------
    level, code, name : str
        The region.
    row : pandas.Series
        Its row of the region table: same columns, same numbers.
    zoom_level : str or None
        The finer level, None if the study has only one level below or at the region's.
    threshold : int
        Neighbourhoods with at least this many of the sector's establishments are named.
    neighbourhoods : geopandas.GeoDataFrame
        ``code, name, sector_establishments, sector_jobs, named, geometry``: what of each
        neighbourhood lies in the region, so the counts sum to the region's own.
    """

    level: str
    code: str
    name: str
    row: pd.Series
    zoom_level: str | None
    threshold: int
    neighbourhoods: gpd.GeoDataFrame


@dataclass(frozen=True)
class Findings:
    """What the indicators say; the reading in words only words it.

    Attributes
    ----------
    share_of_establishments, share_of_jobs : float
        The sector in the whole register.
    clustering : {"more", "alike", "less", "unknown"}
        The sector against a random draw from its reference sector.
    most_establishments, most_concentrated : pandas.DataFrame
        Up to three rows of the region table, at the focus region's level. Concentration and
        specialisation are ranked among regions with at least 1 % of the sector, and at least 5
        of its establishments.
    stands_out_on : tuple of str
        Columns of the region table on which the focus region is well above all others.
    region_stands_out : bool
        Whether any region is well above all others on concentration.
    focus_share_of_sector, focus_share_of_sector_jobs : float
        What of the sector is in the focus region.
    focus_share_of_region, focus_share_of_region_jobs : float
        What of the focus region's establishments and jobs is the sector.
    focus_clustering : {"more", "alike", "less", "unknown"}
        The focus region's mean D-score against the national mean.
    small_share, small_share_nationally, large_share, large_share_nationally : float
        Establishments below 5 jobs, and of 50 and more, in the focus region and nationally.
    focus_relative_d_score : float
        Mean D-score in the focus region over that of a random draw at the same places.
    focus_nearness : {"more", "alike", "less", "unknown"}
        The same in a word.
    focus_sizes : {"small", "larger", "alike", "smaller", "unknown"}
        At least 80 % have fewer than 5 jobs; or else more, as many or fewer have 5 and more than
        in the whole sector.
    """

    share_of_establishments: float
    share_of_jobs: float
    clustering: str
    most_establishments: pd.DataFrame
    most_concentrated: pd.DataFrame
    stands_out_on: tuple[str, ...]
    region_stands_out: bool
    focus_share_of_sector: float
    focus_share_of_sector_jobs: float
    focus_share_of_region: float
    focus_share_of_region_jobs: float
    focus_clustering: str
    small_share: float
    small_share_nationally: float
    large_share: float
    large_share_nationally: float
    focus_relative_d_score: float
    focus_nearness: str
    focus_sizes: str


@dataclass(frozen=True)
class Provenance:
    """How the result came about: enough to do it again and to check it.

    Attributes
    ----------
    parameters : dict
        The study as it was used, defaults filled in.
    inputs : dict
        Path to SHA-256 of every file read.
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
        Method of the proximity sums, wanted relative error, error found on the checked sample.
    crs : str
        The metric coordinate system of all coordinates in the result.
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


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of a study.

    Attributes
    ----------
    study : Study
        What was asked.
    establishments : pandas.DataFrame
        The sector's establishments, one row each: ``id, code, x, y, jobs``, ``year`` and
        ``name`` if the register has them, a column a region level with the region's code,
        ``d_score, expected_d_score, relative_d_score``. Coordinates in metres, float64.
    regions : geopandas.GeoDataFrame
        One row a region and level: ``level, code, name, establishments, sector_establishments,
        jobs, sector_jobs, mean_d_score, location_quotient, location_quotient_jobs, geometry``.
        Where a value does not exist (no establishment, so no mean) it is missing, not 0. A
        level with establishments outside all its regions has one row more, with an empty code
        and no geometry, so that each level sums to the register.
    sector : SectorTotals
        The sector nationally.
    focus : FocusRegion
        The region looked into and its neighbourhoods.
    size_classes : pandas.DataFrame
        Rows ``size_class`` (label), columns ``focus_establishments, focus_share,
        national_establishments, national_share``.
    findings : Findings
        Shares, rankings and verdicts, for the reading in words.
    parts : pandas.DataFrame
        ``part, establishments, jobs, mean_d_score`` for the named parts of the sector, if any.
    rejected : pandas.DataFrame
        Rows of the register that could not be used: ``row`` (as in the file, header = row 1),
        ``reason``, and the row's values as they stood.
    provenance : Provenance
        Parameters, hashes, versions, timings, counts, notes.
    """

    study: Study
    establishments: pd.DataFrame
    regions: gpd.GeoDataFrame
    sector: SectorTotals
    focus: FocusRegion
    size_classes: pd.DataFrame
    findings: Findings
    parts: pd.DataFrame
    rejected: pd.DataFrame
    provenance: Provenance

    def __repr__(self) -> str:
        sector, regions = self.sector, self.regions["level"].value_counts(sort=False)
        levels = ", ".join(f"{n} {level}" for level, n in regions.items())
        return (
            f"<Result: {sector.name}, {sector.establishments} establishments, mean D-score "
            f"{sector.mean_d_score:.3g} {sector.unit}; regions: {levels}>"
        )

    @property
    def source(self) -> str:
        """Where the data are from: the study's own words, or else the name of the register."""
        return self.study.output.source or self.study.register.path.name
