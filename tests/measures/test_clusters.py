import numpy as np
import pytest
import shapely

import nabij
from nabij.measures import Asked
from nabij.measures.types import BETWEEN, FEW_LARGE_SPREAD, MANY_SMALL_CLOSE, type_of
from nabij.study import Clusters, Profiles

LOOKING = Asked(clusters=Clusters(relabellings=99, runs=5), profiles=Profiles(simulations=0))


@pytest.fixture(scope="module")
def town(population):
    """Two thousand all over, of whom forty are the sector; sixty in a street, fifty of them so."""
    random = np.random.default_rng(71)
    xy = np.concatenate(
        (random.uniform(0, 40_000, (2_000, 2)), random.uniform(9_000, 9_300, (60, 2)))
    )
    codes = np.array(["T"] * 2_060, dtype=object)
    codes[:40] = codes[2_000:2_050] = "S"
    region = (xy[:, 0] > 20_000).astype(int)
    jobs = np.ones(2_060)
    jobs[2_000:2_003] = 9.0
    return population(xy, codes, jobs=jobs, region=region)


def test_a_street_full_of_them_is_the_cluster(town, sector, measure):
    found = measure(town, sector(codes=["S"]), asked=LOOKING)
    clusters, establishments, whole = (
        found["clusters"], found["establishments"], found["sectors"].iloc[0]
    )  # fmt: skip
    assert len(clusters) == whole["clusters"] == 1
    only = clusters.iloc[0]
    inside = (establishments["cluster"] == 1).fillna(False)
    assert only["sector_establishments"] == inside.sum() >= 50
    assert whole["share_in_clusters"] == pytest.approx(inside.mean())
    street = establishments["id"].isin([f"E{at}" for at in range(2_000, 2_050)])
    assert inside[street].all()
    assert establishments["local_ratio"][street].min() > 2
    area = only["geometry"]
    assert area.is_valid
    assert only["area_km2"] == pytest.approx(area.area / 1e6)
    there = shapely.contains_xy(area, *establishments.loc[inside, ["x", "y"]].to_numpy().T)
    assert there.all()
    share = only["sector_establishments"] / only["establishments"]
    assert only["location_quotient"] == pytest.approx(share / (90 / 2_060))
    assert only["sector_jobs"] == pytest.approx(only["sector_establishments"] + 3 * 8)
    assert only["name"] == "R0"
    assert only["type"] == MANY_SMALL_CLOSE
    assert only["p_value"] == 0.01
    assert only["stability"] > 0.9


def test_without_being_asked_for_there_are_none(town, sector, measure):
    asked = Asked(clusters=Clusters(find=False), profiles=Profiles(simulations=0))
    found = measure(town, sector(codes=["S"]), asked=asked)
    assert found["clusters"].empty
    assert "clusters" not in found["sectors"]
    assert "cluster" not in found["establishments"]


def test_where_most_share_a_place_it_is_as_exact_as_places_are_apart(population, sector, measure):
    random = np.random.default_rng(74)
    addresses = random.uniform(0, 40_000, (900, 2))
    centres = 2_400 * np.round(addresses / 2_400)
    for xy, expected in ((addresses, 100.0), (centres, 2_400.0)):
        made = population(xy, ["S"] * 60 + ["T"] * 840)
        found = measure(made, sector(codes=["S"]), asked=LOOKING)["sectors"].iloc[0]
        assert found["geocoding"] == expected
        assert found["cluster_radius"] >= 2 * expected
        assert (found["type"] == "") == (expected > 125)
    stated = Asked(clusters=Clusters(geocoding=300.0), profiles=Profiles(simulations=0))
    assert measure(made, sector(codes=["S"]), asked=stated)["sectors"]["geocoding"][0] == 300


def test_of_a_sector_that_is_everybody_there_are_none(population, sector, measure):
    xy = np.random.default_rng(72).uniform(0, 5_000, (200, 2))
    found = measure(population(xy, ["S"] * 200), sector(codes=["S"]), asked=LOOKING)
    assert found["sectors"]["clusters"].tolist() == [0]
    assert found["establishments"]["cluster"].isna().all()
    assert found["clusters"].empty


@pytest.mark.parametrize(
    ("jobs", "spacing", "kind"),
    [
        ([1, 1, 2, 4, 60], 50, MANY_SMALL_CLOSE),
        ([1, 1, 2, 4, 60], 600, BETWEEN),
        ([9, 80, 3, 200], 600, FEW_LARGE_SPREAD),
        ([9, 80, 3, 200], 20, BETWEEN),
        ([9, 8, 3, 20], 600, BETWEEN),
        ([np.nan, np.nan, np.nan, 9], 50, ""),
    ],
)
def test_types_by_size_and_spacing(jobs, spacing, kind):
    jobs = np.array(jobs, dtype=float)
    assert type_of(jobs, np.full(len(jobs), float(spacing))) == kind


@pytest.fixture
def crowded(country):
    """The country with forty of the sector in one street."""
    register = country.register.copy()
    moved = register.index[register["sbi"].astype(str).str.startswith("26")][:40]
    random = np.random.default_rng(73)
    register.loc[moved, ["x", "y"]] = register.loc[moved[0], ["x", "y"]].to_numpy(
        dtype=float
    ) + random.uniform(0, 200, (len(moved), 2))
    country.write(register)
    return country


def test_clusters_are_saved_as_a_table_and_as_polygons(crowded, tmp_path):
    import geopandas as gpd
    import pandas as pd

    result = nabij.run(crowded.study(sector={"codes": ["26"]}, reference={"codes": []}))
    assert len(result.clusters)
    folder = nabij.save(result, tmp_path / "out")
    written = gpd.read_file(folder / "clusters.gpkg", layer="clusters")
    table = pd.read_csv(folder / "clusters.csv")
    assert written.crs == "EPSG:28992"
    assert written.geometry.is_valid.all()
    assert "geometry" not in table
    assert table["cluster"].tolist() == written["cluster"].tolist()
    assert len(result.view().clusters) == len(table)


def test_a_scan_has_clusters_only_if_asked(crowded, tmp_path):
    plain = nabij.scan(crowded.study(), digits=2)
    assert "clusters" not in plain.tables
    assert "clusters" not in plain.sectors
    asked = nabij.scan(crowded.study(), digits=2, clusters=True)
    assert asked.sectors["clusters"].sum() == len(asked.clusters) > 0
    assert asked.clusters["stability"].isna().all()
    folder = nabij.save(asked, tmp_path / "scan")
    assert (folder / "clusters.gpkg").exists()
