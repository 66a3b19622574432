"""How much memory a run may use, and a clean stop before it would need more."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from nabij.errors import InputError

UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+|%)", re.ASCII)

DEFAULT = 0.75
"""Part of the memory that may be used unless the study says otherwise."""

CONTAINERS = (
    "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
)
"""Where Linux writes what a container may use, now and formerly."""

BASE = 600 * 10**6
"""Bytes of a run whatever its size: libraries, compiled loops, regions, figures."""

A_ROW, A_COLUMN = 400, 30
"""Bytes a row of the register at the peak of a run, and more for each column that is read. With
five columns it is more than was measured: 1.1 GB for one million rows of the demo, 2.0 GB for three
and 5.4 GB for ten. What a column adds is judgement; columns of long text take more."""


def parsed(text: str) -> tuple[float, str]:
    """Return number and unit of a size such as "8 GB", or of a part such as "75%".

    Raises
    ------
    ValueError
        Says how to write it.

    Examples
    --------
    >>> parsed("8 GB"), parsed("1.5gib"), parsed("75%")
    ((8.0, 'GB'), (1.5, 'GiB'), (75.0, '%'))
    """
    found = _SIZE.fullmatch(text.strip())
    known = {unit.casefold(): unit for unit in (*UNITS, "%")}
    unit = known.get(found[2].casefold()) if found else None
    number = float(found[1]) if found else 0.0
    if unit is None or not number > 0 or (unit == "%" and number > 100):
        raise ValueError(
            f'is {text[:60]!r}; write a size such as "8 GB" or "512 MB", or a part of the '
            'memory such as "75%"'
        )
    return number, unit


def there() -> int | None:
    """Return the bytes of memory that this process could have, None where that is not known.

    >>> there() is None or there() > 10**8
    True
    """
    sizes = []
    with contextlib.suppress(AttributeError, ValueError, OSError):  # a system that does not tell
        sizes.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for place in CONTAINERS:
        with contextlib.suppress(OSError, ValueError):  # no container, or one without a limit
            sizes.append(int(Path(place).read_text(encoding="ascii")))
    return min((size for size in sizes if size > 0), default=None)


def allowed(limit: str | None) -> int | None:
    """Return the bytes that a run may use, None where nothing says.

    Parameters
    ----------
    limit : str or None
        ``[machine] memory_limit``; None is three quarters of what is there.

    Examples
    --------
    >>> allowed("8 GB")
    8000000000
    """
    number, unit = (100 * DEFAULT, "%") if limit is None else parsed(limit)
    if unit != "%":
        return int(number * UNITS[unit])
    whole = there()
    return None if whole is None else int(whole * number / 100)


def needed(rows: int, columns: int) -> int:
    """Return about how many bytes a run takes at its peak.

    >>> needed(10_000_000, 5) / 1e9
    6.1
    """
    return BASE + rows * (A_ROW + A_COLUMN * columns)


def require_room(name: str, rows: int, columns: int, limit: str | None) -> None:
    """Raise where a register is too large for the memory that may be used.

    Parameters
    ----------
    name : str
        Of the register, for the message.
    rows, columns : int
        How many are read.
    limit : str or None
        ``[machine] memory_limit``.

    Raises
    ------
    InputError
        Says what would be needed and what can be done.
    """
    most, need = allowed(limit), needed(rows, columns)
    if most is None or need <= most:
        return
    stated = (
        f"{DEFAULT:.0%} of what the machine has" if limit is None else f'memory_limit = "{limit}"'
    )
    raise InputError(
        f"{name}: {rows:,} rows of {columns} columns need some {_shown(need)} of memory, and a run "
        f"may use {_shown(most)} ([machine] {stated}). Keep fewer rows with [register] where, name "
        "fewer columns, set [machine] memory_limit higher if there is more, or use a machine with "
        "more memory"
    )


def _shown(size: int) -> str:
    """Return a size in GB, or in MB where that is little.

    >>> _shown(8_000_000_000), _shown(512_000_000)
    ('8.0 GB', '512 MB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 10**9 else f"{size / 1e6:.0f} MB"
