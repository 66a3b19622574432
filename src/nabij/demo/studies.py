"""The study file of the demo: the two sectors of the article, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nabij.demo.industries import BRAINPORT, CREATIVE, DemoSector
from nabij.demo.places import CRS

SOURCE = "Synthetic register made by nabij demo; not real establishments"
NO_DIVISIONS = (48, 54, 57, 67, 76, 83, 89)  # numbers that SBI 2008 leaves out
LEVELS = ("corop", "municipality", "neighbourhood")


@dataclass(frozen=True)
class SectorOfArticle:
    """One of the two sectors of the article.

    Attributes
    ----------
    name : str
    parts : dict of str to sequence of str
        Named sub-sectors and their SBI codes; together the sector.
    reference, reference_divisions : str, tuple of int
        The wider population and its divisions of SBI.
    shape : DemoSector
    """

    name: str
    parts: dict[str, Sequence[str]]
    reference: str
    reference_divisions: tuple[int, ...]
    shape: DemoSector


# The article prints no code lists; these are a fair reading of its words.
SECTORS_OF_ARTICLE = (
    SectorOfArticle(
        name="Brainport",
        parts={
            "Electronics": ["26"],
            "Electrical equipment": ["27"],
            "Automotive": ["29"],
            "Medical instruments": ["325"],
        },
        reference="Industry",
        reference_divisions=tuple(range(10, 34)),
        shape=BRAINPORT,
    ),
    SectorOfArticle(
        name="Creative services",
        parts={"Architects": ["7111"], "Advertising": ["731"], "Designers": ["741"]},
        reference="Services",
        reference_divisions=tuple(n for n in range(45, 97) if n not in NO_DIVISIONS),
        shape=CREATIVE,
    ),
)


def study_file(thresholds: Sequence[int]) -> str:
    """Write the study of both sectors as the text of a study file.

    Parameters
    ----------
    thresholds : sequence of int
        For each sector, from how many establishments on a neighbourhood is named.

    Examples
    --------
    >>> print(study_file([14, 225]).splitlines()[0])
    # Two sectors in a synthetic register: made up by nabij demo, no real establishment is in it.
    """
    sectors = "\n".join(
        _sector(sector, threshold)
        for sector, threshold in zip(SECTORS_OF_ARTICLE, thresholds, strict=True)
    )
    levels = "\n".join(
        f'[[regions]]\nlevel = "{level}"\npath = "regions.gpkg"\nlayer = "{level}"\n'
        f'code = "code"\nname = "name"\n'
        for level in LEVELS
    )
    return f"""\
# Two sectors in a synthetic register: made up by nabij demo, no real establishment is in it.

[register]
path = "register.parquet"
id = "id"
code = "sbi"
x = "x"
y = "y"
jobs = "jobs"
crs = "{CRS}"
synthetic = true

# The article that the demo follows prints no code lists; these are a fair reading of its words
# in SBI 2008.
{sectors}
{levels}
# Nearness by distance, which is made only if asked for; 199 draws are usual.
[profiles]
simulations = 39

[output]
language = "en"
source = "{SOURCE}"
"""


def _sector(sector: SectorOfArticle, threshold: int) -> str:
    codes = [code for part in sector.parts.values() for code in part]
    divisions = [f"{division:02d}" for division in sector.reference_divisions]
    parts = "\n".join(f'"{name}" = {_list(part)}' for name, part in sector.parts.items())
    return f"""\
[[sectors]]
name = "{sector.name}"
codes = {_list(codes)}

[sectors.parts]
{parts}

[sectors.reference]
name = "{sector.reference}"
codes = {_list(divisions)}

[sectors.focus]
region = "{sector.shape.focus}"
level = "{LEVELS[0]}"
zoom_level = "{LEVELS[-1]}"
threshold = {threshold}
"""


def _list(words: Sequence[str]) -> str:
    lines: list[str] = []
    for start in range(0, len(words), 12):
        lines.append(", ".join(f'"{word}"' for word in words[start : start + 12]))
    if len(lines) == 1:
        return f"[{lines[0]}]"
    return "[\n" + "".join(f"  {line},\n" for line in lines) + "]"
