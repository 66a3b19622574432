"""Nearness of parts to each other and of the sector to divisions."""

import dataclasses
import warnings
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from nabij import figures
from nabij.figures import pairs_matrix
from nabij.figures.kit.style import GRID, PALETTES, PAPER
from nabij.figures.pairs_matrix import CELL_HIGH, matrix_of, ranked_divisions
from nabij.language import Language
from nabij.measures.cross import RANKED_FROM


def with_pairs(result, pairs):
    parts = [part for part in pairs["part"].unique() if part]
    counted = {"part": parts, "establishments": np.arange(len(parts)) + 10}
    return dataclasses.replace(result, pairs=pairs, parts=pd.DataFrame(counted))


def cells_of(figure):
    """Return the fills of the cells, row after row."""
    cells = [patch for patch in figure.findobj(Rectangle) if patch.get_height() == CELL_HIGH]
    return [to_hex(patch.get_facecolor()) for patch in cells]


def test_it_is_drawn_where_there_are_pairs(result):
    assert "pairs_matrix" in figures.draw_all(result)
    none = dataclasses.replace(result, pairs=result.pairs.iloc[:0])
    assert "pairs_matrix" not in figures.draw_all(none)
    assert "pairs_matrix" not in figures.draw_all(dataclasses.replace(result, pairs=pd.DataFrame()))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_number_is_the_tables(result, texts, language):
    words, written = Language(language), texts(pairs_matrix(result, language=language))
    among = result.pairs[result.pairs["part"] != ""]
    for row in among.itertuples():
        assert words.number(row.relative_d_score, 2) in written
    for row in result.parts.itertuples():
        assert f"n = {words.number(row.establishments)}" in written
        assert row.part in written
    ranked = ranked_divisions(result)
    for row in pd.concat([ranked[:12], ranked[-3:]]).itertuples():
        assert row.other in written
        assert words.number(row.rank) in written
        assert words.number(row.relative_d_score, 2) in written
        assert words.number(row.other_establishments) in written


def test_rows_are_from_and_columns_towards(result):
    matrix = matrix_of(result)
    pairs = result.pairs.set_index(["part", "other"])["relative_d_score"]
    for row, column in np.ndindex(matrix.ratios.shape):
        ratio = matrix.ratios[row, column]
        if row == column:
            assert np.isnan(ratio)
        else:
            assert ratio == pairs[matrix.parts[row], matrix.parts[column]]


def test_the_nearest_and_the_farthest_are_listed_and_the_others_counted(result, texts):
    written = texts(pairs_matrix(result))
    ranked = ranked_divisions(result)
    assert ranked["relative_d_score"].is_monotonic_decreasing
    assert f"{len(ranked) - 15} more between" in written
    left_out = ranked["other"].iloc[12:-3]
    assert not {other for other in left_out if other in written}


def test_few_divisions_are_listed_all(result, make_pairs, texts):
    written = texts(pairs_matrix(with_pairs(result, make_pairs(divisions=21))))
    assert not [text for text in written if "between" in text]


def test_divisions_without_a_rank_are_left_out_and_counted(result, texts):
    pairs = result.pairs
    few = pairs[(pairs["part"] == "") & pairs["rank"].isna()]
    assert len(few) == 5
    note = f"fewer than {RANKED_FROM} establishments outside the sector: {len(few)} divisions."
    assert note in " ".join(texts(pairs_matrix(result)))
    assert not set(few["other"]) & set(ranked_divisions(result)["other"])


def test_what_is_nearer_has_the_colour_of_nearer(result, make_pairs):
    pairs = make_pairs(divisions=0)
    pairs["relative_d_score"] = [1.2, 1.0, 0.85, 1.0, 1.0, 1.0]
    pairs["q_value"] = 0.05
    _, far, alike, near, _ = PALETTES["sequential"].diverging
    grid = cells_of(pairs_matrix(with_pairs(result, pairs)))
    assert grid == [GRID, near, alike, far, GRID, alike, alike, alike, GRID]


def test_what_is_not_significant_is_a_frame_and_a_ring(result, make_pairs, texts):
    pairs = make_pairs(divisions=40)
    pairs["q_value"] = np.where(np.arange(len(pairs)) % 2, 0.051, 0.05)
    drawn = with_pairs(result, pairs)
    assert matrix_of(drawn).firm.sum() == 3
    inside = cells_of(pairs_matrix(drawn))
    assert sum(each == PAPER for each in inside) == 3
    firm = ranked_divisions(drawn)["firm"]
    assert firm.tolist() == (ranked_divisions(drawn)["q_value"] <= 0.05).tolist()
    assert "hollow: not significant (q above 0.05) or fewer than 10 establishments" in texts(
        pairs_matrix(drawn)
    )


