"""The map of neighbourhoods."""

import dataclasses
import sys

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_hex
from matplotlib.patches import Circle

from nabij import figures
from nabij.figures import neighbourhoods
from nabij.figures.kit.circles import legend_counts
from nabij.figures.kit.dots import sizing
from nabij.figures.kit.style import PALETTES, ZERO
from nabij.figures.kit.sure import pale
from nabij.figures.neighbourhoods import WITHOUT

ACCENT = PALETTES["sequential"].accent


def map_of(figure):
    return next(axes for axes in figure.axes if axes.get_label() == "map")


def circles_of(figure):
    """Return x, y, diameter and colour of the circles on the map, in the order they are drawn."""
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    (drawn,) = [each for each in ink.collections if each.get_label() == "circles"]
    rows = zip(drawn.get_offsets(), drawn.get_widths(), drawn.get_facecolors(), strict=True)
    return [(float(x), float(y), float(across), to_hex(fill)) for (x, y), across, fill in rows]


def filled(figure, colour):
    """Return the areas of one colour."""
    return [
        path
        for drawn in map_of(figure).collections
        for path in drawn.get_paths()
        if colour in [to_hex(each) for each in drawn.get_facecolor()]
    ]


def with_counts(result, counts, threshold=6):
    counts = np.asarray(counts)
    table = result.focus.neighbourhoods.assign(
        sector_establishments=counts, named=counts >= threshold
    )
    row = result.focus.row.copy()
    row["sector_establishments"] = counts.sum()
    focus = dataclasses.replace(result.focus, neighbourhoods=table, threshold=threshold, row=row)
    return dataclasses.replace(result, focus=focus)


def with_shapes(result, shapes):
    table = result.focus.neighbourhoods.assign(geometry=shapes)
    regions = result.regions.copy()
    at_level = (regions["level"] == result.focus.zoom_level).to_numpy()
    regions.loc[at_level, "geometry"] = np.asarray(shapes)
    focus = dataclasses.replace(result.focus, neighbourhoods=table)
    return dataclasses.replace(result, focus=focus, regions=regions)


def untested(result):
    return dataclasses.replace(result, regions=result.regions.drop(columns="location_quotient_q"))


@pytest.mark.parametrize("narrow", [False, True])
def test_the_area_of_a_circle_is_its_count_and_large_ones_lie_below(result, narrow):
    counts = result.focus.neighbourhoods["sector_establishments"].to_numpy()
    drawn = [wide**2 for _, _, wide, _ in circles_of(neighbourhoods(result, narrow=narrow))]
    wanted = np.sort(counts[counts > 0])[::-1]
    assert len(drawn) == len(wanted)
    # Diameters are rounded to a twentieth of a point.
    assert np.array(drawn) / drawn[0] == pytest.approx(wanted / wanted[0], rel=0.03)
    assert drawn == sorted(drawn, reverse=True)


def test_a_circle_stands_in_its_neighbourhood(result):
    figure = neighbourhoods(with_counts(result, np.arange(25) == 7))
    ((along, down, *_),) = circles_of(figure)
    axes = map_of(figure)
    wide, high = figure.get_size_inches() * 72
    across = (along / wide, 1 - down / high)
    place = axes.get_position()
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    x = west + (across[0] - place.x0) / place.width * (east - west)
    y = south + (across[1] - place.y0) / place.height * (north - south)
    assert result.focus.neighbourhoods.geometry.iloc[7].contains(shapely.Point(x, y))


def test_areas_have_one_colour_whatever_they_hold(result):
    filled = [c for c in map_of(neighbourhoods(result)).collections if len(c.get_paths()) == 25]
    assert {to_hex(colour) for colour in filled[0].get_facecolor()} == {ZERO}


def test_a_circle_is_full_where_the_neighbourhood_is_significantly_specialised(result, texts):
    table = result.regions.copy()
    codes = result.focus.neighbourhoods["code"]
    at_level = table["level"] == result.focus.zoom_level
    table.loc[at_level, ["location_quotient_q", "sector_establishments"]] = [0.4, 20]
    table.loc[table["code"] == codes.iloc[0], "location_quotient_q"] = 0.01
    table.loc[table["code"] == codes.iloc[1], "location_quotient_q"] = 0.01
    table.loc[table["code"] == codes.iloc[1], "sector_establishments"] = 9
    made = with_counts(dataclasses.replace(result, regions=table), np.arange(25, 0, -1))
    figure = neighbourhoods(made)
    fills = [fill for *_, fill in circles_of(figure)]
    assert fills == [ACCENT] + [pale(ACCENT)] * 24
    written = " ".join(texts(figure))
    assert "full: significantly specialised" in written
    assert "pale: not significant (q above 0.05) or fewer than 10" in written


