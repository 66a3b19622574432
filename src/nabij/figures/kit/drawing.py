"""What all figures share: how they are called."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import TYPE_CHECKING, Protocol

from nabij.figures.kit.style import Palette, house_style, palette_named
from nabij.language import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.views.view import Result

CALL = """

Parameters
----------
result : Result
language : {{"en", "nl"}}, optional
    The study's own if left out.
palette : {{"sequential", "esb"}}, optional
    The study's own if left out.

Returns
-------
matplotlib.figure.Figure

Examples
--------
>>> figure = nabij.figures.{name}(result)              # doctest: +SKIP
>>> nabij.figures.save(figure, "{name}.png")           # doctest: +SKIP
"""


class Drawing(Protocol):
    """A figure of a result, in the study's language and palette unless others are asked for."""

    def __call__(
        self, result: Result, *, language: str | None = None, palette: str | None = None
    ) -> Figure:
        """Draw it."""
        ...


def figure(draw: Callable[[Result, Language, Palette], Figure]) -> Drawing:
    """Make a figure of a function that draws with given words and colours, in the house style."""

    def drawn(result: Result, *, language: str | None = None, palette: str | None = None) -> Figure:
        output = result.study.output
        words = Language(language or output.language)
        colours = palette_named(palette or output.palette)
        with house_style():
            return draw(result, words, colours)

    drawn.__name__ = drawn.__qualname__ = draw.__name__
    drawn.__module__ = draw.__module__
    drawn.__doc__ = cleandoc(draw.__doc__ or "") + CALL.format(name=draw.__name__)
    return drawn
