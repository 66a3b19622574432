"""Slips of the pen in a study file: the line as it is, and as it should be."""

from __future__ import annotations

import re
from tomllib import TOMLDecodeError, loads

from nabij.outside.address import masked

CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})
ASSIGNED = re.compile(r"^(\s*[\w\"'.-]+\s*=\s*)(.+?)(\s*)$")


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
    # What goes on too long is noticed only on the line after it.
    for at in (number, number - 1):
        if not 1 <= at <= len(lines):
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
    parts = ASSIGNED.match(straight)
    if parts:
        key, value, _ = parts.groups()
        bare = value.strip("\"'")
        # A quote that was opened and not closed, or the other way round, or left out.
        if value.startswith("["):
            texts = bare.strip("[]").split(",")
            made.append(f"{key}[{', '.join(_quoted(each) for each in texts)}]")
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
