"""What was found: keyed tables, how they came about, and views of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nabij.language import Language
from nabij.study import Study
from nabij.tables import Provenance, Table, frame_html, geographic, with_shapes
from nabij.views.bounds import score_bounds
from nabij.views.choose import view_of, views_of
from nabij.views.view import View, made_up

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of a study or a scan: tables with a key, whatever was asked.

    Keys are first in every table. ``year`` is missing where the register has none; ``sector`` is
    the sector's name, in a scan its code.

    Attributes
    ----------
    study : Study
        What was asked.
    tables : mapping of str to Table
        By name: ``sectors``, ``regions``, and for a study ``establishments``, ``sizes``,
        ``pairs``, ``profiles``, ``changes`` and ``clusters``. The properties below give their
        frames.
    layers : mapping of str to geopandas.GeoDataFrame
        The regions of each level, ``code, name, geometry``, coarse to fine.
    focuses : mapping of str to tuple of (str, str)
        Level and code of the region to look into, by sector.
    rejected : pandas.DataFrame
        Rows of the register that could not be used: ``row`` (as in the file, header = row 1),
        ``reason``, and the row's values as they stood.
    provenance : Provenance
        Parameters, hashes, versions, timings, counts, notes.
    """

    study: Study
    tables: Mapping[str, Table]
    layers: Mapping[str, gpd.GeoDataFrame]
    focuses: Mapping[str, tuple[str, str]]
    rejected: pd.DataFrame
    provenance: Provenance

    def __repr__(self) -> str:
        sectors = self.sectors["sector"].unique()
        years = self.sectors["year"].dropna().unique()
        shown = ", ".join(map(str, sectors[:3])) + (", ..." if len(sectors) > 3 else "")
        over = f", years {', '.join(map(str, years))}" if len(years) else ""
        levels = ", ".join(f"{len(layer)} {level}" for level, layer in self.layers.items())
        return f"<Result: {shown}{over}; regions: {levels}>"

    def _repr_html_(self) -> str:
        language = Language(self.study.output.language)
        sectors = self.tables["sectors"]
        shown = frame_html(sectors.plain, sectors.digits, language, name=sectors.name)
        tables = [
            f"{name} ({language.number(len(table.frame))})" for name, table in self.tables.items()
        ]
        told = escape(language.text("common.tables", tables=", ".join(tables)))
        return f"{made_up(self.study, language)}{shown}<p>{told}</p>"

    @property
    def sectors(self) -> pd.DataFrame:
        """One row a year and sector: the sector in the whole register."""
        return self.tables["sectors"].shown

    @property
    def latest_sectors(self) -> pd.DataFrame:
        """Rows of `sectors` of the latest year."""
        sectors, year = self.sectors, self.years[-1]
        return sectors if year is None else sectors[sectors["year"] == year]

    @cached_property
    def regions(self) -> gpd.GeoDataFrame:
        """One row a year, sector, level and region, with its polygon.

        Where a value does not exist (no establishment, so no mean) it is missing, not 0. A level
        with establishments outside all its regions has one row more, with an empty code and no
        geometry, so that each level sums to the register.
        """
        return with_shapes(self.tables["regions"].shown, self.layers, self.provenance.crs)

    @property
    def establishments(self) -> pd.DataFrame:
        """One row a year, sector and establishment; coordinates in metres."""
        return self.tables["establishments"].shown

    @property
    def sizes(self) -> pd.DataFrame:
        """Establishments by size class, in every region and, with an empty level, in all."""
        return self.tables["sizes"].shown

    @property
    def pairs(self) -> pd.DataFrame:
        """Nearness of a sector's parts to each other and of the sector to every division."""
        return self.tables["pairs"].shown

    @property
    def changes(self) -> pd.DataFrame:
        """What entered, left, moved and stayed between two years, and how indicators changed."""
        return self.tables["changes"].shown

    @property
    def profiles(self) -> pd.DataFrame:
        """Kd, M, K and L of a sector by distance, and their envelopes; if the study asks for it."""
        return self.tables["profiles"].shown

    @cached_property
    def clusters(self) -> gpd.GeoDataFrame:
        """One row a cluster free of borders, with its polygon; none where none was found."""
        return geographic(self.tables["clusters"].shown, self.provenance.crs)

    @property
    def is_scan(self) -> bool:
        """Whether this is a scan of all codes: it has no establishments and no view."""
        return "establishments" not in self.tables

    @property
    def source(self) -> str:
        """Where the data are from: the study's own words, or else the name of the register."""
        return self.study.source

    @property
    def years(self) -> list[int | None]:
        """The years of the result, early to late; ``[None]`` where the register has none."""
        found = self.sectors["year"].drop_duplicates().sort_values()
        return [None if pd.isna(year) else int(year) for year in found]

    @cached_property
    def score_bounds(self) -> tuple[float, ...]:
        """Bounds of the classes of D-scores, over all sectors and years: one colour, one score."""
        scores = self.tables["establishments"].frame["d_score"]
        return tuple(score_bounds(scores.to_numpy(dtype=float, na_value=np.nan)))

    @cached_property
    def latest_views(self) -> list[View]:
        """The view of every sector in the latest year: what reports and overviews show."""
        return views_of(self)

    def view(
        self, *, year: int | None = None, sector: str | None = None, focus: str | None = None
    ) -> View:
        """Look at one sector of one year, and into one region.

        Parameters
        ----------
        year : int, optional
            Not needed where there is one.
        sector : str, optional
            Its name; not needed where there is one.
        focus : str, optional
            Code or name of the region to look into; by default the study's.

        Returns
        -------
        View

        Raises
        ------
        InputError
            If there are several to choose from, or none of that name; the message lists them.

        Examples
        --------
        >>> view = result.view(sector="Brainport")  # doctest: +SKIP
        >>> view.sector.mean_d_score  # doctest: +SKIP
        0.0185
        """
        return view_of(self, year=year, sector=sector, focus=focus)
