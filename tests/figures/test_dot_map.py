"""The dot map."""

import dataclasses
import time

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from nabij import figures
from nabij.figures import dot_map
from nabij.figures.kit import dots as dotting
from nabij.figures.kit import outlines
from nabij.figures.kit.legends import bound_text
from nabij.figures.kit.style import PALETTES
from nabij.figures.kit.sure import LUMA, pale
from nabij.language import Language


def axes_named(figure, name):
    return next((axes for axes in figure.axes if axes.get_label() == name), None)


def grown(result, count):
    """Return the result with `count` establishments, the same over and over, moved about."""
    rng = np.random.default_rng(3)
    table = result.establishments
    chosen = table.iloc[rng.integers(0, len(table), count)].reset_index(drop=True)
    chosen = chosen.assign(
        x=np.clip(chosen["x"] + rng.normal(0, 900, count), 0, 40_000),
        y=np.clip(chosen["y"] + rng.normal(0, 900, count), 0, 30_000),
    )
    return dataclasses.replace(
        result, establishments=chosen, sector=dataclasses.replace(result.sector)
    )


def test_every_establishment_is_a_dot_at_its_place(result, dots):
    for name in ("map", "inset"):
        found = pd.DataFrame(dots(dot_map(result), name), columns=["x", "y"])
        wanted = result.establishments[["x", "y"]]
        pd.testing.assert_frame_equal(
            found.sort_values(["x", "y"], ignore_index=True),
            wanted.sort_values(["x", "y"], ignore_index=True),
        )


def test_the_numbers_of_the_sector_are_in_the_text(make, texts):
    result = make(count=1200)
    jobs = int(result.sector.jobs)
    mean = f"{result.sector.mean_d_score:.3f}"
    english = f"Establishments: 1,200. Jobs: {jobs:,}. Mean D-score: {mean} per km."
    dutch = f"Vestigingen: 1.200. Banen: {jobs:,}. ".replace(
        ",", "."
    ) + f"Gemiddelde D-score: {mean} per km.".replace("0.", "0,")
    assert english in texts(dot_map(result))
    assert dutch in texts(dot_map(result, language="nl"))


def test_the_mean_and_the_class_bounds_are_in_the_legend(result, texts):
    written = texts(dot_map(result))
    assert f"mean {result.sector.mean_d_score:.3f}" in written
    bounds = result.score_bounds
    assert {bound_text(Language("en"), bound) for bound in bounds} <= set(written)


def test_the_area_of_a_dot_is_its_jobs():
    jobs = np.array([1.0, 400.0, 1600.0, np.nan, 0.0])
    sizes = dotting.sizing(jobs, 100_000.0)
    small, middle, large, unknown, none = sizes.diameter(jobs)
    assert large / middle == pytest.approx(2, rel=0.02)
    assert small == unknown == none == pytest.approx(sizes.smallest, abs=0.03)
    assert large <= dotting.LARGEST + 0.03


def test_the_size_legend_is_round_numbers_that_occur(result, texts):
    jobs = result.establishments["jobs"].to_numpy()
    sizes = dotting.sizing(jobs, 200_000.0)
    shown = dotting.legend_jobs(jobs, sizes)
    assert shown == sorted(shown, reverse=True)
    assert shown[0] <= jobs.max()
    assert all(str(number)[0] in "125" for number in shown)


def test_small_dots_lie_on_large_ones_and_high_scores_on_low():
    diameter = np.array([2.0, 9.0, 2.0, 5.0])
    score = np.array([0.3, 0.1, np.nan, 0.9])
    assert dotting.drawing_order(diameter, score).tolist() == [1, 3, 2, 0]


def test_the_inset_says_how_clustered_the_sector_is_against_its_reference(result, texts):
    written = " ".join(texts(dot_map(result)))
    assert "Compared with services" in written
    assert f"Whole sector: {result.sector.relative_d_score:.2f}" in written


def test_a_reference_without_a_name_is_the_whole_register(result, texts):
    nameless = dataclasses.replace(
        result, sector=dataclasses.replace(result.sector, reference_name="")
    )
    assert "Compared with the whole register" in " ".join(texts(dot_map(nameless)))


def test_without_relative_scores_there_is_no_inset(result):
    table = result.establishments.assign(relative_d_score=np.nan)
    figure = dot_map(dataclasses.replace(result, establishments=table))
    assert axes_named(figure, "inset") is None
    assert axes_named(dot_map(result), "inset") is not None


