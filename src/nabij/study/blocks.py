"""The blocks of a study file but the register's; what stands below a key documents it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from nabij import memory
from nabij.decay import FLOOR, Decay, known_kernel
from nabij.errors import one_line
from nabij.outside.cache import CODE, NAME, place_of
from nabij.outside.services import Official
from nabij.proximity import KERNELS
from nabij.proximity.arguments import FARTHEST, SHORTEST
from nabij.study.block import Block
from nabij.study.values import Codes, ListedCodes, StudyPath, Text

# Columns of the result beside those of the levels.
TAKEN = frozenset({
    "id", "code", "x", "y", "jobs", "year", "sector", "case", "name", "d_score", "expected_d_score",
    "relative_d_score", "p_value", "q_value", "local_ratio", "cluster", "level", "geometry", "geom",
    "fid", "jobs_low", "jobs_high",
})  # fmt: skip

FEWEST_SIMULATIONS = 99
"""Fewer relabellings could not tell one in a hundred."""

FEWEST_IN_ENVELOPE = 39
"""Fewer curves have none at their 0.025 and 0.975 quantiles."""

GEOCODING = 100.0
"""Metres: how exactly addresses are known."""

WHOLE_REGISTER = "register"
"""Level of the one region that a study without regions has."""


def _level_name(level: str) -> str:
    """Return a level's name if it may be a column, a layer and a sheet of the result."""
    if not re.fullmatch(r"\w[\w -]{0,39}", level):
        raise ValueError(
            f"is {one_line(repr(level))}; use letters, digits, spaces, - and _, at most 40, "
            "beginning with a letter or digit"
        )
    if level.casefold() in TAKEN:
        raise ValueError(f"is '{level}', which is also a column of the result; choose another name")
    return level


def _memory(size: str) -> str:
    memory.parsed(size)
    return size


Metres = Annotated[float, Field(ge=SHORTEST, le=FARTHEST)]


class Focus(Block):
    """The region to look into, and how."""

    region: Text | None = None
    """Code or name. Default: the region of the coarsest level with most of the sector."""
    level: Text | None = None
    """Where to look for it, if a name stands at several levels."""
    zoom_level: Text | None = None
    """The level of its neighbourhoods; default the finest."""
    threshold: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    """Neighbourhoods with at least this many establishments are named, from 3 on: fewer would tell
    of single ones. Default: the number that names about ten."""


class Reference(Block):
    """The reference that the sector is held against; it contains the sector."""

    name: Text | None = None
    """Shown in the report."""
    codes: ListedCodes = Field(default_factory=list)
    """As for the sector, which it must contain. Without it: the whole register."""


class Sector(Block):
    """The sector: a named set of industry codes, by prefix; ``!`` excludes."""

    name: Text
    """Shown in titles."""
    codes: ListedCodes = Field(default_factory=list)
    """Beginnings of industry codes; `"!7312"` takes out again. Dots between digits and capitals
    do not count. A sector of the library, such as `"eurostat:high-tech-manufacturing"`, stands for
    its codes; see docs/codes.md. Required unless there are parts."""
    parts: dict[Text, Codes] = Field(default_factory=dict)
    """Named sub-sectors, or the links of a value chain: `Architects = ["7111"]`. Without `codes`,
    the parts together are the sector."""
    reference: Reference | None = None
    """This sector's own reference, with the keys of `[reference]`; default: the study's."""
    focus: Focus | None = None
    """The region to look into for this sector, with the keys of `[focus]`; default: the study's."""

    @property
    def prefixes(self) -> list[str]:
        """The codes, or else those of all parts."""
        return self.codes or [code for part in self.parts.values() for code in part]

    @model_validator(mode="after")
    def _has_codes(self) -> Self:
        if not self.codes and not self.parts:
            raise ValueError('give codes, for instance codes = ["7111", "731"], or parts')
        return self


