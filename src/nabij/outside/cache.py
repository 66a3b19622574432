"""Official boundaries that were fetched before, in the user's cache folder; nothing is asked here.

Of each level there is a GeoPackage with ``code, name, geometry`` and, beside it, a JSON that says
where it came from and what its SHA-256 is.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from nabij.errors import InputError, one_line
from nabij.files import sha256, user_cache
from nabij.outside.services import Official

CODE, NAME = "code", "name"
"""Columns of every GeoPackage in the cache."""


@dataclass(frozen=True)
class Fetched:
    """What is known of a level in the cache.

    Attributes
    ----------
    source, title, licence : str
        Address asked, name of the service, and the line that its use requires.
    fetched : str
        Moment, ISO 8601, UTC.
    sha256 : str
        Of the GeoPackage.
    regions : int
    crs : str
    """

    source: str
    title: str
    licence: str
    fetched: str
    sha256: str
    regions: int
    crs: str


def folder() -> Path:
    """Return the folder with official boundaries, there or not.

    Raises
    ------
    InputError
        If the user has no home and no cache folder is set.
    """
    try:
        return user_cache() / "nabij" / "boundaries"
    except RuntimeError:
        raise InputError(
            "There is no home folder to keep official regions in; set the variable XDG_CACHE_HOME "
            "to a folder of yours"
        ) from None


def place_of(official: Official) -> Path:
    """Return where the GeoPackage of a level is, or would be."""
    return folder() / f"{official}.gpkg"


def require_fetched(official: Official, where: str) -> None:
    """Raise unless a level is in the cache.

    Raises
    ------
    InputError
        Says what to type.
    """
    place = place_of(official)
    if not (place.is_file() and _beside(place).is_file()):
        raise InputError(
            f"{official}: these official regions are not on this machine yet ({where} official); "
            f"a run asks no other computer, so fetch them first with:  {official.command}"
        )


def verified(official: Official) -> Fetched:
    """Return what is known of a level, once its file is as it was when it was fetched.

    Raises
    ------
    InputError
        If it is not, or is not there.
    """
    place = place_of(official)
    require_fetched(official, "[[regions]]")
    again = f"; fetch it again with:  {official.command}"
    try:
        record = Fetched(**json.loads(_beside(place).read_text(encoding="utf-8")))
        if not all(isinstance(value, kind) for value, kind in _kinds(record)):
            raise TypeError
    except (ValueError, TypeError):
        raise InputError(f"{_beside(place)}: is damaged{again}") from None
    found = sha256(place)
    if found != record.sha256:
        raise InputError(
            f"{place}: is not as it was fetched (SHA-256 {found[:12]}..., expected "
            f"{one_line(record.sha256, most=12)}){again}"
        )
    return record


def _kinds(record: Fetched) -> list[tuple[object, type]]:
    return [(value, int if key == "regions" else str) for key, value in asdict(record).items()]


def all_fetched() -> list[Official]:
    """Return the levels in the cache, in the order of their names."""
    there = folder()
    found = []
    for path in sorted(there.glob("*.gpkg")) if there.is_dir() else ():
        try:
            found.append(Official.parse(path.stem))
        except ValueError:  # not ours
            continue
    return found


def keep(official: Official, fresh: Path, about: Fetched) -> Path:
    """Put a GeoPackage that was just written, and what is known of it, in its place."""
    place = place_of(official)
    note = fresh.with_suffix(".json")
    note.write_text(json.dumps(asdict(about), indent=2, ensure_ascii=False), encoding="utf-8")
    for path in (fresh, note):
        path.chmod(0o600)
    # Stopped between the two, the file does not fit what is said of it, and is not used.
    os.replace(fresh, place)
    os.replace(note, _beside(place))
    return place


def _beside(place: Path) -> Path:
    return place.with_suffix(".json")
