"""Means with other floors: the same as a study that asks for that floor."""

import numpy as np
import pytest

import nabij


@pytest.mark.parametrize("weights", ["none", "jobs"])
def test_means_are_those_of_studies_with_that_floor(country, weights):
    def regions(floor):
        return nabij.run(country.study(dscore={"floor": floor, "weights": weights})).regions

    found = regions(400.0)
    for column, floor in (("half_floor", 200.0), ("five_floors", 2000.0)):
        wanted = regions(floor)["mean_d_score"]
        np.testing.assert_allclose(found[f"mean_d_score_{column}"], wanted, rtol=1e-6)
        assert not np.allclose(found["mean_d_score"], wanted, equal_nan=True)


def test_a_decay_without_a_floor_has_no_other_floors(country):
    view = nabij.run(country.study(dscore={"kernel": "gaussian", "scale": 2000})).view()
    assert "mean_d_score_half_floor" not in view.regions
    assert view.floors is None


def test_places_are_counted_once(country):
    register = country.register
    sector = register.index[register["sbi"].str.startswith(("26", "27", "29", "325"))]
    register.loc[sector[:5], ["x", "y"]] = register.loc[sector[0], ["x", "y"]].to_numpy()
    country.write(register)
    view = nabij.run(country.study()).view()
    distinct = register.loc[sector, ["x", "y"]].drop_duplicates()
    assert view.sector.places == len(distinct) < view.sector.establishments


def test_who_is_first_only_with_one_floor_does_not_stand_out(country):
    """A region whose establishments share one place is first as long as the floor is small."""
    register = country.register
    code = register["sbi"].str.startswith(("26", "27", "29", "325"))
    heap = register.index[code][:12]
    register.loc[heap, ["x", "y"]] = register.loc[heap[0], ["x", "y"]].to_numpy()
    country.write(register)
    view = nabij.run(country.study(dscore={"floor": 20})).view()
    first = {names[0] for names in view.floors.firsts.values()}
    assert (len(first) == 1) or not view.findings.region_stands_out
    assert list(view.floors.firsts) == [10.0, 20.0, 100.0]


def test_the_ranking_is_that_of_the_findings(country):
    view = nabij.run(country.study()).view()
    names = tuple(view.findings.most_concentrated["name"])
    assert view.floors.firsts[view.floors.floor] == names
