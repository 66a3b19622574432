"""What is wrong with a study's files as far as their headers tell: all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from nabij import regions
from nabij.crs import crs_from
from nabij.errors import InputError
from nabij.register.kinds import require_kind
from nabij.register.raw import MissingColumnError, require_columns
from nabij.register.sample import samples
from nabij.register.sources import FILE, Source, sources_of
from nabij.study import Register, Study


def problems_of(study: Study) -> list[str]:
    """Return what the headers of the register and of the regions show to be wrong.

    It is asked once something is known to be wrong, so that a user mends all in one go. Of several
    files the first is looked at; a database is not asked again.

    Parameters
    ----------
    study : nabij.study.Study

    Returns
    -------
    list of str
        Messages, in the order of the study file.
    """
    spec = study.register
    checks: list[Callable[[], object]] = []
    if spec.database is None:
        checks.append(partial(_require_register, spec))
    checks += [partial(_require_crs, spec, key) for key in ("crs", "metric_crs")]
    checks += [partial(regions.stated_crs, [level]) for level in study.regions]
    found: list[str] = []
    for check in checks:
        try:
            check()
        except InputError as error:
            found += str(error).split("\n")
    return found


def _require_crs(spec: Register, key: str) -> None:
    if (text := getattr(spec, key)) is not None:
        crs_from(text, f"[register] {key}")


def _require_register(spec: Register) -> None:
    source = sources_of(spec)[0][0]
    missing = [str(error) for error in _missing(source, spec)]
    if missing:
        raise InputError("\n".join(missing))


def _missing(source: Source, spec: Register) -> Iterator[MissingColumnError]:
    """Yield an error for each column that a file lacks."""
    kind = require_kind(source.path, "[register] path")
    chosen = spec.sheet if spec.sheet is not None else spec.layer
    looked = samples(source.path, kind, chosen)
    if len(looked) != 1:  # which one is meant must be said first
        return
    present = [*looked[0].table.columns, *(name for name in source.given if name != FILE)]
    asked = spec
    while True:
        try:
            require_columns(source.path, asked, [str(name) for name in present])
            return
        except MissingColumnError as error:
            yield error
            if getattr(asked, error.key, None) is None:  # not a key of its own: a join, a condition
                return
            asked = asked.model_copy(update={error.key: None})
