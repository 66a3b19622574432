"""Threads, progress and cancellation."""

import threading
import time

import numpy as np
import pytest

from nabij.proximity import sums
from nabij.proximity.work import run_chunks

POINTS = np.random.default_rng(0).random((120_000, 2)) * 1e5


class StopError(Exception):
    """The user has had enough."""


def ours():
    return [t for t in threading.enumerate() if t.name.startswith("nabij-proximity")]


@pytest.mark.parametrize("kernel", ["inverse", "exponential"])
def test_any_number_of_threads_gives_the_same_bits(kernel):
    points = POINTS if kernel == "inverse" else POINTS[:15_000]
    same = {"kernel": kernel, "scale": 1_000.0, "powers": (1, 2), "rtol": 1e-5}
    one = sums(points, threads=1, **same)
    assert one.method == "tree"
    for threads in (2, 5):
        again = sums(points, threads=threads, **same)
        assert again.values.tobytes() == one.values.tobytes()
        assert again.checked_error == one.checked_error


def test_any_number_of_threads_gives_the_same_bits_of_exact_sums():
    one, other = (
        sums(POINTS[:9_000], method="exact", threads=threads).values for threads in (1, 3)
    )
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("method", ["exact", "tree"])
@pytest.mark.parametrize("threads", [1, 2])
def test_progress_may_cancel_and_leaves_no_thread(method, threads):
    seen = []

    def progress(message, fraction):
        seen.append(fraction)
        if fraction > 0.1:
            raise StopError(message)

    with pytest.raises(StopError):
        sums(
            POINTS[:30_000], method=method, kernel="shifted", scale=1e3, threads=threads,
            progress=progress,
        )  # fmt: skip
    assert seen[-1] < 0.5
    assert ours() == []


@pytest.mark.parametrize("method", ["exact", "tree"])
def test_progress_goes_from_0_to_1_and_never_back(method):
    told = []
    sums(POINTS[:10_000], method=method, progress=lambda m, f: told.append((m, f)))
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert all(message for message, _ in told)


def test_an_error_in_a_chunk_comes_out_and_the_others_are_dropped():
    begun = []

    def job(chunk):
        begun.append(chunk)
        if chunk == 0:
            raise ZeroDivisionError(chunk)
        time.sleep(0.01)  # all of them would take 5 seconds, the error comes at once

    with pytest.raises(ZeroDivisionError):
        run_chunks(job, range(1_000), 2)
    assert len(begun) < 1_000
    assert ours() == []


def test_an_interrupt_between_chunks_stops_the_work():
    def progress(message, fraction):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sums(POINTS, progress=progress)
    assert ours() == []
