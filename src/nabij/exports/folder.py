"""An output folder that appears whole or not at all, and is private to its owner."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from nabij.errors import InputError, listed, one_line
from nabij.workplace import EARLIER, NEW, Workplace, claim

RECORD = "result.json"
# What a GIS leaves beside a GeoPackage that it has open.
SIDE_FILES = ("-wal", "-shm")


def require_target(folder: Path) -> None:
    """Raise unless `folder` may be made, or holds nothing but an earlier result.

    Raises
    ------
    InputError
        If something stands there that nabij did not write, or the place cannot be written to.
    """
    if one_line(folder.name, most=255) != folder.name:
        raise InputError(f"{folder}: no folder can be made with that name; choose another --out")
    folder = _followed(folder)
    parent = folder.parent
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder to write the result in")
    if folder.is_dir():
        recorded = _recorded(folder)
        foreign = [*islice((name for name in _files(folder) if _plain(name) not in recorded), 6)]
        if foreign:
            raise InputError(
                f"{folder}: holds files that are not of an earlier result "
                f"({listed(foreign, most=5)}); a new result would replace the folder, so choose "
                "another one with --out"
            )
    existing = next(place for place in (parent, *parent.parents) if place.exists())
    if not existing.is_dir():
        raise InputError(f"{folder}: cannot be made, {existing} is a file")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InputError(f"{folder}: no permission to write in {existing}; choose another --out")


@contextmanager
def at_once(folder: Path) -> Iterator[Path]:
    """Yield an empty folder beside `folder` that takes its place when all went well.

    If anything fails, what stood at `folder` is untouched and nothing is left behind.
    """
    require_target(folder)
    folder = _followed(folder)
    with claim(folder) as place:
        try:
            fresh = place.fresh(NEW)
        except OSError as error:
            raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
        try:
            yield fresh
            for path in fresh.rglob("*"):
                path.chmod(0o700 if path.is_dir() else 0o600)
            _exchange(fresh, folder, place)
        except OSError as error:
            if error.filename is None and error.strerror is None:
                raise
            raise InputError(
                f"{folder}: writing failed ({error.strerror}); nothing was written and an earlier "
                "result is as it was; make room there, or choose another --out"
            ) from error


def _exchange(fresh: Path, folder: Path, place: Workplace) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    if _swapped(fresh, folder):
        return
    earlier = place.fresh(EARLIER) / folder.name
    folder.rename(earlier)
    try:
        fresh.rename(folder)
    except BaseException:
        if not folder.exists():
            earlier.rename(folder)
        raise


def _swapped(fresh: Path, folder: Path) -> bool:
    """Exchange two folders in one step, where the system can: there is no moment without one."""
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(here, os.fsencode(fresh), here, os.fsencode(folder), exchange) == 0)


def _followed(folder: Path) -> Path:
    """Return where a folder is: a link to a folder stays a link."""
    return Path(os.path.realpath(os.path.expanduser(folder)))


def _files(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        for name in sorted([*names, *links]):
            yield str(Path(place, name).relative_to(folder))


def _plain(name: str) -> str:
    for suffix in SIDE_FILES:
        name = name.removesuffix(suffix)
    return name


def _recorded(folder: Path) -> set[str]:
    """Return the files that an earlier result says it wrote."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return {RECORD, *map(str, record["files"])} if "nabij" in record["versions"] else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
