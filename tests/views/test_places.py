"""Establishments at one place, taken together."""

import numpy as np
import pandas as pd
import pytest

from nabij.views.places import cells_of, places_of


def some(count=300, seed=1):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 12, (2, count)) * 500.0
    chance = rng.uniform(0, 0.1, count)
    score = rng.lognormal(-2, 1, count)
    return pd.DataFrame(
        {
            "x": np.where(np.arange(count) == 7, np.nan, x),
            "y": y,
            "jobs": np.where(rng.random(count) < 0.3, np.nan, rng.integers(0, 9, count)),
            "d_score": score,
            "relative_d_score": score / 0.1,
            "q_value": chance,
        }
    )


def test_a_place_is_the_sum_and_the_mean_of_its_establishments():
    table = some()
    found = places_of(table).set_index(["x", "y"]).sort_index()
    groups = table.dropna(subset=["x"]).groupby(["x", "y"])
    assert found["establishments"].tolist() == groups.size().tolist()
    assert found["d_score"].to_numpy() == pytest.approx(groups["d_score"].mean().to_numpy())
    jobs = groups["jobs"].sum(min_count=1).to_numpy()
    np.testing.assert_allclose(found["jobs"].to_numpy(), jobs)
    most = groups["q_value"].agg(lambda q: (q <= 0.05).mean() > 0.5)
    assert found["firm"].tolist() == most.tolist()
    for (x, y), row in found["row"].items():
        assert table.loc[row, ["x", "y"]].tolist() == [x, y]


def test_every_establishment_is_in_the_cell_with_the_nearest_middle():
    table = some().dropna(subset=["x"])
    cells = cells_of(table, 900.0)
    assert cells["establishments"].sum() == len(table)
    middles = cells[["x", "y"]].to_numpy()
    apart = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))
    assert apart[apart > 0].min() == pytest.approx(900.0)
    far = np.hypot(*(table[["x", "y"]].to_numpy()[:, None] - middles[None]).transpose(2, 0, 1))
    assert far.min(axis=1).max() <= 900 / np.sqrt(3) + 1e-6


def test_the_order_favours_neither_high_scores_nor_low():
    table = some(4000).assign(x=np.arange(4000.0))
    places = places_of(table.sort_values("d_score"))
    rank = places["d_score"].rank()
    assert abs(np.corrcoef(np.arange(len(rank)), rank)[0, 1]) < 0.05


def test_too_few_are_never_firm():
    assert not places_of(some(9)).firm.any()
    assert places_of(some().drop(columns="q_value")).firm.all()
