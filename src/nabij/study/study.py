"""The study as a whole."""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from nabij.errors import InputError, nearest, one_line
from nabij.files import fitting, is_pattern, require_file
from nabij.outside.cache import require_fetched
from nabij.outside.services import Official
from nabij.study.block import Block, told
from nabij.study.blocks import (
    Clusters,
    DScore,
    Focus,
    Machine,
    Output,
    Profiles,
    Reference,
    RegionLevel,
    Report,
    Sector,
    Significance,
)
from nabij.study.register import Join, Postcodes, Register
from nabij.study.slips import mended

# Every pydantic model inherits ABCMeta.register, which no study needs; the block keeps its name.
warnings.filterwarnings("ignore", message='Field name "register" in "Study" shadows an attribute')

FIGURES = "figures"
"""A folder of every result, which no sector's may be."""

BLOCKS: dict[str, type[BaseModel]] = {
    "register": Register,
    "join": Join,
    "postcodes": Postcodes,
    "sector": Sector,
    "sectors": Sector,
    "reference": Reference,
    "regions": RegionLevel,
    "focus": Focus,
    "dscore": DScore,
    "significance": Significance,
    "clusters": Clusters,
    "profiles": Profiles,
    "output": Output,
    "report": Report,
    "machine": Machine,
}
"""The blocks of a study file by the name of their heading."""


