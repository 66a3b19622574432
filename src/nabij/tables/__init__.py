"""The tables of a result: columns that say what they are, rows with a key."""

from nabij.tables.result import Provenance, Result
from nabij.tables.table import D_SCORE, Column, Table, table_of

__all__ = ["D_SCORE", "Column", "Provenance", "Result", "Table", "table_of"]