class RegionLevel(Block):
    """One level of regions: a file of polygons, or official regions by their name."""

    official: Text | None = None
    """Official regions in place of `path`, by level and year: `"corop-2024"`; fetched once with
    `nabij regions fetch corop --year 2024`. See docs/regions.md."""
    level: Annotated[Text, AfterValidator(_level_name)]
    """Your name for the level; becomes a column of the establishments. Letters, digits, spaces,
    `-` and `_`, at most 40. With `official` it is that level, unless stated."""
    path: StudyPath
    """The file with its polygons. Not with `official`."""
    code: Text
    """Column with the code of a region. Not with `official`."""
    name: Text | None = None
    """Column with its name; without it the code is shown. Not with `official`."""
    layer: Text | None = None
    """Layer of a file with several."""
    crs: Text | None = None
    """Only if the file does not state it, or states it wrongly."""

    @model_validator(mode="before")
    @classmethod
    def _official_is_a_file(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        if content.get("official") is None:
            return content
        try:
            known = Official.parse(content["official"])
        except ValueError as error:
            raise ValueError(f"official {error}") from None
        filled = {"path": place_of(known), "code": CODE, "name": NAME}
        stated = [
            key
            for key in (*filled, "layer", "crs")
            if content.get(key) is not None and str(content[key]) != str(filled.get(key))
        ]
        if stated:
            raise ValueError(
                f"official regions have their own {' and '.join(stated)}; give either official or "
                "path with what belongs to it"
            )
        return {"level": known.level, **content, **filled}


class DScore(Block):
    """How nearness is measured."""

    floor: Metres = FLOOR
    """Metres; nearer than this counts as this near. Of the inverse kernel only."""
    normalisation: Literal["mean", "sum"] = "mean"
    """`"mean"` or `"sum"` over the other establishments."""
    kernel: Annotated[Text, AfterValidator(known_kernel)] = "inverse"
    """The distance decay: one of the kernels below."""
    scale: Metres | None = None
    """Metres. Required for all kernels but the inverse one, which has none."""
    weights: Literal["none", "jobs"] = "none"
    """`"none"` or `"jobs"`: each neighbour counts by its jobs."""

    @property
    def decay(self) -> Decay:
        """The distance decay as one value."""
        length = self.floor if self.scale is None else self.scale
        return Decay(self.kernel, length, self.weights, self.normalisation)

    @model_validator(mode="after")
    def _scale_belongs_to_kernel(self) -> Self:
        scaled = KERNELS[self.kernel].length == "scale"
        if not scaled and self.scale is not None:
            raise ValueError(f'scale has no meaning for kernel = "{self.kernel}"; use floor')
        if scaled and self.scale is None:
            raise ValueError(f'kernel = "{self.kernel}" needs scale, a distance in metres')
        return self


class Significance(Block):
    """How sure: what the tests are made with."""

    simulations: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Relabel this many times, 999 for instance, in place of the closed forms; 0 takes these."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    """Of everything random; the same seed gives the same numbers."""

    @model_validator(mode="after")
    def _enough_simulations(self) -> Self:
        if 0 < self.simulations < FEWEST_SIMULATIONS:
            raise ValueError(
                f"simulations must be 0 or at least {FEWEST_SIMULATIONS}: "
                "fewer can't reach 1 in 100"
            )
        return self


class Clusters(Block):
    """Clusters free of borders."""

    find: bool = True
    """`false` looks for none."""
    geocoding: Metres | None = None
    """Metres: how exactly the register's places are known. Windows are at least twice this.
    Default 100, as of addresses; where most establishments share their place with others, the
    distance to the next place, at the median."""
    window: Annotated[float, Field(gt=0, le=10_000)] | None = None
    """How many of the sector a window is to hold by expectation; default: what fits the data best
    of 0.5 to 50."""
    relabellings: Annotated[int, Field(ge=19, le=100_000)] | None = None
    """For the p-value of each cluster; default 199, fewer for a sector of more than 200,000, down
    to 49."""
    runs: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Thinned and jittered runs, for the stability of each cluster; 0 for none. Default 20, fewer
    for a reference of more than 2 million, down to 6."""


class Profiles(Block):
    """Nearness by distance: K-density, M, K and L."""

    simulations: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Relabellings behind the envelopes; 0 makes no profiles. 199 is usual: seconds for 2,000 of
    60,000 establishments, a minute or two for a sector or a reference of hundreds of
    thousands."""
    longest: Metres | None = None
    """Metres: the longest distance; default: what half of the pairs of the sector are within, at
    most 60 km."""

    @model_validator(mode="after")
    def _enough_simulations(self) -> Self:
        if 0 < self.simulations < FEWEST_IN_ENVELOPE:
            raise ValueError(
                f"simulations must be 0 or at least {FEWEST_IN_ENVELOPE}: "
                "fewer have no range of 95 %"
            )
        return self


class Output(Block):
    """What to write, and in which language."""

    formats: list[Literal["png", "svg", "pdf", "gpkg", "geoparquet"]] = Field(
        default=["png", "svg", "pdf"]
    )
    """Any of `"png"`, `"svg"`, `"pdf"` for the figures, `"gpkg"` for the establishments as
    points, `"geoparquet"` for establishments, regions and clusters as GeoParquet."""
    language: Literal["en", "nl"] = "en"
    """`"en"` or `"nl"`."""
    palette: Literal["sequential", "esb"] = "sequential"
    """`"sequential"`, which colour-blind readers can tell apart, or `"esb"`, the article's green
    to red."""
    intervals: bool = False
    """`true` draws the 95 % intervals of the bubble chart's regions."""
    source: str | None = None
    """The line under every figure; default the name of the register."""


class Report(Block):
    """Whose report it is, and how it is printed."""

    formats: list[Literal["html", "pdf"]] = Field(default=["html", "pdf"])
    """`"html"`, `"pdf"` or both."""
    organisation: Text | None = None
    """Named at the top and on every printed page."""
    contact: Text | None = None
    """Whom to ask, at the top."""
    confidentiality: Text | None = None
    """A line for every page, such as `"For internal use"`."""
    logo: StudyPath | None = None
    """A picture: `.png`, `.jpg` or `.svg`."""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    """Of lines and links, such as `"#0b5394"`."""
    paper: Literal["a4", "us-letter"] = "a4"
    """`"a4"` or `"us-letter"`, of the PDF."""
    template: StudyPath | None = None
    """A typst file of your own in place of the PDF's; see docs/report.md."""


class Machine(Block):
    """What of the machine a run may use."""

    memory_limit: Annotated[Text, AfterValidator(_memory)] | None = None
    """Memory that a run may use, such as `"8 GB"` or `"75%"` of what is there; a register that
    would need more is refused before it is read. Default: three quarters of what is there."""
