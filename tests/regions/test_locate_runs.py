"""Points that follow each other are neighbours, and a run lies within its box."""

import numpy as np
import pytest
import shapely

from nabij.regions import runs
from nabij.regions.runs import runs_of

EVERYWHERE = np.full(4, np.nan)


def test_the_curve_goes_through_every_cell_by_steps_to_a_neighbour():
    column, row = np.divmod(np.arange(256 * 256, dtype=np.uint32), np.uint32(256))
    place = runs._hilbert(column, row)
    assert np.array_equal(np.sort(place), np.arange(256 * 256))
    order = np.argsort(place)
    steps = np.abs(np.diff(column[order].astype(int))) + np.abs(np.diff(row[order].astype(int)))
    assert set(steps) == {1}


@pytest.mark.parametrize("scale", [0.0, 1e-9, 1.0, 1e6])
@pytest.mark.parametrize("origin", [0.0, 155_000.0, -1e15])
def test_every_point_of_a_run_lies_strictly_inside_its_box(origin, scale):
    x, y = origin + scale * np.random.default_rng(1).integers(0, 9, (2, 1003))
    made = runs_of(x, y, EVERYWHERE, 10)
    assert len(made.boxes) == 101
    assert shapely.is_valid(made.boxes).all()
    assert shapely.contains_xy(made.boxes.repeat(10), made.x, made.y).all()


def test_the_order_holds_every_finite_point_once():
    x, y = np.random.default_rng(2).uniform(0, 1, (2, 100_000))
    x[::7], y[1::7] = np.nan, np.inf
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    made = runs_of(x, y, EVERYWHERE, 32)
    assert np.array_equal(np.sort(made.order), finite)
    assert np.array_equal(made.x[: len(finite)], x[made.order])


def test_points_outside_the_bounds_do_not_make_the_order_within_them_coarse():
    x, y = np.random.default_rng(3).uniform(0, 1, (2, 3200))
    x[0] = 1e12
    made = runs_of(x, y, np.array([0.0, 0.0, 1.0, 1.0]), 32)
    assert np.median(shapely.area(made.boxes)) < 0.05
