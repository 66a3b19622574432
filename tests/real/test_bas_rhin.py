"""The whole job on a real register: 81,921 establishments of the French département Bas-Rhin."""

import json

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import nabij
from nabij.language import Language
from nabij.report.reading import reading

# INSEE's classes of employees, at the middle of each class.
JOBS = {
    "NN": 0, "00": 0, "01": 1.5, "02": 4, "03": 7.5, "11": 14.5, "12": 34.5, "21": 74.5,
    "22": 149.5, "31": 224.5, "32": 374.5, "41": 749.5, "42": 1499.5, "51": 3499.5, "52": 7499.5,
    "53": 12000,
}  # fmt: skip

SECTORS = {
    "industrial": (["26", "27", "29", "325"], [str(division) for division in range(10, 34)]),
    "creative": (["7111", "731", "741"], [str(division) for division in range(45, 97)]),
}


@pytest.fixture(scope="module", params=SECTORS)
def job(request, real_data):
    codes, reference = SECTORS[request.param]
    study = nabij.Study.from_dict(
        {
            "register": {
                "path": real_data / "bas_rhin_establishments.csv.gz",
                "id": "id",
                "code": "naf",
                "x": "x",
                "y": "y",
                "crs": "EPSG:2154",
                "size_class": "size_code",
                "size_class_jobs": JOBS,
            },
            "sector": {"name": request.param, "codes": codes},
            "reference": {"name": "reference", "codes": reference},
            "regions": [
                {
                    "level": "commune",
                    "path": real_data / "bas_rhin_communes.gpkg",
                    "code": "commune",
                    "name": "commune_name",
                },
                {
                    "level": "iris",
                    "path": real_data / "bas_rhin_iris.gpkg",
                    "code": "iris",
                    "name": "name",
                },
            ],
            "profiles": {"simulations": 39},
            "output": {"source": "SIRENE, INSEE"},
        }
    )
    result = nabij.run(study)
    return result, result.view()


@pytest.fixture(scope="module")
def counted(job, real_data):
    """Count the same independently: another program, reading the same file."""
    study = job[0].study
    connection = duckdb.connect()
    connection.execute(
        "create table register as select * from read_csv(?, all_varchar = true)",
        [str(real_data / "bas_rhin_establishments.csv.gz")],
    )
    classes = pd.DataFrame({"size_code": list(JOBS), "jobs": list(JOBS.values())})
    connection.register("classes", classes)
    sector = " or ".join(f"naf like '{code}%'" for code in study.sector.codes)
    reference = " or ".join(f"naf like '{code}%'" for code in study.reference.codes)
    connection.execute(
        f"create view all_of_it as select *, ({sector}) as in_sector, ({reference}) as in_reference"
        " from register join classes using (size_code)"
    )
    return connection


def test_totals_equal_those_counted_by_another_program(job, counted):
    _, result = job
    n, jobs, n_sector, jobs_sector, n_reference = counted.execute(
        "select count(*), sum(jobs), count(*) filter (in_sector), sum(jobs) filter (in_sector),"
        " count(*) filter (in_reference) from all_of_it"
    ).fetchone()
    assert result.sector.register_establishments == n == 81_921
    assert result.sector.register_jobs == pytest.approx(jobs)
    assert result.sector.establishments == n_sector
    assert result.sector.jobs == pytest.approx(jobs_sector)
    assert result.sector.reference_establishments == n_reference
    assert result.sector.jobs_estimated


def test_size_classes_equal_those_counted_by_another_program(job, counted):
    _, result = job
    by_class = dict(
        counted.execute(
            "select case when jobs < 1 then '<1' when jobs < 2 then '1' when jobs < 5 then '2-4'"
            " when jobs < 10 then '5-9' when jobs < 20 then '10-19' when jobs < 50 then '20-49'"
            " when jobs < 100 then '50-99' else '100+' end as class, count(*)"
            " from all_of_it where in_sector group by class"
        ).fetchall()
    )
    found = result.size_classes.set_index("size_class")["national_establishments"]
    assert {label: n for label, n in found.items() if n} == by_class


