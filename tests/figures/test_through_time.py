"""The sector through the years."""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, Polygon
from matplotlib.text import Text

from nabij import figures
from nabij.figures import through_time
from nabij.figures.kit.axis import fitting
from nabij.figures.kit.ends import spread
from nabij.figures.kit.style import PALETTES, PAPER
from nabij.figures.through_time import regions_drawn
from nabij.language import Language


def lines_of(figure, colour):
    """Return the lines through years of one colour, in points on the sheet."""
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    lines = [line for line in ink.lines if line.get_color() == colour]
    return [np.column_stack(line.get_data()) for line in lines]


def with_years(result, years, **columns):
    """Return the result with a history of these years."""
    row = result.history.iloc[[-1]]
    history = pd.concat([row.assign(year=year) for year in years], ignore_index=True)
    regions = result.region_history[result.region_history["year"] == 2025]
    of_regions = pd.concat([regions.assign(year=year) for year in years], ignore_index=True)
    return dataclasses.replace(result, history=history.assign(**columns), region_history=of_regions)


def test_it_is_drawn_where_there_is_more_than_one_year(result):
    assert "through_time" in figures.draw_all(result)
    assert "through_time" not in figures.draw_all(with_years(result, [2025]))


def test_one_year_gives_a_sentence(result, texts):
    assert Language("nl").text("figures.through_time.empty") in texts(
        through_time(with_years(result, [2025]), language="nl")
    )


def test_years_stand_to_scale(result):
    figure = through_time(result)
    accent = PALETTES["sequential"].accent
    drawn = lines_of(figure, accent)
    assert len(drawn) == 3  # mean, relative, LQ of the focus region
    for line in drawn:
        first, middle, last = line[:, 0]
        assert (middle - first) / (last - first) == pytest.approx(3 / 10)


def test_heights_are_the_tables_values_on_one_scale(result):
    history = result.history
    figure = through_time(result)
    accent = PALETTES["sequential"].accent
    mean, relative, _ = lines_of(figure, accent)
    for line, column in ((mean, "mean_d_score"), (relative, "relative_d_score")):
        slope, start = np.polyfit(history[column], line[:, 1], 1)
        assert slope < 0
        assert line[:, 1] == pytest.approx(slope * history[column].to_numpy() + start)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_number_is_the_tables(result, texts, language):
    words, written = Language(language), texts(through_time(result, language=language))
    said = " ".join(written)
    for row in result.history.itertuples():
        assert words.number(row.establishments) in written
        assert str(row.year) in written
    last = result.history.iloc[-1]
    assert words.score(last["mean_d_score"]) in said
    assert words.score(last["expected_d_score"]) in said
    for at in (0, -1):
        assert words.number(result.history["relative_d_score"].iloc[at], 2) in written
    for code, values in regions_drawn(result).iterrows():
        rows = result.region_history[result.region_history["code"] == code]
        assert values[2025] == rows.set_index("year")["location_quotient"][2025]
        name, count = rows[["name", "sector_establishments"]].iloc[-1]
        assert f"{name} ({words.number(count)}) {words.number(values[2025], 2)}" in written


def test_the_regions_with_most_of_the_sector_have_a_line_and_the_focus_region_always(result):
    last = result.region_history[result.region_history["year"] == 2025]
    order = last.sort_values(["sector_establishments", "code"], ascending=[False, True])
    ranked = order["code"].tolist()
    assert regions_drawn(result).index.tolist() == ranked[:6]
    small = dataclasses.replace(
        result, focus=dataclasses.replace(result.focus, code=ranked[-1], name="small")
    )
    assert set(regions_drawn(small).index) == {*ranked[:5], ranked[-1]}


def test_the_focus_region_is_bold(result):
    figure = through_time(result)
    bold = [
        text.get_text()
        for text in figure.findobj(Text)
        if str(text.get_fontproperties().get_file()).endswith("Bold.ttf")
    ]
    assert any(text.startswith(result.focus.name) for text in bold)


