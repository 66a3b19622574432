"""What was found, and what a reader looks at: one sector of one year, one region looked into."""

from nabij.views.result import Result
from nabij.views.view import Findings, FocusRegion, SectorTotals, View

__all__ = ["Findings", "FocusRegion", "Result", "SectorTotals", "View"]
