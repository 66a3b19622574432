"""The errors a user can mend."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice


class InputError(ValueError):
    """Something in the user's study or data must be mended.

    The message says what is wrong, where, and how to mend it. The command line prints it and
    exits with code 2; it never shows a traceback for one of these.
    """


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the known word most like `word`, or an empty text.

    Examples
    --------
    >>> nearest("codee", ["code", "jobs"])
    "; did you mean 'code'?"
    >>> nearest("zzz", ["code", "jobs"])
    ''
    """
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.5)
    return f"; did you mean '{one_line(by_folded[found[0]])}'?" if found else ""


def one_line(text: str, most: int = 60) -> str:
    """Return text from a file such that it cannot break or flood a message.

    Examples
    --------
    >>> one_line("a\\nb"), one_line("x" * 100, most=4)
    ('a?b', 'xxxx...')
    """
    shown = "".join(character if character.isprintable() else "?" for character in text[:most])
    return shown + ("..." if len(text) > most else "")


def listed(names: Iterable[str], most: int = 40) -> str:
    """Return names from a file as one line; of many, the first.

    Examples
    --------
    >>> listed(["id", "code", "x"], most=2)
    'id, code, ...'
    """
    names = iter(names)
    shown = [one_line(name) for name in islice(names, most)]
    return ", ".join([*shown, "..."] if next(names, None) is not None else shown)
