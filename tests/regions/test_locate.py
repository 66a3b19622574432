"""Every point is located as testing it against every polygon would locate it."""

from importlib import import_module

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nabij.regions.locate import locate, locate_levels

SIDE = 6


def plainly(x, y, polygons):
    """Return the first polygon of every point, and how many have several: all pairs, no index."""
    touches = np.zeros((len(x), len(polygons)), dtype=bool)
    for number, polygon in enumerate(polygons):
        if polygon is not None:
            touches[:, number] = shapely.intersects(polygon, shapely.points(x, y))
    region = (
        np.where(touches.any(axis=1), touches.argmax(axis=1), -1) if len(polygons) else x * 0 - 1
    )
    return region.astype(int).tolist(), int((touches.sum(axis=1) > 1).sum())


def agrees(x, y, levels, **how):
    """Return whether all levels together, and each alone, are as testing all pairs says."""
    expected = [plainly(x, y, polygons) for polygons in levels]
    together = [(f.region.tolist(), f.several) for f in locate_levels(x, y, levels, **how)]
    alone = [locate(x, y, polygons) for polygons in levels]
    return together == expected == [(f.region.tolist(), f.several) for f in alone]


whole = st.integers(0, SIDE)


@st.composite
def shape(draw):
    """Draw a rectangle, a triangle, a ring, two pieces, or nothing, with corners on the grid."""
    kind = draw(st.sampled_from(["rectangle", "rectangle", "triangle", "ring", "pieces", "none"]))
    if kind == "none":
        return None
    if kind == "triangle":
        corners = draw(st.lists(st.tuples(whole, whole), min_size=3, max_size=3))
        triangle = shapely.Polygon(corners)
        return triangle if triangle.is_valid and triangle.area else None
    west, south = draw(st.integers(0, SIDE - 3)), draw(st.integers(0, SIDE - 3))
    width, height = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    box = shapely.box(west, south, west + width, south + height)
    if kind == "ring":
        return shapely.box(west, south, west + 3, south + 3) - shapely.box(
            west + 1, south + 1, west + 2, south + 2
        )
    if kind == "pieces":
        return box | shapely.box(SIDE - 1, SIDE - 1, SIDE, SIDE)
    return box


level = st.lists(shape(), max_size=6).map(lambda shapes: np.array(shapes, dtype=object))
# Halves lie between the lines, whole numbers on them; many points share a place.
place = st.tuples(st.integers(-1, 2 * SIDE + 1), st.integers(-1, 2 * SIDE + 1))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(place, max_size=40),
    st.integers(1, 5),
    st.lists(level, min_size=1, max_size=3),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([1.0, 0.1]),
    st.sampled_from([1, 2, 5, 32]),
)
def test_points_are_located_as_all_pairs_say(places, times, levels, threads, scale, size):
    xy = np.array(places, dtype=float).reshape(-1, 2).repeat(times, axis=0) / 2 * scale
    scaled = [
        np.array([g and shapely.transform(g, lambda c: c * scale) for g in shapes], dtype=object)
        for shapes in levels
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("nabij.regions.locate"), "SIZE", size)
        assert agrees(xy[:, 0], xy[:, 1], scaled, threads=threads)


def test_the_first_polygon_has_an_overlap_and_all_of_it_is_counted():
    random = np.random.default_rng(4)
    x, y = random.uniform(0, 10, (2, 5000))
    country, province = shapely.box(-1, -1, 11, 11), shapely.box(2, 2, 7, 7)
    among = int(shapely.intersects_xy(province, x, y).sum())
    for polygons in ([country, province], [province, country]):
        found = locate(x, y, np.array(polygons))
        assert found.several == among
        assert found.outside == 0
    assert int((found.region == 0).sum()) == among


def test_a_level_that_does_not_nest_is_located_for_itself():
    random = np.random.default_rng(5)
    x, y = random.uniform(0, 12, (2, 5000)).round(1)
    thirds = np.array([shapely.box(4 * i, 0, 4 * i + 4, 12) for i in range(3)])
    quarters = np.array([shapely.box(0, 3 * j, 12, 3 * j + 3) for j in range(4)])
    turned = shapely.affinity.rotate(shapely.box(3, 3, 9, 9), 30)
    assert agrees(x, y, [thirds, quarters, np.array([turned])])


def test_all_establishments_at_one_place_have_one_region():
    half, whole_country = shapely.box(0, 0, 5, 10), shapely.box(0, 0, 10, 10)
    for east in (2.0, 5.0, 7.0, 10.0, 11.0):
        x, y = np.full(100, east), np.full(100, 3.0)
        assert agrees(x, y, [np.array([half, whole_country]), np.array([half])])


