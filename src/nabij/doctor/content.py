"""What is in a file, how much of it could be used, and what to set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nabij.errors import InputError, listed, one_line

if TYPE_CHECKING:
    from nabij.register.guess import Guess
    from nabij.register.raw import Raw
    from nabij.study import Register
    from nabij.vector import Header

WHOLE_BYTES = 256 << 20
"""Of a larger file only the first rows are judged."""

SOME = 100
"""Shapes that are looked at where a layer does not say what they are."""

COMPRESSED_TIMES = 16
"""How much larger a compressed file is taken to be."""


def examined(path: Path) -> tuple[str, bool]:
    """Return what a file is and whether it could be used."""
    from nabij.files import require_file
    from nabij.register.kinds import READERS, kind_of
    from nabij.register.sources import sources_of
    from nabij.study import Register
    from nabij.vector import KINDS

    if path.is_dir():  # one table in parts
        parts, _ = sources_of(Register.model_validate({"path": path, "code": "code"}))
        return _register(path, kind_of(parts[0].path))
    require_file(path, "nabij doctor")
    if path.suffix.lower() == ".toml":
        return _study(path)
    kind = kind_of(path)
    if kind not in READERS:
        return f"is of no kind that nabij reads ('{one_line(kind or path.name, 20)}')", False
    if kind in KINDS and (regions := _regions(path)) is not None:
        return regions
    return _register(path, kind)


def _study(path: Path) -> tuple[str, bool]:
    from nabij.study import Study

    try:
        study = Study.from_toml(path)
        study.require_files()
    except InputError as error:
        return f"a study to mend: {without(str(error), path)}", False
    sectors = len(study.all_sectors)
    levels = len(study.regions)
    what = f"a study: {_number(sectors, 'sector')}, {_number(levels, 'level')} of regions"
    if not sectors:
        return f"{what}; set [sector] (nabij scan needs none)", True
    return f"{what}; nabij check says what its register holds", True


def _regions(path: Path) -> tuple[str, bool] | None:
    """Return what is said of a file of polygons, None where it may be a register."""
    from nabij.vector import headers, read_table

    layers = headers(path, "nabij doctor")
    areas = [layer for layer in layers if "Polygon" in layer.shape or _holds_areas(path, layer)]
    if not areas or any("Point" in layer.shape for layer in layers):
        return None
    told, whole = [], path.stat().st_size <= WHOLE_BYTES
    for layer in areas:
        count = layer.rows
        if whole:  # a damaged one is known when it is read
            table, _ = read_table(path, layer.name)
            count = len(table)
        columns = f"columns {listed(layer.columns, most=4)}" if layer.columns else "no columns"
        told.append(f"{one_line(layer.name)} ({count:,}; {columns}; {layer.crs or 'set crs'})")
    plural = "a level" if len(areas) == 1 else f"{len(areas)} levels"
    what = f"regions ({_kind_name(path.suffix.lower())}), {plural}: {', '.join(told)}"
    return what, all(layer.crs and layer.columns for layer in areas)


def _holds_areas(path: Path, layer: Header) -> bool:
    """Tell whether a layer that does not state its shapes holds polygons."""
    from nabij.vector import read_table

    if layer.shape not in ("Unknown", "GeometryCollection"):
        return False
    _, shapes = read_table(path, layer.name, [], most=SOME)
    return shapes is not None and bool(shapes.geom_type.isin(["Polygon", "MultiPolygon"]).any())


def _register(path: Path, kind: str) -> tuple[str, bool]:
    from nabij.register.guess import guess
    from nabij.register.judge import judge

    found = guess(path)
    name = found.sheet if found.sheet is not None else found.layer
    what = f"{_kind_name(kind)}{f' {one_line(name)!r}' if name is not None else ''}"
    size = _number(len(found.columns), "column")
    if not len(found.sample.table):
        return f"{what}, {size} and no rows", False
    spec = found.spec()
    if spec is not None and found.years:
        year = {"year": found.roles["year"], "years": "all"}
        spec = spec.model_copy(update=year)
    if spec is None:
        return _incomplete(found, what, size)
    raw, whole = _raw(path, found, spec)
    rows = f"{len(raw.table) + len(raw.malformed):,} rows" if whole else "a large file"
    crs = found.crs[0] if found.crs else "no crs"
    what = f"a register ({what}), {rows}, {size}, {crs}"
    if not found.crs:
        return f"{what}; set crs, the system of its coordinates", False
    try:
        counts = judge(raw, spec, None).counts
    except InputError as error:
        return f"{what}; {without(str(error), path)}", False
    kept, read = counts["rows_kept"], counts["rows_read"]
    of = "" if whole else f" of the first {read:,}"
    used = f"all{of or ' rows'}" if kept == read else f"{kept:,}{of or ' rows'}"
    reasons = [f"{n:,} {why}" for why, n in {**counts["rejected"], **counts["set_aside"]}.items()]
    lost = f" (not: {'; '.join(reasons)})" if reasons else ""
    return "; ".join([f"{what}; {used} could be used{lost}", *_to_set(found)]), True


def _raw(path: Path, found: Guess, spec: Register) -> tuple[Raw, bool]:
    """Return the rows to judge, and whether they are all of the file's."""
    from nabij.register import read_raw
    from nabij.register.kinds import COMPRESSED
    from nabij.register.kinds.typed import points
    from nabij.register.raw import Raw
    from nabij.register.sources import sources_of

    times = COMPRESSED_TIMES if path.suffix.lower() in COMPRESSED else 1
    sources, _ = sources_of(spec)
    if sum(source.path.stat().st_size for source in sources) * times <= WHOLE_BYTES:
        return read_raw(spec), True
    table, shapes = found.sample.table, found.sample.shapes
    row = np.arange(2, 2 + len(table), dtype=np.int64)
    geometry = points(path, shapes) if found.holds_points and shapes is not None else None
    return Raw(table=table, row=row, geometry=geometry, crs=found.sample.crs or None), False