def test_a_missing_value_breaks_the_line_and_is_not_printed(result, texts):
    years = [2015, 2016, 2017, 2018]
    values = [1.1, np.nan, 1.3, np.nan]
    broken = with_years(result, years, relative_d_score=values, mean_d_score=np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = through_time(broken)
    accent = PALETTES["sequential"].accent
    relative = next(
        line
        for line in lines_of(figure, accent)
        if np.isnan(line[:, 1]).any() and np.isfinite(line[:, 1]).sum() == 2
    )
    assert np.isnan(relative[:, 1]).tolist() == [False, True, False, True]
    assert "nan" not in " ".join(texts(figure)).lower()


def test_known_values_are_dots_also_where_the_line_is_broken(result):
    def dots(view):
        return sum(isinstance(each, Circle) for each in through_time(view).findobj(Circle))

    years = [2015, 2016, 2017]
    whole = with_years(result, years)
    broken = with_years(result, years, relative_d_score=[1.1, np.nan, 1.3])
    assert dots(whole) - dots(broken) == 1


def test_two_years_are_enough(result, texts):
    figure = through_time(with_years(result, [2019, 2024]))
    assert {"2019", "2024"} <= set(texts(figure))


def test_without_regions_the_last_panel_is_left_out(result, texts):
    study = result.study.model_copy(update={"regions": []})
    written = texts(through_time(dataclasses.replace(result, study=study)))
    assert "Specialisation (LQ)" not in written
    assert "Relative D-score" in written


def test_a_small_change_does_not_fill_the_panel(result):
    steady = with_years(result, [2015, 2025], relative_d_score=[1.0, 1.01])
    accent = PALETTES["sequential"].accent
    _, relative, _ = lines_of(through_time(steady), accent)
    assert abs(np.diff(relative[:, 1]))[0] < 10


def test_of_many_years_as_many_are_named_as_fit():
    x = np.arange(0, 100, 5.0)
    kept = fitting(x, [16.0] * len(x))
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1
    assert (np.diff(x[kept]) >= 20).all()


def test_names_at_line_ends_keep_apart_and_stay_inside():
    for wanted in ([5.0] * 6, [0.0, 1.0, 99.0, 100.0, 100.0], [50.0]):
        found = np.sort(spread(wanted, 9.0, 0.0, 100.0))
        assert (np.diff(found) >= 9 - 1e-9).all()
        assert found[0] >= 0
        assert found[-1] <= 100


def points_of(figure):
    """Return the fills of the points of all lines, as drawn."""
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    return [to_hex(patch.get_facecolor()) for patch in ink.patches if isinstance(patch, Circle)]


def alone(result, **columns):
    """Return the result without regions to draw, columns of its years replaced."""
    history = result.history.assign(**columns)
    return dataclasses.replace(
        result, history=history, region_history=result.region_history.iloc[:0]
    )


def test_a_year_that_is_not_significant_has_hollow_points(result, texts):
    figure = through_time(alone(result, q_value=[0.01, 0.06, 0.05]))
    # A point a year of the mean and of the ratio; what is expected is no finding.
    assert points_of(figure).count(PAPER) == 2
    assert "Hollow points: not significant (q above 0.05)" in " ".join(texts(figure))
    figure = through_time(alone(result, q_value=0.05))
    assert PAPER not in points_of(figure)
    assert "Hollow" not in " ".join(texts(figure))


def test_years_of_fewer_than_ten_are_hollow_and_have_no_band(result):
    few = alone(result, establishments=[9, 10, 11], q_value=0.01)
    figure = through_time(few)
    assert points_of(figure).count(PAPER) == 2
    assert len(bands_of(figure)) == 1
    assert len(bands_of(through_time(alone(result)))) == 2


def bands_of(figure):
    ground = next(axes for axes in figure.axes if axes.get_label() == "ground")
    return [patch for patch in ground.patches if isinstance(patch, Polygon)]


def test_the_band_is_the_interval_of_the_mean(result, texts):
    figure = through_time(alone(result))
    first, second = (patch.get_xy() for patch in bands_of(figure))
    history = result.history
    low, high = history["mean_d_score_low"], history["mean_d_score_high"]
    # Heights are on one scale: differences are in proportion.
    drawn = [*first[[0, 3], 1], second[1, 1], second[2, 1]]
    wanted = [low[0], high[0], low[2], high[2]]
    slope, start = np.polyfit(wanted, drawn, 1)
    assert slope < 0
    assert drawn == pytest.approx(slope * np.array(wanted) + start)
    assert "band: 95% interval" in " ".join(texts(figure))
    plain = alone(result)
    plain = dataclasses.replace(
        plain, history=plain.history.drop(columns=["mean_d_score_low", "mean_d_score_high"])
    )
    assert not bands_of(through_time(plain))
    assert "interval" not in " ".join(texts(through_time(plain)))


def test_a_region_is_hollow_by_its_own_quotient(result):
    year = result.region_history["year"] == 2025
    table = result.region_history.assign(location_quotient_q=0.01, sector_establishments=40)
    assert regions_drawn(dataclasses.replace(result, region_history=table), "firm").all(axis=None)
    table.loc[year, "location_quotient_q"] = 0.06
    firm = regions_drawn(dataclasses.replace(result, region_history=table), "firm")
    assert firm[[2015, 2018]].all(axis=None)
    assert not firm[2025].any()


def changed(result, chance, entered=40):
    changes = pd.DataFrame(
        {
            "to_year": [2025],
            "level": [""],
            "entered": [entered],
            "moved": [0],
            "p_value": [chance],
        }
    )
    return dataclasses.replace(result, changes=changes)


@pytest.mark.parametrize(
    ("counts", "en", "nl"),
    [
        (
            [100, 110, 130],
            "Creative services grew from 100 to 130 establishments",
            "Creative services groeide van 100 naar 130 vestigingen",
        ),
        (
            [100, 110, 80],
            "Creative services shrank from 100 to 80 establishments",
            "Creative services kromp van 100 naar 80 vestigingen",
        ),
        (
            [100, 160, 104],
            "Creative services is about as large in 2025 as in 2015: 104 establishments, "
            "against 100",
            "Creative services is in 2025 ongeveer even groot als in 2015: 104 vestigingen, "
            "tegen 100",
        ),
    ],
)
def test_the_finding_is_how_the_sector_grew(result, counts, en, nl):
    made = alone(result, establishments=counts, q_value=0.4)
    assert through_time(made).finding == en
    assert through_time(made, language="nl").finding == nl


@pytest.mark.parametrize("counts", [[9, 12, 40], [40, 12, 9]])
def test_of_fewer_than_ten_no_growth_is_found(result, counts):
    assert not through_time(alone(result, establishments=counts)).finding


def test_nearness_is_found_only_where_it_is_significant(result):
    every_year = "is nearer together every year than chance would give"
    assert every_year in through_time(alone(result, q_value=0.05)).finding
    assert every_year not in through_time(alone(result, q_value=[0.01, 0.06, 0.01])).finding
    assert every_year not in through_time(alone(result, q_value=np.nan)).finding
    newcomers = "newcomers since 2018 are nearer to the rest than those who left"
    assert newcomers in through_time(changed(result, 0.05)).finding
    assert newcomers not in through_time(changed(result, 0.06)).finding
    assert newcomers not in through_time(changed(result, 0.01, entered=9)).finding


def panels_of(figure, headings):
    """Return where the headings of the panels stand."""
    return [
        text.get_position() for text in figure.findobj(Text) if text.get_text() in headings
    ]  # fmt: skip


def test_on_a_narrow_sheet_the_panels_stand_below_each_other(result):
    headings = ("Establishments", "Mean D-score, per km", "Relative D-score", "Specialisation (LQ)")
    places = panels_of(through_time(result, narrow=True), headings)
    assert len(places) == 4
    assert len({x for x, _ in places}) == 1
    down = [y for _, y in places]
    assert (np.diff(down) > 128).all()
    assert len({x for x, _ in panels_of(through_time(result), headings)}) == 2


@pytest.mark.parametrize("narrow", [False, True])
def test_a_name_too_long_for_one_line_has_its_value_below_it(result, texts, narrow):
    long = "Zuidoost-Noord-Brabant"
    table = result.region_history
    made = dataclasses.replace(
        result,
        region_history=table.assign(name=table["name"].str.replace("Region", long)),
    )
    written = texts(through_time(made, narrow=narrow))
    assert any(text.startswith(f"{long} 1") for text in written)
    assert not [text for text in written if "…" in text]


def test_a_pointer_is_told_the_year_and_the_value(result):
    told = [spot.text for spot in through_time(result).spots]
    history = result.history
    assert f"2018: {history['establishments'].iloc[1]} establishments" in told
    words = Language("en")
    assert f"2018: {words.number(history['relative_d_score'].iloc[1], 2)}" in told
    assert f"mean, 2018: {words.score(history['mean_d_score'].iloc[1])}" in told
    table = result.region_history
    row = table[(table["year"] == 2018) & (table["code"] == result.focus.code)].iloc[0]
    value = words.number(row["location_quotient"], 2)
    assert f"{result.focus.name}, 2018: {value}" in told