@pytest.mark.parametrize("shape", [(4, 3), (12, 2), (2, 9), (3, 4), (1, 1)])
def test_the_inset_covers_no_data(make, shape):
    figure = dot_map(make(columns=shape[0], rows=shape[1]))
    inset, main = (
        axes_named(figure, "inset").get_position(),
        axes_named(figure, "map").get_position(),
    )
    assert not inset.overlaps(main)
    assert inset.x0 > 0.5
    assert inset.y0 < main.y1


@pytest.mark.parametrize("shape", [(4, 3), (12, 2), (2, 9)])
def test_a_kilometre_is_as_long_up_as_across(make, shape):
    figure = dot_map(make(columns=shape[0], rows=shape[1]))
    wide, high = figure.get_size_inches()
    for name in ("map", "inset"):
        axes = axes_named(figure, name)
        box = axes.get_position()
        across = box.width * wide / np.ptp(axes.get_xlim())
        up = box.height * high / np.ptp(axes.get_ylim())
        assert across == pytest.approx(up)


def test_establishments_without_a_score_are_grey_and_explained(result, texts):
    table = result.establishments.copy()
    assert "no score" not in texts(dot_map(result))
    table.loc[0, "d_score"] = np.nan
    assert "no score" in texts(dot_map(dataclasses.replace(result, establishments=table)))


def test_no_place_at_all_gives_a_sentence(result, texts):
    nowhere = result.establishments.assign(x=np.nan, y=np.nan)
    figure = dot_map(dataclasses.replace(result, establishments=nowhere))
    assert "There is no establishment with a location to draw." in texts(figure)


def test_many_dots_are_pixels_in_a_vector_file(result, tmp_path):
    few, many = grown(result, 500), grown(result, dotting.KEEP_AS_SHAPES + 1)
    shapes = figures.save(dot_map(few), tmp_path / "few.svg").read_text()
    pixels = figures.save(dot_map(many), tmp_path / "many.svg").read_text()
    assert "<image" not in shapes
    assert "<image" in pixels
    assert len(pixels) < 5_000_000


def test_ten_thousand_dots_as_shapes_stay_a_small_file(result, tmp_path):
    path = figures.save(dot_map(grown(result, dotting.KEEP_AS_SHAPES)), tmp_path / "map.svg")
    assert path.stat().st_size < 4_000_000


def test_very_many_dots_are_an_image_of_the_right_colours(result, monkeypatch):
    """The image and the dots put the same colour at the same place."""
    pictures = []
    for limit in (dotting.KEEP_AS_DOTS, 10):
        monkeypatch.setattr(dotting, "KEEP_AS_DOTS", limit)
        figure = dot_map(result)
        axes = axes_named(figure, "map")
        assert bool(axes.images) == (limit == 10)
        figure.set_dpi(100)
        figure.canvas.draw()
        pictures.append(np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int))
    apart = np.abs(pictures[0] - pictures[1]).max(axis=-1)
    assert (apart > 60).mean() < 0.004
    assert apart.mean() < 1.0


