"""Sectors beside each other."""

import dataclasses

import numpy as np
import pytest

import nabij
from nabij.views.comparison import comparison_of
from nabij.views.sureness import CLAIMED_FROM


@pytest.fixture
def result(country):
    return nabij.run(country.study()).view()


def sector(result, name, mean, *, n=CLAIMED_FROM, small=0.5, kind=""):
    """Return the view with other totals, of which the interval is 0.1 wide both ways."""
    totals = dataclasses.replace(
        result.sector,
        name=name,
        establishments=n,
        mean_d_score=mean,
        mean_d_score_low=mean - 0.1,
        mean_d_score_high=mean + 0.1,
    )
    found = dataclasses.replace(result.findings, small_share_nationally=small, type=kind)
    return dataclasses.replace(result, sector=totals, findings=found)


def names(sectors):
    return [each.name for each in sectors]


def test_sectors_are_ranked_by_nearness_and_by_size(result):
    found = comparison_of([sector(result, "a", 1.0, small=0.9), sector(result, "b", 2.0)])
    assert names(found.sectors) == ["a", "b"]
    assert names(found.ranked) == ["b", "a"]
    assert names(found.by_size) == ["a", "b"]


@pytest.mark.parametrize(("mean", "apart"), [(1.1, False), (1.3, True)])
def test_they_are_apart_where_their_intervals_do_not_meet(result, mean, apart):
    found = comparison_of([sector(result, "a", 1.0), sector(result, "b", mean)])
    assert found.apart is apart


def test_nothing_is_claimed_of_few(result):
    few = sector(result, "few", 9.0, n=CLAIMED_FROM - 1, kind="many_small_close")
    found = comparison_of([few, sector(result, "b", 1.0)])
    assert names(found.ranked) == names(found.by_size) == ["b"]
    assert not found.apart
    first = found.sectors[0]
    assert (first.type, first.nearest_in) == ("", "")
    assert np.isnan([first.mean, first.low, first.high, first.small, first.large]).all()
