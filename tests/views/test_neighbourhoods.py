"""Which neighbourhoods hold the most."""

import dataclasses

import geopandas as gpd
import pandas as pd
import pytest

from nabij.views import FocusRegion
from nabij.views.neighbourhoods import holding


def focus(counts, *, nowhere=0, zoom="buurt"):
    codes = [str(at) for at in range(len(counts))]
    table = gpd.GeoDataFrame(
        {
            "code": [*codes, ""],
            "name": [*(f"N{code}" for code in codes), ""],
            "sector_establishments": [*counts, nowhere],
        },
        geometry=[None] * (len(counts) + 1),
    )
    return FocusRegion("gemeente", "G", "G", pd.Series(dtype=object), zoom, 2, table)


@pytest.mark.parametrize(
    ("counts", "names", "share"),
    [
        ([40, 10, 10, 10, 10, 10, 10], ("N0",), 0.4),
        ([10, 20, 20, 15, 15, 10, 10], ("N1", "N2"), 0.4),
        ([5, 9, 9, 8, *[3] * 23], ("N1", "N2", "N3"), 0.26),
    ],
)
def test_the_fewest_that_hold_a_quarter_are_named_most_first(counts, names, share):
    found = holding(focus(counts))
    assert found.names == names
    assert found.share == pytest.approx(share)


def test_none_is_chosen_from_two_that_hold_as_many():
    assert holding(focus([20, 20, 20, 20, 20])).names == ()
    assert holding(focus([21, 20, 20, 20, 20])).names == ()
    assert holding(focus([21, 21, 20, 20, 20])).names == ("N0", "N1")


def test_four_that_hold_a_quarter_are_too_many_to_name():
    assert holding(focus([7, 7, 7, 7, *[2] * 36])).names == ()


def test_all_there_are_is_no_finding():
    assert holding(focus([12])).names == ()


def test_half_is_in_the_fewest_that_hold_it():
    assert holding(focus([30, 20, 10, 10, 10, 10, 10])).half == 2
    assert holding(focus([29, 20, 11, 10, 10, 10, 10])).half == 3
    assert holding(focus([30, 20, 10, 10, 10, 10, 10])).neighbourhoods == 7


def test_what_is_in_no_neighbourhood_counts_as_part_of_the_region():
    found = holding(focus([10, 6, 5, 4], nowhere=75))
    assert found.names == ()
    assert found.half == 0


def test_nothing_is_said_of_few_or_without_neighbourhoods():
    assert holding(focus([5, 4])) is None
    assert holding(focus([5, 5])) is not None
    assert holding(focus([5, 5], zoom=None)) is None
    alone = focus([5, 5])
    none = dataclasses.replace(alone, neighbourhoods=alone.neighbourhoods.iloc[:0])
    assert holding(none) is None
