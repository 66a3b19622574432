"""The dot map."""

import dataclasses
import time

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from scipy.spatial import KDTree

from nabij import figures
from nabij.figures import dot_map
from nabij.figures.kit import dots as dotting
from nabij.figures.kit import outlines
from nabij.figures.kit.style import PALETTES
from nabij.figures.kit.sure import LUMA, pale
from nabij.views.floors import Floors, floors_of
from nabij.views.places import cells_of


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
    assert "Off the map: 3 establishments of the sector." in " ".join(texts(figure))
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


def test_in_the_inset_a_cell_is_pale_if_most_in_it_is_not_significant(result, texts):
    figure = dot_map(result)
    (dots,) = axes_named(figure, "inset").findobj(dotting.Dots)
    place = np.asarray(dots.get_offsets())
    across = np.diff(np.unique(place[:, 0])).min() * 2
    cells = cells_of(result.establishments, across)
    pale_ones = cells[~cells["firm"]]
    assert len(place) == len(cells)
    assert (dots._colour_of >= 5).sum() == len(pale_ones) > 0
    assert "pale: not significant (q above 0.05)" in texts(figure)
    all_firm = result.establishments.assign(q_value=0.05)
    written = texts(dot_map(dataclasses.replace(result, establishments=all_firm)))
    assert "pale" not in " ".join(written)


def test_no_dot_of_the_inset_lies_on_another(result):
    figure = dot_map(result)
    axes = axes_named(figure, "inset")
    (dots,) = axes.findobj(dotting.Dots)
    points = axes.get_position().width * 72 * figure.get_size_inches()[0]
    place = np.asarray(dots.get_offsets()) * points / np.ptp(axes.get_xlim())
    apart, _ = KDTree(place).query(place, k=2)
    assert apart[:, 1].min() >= dots._diameter.max()


def test_a_pale_colour_is_lighter_than_any_strong_one_of_more_clustered():
    for palette in PALETTES.values():
        least = min(LUMA @ to_rgb(pale(colour)) for colour in palette.diverging)
        assert least > max(LUMA @ to_rgb(colour) for colour in palette.diverging[-2:]) + 0.1


def test_in_a_sector_of_fewer_than_ten_all_is_pale(make, texts):
    few = make(count=9)
    few.establishments["q_value"] = 1e-9
    assert "pale: fewer than 10 establishments" in texts(dot_map(few))


def at_places(result, count, places):
    """Return the result with its first `count` establishments on so many places."""
    table = result.establishments.iloc[:count].copy()
    at = np.arange(count) % places
    return dataclasses.replace(
        result,
        establishments=table.assign(x=2_000.0 + 3_000.0 * at, y=5_000.0 + 1_500.0 * (at % 7)),
    )


def test_establishments_at_one_place_are_one_symbol(result, dots, texts):
    few = at_places(result, 60, 10)
    sector = dataclasses.replace(few.sector, establishments=60, places=10)
    figure = dot_map(dataclasses.replace(few, sector=sector, floors=Floors(100.0, {})))
    found = pd.DataFrame(dots(figure), columns=["x", "y"])
    assert len(found) == len(found.drop_duplicates()) == 10
    written = " ".join(texts(figure))
    assert "60 establishments on 10 places. Nearer than 100 m counts as 100 m." in written
    assert "Each circle is a place" in written
    assert "×6: 6 establishments at one place" in written
    assert "under others" not in written


def test_the_floor_is_told_of_the_inverse_kernel_only(result, texts):
    dscore = result.study.dscore.model_copy(update={"kernel": "exponential", "scale": 1000.0})
    study = result.study.model_copy(update={"dscore": dscore})
    floors = floors_of(result.regions, dscore.decay)
    written = " ".join(texts(dot_map(dataclasses.replace(result, study=study, floors=floors))))
    assert "counts as" not in written
    assert "1/distance" not in written


def test_places_that_would_hide_each_other_are_cells(result, dots, texts):
    many = grown(result, 100_000)
    figure = dot_map(many)
    assert len(dots(figure)) < 6_000
    written = " ".join(texts(figure))
    assert "Each circle is a cell" in written
    assert "Establishments in a cell" in written


def test_of_one_or_two_establishments_no_spot_tells(result):
    assert not dot_map(at_places(result, 20, 10)).spots
    spots = dot_map(at_places(result, 30, 10)).spots
    assert len(spots) == 10
    assert all("3 establishments, jobs: " in spot.text for spot in spots)


def test_the_legend_gives_the_classes_that_occur_with_their_ends_and_shares(result, texts):
    table = result.establishments.iloc[:10].assign(
        d_score=[0.01] * 4 + [0.2, 0.25] * 3, y=np.arange(10) * 2_000.0 + 1_000, x=9_000.0
    )
    few = dataclasses.replace(result, establishments=table, score_bounds=(0.005, 0.1, 0.5))
    written = texts(dot_map(few))
    assert "0.200–0.250" in written
    assert "0.0100" in written
    assert {"40%", "60%"} <= set(written)
    assert "0%" not in written


def test_a_sector_in_a_corner_fills_the_map_and_a_frame_says_where(result, dots):
    table = result.establishments
    near = table.iloc[:50].assign(
        x=5_000 + 60.0 * np.arange(50), y=5_000 + 1_000.0 * np.sin(np.arange(50))
    )
    figure = dot_map(dataclasses.replace(result, establishments=near))
    assert np.ptp(axes_named(figure, "map").get_xlim()) < 10_000
    assert axes_named(figure, "where") is not None
    assert len(dots(figure)) == 50
    assert axes_named(dot_map(result), "where") is None


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("more", "its D-score is 22% higher"),
        ("slightly", "slightly nearer together"),
        ("chance", "may be chance"),
        ("not", "is not nearer together"),
        ("few", ""),
        ("untested", ""),
    ],
)
def test_the_title_says_what_may_be_claimed(result, verdict, said):
    found = dataclasses.replace(result.findings, clustering=verdict)
    sector = dataclasses.replace(result.sector, relative_d_score=1.22)
    finding = dot_map(dataclasses.replace(result, findings=found, sector=sector)).finding
    assert said in finding
    assert bool(finding) == bool(said)


def test_on_a_telephone_the_map_is_above_its_legends(result):
    figure = dot_map(result, narrow=True)
    main, inset = (axes_named(figure, name).get_position() for name in ("map", "inset"))
    assert main.width > 0.85
    assert inset.y1 < main.y0


@pytest.mark.parametrize("shape", [(4, 3), (12, 2), (2, 9), (3, 4), (1, 1)])
def test_the_inset_covers_no_data(make, shape):
    figure = dot_map(make(columns=shape[0], rows=shape[1]))
    inset, main = (axes_named(figure, name).get_position() for name in ("inset", "map"))
    assert not inset.overlaps(main)
