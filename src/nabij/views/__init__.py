"""What a reader looks at: one sector of one year, and the region looked into."""

from nabij.views.view import Findings, FocusRegion, SectorTotals, View

__all__ = ["Findings", "FocusRegion", "SectorTotals", "View"]
