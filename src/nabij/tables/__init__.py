"""Tables: columns that say what they are, rows with a key."""

from nabij.tables.provenance import Provenance
from nabij.tables.shapes import geographic, with_shapes
from nabij.tables.table import D_SCORE, Column, Table, frame_html, table_of

__all__ = [
    "D_SCORE",
    "Column",
    "Provenance",
    "Table",
    "frame_html",
    "geographic",
    "table_of",
    "with_shapes",
]
