"""What to analyse: one value, written as a TOML file or built in Python."""

from nabij.study.blocks import (
    Clusters,
    DScore,
    Focus,
    Join,
    Machine,
    Output,
    Profiles,
    Reference,
    RegionLevel,
    Register,
    Report,
    Sector,
    Significance,
)
from nabij.study.study import BLOCKS, Study

__all__ = [
    "BLOCKS",
    "Clusters",
    "DScore",
    "Focus",
    "Join",
    "Machine",
    "Output",
    "Profiles",
    "Reference",
    "RegionLevel",
    "Register",
    "Report",
    "Sector",
    "Significance",
    "Study",
]
