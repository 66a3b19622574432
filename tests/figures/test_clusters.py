"""The clusters free of borders, on a map and in a list."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle

from nabij import figures
from nabij.figures import clusters
from nabij.figures.clusters import MOST
from nabij.figures.kit.style import PAPER
from nabij.language import Language


def collection(figure, label):
    axes = next(axes for axes in figure.axes if axes.get_label() == "map")
    return [each for each in axes.collections if each.get_label() == label]


def list_dots(figure):
    """Return which dots of the list are hollow, row after row."""
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    dots = [each for each in ink.patches if isinstance(each, Circle) and each.zorder == 3]
    return [to_hex(dot.get_facecolor()) == PAPER for dot in dots]


def given(result, **columns):
    return dataclasses.replace(result, clusters=result.clusters.assign(**columns))


def test_it_is_drawn_where_clusters_were_found(result, texts):
    assert "clusters" in figures.draw_all(result)
    for none in (result.clusters.iloc[:0], pd.DataFrame()):
        bare = dataclasses.replace(result, clusters=none)
        assert "clusters" not in figures.draw_all(bare)
        assert "No cluster was found." in texts(clusters(bare))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_number_of_the_list_is_the_tables(result, texts, language):
    words, written = Language(language), texts(clusters(result, language=language))
    for row in result.clusters.itertuples():
        assert row.name in written
        assert words.number(row.sector_establishments) in written
        assert words.number(row.location_quotient, 1) in written
        assert words.number(row.area_km2, 0 if row.area_km2 >= 9.95 else 1) in written
        assert words.percent(row.stability) in written
    assert words.percent(0.5) in " ".join(written)


def test_only_what_is_significant_and_of_ten_or_more_is_filled_and_named(result, texts):
    made = given(
        result,
        p_value=[0.05, 0.051, 0.01, np.nan, 0.01],
        sector_establishments=[60, 50, 10, 40, 9],
    )
    figure = clusters(made)
    (areas,) = collection(figure, "areas")
    (dashed,) = collection(figure, "outlines")
    assert len(areas.get_paths()) == 2
    assert len(dashed.get_paths()) == 3
    assert dashed.get_linestyle()[0][1] is not None
    # The list is in the order of n: 60, 50, 40, 10 and 9.
    assert list_dots(figure) == [False, True, True, False, True]
    written = texts(figure)
    assert "1 Buurt 1, Region 1 (60)" in written
    assert "3 Buurt 3, Region 3 (10)" in written
    assert len([text for text in written if text.endswith(")") and "Buurt" in text]) == 2
    assert "2 of them significant and of at least 10" in " ".join(written)


def test_a_cluster_off_the_map_is_in_the_list(result, make_clusters, texts):
    places = [(6_000, 6_000, 900, 40, 3, 0.01, "between"), (9e5, 9e5, 900, 30, 3, 0.01, "between")]
    figure = clusters(dataclasses.replace(result, clusters=make_clusters(places)))
    (areas,) = collection(figure, "areas")
    assert len(areas.get_paths()) == 1
    assert len(list_dots(figure)) == 2
    assert "Clusters: 2," in " ".join(texts(figure))


def test_a_type_is_written_of_firm_ones_only(result, texts):
    made = given(result, type="few_large_spread", p_value=[0.01, 0.9, 0.9, 0.9, 0.9])
    assert texts(clusters(made)).count("relatively large, spread out") == 1


def test_of_many_the_largest_are_listed_and_the_others_counted(result, make_clusters, texts):
    many = make_clusters(
        [(1_000 * at, 900 * at, 300, 200 - at, 2 + at / 9, 0.01, "between") for at in range(1, 31)]
    )
    written = texts(clusters(dataclasses.replace(result, clusters=many)))
    listed = [name for name in many["name"] if name in written]
    assert listed == many["name"].tolist()[:MOST]
    assert f"{len(many) - MOST} more" in written


def test_none_firm_leaves_the_map_without_fills_or_their_key(result, texts):
    figure = clusters(given(result, p_value=0.4))
    assert not collection(figure, "areas")
    assert "Location quotient" not in texts(figure)
    assert all(list_dots(figure))


def test_where_nothing_was_tested_only_few_are_hollow(result, texts):
    plain = dataclasses.replace(result, clusters=result.clusters.drop(columns="p_value"))
    figure = clusters(plain)
    assert list_dots(figure) == [False] * 4 + [True]
    assert "dashed: fewer than 10" in " ".join(texts(figure))


def test_a_higher_quotient_is_darker(result):
    made = given(result, location_quotient=[5.0, 3.0, 1.5, 2.0, 2.0])
    (areas,) = collection(clusters(made), "areas")
    light = areas.get_facecolors()[:, :3].sum(axis=1)
    # Drawn from the largest area to the smallest: the third, the first, the second.
    assert light[0] > light[2] > light[1]


def with_found(result, **changes):
    found = dataclasses.replace(result.findings.clusters, **changes)
    return dataclasses.replace(
        result, findings=dataclasses.replace(result.findings, clusters=found)
    )


def test_its_finding_is_what_the_sure_clusters_hold_and_the_largest(result):
    largest = pd.DataFrame({"name": ["Eindhoven", "Delft"]})
    made = with_found(result, verdict="several", firm=4, share_firm=0.38, largest=largest)
    said = "4 significant clusters hold 38% of the sector; the largest is Eindhoven"
    assert clusters(made, language="en").finding == said
    alone = with_found(made, verdict="one", firm=1)
    assert (
        clusters(alone, language="en").finding == "One cluster, Eindhoven, holds 38% of the sector"
    )


@pytest.mark.parametrize("verdict", ["unknown", "none", "unsure", "weak"])
def test_it_has_no_finding_where_no_cluster_is_sure(result, verdict):
    assert clusters(with_found(result, verdict=verdict)).finding == ""
