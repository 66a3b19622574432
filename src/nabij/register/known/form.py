"""What the file of a known register may say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nabij.errors import InputError, nearest, one_line
from nabij.study.classes import ClassJobs, Condition
from nabij.study.values import Text

Key = Literal[
    "id", "code", "x", "y", "crs_column", "jobs", "size_class", "name", "year", "postcode"
]
Names = Annotated[list[Text], Field(min_length=1)]


class KnownJoin(BaseModel):
    """A file that lies beside the register; a study may say otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Text
    on: Text | list[Text]
    columns: Names
    where: dict[Text, Condition] = Field(default_factory=dict)


class KnownRegister(BaseModel):
    """A register that is known by one word.

    Attributes
    ----------
    name, title, publisher : str
        The word, and in full.
    address, licence : str
        Where it comes from, as text that nobody opens, and what may be done with it.
    source : str
        The line under every figure.
    columns : dict of str to list of str
        By key of the study the names that the column may have; the first in the file is used.
    where : dict
        Which rows are used, as in the study.
    size_class_jobs : dict
        As in the study.
    crs, code_from, code_pattern, decimal, separator, encoding : str, optional
        As in the study.
    join : dict of str to KnownJoin
        As in the study; a path is relative to the register.
    classification : str
        What its industry codes are of.
    marks : list of str or of lists of str
        Columns that tell it from others; of a list any one.
    notes : list of str
        What a user should know, with the source of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    title: Text
    publisher: str = ""
    address: str = ""
    licence: str = ""
    source: str = ""
    classification: str = ""
    columns: dict[Key, Names] = Field(default_factory=dict)
    where: dict[Text, Condition] = Field(default_factory=dict)
    size_class_jobs: dict[str, ClassJobs] = Field(default_factory=dict)
    crs: Text | None = None
    code_from: Literal["column", "tags"] | None = None
    code_pattern: Text | None = None
    decimal: Literal[".", ","] | None = None
    separator: Text | None = None
    encoding: Text | None = None
    join_: dict[Text, KnownJoin] = Field(default_factory=dict, alias="join")
    marks: list[Text | Names] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)

    @property
    def called(self) -> str:
        """What it is called, and who publishes it."""
        return f"{self.title}, {self.publisher}" if self.publisher else self.title

    @property
    def join(self) -> dict[str, dict[str, Any]]:
        """The joins as a study would state them."""
        return {name: join.model_dump() for name, join in self.join_.items()}

    def keys(self) -> dict[str, Any]:
        """Return the keys of ``[register]`` that it gives, without ``where`` and joins."""
        alone = ("crs", "code_from", "code_pattern", "decimal", "separator", "encoding")
        given = {key: getattr(self, key) for key in alone if getattr(self, key) is not None}
        columns: dict[str, Any] = {
            key: names[0] if len(names) == 1 else list(names) for key, names in self.columns.items()
        }
        classes = {"size_class_jobs": self.size_class_jobs} if self.size_class_jobs else {}
        line = {"source_line": self.source} if self.source else {}
        return {**columns, **given, **classes, **line, "known_as": self.called}

    def with_keys_of(self, other: KnownRegister) -> KnownRegister:
        """Return the register that `other` makes of this one: its own keys win."""
        given = {name: getattr(other, name) for name in other.model_fields_set}
        for table in ("columns", "where", "join_"):
            given[table] = {**getattr(self, table), **given.get(table, {})}
        return self.model_copy(update=given)


def checked(content: dict[str, Any], path: Path, *, extends: bool) -> KnownRegister:
    """Return the register that a file describes.

    Raises
    ------
    InputError
        Names the file, the key and how to mend it.
    """
    try:
        register = KnownRegister.model_validate(content)
    except ValidationError as error:
        lines = [f"{path}: {_said(problem)}" for problem in error.errors()]
        raise InputError("\n".join(dict.fromkeys(lines))) from None
    if not extends and "code" not in register.columns:
        raise InputError(
            f'{path}: [columns] names no code; add the columns it may be, code = ["sbi"]'
        )
    return register


def _said(problem: Any) -> str:
    where = [str(part) for part in problem["loc"]]
    place = ".".join(where)
    if problem["type"] == "extra_forbidden":
        known = [field.alias or name for name, field in KnownRegister.model_fields.items()]
        return (
            f"unknown key '{one_line(place)}'{nearest(where[-1], known)} "
            f"(keys here: {', '.join(known)})"
        )
    if problem["type"] == "missing":
        return f"{place} is missing; add it"
    if problem["type"] == "value_error":
        return f"{place}: {problem['ctx']['error']}"
    message = problem["msg"]
    found = one_line(repr(problem.get("input")))
    return f"{place}: {message[0].lower()}{message[1:]} (found {found})"
