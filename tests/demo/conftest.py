import geopandas as gpd
import pyarrow.parquet as pq
import pytest

from nabij.demo import make

SMALL = 50_000


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    make(folder, establishments=SMALL)
    return folder


@pytest.fixture(scope="session")
def register(folder):
    return pq.read_table(folder / "register.parquet").to_pandas()


@pytest.fixture(scope="session")
def levels(folder):
    names = ("corop", "municipality", "neighbourhood")
    return {name: gpd.read_file(folder / "regions.gpkg", layer=name) for name in names}
