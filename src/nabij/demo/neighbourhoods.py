"""Made-up neighbourhoods that fill the land exactly, with the article's own where they belong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from nabij.demo.land import STEP, Land

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEIGHBOURHOODS = 13_000  # about as many as the Netherlands has
FEWEST = 4  # in a municipality
# Where the article's map has whole districts for neighbourhoods, of 8,000 people on average.
FEWER = {"Amsterdam": 100}
ROUNDS = 2  # of moving every seed to the middle of its cell, which makes the cells compact
ELBOW_ROOM = 450.0  # metres around a named neighbourhood's seed without another seed
ESTATE_SHARE = 0.07  # of the neighbourhoods are industrial estates
SPLIT = 4  # squares of land are split in so many by so many before seeds are drawn

# The neighbourhoods that the article names: municipality, kilometres in RD New (by eye), and
# whether it is an industrial estate. In Bladel and Eersel the article gives no name; these are
# their largest estates.
NAMED: dict[str, tuple[str, float, float, bool]] = {
    "Hurk": ("Eindhoven", 157.4, 382.4, True),
    "Flight Forum": ("Eindhoven", 156.4, 384.9, True),
    "Beemden": ("Eindhoven", 161.6, 386.4, True),
    "Ekkersrijt": ("Son en Breugel", 161.0, 390.3, True),
    "De Sleutel": ("Bladel", 145.6, 375.3, True),
    "Meerheide": ("Eersel", 152.2, 377.4, True),
    "Hoogeind": ("Helmond", 176.1, 386.3, True),
    "Oostelijk Havengebied": ("Amsterdam", 124.6, 487.6, False),
    "Landlust": ("Amsterdam", 118.5, 488.0, False),
    "Jordaan": ("Amsterdam", 120.3, 487.6, False),
    "Oude Pijp": ("Amsterdam", 121.2, 485.5, False),
    "Nieuwe Pijp": ("Amsterdam", 121.3, 484.7, False),
    "Grachtengordel": ("Amsterdam", 120.9, 486.7, False),
    "Haarlemmerbuurt": ("Amsterdam", 120.9, 488.5, False),
    "Staatsliedenbuurt": ("Amsterdam", 119.4, 488.6, False),
    "Oostelijke Eilanden": ("Amsterdam", 123.2, 487.0, False),
    "Nieuwmarkt/Lastage": ("Amsterdam", 122.1, 487.3, False),
}


def draw(table: pd.DataFrame, land: Land, random: np.random.Generator) -> pd.DataFrame:
    """Draw seeds, dense where people live, and give each what lies nearest to it.

    Parameters
    ----------
    table : pandas.DataFrame
        From `nabij.demo.places.municipalities`.
    land : Land
    random : numpy.random.Generator

    Returns
    -------
    pandas.DataFrame
        ``code, name, municipality`` (row of `table`), ``inhabitants, estate, centrality`` (0 at
        the edge of the built-up area and beyond, 1 in the middle of the largest town of the
        country), ``x, y`` (the seed) and ``geometry``: polygons that share their borders and
        together are the land.
    """
    seeds = _seeds(table, land, random)
    x, y = seeds["x"].to_numpy(copy=True), seeds["y"].to_numpy(copy=True)
    free = seeds["name"].isna().to_numpy()
    shapely.prepare(land.outline)
    for _ in range(ROUNDS):
        cells = _voronoi(x, y)
        moves = free & shapely.contains_properly(land.outline, cells)
        middle = shapely.centroid(cells[moves])
        x[moves], y[moves] = shapely.get_x(middle), shapely.get_y(middle)
    # Millimetres are enough, and numbers that are short in binary keep the cutting exact.
    x, y = np.round(x * 1024) / 1024, np.round(y * 1024) / 1024
    seeds = seeds.assign(x=x, y=y, geometry=_cut(x, y, land.outline))
    seeds = seeds[~shapely.is_missing(seeds["geometry"].to_numpy())]
    seeds = seeds.assign(municipality=_resettled(seeds, land))
    seeds = seeds.assign(municipality=_without_exclaves(seeds))
    return _numbered(_peopled(seeds, table, random), table)


def _seeds(table: pd.DataFrame, land: Land, random: np.random.Generator) -> pd.DataFrame:
    x, y, owner = _split(land)
    density = np.zeros(len(x))
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(table) + 1))
    for row, place in enumerate(table.itertuples()):
        here = order[ends[row] : ends[row + 1]]
        density[here] = _density(place, x[here], y[here], random)

    named = pd.DataFrame(
        [
            (name, table.index[table["name"] == town][0], 1e3 * km_x, 1e3 * km_y, estate)
            for name, (town, km_x, km_y, estate) in NAMED.items()
        ],
        columns=["name", "municipality", "x", "y", "estate"],
    )
    points = shapely.STRtree(shapely.points(x, y))
    at = shapely.points(named["x"], named["y"])
    nearest = points.query_nearest(at, all_matches=False)[1]
    taken = np.unique(points.query(at, predicate="dwithin", distance=ELBOW_ROOM)[1])

    people = table["inhabitants"].to_numpy()
    wanted = np.maximum(FEWEST, np.round(NEIGHBOURHOODS * people / people.sum())).astype(np.int64)
    for name, number in FEWER.items():
        wanted[table["name"] == name] = number
    size = np.bincount(owner, minlength=len(table))
    mass = np.bincount(owner, density, minlength=len(table))
    # A quarter of the seeds falls anywhere, so that the countryside has neighbourhoods too.
    weight = 0.75 * density / mass[owner] + 0.25 / size[owner]
    # One drawn with this weight stands for so many people (Horvitz and Thompson 1952).
    stands_for = density / weight
    named["inhabitants"] = stands_for[nearest]
    weight[taken] = 0.0
    with np.errstate(divide="ignore"):
        key = random.exponential(size=len(x)) / weight  # smallest keys: a weighted sample
    order = np.lexsort((key, owner))
    rank = np.arange(len(x)) - np.repeat(ends[:-1], size)
    chosen = order[rank < wanted[owner[order]]]
    chosen = chosen[np.isfinite(key[chosen])]
    jitter = (random.random((2, len(chosen))) - 0.5) * STEP / SPLIT
    drawn = pd.DataFrame(
        {
            "municipality": owner[chosen],
            "x": x[chosen] + jitter[0],
            "y": y[chosen] + jitter[1],
            "inhabitants": stands_for[chosen],
        }
    )
    drawn["estate"] = random.random(len(drawn)) < ESTATE_SHARE
    return pd.concat([named, drawn], ignore_index=True)


def _split(land: Land) -> tuple[Floats, Floats, Ints]:
    offsets = (np.arange(SPLIT) + 0.5) / SPLIT - 0.5
    dx, dy = (STEP * axis.ravel() for axis in np.meshgrid(offsets, offsets))
    x, y = (land.x[:, None] + dx).ravel(), (land.y[:, None] + dy).ravel()
    inside = shapely.contains_xy(land.outline, x, y)
    return x[inside], y[inside], np.repeat(land.owner, SPLIT**2)[inside]


def _density(place: object, x: Floats, y: Floats, random: np.random.Generator) -> Floats:
    """Inhabitants per square of a municipality: a main town, villages, farms between them."""
    people, area = place.inhabitants, place.area  # type: ignore[attr-defined]
    villages = int(area / 3.5e7)  # one in 35 square kilometres
    at = random.integers(len(x), size=villages)
    # In a city of 200,000 nearly everyone lives in the town itself, in a village two in three.
    main = 0.66 + 0.3 * min(1.0, people / 200_000)
    shares = 1.0 / np.arange(1, villages + 1)
    shares = np.concatenate([[main], (0.97 - main) * shares / max(shares.sum(), 1e-9)])
    centre_x = np.concatenate([[place.x], x[at]])  # type: ignore[attr-defined]
    centre_y = np.concatenate([[place.y], y[at]])  # type: ignore[attr-defined]
    density = np.full(len(x), 1.0 / len(x)) * max(1.0 - shares.sum(), 0.03)
    for share, town_x, town_y in zip(shares, centre_x, centre_y, strict=True):
        radius = np.sqrt(people * share / 4500 / np.pi) * 1e3  # 4,500 in a built-up square km
        steps = np.hypot(x - town_x, y - town_y) / radius
        form = (1 + np.exp(-2.5 * steps)) / (1 + steps**6)
        density += share * form / max(form.sum(), 1e-12)
    return people * density / density.sum()


def _voronoi(x: Floats, y: Floats) -> NDArray[np.object_]:
    """One cell for each seed, in the order of the seeds."""
    seeds = shapely.multipoints(np.column_stack([x, y]))
    return shapely.get_parts(shapely.voronoi_polygons(seeds, ordered=True))


def _cut(x: Floats, y: Floats, outline: shapely.Geometry) -> NDArray[np.object_]:
    """Cut the land along the lines midway between seeds; neighbours share the very same line."""
    seeds = shapely.multipoints(np.column_stack([x, y]))
    lines = shapely.voronoi_polygons(seeds, only_edges=True, extend_to=outline)
    network = shapely.union_all([lines, outline.boundary])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    middle = shapely.point_on_surface(faces)
    kept = shapely.contains(outline, middle)
    faces, middle = faces[kept], middle[kept]
    seed = shapely.STRtree(shapely.points(x, y)).query_nearest(middle, all_matches=False)[1]
    cells = np.full(len(x), None, dtype=object)
    cells[seed] = faces
    times = np.bincount(seed, minlength=len(x))
    for several in np.flatnonzero(times > 1):
        cells[several] = shapely.union_all(faces[seed == several])
    return cells


def _resettled(seeds: pd.DataFrame, land: Land) -> Ints:
    """Give what moved over a border to the other side, or towns would swallow the countryside."""
    before = seeds["municipality"].to_numpy()
    after = land.owner_at(seeds["x"].to_numpy(), seeds["y"].to_numpy())
    left_without = np.setdiff1d(before, after)
    stays = seeds["name"].notna() | np.isin(before, left_without)
    return np.where(stays, before, after)


def _without_exclaves(seeds: pd.DataFrame) -> Ints:
    """Give what lies apart from its municipality to the one around it; islands stay."""
    cells = seeds["geometry"].to_numpy()
    owner = seeds["municipality"].to_numpy(copy=True)
    tree = shapely.STRtree(cells)
    named = seeds["name"].notna().to_numpy()
    for row in range(owner.max() + 1):
        here = np.flatnonzero(owner == row)
        parts = shapely.get_parts(shapely.coverage_union_all(cells[here]))
        for part in parts[np.argsort(-shapely.area(parts))][1:]:
            inside = here[shapely.contains_xy(part, seeds["x"].iloc[here], seeds["y"].iloc[here])]
            around = owner[tree.query(part, predicate="intersects")]
            around = around[around != row]
            if len(around) and not named[inside].any():
                owner[inside] = np.bincount(around).argmax()
    return owner


def _peopled(seeds: pd.DataFrame, table: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Give every neighbourhood its inhabitants and its place between centre and edge."""
    people = seeds["inhabitants"] * random.lognormal(0.0, 0.45, len(seeds))
    people = people.where(~seeds["estate"], 0.05 * people)
    total = people.groupby(seeds["municipality"]).transform("sum")
    people *= table["inhabitants"].to_numpy()[seeds["municipality"]] / total
    where = table.loc[seeds["municipality"]]
    town = where["inhabitants"].to_numpy()
    away = np.hypot(seeds["x"] - where["x"].to_numpy(), seeds["y"] - where["y"].to_numpy())
    radius = np.sqrt(town / 4500 / np.pi) * 1e3
    centrality = np.exp(-1.5 * (away / radius) ** 2) * (town / town.max()) ** 0.4
    return seeds.assign(inhabitants=people, centrality=centrality, away=away)


def _numbered(seeds: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Number the neighbourhoods of a municipality from its middle outwards."""
    seeds = seeds.sort_values(["municipality", "away"], kind="stable", ignore_index=True)
    number = seeds.groupby("municipality").cumcount() + 1
    where = table.loc[seeds["municipality"]].reset_index(drop=True)
    code = "BU" + where["code"].str[2:] + number.astype(str).str.zfill(4)
    name = seeds["name"].fillna(where["name"] + " " + number.astype(str))
    columns = ["municipality", "inhabitants", "estate", "centrality", "x", "y", "geometry"]
    return seeds[columns].assign(code=code, name=name, estate=seeds["estate"].astype(bool))
