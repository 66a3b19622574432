"""A study that asks for distance profiles: its table, its views, and what it is told."""

import numpy as np
import pandas as pd
import pytest

import nabij
from nabij.measures import profiles as measure
from nabij.running import studies
from nabij.study import Profiles


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    random = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("profiles") / "register.csv"
    places = random.uniform((120_000, 450_000), (140_000, 470_000), (200, 2)).round()
    table = pd.DataFrame(places, columns=["x", "y"])
    table.assign(code=["1"] * 50 + ["2"] * 150, jobs=3).to_csv(path, index=False)
    return nabij.Study.from_dict(
        {
            "register": {
                "path": str(path), "x": "x", "y": "y", "code": "code", "jobs": "jobs",
                "crs": "EPSG:28992",
            },
            "sector": {"name": "First", "codes": ["1"]},
            "clusters": {"find": False},
            "profiles": {"simulations": 39, "longest": 5000},
        }
    )  # fmt: skip


def told(result):
    return [str(note) for note in result.provenance.notes if "distance profiles" in str(note)]


def test_profiles_are_in_the_result_and_its_view(study):
    result = nabij.run(study)
    assert len(result.profiles) == len(result.view().profiles) == 240
    assert not told(result)


def test_it_is_told_that_of_a_large_sector_a_part_is_looked_at(study, monkeypatch):
    monkeypatch.setattr(measure, "MOST", 20)
    monkeypatch.setattr(studies, "MOST", 20)
    (note,) = told(nabij.run(study))
    assert "First are of 20 of its 50 establishments" in note


def test_none_are_made_unless_asked_for(study):
    plain = study.model_copy(update={"profiles": Profiles()})
    assert nabij.run(plain).profiles.empty
