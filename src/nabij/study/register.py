"""The block of the register, and those of the files that belong to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    model_validator,
)

from nabij.errors import nearest, one_line
from nabij.outside.address import Address
from nabij.study.block import Block
from nabij.study.classes import ClassJobs, Condition
from nabij.study.values import Paths, StudyPath, Text

COLUMN_KEYS = (
    "id", "code", "x", "y", "crs_column", "postcode", "jobs", "size_class", "name", "year",
)  # fmt: skip
"""Keys of the register that name a column, or several to choose from."""

MOST_JOBS = 1e10
"""More than all the jobs in the world."""


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


def _classification(key: str) -> str:
    from nabij.codes.trees import TREES

    if key not in TREES:
        raise ValueError(
            f"is '{one_line(key)}', which is no classification (there are: {', '.join(TREES)})"
            f"{nearest(key, TREES)}"
        )
    return key


Database = Annotated[Address, PlainValidator(Address.parse)]
Classification = Annotated[Text, AfterValidator(_classification)]
Years = Annotated[list[int], Field(min_length=1)]


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