def test_counts_that_were_not_tested_are_said_to_be_no_more_than_that(result, texts):
    said = "Counts, not tested"
    assert said not in " ".join(texts(neighbourhoods(result)))
    figure = neighbourhoods(untested(result))
    assert said in " ".join(texts(figure))
    assert {fill for *_, fill in circles_of(figure)} == {ACCENT}
    assert "specialised" not in " ".join(texts(figure))


@pytest.mark.parametrize("largest", [1, 2, 3, 4, 5, 9, 33, 166, 4821])
def test_the_legend_has_the_largest_circle_and_smaller_ones_unlike_it(largest):
    sizes = sizing(np.array([1.0, largest]), 1e5, largest=34, smallest=1.2)
    counts = legend_counts(largest, sizes)
    assert counts[0] == largest
    across = sizes.diameter(np.array(counts))
    assert (across[1:] <= 0.75 * across[:-1]).all()
    assert len(counts) == min(largest, 3 if largest > 4 else 2)
    assert min(counts) >= 1


def test_the_largest_is_in_the_legend(result, texts):
    figure = neighbourhoods(with_counts(result, [33, *range(24)]))
    assert {"33", "10"} <= set(texts(figure))


def test_few_establishments_do_not_look_like_many(result):
    ((_, _, across, _),) = circles_of(neighbourhoods(with_counts(result, np.arange(25) == 0)))
    assert across <= 9


@pytest.mark.parametrize(("language", "said"), [("en", "by buurt"), ("nl", "per buurt")])
def test_the_level_has_its_own_name(result, language, said):
    assert neighbourhoods(result, language=language).heading.endswith(said)
    iris = dataclasses.replace(result, focus=dataclasses.replace(result.focus, zoom_level="iris"))
    assert neighbourhoods(iris, language=language).heading.endswith(said.replace("buurt", "iris"))


def test_the_named_ones_are_named_with_their_count(result, texts):
    table = result.focus.neighbourhoods
    named = table[table["named"]]
    figure = neighbourhoods(result)
    assert len(named) > 2
    wanted = {
        f"{name} ({count})"
        for name, count in zip(named["name"], named["sector_establishments"], strict=True)
    }
    assert wanted <= set(texts(figure))
    assert "at least 6" in " ".join(texts(figure))


def test_fewer_than_three_are_not_told_one_by_one(result, boxes):
    figure = neighbourhoods(with_counts(result, [2] * 24 + [0], threshold=3))
    assert not boxes(figure)
    told = [spot.text for spot in figure.spots]
    assert "Buurt 1: fewer than 3 establishments of the sector" in told
    assert "Buurt 25: no establishments of the sector" in told
    assert not [text for text in told if ": 2" in text]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "7 establishments"), ("nl", "7 vestigingen")]
)
def test_a_pointer_is_told_the_name_and_the_count(result, language, said):
    figure = neighbourhoods(with_counts(result, np.full(25, 7)), language=language)
    told = [spot.text for spot in figure.spots]
    # At its circle and in all of its area.
    assert sum(text.startswith("Buurt 3: ") and said in text for text in told) == 2


def test_of_very_many_areas_a_pointer_is_told_at_the_circles(result, monkeypatch):
    some = with_counts(result, [7] * 5 + [0] * 20)
    assert len(neighbourhoods(some).spots) == 30
    monkeypatch.setattr(sys.modules[neighbourhoods.__module__], "MOST_AREAS_TOLD", 24)
    assert len(neighbourhoods(some).spots) == 5


def test_names_never_lie_on_each_other(result, boxes):
    crowded = with_counts(result, np.full(25, 1234), 5)
    for narrow in (False, True):
        for made in (result, crowded):
            placed = boxes(neighbourhoods(made, narrow=narrow))
            assert placed
            for at, one in enumerate(placed):
                assert not any(one.overlaps(other) for other in placed[at + 1 :])


def test_the_numbers_of_the_region_are_those_of_its_row(result, texts):
    row = result.focus.row
    line = (
        f"{row['sector_establishments']} establishments of the sector; "
        f"jobs: {row['sector_jobs']:.0f}."
    )
    assert line in texts(neighbourhoods(result))


def test_one_establishment_is_written_as_one(result, texts):
    row = result.focus.row.copy()
    row["sector_establishments"] = 1
    one = dataclasses.replace(result, focus=dataclasses.replace(result.focus, row=row))
    assert "1 vestiging van de sector; banen:" in " ".join(
        texts(neighbourhoods(one, language="nl"))
    )


def test_areas_without_a_circle_are_explained_where_there_are_such(result, texts):
    said = "buurt without a circle: no establishments of the sector"
    assert said in " ".join(texts(neighbourhoods(with_counts(result, [0] + [5] * 24))))
    assert said not in " ".join(texts(neighbourhoods(with_counts(result, [5] * 25))))


