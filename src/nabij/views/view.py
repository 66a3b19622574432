"""What a reader looks at: one value that every figure and report reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from nabij.language import Language
from nabij.tables.table import MOST_SHOWN, frame_html
from nabij.views.confidential import NOTHING, Confidential
from nabij.views.floors import Floors

if TYPE_CHECKING:
    import geopandas as gpd

    from nabij.study import Study
    from nabij.tables import Provenance


@dataclass(frozen=True)
class SectorTotals:
    """The sector in the whole register.

    D-scores are in `unit`; `relative_d_score` is the sector's mean D-score divided by the mean
    of what a random draw from the reference would have at the same places. What was not
    found out is not a number; ``clusters`` is None where none were looked for. `q_value` is
    corrected for all sectors of the year. `places` are the distinct ones of its establishments.
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
    mean_d_score_low: float = float("nan")
    mean_d_score_high: float = float("nan")
    p_value: float = float("nan")
    q_value: float = float("nan")
    clusters: int | None = None
    share_in_clusters: float = float("nan")
    type: str = ""
    places: int = 0


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
class ClustersFound:
    """What can be said of the clusters free of borders.

    Attributes
    ----------
    verdict : {"unknown", "none", "unsure", "weak", "one", "several"}
        None were looked for; there is none; there are, but none is sure enough; one sure one that
        is weak (`nabij.views.clusters.WEAK_BELOW`); one; several.
    count, firm : int
        All, and those that are significant and of enough establishments.
    share, share_firm : float
        What of the sector's establishments is in any, and in a firm one.
    largest : pandas.DataFrame
        Up to three of the firm ones, with their ``holding``, how stable they are in a word:
        ``"firm"``, ``"fairly"``, ``"loose"`` or empty.
    resolution, geocoding : float
        Metres below which an outline says nothing, and how exactly places are known.
    """

    verdict: str
    count: int
    firm: int
    share: float
    share_firm: float
    largest: pd.DataFrame
    resolution: float
    geocoding: float


@dataclass(frozen=True)
class Findings:
    """What the indicators say, and how surely; the reading in words only words it.

    Nothing is claimed of fewer than `nabij.views.sureness.CLAIMED_FROM` establishments ("few"), or
    of what was not tested ("unknown"). A count of significant ones is None where none was tested.

    Attributes
    ----------
    share_of_establishments, share_of_jobs : float
        The sector in the whole register.
    clustering : {"more", "slightly", "chance", "not", "whole", "untested", "few", "unknown"}
        The sector against a random draw from its reference: significantly nearer together, or so
        but hardly; nearer, which may be chance; not nearer at all; the sector is its reference;
        no test, too few, no ratio.
    type : str
        Of the sector as a whole, as `nabij.measures.types.type_of`; empty where there are too few,
        or places are not known well enough to say who is close to whom.
    establishments_nearer : int or None
        Establishments significantly near to the others of the sector.
    most_establishments, most_concentrated, most_specialised, most_jobs : pandas.DataFrame
        Up to three rows of the region table, at the focus region's level, of regions with enough
        of the sector; for concentration and specialisation also
        `nabij.views.findings.RANKED_SHARE` of it.
    regions_claimed : int
        Regions of that level with enough of the sector.
    regions_nearer, regions_more : int or None
        How many of these have it significantly nearer together than the reference there, and how
        many significantly more of it than their share.
    stands_out_on : tuple of str
        Columns of the region table on which the focus region is well above all others, and
        significant.
    region_stands_out : bool
        Whether any region is so on concentration.
    nearest_in : str
        The first region on concentration, where all of its interval is above the sector's mean and
        there is another to be held against; else empty.
    focus_claimed : bool
        Whether the focus region has enough of the sector to say more than counts.
    focus_share_of_sector, focus_share_of_sector_jobs : float
        What of the sector is in the focus region.
    focus_share_of_region, focus_share_of_region_jobs : float
        What of the focus region's establishments and jobs is the sector.
    focus_specialisation : {"more", "alike", "less", "few", "unknown"}
        The interval of its location quotient is above 1, around it, or below.
    focus_clustering : {"more", "alike", "less", "few", "unknown"}
        The interval of its mean D-score against the national mean.
    focus_nearness : {"more", "chance", "less", "few", "unknown"}
        Its establishments against as many drawn from the reference there: significantly nearer
        together; not so; below the reference range.
    small_share, small_share_nationally, large_share, large_share_nationally : float
        Establishments below `SMALL_BELOW` jobs, and of `LARGE_FROM` and more, in the focus region
        and nationally.
    focus_sizes : {"small", "larger", "alike", "smaller", "unknown"}
        Most (`MOSTLY_SMALL`) are below `SMALL_BELOW` jobs; or else more, as many or fewer are not
        than in the whole sector.
    clusters : ClustersFound
    """

    share_of_establishments: float
    share_of_jobs: float
    clustering: str
    type: str
    establishments_nearer: int | None
    most_establishments: pd.DataFrame
    most_concentrated: pd.DataFrame
    most_specialised: pd.DataFrame
    most_jobs: pd.DataFrame
    regions_claimed: int
    regions_nearer: int | None
    regions_more: int | None
    stands_out_on: tuple[str, ...]
    region_stands_out: bool
    nearest_in: str
    focus_claimed: bool
    focus_share_of_sector: float
    focus_share_of_sector_jobs: float
    focus_share_of_region: float
    focus_share_of_region_jobs: float
    focus_specialisation: str
    focus_clustering: str
    focus_nearness: str
    small_share: float
    small_share_nationally: float
    large_share: float
    large_share_nationally: float
    focus_sizes: str
    clusters: ClustersFound


