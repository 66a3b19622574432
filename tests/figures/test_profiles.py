"""The figure of nearness by distance."""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest

from nabij import figures
from nabij.figures import profiles
from nabij.figures.profiles import COLUMNS, SCALES, curves_of
from nabij.language import Language


def drawn(figure, name):
    """Return the lines of one kind of all panels, without those of the key."""
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    lines = [np.column_stack(line.get_data()) for line in ink.lines if line.get_label() == name]
    return [line for line in lines if len(line) > 2]


def bands(figure):
    ground = next(axes for axes in figure.axes if axes.get_label() == "ground")
    return [each for each in ground.collections if each.get_label() == "local"]


def with_profiles(result, table):
    return dataclasses.replace(result, profiles=table)


def test_it_is_drawn_where_there_are_profiles(result):
    assert "profiles" in figures.draw_all(result)
    without = with_profiles(result, result.profiles.iloc[:0])
    assert "profiles" not in figures.draw_all(without)


def test_without_profiles_there_is_a_sentence(result, texts):
    without = with_profiles(result, result.profiles.iloc[:0])
    for language in ("en", "nl"):
        sentence = Language(language).text("figures.profiles.empty")
        assert sentence in " ".join(texts(profiles(without, language=language)))


def test_curves_are_the_tables_numbers_in_kilometres(result):
    rows = result.profiles[result.profiles["measure"] == "Kd"]
    curves = curves_of(result.profiles, "Kd")
    assert curves.distance == pytest.approx(rows["distance"] / 1000)
    for name in COLUMNS:
        assert getattr(curves, name) == pytest.approx(rows[name] * 1000)
    assert curves_of(result.profiles, "K").value[0] == pytest.approx(
        result.profiles.loc[result.profiles["measure"] == "K", "value"].iloc[0] / 1e6
    )


def test_all_lines_of_a_panel_are_on_one_scale(result):
    figure = profiles(result)
    assert [len(drawn(figure, name)) for name in ("sector", "expected", "global")] == [4, 4, 8]
    assert len(bands(figure)) == 4
    for at, measure in enumerate(SCALES):
        curves = curves_of(result.profiles, measure)
        lines = [
            drawn(figure, "sector")[at],
            drawn(figure, "expected")[at],
            *drawn(figure, "global")[2 * at : 2 * at + 2],
        ]
        wanted = [curves.value, curves.expected, curves.global_low, curves.global_high]
        values, heights = np.concatenate(wanted), np.concatenate([line[:, 1] for line in lines])
        slope, start = np.polyfit(values, heights, 1)
        assert slope < 0
        assert heights == pytest.approx(slope * values + start)
        band = bands(figure)[at].get_paths()[0].get_extents()
        assert -band.y0 == pytest.approx(-(slope * curves.high.max() + start))
        assert band.y1 == pytest.approx(slope * curves.low.min() + start)
        across = np.polyfit(curves.distance, lines[0][:, 0], 1)
        assert lines[0][:, 0] == pytest.approx(np.polyval(across, curves.distance))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_number_of_establishments_and_of_relabellings_is_told(result, texts, language):
    words = Language(language)
    said = " ".join(texts(profiles(result, language=language)))
    assert words.number(result.sector.establishments) in said
    assert "199" in said
    for measure in SCALES:
        assert words.text(f"figures.profiles.{measure}") in said
    large = dataclasses.replace(
        result, sector=dataclasses.replace(result.sector, establishments=67_000)
    )
    said = " ".join(texts(profiles(large, language=language)))
    assert words.number(67_000) in said
    assert words.number(10_000) in said


def test_a_distance_without_a_value_breaks_the_line(result, texts):
    table = result.profiles.copy()
    table.loc[(table["measure"] == "M") & (table["distance"] < 4000), list(COLUMNS)] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = profiles(with_profiles(result, table))
    assert np.isnan(drawn(figure, "sector")[1][:, 1]).sum() == 2
    assert "nan" not in " ".join(texts(figure)).lower()
    table.loc[table["measure"] == "M", list(COLUMNS)] = np.nan
    assert "no values" in texts(profiles(with_profiles(result, table)))


def test_points_on_a_line_have_two_panels(result):
    table = result.profiles[result.profiles["measure"].isin(["Kd", "M"])]
    assert len(drawn(profiles(with_profiles(result, pd.DataFrame(table))), "sector")) == 2


def test_its_finding_is_the_distance_up_to_which_it_is_above_the_global_envelope(result):
    table = result.profiles.copy()
    kd = table["measure"] == "Kd"
    table.loc[kd, "global_high"] = table.loc[kd, "value"] / 2
    last = Language("en").number(table.loc[kd, "distance"].max() / 1000, 0)
    said = profiles(with_profiles(result, table), language="en").finding
    assert said == f"Nearer together than chance at every distance up to {last} km"
    table.loc[kd, "global_high"] = table.loc[kd, "value"]
    assert profiles(with_profiles(result, table)).finding == ""
