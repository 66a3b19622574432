"""Class bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij.figures.kit.classes import class_of, ratio_bounds
from nabij.views.bounds import score_bounds


@given(st.lists(st.floats(1e-4, 1e2), min_size=0, max_size=80))
def test_score_bounds_rise_and_leave_scores_on_both_sides(scores):
    scores = np.array([*scores, np.nan])
    bounds = score_bounds(scores)
    assert bounds == sorted(set(bounds))
    for bound in bounds:
        assert np.nanmin(scores) < bound <= np.nanmax(scores)


@given(st.lists(st.floats(1e-4, 1e2), min_size=2, max_size=80))
def test_no_score_class_is_empty(scores):
    scores = np.array(scores)
    bounds = score_bounds(scores)
    assert np.bincount(class_of(scores, bounds), minlength=len(bounds) + 1).min() > 0


def test_high_scores_are_few():
    scores = np.random.default_rng(0).lognormal(-4, 0.8, 5000)
    shares = np.bincount(class_of(scores, score_bounds(scores))) / 5000
    assert len(shares) == 7
    assert 0.03 < shares[-1] < 0.08


def test_ratio_bounds_are_as_far_below_one_as_above():
    for spread in (0.02, 0.2, 1.0):
        ratios = np.exp(np.random.default_rng(0).normal(0, spread, 500))
        low, less, more, high = ratio_bounds(ratios)
        assert low * high == pytest.approx(1)
        assert less * more == pytest.approx(1)


def test_a_missing_value_has_no_class():
    assert class_of(np.array([np.nan, 1.0, 3.0]), [2.0]).tolist() == [-1, 0, 1]
