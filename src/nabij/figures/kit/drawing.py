"""What all figures share: how they are called."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Protocol

from nabij.figures.kit.sheet import Look
from nabij.figures.kit.style import house_style, palette_named
from nabij.language import Language
from nabij.views import View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.views import Result

CALL = """

Parameters
----------
result : {takes}
language : {{"en", "nl"}}, optional
    The study's own if left out.
palette : {{"sequential", "esb"}}, optional
    The study's own if left out.
narrow : bool, optional
    For a screen as narrow as a telephone's.

Returns
-------
matplotlib.figure.Figure

Examples
--------
>>> figure = nabij.figures.{name}(result)              # doctest: +SKIP
>>> nabij.figures.save(figure, "{name}.png")           # doctest: +SKIP
"""


class Drawing(Protocol):
    """A figure of a view, in the study's language and palette unless others are asked for."""

    def __call__(
        self,
        result: Result | View,
        *,
        language: str | None = None,
        palette: str | None = None,
        narrow: bool = False,
    ) -> Figure:
        """Draw it."""
        ...


class Overview(Protocol):
    """A figure of a whole result: all its sectors or years, or a scan."""

    def __call__(
        self,
        result: Result,
        *,
        language: str | None = None,
        palette: str | None = None,
        narrow: bool = False,
    ) -> Figure:
        """Draw it."""
        ...


def always(subject: Any) -> bool:
    """Tell that a figure has something to show of any view."""
    return True


def figure(
    *, when: Callable[[View], bool] = always
) -> Callable[[Callable[[View, Look], Figure]], Drawing]:
    """Make a figure of a function that draws a view with a given look.

    Parameters
    ----------
    when : callable, optional
        Tells of a view whether the figure has something to show; asked before it is drawn with
        all others.
    """

    def made(draw: Callable[[View, Look], Figure]) -> Drawing:
        def drawn(
            result: Result | View,
            *,
            language: str | None = None,
            palette: str | None = None,
            narrow: bool = False,
        ) -> Figure:
            view = result if isinstance(result, View) else result.view()
            return _in_style(draw, view, language, palette, narrow)

        takes = "Result or View\n    A result with one sector and one year, or a view of one."
        return _named(drawn, draw, when, takes)

    return made


def overview(
    *, when: Callable[[Result], bool] = always
) -> Callable[[Callable[[Result, Look], Figure]], Overview]:
    """Make a figure of a function that draws a whole result with a given look.

    Parameters
    ----------
    when : callable, optional
        Tells of a result whether the figure has something to show.
    """

    def made(draw: Callable[[Result, Look], Figure]) -> Overview:
        def drawn(
            result: Result,
            *,
            language: str | None = None,
            palette: str | None = None,
            narrow: bool = False,
        ) -> Figure:
            return _in_style(draw, result, language, palette, narrow)

        return _named(drawn, draw, when, "Result")

    return made


def _in_style(
    draw: Any, subject: Any, language: str | None, palette: str | None, narrow: bool
) -> Figure:
    output = subject.study.output
    words = Language(language or output.language)
    look = Look(words, palette_named(palette or output.palette), narrow)
    with house_style():
        return draw(subject, look)


def _named(drawn: Any, draw: Callable[..., Figure], when: Callable[..., bool], takes: str) -> Any:
    drawn.__name__ = drawn.__qualname__ = draw.__name__
    drawn.__module__ = draw.__module__
    drawn.__doc__ = cleandoc(draw.__doc__ or "") + CALL.format(name=draw.__name__, takes=takes)
    drawn.applies = when
    return drawn


def applies(drawing: Drawing | Overview, subject: View | Result) -> bool:
    """Tell whether a figure has something to show; one that does not say has."""
    return bool(getattr(drawing, "applies", always)(subject))
