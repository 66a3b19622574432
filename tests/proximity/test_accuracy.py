"""The engine checks itself."""

import numpy as np
import pytest

from nabij.proximity import AccuracyError, sums, tree
from nabij.proximity.accuracy import ERRORS, settings_for
from nabij.proximity.kernels import KERNELS

POINTS = np.random.default_rng(0).random((8_000, 2)) * 1e5


def test_sums_that_miss_the_wanted_error_are_not_returned(monkeypatch):
    honest = tree.tree_sums
    monkeypatch.setattr(tree, "tree_sums", lambda *a: honest(*a) * (1 + 1e-4))
    with pytest.raises(AccuracyError, match=r"1\.0e-04 on a sample, 1\.0e-06 wanted"):
        sums(POINTS, method="tree")


def test_one_bad_vector_among_many_is_found(monkeypatch):
    honest = tree.tree_sums

    def spoilt(*arguments):
        values = honest(*arguments)
        values[0, 3] *= 1.001
        return values

    monkeypatch.setattr(tree, "tree_sums", spoilt)
    with pytest.raises(AccuracyError):
        sums(POINTS, weights=np.ones((5, len(POINTS))), method="tree")


def test_counts_that_are_not_exact_are_not_returned(monkeypatch):
    honest = tree.tree_sums
    monkeypatch.setattr(tree, "tree_sums", lambda *a: honest(*a) + 1)
    with pytest.raises(AccuracyError):
        sums(POINTS, kernel="within", scale=1e3, method="tree")


def test_a_missed_error_gets_one_finer_attempt(monkeypatch):
    honest, orders = tree.tree_sums, []

    def first_spoilt(*arguments):
        settings = arguments[7]
        orders.append((settings.order, settings.single))
        return honest(*arguments) * (1 if len(orders) > 1 else 1.01)

    monkeypatch.setattr(tree, "tree_sums", first_spoilt)
    found = sums(POINTS, method="tree")
    (coarse, single), (fine, still_single) = orders
    assert fine > coarse
    assert (single, still_single) == (True, False)
    assert found.checked_error < 1e-6


def test_the_check_is_the_same_every_time():
    first, second = (sums(POINTS, method="tree").checked_error for _ in range(2))
    assert first == second


def test_a_smaller_error_never_takes_a_lower_order():
    for powers in ERRORS:
        orders = [
            settings_for(KERNELS["inverse"], 10.0**-e, powers, 1e5).order for e in range(3, 13)
        ]
        assert orders == sorted(orders)


def test_quickly_falling_kernels_and_tight_errors_are_in_double_precision():
    assert settings_for(KERNELS["inverse"], 1e-5, 1, 1e5).single
    assert not settings_for(KERNELS["inverse"], 1e-8, 1, 1e5).single
    assert not settings_for(KERNELS["inverse"], 1e-5, 1, 1e10).single
    assert not settings_for(KERNELS["gaussian"], 1e-5, 1, 1e5).single
