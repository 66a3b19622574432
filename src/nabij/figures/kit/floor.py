"""What a reader must know of shared places and of the floor, wherever D-scores are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nabij.language import Language
    from nabij.views import View


def floor_note(view: View, words: Language) -> list[str]:
    """Say on how many places the sector stands, and how near counts as near; empty without floor.

    >>> from types import SimpleNamespace
    >>> from nabij.language import Language
    >>> from nabij.views.floors import Floors
    >>> view = SimpleNamespace(floors=Floors(100.0, 191, 97, {}))
    >>> floor_note(view, Language("en"))
    ['191 establishments on 97 places. Nearer than 100 m counts as 100 m.']
    """
    floors = view.floors
    if floors is None:
        return []
    counts = {"n": floors.establishments, "places": floors.places, "floor": floors.floor}
    return [words.text("figures.floor", **counts)]
