"""GeoParquet: the tables with shapes, as any GIS and any reader of Parquet opens them."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

import nabij
from nabij.exports import saving


@pytest.fixture(scope="module")
def result(shared_country):
    return nabij.run(shared_country.study(output={"formats": ["geoparquet"]}))


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    return nabij.save(result, tmp_path_factory.mktemp("geoparquet") / "out")


def test_establishments_are_points_beside_the_same_columns(result, folder):
    points = gpd.read_parquet(folder / "establishments.parquet")
    assert points.crs.to_string() == "EPSG:28992"
    np.testing.assert_array_equal(points.geometry.x, result.establishments["x"])
    plain = pd.read_parquet(folder / "establishments.parquet").drop(columns="geometry")
    pd.testing.assert_frame_equal(plain, result.establishments)


def test_regions_of_all_levels_are_polygons_in_one_file(result, folder):
    regions = gpd.read_parquet(folder / "regions.parquet")
    assert regions["level"].unique().tolist() == ["region", "neighbourhood"]
    assert regions.geometry.geom_equals(result.regions.geometry).all()
    pd.testing.assert_frame_equal(
        pd.DataFrame(regions.drop(columns="geometry")),
        pd.DataFrame(result.regions.drop(columns="geometry")),
    )


def test_clusters_are_polygons(result, tmp_path):
    table = result.tables["clusters"]
    row = {column.name: [None] for column in table.columns}
    shape = shapely.box(100_000, 400_000, 101_000, 401_000)
    frame = pd.DataFrame({**row, "cluster": [1], "sector": ["Brainport"], "geometry": [shape]})
    some = {**result.tables, "clusters": dataclasses.replace(table, frame=frame)}
    made = dataclasses.replace(result, tables=some)
    jobs = saving._tables(made)
    assert {"clusters.csv", "clusters.gpkg", "clusters.parquet"} <= set(jobs)
    jobs["clusters.parquet"](tmp_path / "clusters.parquet")
    assert gpd.read_parquet(tmp_path / "clusters.parquet").area.tolist() == [1e6]


def test_no_column_says_what_is_sensitive(result, folder):
    table = result.tables["regions"]
    sensitive = {column.name for column in table.columns if column.sensitive}
    assert sensitive
    assert sensitive.isdisjoint(pq.read_schema(folder / "regions.parquet").names)


def test_a_register_of_regions_alone_is_not_asked_for(shared_country, tmp_path):
    content = shared_country.content(output={"formats": ["geoparquet"]})
    del content["regions"]
    study = nabij.Study.from_dict(content, folder=shared_country.folder)
    folder = nabij.save(nabij.run(study), tmp_path / "out")
    assert not (folder / "regions.parquet").exists()
    assert gpd.read_parquet(folder / "establishments.parquet").geometry.notna().all()


def test_without_the_word_files_are_as_they_were(shared_country, tmp_path):
    folder = nabij.save(nabij.run(shared_country.study()), tmp_path / "out")
    assert not (folder / "regions.parquet").exists()
    assert b"geo" not in (pq.read_schema(folder / "establishments.parquet").metadata or {})
