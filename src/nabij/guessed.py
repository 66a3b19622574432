"""What ``nabij init`` says of a register: what it guessed, why, and what is left to fill in."""

from __future__ import annotations

from dataclasses import dataclass

from nabij.errors import listed, one_line
from nabij.register.guess import BY_NAME, Guess, postcode_of
from nabij.register.known import recognise

KEYS = ("id", "code", "x", "y", "jobs", "size_class", "name", "year")
REQUIRED = ("code", "x", "y")
POSTCODES = "[register.postcodes] path, postcode, x, y, crs"
SECTOR = "[sector] name and codes"


@dataclass(frozen=True)
class Told:
    """What a user is told of a guess.

    Attributes
    ----------
    guessed : list of (key, value, reason)
        A line each of what was recognised.
    notices : list of str
        What was chosen and may be chosen otherwise.
    missing : list of str
        What is left to fill in.
    """

    guessed: list[tuple[str, str, str]]
    notices: list[str]
    missing: list[str]


def told_of(guess: Guess) -> Told:
    """Return what to tell of a guess."""
    recognised = recognise(guess.columns)
    notices = [] if recognised is None else [f"Recognised {recognised}."]
    if guess.others:
        kind = "sheet" if guess.sheet is not None else "layer"
        chosen = guess.sheet if guess.sheet is not None else guess.layer
        notices.append(
            f"The {kind} '{one_line(str(chosen))}' looks most like a register. There is also "
            f"{listed(guess.others, most=12)}; choose with --layer."
        )
    if guess.sample.shapes is not None and not guess.holds_points:
        notices.append(
            "The file holds areas and no points: regions, not a register? Then give it with "
            "--regions beside a register."
        )
    if guess.years:
        found = listed(map(str, guess.years), most=12)
        notices.append(
            f"The file holds several years ({found}): use_year = {guess.years[-1]} is analysed; "
            'years = "all" sets them side by side.'
        )
    if guess.areas:
        notices.append(
            f"{listed(guess.areas, most=6)}: names areas. To have them as regions, give their "
            "polygons with --regions."
        )
    postcode = postcode_of(guess)
    if postcode is not None:
        notices.append(
            f"The register has no places but postcodes, in column '{one_line(postcode)}'. A table "
            "of postcodes and their points gives them: fill in [register.postcodes], or x and y."
        )
    if recognised is not None:
        return Told([], notices, [*([POSTCODES] if postcode is not None else []), SECTOR])
    guessed = [
        (key, one_line(guess.roles[key]), one_line(guess.reasons.get(key, BY_NAME), most=200))
        for key in KEYS
        if key in guess.roles
    ]
    return Told([*guessed, *_place(guess)], notices, _missing(guess))


def _place(guess: Guess) -> list[tuple[str, str, str]]:
    if guess.holds_points and guess.crs:
        return [("points", guess.crs[0], "the file holds points and states their system")]
    if not guess.crs:
        return [("points", "", "the file holds points")] if guess.holds_points else []
    others = f"; {', '.join(guess.crs[1:])} would fit too" if guess.crs[1:] else ""
    return [("crs", guess.crs[0], f"the first rows lie in its area{others}")]


def _missing(guess: Guess) -> list[str]:
    needed = [key for key in REQUIRED if key not in guess.roles]
    by_postcode = postcode_of(guess) is not None
    if guess.holds_points or by_postcode:
        needed = [key for key in needed if key == "code"]
    if not guess.crs and not by_postcode:
        needed.append("crs")
    missing = [f"[register] {', '.join(needed)}"] if needed else []
    missing += [POSTCODES] if by_postcode else []
    if "size_class" in guess.roles:
        missing.append("[register.size_class_jobs], if the jobs of a class there are not right")
    return [*missing, SECTOR]
