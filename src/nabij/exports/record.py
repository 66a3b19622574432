"""The record of a result: what was asked, of what data, with which versions, and what came out."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from nabij.notes import Note
from nabij.views import Result, View


def result_json(result: Result, views: list[View], path: Path, files: list[str]) -> None:
    """Write parameters, input hashes, versions, timings and the national figures.

    A value that does not exist is ``null``. `files` are all files of the result; a later run may
    replace a folder that holds these and no others.
    """
    record = {
        "sectors": [_sector(view) for view in views],
        "years": result.years,
        "synthetic": result.study.register.synthetic,
        **vars(result.provenance),
        "files": sorted(files),
    }
    if len(views) == 1:
        record = {**_sector(views[0]), **record}
    path.write_text(
        json.dumps(_plain(record), indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        encoding="utf-8",
    )


def _sector(view: View) -> dict[str, Any]:
    """Return the national figures of a view, its focus region, sizes and parts."""
    focus = view.focus.row.drop(["level", "code", "name", "geometry"])
    return {
        "year": view.year,
        "sector": vars(view.sector),
        "focus": {
            "level": view.focus.level,
            "code": view.focus.code,
            "name": view.focus.name,
            **focus.to_dict(),
        },
        "size_classes": view.size_classes.to_dict("records"),
        "parts": view.parts.to_dict("records"),
        "confidential": vars(view.confidential),
    }


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
    if value is pd.NA:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
