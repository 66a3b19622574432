"""The made-up establishments: where each one is, what it does and how many jobs it has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from nabij.demo.industries import (
    CLASS_BOUNDS,
    INDUSTRIES,
    SECTORS,
    SIZES,
    DemoSector,
    Shares,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Random = np.random.Generator

FULL = 1_000_000  # the size of register that the counts of a DemoSector belong to
UNEVEN = 0.5  # standard deviation of the logarithm of what one neighbourhood has more than another


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
    usual = sum(
        industry.share * pull[industry.settles] / pull[industry.settles].sum()
        for industry in INDUSTRIES
    )

    room = _room(hoods)
    hood, code, jobs = [], [], []
    left = count
    for sector in SECTORS:
        total = round(sector.share * count)
        expected = _expected(sector, hoods, region, pull, usual, total, count, random)
        number = pd.factorize(region)[0]
        dealt = _dealt_by_region(expected, number, total, random)
        here = np.repeat(np.arange(len(hoods)), dealt)
        hood.append(here)
        code.append(_drawn(sector.codes, total, random))
        jobs.append(_sector_jobs(sector, region[here], room[here], random))
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
        jobs.append(_usual_jobs([k.size for k in kinds], kind, random))

    table = pd.DataFrame(
        {
            "hood": np.concatenate(hood),
            "sbi": pd.Categorical(np.concatenate(code)),
            "jobs": np.concatenate(jobs),
        }
    ).iloc[random.permutation(count)]
    table["x"], table["y"] = _places(hoods, table["hood"].to_numpy(), random)
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
    pull: dict[str, Floats],
    usual: Floats,
    total: int,
    count: int,
    random: Random,
) -> Floats:
    """Establishments of a sector to expect in each neighbourhood: regions first, then inside."""
    weight = sum(share * pull[way] / pull[way].sum() for way, share in sector.settles.items())
    weight = weight * random.lognormal(0.0, UNEVEN, len(hoods))
    focus = region == sector.focus
    if sector.gathers is not None:
        x, y = hoods["x"].to_numpy(), hoods["y"].to_numpy()
        people = hoods["inhabitants"].groupby(hoods["municipality"]).transform("sum")
        town = focus & (people == people[focus].max()).to_numpy()
        away = np.hypot(x - x[town].mean(), y - y[town].mean())
        weight = np.where(focus, weight * np.exp(-away / sector.gathers), weight)
    number, names = pd.factorize(region)
    leaning = np.array([sector.leaning.get(name, 1.0) for name in names])
    size = np.bincount(number, usual)
    at_focus = names == sector.focus
    in_focus = total * sector.in_focus
    quota = np.where(at_focus, in_focus, leaning * size)
    given = at_focus.copy()
    for name, times in sector.beyond_focus.items():
        here = names == name
        quota[here] = times * in_focus * size[here] / size[at_focus]
        given |= here
    quota[~given] *= (total - quota[given].sum()) / quota[~given].sum()
    expected = weight * (quota / np.bincount(number, weight))[number]

    scale = count / FULL
    named = hoods["name"].map(sector.named).to_numpy(dtype=np.float64) * scale
    is_named = ~np.isnan(named)
    others = focus & ~is_named
    expected[is_named] = named[is_named]
    expected[others] = _capped(
        expected[others],
        sector.most_elsewhere * scale,
        in_focus - named[is_named].sum(),
    )
    return expected


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


def _codes_of(kinds: list, kind: Ints, random: Random) -> NDArray[np.object_]:
    """Choose one of its industry's codes for each, the first ones the most common."""
    chosen = np.empty(len(kind), dtype=object)
    for number, industry in enumerate(kinds):
        here = np.flatnonzero(kind == number)
        shares = {code: 1 / (rank + 2) for rank, code in enumerate(industry.codes)}
        chosen[here] = _drawn(shares, len(here), random)
    return chosen


def _usual_jobs(profiles: list[str], kind: Ints, random: Random) -> Ints:
    jobs = np.empty(len(kind), dtype=np.int64)
    for number, profile in enumerate(profiles):
        here = np.flatnonzero(kind == number)
        jobs[here] = _jobs(random.random(len(here)), SIZES[profile], 4_000.0)
    return jobs


def _room(hoods: pd.DataFrame) -> Floats:
    """How fit a neighbourhood is for a large establishment: on an estate, not in a small place."""
    people = hoods["inhabitants"].groupby(hoods["municipality"]).transform("sum").to_numpy()
    return np.where(hoods["estate"], 1.0, 0.0) - np.where(people < 15_000, 1.0, 0.0)


