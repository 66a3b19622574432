"""From a study to its result."""

from nabij.running.preparation import Prepared, prepare
from nabij.running.scans import scan
from nabij.running.store import Store
from nabij.running.studies import run

__all__ = ["Prepared", "Store", "prepare", "run", "scan"]
