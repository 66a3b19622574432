"""A population made in memory, and measures of it the plain way."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from nabij.codes import cases
from nabij.decay import Decay
from nabij.measures import Asked
from nabij.measures.measuring import tables_of
from nabij.measures.scoring import Scoring
from nabij.register.population import Population
from nabij.study import Clusters, Profiles, Reference, Sector

RD = CRS("EPSG:28992")
QUIET = Asked(clusters=Clusters(find=False), profiles=Profiles(simulations=0))
"""Without what takes long."""


def make_population(xy, codes, *, jobs=None, region=None, year=None, ids=None):
    """Make a population; `region` is the number of the region of each, -1 for none."""
    n = len(xy)
    region = np.zeros(n, dtype=int) if region is None else np.asarray(region)
    names = [f"R{at}" for at in range(region.max(initial=0) + 1)]
    table = pd.DataFrame(
        {
            "id": [f"E{at}" for at in range(n)] if ids is None else ids,
            "code": pd.Categorical(codes),
            "x": np.asarray(xy, dtype=float)[:, 0],
            "y": np.asarray(xy, dtype=float)[:, 1],
            "jobs": np.ones(n) if jobs is None else np.asarray(jobs, dtype=float),
            "region": pd.Categorical.from_codes(region, names),
        }
    )
    layer = gpd.GeoDataFrame(
        {"code": names, "name": names}, geometry=[shapely.box(0, 0, 1, 1)] * len(names), crs=RD
    )
    return Population(
        table=table,
        year=None if year is None else np.asarray(year),
        layers={"region": layer},
        crs=RD,
        has_jobs=True,
        has_ids=True,
        rejected=pd.DataFrame(),
        counts={},
        notes=[],
        inputs={},
    )


def measured(population, sector, decay=None, asked=QUIET):
    """Return the tables of one sector of a population."""
    decay = decay or Decay()
    chosen, _ = cases(population, [sector])

    tables = tables_of(population, chosen, decay, Scoring(population, decay), asked=asked)
    return {name: table.frame for name, table in tables.items()}


def inverse(one, other):
    """Return 1/distance in km between two sets of points, at most 10 (a floor of 100 m)."""
    between = np.asarray(one, dtype=float)[:, None] - np.asarray(other, dtype=float)[None]
    return 1000 / np.maximum(np.hypot(*between.transpose(2, 0, 1)), 100.0)


def sector_of(name="S", codes=(), parts=None, reference=()):
    return Sector(
        name=name, codes=list(codes), parts=parts or {}, reference=Reference(codes=list(reference))
    )


@pytest.fixture(scope="session")
def population():
    return make_population


@pytest.fixture(scope="session")
def measure():
    return measured


@pytest.fixture(scope="session")
def near():
    return inverse


@pytest.fixture(scope="session")
def sector():
    return sector_of
