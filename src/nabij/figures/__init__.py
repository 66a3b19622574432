"""The figures of the article in ESB on regional clusters (after Raspe et al. 2012), and ours.

Each is a function of a view that returns a matplotlib figure; none computes an indicator. A new
figure is one file here and one line in `FIGURES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nabij.figures.bubble_chart import bubble_chart
from nabij.figures.cluster_types import cluster_types, sector_types
from nabij.figures.clusters import clusters
from nabij.figures.dot_map import dot_map
from nabij.figures.kit.drawing import Drawing, Overview, applies
from nabij.figures.kit.saving import save
from nabij.figures.neighbourhoods import neighbourhoods
from nabij.figures.pairs_matrix import pairs_matrix
from nabij.figures.profiles import profiles
from nabij.figures.scan_ranking import scan_ranking
from nabij.figures.side_by_side import side_by_side
from nabij.figures.size_classes import size_classes
from nabij.figures.through_time import through_time

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.views import Result, View

Drawn = dict[str, "Figure"]
"""Figures by name."""

FIGURES: dict[str, Drawing] = {
    "dot_map": dot_map,
    "bubble_chart": bubble_chart,
    "neighbourhoods": neighbourhoods,
    "size_classes": size_classes,
    "through_time": through_time,
    "pairs_matrix": pairs_matrix,
    "clusters": clusters,
    "cluster_types": cluster_types,
    "profiles": profiles,
}
"""The figures of one sector of one year, in the order of the article."""

OVERVIEWS: dict[str, Overview] = {
    "side_by_side": side_by_side,
    "scan_ranking": scan_ranking,
    "sector_types": sector_types,
}
"""The figures of a whole result."""


def draw_all(
    view: View,
    *,
    language: str | None = None,
    palette: str | None = None,
    narrow: bool = False,
) -> Drawn:
    """Draw every figure that has something to show, in the order of the article.

    Parameters
    ----------
    view : View
    language, palette : str, optional
        The study's own if left out.
    narrow : bool, optional
        For a screen as narrow as a telephone's.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
    """
    return dict(drawn(view, language=language, palette=palette, narrow=narrow))


def drawn(
    view: View,
    *,
    language: str | None = None,
    palette: str | None = None,
    narrow: bool = False,
) -> Iterator[tuple[str, Figure]]:
    """Yield the figures of `draw_all` with their names, one by one as they are drawn."""
    for name, figure in FIGURES.items():
        if applies(figure, view):
            yield name, figure(view, language=language, palette=palette, narrow=narrow)


def draw_overviews(
    result: Result,
    *,
    language: str | None = None,
    palette: str | None = None,
    narrow: bool = False,
) -> Drawn:
    """Draw every figure of the whole result that has something to show.

    Parameters
    ----------
    result : Result
        Of a study or a scan.
    language, palette : str, optional
        The study's own if left out.
    narrow : bool, optional
        For a screen as narrow as a telephone's.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
    """
    return {
        name: figure(result, language=language, palette=palette, narrow=narrow)
        for name, figure in OVERVIEWS.items()
        if applies(figure, result)
    }


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "FIGURES",
    "OVERVIEWS",
    "bubble_chart",
    "cluster_types",
    "clusters",
    "dot_map",
    "draw_all",
    "draw_overviews",
    "neighbourhoods",
    "pairs_matrix",
    "profiles",
    "save",
    "scan_ranking",
    "sector_types",
    "side_by_side",
    "size_classes",
    "through_time",
]
