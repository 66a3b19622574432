"""Slips of the pen in a study file: the line as it is, and as it should be."""

from __future__ import annotations

import re
from tomllib import TOMLDecodeError, loads

from nabij.outside.address import masked

CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})
HEADING = re.compile(r"^(\s*\[{1,2})([^\[\]=#]+)\]*\s*$")
COLON = re.compile(r"^(\s*[\w-]+)\s*:\s*(?=[\w\[\"'])")
ASSIGNED = re.compile(r"^(\s*[\w\"'.-]+\s*=\s*)(.+?)(\s*)$")

NOTICED_LATE = 8
"""Lines below its own on which a slip may be noticed."""


def mended(text: str, error: TOMLDecodeError) -> str:
    """Return what to write instead of the line at which a study file cannot be read.

    Parameters
    ----------
    text : str
        The file.
    error : tomllib.TOMLDecodeError
        What is wrong with it.

    Returns
    -------
    str
        Two lines, what stands there and what to write; empty where the slip is not a common one.

    Examples
    --------
    >>> text = "[sector]\\nname = Creative services\\n"
    >>> try:
    ...     loads(text)
    ... except TOMLDecodeError as error:
    ...     print(mended(text, error))
      line 2 is:  name = Creative services
      write:      name = "Creative services"
    """
    found = re.search(r"line (\d+)", str(error))
    lines = text.splitlines()
    number = int(found[1]) if found else len(lines)
    # What goes on too long, as a list without an end, is noticed only on a line after it.
    for at in range(number, max(number - NOTICED_LATE, 0), -1):
        if at > len(lines) or _reads(lines[at - 1]):
            continue
        line = lines[at - 1]
        for written in _written(line):
            if written != line and _reads(written):
                told = f"  line {at} is:  {line.strip()}\n  write:      {written.strip()}"
                return masked(told)
    return ""


def _written(line: str) -> list[str]:
    """Return a line with each of the common slips mended, and with several."""
    straight = line.translate(CURLY)
    made = [straight, _forward(straight)]
    heading = HEADING.match(straight)
    if heading:
        start, name = heading.groups()
        made.append(f"{start}{name.strip()}{']' * len(start.strip())}")
    parts = ASSIGNED.match(COLON.sub(r"\1 = ", straight))
    if parts:
        key, value, _ = parts.groups()
        bare = value.strip("\"'")
        made.append(f"{key}{value}")
        if value in ("True", "False"):
            made.append(f"{key}{value.lower()}")
        # A quote that was opened and not closed, or the other way round, or left out.
        if value.startswith("["):
            texts = [each for each in bare.strip("[]").split(",") if each.strip()]
            made += [f"{key}[{', '.join(_quoted(each) for each in texts)}]"] if texts else []
        else:
            made += [f'{key}"{bare}"', _forward(f'{key}"{bare}"')]
    return made


def _forward(line: str) -> str:
    r"""Write the backslashes of a path as slashes, which every system reads.

    >>> print(_forward(r'path = "C:\Users\me\register.csv"'))
    path = "C:/Users/me/register.csv"
    """
    return line.replace("\\", "/")


def _quoted(text: str) -> str:
    bare = text.strip().strip("\"'")
    return f'"{bare}"'


def _reads(line: str) -> bool:
    try:
        loads(line)
    except TOMLDecodeError:
        return False
    return True
