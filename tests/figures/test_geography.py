"""Polygons on the page."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nabij.figures import neighbourhoods
from nabij.figures.kit import geography
from nabij.figures.kit.sheet import Box


def test_lines_points_and_nothing_are_not_drawn():
    square = shapely.box(0, 0, 1, 1)
    mixed = shapely.GeometryCollection([square, shapely.LineString([(0, 0), (5, 5)])])
    shapes = [square, None, shapely.Point(0, 0), shapely.Polygon(), mixed]
    kept = geography.drawable(shapes)
    assert [shape.area for shape in kept] == [1.0, 1.0]
    assert len(geography.drawable([])) == 0


def test_simplified_neighbours_keep_one_border():
    wave = [(100 + np.sin(at) * 2, at * 10.0) for at in range(41)]
    west = shapely.Polygon([(0, 0), *wave, (0, 400)])
    east = shapely.Polygon([(300, 0), *wave, (300, 400)])
    left, right = geography.simplified(np.array([west, east]), 20.0)
    assert shapely.get_num_coordinates(left) < 12
    assert left.intersection(right).area == pytest.approx(0)
    assert left.union(right).area == pytest.approx(300 * 400)


def test_a_polygon_that_crosses_itself_is_drawn_repaired():
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    (kept,) = geography.simplified(np.array([bow], dtype=object), 0.1)
    assert kept.area == pytest.approx(5000)


def test_a_hole_is_a_hole():
    ring = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(3, 3), (3, 6), (6, 6), (6, 3)]])
    figure = Figure(figsize=(1, 1), dpi=90)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 9), ylim=(0, 9), frame_on=False)
    geography.draw_shapes(axes, np.array([ring]), facecolor="black", edgecolor="none")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., 0]
    assert pixels[45, 45] == 255
    assert pixels[15, 15] == 0


@pytest.mark.parametrize(
    ("metres", "length"), [(61_000, 50_000), (20_000, 20_000), (1_999, 1_000), (0.7, 0.5)]
)
def test_a_scale_bar_has_a_round_length(metres, length):
    assert geography.round_length(metres) == pytest.approx(length)


def test_one_point_still_has_a_map():
    west, south, east, north = geography.bounds_of(np.array([]), np.array([5.0]), np.array([7.0]))
    assert (east - west, north - south) == (1000, 1000)


def test_a_map_keeps_its_shape_in_any_box():
    box = geography.fitted((0, 0, 30, 10), Box(5, 5, 90, 90))
    assert (box.width, box.height) == (90, 30)


def test_levels_between_region_and_neighbourhood_are_outlined(make):
    """Towns that only touch the region leave lines, not areas, and those are dropped."""
    result = make()
    level = result.study.regions[0].model_copy(update={"level": "town"})
    regions = [result.study.regions[0], level, result.study.regions[1]]
    study = result.study.model_copy(update={"regions": regions})
    towns = result.regions[result.regions["level"] == "region"].assign(level="town")
    both = pd.concat([result.regions, towns], ignore_index=True)
    figure = neighbourhoods(dataclasses.replace(result, study=study, regions=both))
    assert figure.axes
