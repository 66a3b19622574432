"""A small synthetic result: 12 square regions, 25 neighbourhoods in the focus region."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.text import Text

from nabij.study import Study
from nabij.tables import Provenance
from nabij.views import FocusRegion, SectorTotals, View
from nabij.views.bounds import score_bounds
from nabij.views.findings import findings

CRS = "EPSG:28992"
SIDE = 10_000.0
YEARS = (2015, 2018, 2025)
PARTS = ("Architects", "Advertising", "Designers")
PLACES = (
    (6_000, 6_000, 2_200, 62, 3.4, 0.005, "many_small_close"),
    (17_000, 21_000, 1_500, 24, 2.1, 0.010, "between"),
    (33_000, 9_000, 2_600, 13, 2.6, 0.030, "few_large_spread"),
    (26_000, 15_000, 1_300, 12, 1.6, 0.450, "between"),
    (8_000, 26_000, 900, 6, 5.2, 0.020, "few_large_spread"),
)
# Of small and of large establishments, and metres between them.
SHARES = {
    "many_small_close": (0.9, 0.0, 60.0),
    "few_large_spread": (0.45, 0.2, 400.0),
    "between": (0.85, 0.02, 500.0),
}
SIZES = (("1", 1, 2), ("2-4", 2, 5), ("5-9", 5, 10), ("10-19", 10, 20), ("20+", 20, np.inf))


def squares(level, columns, rows, side, west=0.0, south=0.0):
    boxes = [
        shapely.box(
            west + column * side,
            south + row * side,
            west + (column + 1) * side,
            south + (row + 1) * side,
        )
        for row in range(rows)
        for column in range(columns)
    ]
    names = [f"{level.capitalize()} {at + 1}" for at in range(len(boxes))]
    codes = [f"{level[:2].upper()}{at:03d}" for at in range(len(boxes))]
    return gpd.GeoDataFrame({"code": codes, "name": names}, geometry=boxes, crs=CRS)


def sureness_of(count, quotient):
    """Return how sure the numbers of a region are: made up, the more establishments the surer."""
    wide = 1.96 / np.sqrt(max(count, 1))
    chance = 0.001 if quotient > 1 and count >= 10 else 0.4
    return {
        "p_value": chance if count > 1 else np.nan,
        "q_value": chance if count > 1 else np.nan,
        "location_quotient_low": quotient * np.exp(-wide),
        "location_quotient_high": quotient * np.exp(wide),
        "location_quotient_p": chance,
        "location_quotient_q": chance,
        "location_quotient_shrunk": 1 + (quotient - 1) * count / (count + 5),
    }


def clusters_of(places=PLACES):
    """Return made-up clusters: number, place, radius, establishments, LQ, p, type."""
    rows = []
    for at, (x, y, radius, count, quotient, chance, kind) in enumerate(places):
        shape = shapely.Point(x, y).buffer(radius)
        rows.append(
            {
                "cluster": at + 1,
                "name": f"Buurt {at + 1}, Region {at + 1}",
                "establishments": round(6 * count / quotient),
                "sector_establishments": count,
                "jobs": 18.0 * count / quotient,
                "sector_jobs": 4.0 * count,
                "location_quotient": quotient,
                "log_likelihood_ratio": count / 4,
                "p_value": chance,
                "area_km2": shape.area / 1e6,
                "type": kind,
                "small_share": SHARES[kind][0],
                "large_share": SHARES[kind][1],
                "spacing": SHARES[kind][2] * (1 + 0.1 * at),
                "stability": 0.95 - 0.1 * at,
                "geometry": shapely.MultiPolygon([shape]),
            }
        )
    return gpd.GeoDataFrame(rows, crs=CRS)


def table(level, polygons, sector, all_points):
    """Count and average by polygon, the plain way."""
    rows = []
    points = shapely.points(sector["x"], sector["y"])
    everything = shapely.points(all_points)
    for code, name, shape in zip(
        polygons["code"], polygons["name"], polygons.geometry, strict=True
    ):
        inside = sector[shapely.contains(shape, points)]
        total = int(shapely.contains(shape, everything).sum())
        share = len(inside) / total if total else np.nan
        quotient = share / (len(sector) / len(all_points))
        rows.append(
            {
                "level": level,
                "code": code,
                "name": name,
                "establishments": total,
                "sector_establishments": len(inside),
                "jobs": float(3 * total),
                "sector_jobs": float(inside["jobs"].sum()),
                "mean_d_score": (mean := inside["d_score"].mean() if len(inside) else np.nan),
                "mean_d_score_low": mean * 0.85 if len(inside) > 1 else np.nan,
                "mean_d_score_high": mean * 1.2 if len(inside) > 1 else np.nan,
                "location_quotient": quotient,
                "location_quotient_jobs": quotient,
                **sureness_of(len(inside), quotient),
                "geometry": shape,
            }
        )
    return gpd.GeoDataFrame(rows, crs=CRS)


def through_years(row, years=YEARS):
    """Return rows of a table in several years, their numbers a little less in earlier ones."""
    tables = []
    for at, year in enumerate(years):
        table = row.copy()
        numbers = table.select_dtypes("number").columns
        less = table[numbers] * (1 - 0.1 * (len(years) - 1 - at))
        table[numbers] = less
        for name in [name for name in numbers if name.endswith("establishments")]:
            table[name] = table[name].round().astype(int)
        table.insert(0, "year", year)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def pairs_of(parts=PARTS, divisions=30):
    """Return made-up nearness of parts to each other and of the sector to divisions."""
    rng = np.random.default_rng(3)
    rows = [(a, b, 40, rng.lognormal(0, 0.2)) for a in parts for b in parts if a != b]
    rows += [("", f"X{at + 10}", 95 + at, rng.lognormal(0, 0.3)) for at in range(divisions)]
    table = pd.DataFrame(rows, columns=["part", "other", "other_establishments", "ratio"])
    table.insert(2, "other_name", table["other"])
    table["expected_d_score"] = 0.02
    table["mean_d_score"] = 0.02 * table["ratio"]
    table["relative_d_score"] = table.pop("ratio")
    ranked = (table["part"] != "") | (table["other_establishments"] >= 100)
    among = table[ranked].groupby("part")["relative_d_score"]
    table["p_value"] = np.where(table["relative_d_score"] > 1.1, 0.01, 0.4)
    table["q_value"] = np.where(table["relative_d_score"] > 1.1, 0.02, 0.5)
    table["rank"] = among.rank(ascending=False).reindex(table.index).astype("Int64")
    return table


def profiles_of(longest=30_000.0, steps=20):
    """Return made-up distance profiles: a sector that gathers within a third of the distance."""
    distance = np.linspace(0, longest, steps + 1)[1:]
    gathered = 1 + 2 * np.exp(-3 * distance / longest)
    tables = []
    for measure, plain, wide in (
        ("Kd", np.full(steps, 1e-5), 0.2),
        ("M", np.ones(steps), 0.3),
        ("K", np.pi * distance**2, 0.2),
        ("L", 0.1 * distance, 0.5),
    ):
        bounds = {
            name: plain * (1 + side * wide)
            for name, side in (("low", -1), ("high", 1), ("global_low", -1.5), ("global_high", 1.5))
        }
        row = {"measure": measure, "distance": distance, "value": plain * gathered}
        tables.append(pd.DataFrame({**row, "expected": plain, **bounds}))
    return pd.concat(tables, ignore_index=True)


def make_result(
    *,
    count=200,
    columns=4,
    rows=3,
    levels=("region", "buurt"),
    synthetic=True,
    estimated=False,
    sector_name="Creative services",
    seed=7,
    **output,
):
    """Build a result of `count` establishments, most of them in and round the first region."""
    rng = np.random.default_rng(seed)
    wide, high = columns * SIDE, rows * SIDE
    near = rng.normal((6_000, 6_000), 2_500, (count // 2, 2))
    far = rng.uniform((0, 0), (wide, high), (count - count // 2, 2))
    xy = np.clip(np.vstack([near, far]), 1.0, (wide - 1, high - 1))
    others = rng.uniform((0, 0), (wide, high), (5 * count, 2))
    jobs = np.maximum(1, np.round(rng.lognormal(0.9, 1.1, count)))
    distance = np.maximum(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)), 100.0)
    near_sum = (1000 / distance).sum(axis=1) - 10
    score = near_sum / (count - 1) if count > 1 else np.full(count, np.nan)
    sector = pd.DataFrame(
        {
            "id": [f"E{at}" for at in range(count)],
            "code": "7111",
            "x": xy[:, 0],
            "y": xy[:, 1],
            "jobs": jobs,
            "d_score": score,
            "expected_d_score": 0.06,
            "relative_d_score": score / 0.06,
            "p_value": np.where(score > 0.12, 0.001, 0.3),
            "q_value": np.where(score > 0.12, 0.004, 0.4),
        }
    )
    all_points = np.vstack([xy, others])
    regions = squares(levels[0], columns, rows, SIDE)
    tables = [table(levels[0], regions, sector, all_points)]
    focus = tables[0].loc[tables[0]["sector_establishments"].idxmax()]
    zoom = None
    neighbourhoods = gpd.GeoDataFrame(
        {"code": [], "name": [], "sector_establishments": [], "sector_jobs": [], "named": []},
        geometry=[],
        crs=CRS,
    )
    threshold = 6
    if len(levels) > 1:
        zoom = levels[-1]
        west, south, *_ = focus.geometry.bounds
        cells = squares(zoom, 5, 5, SIDE / 5, west, south)
        tables.append(table(zoom, cells, sector, all_points))
        neighbourhoods = tables[-1][
            ["code", "name", "sector_establishments", "sector_jobs", "geometry"]
        ].assign(named=lambda found: found["sector_establishments"] >= threshold)
    classes = pd.DataFrame(
        {
            "size_class": [name for name, *_ in SIZES],
            **{
                f"{which}_establishments": [
                    int(((part["jobs"] >= low) & (part["jobs"] < high)).sum())
                    for _, low, high in SIZES
                ]
                for which, part in (
                    (
                        "focus",
                        sector[
                            shapely.contains(
                                focus.geometry, shapely.points(sector["x"], sector["y"])
                            )
                        ],
                    ),
                    ("national", sector),
                )
            },
        }
    )
    for which in ("focus", "national"):
        counts = classes[f"{which}_establishments"]
        classes[f"{which}_share"] = counts / counts.sum() if counts.sum() else np.nan
    study = Study.from_dict(
        {
            "register": {
                "path": "/data/made_up.csv",
                "code": "sbi",
                "jobs": "banen",
                "x": "x",
                "y": "y",
                "crs": CRS,
                "synthetic": synthetic,
            },
            "sector": {"name": sector_name, "codes": ["7111"]},
            "regions": [
                {"level": level, "path": "/data/shapes.gpkg", "code": "code"} for level in levels
            ],
            "profiles": {"simulations": 199},
            "output": output,
        }
    )
    mean = float(sector["d_score"].mean())
    totals = SectorTotals(
        name=sector_name,
        reference_name="services",
        establishments=count,
        reference_establishments=6 * count,
        register_establishments=6 * count,
        jobs=float(jobs.sum()),
        register_jobs=float(18 * count),
        jobs_estimated=estimated,
        mean_d_score=mean,
        mean_expected_d_score=0.06,
        relative_d_score=mean / 0.06,
        unit="1/km",
    )
    sectors = pd.DataFrame(
        {
            "sector": [sector_name],
            "establishments": [count],
            "mean_d_score": [mean],
            "mean_d_score_low": [0.9 * mean],
            "mean_d_score_high": [1.1 * mean],
            "expected_d_score": [0.06],
            "relative_d_score": [mean / 0.06],
            "z": [9.0],
            "p_value": [0.001],
            "q_value": [0.001],
            "clusters": [3],
            "share_in_clusters": [0.5],
        }
    )
    focus_region = FocusRegion(
        level=levels[0],
        code=focus["code"],
        name=focus["name"],
        row=focus,
        zoom_level=zoom,
        threshold=threshold,
        neighbourhoods=neighbourhoods,
    )
    of_all = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=CRS)
    clusters = clusters_of() if count >= 100 else clusters_of().iloc[:0]
    return View(
        study=study,
        establishments=sector,
        regions=of_all,
        sector=totals,
        focus=focus_region,
        size_classes=classes,
        findings=findings(
            totals,
            of_all,
            focus_region,
            classes,
            establishments=sector,
            clusters=clusters,
            geocoding=0.0,
        ),
        parts=pd.DataFrame(
            {
                "part": list(PARTS),
                "establishments": [90, 60, 50],
                "jobs": 100.0,
                "mean_d_score": mean,
            }
        ),
        rejected=pd.DataFrame(),
        provenance=Provenance({}, {}, {}, datetime(2026, 1, 1), {}, {}, (), {}, CRS),
        year=YEARS[-1],
        pairs=pairs_of(),
        history=through_years(sectors),
        region_history=through_years(pd.DataFrame(tables[0].drop(columns="geometry"))),
        profiles=profiles_of(),
        clusters=clusters,
        score_bounds=tuple(score_bounds(score)),
    )


def renamed(result, name):
    """Return the result with every name in it replaced."""
    focus = dataclasses.replace(
        result.focus,
        name=name,
        row=result.focus.row.copy(),
        neighbourhoods=result.focus.neighbourhoods.assign(name=name),
    )
    pairs = result.pairs.copy()
    parts = pairs["part"] != ""
    pairs.loc[parts, ["part", "other", "other_name"]] += f" {name}"
    return dataclasses.replace(
        result,
        pairs=pairs,
        region_history=result.region_history.assign(name=name),
        regions=result.regions.assign(name=name),
        clusters=result.clusters.assign(name=name),
        focus=focus,
        sector=dataclasses.replace(result.sector, name=name, reference_name=name),
        study=result.study.model_copy(
            update={"output": result.study.output.model_copy(update={"source": name})}
        ),
    )


def with_unknown_jobs(result):
    """Return the result as it is of a register whose column of jobs is empty."""
    table = pd.DataFrame({"size_class": [*(name for name, *_ in SIZES), "unknown"]})
    for which in ("focus", "national"):
        count = int(result.size_classes[f"{which}_establishments"].sum())
        table[f"{which}_establishments"] = [0] * len(SIZES) + [count]
        table[f"{which}_share"] = [0.0] * len(SIZES) + [1.0]
    return dataclasses.replace(
        result,
        establishments=result.establishments.assign(jobs=np.nan),
        regions=result.regions.assign(sector_jobs=0.0),
        sector=dataclasses.replace(result.sector, jobs=0.0),
        size_classes=table,
    )


def texts_of(figure):
    """Return every text that is drawn."""
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def boxes_of(figure, gid="label"):
    """Return the boxes, in pixels, of the texts with a group id."""
    renderer = figure.canvas.get_renderer()
    return [t.get_window_extent(renderer) for t in figure.findobj(Text) if t.get_gid() == gid]


def dots_of(figure, axes_name="map"):
    """Return the offsets of all dots drawn as dots."""
    axes = next(each for each in figure.axes if each.get_label() == axes_name)
    return np.vstack([c.get_offsets() for c in axes.collections if c.get_label() == "dots"])


@pytest.fixture(scope="session")
def result():
    return make_result()


@pytest.fixture(scope="session")
def make():
    return make_result


@pytest.fixture(scope="session")
def rename():
    return renamed


@pytest.fixture(scope="session")
def unknown_jobs():
    return with_unknown_jobs


@pytest.fixture(scope="session")
def texts():
    return texts_of


@pytest.fixture(scope="session")
def boxes():
    return boxes_of


@pytest.fixture(scope="session")
def make_pairs():
    return pairs_of


@pytest.fixture(scope="session")
def make_clusters():
    return clusters_of


@pytest.fixture(scope="session")
def dots():
    return dots_of
