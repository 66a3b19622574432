"""What to analyse: one value, written as a TOML file or built in Python."""

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
from nabij.study.study import BLOCKS, Study

__all__ = [
    "BLOCKS",
    "Clusters",
    "DScore",
    "Focus",
    "Join",
    "Machine",
    "Output",
    "Postcodes",
    "Profiles",
    "Reference",
    "RegionLevel",
    "Register",
    "Report",
    "Sector",
    "Significance",
    "Study",
]
