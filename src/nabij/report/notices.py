"""What must be known before a report is passed on: what of it tells of single establishments."""

from __future__ import annotations

from nabij.language import Language
from nabij.views import View
from nabij.views.confidential import DOMINANT_SHARE, FEWEST_IN_CELL


def notices(view: View, language: Language) -> list[str]:
    """Say that single establishments are shown, and in how many regions one can be told apart.

    Which regions is not said.

    Parameters
    ----------
    view : View
    language : Language

    Returns
    -------
    list of str
        One sentence or two; none of a sector without establishments.
    """
    if not view.sector.establishments:
        return []
    said, found = [language.text("notices.single")], view.confidential
    if found.cells:
        key = "both" if found.few and found.dominated else "few" if found.few else "dominated"
        said.append(
            language.text(
                f"notices.{key}",
                regions=found.regions,
                few=found.few,
                dominated=found.dominated,
                least=FEWEST_IN_CELL,
                share=language.percent(DOMINANT_SHARE),
            )
        )
    return said
