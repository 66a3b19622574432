"""Intervals in the tables of sectors and regions."""

import numpy as np
import pytest
from scipy.stats import t

from nabij.decay import Decay

BOUNDS = ["mean_d_score_low", "mean_d_score_high"]


@pytest.fixture(scope="module")
def places():
    random = np.random.default_rng(81)
    xy = random.uniform(0, 15_000, (300, 2))
    code = random.choice(["A", "B"], 300, p=[0.3, 0.7])
    # Nine of A in the first region, many in the second, some in none.
    region = np.where(np.arange(300) % 5 == 0, -1, 1)
    region[np.flatnonzero(code == "A")[:9]] = 0
    return xy, code, region


def left_out(f, inside):
    count, logs = len(f), []
    for k in range(count):
        rest = np.delete(np.arange(count), k)
        logs.append(np.log(f[np.ix_(rest[inside[rest]], rest)].sum() / inside[rest].sum()))
    return t.ppf(0.975, inside.sum() - 1) * np.sqrt(count - 1) * np.std(logs)


def test_intervals_are_around_the_means(population, measure, near, sector, places):
    xy, code, region = places
    found = measure(population(xy, code, region=region), sector(codes=["A"]))
    members = code == "A"
    f = near(xy[members], xy[members])
    np.fill_diagonal(f, 0.0)
    whole = found["sectors"].iloc[0]
    second = found["regions"].set_index("code").loc["R1"]
    for row, inside in (
        (whole, np.ones(len(f), dtype=bool)),
        (second, region[members] == 1),
    ):
        margin = left_out(f, inside)
        assert row["mean_d_score_low"] == pytest.approx(row["mean_d_score"] * np.exp(-margin))
        assert row["mean_d_score_high"] == pytest.approx(row["mean_d_score"] * np.exp(margin))


def test_less_than_ten_and_what_is_outside_have_none(population, measure, sector, places):
    xy, code, region = places
    found = measure(population(xy, code, region=region), sector(codes=["A"]))["regions"]
    rows = found.set_index("code")
    assert rows.loc["R0", "sector_establishments"] == 9
    assert rows.loc["", "sector_establishments"] >= 10
    assert rows.loc[["R0", ""], BOUNDS].isna().all(axis=None)
    assert rows.loc["R1", BOUNDS].notna().all()


@pytest.mark.parametrize(
    "decay", [Decay(weights="jobs"), Decay(normalisation="sum"), Decay("gaussian", 3_000.0)]
)
def test_every_way_to_measure_has_intervals(population, measure, sector, places, decay):
    xy, code, region = places
    jobs = np.random.default_rng(82).lognormal(1, 1, 300)
    people = population(xy, code, region=region, jobs=jobs)
    found = measure(people, sector(codes=["A"]), decay=decay)
    for row in (found["sectors"].iloc[0], found["regions"].set_index("code").loc["R1"]):
        assert row["mean_d_score_low"] < row["mean_d_score"] < row["mean_d_score_high"]
        assert row["mean_d_score_high"] < 2 * row["mean_d_score"]


def test_where_one_left_out_leaves_nothing_near_there_is_no_interval(population, measure, sector):
    xy = np.array([[100_000.0 * at, 0.0] for at in range(12)])
    xy[1] = xy[0]
    found = measure(population(xy, ["A"] * 12), sector(codes=["A"]), decay=Decay("within", 10.0))
    for table in ("sectors", "regions"):
        assert found[table][BOUNDS].isna().all(axis=None)
