"""What is wrong with a study, in the words of the study file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from nabij.errors import nearest, one_line
from nabij.outside.address import masked
from nabij.study.values import ONE, SEVERAL


def explain(problem: Any, model: type[BaseModel], blocks: Mapping[str, type[BaseModel]]) -> str:
    """Say one validation problem in the words of the study file.

    Parameters
    ----------
    problem : dict
        One of the errors that pydantic lists.
    model : type
        The study.
    blocks : mapping of str to type
        Its blocks by the name of their heading.
    """
    where = [str(part) for part in problem["loc"] if part not in (ONE, SEVERAL)]
    if where[:2] == ["register", "years"]:
        found = _shown(problem.get("input"))
        return f'[register] years: write "all" or years, such as [2015, 2025] (found {found})'
    kind, value = problem["type"], problem.get("input")
    place = _place(where)
    if kind == "extra_forbidden":
        known = list((_block_at(where[:-1], blocks) or model).model_fields)
        return f"{place}: unknown key{nearest(where[-1], known)} (keys here: {', '.join(known)})"
    if kind == "missing":
        regions = where[0] == "regions" and where[-1] == "path"
        other = ', or official for official regions, such as "corop-2024"' if regions else ""
        return f"{place}: missing; add it{other}"
    if kind == "value_error":
        message = str(problem["ctx"]["error"])
        return f"{place}: {message}" if place else message
    if kind == "string_too_short":
        return f"{place}: is empty; fill it in, or leave the key out if it is optional"
    if kind == "string_type" and isinstance(value, int) and where[-1] in ("crs", "metric_crs"):
        return f'{place}: write {where[-1]} = "EPSG:{value}"'
    if kind == "string_type" and isinstance(value, int | float):
        return f'{place}: {value} must be text, in quotes: "{value}"'
    if kind == "model_type":
        return f"{place}: is no block of keys but {_shown(value)}"
    if kind == "list_type" and where in (["regions"], ["sectors"]):
        each = "level" if where == ["regions"] else "sector"
        return f"[[{where[0]}]]: write this heading in double brackets, once for each {each}"
    found = _shown(value)
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]} (found {found})"


def _shown(value: object) -> str:
    """Return what was found, in one line, without a password."""
    return one_line(masked(repr(value)))


def _place(where: list[str]) -> str:
    if not where:
        return ""
    if len(where) == 1:
        return f"[{where[0]}]"
    block, *rest = where
    if rest[0].isdigit():
        return f"[[{block}]] number {int(rest[0]) + 1}" + "".join(f" {key}" for key in rest[1:])
    return f"[{block}] " + ".".join(rest)


def _block_at(where: list[str], blocks: Mapping[str, type[BaseModel]]) -> type[BaseModel] | None:
    """Return the block in which a key stands: the last heading on the way to it."""
    return next((blocks[part] for part in reversed(where) if part in blocks), None)
