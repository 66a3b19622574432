"""Phases of a run that are finished, so that a run that was killed is taken up where it was."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import platform
import stat
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nabij
from nabij.files import hashed
from nabij.register.sources import files_of
from nabij.study import Study

COMPUTING = (
    "nabij",
    "numpy",
    "pandas",
    "geopandas",
    "shapely",
    "pyproj",
    "pyarrow",
    "numba",
    "scipy",
)


@dataclass(frozen=True)
class Store:
    """A private folder with the phases of one run.

    What it holds are microdata, so it is readable by its owner only, and whoever asks for a store
    removes it when the run is done. What another user could have written is not read.

    Attributes
    ----------
    folder : Path or None
        None keeps nothing and finds nothing.
    """

    folder: Path | None = None

    def keep(self, phase: str, study: Study, inputs: dict[str, str], value: Any) -> None:
        """Keep what a phase made; where there is no room for it, go on without.

        Parameters
        ----------
        phase : str
        study : Study
            What was asked.
        inputs : dict of str to str
            Path to SHA-256 of every file that was read.
        value : object
        """
        if self.folder is None:
            return
        place = self.folder / phase
        fresh = place.with_suffix(".new")
        head = {"asked": _asked(study), "inputs": inputs}
        with contextlib.suppress(OSError):
            try:
                self.folder.mkdir(mode=0o700, exist_ok=True)
                with open(fresh, "wb", opener=_private) as file:
                    file.write(json.dumps(head).encode() + b"\n")
                    pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
                    file.flush()
                    os.fsync(file.fileno())
                fresh.replace(place)
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise

    def take(self, phase: str, study: Study) -> Any:
        """Return what a phase made of the same study and the same files, or None."""
        if self.folder is None or not hasattr(os, "getuid"):
            return None
        try:
            with open(self.folder / phase, "rb", opener=_private) as file:
                if not (_is_ours(os.fstat(file.fileno())) and _is_ours(self.folder.lstat())):
                    return None
                head = json.loads(file.readline())
                if head["asked"] != _asked(study) or head["inputs"] != _hashes(study):
                    return None
                return pickle.load(file)
        except Exception:  # not there, cut off, of another time: then the phase is run
            return None

    def drop(self, phase: str) -> None:
        """Remove what a phase made: a later one holds all that is needed of it."""
        if self.folder is not None:
            (self.folder / phase).unlink(missing_ok=True)


def versions() -> dict[str, str]:
    """Return the versions of all that computes."""
    return {"python": platform.python_version(), **{name: version(name) for name in COMPUTING}}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _is_ours(found: os.stat_result) -> bool:
    plain = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return plain and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _asked(study: Study) -> str:
    parts = (study.model_dump_json(), json.dumps(versions()), _source())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _hashes(study: Study) -> dict[str, str]:
    with hashed(files_of(study)) as digests:
        pass
    return {str(path): digest.result() for path, digest in digests.items()}


@cache
def _source() -> str:
    """Return one mark of the program itself: other code finds nothing of this one's."""
    digest = hashlib.sha256()
    for folder in nabij.__path__:
        for path in sorted(Path(folder).rglob("*.*")):
            if path.suffix in (".py", ".toml", ".csv"):
                digest.update(path.read_bytes())
    return digest.hexdigest()
