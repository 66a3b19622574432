"""Write a result: tables, figures, report and provenance, at once or not at all."""

from nabij.exports.database import require_schema, to_postgis
from nabij.exports.folder import require_target
from nabij.exports.saving import save

__all__ = ["require_schema", "require_target", "save", "to_postgis"]
