"""How long work tells where it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Progress = Callable[[str, float], None]
"""Called with what is being done and the fraction done, 0 to 1; may raise to stop the work."""


def silent(message: str, fraction: float) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Stopwatch:
    """Tells a progress callback of each step and keeps its seconds.

    Examples
    --------
    >>> watch = Stopwatch()
    >>> with watch.step("nothing", "Doing nothing"):
    ...     pass
    >>> list(watch.seconds)
    ['nothing']
    """

    progress: Progress = silent
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, message: str = "") -> Iterator[None]:
        """Time the block below, without the steps within it; a step that comes again adds up.

        A step without a message is not told of: it is a part of another.
        """
        if message:
            self.progress(message, 0.0)
        start, before = time.perf_counter(), sum(self.seconds.values())
        yield
        within = sum(self.seconds.values()) - before
        took = time.perf_counter() - start - within
        self.seconds[name] = round(self.seconds.get(name, 0.0) + took, 3)
        if message:
            self.progress(message, 1.0)
