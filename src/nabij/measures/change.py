"""Change between two years: what entered, left, moved and stayed, and how indicators changed.

Two years share those who stayed, so their scores are not two samples: intervals of each, held
against each other, hardly ever find what changed, and a paired test of those who stayed finds it
everywhere, as all of them share who entered. What can have changed the score is who entered and
who left; so these are held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nabij.inference.multiple import q_values
from nabij.inference.quotients import mid_p
from nabij.inference.relabelling import relabelled_higher_mean, relabelled_mid_p
from nabij.inference.subsets import higher_mean
from nabij.measures.measure import Asked, Frames, Measure
from nabij.proximity import sums
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
        Column("p_value", "p", digits=3, needs="ids"),
        Column("q_value", "p", digits=3, needs="ids"),
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
            flows = _flows(frames, before, after)
            for flow, counted in flows.by_region().items():
                table[flow] = counted.reindex(table.index, fill_value=0)
            table["p_value"] = entered_regions(table, asked)
            table.loc[("", ""), "p_value"] = entered_nearer(flows, asked)
            keys = {
                "from_year": sectors["year"][before],
                "to_year": sectors["year"][after],
                "sector": sectors["sector"][after],
            }
            found.append(table.reset_index().assign(**keys))
    changes = pd.concat(found, ignore_index=True)
    family = changes.groupby(["from_year", "to_year", "sector", "level"], sort=False).ngroup()
    changes["q_value"] = q_values(changes["p_value"], family)
    frames["changes"] = changes


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


@dataclass(frozen=True)
class Flows:
    """Establishments of the sector in two years, matched by id.

    Attributes
    ----------
    was, now : pandas.DataFrame
        Of the earlier and of the later year.
    levels : list of str
    entered, moved, stayed : numpy.ndarray of int64
        Rows of `now`.
    left, moved_from : numpy.ndarray of int64
        Rows of `was`.
    """

    was: pd.DataFrame
    now: pd.DataFrame
    levels: list[str]
    entered: np.ndarray
    moved: np.ndarray
    stayed: np.ndarray
    left: np.ndarray
    moved_from: np.ndarray

    def by_region(self) -> dict[str, pd.Series]:
        """Count each flow by level and code."""
        earlier = ("left", "moved_from")
        tables = {flow: self.was if flow in earlier else self.now for flow in FLOWS}
        return {
            flow: _by_level(table[self.levels].iloc[getattr(self, flow)])
            for flow, table in tables.items()
        }


def _flows(frames: Frames, before: int, after: int) -> Flows:
    establishments = frames["establishments"]
    was = establishments[establishments["case"] == before]
    now = establishments[establishments["case"] == after]
    at = pd.Index(was["id"]).get_indexer(pd.Index(now["id"]))
    known = np.flatnonzero(at >= 0)
    here, there = (table[["x", "y"]].to_numpy() for table in (now, was))
    same = (here[known] == there[at[known]]).all(axis=1)
    gone = np.ones(len(was), dtype=bool)
    gone[at[known]] = False
    return Flows(
        was=was,
        now=now,
        levels=list(frames["regions"]["level"].unique()),
        entered=np.flatnonzero(at < 0),
        moved=known[~same],
        stayed=known[same],
        left=np.flatnonzero(gone),
        moved_from=at[known[~same]],
    )


def entered_nearer(flows: Flows, asked: Asked) -> float:
    """Test whether those who entered are nearer to those who stayed than those who left were.

    Each of both has a sum of f over those who stayed. If who entered were a random draw of all
    who entered or left, the mean of its logarithm would be that of a draw. Who moved left one
    place and entered another.

    Returns
    -------
    float
        Not a number without any who stayed, entered or left, and where one of the sums is 0, as a
        kernel that ends (`within`) may have it: there is no logarithm of nothing.
    """
    leavers = np.concatenate([flows.left, flows.moved_from])
    entrants = np.concatenate([flows.entered, flows.moved])
    if not (len(leavers) and len(entrants) and len(flows.stayed)):
        return float("nan")
    stayed = flows.now.iloc[flows.stayed]
    near = sums(
        np.concatenate([_places(flows.was.iloc[leavers]), _places(flows.now.iloc[entrants])]),
        _places(stayed),
        weights=np.nan_to_num(stayed["jobs"].to_numpy()) if asked.decay.weights == "jobs" else None,
        **asked.decay.arguments,
    ).values[0, 0]
    if not (near > 0).all():
        return float("nan")
    at = np.arange(len(leavers), len(near))
    pool = np.log(near), at, np.zeros_like(at), 1
    simulations = asked.significance.simulations
    if simulations:
        return float(relabelled_higher_mean(*pool, simulations=simulations, random=asked.random)[0])
    return float(higher_mean(*pool)[0])


def _places(table: pd.DataFrame) -> np.ndarray:
    return table[["x", "y"]].to_numpy(dtype=np.float64)


def entered_regions(flows: pd.DataFrame, asked: Asked) -> np.ndarray:
    """Test every region: of those who entered or left here, did more enter than elsewhere?

    Parameters
    ----------
    flows : pandas.DataFrame
        Counts by level and code, those of the whole sector under an empty level.
    asked : Asked

    Returns
    -------
    numpy.ndarray of float64
        The mid-p that a random draw of all who entered or left, as large as those who entered, has
        as many here; not a number where none entered or left, and for what is no region.
    """
    entrants = (flows["entered"] + flows["moved"]).to_numpy()
    both = entrants + (flows["left"] + flows["moved_from"]).to_numpy()
    whole = flows.index.get_loc(("", ""))
    found = np.full(len(flows), np.nan)
    regions = np.flatnonzero(flows.index.get_level_values("code") != "")
    counts = entrants[regions], entrants[whole], both[regions], both[whole]
    simulations = asked.significance.simulations
    found[regions] = (
        relabelled_mid_p(*counts, simulations=simulations, random=asked.random)
        if simulations
        else mid_p(*counts)
    )
    return found


def _by_level(chosen: pd.DataFrame) -> pd.Series:
    counts: dict[tuple[str, str], int] = {("", ""): len(chosen)}
    for level in chosen:
        for code, n in chosen[level].value_counts().items():
            counts[str(level), str(code)] = int(n)
    index = pd.MultiIndex.from_tuples(list(counts), names=["level", "code"])
    return pd.Series(list(counts.values()), index=index, dtype=np.int64)


CHANGE = Measure(COLUMNS, finish=finish)
