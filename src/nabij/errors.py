"""The errors a user can mend."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


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
    return f"; did you mean '{by_folded[found[0]]}'?" if found else ""
