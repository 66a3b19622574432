"""The blocks of a study file and their keys; what stands below a key is its documentation."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationInfo,
    model_validator,
)

from nabij import memory
from nabij.decay import FLOOR, Decay, known_kernel
from nabij.errors import nearest, one_line
from nabij.outside.address import Address, is_address
from nabij.outside.cache import CODE, NAME, place_of
from nabij.outside.services import Official
from nabij.proximity import KERNELS
from nabij.proximity.arguments import FARTHEST, SHORTEST
from nabij.study.classes import ClassJobs, Condition

# Columns of the result beside those of the levels.
TAKEN = frozenset({
    "id", "code", "x", "y", "jobs", "year", "sector", "case", "name", "d_score", "expected_d_score",
    "relative_d_score", "p_value", "q_value", "local_ratio", "cluster", "level", "geometry", "geom",
    "fid", "jobs_low", "jobs_high",
})  # fmt: skip

COLUMN_KEYS = (
    "id", "code", "x", "y", "crs_column", "postcode", "jobs", "size_class", "name", "year",
)  # fmt: skip
"""Keys of the register that name a column, or several to choose from."""

FEWEST_SIMULATIONS = 99
"""Fewer relabellings could not tell one in a hundred."""

FEWEST_IN_ENVELOPE = 39
"""Fewer curves have none at their 0.025 and 0.975 quantiles."""

GEOCODING = 100.0
"""Metres: how exactly addresses are known."""

ONE, SEVERAL = "one path", "several paths"
"""Of a key that is either; a message about it names the key alone."""

ESCAPED = {
    "\n": "/n",
    "\t": "/t",
    "\r": "/r",
    "\b": "/b",
    "\f": "/f",
    "\x1b": "/e",
}
"""What a backslash and a letter become in a study file, and what was meant in a path."""

MOST_JOBS = 1e10
"""More than all the jobs in the world."""

WHOLE_REGISTER = "register"
"""Level of the one region that a study without regions has."""


def _beside_study(path: Path, info: ValidationInfo) -> Path:
    """Read a relative path as relative to the study file, not to where the user stands."""
    if path == Path():
        raise ValueError("is empty; write the path of a file")
    if is_address(str(path)):
        raise ValueError("is the address of a database; write it as database = in [register]")
    folder = (info.context or {}).get("folder")
    written = str(path)
    path = Path(os.path.expanduser(path))
    path = folder / path if folder is not None and not path.is_absolute() else path
    if any(sign in written for sign in ESCAPED) and not path.exists():
        meant = one_line("".join(ESCAPED.get(sign, sign) for sign in written), most=200)
        raise ValueError(f'is cut by a backslash; write it with slashes: "{meant}"')
    return path


def _both(columns: Any) -> list[str]:
    """Return the names of one column in two files, of which one may stand for both."""
    if isinstance(columns, str):
        return [columns, columns]
    if not isinstance(columns, list | tuple) or len(columns) != 2:
        raise ValueError(
            "must be a column that both files have, or two: that of the register and that of the "
            f"file (found {one_line(repr(columns))})"
        )
    return list(columns)


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError(f"is {text!r}, which holds a NUL character")
    return text


def _code(code: str) -> str:
    if not code.removeprefix("!").strip(" ."):
        raise ValueError(f"is {code!r}, which holds no code")
    from nabij.codes.library import definition  # which a study without sectors has no use for

    definition(code)  # raises for one that the library does not have
    return code


def _listed(codes: Any) -> Any:
    """Read one code, or one definition, as a list of one."""
    return [codes] if isinstance(codes, str) else codes


def _classification(key: str) -> str:
    from nabij.codes.trees import TREES

    if key not in TREES:
        raise ValueError(
            f"is '{one_line(key)}', which is no classification (there are: {', '.join(TREES)})"
            f"{nearest(key, TREES)}"
        )
    return key


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


StudyPath = Annotated[Path, AfterValidator(_beside_study)]
Paths = Annotated[
    Annotated[StudyPath, Tag(ONE)] | Annotated[list[StudyPath], Field(min_length=1), Tag(SEVERAL)],
    Discriminator(lambda value: SEVERAL if isinstance(value, list) else ONE),
]
Text = Annotated[str, Field(min_length=1), AfterValidator(_without_nul)]
Database = Annotated[Address, PlainValidator(Address.parse)]
Code = Annotated[Text, AfterValidator(_code)]
ListedCodes = Annotated[list[Code], BeforeValidator(_listed)]
Codes = Annotated[list[Code], BeforeValidator(_listed), Field(min_length=1)]
Classification = Annotated[Text, AfterValidator(_classification)]
Metres = Annotated[float, Field(ge=SHORTEST, le=FARTHEST)]
Years = Annotated[list[int], Field(min_length=1)]


class Block(BaseModel):
    """A block of the study file."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class Join(Block):
    """Another file that holds something of the establishments, such as their places."""

    path: StudyPath
    """The file, of any kind that a register may be."""
    on: Annotated[list[Text], BeforeValidator(_both)]
    """Column by which the two find each other; two names where the register and the file call it
    differently: `["EstablishmentNumber", "EntityNumber"]`. Of several rows with one value the first
    is taken, and they are counted."""
    columns: Annotated[list[Text], Field(min_length=1)]
    """What to take from the file. The keys of `[register]`, and joins below this one, may then name
    these columns."""
    where: dict[Text, Condition] = Field(default_factory=dict)
    """Which of its rows to use; as `where` of the register."""
    layer: Text | None = None
    """Layer of a file with several, or table or view of a DuckDB file."""
    sheet: Text | None = None
    """Sheet of a workbook."""
    separator: Text | None = None
    """Of a text file; recognised unless stated."""
    encoding: Text | None = None
    """Of a text file; recognised unless stated."""

    @property
    def here(self) -> str:
        """The column of the register."""
        return self.on[0]

    @property
    def there(self) -> str:
        """The column of the file."""
        return self.on[1]


