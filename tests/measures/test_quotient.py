"""Every region's location quotient is tested and bounded; a scan has the same as a study."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

from nabij.codes import cases
from nabij.decay import Decay
from nabij.inference.quotients import quotient_interval, shrunk_quotients
from nabij.measures.measuring import tables_of
from nabij.measures.quotient import FEWEST_OF_SECTOR, FEWEST_REGIONS
from nabij.measures.scoring import Scoring

SURE = [f"location_quotient_{name}" for name in ("low", "high", "p", "q", "shrunk")]


def a_register(population, seed=1, n=900, regions=12):
    random = np.random.default_rng(seed)
    region = random.integers(-1, regions - 1, n)
    region[:3] = regions - 1  # a small one without the sector
    codes = np.where(random.random(n) < 0.05 + 0.03 * (region % 4), "29", "47")
    codes[:3] = "47"
    return population(random.uniform(0, 9e4, (n, 2)), codes, region=region), region, codes == "29"


def test_p_and_interval_are_those_of_the_region_in_the_register(population, measure, sector):
    made, region, of_sector = a_register(population)
    regions = measure(made, sector(codes=["29"], reference=["29", "4"]))["regions"]
    regions = regions.set_index("code")
    n = len(region)
    for number in range(12):
        row, here = regions.loc[f"R{number}"], region == number
        x, size = int((of_sector & here).sum()), int(here.sum())
        drawn = hypergeom(n, of_sector.sum(), size)
        assert row["location_quotient_p"] == pytest.approx(drawn.sf(x) + drawn.pmf(x) / 2)
        low, high = quotient_interval([x], of_sector.sum(), size, n)
        assert row["location_quotient_low"] == low[0] <= row["location_quotient"]
        assert row["location_quotient_high"] == high[0] >= row["location_quotient"]
    p = regions["location_quotient_p"].drop("")
    q = regions["location_quotient_q"].drop("")
    order = p.sort_values()
    plain = (order * len(p) / np.arange(1, len(p) + 1))[::-1].cummin()
    np.testing.assert_allclose(q[plain.index], plain)


def test_what_is_outside_all_regions_is_not_tested(population, measure, sector):
    made, _, _ = a_register(population)
    outside = measure(made, sector(codes=["29"]))["regions"].set_index("code").loc[""]
    assert outside["location_quotient"] > 0
    assert outside[SURE].isna().all()


def test_a_region_without_establishments_has_nothing(population, measure, sector):
    xy = np.random.default_rng(2).uniform(0, 9e3, (40, 2))
    region = np.where(np.arange(40) < 20, 0, 2)  # none in the region between
    made = population(xy, ["29"] * 10 + ["47"] * 30, region=region)
    regions = measure(made, sector(codes=["29"]))["regions"].set_index("code")
    assert regions.loc["R1", ["location_quotient", *SURE]].isna().all()
    assert regions.loc[["R0", "R2"], SURE[:4]].notna().all(axis=None)


def test_one_region_that_is_all_of_the_register_has_a_quotient_of_1_and_no_p(
    population, measure, sector
):
    xy = np.random.default_rng(2).uniform(0, 9e3, (40, 2))
    regions = measure(population(xy, ["29"] * 10 + ["47"] * 30), sector(codes=["29"]))["regions"]
    row = regions.iloc[0]
    assert row[["location_quotient", *SURE[:2]]].tolist() == [1.0, 1.0, 1.0]
    assert row[SURE[2:]].isna().all()


def test_a_scan_says_the_same_though_it_keeps_no_region_without_the_sector(population, sector):
    made, _, _ = a_register(population)
    decay = Decay()
    chosen, _ = cases(made, [sector(codes=["29"])])
    study, scan = (
        tables_of(made, chosen, decay, Scoring(made, decay), scan=scan)["regions"].frame
        for scan in (False, True)
    )
    assert len(scan) < len(study)
    study = study.set_index("code").loc[scan["code"], SURE].reset_index()
    pd.testing.assert_frame_equal(study, scan[["code", *SURE]].reset_index(drop=True))


@pytest.fixture
def neighbourhoods(population):
    def make(regions, members, others=6_000):
        random = np.random.default_rng(5)
        weight = random.gamma(0.7, 1.0, regions) + 0.01
        region = np.concatenate(
            [random.choice(regions, count, p=chance / chance.sum())
             for count, chance in ((members, weight * random.gamma(1.0, 1.0, regions)),
                                   (others, weight))]
        )  # fmt: skip
        region[-1] = regions - 1
        codes = ["29"] * members + ["47"] * others
        return population(np.zeros((members + others, 2)), codes, region=region)

    return make


def test_quotients_of_many_small_regions_are_shrunk(neighbourhoods, measure, sector):
    regions = measure(neighbourhoods(FEWEST_REGIONS + 60, 1_500), sector(codes=["29"]))["regions"]
    there = regions[regions["establishments"] > 0]
    assert len(there) >= FEWEST_REGIONS
    expected = there["establishments"] * 1_500 / 7_500
    plain = shrunk_quotients(there["sector_establishments"], expected)
    np.testing.assert_allclose(there["location_quotient_shrunk"], plain)
    spread = there[["location_quotient", "location_quotient_shrunk"]].std()
    assert spread["location_quotient_shrunk"] < spread["location_quotient"]


@pytest.mark.parametrize(
    ("regions", "members"),
    [(FEWEST_REGIONS - 1, 1_500), (FEWEST_REGIONS + 60, FEWEST_OF_SECTOR - 1),
     (FEWEST_REGIONS + 60, 3_000)],
    ids=["few regions", "small sector", "large share"],
)  # fmt: skip
def test_quotients_are_not_shrunk_where_that_goes_wrong(
    neighbourhoods, measure, sector, regions, members
):
    found = measure(neighbourhoods(regions, members), sector(codes=["29"]))["regions"]
    assert found["location_quotient_shrunk"].isna().all()
    assert found["location_quotient_low"].notna().any()
