"""Clusters and sectors by size and by how near the establishments are."""

import dataclasses
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from nabij import figures
from nabij.figures import cluster_types, sector_types
from nabij.figures.cluster_types import colour_of
from nabij.figures.kit.style import PALETTES, PAPER, SOFT, THIN
from nabij.measures.sizes import MOSTLY_SMALL
from nabij.measures.types import CLOSE_WITHIN, SPREAD_FROM
from nabij.study import Study
from nabij.tables import Column, Provenance, Table
from nabij.views import Result


def dots_of(figure):
    axes = next(axes for axes in figure.axes if axes.get_label() == "plane")
    (found,) = [each for each in axes.collections if each.get_label() == "dots"]
    return axes, found


def given(result, **columns):
    return dataclasses.replace(result, clusters=result.clusters.assign(**columns))


def test_it_is_drawn_where_clusters_have_a_place(result, texts):
    assert "cluster_types" in figures.draw_all(result)
    for bare in (
        dataclasses.replace(result, clusters=pd.DataFrame()),
        dataclasses.replace(result, clusters=result.clusters.drop(columns="small_share")),
        given(result, spacing=np.nan),
    ):
        assert "cluster_types" not in figures.draw_all(bare)
        assert "No cluster has known jobs" in " ".join(texts(cluster_types(bare)))


def test_a_dot_is_on_the_side_of_the_lines_that_its_numbers_are(result):
    close, spread = CLOSE_WITHIN, SPREAD_FROM
    made = given(
        result,
        spacing=[close * 0.99, close * 1.01, spread * 1.01, spread * 0.99, 300.0],
        small_share=[MOSTLY_SMALL + 0.01] * 2 + [MOSTLY_SMALL - 0.01] * 2 + [0.5],
        sector_establishments=[50, 40, 30, 20, 10],
        p_value=0.01,
    )
    figure = cluster_types(made)
    axes, found = dots_of(figure)
    x, y = np.asarray(found.get_offsets()).T
    ground = next(axes for axes in figure.axes if axes.get_label() == "ground")
    place = axes.get_position()
    wide, high = figure.get_size_inches() * 72
    lines = [line for line in ground.lines if line.get_color() == SOFT]
    assert {line.get_linewidth() for line in lines} == {THIN}
    upright = sorted(line.get_xdata()[0] for line in lines if np.ptp(line.get_xdata()) == 0)
    (level,) = [line.get_ydata()[0] for line in lines if np.ptp(line.get_ydata()) == 0]
    at_spread, at_close = (each - place.x0 * wide for each in upright)
    bound = (1 - place.y0) * high - level
    assert x[0] < at_close < x[1]
    assert x[3] < at_spread < x[2]
    assert (y[:2] > bound).all()
    assert (y[2:] < bound).all()


def test_neighbours_at_one_place_stand_on_the_edge(result):
    _, found = dots_of(cluster_types(given(result, spacing=0.0)))
    assert np.asarray(found.get_offsets())[:, 0] == pytest.approx(0.0)


def test_only_what_is_firm_has_its_types_colour_and_a_name(result, texts):
    made = given(
        result,
        type="few_large_spread",
        p_value=[0.05, 0.06, 0.01, 0.01, 0.01],
        sector_establishments=[60, 50, 40, 10, 9],
    )
    figure = cluster_types(made)
    colours = PALETTES["sequential"]
    _, found = dots_of(figure)
    fills = [to_hex(fill) for fill in found.get_facecolors()]
    strong = colour_of(colours, "few_large_spread")
    # What is not firm is drawn first.
    assert fills == [PAPER, PAPER, strong, strong, strong]
    assert {to_hex(edge) for edge in found.get_edgecolors()[:2]} == {colours.quiet}
    written = texts(figure)
    assert [
        f"{at} Buurt {at}, Region {at} ({n})" in written for at, n in enumerate((60, 50), 1)
    ] == [
        True,
        False,
    ]
    assert "4 Buurt 4, Region 4 (10)" in written
    assert not [text for text in written if text.startswith("5 Buurt")]


def scanned(count=40, **columns):
    """Make up the scan of so many codes."""
    frame = pd.DataFrame(
        {
            "year": pd.array([pd.NA] * count, dtype="Int64"),
            "sector": [f"{at:02d}" for at in range(count)],
            "establishments": np.arange(count) + 5,
            **columns,
        }
    )
    register = {"path": "/data/made_up.csv", "code": "sbi", "x": "x", "y": "y", "crs": "EPSG:28992"}
    kinds = tuple(Column(name, "key" if name in ("year", "sector") else "ratio") for name in frame)
    made = Provenance({}, {}, {}, datetime(2026, 1, 1), {}, {}, (), {}, "EPSG:28992")
    tables = {"sectors": Table("sectors", frame, kinds)}
    return Result(Study.from_dict({"register": register}), tables, {}, {}, pd.DataFrame(), made)


def test_sectors_have_a_place_too(texts):
    result = scanned(
        q_value=np.where(np.arange(40) % 2, 0.5, 0.01),
        small_share=np.linspace(0.3, 1, 40),
        large_share=0.1,
        spacing=np.geomspace(20, 4000, 40),
        type="between",
    )
    figure = sector_types(result)
    _, found = dots_of(figure)
    table = result.sectors
    hollow = (found.get_facecolors()[:, :3] == 1).all(axis=1)
    wanted = (table["q_value"] > 0.05) | (table["establishments"] < 10)
    assert hollow.tolist() == sorted(wanted, reverse=True)
    spacing = np.sort(table["spacing"][wanted])
    x = np.sort(np.asarray(found.get_offsets())[hollow, 0])
    assert x == pytest.approx(np.polyval(np.polyfit(np.log(spacing), x, 1), np.log(spacing)))
    assert list(figures.OVERVIEWS)[-1] == "sector_types"
    assert sector_types.applies(result)
    assert not sector_types.applies(scanned())
    assert "hollow: not significant (q" in " ".join(texts(figure))


def test_of_a_few_sectors_each_has_a_name_also_one_that_is_hollow(texts):
    result = scanned(
        2, q_value=[0.9, 0.01], small_share=[0.7, 0.96], large_share=[0.05, 0.0],
        spacing=[577.0, 136.0], type=["few_large_spread", "many_small_close"],
    )  # fmt: skip
    result.tables["sectors"].frame["establishments"] = [8_900, 67_000]
    written = " ".join(texts(sector_types(result)))
    assert "(8,900)" in written
    assert "(67,000)" in written
