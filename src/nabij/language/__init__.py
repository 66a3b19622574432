"""The words and the number formats of the faces, by language.

Words live in one TOML file a language beside this module; both hold the same keys. A new language
is one file more and its name in `nabij.study.Output`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from numbers import Real
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

SCORES = frozenset({
    "d_score", "mean_d_score", "expected_d_score", "mean_d_score_low", "mean_d_score_high",
    "expected_low", "expected_high", "mean_d_score_half_floor", "mean_d_score_five_floors",
})  # fmt: skip
"""Columns written with three significant digits."""

SHARES = frozenset({"share", "share_in_clusters", "stability", "small_share", "large_share"})
"""Columns of parts of a whole, written as percentages."""

CHANCES = ("p_value", "q_value", "_p", "_q")
"""Endings of columns of p- and q-values."""

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Of counts, in the order of the Unicode CLDR."""

LOCALES = {"en": "en_GB"}
"""Whose marks and dates a language has, where that is not its own name."""

TIMES_FROM = 2.0
"""From here on a ratio is so many times as high; below it, so many per cent higher."""

SAME_BELOW = 0.005
"""What would be written as 0 % is the same."""

SMALLEST_CHANCE = 0.001
"""What is less than this is written so."""


@dataclass(frozen=True)
class Language:
    """Words and number formats of one language.

    Parameters
    ----------
    code : {"en", "nl"}

    Examples
    --------
    >>> dutch = Language("nl")
    >>> dutch.number(11997), dutch.number(0.026041, digits=4), dutch.percent(0.333)
    ('11.997', '0,0260', '33%')
    >>> Language("en").number(11997), Language("en").number(704.5)
    ('11,997', '705')
    """

    code: str

    def text(self, key: str, **values: Any) -> str:
        """Return the text at ``section.key``, its ``{placeholders}`` filled in.

        A number is written as the language does; ``{n:establishment|establishments}`` is the word
        that goes with it, in the order of the language's plural categories.
        """
        found: Any = _catalogue(self.code)
        for part in key.split("."):
            found = found[part]
        return self.fill(str(found), **values) if values else str(found)

    def fill(self, text: str, **values: Any) -> str:
        """Fill the ``{placeholders}`` of a text, as `text` does.

        >>> Language("nl").fill("{n} {n:vestiging|vestigingen}", n=1)
        '1 vestiging'
        >>> Language("en").fill("{n} {n:job|jobs}", n=1200)
        '1,200 jobs'
        """
        return _Filling(self).vformat(text, (), values)

    def form(self, count: float, forms: str) -> str:
        """Return the form of a word that goes with a count, of those parted by ``|``.

        The plural rules are those of the Unicode CLDR.

        >>> [Language("nl").form(count, "baan|banen") for count in (0, 1, 2)]
        ['banen', 'baan', 'banen']
        """
        choices, rule = forms.split("|"), _locale(self.code).plural_form
        categories = [each for each in CATEGORIES if each in {*rule.tags, "other"}]
        if len(choices) != len(categories):
            raise ValueError(f"{forms!r} needs {len(categories)} forms: {', '.join(categories)}")
        return choices[categories.index(rule(_rounded(count, 0)))]

    def section(self, key: str) -> dict[str, Any]:
        """Return all texts of a section."""
        return dict(_catalogue(self.code)[key])

    def step(self, message: str) -> str:
        """Return what is being done, of which a name may be the end, in this language.

        >>> Language("nl").step("Writing regions.csv"), Language("nl").step("Something new")
        ('Schrijven: regions.csv', 'Something new')
        """
        steps = _catalogue(self.code)["progress"]
        known = max((each for each in steps if message.startswith(each)), key=len, default="")
        return f"{steps[known]}{message[len(known) :]}" if known else message

    def heading(self, column: str, table: str = "") -> str:
        """Return what stands above a column; one without words stands under its own name.

        >>> Language("en").heading("mean_d_score"), Language("en").heading("my_measure")
        ('Mean D-score', 'My measure')
        """
        own, words = column.replace("_", " "), _catalogue(self.code)["headings"]
        found = words.get(f"{table}_{column}", words.get(column, own[:1].upper() + own[1:]))
        return str(found)

    def explanation(self, table: str, column: str, *, unit: str = "") -> str:
        """Return what a column of a table means; one without words says its own name.

        >>> Language("en").explanation("regions", "code")
        'Code of the region; empty: establishments outside all regions'
        """
        columns = _catalogue(self.code)["columns"]
        found = columns.get(f"{table}_{column}", columns.get(column, self.heading(column)))
        return str(found).format(unit=unit)

    def writer(self, column: str, digits: int | None) -> Callable[[Any], str]:
        """Return how the values of a column are written: text as it stands, scores as scores.

        >>> write = Language("en").writer("mean_d_score", 4)
        >>> write(0.018512), Language("en").writer("year", 0)(2024)
        ('0.0185', '2024')
        """
        if column.endswith("year"):
            return lambda value: "" if pd.isna(value) else str(int(value))
        if digits is None:
            return str
        if column in SCORES:
            return self.score
        if column in SHARES:
            return lambda value: self.share(np.nan if pd.isna(value) else float(value))
        if column.endswith(CHANCES):
            return self.chance
        return lambda value: self.number(np.nan if pd.isna(value) else float(value), digits)

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with this language's marks; a missing value is an en dash."""
        from babel.numbers import format_decimal

        if value is None or not np.isfinite(value):
            return "–"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = _rounded(value, digits)
        return str(format_decimal(rounded, format=pattern, locale=_locale(self.code)))

    def date(self, moment: datetime) -> str:
        """Write the day of a moment.

        >>> Language("nl").date(datetime(2026, 11, 25))
        '25 november 2026'
        """
        from babel.dates import format_date

        return str(format_date(moment, format="long", locale=_locale(self.code)))

    def score(self, value: float) -> str:
        """Write a D-score: three significant digits, never in powers of ten.

        >>> Language("en").score(0.018512), Language("en").score(0.26)
        ('0.0185', '0.260')
        """
        if value is None or not np.isfinite(value):
            return "–"
        magnitude = int(np.floor(np.log10(abs(value)))) if value else 0
        return self.number(value, digits=min(max(2 - magnitude, 0), 12))

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share as a percentage."""
        return f"{self.number(100 * share, digits)}%" if np.isfinite(share) else "–"

    def share(self, share: float) -> str:
        """Write a share with two digits that count, and never 0 for what is not none.

        >>> [Language("en").share(share) for share in (0.333, 0.0996, 0.0842, 0.0001, 0.0)]
        ['33%', '10%', '8.4%', '<0.1%', '0%']
        """
        if 0 < share < 0.0005:
            return f"<{self.percent(0.001, 1)}"
        return self.percent(share, 1 if 0 < share < 0.0995 else 0)

    def beside(self, ratio: float, *, alone: bool = False) -> str:
        """Write a ratio as how far it is above or below; from twice on as a number of times.

        `alone` it needs nothing after it.

        >>> [Language("en").beside(ratio) for ratio in (1.22, 0.965, 1.001, 5.31)]
        ['22% above', '4% below', 'the same as', '5.3 times']
        >>> [Language("nl").beside(ratio, alone=True) for ratio in (1.22, 0.965, 1.001, 5.31)]
        ['22% hoger', '4% lager', 'even hoog', '5,3 maal zo hoog']
        """
        if not np.isfinite(ratio):
            return self.number(ratio)
        key = "alone" if alone else "beside"
        if ratio >= TIMES_FROM:
            return self.text(f"common.{key}_times", times=self.number(ratio, 1))
        share = abs(ratio - 1)
        if share < SAME_BELOW:
            return self.text(f"common.{key}_same")
        way = "above" if ratio > 1 else "below"
        return self.text(f"common.{key}_{way}", share=self.percent(share))

    def size_class(self, name: object) -> str:
        """Write the name of a class of jobs: a range with an en dash.

        >>> [Language("nl").size_class(name) for name in ("<1", "2-4", "100+", "unknown")]
        ['<1', '2–4', '100+', 'onbekend']
        """
        if name == "unknown":
            return self.text("figures.unknown")
        return re.sub(r"(?<=\d)-(?=\d)", "–", str(name))

    def signed_percent(self, share: float, digits: int = 0) -> str:
        """Write a share that was added or taken off, with its sign.

        >>> [Language("nl").signed_percent(share) for share in (0.22, -0.035, 0.0)]
        ['+22%', '−4%', '0%']
        """
        if not np.isfinite(share):
            return "–"
        size = self.percent(abs(share), digits)
        if size == self.percent(0.0, digits):
            return size
        return f"{'+' if share > 0 else '−'}{size}"

    def chance(self, value: float) -> str:
        """Write a p- or q-value: three decimals, what is less as such.

        >>> Language("en").chance(0.0213), Language("nl").chance(3e-9)
        ('0.021', '<0,001')
        """
        if pd.isna(value) or value >= SMALLEST_CHANCE:
            return self.number(np.nan if pd.isna(value) else float(value), 3)
        return f"<{self.number(SMALLEST_CHANCE, 3)}"

    def listing(self, words: list[str]) -> str:
        """Write words as an enumeration.

        >>> Language("nl").listing(["Hurk", "Beemden", "Hoogeind"])
        'Hurk, Beemden en Hoogeind'
        """
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} {self.text('common.and')} {words[-1]}"


class _Filling(Formatter):
    """Fills texts: numbers as a language writes them, and the words that go with them."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Real) and not isinstance(value, bool):
            if format_spec:
                return self._language.form(float(value), format_spec)
            return self._language.number(float(value))
        return str(super().format_field(value, format_spec))


def _rounded(value: float, digits: int) -> Decimal:
    """Round halves up, as spreadsheets do; the shortest text of a float is what a reader sees."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@cache
def _locale(code: str) -> Any:
    from babel import Locale

    return Locale.parse(LOCALES.get(code, code))


@cache
def _catalogue(code: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{code}.toml").read_text(encoding="utf-8"))