@dataclass(frozen=True, repr=False)
class View:
    """One sector of one year of a result, and the region looked into.

    Attributes
    ----------
    study : Study
        What was asked.
    establishments : pandas.DataFrame
        The sector's establishments, one row each: ``id, code, x, y, jobs``, ``name`` if the
        register has names, a column a region level with the region's code, ``d_score,
        expected_d_score, relative_d_score``. Coordinates in metres, float64.
    regions : geopandas.GeoDataFrame
        One row a region and level: ``level, code, name, establishments, sector_establishments,
        jobs, sector_jobs, mean_d_score, expected_d_score, location_quotient,
        location_quotient_jobs, geometry``; as in `Result.regions`.
    sector : SectorTotals
        The sector nationally.
    focus : FocusRegion
        The region looked into and its neighbourhoods.
    size_classes : pandas.DataFrame
        Rows ``size_class`` (label), columns ``focus_establishments, focus_share,
        national_establishments, national_share``; empty where the register has no jobs.
    findings : Findings
        Shares, rankings and verdicts, for the reading in words.
    parts : pandas.DataFrame
        ``part, establishments, jobs, mean_d_score`` for the named parts of the sector, if any.
    rejected : pandas.DataFrame
        Rows of the register that could not be used: ``row`` (as in the file, header = row 1),
        ``reason``, and the row's values as they stood.
    provenance : Provenance
        Parameters, hashes, versions, timings, counts, notes.
    year : int or None
    pairs : pandas.DataFrame
        Nearness of the sector's parts to each other and of the sector to every division.
    profiles : pandas.DataFrame
        Kd, M, K and L by distance with their envelopes; empty where the study asks for none.
    history : pandas.DataFrame
        The sector in every year of the result: rows of `Result.sectors`.
    region_history : pandas.DataFrame
        The regions of the focus region's level in every year: rows of `Result.regions`, without
        shapes.
    changes : pandas.DataFrame
        Rows of `Result.changes`.
    clusters : geopandas.GeoDataFrame
        The clusters free of borders, most of the sector first; empty where none was looked for.
    digits : mapping of str to int or None
        Decimals that a reader is shown of each column, None for text.
    floors : Floors or None
        Whether the ranking by concentration depends on the distance floor; None without a floor.
    score_bounds : tuple of float
        Bounds of the classes of D-scores, over all sectors and years of the result.
    confidential : Confidential
        How many regions tell of single establishments.

    Where the register has no jobs, no table has a column of jobs.
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
    year: int | None = None
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    profiles: pd.DataFrame = field(default_factory=pd.DataFrame)
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    region_history: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    clusters: gpd.GeoDataFrame = field(default_factory=pd.DataFrame)
    digits: Mapping[str, int | None] = field(default_factory=dict)
    floors: Floors | None = None
    score_bounds: tuple[float, ...] = ()
    confidential: Confidential = NOTHING

    def __repr__(self) -> str:
        sector, regions = self.sector, self.regions["level"].value_counts(sort=False)
        levels = ", ".join(f"{n} {level}" for level, n in regions.items())
        when = "" if self.year is None else f" {self.year}"
        return (
            f"<View: {sector.name}{when}, {sector.establishments} establishments, mean D-score "
            f"{sector.mean_d_score:.3g} {sector.unit}; regions: {levels}>"
        )

    def _repr_html_(self) -> str:
        language = Language(self.study.output.language)
        years = self.history["year"]
        sector = self.history[years.isna() if self.year is None else years == self.year]
        level = self.regions[self.regions["level"] == self.focus.level]
        regions = pd.DataFrame(level.drop(columns="geometry")).nlargest(
            MOST_SHOWN, "sector_establishments"
        )
        return made_up(self.study, language) + "".join(
            frame_html(frame, self.digits, language, name=name)
            for name, frame in (("sectors", sector), ("regions", regions))
        )

    @property
    def source(self) -> str:
        """Where the data are from: the study's own words, or else the name of the register."""
        return self.study.source

    @property
    def has_jobs(self) -> bool:
        """Whether the register gives jobs, stated or estimated."""
        return self.study.register.has_jobs

    @property
    def has_regions(self) -> bool:
        """Whether the study names regions; else the whole register is the one region."""
        return bool(self.study.regions)


def made_up(study: Study, language: Language) -> str:
    """Return what a notebook says above made-up data; empty above real ones."""
    if not study.register.synthetic:
        return ""
    return f"<p><strong>{escape(language.text('common.synthetic'))}</strong></p>"
