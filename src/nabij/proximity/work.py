"""Run compiled work in chunks on several threads, with progress and cancellation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

Progress = Callable[[str, float], None]


def default_threads() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_chunks(
    job: Callable[[int], None],
    chunks: Iterable[int],
    threads: int,
    progress: Progress | None = None,
    message: str = "",
    span: tuple[float, float] = (0.0, 1.0),
) -> None:
    """Call ``job(chunk)`` for every chunk; `progress` may raise between chunks to cancel.

    Whatever is raised, no thread is left running when this returns: chunks not yet begun are
    dropped and those at work are awaited. Chunks must write to disjoint places, so that the
    outcome does not depend on the number of threads.
    """
    todo = list(chunks)
    begin, end = span
    step = (end - begin) / max(len(todo), 1)
    if progress is not None:
        progress(message, begin)
    if threads <= 1 or len(todo) <= 1:
        for done, chunk in enumerate(todo, start=1):
            job(chunk)
            if progress is not None:
                progress(message, begin + done * step)
        return
    pool = ThreadPoolExecutor(min(threads, len(todo)), thread_name_prefix="nabij-proximity")
    try:
        begun = [pool.submit(job, chunk) for chunk in todo]
        for done, future in enumerate(as_completed(begun), start=1):
            future.result()
            if progress is not None:
                progress(message, begin + done * step)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def run_each(
    job: Callable[[int], object], jobs: int, progress: Progress | None = None, message: str = ""
) -> None:
    """Call ``job(at)`` for each of many small jobs, several of them to a chunk, on all cores."""

    def some(chunk: int) -> None:
        for at in range(chunk, jobs, chunks):
            job(at)

    chunks = min(jobs, 256)
    run_chunks(some, range(chunks), default_threads(), progress, message)


@dataclass(frozen=True)
class Crew:
    """Calls a job on stretches of rows, on several threads."""

    threads: int

    def each(self, count: int, job: Callable[[int, int], None], least: int = 50_000) -> None:
        """Call ``job(begin, end)`` on stretches of at least `least` that cover ``range(count)``."""
        parts = max(1, min(4 * self.threads, count // least))
        edges = [count * part // parts for part in range(parts + 1)]
        run_chunks(lambda part: job(edges[part], edges[part + 1]), range(parts), self.threads)
