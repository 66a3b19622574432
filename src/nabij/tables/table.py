"""A table: a frame whose columns say what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from nabij.language import Language

MOST_SHOWN = 20
"""Rows of a table that a notebook shows."""

Kind = Literal["key", "count", "sum", "max", "ratio", "p", "place", "text", "shape"]

D_SCORE = "d_score"
"""Unit of a column in the unit of the study's D-scores, which its distance decay decides."""


@dataclass(frozen=True)
class Column:
    """A column, declared once, where it is computed.

    Every face reads it: CSV, a workbook's explanations, GeoPackage, report. Its words are those
    of its name in ``language/``.

    Attributes
    ----------
    name : str
    kind : {"key", "count", "sum", "max", "ratio", "p", "place", "text", "shape"}
        What may be done with it: counts and sums add up over rows, ratios do not; a maximum is
        one establishment's value; a place is a coordinate; a shape is a polygon, for files of
        geometries alone.
    unit : str
        Of a number; `D_SCORE` for that of D-scores.
    digits : int or None
        Decimals that a reader is shown; None for text.
    needs : {"", "jobs", "ids", "intervals"}
        Left out where the register gives no jobs, names no establishments, or has no size classes
        that are intervals.
    sensitive : bool
        Kept in the table for disclosure control, shown by no face.
    """

    name: str
    kind: Kind
    unit: str = ""
    digits: int | None = None
    needs: Literal["", "jobs", "ids", "intervals"] = ""
    sensitive: bool = False


@dataclass(frozen=True)
class Table:
    """A frame with declared columns, its key first.

    Attributes
    ----------
    name : str
    frame : pandas.DataFrame
        Exactly the declared columns, in their order.
    columns : tuple of Column

    Examples
    --------
    >>> columns = (Column("sector", "key"), Column("jobs", "sum", digits=0))
    >>> table = Table("sectors", pd.DataFrame({"sector": ["a", "b"], "jobs": [3, 4]}), columns)
    >>> table.key, table.where(sector="b").frame["jobs"].tolist()
    (['sector'], [4])
    """

    name: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]

    @property
    def key(self) -> list[str]:
        """Names of the columns that tell rows apart."""
        return [column.name for column in self.columns if column.kind == "key"]

    @property
    def shown(self) -> pd.DataFrame:
        """The frame without what is sensitive."""
        return self.frame[[column.name for column in self.columns if not column.sensitive]]

    @property
    def plain(self) -> pd.DataFrame:
        """What is shown, without polygons: for files of text and numbers."""
        shapes = [column.name for column in self.columns if column.kind == "shape"]
        return self.shown.drop(columns=shapes)

    @property
    def digits(self) -> dict[str, int | None]:
        """Decimals of each column, None for text."""
        return {column.name: column.digits for column in self.columns}

    def _repr_html_(self) -> str:
        return frame_html(self.plain, self.digits, Language("en"), name=self.name)

    def where(self, **values: object) -> Table:
        """Return the rows with these values in their columns; None is a missing value."""
        keep = pd.Series(True, index=self.frame.index)
        for name, value in values.items():
            column = self.frame[name]
            keep &= column.isna() if value is None else (column == value).fillna(False)
        return Table(self.name, self.frame[keep].reset_index(drop=True), self.columns)


def frame_html(
    frame: pd.DataFrame,
    digits: Mapping[str, int | None],
    language: Language,
    *,
    name: str = "",
    most: int = MOST_SHOWN,
) -> str:
    """Return the first rows of a frame as HTML, in words and marks of a language.

    Parameters
    ----------
    frame : pandas.DataFrame
    digits : mapping of str to int or None
        Decimals of each column, None for text.
    language : Language
    name : str
        Of the table, which may have headings of its own.
    most : int
        Rows that are shown; how many there are is said below them.
    """
    shown = frame.head(most)
    columns = [str(column) for column in shown]
    texts = pd.DataFrame(
        {each: [*map(language.writer(each, digits[each]), shown[each])] for each in columns}
    ).set_axis([language.heading(each, name) for each in columns], axis=1)
    with pd.option_context("display.max_colwidth", None):
        table = texts.to_html(index=False, escape=True, border=0)
    return f"{table}<p>{language.text('common.rows', shown=len(shown), n=len(frame))}</p>"


def table_of(name: str, frame: pd.DataFrame, columns: Iterable[Column]) -> Table:
    """Make a table of the declared columns that are in `frame`.

    >>> table_of("t", pd.DataFrame({"b": [1], "c": [2]}), [Column("b", "sum")]).frame.columns[0]
    'b'
    """
    present = tuple(column for column in columns if column.name in frame)
    return Table(name, frame[[column.name for column in present]], present)
