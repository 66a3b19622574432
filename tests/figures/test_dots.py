"""Dots, drawn many at once."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from nabij.figures.kit import dots
from nabij.figures.kit.style import PAPER

COLOURS = ["#b0304a", "#304ab0", "#208040"]


def sheet(dpi=100):
    figure = Figure(figsize=(2, 2), dpi=dpi)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 144), ylim=(0, 144))
    axes.set_axis_off()
    return figure, axes


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)


def some_dots(count, seed=0):
    rng = np.random.default_rng(seed)
    diameter = np.sort(rng.choice([1.5, 4.0, 12.0], count))[::-1]
    return (*rng.uniform(0, 144, (2, count)), diameter, rng.integers(0, 3, count))


def test_dots_look_as_matplotlib_draws_them_one_by_one():
    x, y, diameter, colour_of = some_dots(400)
    ours, axes = sheet()
    dots.draw_dots(axes, x, y, diameter, colour_of, COLOURS)
    theirs, axes = sheet()
    axes.scatter(
        x,
        y,
        s=diameter**2,
        c=[COLOURS[each] for each in colour_of],
        edgecolors=PAPER,
        linewidths=np.where(diameter > 6 * dots.EDGE, dots.EDGE, 0.0),
        clip_on=False,
    )
    apart = np.abs(pixels(ours) - pixels(theirs)).max(axis=-1)
    assert apart.mean() < 2.5
    assert (apart > 64).mean() < 0.005


@pytest.mark.parametrize("shift", [0.0, 0.13, 0.5, 0.77])
def test_a_dot_is_where_its_place_is_to_an_eighth_of_a_pixel(shift):
    figure, axes = sheet(dpi=72)
    place = np.array([70.0 + shift]), np.array([50.0 + shift])
    dots.draw_dots(axes, *place, np.array([9.0]), np.array([0]), ["black"], edge=9.0)
    ink = 255 - pixels(figure)[..., 0]
    down, across = np.indices(ink.shape) + 0.5
    assert (ink * across).sum() / ink.sum() == pytest.approx(70 + shift, abs=0.13)
    assert 144 - (ink * down).sum() / ink.sum() == pytest.approx(50 + shift, abs=0.13)


def test_a_later_dot_lies_on_an_earlier_one():
    for order in ([0, 1, 2], [2, 1, 0], [0, 1, 0]):
        figure, axes = sheet()
        middle = np.full(3, 72.0)
        dots.draw_dots(axes, middle, middle, np.full(3, 20.0), np.array(order), COLOURS)
        found = pixels(figure)[100, 100] / 255
        assert found == pytest.approx(to_rgb(COLOURS[order[-1]]), abs=0.01)


def test_a_circle_is_round():
    curves = [curve(np.linspace(0, 1, 50)) for curve, _ in dots.CIRCLE.iter_bezier()]
    around = np.vstack([curve for curve in curves if curve.shape == (50, 2)])
    assert np.abs(np.hypot(*around.T) - 1).max() < 0.0003
    turned = np.unwrap(np.arctan2(around[:, 1], around[:, 0]))
    assert np.ptp(turned) == pytest.approx(2 * np.pi)


def test_dots_of_one_size_and_colour_share_a_shape_in_a_file(tmp_path):
    figure, axes = sheet()
    x, y, *_ = some_dots(90)
    dots.draw_dots(axes, x, y, np.repeat([9.0, 3.0, 3.0], 30), np.repeat([0, 0, 1], 30), COLOURS)
    figure.savefig(tmp_path / "a.svg")
    written = (tmp_path / "a.svg").read_text()
    assert written.count("<use") == 90
    assert written.count("<defs") <= 4


def test_hidden_dots_are_not_drawn():
    figure, axes = sheet()
    blank = pixels(figure)
    dots.draw_dots(axes, *some_dots(9), COLOURS)
    axes.collections[0].set_visible(False)
    assert (pixels(figure) == blank).all()


def test_a_dot_is_hidden_if_less_than_half_of_it_is_seen():
    place = np.array([50.0, 50.0, 90.0, 96.0, 20.0, 28.0]), np.full(6, 50.0)
    diameter = np.array([10.0, 10.0, 10.0, 10.0, 10.0, 10.0])
    found = dots.hidden(*place, diameter)
    assert found.tolist() == [True, False, False, False, False, False]
    near = dots.hidden(np.array([50.0, 52.0]), np.full(2, 50.0), np.full(2, 10.0))
    assert near.tolist() == [True, False]


def test_small_dots_on_a_large_one_hide_it_only_together():
    x = np.array([50.0, 46.0, 54.0])
    assert not dots.hidden(x, np.full(3, 50.0), np.array([20.0, 4.0, 4.0])).any()


def test_sizes_in_a_legend_look_different():
    for least in (0.7, 1.0, 2.0, 3.2):
        jobs = np.array([1.0, 3.0, 700.0, 1_000.0, 40_000.0])
        sizes = dots.sizing(jobs, 150_000.0, smallest=least)
        drawn = sizes.diameter(np.array(dots.legend_jobs(jobs, sizes)))
        assert (-np.diff(drawn) >= dots.APART - 0.05).all()


def test_ten_thousand_dots_as_shapes_stay_a_small_file(tmp_path):
    for count, image in ((dots.KEEP_AS_SHAPES, False), (dots.KEEP_AS_SHAPES + 1, True)):
        figure, axes = sheet()
        dots.draw_dots(axes, *some_dots(count), COLOURS)
        figure.savefig(tmp_path / "a.svg")
        written = (tmp_path / "a.svg").read_text()
        assert ("<image" in written) == image
        assert len(written) < 4_000_000
