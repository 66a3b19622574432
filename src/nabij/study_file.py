"""Write a first study file for a register, commented, to be filled in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from nabij.errors import listed, one_line
from nabij.register.guess import Guess
from nabij.register.known import Recognised, known, recognise


def compose(guess: Guess, regions: Sequence[tuple[Path, str, list[str]]], folder: Path) -> str:
    """Compose the text of a study file.

    Parameters
    ----------
    guess : nabij.register.guess.Guess
    regions : sequence of (path, layer, columns)
        Region files, coarse to fine; may be empty.
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
        f"path = {_text(_relative(guess.path, folder))}",
    ]
    if guess.layer is not None:
        lines.append(f"layer = {_text(guess.layer)}")
    if guess.sheet is not None:
        lines.append(f"sheet = {_text(guess.sheet)}")
    lines.append(f"# columns in the file: {listed(guess.columns)}")
    recognised = recognise(guess.columns)
    lines += _columns(guess) if recognised is None else _known(recognised)
    example = ", ".join(_text(code) for code in guess.codes[:3]) or '"7111", "731"'
    lines += [
        "",
        "# Several sectors side by side: a [[sectors]] block each, with the same keys.",
        "[sector]",
        'name = ""  # fill in',
        '# Prefixes of industry codes, as text; "!7312" takes out again.',
        f"codes = []  # fill in; codes in the file look like {example}",
        "# [sector.parts]            # named sub-sectors, or the links of a value chain",
        '# "Architects" = ["7111"]',
        "",
        "[reference]",
        "# The wider population to hold the sector against; without codes, the whole register.",
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
    ]
    return "\n".join(lines) + "\n"


def _columns(guess: Guess) -> list[str]:
    """Return the lines that say which column is what."""
    lines: list[str] = []
    lines += _role(
        guess, "id", "what names an establishment; rows with an id seen before are rejected"
    )
    lines += _role(guess, "code", "industry code: SBI, NACE, NAF, or any category", required=True)
    if not guess.holds_points:
        lines += _role(guess, "x", "easting or longitude", required=True)
        lines += _role(guess, "y", "northing or latitude", required=True)
    lines += _crs(guess)
    if "size_class" in guess.roles:
        lines += _role(guess, "size_class", "size class instead of jobs; jobs are then estimated")
    else:
        lines += _role(guess, "jobs", "number of jobs; without it establishments are counted")
    for key, what in (("name", "name of the establishment"), ("year", "year of the row")):
        if key in guess.roles:
            lines += _role(guess, key, what)
    if "year" in guess.roles:
        lines.append("# use_year = 2025        # one year, when the file holds several")
        lines.append(
            '# years = "all"          # or all of them side by side, or a list: [2015, 2025]'
        )
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


def _role(guess: Guess, key: str, what: str, *, required: bool = False) -> list[str]:
    if key in guess.roles:
        return [f"{key} = {_text(guess.roles[key])}  # {what}"]
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


def _size_classes(guess: Guess) -> list[str]:
    lines = ["", "[register.size_class_jobs]"]
    classes = known("sirene").size_class_jobs
    if set(guess.size_classes) <= set(classes):
        lines.append("# INSEE's classes of employees: the fewest and the most jobs of each.")
        return lines + [f"{_text(code)} = {json.dumps(jobs)}" for code, jobs in classes.items()]
    lines.append("# The jobs that each class stands for, or the fewest and the most: [10, 19].")
    return lines + [f"{_text(code)} = 0" for code in guess.size_classes[:60]]


def _regions(regions: Sequence[tuple[Path, str, list[str]]], folder: Path) -> list[str]:
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
    for path, layer, columns in regions:
        code = _likely(columns, ("code", "insee", "nuts", "nr", "id")) or (columns or [""])[0]
        name = _likely(columns, ("nam", "nom")) or code
        lines += [
            "[[regions]]",
            f"level = {_text(_level(layer))}",
            f"path = {_text(_relative(path, folder))}",
            f"layer = {_text(layer)}",
            f"code = {_text(code)}  # columns: {listed(columns, most=20)}",
            f"name = {_text(name)}",
            "",
        ]
    return lines[:-1]


def _level(layer: str) -> str:
    """Make a level's name of a layer's."""
    return re.sub(r"[^\w -]", "-", layer).lstrip(" -")[:40] or "region"


def _likely(columns: list[str], marks: tuple[str, ...]) -> str | None:
    """Return the first column with the surest of these marks in its name."""
    return next((c for mark in marks for c in columns if mark in c.casefold()), None)


def _relative(path: Path, folder: Path) -> str:
    """Write a path as seen from the study file, with slashes on every system."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive
        return path.absolute().as_posix()


def _text(value: str) -> str:
    """Write a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