def test_a_hole_lies_outside_and_its_edge_inside():
    ring = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    found = locate(np.array([4.5, 3.0, 1.0]), np.array([4.5, 4.0, 1.0]), np.array([ring]))
    assert found.region.tolist() == [-1, 0, 0]


def test_a_point_without_a_finite_place_lies_nowhere():
    x, y = np.array([np.nan, np.inf, 0.5, 0.5]), np.array([0.5, 0.5, -np.inf, 0.5])
    unit = np.array([shapely.box(0, 0, 1, 1)])
    assert locate(x, y, unit).region.tolist() == [-1, -1, -1, 0]
    assert locate(x[:3], y[:3], unit).region.tolist() == [-1, -1, -1]


def test_points_far_from_all_polygons_and_far_apart_are_outside():
    x, y = np.array([0.5, 1e300, -1e300, 5.0]), np.array([0.5, -1e300, 1e300, 5.0])
    assert locate(x, y, np.array([shapely.box(0, 0, 1, 1)])).region.tolist() == [0, -1, -1, -1]
    assert locate(x[1:], y[1:], np.array([shapely.box(0, 0, 1, 1)])).outside == 3


def test_without_points_or_polygons_there_is_nothing_to_find():
    nothing, one = np.empty(0), np.ones(1)
    unit = np.array([shapely.box(0, 0, 1, 1)])
    assert locate(nothing, nothing, unit).region.shape == (0,)
    assert locate(one, one, np.empty(0, dtype=object)).region.tolist() == [-1]
    assert locate(one, one, np.array([None])).region.tolist() == [-1]
    assert locate_levels(one, one, []) == []


def test_regions_are_small_integers():
    for x in (np.empty(0), np.ones(3)):
        assert locate(x, x, np.array([shapely.box(0, 0, 1, 1)])).region.dtype == np.int32


def test_the_polygons_given_are_left_as_they_were():
    polygons = np.array([shapely.box(0, 0, 1, 1), None], dtype=object)
    locate(np.ones(3), np.ones(3), polygons)
    assert not shapely.is_prepared(polygons).any()


def test_heights_of_polygons_do_not_matter():
    flat = shapely.box(0, 0, 1, 1)
    assert agrees(np.array([0.5, 1.0, 2.0]), np.ones(3), [np.array([shapely.force_3d(flat, 7.0)])])


def test_one_polygon_in_two_rows_is_located_on_many_threads():
    random = np.random.default_rng(6)
    x, y = random.uniform(0, 4, (2, 20_000))
    circle = shapely.Point(2, 2).buffer(1.5, quad_segs=500)
    found = locate_levels(x, y, [np.array([circle] * 40)] * 2, threads=8)
    inside = int(shapely.intersects_xy(circle, x, y).sum())
    assert [f.several for f in found] == [inside, inside]
    assert all(set(f.region.tolist()) == {-1, 0} for f in found)


def test_progress_rises_to_the_end_over_all_levels():
    heard = []
    unit = np.array([shapely.box(0, 0, 1, 1)])
    locate_levels(
        np.ones(9), np.ones(9), [unit, unit], progress=lambda message, part: heard.append(part)
    )
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_progress_may_stop_the_work():
    def stop(message, fraction):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        locate_levels(np.ones(9), np.ones(9), [np.array([shapely.box(0, 0, 1, 1)])], progress=stop)


def test_real_regions_hold_random_and_border_points_as_the_library_says(real_data):
    layers = [
        gpd.read_file(real_data / f"nl_{name}.gpkg").geometry
        for name in ("corop", "gemeente", "pc4")
    ]
    levels = [np.asarray(layer.values) for layer in layers]
    random = np.random.default_rng(7)
    west, south, east, north = layers[0].total_bounds
    anywhere = random.uniform((west, south), (east, north), (40_000, 2))
    # Towns: many points in little space, so that runs lie within one region.
    towns = anywhere[random.integers(0, 40, 40_000)] + random.normal(0, 800, (40_000, 2))
    corners = np.concatenate([shapely.get_coordinates(polygons) for polygons in levels])
    corners = corners[random.integers(0, len(corners), 20_000)]
    beside = np.nextafter(corners, corners + random.choice([-1, 0, 1], corners.shape))
    x, y = np.concatenate([anywhere, towns, corners, beside]).T
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=layers[0].crs)
    for found, layer in zip(locate_levels(x, y, levels), layers, strict=True):
        joined = gpd.sjoin(points, gpd.GeoDataFrame(geometry=layer), predicate="intersects")
        rows = joined["index_right"].groupby(level=0)
        expected = rows.min().reindex(points.index, fill_value=-1).to_numpy()
        np.testing.assert_array_equal(found.region, expected)
        assert found.several == int((rows.size() > 1).sum())
        assert found.several > 100
