"""Write a first study file for a register, commented, to be filled in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from nabij.errors import listed, one_line
from nabij.outside.address import Address
from nabij.register.guess import BY_VALUES, Guess, postcode_of
from nabij.register.known import Recognised, known, recognise
from nabij.vector import Header

Layer = tuple[Path, Header]
"""A file of regions and the header of one of its layers."""


def compose(guess: Guess, regions: Sequence[Layer], folder: Path) -> str:
    """Compose the text of a study file.

    Parameters
    ----------
    guess : nabij.register.guess.Guess
    regions : sequence of Layer
        Levels of regions, coarse to fine; may be empty.
    folder : Path
        Where the study file will stand: paths are written relative to it.

    Returns
    -------
    str
        TOML. What could not be guessed is a comment that says what to write there.
    """
    lines = [
        "# What to analyse. Check it with  nabij check  and run it with  nabij run.",
        "",
        "[register]",
        *_source(guess.path, folder),
    ]
    for key, chosen in (("layer", guess.layer), ("sheet", guess.sheet)):
        if chosen is not None:
            besides = f"  # there is also {listed(guess.others, most=12)}" if guess.others else ""
            lines.append(f"{key} = {_text(chosen)}{besides}")
    lines.append(f"# its columns: {listed(guess.columns)}")
    recognised = recognise(guess.columns)
    if recognised is None:
        lines += _columns(guess)
    else:
        lines += [*_known(recognised), *(_years(guess) if guess.years else [])]
    lines += _postcodes() if postcode_of(guess) is not None else []
    example = ", ".join(_text(code) for code in guess.codes[:3]) or '"7111", "731"'
    lines += [
        "",
        "# Several sectors side by side: a [[sectors]] block each, with the same keys.",
        "[sector]",
        'name = ""  # fill in',
        '# Beginnings of codes, as text; "!7312" takes out again.',
        f"codes = []  # fill in; most frequent in the file: {example}",
        "# [sector.parts]            # named sub-sectors, or the links of a value chain",
        '# "Architects" = ["7111"]',
        "",
        "[reference]",
        "# The reference that the sector is held against; without codes, the whole register.",
        '# name = "All industry"',
        '# codes = ["1", "2", "30", "31", "32", "33"]',
    ]
    lines += _regions(regions, folder)
    lines += [
        "",
        "[focus]",
        "# The region to look into, by code or name; without it, the one with most of the sector.",
        '# region = "..."',
        "# threshold = 14           # neighbourhoods with at least this many are named",
        "",
        "[dscore]",
        "floor = 100                # metres; nearer than this counts as this near",
        'normalisation = "mean"     # or "sum"',
        'kernel = "inverse"         # or shifted, exponential, gaussian, within (these need scale)',
        'weights = "none"           # or "jobs": neighbours count by their jobs',
        "",
        "[output]",
        'formats = ["png", "svg", "pdf"]   # add "gpkg" for the establishments as points',
        'language = "en"            # or "nl"',
        'palette = "sequential"     # or "esb": green to red, as in the Dutch article',
        '# source = "Register of ..., 2025"   # the line under every figure',
        "",
        "# Whose report it is.",
        "# [report]",
        '# organisation = "..."',
        '# contact = "..."          # whom to ask',
        '# confidentiality = "For internal use"   # a line on every page',
        '# logo = "logo.png"        # or .jpg, .svg',
        '# colour = "#0b5394"       # of lines and links',
        '# paper = "a4"             # or "us-letter", of the PDF',
    ]
    return "\n".join(lines) + "\n"


def _columns(guess: Guess) -> list[str]:
    """Return the lines that say which column is what."""
    lines: list[str] = []
    lines += _role(
        guess, "id", "what names an establishment; rows with an id seen before are rejected"
    )
    lines += _role(guess, "code", "industry code: SBI, NACE, NAF, or any category", required=True)
    postcode = postcode_of(guess)
    if postcode is not None:
        lines.append(f"postcode = {_text(postcode)}  # instead of x, y and crs")
    elif not guess.holds_points:
        lines += _role(guess, "x", "easting or longitude", required=True)
        lines += _role(guess, "y", "northing or latitude", required=True)
    lines += _crs(guess) if postcode is None else []
    if "size_class" in guess.roles:
        lines += _role(guess, "size_class", "size class instead of jobs; jobs are then estimated")
    else:
        lines += _role(guess, "jobs", "number of jobs; without it establishments are counted")
    if "name" in guess.roles:
        lines += _role(guess, "name", "name of the establishment")
    lines += _years(guess)
    if "size_class" in guess.roles:
        lines += _size_classes(guess)
    return lines


def _known(recognised: Recognised) -> list[str]:
    """Return the lines of a register that is known by one word, with what to know of it."""
    return [
        f"known = {_text(recognised.word)}  # {one_line(recognised.title, most=100)}",
        f"# recognised by its columns {listed(recognised.found, most=8)}",
        "# Columns, conditions and size classes come with it; what you write here goes first.",
        *(f"# - {each}" for each in known(recognised.word).notes),
    ]


def _postcodes() -> list[str]:
    """Return the block of the table that gives postcodes their points."""
    return [
        "",
        "# The register has no places but postcodes; a table of postcodes and points gives them.",
        "[register.postcodes]",
        'path = ""      # fill in: the file, of any kind that a register may be',
        'postcode = ""  # fill in: its column with the postcode',
        'x = ""         # fill in: its column with the easting or longitude; none for points',
        'y = ""         # fill in: northing or latitude',
        'crs = ""       # fill in: EPSG:28992 (RD New), EPSG:4326 (longitude, latitude), ...',
    ]


def _source(path: Path | Address, folder: Path) -> list[str]:
    if not isinstance(path, Address):
        return [f"path = {_text(_relative(path, folder))}"]
    return [
        f"database = {_text(path)}",
        "# The password is not kept here: it is taken from the variable PGPASSWORD, or from a line",
        "# host:port:database:user:password in the file ~/.pgpass.",
    ]


def _role(guess: Guess, key: str, what: str, *, required: bool = False) -> list[str]:
    if key in guess.roles:
        why = guess.reasons.get(key, "")
        guessed = f"; guessed {one_line(why, most=200)}" if why.startswith(BY_VALUES) else ""
        return [f"{key} = {_text(guess.roles[key])}  # {what}{guessed}"]
    if required:
        return [f'{key} = ""  # not recognised, write the column: {what}']
    return [f'# {key} = ""  # {what}']


def _crs(guess: Guess) -> list[str]:
    if guess.holds_points and guess.crs:
        return []
    if not guess.crs:
        return [
            'crs = ""  # not recognised: EPSG:28992 (RD New), EPSG:4326 (longitude, latitude), ...'
        ]
    others = f"; the coordinates would also fit {', '.join(guess.crs[1:])}" if guess.crs[1:] else ""
    return [f"crs = {_text(guess.crs[0])}  # guessed from the first rows{others}"]


def _years(guess: Guess) -> list[str]:
    """Return the lines of the year; where the file holds several, the latest is chosen."""
    if "year" not in guess.roles:
        return ['# year = ""  # year of the row, where the file holds several']
    lines = _role(guess, "year", "year of the row")
    if not guess.years:
        return [
            *lines,
            "# use_year = 2025        # one year, where the file holds several",
            '# years = "all"          # or all of them side by side, or a list: [2015, 2025]',
        ]
    found = listed(map(str, guess.years), most=12)
    return [
        *lines,
        f"use_year = {guess.years[-1]}  # the file holds {found}; this one is analysed",
        f'# years = "all"  # instead: all of them side by side, or a list: {guess.years[-2:]}',
    ]


def _size_classes(guess: Guess) -> list[str]:
    lines = ["", "[register.size_class_jobs]"]
    classes = known("sirene").size_class_jobs
    if set(guess.size_classes) <= set(classes):
        lines.append("# INSEE's classes of employees: the fewest and the most jobs of each.")
        return lines + [f"{_text(code)} = {json.dumps(jobs)}" for code, jobs in classes.items()]
    lines.append("# The jobs that each class stands for, or the fewest and the most: [10, 19].")
    return lines + [f"{_text(code)} = 0" for code in guess.size_classes[:60]]


def _regions(regions: Sequence[Layer], folder: Path) -> list[str]:
    lines = ["", "# Regions, one block a level, from coarse to fine."]
    if not regions:
        return [
            *lines,
            "# Without any, the whole register is the one region.",
            "# [[regions]]",
            '# level = "region"         # your name for this level',
            '# path = ""                # the file: GeoPackage, GeoJSON, FlatGeobuf or Shapefile',
            '# code = ""                # its column with the code of a region',
            '# name = ""                # its column with the name',
        ]
    for path, layer in regions:
        code = _likely(layer.columns, ("code", "insee", "nuts", "nr", "id"))
        code = code or (layer.columns or [""])[0]
        name = _likely(layer.columns, ("nam", "nom")) or code
        lines += [
            "[[regions]]",
            f"level = {_text(_level(layer.name))}",
            f"path = {_text(_relative(path, folder))}",
            f"layer = {_text(layer.name)}",
            f"code = {_text(code)}  # columns: {listed(layer.columns, most=20)}",
            f"name = {_text(name)}",
            "",
        ]
    return lines[:-1]


def coarse_to_fine(regions: Sequence[Layer]) -> list[Layer]:
    """Return levels by their number of regions; as they are where a file does not tell it."""
    if any(layer.rows < 0 for _, layer in regions):
        return list(regions)
    return sorted(regions, key=lambda each: each[1].rows)


def _level(layer: str) -> str:
    """Make a level's name of a layer's."""
    return re.sub(r"[^\w -]", "-", layer).lstrip(" -")[:40] or "region"


def _likely(columns: list[str], marks: tuple[str, ...]) -> str | None:
    """Return the first column with the surest of these marks in its name."""
    return next((c for mark in marks for c in columns if mark in c.casefold()), None)


def _relative(path: Path, folder: Path) -> str:
    """Write a path as seen from the study file, or whole if that is shorter; with slashes.

    >>> _relative(Path("/data/2025/r.csv"), Path("/data/studies"))
    '../2025/r.csv'
    >>> _relative(Path("/r.csv"), Path("/home/me/studies/clusters"))
    '/r.csv'
    """
    whole = Path(os.path.normpath(path.absolute())).as_posix()
    try:
        relative = Path(os.path.relpath(whole, folder.absolute())).as_posix()
    except ValueError:  # another drive
        return whole
    return whole if relative.startswith("..") and len(whole) < len(relative) else relative


def _text(value: str) -> str:
    """Write a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
