"""What to analyse: one value, written as a TOML file or built in Python."""

from __future__ import annotations

import os
import re
import tomllib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from nabij.errors import InputError, nearest, one_line

# Every pydantic model inherits ABCMeta.register, which no study needs; the block keeps its name.
warnings.filterwarnings("ignore", message='Field name "register" in "Study" shadows an attribute')

# Columns of the result beside those of the levels.
TAKEN = frozenset({
    "id", "code", "x", "y", "jobs", "year", "name", "d_score", "expected_d_score",
    "relative_d_score", "level", "geometry", "geom", "fid",
})  # fmt: skip

KernelName = Literal["inverse", "shifted", "exponential", "gaussian", "within"]


def _beside_study(path: Path, info: ValidationInfo) -> Path:
    """Read a relative path as relative to the study file, not to where the user stands."""
    if path == Path():
        raise ValueError("is empty; write the path of a file")
    folder = (info.context or {}).get("folder")
    path = Path(os.path.expanduser(path))
    return folder / path if folder is not None and not path.is_absolute() else path


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError(f"is {text!r}, which holds a NUL character")
    return text


def _code(code: str) -> str:
    if not code.removeprefix("!").strip(" ."):
        raise ValueError(f"is {code!r}, which holds no code")
    return code


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


StudyPath = Annotated[Path, AfterValidator(_beside_study)]
Text = Annotated[str, Field(min_length=1), AfterValidator(_without_nul)]
Code = Annotated[Text, AfterValidator(_code)]
Codes = Annotated[list[Code], Field(min_length=1)]
Metres = Annotated[float, Field(ge=1e-6, le=1e12)]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Register(_Block):
    """The register of establishments: where it is and which column is what."""

    path: StudyPath
    code: Text
    x: Text | None = None
    y: Text | None = None
    crs: Text | None = None
    id: Text | None = None
    jobs: Text | None = None
    size_class: Text | None = None
    size_class_jobs: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    name: Text | None = None
    year: Text | None = None
    use_year: int | None = None
    layer: Text | None = None
    separator: Text | None = None
    decimal: Literal[".", ","] | None = None
    encoding: Text | None = None
    code_digits: Annotated[int, Field(ge=1, le=20)] | None = None
    max_jobs: PositiveFloat = 1_000_000
    metric_crs: Text | None = None
    synthetic: bool = False

    @model_validator(mode="after")
    def _jobs_come_from_one_place(self) -> Self:
        if (self.jobs is None) == (self.size_class is None):
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


class Sector(_Block):
    """The sector: a named set of industry codes, by prefix; ``!`` excludes."""

    name: Text
    codes: list[Code] = Field(default_factory=list)
    parts: dict[Text, Codes] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_codes(self) -> Self:
        if not self.codes and not self.parts:
            raise ValueError('give codes, for instance codes = ["7111", "731"], or parts')
        return self


class Reference(_Block):
    """The wider population that the sector is held against; it contains the sector."""

    name: Text | None = None
    codes: list[Code] = Field(default_factory=list)


class RegionLevel(_Block):
    """One level of regions: a file of polygons."""

    level: Annotated[Text, AfterValidator(_level_name)]
    path: StudyPath
    code: Text
    name: Text | None = None
    layer: Text | None = None
    crs: Text | None = None


class Focus(_Block):
    """The region to look into, and how."""

    region: Text | None = None
    level: Text | None = None
    zoom_level: Text | None = None
    threshold: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None


class DScore(_Block):
    """How nearness is measured."""

    floor: Metres = 100.0
    normalisation: Literal["mean", "sum"] = "mean"
    kernel: KernelName = "inverse"
    scale: Metres | None = None
    weights: Literal["none", "jobs"] = "none"

    @model_validator(mode="after")
    def _scale_belongs_to_kernel(self) -> Self:
        if self.kernel == "inverse" and self.scale is not None:
            raise ValueError('scale has no meaning for kernel = "inverse"; use floor')
        if self.kernel != "inverse" and self.scale is None:
            raise ValueError(f'kernel = "{self.kernel}" needs scale, a distance in metres')
        return self


class Output(_Block):
    """What to write, and in which language."""

    formats: list[Literal["png", "svg", "pdf", "gpkg"]] = ["png", "svg", "pdf"]
    language: Literal["en", "nl"] = "en"
    palette: Literal["sequential", "esb"] = "sequential"
    source: str | None = None


