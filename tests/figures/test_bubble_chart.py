"""The bubble chart."""

import dataclasses
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from nabij.figures import bubble_chart
from nabij.figures.kit import axis
from nabij.figures.kit.placing import concentrated_and_specialised, regions_shown
from nabij.figures.kit.style import FAINT, INK, LINE, PALETTES
from nabij.figures.kit.sure import pale
from nabij.views.floors import Floors


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


def test_each_region_of_the_focus_regions_level_with_establishments_is_a_bubble(result):
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
        (np.log(shown["location_quotient"]), x, 0.0, upright.get_xdata()[0] - left),
        (shown["mean_d_score"], y, result.sector.mean_d_score, bottom - level.get_ydata()[0]),
    ):
        slope, start = np.polyfit(values, places, 1)
        assert places == pytest.approx(slope * values + start)
        assert place == pytest.approx(slope * value + start)


def test_the_national_mean_is_written_in_the_readers_language(result, texts):
    mean = f"{result.sector.mean_d_score:.3f}"
    assert f"mean of the sector's establishments: {mean}" in texts(bubble_chart(result))
    dutch = f"gemiddelde van de vestigingen van de sector: {mean.replace('.', ',')}"
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
        many = with_regions(result, 300, seed)
        count = many.regions.set_index("code")["sector_establishments"]["C0"]
        assert f"0 ({count})" in texts(bubble_chart(many))  # without what all names begin with


def test_of_many_regions_only_those_that_stand_out_are_named(result, boxes):
    assert 5 <= len(boxes(bubble_chart(with_regions(result, 527)))) <= 24


def test_the_region_with_most_jobs_is_named(result, texts):
    many = with_regions(result, 300)
    name, count = regions_shown(many)[["name", "sector_establishments"]].iloc[0]
    assert f"{name.split()[-1]} ({count:.0f})" in texts(bubble_chart(many))


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


def test_twice_and_half_the_share_are_as_far_from_the_line(result, texts):
    figure = bubble_chart(result)
    assert "Specialisation (LQ, logarithmic)" in texts(figure)
    ticks = {
        float(text.get_text()): text.get_position()[0]
        for text in figure.findobj(Text)
        if re.fullmatch(r"[0-9.]+", text.get_text()) and text.get_ha() == "center"
    }
    (upright,), _ = lines_of(figure)
    one = upright.get_xdata()[0]
    slopes = [(place - one) / np.log(value) for value, place in ticks.items() if value != 1]
    assert len(slopes) >= 2
    assert np.ptp(slopes) < 0.5


def test_ticks_have_the_decimals_that_tell_them_apart():
    from nabij.language import Language

    assert axis.tick_texts(Language("nl"), [0.0, 0.025, 0.05]) == ["0", "0,025", "0,050"]


def test_the_legend_explains_what_is_there(result, texts):
    name, code = result.focus.name, result.focus.code
    regions = result.regions.copy()
    regions.loc[regions["code"] == code, ["mean_d_score", "sector_establishments"]] = [np.nan, 0]
    written = texts(bubble_chart(dataclasses.replace(result, regions=regions)))
    assert not [text for text in written if text.startswith(f"{name} (")]
    assert name not in written
    assert not [text for text in written if text.startswith("both lines")]
    assert "pale: not significant (q" in written
    assert name in texts(bubble_chart(result))


def pale_ones(bubbles):
    """Return which bubbles have the pale form of a colour inside."""
    colours = PALETTES["sequential"]
    light = [to_rgb(pale(colour)) for colour in (colours.accent, colours.quiet)]
    inside = bubbles.get_facecolors()[:, :3]
    return [any(np.allclose(each, one, atol=0.01) for one in light) for each in inside]


def given(result, **columns):
    """Return the result with the same values in the first regions, 40 establishments each."""
    regions = result.regions.copy()
    count = len(next(iter(columns.values())))
    regions.loc[: count - 1, "sector_establishments"] = 40
    for name, values in columns.items():
        regions.loc[: count - 1, name] = values
    return dataclasses.replace(result, regions=regions.iloc[:count])


def test_a_bubble_is_full_if_it_is_near_or_specialised_beyond_chance(result):
    many = given(
        result,
        q_value=[0.05, 0.4, 0.06, np.nan],
        location_quotient_q=[0.9, 0.01, 0.051, np.nan],
        sector_jobs=[40, 30, 20, 10],
    )
    assert pale_ones(bubbles_of(bubble_chart(many))[1]) == [False, False, True, True]


def test_a_region_of_fewer_than_ten_is_never_full(result, texts):
    few = given(result, q_value=[1e-9] * 2, sector_jobs=[9, 8], sector_establishments=[10, 9])
    assert pale_ones(bubbles_of(bubble_chart(few))[1]) == [False, True]
    assert "fewer than 10" in " ".join(texts(bubble_chart(few)))


def test_where_nothing_was_tested_only_few_are_pale(result, texts):
    plain = given(result, sector_jobs=[9, 8], sector_establishments=[10, 9])
    plain = dataclasses.replace(
        plain, regions=plain.regions.drop(columns=["q_value", "location_quotient_q"])
    )
    figure = bubble_chart(plain)
    assert pale_ones(bubbles_of(figure)[1]) == [False, True]
    assert "significant" not in " ".join(texts(figure))
    assert "pale: fewer than 10" in " ".join(texts(figure))


def crosses_of(figure):
    ground = next(axes for axes in figure.axes if axes.get_label() == "ground")
    return [line for line in ground.lines if line.get_color() == FAINT]


