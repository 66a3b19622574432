"""Files that a study names."""

from __future__ import annotations

from pathlib import Path

from nabij.errors import InputError, nearest


def require_file(path: Path, key: str) -> None:
    """Raise a clear error unless `path` is a readable file with something in it."""
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise InputError(f"{path}: no such file ({key}){nearest(path.name, beside)}")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a file ({key})")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise InputError(f"{path}: the file is empty ({key})")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror} ({key})") from None
