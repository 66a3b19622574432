"""What cannot be used is refused, and the message says what was expected."""

import numpy as np
import pytest

from nabij.proximity import KERNELS, Kernel, sums

POINTS = [[0.0, 0.0], [300.0, 400.0]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kernel": "cubic"}, "unknown kernel 'cubic'; known are inverse, shifted"),
        ({"kernel": "gaussian"}, "'gaussian' needs a scale"),
        ({"kernel": "gaussian", "scale": 0.0}, "scale must be"),
        ({"floor": 0.0}, "floor must be"),
        ({"floor": float("nan")}, "floor must be"),
        ({"powers": (4,)}, "powers must be some of 1, 2 and 3"),
        ({"powers": ()}, "powers must be"),
        ({"rtol": 0.0}, "rtol must be between"),
        ({"method": "fast"}, "method must be"),
        ({"threads": 0}, "threads must be"),
        ({"weights": [1.0]}, r"weights must have shape \(2,\)"),
        ({"weights": [1.0, -1.0]}, "weight 1 of vector 0 is -1"),
        ({"weights": [1.0, float("nan")]}, "finite and not negative"),
        ({"weights": ["a", "b"]}, "weights must be numbers"),
        ({"own": [0]}, "own must hold one whole number a target"),
        ({"own": [0.0, 1.0]}, "own must hold one whole number a target"),
        ({"own": [0, 2]}, "own must be from -1 to 1"),
        ({"own": [1, 0]}, "the coordinates must be the same"),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        sums(POINTS, **arguments)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([1.0, 2.0, 3.0], r"shape \(n, 2\)"),
        ([[1.0, 2.0, 3.0]], r"shape \(n, 2\)"),
        ([[0.0, 0.0], [1.0, float("nan")]], "finite: row 1"),
        ([[0.0, float("inf")]], "finite: row 0"),
        ([[0.0, 1e13]], "row 0 is .* metres"),
        ([["a", "b"]], "must be numbers"),
    ],
)
def test_points_that_cannot_be_used_are_refused(points, words):
    with pytest.raises(ValueError, match=words):
        sums(points)
    with pytest.raises(ValueError, match=words):
        sums(POINTS, points)


def test_every_message_of_an_unknown_kernel_names_the_known_ones():
    with pytest.raises(ValueError, match="unknown kernel") as caught:
        sums(POINTS, kernel="nothing")
    assert all(name in str(caught.value) for name in KERNELS)


def test_the_unit_is_that_of_the_kernel():
    units = {name: sums(POINTS, kernel=name, scale=1.0).unit for name in KERNELS}
    assert units == {
        "inverse": "1/m",
        "shifted": "1/m",
        "exponential": "1",
        "gaussian": "1",
        "within": "1",
    }


def test_the_floor_is_for_the_inverse_kernel_only():
    points = [[0.0, 0.0], [1.0, 0.0]]
    assert sums(points, floor=10.0).values[0, 0, 0] == pytest.approx(0.1)
    assert sums(points, kernel="shifted", scale=1.0, floor=10.0).values[0, 0, 0] == pytest.approx(
        0.5
    )


def test_a_kernel_is_one_function_and_one_line(monkeypatch):
    def cauchy(d2, length):
        return length * length / (length * length + d2)

    monkeypatch.setitem(KERNELS, "cauchy", Kernel(cauchy, "scale", heavy=True))
    points = np.random.default_rng(0).random((4_000, 2)) * 1e5
    exact = sums(points, kernel="cauchy", scale=2_000.0, method="exact").values
    tree = sums(points, kernel="cauchy", scale=2_000.0, method="tree").values
    d2 = ((points[:1] - points) ** 2).sum(axis=1)
    assert exact[0, 0, 0] == pytest.approx(cauchy(d2[1:], 2_000.0).sum(), rel=1e-12)
    np.testing.assert_allclose(tree, exact, rtol=1e-6)


@pytest.mark.parametrize("method", ["exact", "tree"])
def test_arrays_that_cannot_be_written_to_are_read(method):
    random = np.random.default_rng(0)
    arrays = [random.uniform(0, 1e4, (50, 2)), np.arange(50), random.random(50)]
    for array in arrays:
        array.flags.writeable = False
    points, own, weights = arrays
    found = sums(points, points, own=own, weights=weights, method=method, rtol=1e-6)
    assert np.isfinite(found.values).all()