@pytest.mark.parametrize("level", ["commune", "iris"])
def test_regions_equal_the_codes_that_the_register_itself_states(job, counted, level):
    # The register names the commune and neighbourhood of each establishment; we only had its
    # place. A neighbourhood's point may fall just across a simplified border, so not all agree.
    _, result = job
    stated = counted.execute(
        f"select {level} as code, count(*) as n, count(*) filter (in_sector) as s"
        f" from all_of_it group by {level}"
    ).df()
    table = result.regions[result.regions["level"] == level]
    both = table.merge(stated, on="code", how="outer").fillna({"n": 0, "s": 0, "establishments": 0})
    moved = (both["n"] - both["establishments"]).abs().sum() / 2
    assert moved <= 0.02 * 81_921
    assert table["establishments"].sum() == 81_921
    assert table["sector_establishments"].sum() == result.sector.establishments


def test_scores_equal_a_double_loop(job):
    _, result = job
    xy = result.establishments[["x", "y"]].to_numpy()
    for i in np.random.default_rng(1).integers(0, len(xy), 40):
        distance = np.hypot(*(np.delete(xy, i, axis=0) - xy[i]).T)
        expected = 1000 * (1 / np.maximum(distance, 100)).mean()
        assert result.establishments["d_score"][i] == pytest.approx(expected, rel=1e-6)


def test_how_sure_it_is_stands_beside_every_number(job):
    result, view = job
    sector = result.sectors.iloc[0]
    assert sector["mean_d_score_low"] < sector["mean_d_score"] < sector["mean_d_score_high"]
    # Both are nearer together than chance, creative services far more clearly.
    assert (sector["p_value"] <= 0.05) == (sector["z"] > 1.6)
    assert (sector["z"] > 4) == (view.sector.name == "creative")
    establishments = result.establishments
    assert establishments["p_value"].between(0, 1).all()
    assert (establishments["q_value"] >= establishments["p_value"] - 1e-12).all()
    near = establishments["p_value"].corr(establishments["relative_d_score"], method="spearman")
    assert near < -0.5
    there = view.regions[view.regions["sector_establishments"] > 0]
    there = there[there["code"] != ""]
    columns = ["expected_low", "expected_high", "p_value", "q_value", "location_quotient_p"]
    assert there[columns].notna().all(axis=None)
    assert (there["location_quotient_low"] <= there["location_quotient"]).all()
    assert (there["location_quotient"] <= there["location_quotient_high"]).all()
    many = there["sector_establishments"] >= 10
    assert (there["mean_d_score_low"].notna() == many).all()


def test_places_half_a_kilometre_apart_show_no_cluster_and_it_says_so(job):
    result, view = job
    sector = result.sectors.iloc[0]
    assert 400 < sector["geocoding"] < 1_000
    assert sector["type"] == ""
    firm = result.clusters["p_value"] <= 0.05
    assert not firm.any()
    said = " ".join(reading(view, Language("en")))
    assert "no cluster can be told from" in said
    assert "could not be seen" in said


def test_creative_services_have_more_pairs_a_kilometre_apart_than_chance_gives(job):
    result, view = job
    profiles = result.profiles
    assert set(profiles["measure"]) == {"Kd", "M", "K", "L"}
    one = profiles[(profiles["measure"] == "Kd") & profiles["distance"].between(800, 1_200)]
    assert (one["value"] > one["global_high"]).all() == (view.sector.name == "creative")


def test_expected_scores_equal_a_double_loop_over_the_reference(job, counted):
    _, result = job
    reference = counted.execute(
        "select id, x::double as x, y::double as y from all_of_it where in_reference"
    ).df()
    for i in np.random.default_rng(2).integers(0, len(result.establishments), 20):
        own = result.establishments.iloc[i]
        others = reference[reference["id"] != own["id"]]
        distance = np.hypot(others["x"] - own["x"], others["y"] - own["y"])
        expected = 1000 * (1 / np.maximum(distance, 100)).mean()
        assert own["expected_d_score"] == pytest.approx(expected, rel=1e-6)


def test_everything_is_written_and_agrees(job, tmp_path_factory):
    result, _ = job
    folder = nabij.save(result, tmp_path_factory.mktemp("real") / "out")
    record = json.loads((folder / "result.json").read_text())
    assert record["sector"]["mean_d_score"] == result.establishments["d_score"].mean()
    assert gpd.read_file(folder / "regions.gpkg", layer="commune").shape[0] >= 527
    assert "Strasbourg" in (folder / "report.html").read_text()
    for path in (folder / "figures").iterdir():
        assert path.stat().st_size > 5_000
