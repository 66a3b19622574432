"""What to analyse: one value, written as a TOML file or built in Python."""

from nabij.study.blocks import (
    DScore,
    Focus,
    Output,
    Reference,
    RegionLevel,
    Register,
    Sector,
)
from nabij.study.study import BLOCKS, Study

__all__ = [
    "BLOCKS",
    "DScore",
    "Focus",
    "Output",
    "Reference",
    "RegionLevel",
    "Register",
    "Sector",
    "Study",
]
