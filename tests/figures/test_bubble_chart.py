"""The bubble chart."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nabij.figures import bubble_chart
from nabij.figures.bubble_chart import regions_shown
from nabij.figures.kit import axis
from nabij.figures.kit.style import INK, LINE


def lines_of(figure):
    """Return the two national lines, in points on the sheet."""
    ground = next(axes for axes in figure.axes if axes.get_label() == "ground")
    strong = [
        line for line in ground.lines if line.get_color() == INK and line.get_linewidth() == LINE
    ]
    upright = [line for line in strong if np.ptp(line.get_xdata()) == 0]
    level = [line for line in strong if np.ptp(line.get_ydata()) == 0]
    return upright, level


def bubbles_of(figure):
    axes = next(axes for axes in figure.axes if axes.get_label() == "chart")
    (bubbles,) = [each for each in axes.collections if each.get_label() == "bubbles"]
    return axes, bubbles


def with_regions(result, count, seed=0):
    """Return the result with `count` regions of one level, very unlike in size."""
    rng = np.random.default_rng(seed)
    jobs = np.round(rng.pareto(1.1, count) * 5)
    level = result.study.regions[0].level
    table = gpd.GeoDataFrame(
        {
            "level": level,
            "code": [f"C{at}" for at in range(count)],
            "name": [f"Commune-sur-Ill {at}" for at in range(count)],
            "establishments": 100,
            "sector_establishments": rng.integers(1, 30, count),
            "jobs": 1000.0,
            "sector_jobs": jobs,
            "mean_d_score": rng.lognormal(-3, 0.6, count),
            "location_quotient": rng.lognormal(-0.1, 0.5, count),
            "location_quotient_jobs": 1.0,
        },
        geometry=[shapely.box(0, 0, 1, 1)] * count,
        crs=result.regions.crs,
    )
    focus = dataclasses.replace(result.focus, code="C0", name="Commune-sur-Ill 0")
    return dataclasses.replace(result, regions=table, focus=focus)


def test_each_region_of_the_coarsest_level_with_establishments_is_a_bubble(result):
    _, bubbles = bubbles_of(bubble_chart(result))
    table = result.regions
    wanted = table[(table["level"] == "region") & (table["sector_establishments"] > 0)]
    assert len(bubbles.get_offsets()) == len(wanted)


def test_what_lies_outside_all_regions_is_no_bubble(result):
    outside = result.regions.iloc[[0]].assign(code="", name="", geometry=None)
    both = pd.concat([result.regions, outside], ignore_index=True)
    assert "" not in set(regions_shown(dataclasses.replace(result, regions=both))["code"])


def test_bubbles_and_national_lines_share_one_scale(result):
    figure = bubble_chart(result)
    axes, bubbles = bubbles_of(figure)
    shown = regions_shown(result)
    position = axes.get_position()
    wide, high = figure.get_size_inches() * 72
    left, bottom = position.x0 * wide, (1 - position.y0) * high
    x, y = np.asarray(bubbles.get_offsets()).T
    (upright,), (level,) = lines_of(figure)
    for values, places, value, place in (
        (shown["location_quotient"], x, 1.0, upright.get_xdata()[0] - left),
        (shown["mean_d_score"], y, result.sector.mean_d_score, bottom - level.get_ydata()[0]),
    ):
        slope, start = np.polyfit(values, places, 1)
        assert places == pytest.approx(slope * values + start)
        assert place == pytest.approx(slope * value + start)


def test_the_national_mean_is_written_in_the_readers_language(result, texts):
    mean = f"{result.sector.mean_d_score:.3f}"
    assert f"mean of all establishments: {mean}" in texts(bubble_chart(result))
    dutch = f"gemiddelde van alle vestigingen: {mean.replace('.', ',')}"
    assert dutch in texts(bubble_chart(result, language="nl"))


def test_the_area_of_a_bubble_is_the_sectors_jobs_there(result):
    _, bubbles = bubbles_of(bubble_chart(result))
    jobs = regions_shown(result)["sector_jobs"].to_numpy()
    areas = bubbles.get_sizes()
    large = jobs > 0.2 * jobs.max()
    assert areas[large] / areas[0] == pytest.approx(jobs[large] / jobs[0], rel=0.03)


def test_every_bubble_is_whole_within_the_chart(result):
    for made in (result, with_regions(result, 80)):
        axes, bubbles = bubbles_of(bubble_chart(made))
        radius = np.sqrt(bubbles.get_sizes()) / 2
        x, y = np.asarray(bubbles.get_offsets()).T
        assert (x - radius >= -0.5).all()
        assert (x + radius <= axes.get_xlim()[1] + 0.5).all()
        assert (y - radius >= -0.5).all()
        assert (y + radius <= axes.get_ylim()[1] + 0.5).all()


@pytest.mark.parametrize("count", [3, 40, 527])
def test_names_never_lie_on_each_other(result, boxes, count):
    placed = boxes(bubble_chart(with_regions(result, count)))
    assert placed
    for at, one in enumerate(placed):
        assert not any(one.overlaps(other) for other in placed[at + 1 :])


def test_the_focus_region_is_always_named(result, texts):
    for seed in range(4):
        assert "Commune-sur-Ill 0" in texts(bubble_chart(with_regions(result, 300, seed)))


def test_of_many_regions_only_those_that_stand_out_are_named(result, boxes):
    assert 5 <= len(boxes(bubble_chart(with_regions(result, 527)))) <= 24


def test_the_region_with_most_jobs_is_named(result, texts):
    many = with_regions(result, 300)
    largest = regions_shown(many)["name"].iloc[0]
    assert largest in texts(bubble_chart(many))


def test_regions_without_values_are_left_out(result):
    regions = result.regions.copy()
    regions.loc[1, "location_quotient"] = np.nan
    regions.loc[2, "mean_d_score"] = np.nan
    _, bubbles = bubbles_of(bubble_chart(dataclasses.replace(result, regions=regions)))
    _, before = bubbles_of(bubble_chart(result))
    assert len(bubbles.get_offsets()) == len(before.get_offsets()) - 2


def test_no_region_to_draw_gives_a_sentence(result, texts):
    nothing = dataclasses.replace(result, regions=result.regions.assign(mean_d_score=np.nan))
    assert "No region has both a mean D-score and a specialisation to draw." in texts(
        bubble_chart(nothing)
    )


def test_one_extreme_specialisation_makes_the_axis_logarithmic(result, texts):
    regions = result.regions.copy()
    regions.loc[3, "location_quotient"] = 150.0
    figure = bubble_chart(dataclasses.replace(result, regions=regions))
    assert "Specialisation (location quotient, logarithmic scale)" in texts(figure)


def test_ticks_have_the_decimals_that_tell_them_apart():
    from nabij.language import Language

    assert axis.tick_texts(Language("nl"), [0.0, 0.025, 0.05]) == ["0", "0,025", "0,050"]


def test_the_legend_explains_what_is_there(result, texts):
    name, code = result.focus.name, result.focus.code
    regions = result.regions.copy()
    regions.loc[regions["code"] == code, ["mean_d_score", "sector_establishments"]] = [np.nan, 0]
    written = texts(bubble_chart(dataclasses.replace(result, regions=regions)))
    assert name not in written
    assert "other regions" in written
    assert texts(bubble_chart(result)).count(name) == 2


def test_without_known_jobs_no_area_is_explained(result, unknown_jobs, texts):
    written = " ".join(texts(bubble_chart(unknown_jobs(result))))
    assert "its area" not in written
    assert "unknown for 200 of the sector's 200 establishments" in written
