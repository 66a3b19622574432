"""What is wrong with a study, in the words of the study file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from nabij.errors import nearest, one_line
from nabij.outside.address import masked
from nabij.study.values import ONE, SEVERAL


def explain(problem: Any, model: type[BaseModel], headed: bool) -> str:
    """Say one validation problem in the words of the study file.

    Parameters
    ----------
    problem : dict
        One of the errors that pydantic lists.
    model : type
        The study, or one of its blocks.
    headed : bool
        Whether it is the study, so that what is first on the way to a key is a heading.
    """
    where = [str(part) for part in problem["loc"] if part not in (ONE, SEVERAL)]
    kind, value = problem["type"], problem.get("input")
    years = ["register", "years"] if headed else ["years"]
    if where[: len(years)] == years:
        where = years
    place = _place(where) if headed else ".".join(where)
    if where == years:
        return f'{place}: write "all" or years, such as [2015, 2025] (found {_shown(value)})'
    if kind == "extra_forbidden":
        known = list(_block_at(where[:-1], model).model_fields)
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
    if kind == "path_type" or (kind == "string_type" and isinstance(value, int | float)):
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


def _block_at(where: list[str], model: type[BaseModel]) -> type[BaseModel]:
    """Return the block in which a key stands: the last one on the way to it."""
    for part in where:
        field = model.model_fields.get(part)
        model = next(_blocks_in(field.annotation), model) if field is not None else model
    return model


def _blocks_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Return the blocks that a value of this type may be or hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _blocks_in(part)
