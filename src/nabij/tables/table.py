"""A table: a frame whose columns say what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

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
    needs : {"", "jobs", "ids"}
        Left out where the register gives no jobs, or names no establishments.
    sensitive : bool
        Kept in the table for disclosure control, shown by no face.
    """

    name: str
    kind: Kind
    unit: str = ""
    digits: int | None = None
    needs: Literal["", "jobs", "ids"] = ""
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

    def where(self, **values: object) -> Table:
        """Return the rows with these values in their columns; None is a missing value."""
        keep = pd.Series(True, index=self.frame.index)
        for name, value in values.items():
            column = self.frame[name]
            keep &= column.isna() if value is None else (column == value).fillna(False)
        return Table(self.name, self.frame[keep].reset_index(drop=True), self.columns)


def table_of(name: str, frame: pd.DataFrame, columns: Iterable[Column]) -> Table:
    """Make a table of the declared columns that are in `frame`.

    >>> table_of("t", pd.DataFrame({"b": [1], "c": [2]}), [Column("b", "sum")]).frame.columns[0]
    'b'
    """
    present = tuple(column for column in columns if column.name in frame)
    return Table(name, frame[[column.name for column in present]], present)
