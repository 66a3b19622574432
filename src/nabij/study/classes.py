"""Size classes and conditions: what stands behind two tables of the study's register."""

from __future__ import annotations

import math
from numbers import Real
from typing import Annotated, Any

from pydantic import BeforeValidator

from nabij.errors import one_line

UNKNOWN = "unknown"
OPERATORS = (">=", "<=", "!=", ">", "<")
"""The longer ones first: the first that a text begins with is meant."""


def _jobs_of_class(value: Any) -> float | list[float] | str:
    """Return what a size class stands for: jobs, an interval of jobs, or `UNKNOWN`."""
    if value == UNKNOWN:
        return UNKNOWN
    parts = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(part, Real) and not isinstance(part, bool) for part in parts):
        raise ValueError(
            "must be a number of jobs, [low, high], [low, high, estimate] or "
            f'"{UNKNOWN}" (found {one_line(repr(value))})'
        )
    jobs = [float(part) for part in parts]
    if not all(math.isfinite(each) and each >= 0 for each in jobs):
        raise ValueError(f"must be jobs of 0 or more, and finite (found {one_line(repr(value))})")
    if not isinstance(value, list | tuple):
        return jobs[0]
    if len(jobs) not in (2, 3) or jobs[0] > jobs[1] or not jobs[0] <= jobs[-1] <= jobs[1]:
        raise ValueError(
            "must be [low, high] or [low, high, estimate], low not above high and the estimate "
            f"between them (found {one_line(repr(value))})"
        )
    return jobs


ClassJobs = Annotated[float | list[float] | str, BeforeValidator(_jobs_of_class)]


def estimate(jobs: float | list[float] | str) -> float:
    """Return the jobs that are counted for a class; not a number where they are unknown.

    Examples
    --------
    >>> estimate(14.5), estimate([10, 19]), estimate([10, 19, 13]), estimate("unknown")
    (14.5, 14.5, 13, nan)
    """
    if isinstance(jobs, str):
        return math.nan
    if not isinstance(jobs, list):
        return jobs
    return jobs[2] if len(jobs) == 3 else (jobs[0] + jobs[1]) / 2


def interval(jobs: float | list[float] | str) -> tuple[float, float]:
    """Return the fewest and the most jobs of a class.

    Examples
    --------
    >>> interval(14.5), interval([10, 19, 13])
    ((14.5, 14.5), (10, 19))
    """
    if isinstance(jobs, str):
        return math.nan, math.nan
    return (jobs[0], jobs[1]) if isinstance(jobs, list) else (jobs, jobs)


def comparison(wanted: str) -> tuple[str, str] | None:
    """Return the operator and the value of a comparison, None for a plain value.

    Examples
    --------
    >>> comparison(">= 0.7"), comparison("!= F"), comparison("A")
    (('>=', '0.7'), ('!=', 'F'), None)
    """
    found = next((operator for operator in OPERATORS if wanted.startswith(operator)), None)
    return None if found is None else (found, wanted[len(found) :].strip())


def _condition(value: Any) -> str | list[str]:
    """Return what is asked of a column, as text."""
    values = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(each, str | Real) for each in values):
        raise ValueError(
            'must be a value, a list of values, or a comparison such as ">= 0.7" '
            f"(found {one_line(repr(value))})"
        )
    texts = [_written(each) for each in values]
    if isinstance(value, list | tuple):
        return texts
    compared = comparison(texts[0])
    if compared and compared[0] != "!=":
        try:
            float(compared[1])
        except ValueError:
            raise ValueError(
                f"compares with {one_line(repr(compared[1]))}, which is no number; write for "
                f'instance "{compared[0]} 0.7"'
            ) from None
    return texts[0]


def _written(value: str | Real) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value.strip()
    number = float(value)
    return str(int(number)) if number.is_integer() else str(number)


Condition = Annotated[str | list[str], BeforeValidator(_condition)]