def _sector_jobs(
    sector: DemoSector, region: NDArray[np.object_], room: Floats, random: Random
) -> Ints:
    """Jobs, dealt evenly inside the focus region and outside it, so that the shares hold."""
    jobs = np.empty(len(region), dtype=np.int64)
    for inside, sizes, largest in (
        (True, sector.focus_sizes, sector.focus_largest),
        (False, sector.sizes, sector.largest),
    ):
        here = np.flatnonzero((region == sector.focus) == inside)
        rank = np.argsort(np.argsort(room[here] + random.normal(size=len(here))))
        # Around the middle of each step: the jobs of a region should not hang on one firm.
        level = (rank + 0.3 + 0.4 * random.random(len(here))) / max(len(here), 1)
        jobs[here] = _jobs(level, sizes, largest)
    return jobs


def _jobs(level: Floats, sizes: Shares, largest: float) -> Ints:
    """Turn levels between 0 and 1 into jobs: a size class by its share, then inside the class.

    Inside a class, and in the open class at the top, jobs follow Zipf's law: twice as large is
    half as common (Axtell 2001, Science 293: firm sizes).
    """
    shares = np.array(sizes) / sum(sizes)
    ends = np.cumsum(shares)
    chosen = np.minimum(np.searchsorted(ends, level, side="right"), len(shares) - 1)
    inside = np.clip((level - (ends - shares)[chosen]) / shares[chosen], 0.0, 1.0 - 1e-12)
    low = np.array(CLASS_BOUNDS, dtype=np.float64)[chosen]
    high = np.array([*CLASS_BOUNDS[1:], largest])[chosen]
    return np.floor(1 / (1 / low - inside * (1 / low - 1 / high))).astype(np.int64)


def _places(hoods: pd.DataFrame, hood: Ints, random: Random) -> tuple[Floats, Floats]:
    """Put every establishment inside its neighbourhood, some at an address that is taken."""
    cells = hoods["geometry"].to_numpy()
    triangles, of_hood = shapely.get_parts(
        shapely.constrained_delaunay_triangles(cells), return_index=True
    )
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    surface = np.abs(shapely.area(triangles))
    mass = np.cumsum(surface)
    start = np.searchsorted(of_hood, np.arange(len(hoods)))
    before = np.concatenate([[0.0], mass])[start]
    whole = np.bincount(of_hood, surface, minlength=len(hoods))

    order = np.argsort(hood, kind="stable")
    sorted_hood = hood[order]
    count = len(hood)
    target = before[sorted_hood] + random.random(count) * whole[sorted_hood]
    triangle = np.minimum(np.searchsorted(mass, target, side="right"), len(mass) - 1)
    triangle = np.clip(
        triangle,
        start[sorted_hood],
        np.append(start[1:], len(of_hood))[sorted_hood] - 1,
    )
    a, b = random.random((2, count))
    over = a + b > 1
    a[over], b[over] = 1 - a[over], 1 - b[over]
    corner = corners[triangle]
    place = corner[:, 0] + a[:, None] * (corner[:, 1] - corner[:, 0])
    place += b[:, None] * (corner[:, 2] - corner[:, 0])
    place = _gathered(hoods, sorted_hood, place, random)

    # In a row of the same neighbourhood the next one sometimes moves in with the one before.
    shares_address = (0.10 + 0.12 * hoods["centrality"] + 0.06 * hoods["estate"]).to_numpy()
    joins = random.random(count) < shares_address[sorted_hood]
    joins[0] = False
    joins[1:] &= sorted_hood[1:] == sorted_hood[:-1]
    host = np.maximum.accumulate(np.where(joins, 0, np.arange(count)))
    # Whole metres, except where rounding, or a cell in two parts, would lead across a border.
    shapely.prepare(cells)
    whole_metres = np.round(place)
    stays = shapely.contains_xy(cells[sorted_hood], *whole_metres.T)
    at_home = shapely.contains_xy(cells[sorted_hood], *place.T)
    middle = shapely.get_coordinates(shapely.point_on_surface(cells))[sorted_hood]
    place = np.where(at_home[:, None], place, middle)
    place = np.where(stays[:, None], whole_metres, place)
    x, y = np.empty(count), np.empty(count)
    x[order], y[order] = place[host].T
    return x, y


def _gathered(hoods: pd.DataFrame, hood: Ints, place: Floats, random: Random) -> Floats:
    """Draw establishments towards the middle of their neighbourhood, in the country the most."""
    cells = hoods["geometry"].to_numpy()
    surface = shapely.area(cells)
    convex = surface > (1 - 1e-9) * shapely.area(shapely.convex_hull(cells))
    strength = np.where(convex, np.clip(surface / 8e6, 0.05, 0.8), 0.0)
    seed = hoods[["x", "y"]].to_numpy()[hood]
    keep = random.random(len(hood)) ** strength[hood]
    return seed + (place - seed) * keep[:, None]
