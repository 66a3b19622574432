"""A register as it was read, arranged as the study means it: columns chosen, rows, joins, codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from nabij.errors import InputError, listed
from nabij.notes import Note, note
from nabij.outside.address import Address
from nabij.register import conditions, joining, postcodes
from nabij.register.raw import OTHER_TAGS, Raw, column_of, wanted_columns
from nabij.study import Register

NOTHING = ("", "no")
"""Values of a tag that say that it does not hold."""


def of_file(raw: Raw, path: Path | Address, spec: Register) -> Raw:
    """Arrange what was read of one file or database.

    Of a key with several candidates the column that the file has gets the name of the first, so
    that files with other headers can be put together; rows that the study does not ask for are set
    aside.
    """
    raw = _with_chosen_columns(raw, spec)
    where = {column: spec.where[column] for column in spec.where if column in raw.table}
    if spec.paths in ([path], []):  # of several files some may hold nothing of what is asked
        conditions.require_some(raw.table, where, str(path))
    return _asked_for(raw, where)


def whole(raw: Raw, spec: Register, reader: joining.Reader) -> Raw:
    """Arrange a register of which all files were read: join others to it, find codes and places."""
    own = set(raw.table)
    raw = joining.joined(raw, spec, reader)
    where = {column: spec.where[column] for column in spec.where if column not in own}
    conditions.require_some(raw.table, where, spec.source)
    raw = _asked_for(raw, where)
    if raw.set_aside and not len(raw.table):
        reasons = "; ".join(f"{why}: {n}" for why, n in raw.set_aside.items())
        raise InputError(f"{spec.source}: no row is as [register] where asks ({reasons})")
    table = raw.table
    if spec.code_from == "tags":
        table = table.assign(**{spec.code: _tagged(table, spec)})
    if spec.code_pattern is not None:
        table = table.assign(**{spec.code: _found(table[spec.code], spec.code_pattern)})
    # What was read for a condition or a join only would be looked at as if it were a year.
    named = wanted_columns(spec).values()
    served = {*spec.where, *(join.here for join in spec.join.values()), OTHER_TAGS}
    served |= {column for join in spec.join.values() for column in join.columns}
    served |= {column for columns in spec.candidates.values() for column in columns}
    raw = replace(raw, table=table.drop(columns=[c for c in served - {*named} if c in table]))
    return postcodes.placed(raw, spec, reader)


def _with_chosen_columns(raw: Raw, spec: Register) -> Raw:
    table, notes = raw.table, list(raw.notes)
    for key, candidates in spec.candidates.items():
        first = candidates[0]
        chosen = column_of(candidates, raw.present)
        if chosen is None or getattr(spec, key) != first:
            continue
        if key == "code" and spec.code_from == "tags":
            continue
        folded = {name.casefold() for name in candidates} - {chosen.casefold()}
        others = [name for name in raw.present if name.casefold() in folded]
        if chosen != first:
            table = table.assign(**{first: table[chosen]})
        if key == "code" and others:
            notes.append(note("code_column", used=chosen, others=listed(others)))
        elif chosen.strip().casefold() != first.strip().casefold():
            notes.append(note("column_taken", used=chosen, asked=first, which=key))
    return replace(raw, table=table, notes=notes)


def _asked_for(raw: Raw, where: Mapping[str, str | list[str]]) -> Raw:
    if not where:
        return raw
    fitting, counts = conditions.apart(raw.table, where)
    together: Counter[Note] = Counter(raw.set_aside)
    together.update(counts)
    return replace(raw.only(fitting), set_aside=dict(together))


def _tagged(table: pd.DataFrame, spec: Register) -> pd.Series:
    """Return the first tag of each row that holds, as ``shop=bakery``; empty where there is none.

    Source: GDAL's OSM driver writes tags without a column as ``"key"=>"value","key"=>"value"``.
    """
    code = np.full(len(table), "", dtype=object)
    for tag in spec.candidates.get("code") or [spec.code]:
        for column, inside in ((tag, False), (OTHER_TAGS, True)):
            if column not in table:
                continue
            values = table[column].astype("str")
            if inside:
                pattern = rf'"{re.escape(tag)}"=>"((?:[^"\\]|\\.)*)"'
                values = values.str.extract(pattern, expand=False).fillna("")
            values = values.str.strip()
            free = (code == "") & ~values.isin(NOTHING).to_numpy(dtype=bool)
            code[free] = (f"{tag}=" + values[free]).to_numpy(dtype=object)
    return pd.Series(code, index=table.index, dtype="str")


def _found(column: pd.Series, pattern: str) -> pd.Series:
    """Return what a pattern finds in each value: its first group, or all of it; else nothing.

    >>> _found(pd.Series(["62012 - Software", "None Supplied"]), r"^(\\d+)").tolist()
    ['62012', '']
    """
    positions, values = pd.factorize(column.astype("str"), use_na_sentinel=False)
    matches = [re.search(pattern, str(value)) for value in values]
    texts = ["" if m is None else (m[1] if m.re.groups else m[0]) or "" for m in matches]
    return pd.Series(np.array(texts, dtype=object)[positions], index=column.index, dtype="str")
