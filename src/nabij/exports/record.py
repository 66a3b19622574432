"""The record of a result: what was asked, of what data, with which versions, and what came out."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

from nabij.notes import Note
from nabij.views.view import Result


def result_json(result: Result, path: Path, files: list[str]) -> None:
    """Write parameters, input hashes, versions, timings and the national figures.

    A value that does not exist is ``null``. `files` are all files of the result; a later run may
    replace a folder that holds these and no others.
    """
    record = {
        "sector": vars(result.sector),
        "focus": {
            "level": result.focus.level,
            "code": result.focus.code,
            "name": result.focus.name,
            **{
                name: value
                for name, value in result.focus.row.items()
                if name not in ("level", "code", "name", "geometry")
            },
        },
        "size_classes": result.size_classes.to_dict("records"),
        "parts": result.parts.to_dict("records"),
        "synthetic": result.study.register.synthetic,
        **vars(result.provenance),
        "files": sorted(files),
    }
    path.write_text(
        json.dumps(_plain(record), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        encoding="utf-8",
    )


def _plain(value: Any) -> Any:
    """Turn numpy numbers into plain ones and what is not a number into None."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Note):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