def test_the_image_keeps_the_drawing_order(result, monkeypatch):
    monkeypatch.setattr(dotting, "KEEP_AS_DOTS", 0)
    place = {"x": [20_000.0, 20_000.0], "y": [15_000.0, 15_000.0]}
    two = result.establishments.iloc[:2].assign(**place, jobs=[500.0, 5.0], d_score=[0.1, 0.9])
    axes = axes_named(dot_map(dataclasses.replace(result, establishments=two)), "map")
    pixels = axes.images[0].get_array()
    middle = pixels[pixels.shape[0] // 2, pixels.shape[1] // 2, :3] / 255
    from matplotlib.colors import to_rgb

    from nabij.figures.kit.style import PALETTES

    assert tuple(middle) == pytest.approx(to_rgb(PALETTES["sequential"].steps(2)[1]), abs=0.01)


def test_a_quarter_million_dots_take_seconds(result, tmp_path):
    many = grown(result, 250_000)
    start = time.perf_counter()
    figures.save(dot_map(many), tmp_path / "map.png")
    assert time.perf_counter() - start < 10


def test_a_register_of_a_part_is_shown_as_that_part(make, dots):
    result = make(columns=6, rows=5)
    table = result.establishments
    part = table[(table["x"] < 15_000) & (table["y"] < 15_000)]
    regions = result.regions.assign(
        establishments=np.where(
            result.regions.geometry.centroid.x.lt(20_000)
            & result.regions.geometry.centroid.y.lt(20_000),
            5,
            0,
        )
    )
    figure = dot_map(dataclasses.replace(result, establishments=part, regions=regions))
    low, high = axes_named(figure, "map").get_xlim()
    assert low < 0
    assert 20_000 < high < 22_000
    assert len(dots(figure)) == len(part)
    whole = axes_named(dot_map(result), "map")
    assert whole.get_xlim() == (0, 60_000)


def test_establishments_off_the_map_are_counted_not_drawn_over_the_legend(result, dots, texts):
    table = result.establishments.copy()
    table.loc[[0, 1, 2], "x"] = 90_000.0
    figure = dot_map(dataclasses.replace(result, establishments=table))
    assert "Off the map: 3 establishments of the sector." in texts(figure)
    assert len(dots(figure)) == len(table) - 3


def test_jobs_that_are_all_unknown_are_not_none(result, unknown_jobs, texts):
    written = " ".join(texts(dot_map(unknown_jobs(result))))
    assert "Jobs: unknown." in written


def outlines_of(figure):
    """Return solid and dashed outlines: how many of each."""
    axes = axes_named(figure, "map")
    found = [each for each in axes.collections if each.get_label() == "outlines"]
    solid = [each for each in found if each.get_linestyle()[0][1] is None]
    return [
        sum(len(each.get_paths()) for each in part)
        for part in (solid, [each for each in found if each not in solid])
    ]


def test_a_cluster_is_outlined_and_dashed_if_it_may_be_chance_or_is_of_few(result, texts):
    table = result.clusters
    firm = (table["p_value"] <= 0.05) & (table["sector_establishments"] >= 10)
    figure = dot_map(result)
    assert outlines_of(figure) == [firm.sum(), (~firm).sum()] == [3, 2]
    written = " ".join(texts(figure))
    assert "dashed: not significant (p above 0.05) or" in written
    for row in table[firm].itertuples():
        assert f"{row.cluster} {row.name} ({row.sector_establishments})" in written
    for row in table[~firm].itertuples():
        assert row.name not in written


def test_without_clusters_there_is_no_word_of_them(result, texts):
    for none in (result.clusters.iloc[:0], pd.DataFrame()):
        figure = dot_map(dataclasses.replace(result, clusters=none))
        assert outlines_of(figure) == [0, 0]
        assert "Clusters" not in texts(figure)


def test_a_cluster_too_small_to_see_is_a_ring(result):
    cluster = result.clusters.iloc[[0]]
    small = cluster.assign(geometry=cluster.geometry.centroid.buffer(10))
    (drawn,) = outlines.areas(small, per_point=100.0)
    west, _, east, _ = drawn.bounds
    assert east - west == pytest.approx(100 * outlines.SMALLEST, rel=0.01)
    (large,) = outlines.areas(cluster, per_point=100.0)
    assert large.equals(cluster.geometry.iloc[0])


def test_in_the_inset_what_is_not_significant_is_pale_and_below(result, texts):
    figure = dot_map(result)
    (dots,) = [c for c in axes_named(figure, "inset").collections if c.get_label() == "dots"]
    found = dots._colour_of >= 5
    assert found.sum() == (result.establishments["q_value"] > 0.05).sum() > 0
    assert found[: found.sum()].all()
    assert "pale: not significant (q above 0.05)" in texts(figure)
    all_firm = result.establishments.assign(q_value=0.05)
    written = texts(dot_map(dataclasses.replace(result, establishments=all_firm)))
    assert "pale" not in " ".join(written)


def test_a_pale_colour_is_lighter_than_any_strong_one_of_more_clustered():
    for palette in PALETTES.values():
        least = min(LUMA @ to_rgb(pale(colour)) for colour in palette.diverging)
        assert least > max(LUMA @ to_rgb(colour) for colour in palette.diverging[-2:]) + 0.1


def test_in_a_sector_of_fewer_than_ten_all_is_pale(make, texts):
    few = make(count=9)
    few.establishments["q_value"] = 1e-9
    assert "pale: fewer than 10 establishments" in texts(dot_map(few))
