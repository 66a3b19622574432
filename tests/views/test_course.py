"""A sector through the years."""

import pandas as pd
import pytest

from nabij.views.course import course_found

NONE = pd.DataFrame()


def years(counts, **columns):
    start = 2020
    table = pd.DataFrame(
        {"year": range(start, start + len(counts)), "establishments": counts, **columns}
    )
    # The order of the rows does not matter.
    return table.iloc[::-1]


@pytest.mark.parametrize(
    ("counts", "size"),
    [
        ([100, 300, 106], "more"),
        ([100, 300, 105], "alike"),
        ([100, 300, 95], "alike"),
        ([100, 300, 94], "less"),
        ([10, 20], "more"),
        ([9, 200], "few"),
        ([200, 9], "few"),
    ],
)
def test_growth_is_more_than_a_twentieth_of_enough_establishments(counts, size):
    found = course_found(years(counts), NONE, "region")
    assert found.size == size
    assert (found.before, found.after) == (counts[0], counts[-1])
    assert (found.first, found.last) == (2020, 2019 + len(counts))
    assert found.since == found.last - 1


def test_one_year_is_no_course():
    assert course_found(years([100]), NONE, "region") is None


def test_always_nearer_is_significantly_so_in_every_year_with_enough():
    def nearer(counts, chances):
        return course_found(years(counts, q_value=chances), NONE, "region").nearer

    assert nearer([40, 40], [0.01, 0.05]) == "always"
    assert nearer([40, 40], [0.01, 0.06]) == ""
    assert nearer([40, 9], [0.01, 0.01]) == ""
    assert nearer([40, 40], [None, None]) == ""


def test_arrivals_that_are_significantly_nearer_go_first():
    changes = pd.DataFrame(
        {"to_year": [2021], "level": [""], "entered": [40], "moved": [0], "p_value": [0.01]}
    )
    table = years([40, 60], q_value=[0.01, 0.01])
    assert course_found(table, changes, "region").nearer == "arrivals"
    assert course_found(table, changes.assign(p_value=0.2), "region").nearer == "always"
