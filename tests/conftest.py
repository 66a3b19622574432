"""A small made-up country that tests read, change and break."""

import os
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nabij import Study

CODES = ["0111", "2611", "2720", "2910", "3250", "4711", "6201", "7111", "7311", "7410"]
WEST, SOUTH, SIDE = 100_000.0, 400_000.0, 80_000.0


@dataclass
class Country:
    """Files of a synthetic country, and the study that reads them."""

    folder: Path
    register: pd.DataFrame

    def content(self, **blocks: dict[str, Any]) -> dict[str, Any]:
        """Return the content of a study file, with keys of some blocks changed; None removes."""
        content = deepcopy(STUDY)
        for block, changes in blocks.items():
            if isinstance(changes, list):
                content[block] = changes
                continue
            for key, value in changes.items():
                content.setdefault(block, {})[key] = value
                if value is None:
                    del content[block][key]
        return content

    def study_of_two(self) -> Study:
        """Return a study of two sectors, each held against the whole register."""
        two = [{"name": name, "codes": codes} for name, codes in (("A", ["29"]), ("B", ["26"]))]
        content = self.content(sectors=two)
        del content["sector"], content["reference"]
        return Study.from_dict(content, folder=self.folder)

    def study(self, **blocks: Any) -> Study:
        return Study.from_dict(self.content(**blocks), folder=self.folder)

    def write(self, table: pd.DataFrame, name: str = "register.csv", **how: Any) -> Path:
        path = self.folder / name
        table.to_csv(path, index=False, **how)
        return path


STUDY: dict[str, Any] = {
    "register": {
        "path": "register.csv",
        "id": "id",
        "code": "sbi",
        "x": "x",
        "y": "y",
        "jobs": "jobs",
        "crs": "EPSG:28992",
        "synthetic": True,
    },
    "sector": {"name": "Brainport", "codes": ["26", "27", "29", "325"]},
    "reference": {"name": "Industry", "codes": ["1", "2", "3"]},
    "regions": [
        {
            "level": "region",
            "path": "regions.gpkg",
            "layer": "region",
            "code": "code",
            "name": "name",
        },
        {
            "level": "neighbourhood",
            "path": "regions.gpkg",
            "layer": "neighbourhood",
            "code": "code",
            "name": "name",
        },
    ],
    # As few as can be: what clusters are is tested elsewhere.
    "clusters": {"relabellings": 19, "runs": 1},
    "output": {"formats": ["png"]},
}


def squares(side: int) -> gpd.GeoDataFrame:
    """Cut the country into side x side squares with codes R01, R02, ..."""
    step = SIDE / side
    boxes = [
        shapely.box(
            WEST + i * step, SOUTH + j * step, WEST + (i + 1) * step, SOUTH + (j + 1) * step
        )
        for j in range(side)
        for i in range(side)
    ]
    codes = [f"R{number:02d}" for number in range(1, side * side + 1)]
    names = [f"Place {code}" for code in codes]
    return gpd.GeoDataFrame({"code": codes, "name": names}, geometry=boxes, crs="EPSG:28992")


@pytest.fixture
def country(tmp_path: Path) -> Country:
    return country_in(tmp_path)


def country_in(folder: Path) -> Country:
    """Write the register and the regions of a small made-up country into a folder."""
    random = np.random.default_rng(7)
    n = 400
    towns = random.uniform([WEST, SOUTH], [WEST + SIDE, SOUTH + SIDE], (6, 2))
    xy = towns[random.integers(0, 6, n)] + random.normal(0, 3_000, (n, 2))
    xy = np.clip(xy.round(), [WEST + 1, SOUTH + 1], [WEST + SIDE - 1, SOUTH + SIDE - 1])
    xy[1::5] = xy[::5][: len(xy[1::5])]  # shared addresses
    register = pd.DataFrame(
        {
            "id": [f"E{i:04d}" for i in range(n)],
            "sbi": random.choice(CODES, n),
            "x": xy[:, 0],
            "y": xy[:, 1],
            "jobs": random.choice([1, 1, 1, 2, 3, 4, 7, 15, 60, 250], n),
        }
    )
    made = Country(folder, register)
    made.write(register)
    squares(3).to_file(folder / "regions.gpkg", layer="region")
    squares(9).to_file(folder / "regions.gpkg", layer="neighbourhood")
    return made


@pytest.fixture(scope="session")
def shared_country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Return the same country once for all tests, of which none writes into it."""
    return country_in(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="session")
def country_of_three(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Return a country in which three establishments have the code 9999."""
    country = country_in(tmp_path_factory.mktemp("three"))
    country.register.loc[:2, "sbi"] = "9999"
    country.write(country.register)
    return country


REAL = Path(__file__).parents[1] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real registers, which is not part of the project."""
    if not REAL.is_dir():
        if os.environ.get("NABIJ_CI"):
            pytest.fail(f"{REAL} is not there, but these tests must run here")
        pytest.skip("the real registers are not part of the project: ../shared/data is not there")
    return REAL
