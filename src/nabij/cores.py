"""How many cores there are to work with."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Return the number of cores this process may use, which can be fewer than the machine has.

    Examples
    --------
    >>> 1 <= usable_cores() <= os.cpu_count()
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