def test_intervals_are_drawn_on_request_of_regions_with_ten_or_more(result, make, texts):
    assert not crosses_of(bubble_chart(result))
    asked = make(intervals=True)
    figure = bubble_chart(asked)
    axes, _ = bubbles_of(figure)
    shown = regions_shown(asked)
    enough = shown[shown["sector_establishments"] >= 10]
    crosses = crosses_of(figure)
    assert 0 < len(enough) < len(shown)
    assert len(crosses) == 2 * len(enough)
    position, (wide, high) = axes.get_position(), figure.get_size_inches() * 72
    for line in crosses:
        assert position.x0 * wide - 1 <= min(line.get_xdata())
        assert max(line.get_xdata()) <= position.x1 * wide + 1
        assert (1 - position.y1) * high - 1 <= min(line.get_ydata())
        assert max(line.get_ydata()) <= (1 - position.y0) * high + 1
    assert "95% intervals" in " ".join(texts(figure))


def test_without_known_jobs_no_area_is_explained(result, unknown_jobs, texts):
    written = " ".join(texts(bubble_chart(unknown_jobs(result))))
    assert "its area" not in written
    assert "unknown for 200 of the sector's 200 establishments" in written


def test_an_interval_that_holds_1_or_the_mean_is_not_called_concentrated_and_specialised(result):
    mean = result.sector.mean_d_score
    many = given(
        result,
        q_value=[0.001] * 4,
        location_quotient_q=[0.001, 0.4, 0.001, 0.001],
        location_quotient=[1.5] * 4,
        location_quotient_low=[1.2, 0.9, 1.2, 1.2],
        mean_d_score=[2 * mean] * 4,
        mean_d_score_low=[1.5 * mean, 1.5 * mean, 0.9 * mean, 1.5 * mean],
    )
    found = concentrated_and_specialised(many.regions, mean)
    assert found.tolist() == [True, False, False, True]
    # Without intervals the values decide.
    bare = many.regions.drop(columns=["location_quotient_low", "mean_d_score_low"])
    assert concentrated_and_specialised(bare, mean).all()


def test_every_coloured_bubble_is_named(result, boxes):
    """Also where there are many: the strong colour asks which region that is."""
    count = 60
    many = with_regions(result, count)
    regions = many.regions.assign(
        q_value=0.001,
        location_quotient_q=0.001,
        sector_establishments=40,
        location_quotient_low=many.regions["location_quotient"] * 0.9,
        mean_d_score_low=many.regions["mean_d_score"] * 0.9,
    )
    middle = dataclasses.replace(many.sector, mean_d_score=regions["mean_d_score"].median())
    many = dataclasses.replace(many, regions=regions, sector=middle)
    above = concentrated_and_specialised(regions_shown(many), many.sector.mean_d_score)
    figure = bubble_chart(many)
    written = {text.get_text() for text in figure.findobj(Text)}
    assert 3 <= above.sum() <= 24
    for name in regions_shown(many).loc[above, "name"]:
        assert f"{name.split()[-1]} (40)" in written


def test_the_largest_circle_of_the_legend_is_the_largest_bubble(result, texts):
    jobs = round(regions_shown(result)["sector_jobs"].max())
    assert f"{jobs:,}" in texts(bubble_chart(result))


def test_the_finding_names_who_stands_out_and_the_largest_that_does_not(result):
    mean = result.sector.mean_d_score
    columns = {
        "q_value": [0.001, 0.001, 0.5],
        "location_quotient_q": [0.001, 0.001, 0.5],
        "location_quotient": [2.0, 1.8, 1.2],
        "location_quotient_low": [1.5, 1.4, 0.8],
        "mean_d_score": [2 * mean, 2 * mean, mean],
        "mean_d_score_low": [1.5 * mean, 1.4 * mean, 0.5 * mean],
        "sector_jobs": [90.0, 80.0, 900_000.0],
    }
    table = result.regions.assign(mean_d_score_low=0.0, location_quotient_low=0.0)
    given_to = given(dataclasses.replace(result, regions=table), **columns)
    names = given_to.regions["name"]
    said = bubble_chart(given_to).finding
    assert said.startswith(f"{names[0]} and {names[1]} stand out")
    assert said.endswith(f"{names[2]}, the largest, does not")
    none = given(given_to, q_value=[0.5] * 3, location_quotient_q=[0.5] * 3)
    assert bubble_chart(none).finding == "No region is surely both concentrated and specialised"
    few = dataclasses.replace(none, regions=none.regions.assign(sector_establishments=3))
    assert bubble_chart(few).finding == ""


def test_a_region_of_fewer_than_three_tells_no_number(result):
    few = given(result, sector_establishments=[2])
    told = [spot.text for spot in bubble_chart(few).spots]
    assert any("fewer than 3 establishments" in text for text in told)
    assert not any(": 2 establishments" in text for text in told)


def test_on_a_narrow_sheet_all_is_below_each_other(result, boxes):
    figure = bubble_chart(with_regions(result, 40), narrow=True)
    wide = figure.get_figwidth() * 72
    for text in figure.findobj(Text):
        box = text.get_window_extent()
        assert box.x1 / figure.dpi * 72 <= wide + 1, text.get_text()


def test_the_floor_and_the_number_of_places_are_said(result, texts):
    told = dataclasses.replace(
        result,
        sector=dataclasses.replace(result.sector, establishments=200, places=150),
        floors=Floors(100.0, {}),
    )
    written = texts(bubble_chart(told))
    assert "200 establishments on 150 places. Nearer than 100 m counts as 100 m." in written
    without = texts(bubble_chart(dataclasses.replace(result, floors=None)))
    assert not any("counts as" in text for text in without)
