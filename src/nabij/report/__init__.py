"""The report: figures, tables, the reading in words, and how the numbers came about."""

from nabij.report.page import write_index, write_report
from nabij.report.reading import reading
from nabij.report.sureness import sureness

__all__ = ["reading", "sureness", "write_index", "write_report"]
