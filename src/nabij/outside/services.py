"""The services of official boundaries, and the names that their layers have here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nabij.errors import nearest, one_line

_KEY = re.compile(r"(?P<level>[a-z]+\d?)-(?P<year>\d{4})(?:-(?P<country>[a-z]{2}))?")


@dataclass(frozen=True)
class Service:
    """Where the boundaries of some levels come from.

    Attributes
    ----------
    title, licence : str
        As they are told.
    kind : str
        ``"pages"`` (a WFS, asked page by page) or ``"file"`` (GeoJSON in one file).
    address : str
        With ``{year}``, and ``{layer}`` of a file.
    crs, code, name : str
        Coordinate system of the answer, and its columns with the code and name of a region.
    years : tuple of int
        Known to be published.
    levels : dict of str to str
        Our name of a level to that of its layer.
    country : str or None
        Column with the country, where there are several.
    """

    title: str
    licence: str
    kind: str
    address: str
    crs: str
    code: str
    name: str
    years: tuple[int, ...]
    levels: dict[str, str]
    country: str | None = None


@dataclass(frozen=True)
class Official:
    """A level of official regions: what, of which year, and of which country if not of all.

    Examples
    --------
    >>> str(Official.parse("corop-2024")), Official.parse("nuts3-2024-nl").command
    ('corop-2024', 'nabij regions fetch nuts3 --year 2024 --country NL')
    """

    level: str
    year: int
    country: str | None = None

    @classmethod
    def parse(cls, text: object) -> Official:
        """Read a key such as ``corop-2024``.

        Raises
        ------
        ValueError
            If it is none, or of an unknown level.
        """
        found = _KEY.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(
                f'is {one_line(repr(text))}; write a level and a year, such as "corop-2024", or '
                'with a country, such as "nuts3-2024-nl"'
            )
        return cls.of(found["level"], int(found["year"]), found["country"])

    @classmethod
    def of(cls, level: str, year: int, country: str | None = None) -> Official:
        """Return a level that a service has.

        Raises
        ------
        ValueError
            If none has it, or it has no countries to choose from.
        """
        known = levels()
        if level not in known:
            raise ValueError(
                f"'{one_line(level)}' is no level of official regions{nearest(level, known)} "
                f"(there are: {', '.join(known)})"
            )
        if country is None:
            return cls(level, year)
        if known[level].country is None:
            raise ValueError(f"{level} is of one country; leave the country out")
        if not re.fullmatch("[A-Za-z]{2}", country):
            raise ValueError(f"'{one_line(country)}' is no code of a country, such as NL or DE")
        return cls(level, year, country.lower())

    @property
    def service(self) -> Service:
        """Where it comes from."""
        return levels()[self.level]

    @property
    def command(self) -> str:
        """What to type for it."""
        country = f" --country {self.country.upper()}" if self.country else ""
        return f"nabij regions fetch {self.level} --year {self.year}{country}"

    def __str__(self) -> str:
        return "-".join(map(str, filter(None, (self.level, self.year, self.country))))


@cache
def levels() -> dict[str, Service]:
    """Return the service of each level, by our name of the level, in the order of the table."""
    text = files("nabij.outside").joinpath("services.toml").read_text(encoding="utf-8")
    services = [
        Service(**{**about, "years": tuple(about["years"])})
        for about in tomllib.loads(text).values()
    ]
    return {level: service for service in services for level in service.levels}
