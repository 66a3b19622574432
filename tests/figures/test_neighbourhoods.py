"""The map of neighbourhoods."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from nabij.figures import neighbourhoods
from nabij.figures.kit.classes import class_of, count_bounds
from nabij.figures.kit.style import INK, PALETTES, ZERO


def map_of(figure):
    return next(axes for axes in figure.axes if axes.get_label() == "map")


def with_counts(result, counts, threshold):
    table = result.focus.neighbourhoods.assign(
        sector_establishments=counts, named=np.asarray(counts) >= threshold
    )
    focus = dataclasses.replace(result.focus, neighbourhoods=table, threshold=threshold)
    return dataclasses.replace(result, focus=focus)


def test_each_neighbourhood_has_the_colour_of_its_class(result):
    counts = result.focus.neighbourhoods["sector_establishments"].to_numpy()
    starts = count_bounds(counts, result.focus.threshold)
    colours = [ZERO, *PALETTES["sequential"].area_steps(len(starts))]
    wanted = [to_hex(colours[at]) for at in class_of(counts.astype(float), starts)]
    filled = [c for c in map_of(neighbourhoods(result)).collections if len(c.get_paths()) == 25]
    assert [to_hex(colour) for colour in filled[0].get_facecolor()] == wanted


def test_the_named_ones_are_named_with_their_count_and_outlined(result, texts):
    table = result.focus.neighbourhoods
    named = table[table["named"]]
    figure = neighbourhoods(result)
    wanted = {
        f"{name} ({count})"
        for name, count in zip(named["name"], named["sector_establishments"], strict=True)
    }
    assert wanted <= set(texts(figure))
    outlined = [
        c for c in map_of(figure).collections if to_hex(c.get_edgecolor()[0]) == to_hex(INK)
    ]
    assert len(outlined[0].get_paths()) == len(named)


def test_the_threshold_is_in_the_legend_and_a_class_starts_there(result, texts):
    counts = result.focus.neighbourhoods["sector_establishments"].to_numpy()
    assert result.focus.threshold in count_bounds(counts, result.focus.threshold)
    assert "named: at least 6;" in " ".join(texts(neighbourhoods(result)))


def test_counts_are_said_to_be_no_more_than_that(result, make, texts):
    said = "Counts, not tested"
    assert said in " ".join(texts(neighbourhoods(result)))
    assert said not in " ".join(texts(neighbourhoods(make(levels=("region",)))))


def test_the_classes_of_the_legend_hold_every_count(result, texts):
    counts = result.focus.neighbourhoods["sector_establishments"].to_numpy()
    starts = count_bounds(counts, result.focus.threshold)
    written = set(texts(neighbourhoods(result)))
    ends = [*(start - 1 for start in starts[1:]), counts.max()]
    for start, end in zip(starts, ends, strict=True):
        assert (str(start) if start == end else f"{start} – {end}") in written


def test_names_never_lie_on_each_other(result, boxes):
    crowded = with_counts(result, np.full(25, 1234), 5)
    for made in (result, crowded):
        placed = boxes(neighbourhoods(made))
        assert placed
        for at, one in enumerate(placed):
            assert not any(one.overlaps(other) for other in placed[at + 1 :])


def test_names_without_room_are_counted(result, texts, boxes):
    table = result.focus.neighbourhoods
    corner = table.geometry.iloc[1:].affine_transform([0.02, 0, 0, 0.02, 0, 0])
    table = table.set_geometry(pd.concat([table.geometry.iloc[:1], corner]))
    focus = dataclasses.replace(
        result.focus, neighbourhoods=table.assign(name="A very long name of a neighbourhood " * 2)
    )
    figure = neighbourhoods(
        with_counts(dataclasses.replace(result, focus=focus), np.full(25, 7), 5)
    )
    drawn = len(boxes(figure))
    assert drawn < 25
    assert f"room for {drawn} of 25" in " ".join(texts(figure))


def test_the_numbers_of_the_region_are_those_of_its_row(result, texts):
    row = result.focus.row
    line = (
        f"Establishments of the sector: {row['sector_establishments']}. "
        f"Jobs of the sector: {row['sector_jobs']:.0f}. Level: buurt."
    )
    assert line in texts(neighbourhoods(result))


def test_without_establishments_every_neighbourhood_is_pale(result, texts):
    figure = neighbourhoods(with_counts(result, np.zeros(25, dtype=int), 1))
    assert "none" in texts(figure)


def test_where_none_reaches_the_threshold_no_outline_is_explained(result, texts):
    figure = neighbourhoods(with_counts(result, np.full(25, 2), 3))
    assert not [text for text in texts(figure) if "named" in text]


@pytest.mark.parametrize("shape", [(12, 2), (2, 9)])
def test_the_classes_stand_from_low_to_high(make, texts, shape):
    """Side by side below a wide region; below each other, high on top, beside a tall one."""
    result = make(columns=shape[0], rows=shape[1])
    wide = result.focus.neighbourhoods.assign(
        geometry=result.focus.neighbourhoods.geometry.affine_transform(
            [2.0, 0, 0, 1.0, 0, 0] if shape[0] > shape[1] else [1.0, 0, 0, 2.0, 0, 0]
        )
    )
    made = dataclasses.replace(result, focus=dataclasses.replace(result.focus, neighbourhoods=wide))
    figure = neighbourhoods(made)
    counts = wide["sector_establishments"].to_numpy()
    starts = count_bounds(counts, made.focus.threshold)
    places = {text.get_text(): text.get_position() for text in figure.findobj(Text)}
    first = [name for start in starts for name in places if name.split(" ")[0] == str(start)]
    along = [places[name][0 if shape[0] > shape[1] else 1] for name in first]
    assert len(along) == len(starts)
    assert along == sorted(along, reverse=shape[0] < shape[1])


def test_a_region_that_is_its_own_neighbourhood_has_none(make, texts):
    result = make(levels=("region",))
    row = result.regions[result.regions["code"] == result.focus.code].assign(named=True)
    alone = dataclasses.replace(
        result, focus=dataclasses.replace(result.focus, neighbourhoods=row, zoom_level=None)
    )
    assert "no finer level" in " ".join(texts(neighbourhoods(alone)))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_without_a_finer_level_there_is_a_sentence(make, texts, language):
    written = " ".join(texts(neighbourhoods(make(levels=("region",)), language=language)))
    assert {"en": "no finer level", "nl": "geen fijner niveau"}[language] in written


def test_a_locator_shows_where_the_region_lies(result):
    figure = neighbourhoods(result)
    locator = next(axes for axes in figure.axes if axes.get_label() == "locator")
    west, _, east, _ = result.regions.total_bounds
    assert locator.get_xlim() == (west, east)