class Postcodes(Block):
    """A table of postcodes and their points, for a register that knows no places but postcodes."""

    path: StudyPath
    """The file, of any kind that a register may be."""
    postcode: Text
    """Column with the postcode. Spaces and capitals do not count. Of one that stands there more
    than once the mean of its points is taken, unless they lie far apart."""
    x: Text | None = None
    """Column with the easting or longitude. Required, with y, unless the file holds points."""
    y: Text | None = None
    """Column with the northing or latitude."""
    crs: Text | None = None
    """Coordinate system of the points. Required unless the file holds points and states it."""
    layer: Text | None = None
    """Layer of a file with several, or table or view of a DuckDB file."""
    sheet: Text | None = None
    """Sheet of a workbook."""
    separator: Text | None = None
    """Of a text file; recognised unless stated."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("give both x and y, or neither for a file with points in it")
        return self


class Register(Block):
    """The register of establishments: where it is and which column is what."""

    # A message about a wrong block would repeat what it holds: an address with a password.
    model_config = ConfigDict(hide_input_in_errors=True)

    known: Text | None = None
    """A register that is known by one word, which then gives all keys that the study does not:
    `"sirene"`, `"sirene_geolocated"`, `"lisa"`, `"kbo"`, `"overture"`, `"osm"` or
    `"companies_house"`. Or a file of your own that describes one, `"my-register.toml"`."""
    path: Paths | None = None
    """The file; its suffix says what kind it is. A text file may be compressed. Several files are
    one register, a year or a province each, or the parts of a partitioned folder: a list, a folder,
    or a pattern such as `"register_*.csv"`. Their columns may differ, which is told. Required, or
    `database`."""
    database: Database | None = None
    """Instead of `path`: the address of a PostgreSQL database, such as
    `"postgresql://user@host:5432/database"`. A password is best left out: it is taken from
    `PGPASSWORD` or `~/.pgpass`. Needs `nabij[postgis]`."""
    query: StudyPath | None = None
    """Instead of `layer`, for `database`: a file with one SELECT, whose rows are the register."""
    code: Text
    """Column with the industry code. Codes are text: leading zeros that a spreadsheet took are
    restored where the number of digits shows it, and counted. This key, and every other that names
    a column, may be a list, `["sbi2025", "sbi2008"]`: the first that the file has is used, which is
    told."""
    code_from: Literal["column", "tags"] = "column"
    """`"column"`: the code is what its column holds. `"tags"`, as in OpenStreetMap: it is the first
    of the columns of `code` that holds anything but `no`, with its name, such as `shop=bakery`.
    Tags that ogr2ogr put together in a column `other_tags` count too."""
    code_pattern: Text | None = None
    """Regular expression that finds the code in a longer text: what its group matches, or all of
    it. `'^(\\d+)'` takes 62012 from `62012 - Business software`."""
    classification: Classification | None = None
    """Which classification the codes are of, for names and warnings: `"sbi2008"`, `"naf2"`,
    `"nace2"`, `"nace21"` or `"isic4"`; recognised unless stated."""
    x: Text | None = None
    """Column with the easting or longitude. Required, with y, unless the file holds points or
    `postcode` is given."""
    y: Text | None = None
    """Column with the northing or latitude."""
    crs: Text | None = None
    """Coordinate system of the locations, such as `"EPSG:28992"`. Required unless the file holds
    points and states it, or `postcode` is given."""
    crs_column: Text | None = None
    """Column with the coordinate system of each row, such as `2154` or `EPSG:2154`; rows without
    have `crs`. Each row is judged in its own system, and all are projected to one."""
    postcode: Text | None = None
    """Instead of x, y and crs: column with the postcode, of which `[register.postcodes]` gives the
    point."""
    postcodes: Postcodes | None = None
    """The table of postcodes and points, a block `[register.postcodes]`, with keys below. Required
    with `postcode`."""
    id: Text | None = None
    """Column that names an establishment; a row whose id stood before (in its year) is rejected.
    Without it the row number is the name."""
    jobs: Text | None = None
    """Column with the number of jobs. Without it, and without `size_class`, establishments are
    counted and what needs jobs is left out."""
    size_class: Text | None = None
    """Instead of `jobs`: column with a size class. Jobs are then marked as estimated."""
    size_class_jobs: dict[str, ClassJobs] = Field(default_factory=dict)
    """Table of class to jobs: `"11" = 14.5`; or to the fewest and the most, `"11" = [10, 19]`, of
    which the middle is counted, or a third number if given; or to `"unknown"`. With intervals, jobs
    and location quotients by jobs have a low and a high. Required with `size_class`."""
    name: Text | None = None
    """Column with the establishment's name."""
    year: Text | None = None
    """Column with the year, or a date. Several years in one register need `use_year` or `years`.
    Of several files `"file"` is a column too: the year in the name of each."""
    use_year: int | None = None
    """The one year to keep."""
    years: Literal["all"] | Years | None = None
    """Several years to analyse side by side: `"all"`, or a list such as `[2015, 2025]`."""
    where: dict[Text, Condition] = Field(default_factory=dict)
    """Table of column to what its value must be for a row to be used: a value, a list of values, or
    a comparison with a number, `">= 0.7"` (also `>`, `<=`, `<`), or `"!= F"` for any other value.
    Rows that do not fit are set aside and counted. An empty list asks nothing."""
    join: dict[Text, Join] = Field(default_factory=dict)
    """Other files to take columns from, a block `[register.join.NAME]` each, with keys below."""
    candidates: dict[Text, Annotated[list[Text], Field(min_length=1)]] = Field(default_factory=dict)
    """Table of key to the columns that it may name, where that is a list."""
    layer: Text | None = None
    """Layer of a file with several, or table or view of a DuckDB file or of a database, there as
    `"schema.table"`."""
    sheet: Text | None = None
    """Sheet of a workbook; default the only one that holds data."""
    separator: Text | None = None
    """Of a text file; recognised unless stated."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark; recognised unless stated. It settles numbers such as 1.250 that may be
    thousands or decimals."""
    encoding: Text | None = None
    """Of a text file; recognised unless stated."""
    code_digits: Annotated[int, Field(ge=1, le=20)] | None = None
    """Pad shorter codes with zeros to this many digits."""
    max_jobs: Annotated[float, Field(gt=0, le=MOST_JOBS)] = 1_000_000
    """More jobs than this is an error in the row."""
    metric_crs: Text | None = None
    """Coordinate system in which distances are taken. Default: `crs` if it is metric, else that of
    the regions, else the UTM zone of the middle."""
    synthetic: bool = False
    """`true` labels every figure and page as made-up data."""
    known_as: Text | None = None
    """The known register in full; filled in by `known`."""
    source_line: Text | None = None
    """What `[output] source` is where the study does not state it; filled in by `known`."""

    @property
    def paths(self) -> list[Path]:
        """The files, folders and patterns as they were asked for."""
        if self.path is None:
            return []
        return self.path if isinstance(self.path, list) else [self.path]

    @property
    def source(self) -> str:
        """What the register is called in a message."""
        if self.database is not None:
            return str(self.database)
        return ", ".join(str(path) for path in self.paths[:3]) + (
            ", ..." if len(self.paths) > 3 else ""
        )

    @property
    def has_jobs(self) -> bool:
        """Whether establishments have a number of jobs, stated or estimated."""
        return self.jobs is not None or self.size_class is not None

    @property
    def has_intervals(self) -> bool:
        """Whether jobs are known to lie between a low and a high."""
        return any(isinstance(jobs, list) for jobs in self.size_class_jobs.values())

    @property
    def label(self) -> str:
        """What it is called under a figure: the file, table or query, without the way to it."""
        if self.database is None:
            return self.paths[0].name
        return self.layer or (self.query.name if self.query else self.database.database)

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        if self.path is None and self.database is None:
            raise ValueError("path: missing; add it, or database for a register in PostgreSQL")
        if self.path is not None and self.database is not None:
            raise ValueError("give either path (a file) or database (its address), one of the two")
        if self.query is not None and self.database is None:
            raise ValueError("query is of a database; a file is read whole, or by layer")
        if self.query is not None and self.layer is not None:
            raise ValueError("give either layer (a table or view) or query (a file with a SELECT)")
        return self

    @model_validator(mode="before")
    @classmethod
    def _what_is_known(cls, content: Any, info: ValidationInfo) -> Any:
        if not isinstance(content, dict):
            return content
        if content.get("known") is not None:
            from nabij.register.known import completed

            content = completed(content, (info.context or {}).get("folder"), cls.model_fields)
        lists = {
            key: content[key]
            for key in COLUMN_KEYS
            if isinstance(content.get(key), list) and content[key]
        }
        if not lists:
            return content
        firsts = {key: columns[0] for key, columns in lists.items()}
        return {**content, **firsts, "candidates": {**lists, **content.get("candidates", {})}}

    @model_validator(mode="after")
    def _pattern_is_one(self) -> Self:
        if self.code_pattern is not None:
            try:
                re.compile(self.code_pattern)
            except re.error as error:
                raise ValueError(
                    f"code_pattern = {one_line(repr(self.code_pattern))} is no regular "
                    f"expression: {error}"
                ) from None
        return self

    @model_validator(mode="after")
    def _jobs_come_from_one_place(self) -> Self:
        if self.jobs is not None and self.size_class is not None:
            raise ValueError("give either jobs (a column) or size_class (a column), one of the two")
        if self.size_class is not None and not self.size_class_jobs:
            raise ValueError(
                "size_class needs a table [register.size_class_jobs] that gives each class its "
                'jobs, for instance "11" = 14'
            )
        if self.size_class is None and self.size_class_jobs:
            raise ValueError("size_class_jobs is given without size_class, the column it explains")
        if (self.x is None) != (self.y is None):
            raise ValueError("give both x and y, or neither for a file with points in it")
        return self

    @model_validator(mode="after")
    def _places_come_from_one_place(self) -> Self:
        if self.postcode is None and self.postcodes is not None:
            raise ValueError("[register.postcodes] needs postcode, the column of the register")
        if self.postcode is None:
            return self
        if self.x is not None:
            raise ValueError("give either x and y or postcode, one of the two")
        if self.crs is not None or self.crs_column is not None:
            raise ValueError(
                "with postcode the coordinate system is that of the points: leave out crs, or "
                "write it in [register.postcodes]"
            )
        if self.postcodes is None:
            raise ValueError(
                f"postcode = '{one_line(self.postcode)}' needs a block [register.postcodes], a "
                "file with the point of each postcode: path, postcode, x, y and crs; or give x and "
                "y instead, columns of the register or of a join"
            )
        return self

    @model_validator(mode="after")
    def _years_have_a_column(self) -> Self:
        if self.years is not None and self.use_year is not None:
            raise ValueError("give either use_year (one year) or years (several), one of the two")
        if self.years is not None and self.year is None:
            raise ValueError("years needs year, the column that holds the years")
        return self


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
    relabellings: Annotated[int, Field(ge=19, le=100_000)] = 199
    """For the p-value of each cluster."""
    runs: Annotated[int, Field(ge=0, le=10_000)] = 20
    """Thinned and jittered runs, for the stability of each cluster; 0 for none."""


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

    formats: list[Literal["png", "svg", "pdf", "gpkg", "geoparquet"]] = ["png", "svg", "pdf"]
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

    formats: list[Literal["html", "pdf"]] = ["html", "pdf"]
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
