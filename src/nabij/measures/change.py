"""Change between two years: what entered, left, moved and stayed, and how indicators changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from nabij.measures.measure import Asked, Frames, Measure
from nabij.tables import D_SCORE, Column

INDICATORS = {
    "sector_establishments": Column("sector_establishments_change", "sum", digits=0),
    "sector_jobs": Column("sector_jobs_change", "sum", digits=0, needs="jobs"),
    "mean_d_score": Column("mean_d_score_change", "ratio", D_SCORE, digits=4),
    "expected_d_score": Column("expected_d_score_change", "ratio", D_SCORE, digits=4),
    "relative_d_score": Column("relative_d_score_change", "ratio", digits=2),
    "location_quotient": Column("location_quotient_change", "ratio", digits=2),
    "location_quotient_jobs": Column(
        "location_quotient_jobs_change", "ratio", digits=2, needs="jobs"
    ),
}

FLOWS = ("entered", "left", "moved", "moved_from", "stayed")

COLUMNS = {
    "changes": (
        Column("from_year", "key", digits=0),
        Column("to_year", "key", digits=0),
        Column("sector", "key"),
        Column("level", "key"),
        Column("code", "key"),
        *(Column(flow, "count", digits=0, needs="ids") for flow in FLOWS),
        *INDICATORS.values(),
    )
}


def finish(frames: Frames, asked: Asked) -> None:
    """Set each year beside the one before it, for the whole sector and for every region.

    ``stayed``: same id and same place. ``moved``: same id, another place, counted where it is
    now; ``moved_from`` counts it where it was. ``entered`` and ``left``: in the sector in one of
    the two years only, whether it began, ended or changed its code. So a region had
    ``stayed + moved_from + left`` and has ``stayed + moved + entered``. An empty level is the
    whole sector.
    """
    sectors = frames["sectors"]
    if sectors["year"].nunique() < 2:
        return
    found = []
    for _, of_sector in sectors.groupby("sector", sort=False):
        ordered = of_sector.sort_values("year")
        for before, after in zip(ordered.index[:-1], ordered.index[1:], strict=True):
            table = _indicators(frames, before, after)
            for flow, counted in _flows(frames, before, after):
                table[flow] = counted.reindex(table.index, fill_value=0)
            keys = {
                "from_year": sectors["year"][before],
                "to_year": sectors["year"][after],
                "sector": sectors["sector"][after],
            }
            found.append(table.reset_index().assign(**keys))
    frames["changes"] = pd.concat(found, ignore_index=True)


def _indicators(frames: Frames, before: int, after: int) -> pd.DataFrame:
    """Return the change of every indicator by level and code, the whole sector first."""

    def of(case: int) -> pd.DataFrame:
        regions = frames["regions"]
        regions = regions[regions["case"] == case].set_index(["level", "code"])
        relative = regions["mean_d_score"] / regions["expected_d_score"]
        regions = regions.assign(relative_d_score=relative)
        whole = frames["sectors"].loc[case]
        top = {
            "sector_establishments": whole["establishments"],
            "sector_jobs": whole["jobs"],
            **{name: whole[name] for name in ("mean_d_score", "expected_d_score")},
            "relative_d_score": whole["relative_d_score"],
            "location_quotient": 1.0 if whole["establishments"] else np.nan,
            "location_quotient_jobs": 1.0 if whole["jobs"] else np.nan,
        }
        index = pd.MultiIndex.from_tuples([("", "")], names=["level", "code"])
        first = pd.DataFrame([top], index=index).astype(np.float64)
        return pd.concat([first, regions[list(top)].astype(np.float64)])

    with np.errstate(divide="ignore", invalid="ignore"):
        later, earlier = of(after), of(before)
        every = earlier.index.union(later.index, sort=False)
        later, earlier = later.reindex(every), earlier.reindex(every)
        # A region that only one of the years has a row for had none of the sector in the other.
        counts = ["sector_establishments", "sector_jobs"]
        for table in (earlier, later):
            table[counts] = table[counts].fillna(0.0)
        change = later - earlier
    return change.rename(columns={name: column.name for name, column in INDICATORS.items()})


def _flows(frames: Frames, before: int, after: int) -> Iterator[tuple[str, pd.Series]]:
    """Yield each flow, counted by level and code."""
    establishments, levels = frames["establishments"], frames["regions"]["level"].unique()
    was = establishments[establishments["case"] == before].set_index("id")
    now = establishments[establishments["case"] == after].set_index("id")
    at = was.index.get_indexer(now.index)
    known = at >= 0
    same = np.zeros(len(now), dtype=bool)
    for axis in ("x", "y"):
        here, there = now[axis].to_numpy()[known], was[axis].to_numpy()[at[known]]
        same[known] = here == there if axis == "x" else same[known] & (here == there)
    gone = np.ones(len(was), dtype=bool)
    gone[at[known]] = False
    moved = known & ~same
    for flow, table, rows in (
        ("entered", now, ~known),
        ("left", was, gone),
        ("moved", now, moved),
        ("moved_from", was, at[moved]),
        ("stayed", now, same),
    ):
        yield flow, _by_level(table[list(levels)], rows)


def _by_level(regions: pd.DataFrame, rows: np.ndarray) -> pd.Series:
    chosen = regions.iloc[np.flatnonzero(rows) if rows.dtype == bool else rows]
    counts: dict[tuple[str, str], int] = {("", ""): len(chosen)}
    for level in chosen:
        for code, n in chosen[level].value_counts().items():
            counts[str(level), str(code)] = int(n)
    index = pd.MultiIndex.from_tuples(list(counts), names=["level", "code"])
    return pd.Series(list(counts.values()), index=index, dtype=np.int64)


CHANGE = Measure(COLUMNS, finish=finish)
