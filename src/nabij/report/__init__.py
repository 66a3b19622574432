"""The report: the answer, figures, the reading in words, tables, and how the numbers came about.

What it holds is made once (`documents`) and then written as a page and as a PDF.
"""

from nabij.report.documents import of_result, of_view
from nabij.report.html import page
from nabij.report.notices import notices
from nabij.report.pdf import pdf
from nabij.report.reading import reading
from nabij.report.summary import summary
from nabij.report.sureness import sureness

__all__ = ["notices", "of_result", "of_view", "page", "pdf", "reading", "summary", "sureness"]