class Study(Block):
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
    sectors : list of Sector
        Instead of `sector`: several, each with its own reference and focus if it states them.
    reference : Reference
        What the sector is held against; the whole register if left out.
    regions : list of RegionLevel
        Polygon levels, coarse to fine; without any the whole register is the one region.
    focus : Focus
        The region to look into; by default the one with most of the sector's establishments.
    dscore : DScore
        Distance floor (metres), normalisation, distance-decay kernel and weights.
    significance : Significance
        Simulations in place of closed forms, and the seed.
    clusters : Clusters
        Whether and how clusters free of borders are found.
    profiles : Profiles
        Envelopes of nearness by distance.
    output : Output
        Figure formats, language, palette, source line.
    report : Report
        Whose report it is: name, logo, colour, paper, a template of one's own.
    machine : Machine
        How much memory a run may use.

    Raises
    ------
    InputError
        Names the file, the key and how to mend it.

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

    headed = True

    register: Register = Field()  # required; bare, pydantic would take ABCMeta's for a default
    sector: Sector | None = None
    sectors: Annotated[list[Sector], Field(min_length=1)] | None = None
    reference: Reference = Reference()
    regions: list[RegionLevel] = Field(default_factory=list)
    focus: Focus = Focus()
    dscore: DScore = DScore()
    significance: Significance = Significance()
    clusters: Clusters = Clusters()
    profiles: Profiles = Profiles()
    output: Output = Output()
    report: Report = Report()
    machine: Machine = Machine()

    @property
    def source(self) -> str:
        """Where the data come from: the line under every figure."""
        return self.output.source or self.register.source_line or self.register.label

    @property
    def all_sectors(self) -> list[Sector]:
        """The sectors, each with the reference and the focus that hold for it filled in."""
        asked = self.sectors or ([self.sector] if self.sector is not None else [])
        return [
            sector.model_copy(
                update={
                    "reference": sector.reference or self.reference,
                    "focus": sector.focus or self.focus,
                }
            )
            for sector in asked
        ]

    @model_validator(mode="after")
    def _sectors_stand_apart(self) -> Self:
        if self.sector is not None and self.sectors is not None:
            raise ValueError("give either [sector] or [[sectors]] blocks, not both")
        seen: dict[str, str] = {}
        for sector in self.sectors or []:
            folder, name = slug(sector.name), one_line(sector.name)
            if folder in seen:
                raise ValueError(
                    f"[[sectors]]: '{seen[folder]}' and '{name}' would share a folder of the "
                    "result; give each sector a name of its own"
                )
            seen[folder] = name
        return self

    @model_validator(mode="after")
    def _weights_are_there(self) -> Self:
        if self.dscore.weights == "jobs" and not self.register.has_jobs:
            raise ValueError('[dscore] weights = "jobs" needs jobs, or size_class, in [register]')
        return self

    @model_validator(mode="after")
    def _levels_are_known(self) -> Self:
        levels = [region.level for region in self.regions]
        if len({level.casefold() for level in levels}) < len(levels):
            raise ValueError("two [[regions]] blocks have the same level; give each its own name")
        for focus in (self.focus, *(sector.focus for sector in self.sectors or [])):
            for key in ("level", "zoom_level"):
                wanted = getattr(focus, key, None)
                if wanted is not None and wanted not in levels:
                    raise ValueError(
                        f"focus.{key} = '{one_line(wanted)}' is no level of [[regions]] "
                        f"(there are: {', '.join(levels) or 'none'}){nearest(wanted, levels)}"
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
            twice = re.search(r"declare \('(regions|sectors)',\) twice", str(error))
            hint = f"; write each [[{twice[1]}]] heading in double brackets" if twice else ""
            slip = mended(text, error) if isinstance(error, tomllib.TOMLDecodeError) else ""
            told = f"{path}: not valid TOML: {error}{hint}"
            raise InputError(f"{told}\n{slip}" if slip else told) from None
        return cls.from_dict(content, folder=path.absolute().parent, source=str(path))

    @classmethod
    def from_dict(
        cls, content: Mapping[str, Any], *, folder: Path | None = None, source: str = "study"
    ) -> Study:
        """Build a study from nested mappings with the keys of the study file."""
        try:
            return cls.model_validate(content, context={"folder": folder})
        except ValidationError as error:
            raise told(error, cls, source) from None

    @classmethod
    def of(cls, study: Study | str | Path) -> Study:
        """Return a study as it is, or read the file that it is in."""
        return study if isinstance(study, Study) else cls.from_toml(study)

    def require_files(self) -> None:
        """Raise unless all files that the study names are there.

        Raises
        ------
        InputError
            Names every file that is missing, a line each.
        """
        named = {
            region.path: f"[[regions]] {region.level} path"
            for region in self.regions
            if region.official is None
        }
        asked = {"logo": self.report.logo, "template": self.report.template}
        named |= {path: f"[report] {key}" for key, path in asked.items() if path is not None}
        for name, join in self.register.join.items():
            named = {join.path: f"[register.join.{name}] path", **named}
        if self.register.postcodes is not None:
            named = {self.register.postcodes.path: "[register.postcodes] path", **named}
        named = {**dict.fromkeys(self.register.paths, "[register] path"), **named}
        if self.register.query is not None:
            named = {self.register.query: "[register] query", **named}
        problems = []
        for path, key in named.items():
            if path.exists():
                continue
            try:
                if is_pattern(path):
                    fitting(path, key)
                else:
                    require_file(path, key)
            except InputError as error:
                problems.append(str(error))
        for region in self.regions:
            if region.official is not None:
                try:
                    require_fetched(
                        Official.parse(region.official), f"[[regions]] level = '{region.level}'"
                    )
                except InputError as error:
                    problems.append(str(error))
        if problems:
            raise InputError("\n".join(problems))

    def require_sector(self) -> None:
        """Raise unless the study names a sector; a scan needs none, a run does.

        Raises
        ------
        InputError
            Says what to add.
        """
        if not self.all_sectors:
            raise InputError(
                "[sector]: missing; add it with a name and codes, or several [[sectors]] blocks"
            )


def slug(name: str) -> str:
    """Return a name as the name of a folder: small letters, digits and hyphens.

    >>> slug("Creative services"), slug("?!")
    ('creative-services', 'sector')
    """
    folder = re.sub(r"\W+", "-", name.casefold()).strip("-_")[:60] or "sector"
    return f"{folder}-sector" if folder == FIGURES else folder
