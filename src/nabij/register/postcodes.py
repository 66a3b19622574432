"""Places that are known to the postcode only: a table of postcodes and their points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS

from nabij.crs import crs_from
from nabij.errors import InputError, listed
from nabij.files import require_file
from nabij.notes import Note, note
from nabij.register import locations, numbers
from nabij.register.raw import Partner, Raw
from nabij.study import Postcodes, Register

KEY = "[register.postcodes]"

FAR = 50_000.0
"""Metres from their mean beyond which the points of one postcode are not of one area.

The points of an area, such as its addresses, lie within it: of the 4,169 areas of four digits of
the Netherlands, with their water, no corner is more than 30.3 km from the middle. The points of a
code that is in use in two countries, or with a slip in one, are farther apart, and their mean is a
place where nobody is.
"""

EXACT, SHORTER, MISSING, UNKNOWN, APART = range(5)
"""How the place of a row was found, or why it was not; in the column ``found`` of the points."""

LONGER = (
    re.compile(r"^(\d{4})[A-Z]{1,2}$"),  # Dutch: 1234AB in 1234
    re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)\d[A-Z]{2}$"),  # British: LS11AA in LS1
    re.compile(r"^(\d{4,5})-?\d{3,4}$"),  # Portuguese and American: 1000-001 in 1000
)
"""Forms of a postcode that lies in a shorter one, which is the group."""

Reader = Callable[[Path, Register], Raw]


def plain(postcode: str) -> str:
    """Write a postcode without spaces, in capitals.

    Examples
    --------
    >>> plain("1234 ab"), plain(" sw1a  1aa")
    ('1234AB', 'SW1A1AA')
    """
    return "".join(postcode.split()).upper()


def shorter(postcode: str) -> Iterator[str]:
    """Yield the shorter postcodes that a plain one lies in.

    They are known by the form of the postcode, not by any beginning of it: ``LS1`` is not where
    ``LS11 1AA`` is.

    Examples
    --------
    >>> [*shorter("1234AB")], [*shorter("LS111AA")], [*shorter("9000")]
    (['1234'], ['LS11'], [])
    """
    for form in LONGER:
        found = form.match(postcode)
        if found:
            yield found[1]


def placed(raw: Raw, spec: Register, reader: Reader) -> Raw:
    """Return a register with the points of its postcodes, if that is how its places are known.

    Parameters
    ----------
    raw : Raw
    spec : nabij.study.Register
    reader : callable
        Reads the wanted columns of a file.

    Returns
    -------
    Raw
        With ``x, y`` of each row in `geometry`, in units of its `crs`, not a number where there is
        no point; and ``found`` (int8), which says how they were found.

    Raises
    ------
    InputError
        If the register holds points itself, or the table cannot be read, does not say its
        coordinate system, or holds no usable point.
    """
    if spec.postcode is None or spec.postcodes is None:
        return raw
    if raw.geometry is not None:
        raise InputError(
            f"{spec.source}: holds points, which are more exact than postcodes; leave out "
            f"[register] postcode and {KEY}"
        )
    table, crs, notes = _points(spec.postcodes, reader)
    positions, values = pd.factorize(raw.table[spec.postcode].astype("str"))
    asked = [plain(str(value)) for value in values]
    row_of = {postcode: at for at, postcode in enumerate(table.index)}
    at, found = np.full(len(asked), -1, dtype=np.int64), np.full(len(asked), UNKNOWN, dtype=np.int8)
    for which, postcode in enumerate(asked):
        if not postcode:
            found[which] = MISSING
        elif postcode in row_of:
            at[which], found[which] = row_of[postcode], EXACT
        else:
            near = next((each for each in shorter(postcode) if each in row_of), None)
            if near is not None:
                at[which], found[which] = row_of[near], SHORTER
    points = np.column_stack([table["x"], table["y"]])[at]
    points[at < 0] = np.nan
    found[(at >= 0) & np.isnan(points[:, 0])] = APART
    geometry = pd.DataFrame(points, columns=["x", "y"]).assign(found=found)
    return replace(
        raw,
        geometry=geometry.iloc[positions].reset_index(drop=True),
        crs=crs.to_string(),
        notes=[*raw.notes, *notes],
    )


def faults(raw: Raw, spec: Register) -> dict[Note, np.ndarray]:
    """Return the rows whose postcode gives no place, by reason.

    Raises
    ------
    InputError
        If those are most rows: then the column or the table is wrong.
    """
    if spec.postcode is None or spec.postcodes is None or raw.geometry is None:
        return {}
    file, found = spec.postcodes.path.name, raw.geometry["found"].to_numpy()
    without = found >= MISSING
    if without.sum() > len(found) / 2:
        seen = sorted({value.strip() for value in raw.table[spec.postcode][without]} - {""})
        said = f" (for instance {listed(seen, most=3)})" if seen else ", for most are empty"
        raise InputError(
            f"{spec.source}: most rows find no point by column '{spec.postcode}' ([register] "
            f"postcode) in {file}{said}; check that column, and postcode in {KEY}"
        )
    reasons = {
        note("postcode_missing"): MISSING,
        note("postcode_unknown", file=file): UNKNOWN,
        note("postcode_apart", file=file, km=round(FAR / 1000)): APART,
    }
    return {reason: found == which for reason, which in reasons.items()}


def shortened(raw: Raw, spec: Register, kept: np.ndarray) -> list[Note]:
    """Tell how many of the rows that are used are placed by a shorter postcode than theirs."""
    if spec.postcode is None or raw.geometry is None:
        return []
    rows = kept & (raw.geometry["found"].to_numpy() == SHORTER)
    if not rows.any():
        return []
    example = str(raw.table[spec.postcode][rows].iloc[0]).strip()
    return [
        note(
            "postcode_shorter",
            count=int(rows.sum()),
            example=example,
            short=next(shorter(plain(example))),
        )
    ]


def _points(spec: Postcodes, reader: Reader) -> tuple[pd.DataFrame, CRS, list[Note]]:
    """Return the point of each postcode, their system, and what to tell.

    A postcode whose points lie far apart has none.
    """
    require_file(spec.path, f"{KEY} path")
    try:
        raw = reader(spec.path, _as_register(spec))
    except InputError as error:
        raise InputError(str(error).replace("[register]", KEY)) from None
    if spec.x is None and raw.geometry is None:
        raise InputError(
            f"{spec.path}: holds no points, so {KEY} x and y must name its columns with them"
        )
    stated = spec.crs or (raw.crs if spec.x is None else None)
    if stated is None:
        raise InputError(
            f"{spec.path}: say in which coordinate system the points are, for instance "
            f'{KEY} crs = "EPSG:28992" (RD New) or "EPSG:4326" (longitude and latitude)'
        )
    crs = crs_from(stated, f"{KEY} crs")
    x, y = _coordinates(raw, spec)
    judged = locations.judge(x, y, crs)
    locations.require_mostly_right(judged, x, y, crs, str(spec.path), KEY)
    bad = judged.missing | judged.origin | judged.geographic | judged.swapped | judged.outside
    table = pd.DataFrame(
        {"postcode": [plain(value) for value in raw.table[spec.postcode]], "x": x, "y": y}
    )
    bad |= (table["postcode"] == "").to_numpy(dtype=bool)
    table = table[~bad]
    if not len(table):
        raise InputError(f"{spec.path}: holds no postcode with a point ({KEY})")
    notes = []
    if unusable := int(bad.sum()) + len(raw.malformed):
        notes.append(note("postcodes_unusable", file=spec.path.name, count=unusable))
    groups = table.groupby("postcode")[["x", "y"]]
    means = groups.mean()
    several = groups.size() > 1
    if several.any():
        notes.append(note("postcodes_repeated", file=spec.path.name, count=int(several.sum())))
        means.loc[_farthest(table, means, crs) > FAR] = np.nan
    return means, crs, notes


def _coordinates(raw: Raw, spec: Postcodes) -> tuple[np.ndarray, np.ndarray]:
    if raw.geometry is not None:
        return raw.geometry["x"].to_numpy(), raw.geometry["y"].to_numpy()
    columns = [raw.table[axis] for axis in (spec.x, spec.y) if axis is not None]
    decimal = numbers.decimal_mark(columns)
    x, y = (numbers.parse(column, decimal) for column in columns)
    return x, y


def _farthest(table: pd.DataFrame, means: pd.DataFrame, crs: CRS) -> pd.Series:
    """Return for each postcode how far, in metres, its farthest point is from its mean."""
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    metric = locations.metric_crs(None, crs, None, x, y)
    east, north = locations.project(x, y, crs, metric)
    mean_x, mean_y = locations.project(means["x"].to_numpy(), means["y"].to_numpy(), crs, metric)
    at = means.index.get_indexer(pd.Index(table["postcode"]))
    away = np.hypot(east - mean_x[at], north - mean_y[at])
    return pd.Series(away).groupby(table["postcode"].to_numpy()).max().reindex(means.index)


def _as_register(spec: Postcodes) -> Partner:
    columns = [column for column in (spec.postcode, spec.x, spec.y) if column is not None]
    return Partner.of(spec, columns, code=spec.postcode, x=spec.x, y=spec.y)
