"""Envelopes: those of another package, and how often chance alone leaves them."""

import csv
from pathlib import Path

import numpy as np
import pytest

from nabij.inference.envelopes import global_envelope, local_envelope, peeled_envelope

TRUTH = Path(__file__).parents[2] / "../shared/truth"


def read(name):
    path = TRUTH / name
    if not path.is_file():
        pytest.skip("the peer values are not here; their packages' licences keep them out")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def test_envelopes_are_those_of_another_package():
    saved, truth = read("05_KdEnvelope_simulations.csv"), read("05_KdEnvelope.csv")
    saved.pop("r")
    simulated = np.array(list(saved.values()))
    local, peeled = local_envelope(simulated), peeled_envelope(simulated)
    np.testing.assert_allclose(local, [truth["lo_local"], truth["hi_local"]], rtol=1e-9)
    np.testing.assert_allclose(peeled, [truth["lo_global"], truth["hi_global"]], rtol=1e-9)


def walks(random, count, steps=60):
    """Return curves that are alike at neighbouring distances, as profiles are."""
    return random.normal(size=(count, steps)).cumsum(axis=1)


def share_that_leaves(make, runs=2000):
    random = np.random.default_rng(7)
    outside = 0
    for _ in range(runs):
        observed, *simulated = walks(random, 200)
        low, high = make(observed, np.array(simulated))
        outside += ((observed < low) | (observed > high)).any()
    return outside / runs


def test_chance_leaves_the_global_envelope_as_often_as_it_says():
    # Four standard errors of a share of 0.05 in 2,000 runs.
    assert share_that_leaves(global_envelope) == pytest.approx(0.05, abs=4 * 0.0049)


def test_chance_leaves_the_others_far_more_often():
    for make in (local_envelope, peeled_envelope):
        share = share_that_leaves(lambda _, simulated, make=make: make(simulated), runs=500)
        # At least four standard errors (0.0097) above 0.05.
        assert share > 0.09, make


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_counts_that_are_mostly_nothing_keep_the_level(share):
    random = np.random.default_rng(3)
    outside, runs = 0, 2000
    for _ in range(runs):
        curves = random.poisson(share, size=(100, 20)).cumsum(axis=1)
        low, high = global_envelope(curves[0], curves[1:])
        outside += ((curves[0] < low) | (curves[0] > high)).any()
    # Ties make it rarer; at most 0.05 and four standard errors.
    assert outside / runs <= 0.05 + 4 * 0.0049


def test_a_global_envelope_keeps_all_but_a_twentieth_and_holds_the_local_one():
    curves = walks(np.random.default_rng(1), 400)
    low, high = global_envelope(curves[0], curves[1:])
    within = ((curves >= low) & (curves <= high)).all(axis=1)
    assert within.sum() == 380
    inner = local_envelope(curves)
    assert (low <= inner[0] + 1e-12).all()
    assert (high >= inner[1] - 1e-12).all()


def test_distances_without_a_value_are_left_out():
    curves = walks(np.random.default_rng(2), 100, steps=5)
    whole = global_envelope(curves[0, 1:], curves[1:, 1:])
    curves[3, 0] = np.nan
    found = global_envelope(curves[0], curves[1:])
    assert np.isnan(found[:, 0]).all()
    np.testing.assert_array_equal(found[:, 1:], whole)
    curves[:, 0] = np.nan
    assert np.isnan(local_envelope(curves)[:, 0]).all()
    assert np.isnan(global_envelope(curves[0, :1], curves[1:, :1])).all()


def test_curves_that_are_all_alike_are_their_own_envelope():
    curves = np.ones((50, 3))
    for found in (local_envelope(curves), global_envelope(curves[0], curves)):
        assert (found == 1).all()
    assert (peeled_envelope(curves) == 1).all()


def test_too_few_draws_are_refused():
    with pytest.raises(ValueError, match="more draws"):
        global_envelope(np.zeros(3), np.zeros((18, 3)))
    with pytest.raises(ValueError, match=r"shape \(V, K\)"):
        local_envelope(np.zeros(3))