def test_land_in_no_neighbourhood_is_shown_and_explained(result, texts):
    said = "land in no buurt"
    whole = neighbourhoods(result)
    assert said not in texts(whole)
    assert not filled(whole, WITHOUT)
    holes = result.focus.neighbourhoods.geometry.buffer(-300)
    figure = neighbourhoods(with_shapes(result, holes))
    assert said in texts(figure)
    assert filled(figure, WITHOUT)


def test_neighbourhoods_are_cut_off_where_the_region_ends(result):
    wide = result.focus.neighbourhoods.geometry.buffer(1500)
    figure = neighbourhoods(with_shapes(result, wide))
    west, south, east, north = result.focus.row.geometry.bounds
    corners = np.vstack([path.vertices for path in filled(figure, ZERO)])
    assert corners[:, 0].min() >= west - 1
    assert corners[:, 0].max() <= east + 1
    assert corners[:, 1].min() >= south - 1
    assert corners[:, 1].max() <= north + 1


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "3 establishments are in no buurt"), ("nl", "3 vestigingen zonder buurt staan")],
)
def test_establishments_in_no_neighbourhood_are_counted(result, texts, language, said):
    made = with_counts(result, [5] * 25)
    table = made.focus.neighbourhoods
    nowhere = table.iloc[[0]].assign(
        code="", name="", sector_establishments=3, named=False, geometry=None
    )
    row = made.focus.row.copy()
    row["sector_establishments"] += 3
    focus = dataclasses.replace(made.focus, neighbourhoods=pd.concat([table, nowhere]), row=row)
    figure = neighbourhoods(dataclasses.replace(made, focus=focus), language=language)
    assert said in " ".join(texts(figure))
    assert said not in " ".join(texts(neighbourhoods(made, language=language)))


def test_without_establishments_there_are_no_circles(result, texts):
    figure = neighbourhoods(with_counts(result, np.zeros(25, dtype=int), 1))
    assert not circles_of(figure)
    assert not [text for text in texts(figure) if text.startswith("Named")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Buurt 1 and Buurt 2 together hold 40% of the sector in Region 1"),
        ("nl", "Buurt 1 en Buurt 2 hebben samen 40% van de sector in Region 1"),
    ],
)
def test_the_finding_names_those_that_hold_a_quarter(result, language, said):
    made = with_counts(result, [20, 20, *[3] * 20, 0, 0, 0])
    assert neighbourhoods(made, language=language).finding == said


def test_the_finding_says_over_how_many_areas_half_is_spread(result):
    made = with_counts(result, [4] * 20 + [0] * 5)
    assert neighbourhoods(made).finding == "Half of the sector in Region 1 is in 10 of its 25 areas"


def test_of_fewer_than_ten_nothing_is_found(result):
    made = with_counts(result, [9] + [0] * 24)
    assert not neighbourhoods(made).finding
    assert neighbourhoods(with_counts(result, [10] + [0] * 24)).finding


@pytest.mark.parametrize("language", ["en", "nl"])
def test_without_a_finer_level_there_is_no_figure_and_a_sentence(make, texts, language):
    alone = make(levels=("region",))
    assert not figures.applies(neighbourhoods, alone)
    written = " ".join(texts(neighbourhoods(alone, language=language)))
    assert {"en": "no finer level", "nl": "geen fijner niveau"}[language] in written


def test_a_region_that_is_its_own_neighbourhood_has_no_figure(result):
    own = dataclasses.replace(result.focus, zoom_level=None)
    assert figures.applies(neighbourhoods, result)
    assert not figures.applies(neighbourhoods, dataclasses.replace(result, focus=own))


@pytest.mark.parametrize("shape", [{}, {"columns": 12, "rows": 2}, {"columns": 2, "rows": 9}])
def test_on_a_narrow_sheet_map_and_legend_stand_below_each_other(make, boxes, shape):
    figure = neighbourhoods(make(**shape), narrow=True)
    place = map_of(figure).get_position()
    assert figure.get_size_inches()[0] * 72 == pytest.approx(262)
    assert place.width > 0.9
    small = next(axes for axes in figure.axes if axes.get_label() == "locator")
    assert small.get_position().y1 < place.y0
    assert boxes(figure)


def test_a_locator_shows_where_the_region_lies(result):
    figure = neighbourhoods(result)
    locator = next(axes for axes in figure.axes if axes.get_label() == "locator")
    west, _, east, _ = result.regions.total_bounds
    assert locator.get_xlim() == (west, east)


def test_a_small_region_has_a_ring_on_the_locator(result):
    def rings(made):
        ink = next(axes for axes in neighbourhoods(made).axes if axes.get_label() == "ink")
        return [
            patch
            for patch in ink.patches
            if patch.get_facecolor()[3] == 0 and isinstance(patch, Circle)
        ]

    assert not rings(result)
    far = result.regions.copy()
    far.loc[1, "geometry"] = shapely.box(2e6, 0, 2.01e6, 1e4)
    assert len(rings(dataclasses.replace(result, regions=far))) == 1