class Study(_Block):
    """What to analyse.

    Parameters
    ----------
    register : Register
        Path, coordinate system and column names of the register of establishments. ``jobs`` may
        be replaced by ``size_class`` and a table ``size_class_jobs``; jobs are then marked as
        estimated.
    sector : Sector
        ``name`` and ``codes``: prefixes of industry codes; ``"!7312"`` excludes. ``parts`` names
        sub-sectors or the links of a value chain.
    reference : Reference
        The wider population; the whole register if left out.
    regions : list of RegionLevel
        Polygon levels, coarse to fine.
    focus : Focus
        The region to look into; by default the one with most of the sector's establishments.
    dscore : DScore
        Distance floor (metres), normalisation, distance-decay kernel and weights.
    output : Output
        Figure formats, language, palette, source line.

    Raises
    ------
    InputError
        From `from_toml` and `from_dict`: names the file, the key and how to mend it.

    Examples
    --------
    >>> study = Study.from_dict({
    ...     "register": {"path": "register.csv", "code": "sbi", "jobs": "banen",
    ...                  "x": "x", "y": "y", "crs": "EPSG:28992"},
    ...     "sector": {"name": "Creative services", "codes": ["7111", "731", "741"]},
    ...     "regions": [{"level": "corop", "path": "corop.gpkg", "code": "code"}],
    ... })
    >>> study.dscore.floor
    100.0
    """

    register: Register = Field()  # required; bare, pydantic would take ABCMeta's for a default
    sector: Sector
    reference: Reference = Reference()
    regions: Annotated[list[RegionLevel], Field(min_length=1)]
    focus: Focus = Focus()
    dscore: DScore = DScore()
    output: Output = Output()

    @model_validator(mode="after")
    def _levels_are_known(self) -> Self:
        levels = [region.level for region in self.regions]
        if len({level.casefold() for level in levels}) < len(levels):
            raise ValueError("two [[regions]] blocks have the same level; give each its own name")
        for key in ("level", "zoom_level"):
            wanted = getattr(self.focus, key)
            if wanted is not None and wanted not in levels:
                raise ValueError(
                    f"focus.{key} = '{one_line(wanted)}' is no level of [[regions]] "
                    f"(there are: {', '.join(levels)}){nearest(wanted, levels)}"
                )
        return self

    @classmethod
    def from_toml(cls, path: str | Path) -> Study:
        """Read a study file; relative paths in it are relative to the file."""
        path = Path(path)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            raise InputError(
                f"{path}: no such study file. Make one with: nabij init YOUR_REGISTER"
            ) from None
        except IsADirectoryError:
            raise InputError(f"{path} is a folder; name the study file in it") from None
        except UnicodeDecodeError:
            raise InputError(f"{path}: not UTF-8 text; save the study file as UTF-8") from None
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from None
        try:
            content = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise InputError(f"{path}: not valid TOML: {error}") from None
        return cls.from_dict(content, folder=path.absolute().parent, source=str(path))

    @classmethod
    def from_dict(
        cls, content: Mapping[str, Any], *, folder: Path | None = None, source: str = "study"
    ) -> Study:
        """Build a study from nested mappings with the keys of the study file."""
        try:
            return cls.model_validate(content, context={"folder": folder})
        except ValidationError as error:
            raise InputError(
                "\n".join(f"{source}: {_explain(problem)}" for problem in error.errors())
            ) from None


def _explain(problem: Any) -> str:
    """Say one validation problem in the words of the study file."""
    where = [str(part) for part in problem["loc"]]
    kind, value = problem["type"], problem.get("input")
    place = _place(where)
    if kind == "extra_forbidden":
        known = _keys_at(where[:-1])
        return f"{place}: unknown key{nearest(where[-1], known)} (keys here: {', '.join(known)})"
    if kind == "missing":
        return f"{place}: missing; add it"
    if kind == "value_error":
        message = str(problem["ctx"]["error"])
        return f"{place}: {message}" if place else message
    if kind == "string_too_short":
        return f"{place}: is empty; fill it in, or leave the key out if it is optional"
    if kind == "string_type" and isinstance(value, int | float):
        return f'{place}: {value} must be text, in quotes: "{value}"'
    if kind == "model_type":
        return f"{place}: is no block of keys but {one_line(repr(value))}"
    if kind == "list_type" and where == ["regions"]:
        return "[[regions]]: write this heading in double brackets, once for each level"
    found = one_line(repr(value))
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]} (found {found})"


def _place(where: list[str]) -> str:
    if not where:
        return ""
    if len(where) == 1:
        return f"[{where[0]}]"
    block, *rest = where
    if rest[0].isdigit():
        return f"[[{block}]] number {int(rest[0]) + 1}" + "".join(f" {key}" for key in rest[1:])
    return f"[{block}] " + ".".join(rest)


def _keys_at(where: list[str]) -> list[str]:
    blocks: dict[str, type[BaseModel]] = {
        "register": Register,
        "sector": Sector,
        "reference": Reference,
        "regions": RegionLevel,
        "focus": Focus,
        "dscore": DScore,
        "output": Output,
    }
    model: type[BaseModel] = blocks[where[0]] if where else Study
    return list(model.model_fields)
