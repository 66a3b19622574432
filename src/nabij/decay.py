"""The distance decay: how much a neighbour counts at a distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nabij.proximity import KERNELS, Kernel
from nabij.proximity.arguments import FARTHEST, SHORTEST

METRES_PER_KM = 1000.0
FLOOR = 100.0
"""Metres: the precision of an address. Without it two firms in one building outweigh a country."""

NORMALISATIONS = ("mean", "sum")
WEIGHTS = ("none", "jobs")


@dataclass(frozen=True)
class Decay:
    """How nearness is measured.

    Attributes
    ----------
    kernel : str
        A name in `nabij.proximity.KERNELS`.
    length : float
        Metres: the distance floor, or the scale of a kernel that has one.
    weights : {"none", "jobs"}
        Whether each neighbour counts as one or by its jobs.
    normalisation : {"mean", "sum"}
        Over the other establishments.

    Raises
    ------
    ValueError
        If one of them is unknown, or the length is no distance.

    Examples
    --------
    >>> Decay().unit, Decay("gaussian", 2000.0).unit
    ('1/km', '')
    """

    kernel: str = "inverse"
    length: float = FLOOR
    weights: str = "none"
    normalisation: str = "mean"

    def __post_init__(self) -> None:
        known_kernel(self.kernel)
        for name, value, known in (
            ("normalisation", self.normalisation, NORMALISATIONS),
            ("weights", self.weights, WEIGHTS),
        ):
            if value not in known:
                raise ValueError(f"{name} must be {' or '.join(map(repr, known))}, not {value!r}")
        if not SHORTEST <= self.length <= FARTHEST:
            raise ValueError(
                f"{self.function.length} must be from {SHORTEST:g} to {FARTHEST:g} metres, "
                f"not {self.length!r}"
            )

    @property
    def function(self) -> Kernel:
        """The kernel itself."""
        return KERNELS[self.kernel]

    @property
    def is_plain(self) -> bool:
        """Whether scores are what the article's are: mean inverse distances."""
        return (self.kernel, self.weights, self.normalisation) == ("inverse", "none", "mean")

    @property
    def per_metre(self) -> float:
        """What a value of the kernel is multiplied with: scores are per km, not per metre."""
        return METRES_PER_KM if self.function.unit == "1/m" else 1.0

    @property
    def unit(self) -> str:
        """Unit of a score; empty for kernels without a dimension."""
        return "1/km" if self.function.unit == "1/m" else ""

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments of `nabij.proximity.sums`."""
        return {"kernel": self.kernel, self.function.length: self.length}


def known_kernel(name: str) -> str:
    """Return the name of a kernel if there is one of that name.

    >>> known_kernel("gaussian")
    'gaussian'
    """
    if name not in KERNELS:
        raise ValueError(f"unknown kernel {name!r}; known are {', '.join(map(repr, KERNELS))}")
    return name
