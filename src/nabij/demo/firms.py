"""The made-up establishments: how many of which industry in which neighbourhood."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from nabij.demo.addresses import places
from nabij.demo.industries import INDUSTRIES, SECTORS, DemoSector, Industry
from nabij.demo.jobs import room_for_large_ones, sector_jobs, usual_jobs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Random = np.random.Generator

FULL = 1_000_000  # the size of register that the counts of a DemoSector belong to
UNEVEN = 0.5  # standard deviation of the logarithm of what one neighbourhood has more than another
LEANS = 0.05  # the same, of one region more than another where a DemoSector does not say


def populate(hoods: pd.DataFrame, corop: pd.Series, count: int, random: Random) -> pd.DataFrame:
    """Make `count` establishments.

    Parameters
    ----------
    hoods : pandas.DataFrame
        From `nabij.demo.neighbourhoods.draw`.
    corop : pandas.Series
        Name of the COROP region of every neighbourhood.
    count : int
    random : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        ``sbi`` (categorical of text), ``x, y`` (metres, float64), ``jobs`` (int64), in no
        order.
    """
    region = corop.to_numpy()
    pull = _pull(hoods)
    uneven = {way: _uneven(way_pull, region, random) for way, way_pull in pull.items()}
    usual = np.sum(
        [kind.share * pull[kind.settles] / pull[kind.settles].sum() for kind in INDUSTRIES], axis=0
    )
    room = room_for_large_ones(hoods)
    hood, code, jobs = [], [], []
    left = count
    for sector in SECTORS:
        total = round(sector.share * count)
        weight = _weight(sector, hoods, region == sector.focus, pull)
        weight = weight * random.lognormal(0.0, UNEVEN, len(hoods))
        expected = _expected(sector, hoods, region, weight, usual, count, random)
        dealt = _dealt_by_region(expected, pd.factorize(region)[0], total, random)
        here = np.repeat(np.arange(len(hoods)), dealt)
        hood.append(here)
        code.append(_drawn(sector.codes, total, random))
        jobs.append(sector_jobs(sector, region[here], room[here], random))
        left -= total
    for way in pull:
        kinds = [industry for industry in INDUSTRIES if industry.settles == way]
        share = sum(industry.share for industry in kinds)
        total = round(left * share / sum(industry.share for industry in INDUSTRIES))
        if way == list(pull)[-1]:
            total = count - sum(len(part) for part in hood)
        here = np.repeat(np.arange(len(hoods)), _dealt(uneven[way], total, random))
        kind = random.choice(len(kinds), total, p=np.array([k.share for k in kinds]) / share)
        hood.append(here)
        code.append(_codes_of(kinds, kind, random))
        jobs.append(usual_jobs([k.size for k in kinds], kind, random))

    table = pd.DataFrame(
        {
            "hood": np.concatenate(hood),
            "sbi": pd.Categorical(np.concatenate(code)),
            "jobs": np.concatenate(jobs),
        }
    ).iloc[random.permutation(count)]
    table["x"], table["y"] = places(hoods, table["hood"].to_numpy(), random)
    return table[["sbi", "x", "y", "jobs"]].reset_index(drop=True)


def _pull(hoods: pd.DataFrame) -> dict[str, Floats]:
    """How strongly each neighbourhood draws each way to settle."""
    people = hoods["inhabitants"].to_numpy()
    estate = hoods["estate"].to_numpy()
    middle = hoods["centrality"].to_numpy()
    surface = shapely.area(hoods["geometry"].to_numpy()) / 1e6
    # An estate has the room of 20 times its few inhabitants.
    room = np.where(estate, 20 * people, 0.0)
    return {
        "farmland": surface / (1 + people / surface / 400),
        "estates": 0.6 * people + 8 * room,
        "homes": people,
        "streets": people * (1 + 3 * middle) + room,
        "offices": people * (1 + 4 * middle) + 2 * room,
        "centres": people * (1 + 6 * middle),
    }


def _uneven(pull: Floats, region: NDArray[np.object_], random: Random) -> Floats:
    """Let neighbourhoods differ by more than their pull, but not whole regions."""
    number = pd.factorize(region)[0]
    noisy = pull * random.lognormal(0.0, UNEVEN, len(pull))
    return noisy * (np.bincount(number, pull) / np.bincount(number, noisy))[number]


def _expected(
    sector: DemoSector,
    hoods: pd.DataFrame,
    region: NDArray[np.object_],
    weight: Floats,
    usual: Floats,
    count: int,
    random: Random,
) -> Floats:
    """Establishments of a sector to expect in each neighbourhood: regions first, then inside."""
    scale = count / FULL
    number, names = pd.factorize(region)
    size = np.bincount(number, usual).astype(np.float64)
    quota = _quotas(sector, names, size, round(sector.share * count), random)
    expected = weight * (quota / np.bincount(number, weight))[number]
    named = hoods["name"].map(sector.named).to_numpy(dtype=np.float64) * scale
    is_named = ~np.isnan(named)
    others = (region == sector.focus) & ~is_named
    expected[is_named] = named[is_named]
    expected[others] = _capped(
        expected[others],
        sector.most_elsewhere * scale,
        quota[names == sector.focus].sum() - named[is_named].sum(),
    )
    return expected


def _weight(
    sector: DemoSector, hoods: pd.DataFrame, focus: NDArray[np.bool_], pull: dict[str, Floats]
) -> Floats:
    """How strongly each neighbourhood draws a sector, beside the others of its region."""
    mixture = [share * pull[way] / pull[way].sum() for way, share in sector.settles.items()]
    weight = np.sum(mixture, axis=0)
    if sector.gathers is None:
        return weight
    x, y = hoods["x"].to_numpy(), hoods["y"].to_numpy()
    people = hoods["inhabitants"].groupby(hoods["municipality"]).transform("sum").to_numpy()
    town = focus & (people == people[focus].max())
    away = np.hypot(x - x[town].mean(), y - y[town].mean())
    return np.where(focus, weight * np.exp(-away / sector.gathers), weight)


def _quotas(
    sector: DemoSector, names: NDArray[np.object_], size: Floats, total: int, random: Random
) -> Floats:
    """Establishments of a sector to expect in each region, from all there are (`size`)."""
    focus = names == sector.focus
    usual = random.lognormal(0.0, LEANS, len(names))
    quota = size * [sector.leaning.get(name, own) for name, own in zip(names, usual, strict=True)]
    quota[focus] = total * sector.in_focus
    given = focus.copy()
    for name, times in sector.beyond_focus.items():
        here = names == name
        quota[here] = times * quota[focus] * size[here] / size[focus]
        given |= here
    quota[~given] *= (total - quota[given].sum()) / quota[~given].sum()
    return quota


def _capped(expected: Floats, most: float, total: float) -> Floats:
    """Scale to a total with no value above `most`; what is too much goes to the others."""
    for _ in range(20):
        expected = np.minimum(expected * total / expected.sum(), most)
    return expected


def _dealt(expected: Floats, total: int, random: Random) -> Ints:
    """Whole numbers that sum to `total`: the whole part is sure, the rest falls as it may."""
    expected = expected * (total / expected.sum())
    sure = np.floor(expected + 1e-6)
    rest = np.maximum(expected - sure, 0.0)
    left = total - int(sure.sum())
    return sure.astype(np.int64) + random.multinomial(left, rest / rest.sum())


def _dealt_by_region(expected: Floats, number: Ints, total: int, random: Random) -> Ints:
    """Deal first to regions, rounded so that they sum to `total`, then inside each."""
    edges = np.cumsum(np.bincount(number, expected)) * (total / expected.sum())
    quota = np.diff(np.round(edges), prepend=0.0).astype(np.int64)
    count = np.zeros(len(expected), dtype=np.int64)
    for region, share in enumerate(quota):
        here = np.flatnonzero(number == region)
        count[here] = _dealt(expected[here], int(share), random)
    return count


def _drawn(codes: dict[str, float], total: int, random: Random) -> NDArray[np.object_]:
    names = np.array(list(codes), dtype=object)
    shares = np.array(list(codes.values()))
    return names[random.choice(len(names), total, p=shares / shares.sum())]


def _codes_of(kinds: list[Industry], kind: Ints, random: Random) -> NDArray[np.object_]:
    """Choose one of its industry's codes for each, the first ones the most common."""
    chosen = np.empty(len(kind), dtype=object)
    for number, industry in enumerate(kinds):
        here = np.flatnonzero(kind == number)
        shares = {code: 1 / (rank + 2) for rank, code in enumerate(industry.codes)}
        chosen[here] = _drawn(shares, len(here), random)
    return chosen
