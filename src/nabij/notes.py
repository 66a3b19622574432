"""What was detected, assumed, repaired or rejected, in any language."""

from __future__ import annotations

from dataclasses import dataclass

from nabij.language import Language


@dataclass(frozen=True, repr=False)
class Note:
    """One thing to tell the user; ``str`` says it in English.

    Attributes
    ----------
    key : str
        Its text in the ``[notes]`` section of each language.
    values : tuple of (str, value) pairs
        What fills the text; numbers are written as the language does.

    Examples
    --------
    >>> str(note("jobs_above", most=1_000_000))
    'jobs are above 1,000,000 (max_jobs)'
    >>> note("jobs_above", most=1_000_000).say(Language("nl"))
    'meer dan 1.000.000 banen (max_jobs)'
    """

    key: str
    values: tuple[tuple[str, object], ...] = ()

    def say(self, language: Language) -> str:
        """Return the text in `language`."""
        return language.text(f"notes.{self.key}", **dict(self.values))

    def __str__(self) -> str:
        return self.say(Language("en"))

    __repr__ = __str__


def note(key: str, **values: object) -> Note:
    """Make a `Note`; the values may be numbers or text."""
    return Note(key, tuple(values.items()))
