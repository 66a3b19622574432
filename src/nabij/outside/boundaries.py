"""Fetch official boundaries into the user's cache: the one thing that is asked of the world."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import numpy as np

from nabij import vector
from nabij.columns import as_text
from nabij.errors import InputError, listed, nearest, one_line
from nabij.files import sha256
from nabij.outside import cache
from nabij.outside.download import (
    BrokenOffError,
    Counted,
    NotThereError,
    download,
    require_safe,
    too_large,
)
from nabij.outside.services import Official, Service
from nabij.progress import Progress, silent
from nabij.workplace import claim

if TYPE_CHECKING:
    import geopandas as gpd

MIRROR = "NABIJ_BOUNDARIES"
"""Variable with the address of a mirror of these services, in place of their own hosts."""

MOST_BYTES = 512 << 20
"""Of a level; the largest, the neighbourhoods of a country, should be well below."""
PAGE = 1_000
"""Regions asked at a time: as many as the service gives at most."""
KEPT = 24 * 3600
"""Seconds: older pages may be of another edition than those to come."""


def fetch(official: Official, progress: Progress = silent) -> tuple[Path, cache.Fetched]:
    """Fetch a level of official regions into the cache, in place of what may be there.

    Stopped or broken off, it keeps what came, and goes on from there the next time.

    Returns
    -------
    path : Path
        GeoPackage with ``code, name, geometry``, only its owner may read it.
    about : Fetched

    Raises
    ------
    InputError
        If it is not published, cannot be fetched, or is not what it should be.
    """
    service, place = official.service, cache.place_of(official)
    try:
        for each in (place.parent.parent, place.parent):
            _private(each)
        with claim(place, otherwise="wait until it is done") as work:
            parts = place.parent / f"{official}.parts"
            _private(parts)
            address = _address(official)
            try:
                table = _joined(official, list(_pages(official, address, parts, progress)))
            except BrokenOffError:
                raise
            except InputError as error:  # what came is of no use
                shutil.rmtree(parts, ignore_errors=True)
                raise _with_years(official, error) from None
            fresh = work.fresh("new") / place.name
            _write(table, fresh)
            about = cache.Fetched(
                source=address,
                title=service.title,
                licence=service.licence,
                fetched=datetime.now(UTC).isoformat(timespec="seconds"),
                sha256=sha256(fresh),
                regions=len(table),
                crs=service.crs,
            )
            cache.keep(official, fresh, about)
            shutil.rmtree(parts, ignore_errors=True)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "Stopped. What came is kept; the same command goes on from there."
        ) from None
    except OSError as error:
        raise InputError(
            f"{error.filename or place}: cannot be written ({error.strerror or error})"
        ) from None
    return place, about


def _with_years(official: Official, error: InputError) -> InputError:
    if not isinstance(error, NotThereError):
        return error
    years = ", ".join(map(str, official.service.years))
    return InputError(
        f"{error}. Is {official.level} of {official.year} published? Years to try with --year: "
        f"{years}"
    )


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _address(official: Official) -> str:
    """Return the address to ask, at the mirror if one is set."""
    service = official.service
    address = service.address.format(year=official.year, layer=service.levels[official.level])
    mirror = os.environ.get(MIRROR)
    if not mirror:
        return address
    require_safe(mirror, MIRROR)
    return mirror.rstrip("/") + urlsplit(address).path


def _pages(
    official: Official, address: str, parts: Path, progress: Progress
) -> Iterator[gpd.GeoDataFrame]:
    """Yield the regions, a page at a time, until one is empty.

    A server may give fewer in a page than it was asked for, so a short page is not the last one.
    """
    if official.service.kind == "file":
        path = parts / "whole.json"
        if not path.exists():
            download(address, path, _telling(progress, f"Fetching {official}"), MOST_BYTES)
        if _header(address, path).rows > 0:
            yield _read(official.service, address, path)
        return
    for old in parts.iterdir():
        if old.stat().st_mtime < time.time() - KEPT:
            old.unlink()
    seen: set[str] = set()
    room = MOST_BYTES
    while True:
        url = f"{address}?{urlencode(_question(official, len(seen)), safe=':/')}"
        path = parts / f"page-{len(seen)}.json"
        if not path.exists():
            told = f"Fetching {official}, from region {len(seen) + 1:,}"
            download(url, path, _telling(progress, told), MOST_BYTES)
        room -= path.stat().st_size
        if room < 0:
            raise too_large(address, MOST_BYTES)
        if _header(url, path).rows <= 0:
            return
        page = _read(official.service, url, path)
        _require_once(official, [*seen, *page["code"]])
        seen.update(page["code"])
        yield page


def _question(official: Official, start: int) -> dict[str, object]:
    return {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": official.service.levels[official.level],
        "outputFormat": "application/json",
        "srsName": official.service.crs,
        "count": PAGE,
        "startIndex": start,
    }


def _require_once(official: Official, codes: list[str]) -> None:
    """Raise if a region came twice: then pages overlap, and others may be missing."""
    twice = [code for code, count in Counter(codes).items() if count > 1]
    if twice:
        raise InputError(
            f"{official}: {len(twice)} regions came more than once (such as {one_line(twice[0])}), "
            "so others may be missing; nothing was kept, fetch it again"
        )


def _telling(progress: Progress, message: str) -> Counted:
    def counted(there: int, whole: int | None) -> None:
        progress(message, there / whole if whole else 0.0)

    return counted


def _header(url: str, path: Path) -> vector.Header:
    """Return what the answer holds, if it is GeoJSON."""
    with path.open("rb") as file:
        begins = file.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"ExceptionReport" in begins:
        raise NotThereError(f"{url}: the service has no such layer")
    try:
        if begins.startswith(b"{"):
            return vector.header_of(path, None, "the answer")
    except InputError:  # what it says is meant for a file of the user's
        pass
    shown = one_line(begins.decode("utf-8", "replace"), most=40)
    raise InputError(
        f"{url}: the answer is no GeoJSON, or a part of it: it begins with {shown!r}. Try again "
        "later; if it stays so, the service has changed"
    )


def _read(service: Service, url: str, path: Path) -> gpd.GeoDataFrame:
    """Return ``code, name, country, geometry`` of a page, in the coordinate system promised."""
    import geopandas as gpd
    import pyarrow as pa

    header = _header(url, path)
    columns = {"code": service.code, "name": service.name, "country": service.country}
    wanted = {key: column for key, column in columns.items() if column is not None}
    missing = [column for column in wanted.values() if column not in header.columns]
    if missing or not header.has_shapes:
        raise InputError(
            f"{url}: the answer has no {listed(missing) or 'shapes'} (its columns: "
            f"{listed(header.columns) or 'none'}); the service has changed"
        )
    table, shapes = vector.read_table(path, header.name, list(wanted.values()))
    assert shapes is not None
    try:
        text = {key: as_text(table[own]).to_pandas().str.strip() for key, own in wanted.items()}
    except pa.ArrowException:
        raise InputError(f"{url}: codes or names are no text; the service has changed") from None
    read = gpd.GeoDataFrame(text, geometry=np.asarray(shapes.values), crs=service.crs)
    bounds = np.nan_to_num(read.total_bounds)
    # GeoJSON without a word on its system is taken for degrees; metres are never that small.
    degrees = np.abs(bounds).max() <= 360
    if degrees or (header.crs not in (service.crs, "EPSG:4326", "OGC:CRS84", None)):
        raise InputError(
            f"{url}: the answer is not in {service.crs} but in "
            f"{'degrees' if degrees else one_line(str(header.crs))}; the service has changed"
        )
    return read


def _joined(official: Official, pages: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return all regions as one table, of the country asked for, each once."""
    import geopandas as gpd
    import pandas as pd

    if not pages:
        raise InputError(f"{official}: the service answered with no regions at all")
    table = gpd.GeoDataFrame(pd.concat(pages, ignore_index=True), crs=pages[0].crs)
    blank = (table["code"] == "") | table.geometry.isna()
    if blank.any():
        raise InputError(
            f"{official}: {int(blank.sum())} regions of the answer have no code or no shape; "
            "the service has changed"
        )
    _require_once(official, list(table["code"]))
    if official.country is not None:
        wanted = official.country.upper()
        known = sorted(table["country"].unique())
        table = table[table["country"] == wanted]
        if table.empty:
            raise InputError(
                f"--country {wanted}: has no regions in {official.level} of {official.year}"
                f"{nearest(wanted, known)} (there are: {listed(known)})"
            )
    return table[["code", "name", "geometry"]].sort_values("code", ignore_index=True)


def _write(table: gpd.GeoDataFrame, path: Path) -> None:
    table.to_file(path, layer=path.stem, driver="GPKG", engine="pyogrio")
    path.chmod(0o600)