def _incomplete(found: Guess, what: str, size: str) -> tuple[str, bool]:
    """Say what is missing from a register."""
    from nabij.register.guess import postcode_of

    missing = [] if "code" in found.roles else ["code (no column of industry codes was recognised)"]
    if not found.holds_points and "x" not in found.roles:
        postcode = postcode_of(found)
        missing.append(
            "x and y (no coordinates were recognised)"
            if postcode is None
            else f"[register.postcodes] (no places but postcodes, in '{one_line(postcode)}')"
        )
    what = f"{what}, {size}"
    if len(missing) == 2:
        return f"{what}: neither a register nor regions: no codes and no places", False
    return f"a register? ({what}); set {' and '.join(missing)}", False


def _to_set(found: Guess) -> list[str]:
    """Return what a study of this register has to choose."""
    told = []
    if found.others:
        key = "sheet" if found.sheet is not None else "layer"
        told.append(f"choose {key}, there is also {listed(found.others, most=5)}")
    if found.years:
        years = listed(map(str, found.years), most=6)
        told.append(f"choose use_year or years ({years} in '{one_line(found.roles['year'])}')")
    if "size_class" in found.roles:
        told.append("set size_class_jobs for jobs")
    return told


def _kind_name(kind: str) -> str:
    from nabij.register.kinds import database, workbook
    from nabij.vector import KINDS

    if kind in KINDS:
        return {"GPKG": "GeoPackage", "ESRI Shapefile": "Shapefile"}.get(KINDS[kind], KINDS[kind])
    if kind in workbook.SUFFIXES:
        return "workbook"
    if kind in database.SUFFIXES:
        return "DuckDB"
    return "text" if kind in (".csv", ".tsv", ".txt") else "Parquet"


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def without(message: str, path: Path) -> str:
    """Return a message in one line, without the path that stands before it."""
    first, *more = [line.strip() for line in message.split("\n")]
    start = f"{path}: "
    if more and all(line.startswith(start) for line in more):
        return f"{first.removeprefix(start)} (and {len(more)} more: nabij check says all)"
    return " | ".join([first.removeprefix(start), *more])
