"""Distance profiles of a case: when they are made, of whom, and of what."""

import numpy as np
import pytest

from nabij import InputError
from nabij.inference.concentration_m import relative_m, surroundings
from nabij.inference.profiles import grid
from nabij.measures import Asked
from nabij.measures import profiles as measure_of_profiles
from nabij.measures.profiles import median_distance, thinned
from nabij.study import Clusters, Profiles

ASKED = Asked(clusters=Clusters(find=False), profiles=Profiles(simulations=39, longest=4000.0))


@pytest.fixture(scope="module")
def register(population):
    random = np.random.default_rng(1)
    near = random.normal((5000, 5000), 700, (60, 2))
    places = np.vstack([near, random.uniform(0, 20_000, (240, 2))])
    codes = ["1"] * 60 + ["2"] * 40 + ["3"] * 200
    return population(places, codes, jobs=random.integers(0, 30, 300))


@pytest.fixture(scope="module")
def found(register, measure, sector):
    return measure(register, sector(codes=["1"], reference=["1", "3"]), asked=ASKED)["profiles"]


def test_there_is_a_row_a_measure_and_distance(found):
    assert found.columns.tolist() == [
        "year", "sector", "measure", "distance",
        "value", "expected", "low", "high", "global_low", "global_high",
    ]  # fmt: skip
    counts = found["measure"].value_counts()
    assert counts.to_dict() == {"Kd": 60, "M": 60, "K": 60, "L": 60}
    assert found["distance"].max() == 4000
    assert not found.duplicated(["measure", "distance"]).any()
    assert found.drop(columns=["year"]).notna().all(axis=None)


def test_m_counts_jobs_of_the_sector_and_its_reference_alone(found, register):
    rows = np.flatnonzero(register.table["code"] != "2")
    distances, _ = grid(4000.0, 60)
    around = surroundings(register.places[rows], distances, register.jobs[rows])
    plain = relative_m(around, [register.table["code"].iloc[rows] == "1"])[0]
    of_m = found[found["measure"] == "M"]
    np.testing.assert_allclose(of_m["value"], plain)
    np.testing.assert_allclose(of_m["distance"], distances)


def test_a_sector_that_gathers_is_above_its_envelopes(found):
    assert (found["value"] > found["global_high"]).groupby(found["measure"]).any().all()


def test_the_same_seed_gives_the_same(found, register, measure, sector):
    again = measure(register, sector(codes=["1"], reference=["1", "3"]), asked=ASKED)["profiles"]
    assert found.equals(again)


@pytest.mark.parametrize(
    ("codes", "reference", "asked"),
    [
        (["1"], [], Asked(clusters=Clusters(find=False))),
        (["1"], ["1"], ASKED),
    ],
)
def test_none_is_made_unless_asked_for_or_where_there_is_nothing_to_draw(
    register, measure, sector, codes, reference, asked
):
    assert measure(register, sector(codes=codes, reference=reference), asked=asked)[
        "profiles"
    ].empty


def test_nine_establishments_or_one_place_have_none(population, measure, sector):
    random = np.random.default_rng(2)
    asked = Asked(clusters=Clusters(find=False), profiles=Profiles(simulations=39))
    for count, places in ((9, random.uniform(0, 9000, (100, 2))), (20, np.zeros((100, 2)))):
        few = population(places, ["1"] * count + ["2"] * (100 - count))
        assert measure(few, sector(codes=["1"]), asked=asked)["profiles"].empty


def test_the_longest_distance_is_what_half_of_the_pairs_are_within(population, measure, sector):
    random = np.random.default_rng(3)
    places = random.uniform(0, 9000, (120, 2))
    asked = Asked(clusters=Clusters(find=False), profiles=Profiles(simulations=39))
    table = measure(population(places, ["1"] * 40 + ["2"] * 80), sector(codes=["1"]), asked=asked)
    longest = table["profiles"]["distance"].max()
    own = places[:40]
    between = np.hypot(*(own[:, None] - own).transpose(2, 0, 1))[np.triu_indices(40, 1)]
    # Four standard errors of a share of 100,000 draws.
    assert (between <= longest).mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(1e5))
    wide = measure(
        population(places * 100, ["1"] * 40 + ["2"] * 80), sector(codes=["1"]), asked=asked
    )
    assert wide["profiles"]["distance"].max() == 60_000


def test_of_a_large_sector_a_part_is_looked_at(register, measure, sector, monkeypatch):
    monkeypatch.setattr(measure_of_profiles, "MOST", 30)
    part = measure(register, sector(codes=["1"], reference=["1", "3"]), asked=ASKED)["profiles"]
    assert len(part) == 240
    # Thinned alike, the sector is as far above its reference: M does not hang on the number.
    m = part[part["measure"] == "M"]
    assert (m["value"] > m["global_high"]).any()


def test_thinning_keeps_the_share_of_the_sector():
    chosen = np.zeros(1000, dtype=bool)
    chosen[:200] = True
    kept = thinned(chosen, 50, np.random.default_rng(4))
    assert len(np.unique(kept)) == len(kept) == 250
    assert chosen[kept].sum() == 50


def test_one_of_few_others_is_kept():
    kept = thinned(np.arange(101) < 100, 10, np.random.default_rng(4))
    assert len(kept) == 11


def test_the_median_distance_is_of_pairs_of_two():
    points = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 9.0]])
    # Two of three pairs are 9 apart; a point and itself, no pair, would make the median 0.
    assert median_distance(points, np.random.default_rng(5)) == 9


def test_too_few_relabellings_are_refused():
    with pytest.raises(InputError, match="Profiles: simulations must be 0 or at least 39"):
        Profiles(simulations=38)
