"""What a reader must know of shared places and of the floor, wherever D-scores are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nabij.language import Language
    from nabij.views import View


def floor_note(view: View, words: Language) -> str:
    """Say on how many places the sector stands and, where there is a floor, what counts as near.

    >>> from types import SimpleNamespace
    >>> from nabij.language import Language
    >>> from nabij.views.floors import Floors
    >>> sector = SimpleNamespace(establishments=191, places=97)
    >>> view = SimpleNamespace(sector=sector, floors=Floors(100.0, {}))
    >>> floor_note(view, Language("en"))
    '191 establishments on 97 places. Nearer than 100 m counts as 100 m.'
    """
    sector = view.sector
    said = words.text("figures.on_places", n=sector.establishments, places=sector.places)
    if view.floors is None:
        return said
    return f"{said} {words.text('figures.floor', floor=view.floors.floor)}"
