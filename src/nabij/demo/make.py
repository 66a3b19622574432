"""Write the demo: a register, its regions and a study of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from nabij.demo.firms import FULL, populate
from nabij.demo.land import share_out
from nabij.demo.neighbourhoods import draw
from nabij.demo.places import CRS, municipalities
from nabij.demo.studies import LEVELS, SECTORS_OF_ARTICLE, SOURCE, study_file
from nabij.errors import InputError
from nabij.progress import Progress, silent
from nabij.workplace import NEW, claim

RECORD = "demo.json"
STUDY = "study.toml"
FEWEST = 20_000  # below this the article's neighbourhoods hold no establishments to count


def make(
    folder: str | Path,
    *,
    establishments: int = FULL,
    seed: int = 2013,
    progress: Progress = silent,
) -> Path:
    """Write a synthetic Dutch register with its regions and a study of two sectors.

    Parameters
    ----------
    folder : str or Path
        Is made if it is not there. Gets ``register.parquet`` (``id, sbi, x, y, jobs``),
        ``regions.gpkg`` (layers ``corop, municipality, neighbourhood``), ``study.toml``, and
        ``demo.json``, which says that the demo wrote them: only then, and only if they are as
        they were, are they written over.
    establishments : int, optional
        Size of the register. Both sectors, and the thresholds above which neighbourhoods are
        named, grow and shrink with it.
    seed : int, optional
        The same seed gives the same files.
    progress : callable, optional

    Returns
    -------
    Path
        The study file.

    Raises
    ------
    InputError
        If `establishments` is below 20,000, the folder cannot be made, or one of the files is
        there and is not the demo's own.

    Examples
    --------
    >>> study = make("nabij-demo")  # doctest: +SKIP
    """
    if establishments < FEWEST:
        raise InputError(
            f"the demo register needs at least {FEWEST:,} establishments to have the shape it "
            f"should; {establishments:,} were asked for"
        )
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made a folder ({error.strerror})") from None

    _require_own(folder)
    random = np.random.default_rng(seed)
    progress("Drawing the map", 0.0)
    table = municipalities()
    land = share_out(table)
    progress("Drawing the map", 0.5)
    hoods = draw(table, land, random)
    progress("Drawing the map", 1.0)

    progress("Making up establishments", 0.0)
    corop = table["corop"].loc[hoods["municipality"]].reset_index(drop=True)
    register = populate(hoods, corop, establishments, random)
    progress("Making up establishments", 1.0)

    progress("Writing the demo's files", 0.0)
    # Written apart and then moved, so that a run that is stopped leaves no half a file.
    with claim(folder / "demo") as place:
        fresh = place.fresh(NEW)
        _write_register(register, fresh / "register.parquet")
        progress("Writing the demo's files", 0.5)
        _write_regions(table, hoods, fresh / "regions.gpkg")
        thresholds = [
            max(2, round(sector.shape.threshold * establishments / FULL))
            for sector in SECTORS_OF_ARTICLE
        ]
        (fresh / STUDY).write_text(study_file(thresholds), encoding="utf-8")
        _write_record(fresh, establishments, seed)
        for name in (RECORD, *_names()):
            (fresh / name).replace(folder / name)
    progress("Writing the demo's files", 1.0)
    return folder / STUDY


def _require_own(folder: Path) -> None:
    """Raise if a file of the demo's names is there that is not as the demo wrote it."""
    try:
        known = json.loads((folder / RECORD).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        known = {}
    for name in _names():
        path = folder / name
        if path.exists() and (not path.is_file() or known.get(name) != _hash(path)):
            raise InputError(
                f"{path}: is there already and is not as the demo wrote it; choose another folder "
                "with --out, or move the file away"
            )


def _write_record(folder: Path, establishments: int, seed: int) -> None:
    record = {
        "synthetic": SOURCE,
        "establishments": establishments,
        "seed": seed,
        "sha256": {name: _hash(folder / name) for name in _names()},
    }
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _names() -> list[str]:
    return ["register.parquet", "regions.gpkg", STUDY]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_register(register: pd.DataFrame, path: Path) -> None:
    columns = {
        "id": pa.array([f"V{number:07d}" for number in range(1, len(register) + 1)]),
        "sbi": pa.array(register["sbi"]).cast(pa.string()),
        "x": pa.array(register["x"]),
        "y": pa.array(register["y"]),
        "jobs": pa.array(register["jobs"]),
    }
    table = pa.table(columns).replace_schema_metadata({"source": SOURCE})
    pq.write_table(table, path, compression="zstd")


def _write_regions(table: pd.DataFrame, hoods: pd.DataFrame, path: Path) -> None:
    """Write the three levels; the larger ones are the smaller ones put together."""
    cells = hoods["geometry"].to_numpy()
    towns = _together(cells, hoods["municipality"].to_numpy())
    corop = table.groupby("corop_code")["corop"].first()
    regions = _together(towns, pd.factorize(table["corop_code"], sort=True)[0])
    levels = {
        "corop": (corop.index, corop, regions),
        "municipality": (table["code"], table["name"], towns),
        "neighbourhood": (hoods["code"], hoods["name"], cells),
    }
    path.unlink(missing_ok=True)
    with _fixed_date():
        for level in LEVELS:
            code, name, shapes = levels[level]
            layer = gpd.GeoDataFrame(
                {"code": np.asarray(code), "name": np.asarray(name)}, geometry=shapes, crs=CRS
            )
            layer.to_file(path, layer=level, engine="pyogrio", promote_to_multi=True)


def _together(shapes: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Join shapes that share borders, by group number."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 1))
    return np.array(
        [shapely.coverage_union_all(part) for part in np.split(shapes[order], starts[1:])],
        dtype=object,
    )


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Let a GeoPackage carry the same date whenever it is written, so that its bytes are equal."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2013-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