def test_what_was_not_tested_is_hollow_and_said_to_be_so(result, make_pairs, texts):
    pairs = make_pairs(divisions=40).assign(q_value=0.01)
    pairs.loc[pairs["part"] == "", "q_value"] = np.nan
    drawn = with_pairs(result, pairs)
    assert matrix_of(drawn).firm.sum() == 6
    assert not ranked_divisions(drawn)["firm"].any()
    assert any("not tested" in text for text in texts(pairs_matrix(drawn)))
    assert any("niet getoetst" in text for text in texts(pairs_matrix(drawn, language="nl")))


def test_a_part_of_fewer_than_ten_claims_nothing(result, make_pairs):
    pairs = make_pairs(divisions=0).assign(q_value=1e-9)
    small = dataclasses.replace(
        with_pairs(result, pairs), parts=result.parts.assign(establishments=[9, 60, 50])
    )
    assert matrix_of(small).firm.tolist() == [[False] * 3, [True, False, True], [True, True, False]]
    others = pairs.assign(other_establishments=9)
    assert not matrix_of(with_pairs(result, others)).firm.any()


def test_a_missing_value_is_shown_as_missing_and_not_as_one(result, make_pairs, texts):
    pairs = make_pairs(divisions=0)
    pairs["relative_d_score"] = [np.nan, 1.2, 1.2, 1.2, 1.2, 1.2]
    figure = pairs_matrix(with_pairs(result, pairs))
    assert cells_of(figure)[1] == PAPER
    assert texts(figure).count("–") == 1


@pytest.mark.parametrize("parts", [0, 1, 2, 5, 9, 20, 26])
@pytest.mark.parametrize("divisions", [0, 3, 60])
def test_any_number_of_parts_gives_a_tidy_figure(result, make_pairs, parts, divisions):
    if parts < 2 and not divisions:
        return
    names = tuple(f"Part number {at} & $more$ of <a long name>" for at in range(parts))
    pairs = make_pairs(names, divisions)
    pairs.loc[::4, "relative_d_score"] = np.nan
    for language in ("en", "nl"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure = pairs_matrix(with_pairs(result, pairs), language=language)
        renderer = figure.canvas.get_renderer()
        drawn = [text for text in figure.findobj(Text) if text.get_text()]
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in drawn]
        for text, box in boxes:
            assert "nan" not in text.lower().split()
            assert box.x0 >= figure.bbox.x0, text
            assert box.x1 <= figure.bbox.x1 + 1, text
        for (one, first), (other, second) in combinations(boxes, 2):
            across = min(first.x1, second.x1) - max(first.x0, second.x0)
            up = min(first.y1, second.y1) - max(first.y0, second.y0)
            assert across <= 1 or up <= 3, (one, other)


def test_of_very_many_parts_those_with_most_are_drawn_and_the_others_counted(
    result, make_pairs, texts
):
    names = tuple(f"P{at}" for at in range(26))
    many = with_pairs(result, make_pairs(names, 0))
    matrix = matrix_of(many)
    assert matrix.parts == [f"P{at}" for at in range(6, 26)]
    note = "Drawn are the 20 parts with most establishments; left out: 6."
    assert note in texts(pairs_matrix(many))


def test_divisions_carry_their_names_unless_these_are_the_codes_again(result, make_pairs, texts):
    pairs = make_pairs(divisions=2).assign(other_establishments=200, rank=1)
    divisions = pairs["part"] == ""
    pairs.loc[divisions, "other"] = ["11", "04"]
    pairs.loc[divisions, "other_name"] = ["Manufacture of beverages", "04"]
    written = texts(pairs_matrix(with_pairs(result, pairs)))
    assert "11 Manufacture of beverages" in written
    assert "04" in written


def test_one_part_has_no_matrix_but_a_list(result, make_pairs, texts):
    written = texts(pairs_matrix(with_pairs(result, make_pairs(("Only",), 30))))
    assert "Parts: from the row towards the column" not in written
    assert "The whole sector towards divisions" in written
