"""An output folder that appears whole or not at all, and is private to its owner."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nabij.errors import InputError

RECORD = "result.json"


def require_target(folder: Path) -> None:
    """Raise unless `folder` may be made, or holds nothing but an earlier result.

    Raises
    ------
    InputError
        If something stands there that nabij did not write, or the place cannot be written to.
    """
    parent = folder.absolute().parent
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder to write the result in")
    if folder.is_dir():
        foreign = sorted(_files(folder) - _recorded(folder))
        if foreign:
            shown = ", ".join(foreign[:5]) + (", ..." if len(foreign) > 5 else "")
            raise InputError(
                f"{folder}: holds files that are not of an earlier result ({shown}); a new result "
                "would replace the folder, so choose another one with --out"
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
    folder = folder.absolute()
    require_target(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # mkdtemp makes it readable by its owner only, and so it stays.
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
    try:
        yield fresh
        for path in fresh.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        _exchange(fresh, folder)
    except OSError as error:
        if error.filename is None and error.strerror is None:
            raise
        raise InputError(
            f"{folder}: writing failed ({error.strerror}); nothing was written and an earlier "
            "result is as it was"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _exchange(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{folder.name}-earlier-", dir=folder.parent))
    folder.rename(earlier / folder.name)
    try:
        fresh.rename(folder)
    except OSError:
        (earlier / folder.name).rename(folder)
        raise
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def _recorded(folder: Path) -> set[str]:
    """Return the files that an earlier result says it wrote."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return {RECORD, *map(str, record["files"])} if "nabij" in record["versions"] else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
