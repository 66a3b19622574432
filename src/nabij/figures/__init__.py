"""The figures of the article in ESB on regional clusters (after Raspe et al. 2012).

Each is a function of a result that returns a matplotlib figure; none computes an indicator. A new
figure is one file here and one line in `FIGURES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nabij.figures.bubble_chart import bubble_chart
from nabij.figures.dot_map import dot_map
from nabij.figures.kit.drawing import Drawing
from nabij.figures.kit.saving import save
from nabij.figures.neighbourhoods import neighbourhoods
from nabij.figures.size_classes import size_classes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.views.view import Result

FIGURES: dict[str, Drawing] = {
    "dot_map": dot_map,
    "bubble_chart": bubble_chart,
    "neighbourhoods": neighbourhoods,
    "size_classes": size_classes,
}


def draw_all(
    result: Result, *, language: str | None = None, palette: str | None = None
) -> dict[str, Figure]:
    """Draw every figure, in the order of the article.

    Parameters
    ----------
    result : Result
    language, palette : str, optional
        The study's own if left out.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
    """
    return {
        name: figure(result, language=language, palette=palette) for name, figure in FIGURES.items()
    }


__all__ = [
    "FIGURES",
    "bubble_chart",
    "dot_map",
    "draw_all",
    "neighbourhoods",
    "save",
    "size_classes",
]
