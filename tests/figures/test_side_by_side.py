"""The sectors beside each other."""

import dataclasses
import warnings
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_rgb
from matplotlib.text import Text

import nabij
from nabij import figures
from nabij.figures import side_by_side
from nabij.figures.beside.shared import shared_by
from nabij.figures.kit.classes import class_of
from nabij.figures.kit.dots import Dots
from nabij.figures.kit.placing import regions_shown
from nabij.figures.kit.sheet import Look
from nabij.figures.kit.style import INK, PALETTES
from nabij.figures.kit.sure import pale
from nabij.figures.side_by_side import GAP, drawn_sectors, finding_of
from nabij.language import Language
from nabij.measures.sizes import SMALL_BELOW
from nabij.views.choose import views_of
from nabij.views.comparison import Compared, Comparison

CRS = "EPSG:28992"
SIDE = 10_000.0
# Width of a column where there are two.
COLUMN = (Look(Language("en"), PALETTES["sequential"]).room - GAP) / 2
WEST, SOUTH = 100_000.0, 400_000.0
COUNTS = {"11": 300, "22": 120, "33": 60, "44": 50, "55": 40, "66": 30, "77": 20, "88": 1}
NAMES = {
    "11": "Many small",
    "22": "Few $large$ & <spread>",
    "33": "A sector with a name so long that no column of any sheet is wide enough for it",
    "44": "D",
    "55": "E",
    "66": "F",
    "77": "G",
    "88": "One alone",
}


def register(rng):
    """Make up establishments: those of 11 small and close together, of 22 large and apart."""
    tables = []
    for code, count in COUNTS.items():
        near = rng.normal((WEST + 6_000, SOUTH + 6_000), 1_500, (count, 2))
        far = rng.uniform((WEST, SOUTH), (WEST + 4 * SIDE, SOUTH + 3 * SIDE), (count, 2))
        xy = np.where(rng.random((count, 1)) < (0.8 if code == "11" else 0.1), near, far)
        jobs = rng.lognormal(4.0 if code == "22" else 0.5, 0.8, count).round().clip(1)
        tables.append(
            pd.DataFrame({"code": f"{code}00", "x": xy[:, 0], "y": xy[:, 1], "jobs": jobs})
        )
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Return a function that runs a study of some of the sectors."""
    folder = tmp_path_factory.mktemp("sectors")
    table = register(np.random.default_rng(5))
    years = [table.assign(year=year, jobs=table["jobs"] + year - 2020) for year in (2020, 2025)]
    pd.concat(years).to_csv(folder / "register.csv", index=False)
    cells = [
        shapely.box(*(np.array([x, y, x + 1, y + 1]) * SIDE + [WEST, SOUTH, WEST, SOUTH]))
        for y in range(3)
        for x in range(4)
    ]
    names = [f"Region {at + 1}" for at in range(len(cells))]
    codes = [f"R{at:02d}" for at in range(len(cells))]
    gpd.GeoDataFrame({"code": codes, "name": names}, geometry=cells, crs=CRS).to_file(
        folder / "regions.gpkg"
    )
    made = {}

    def make(codes=("11", "22"), *, jobs=True, regions=True, years=(2025,), synthetic=True):
        key = (codes, jobs, regions, years, synthetic)
        if key in made:
            return made[key]
        layout = {"path": str(folder / "register.csv"), "code": "code", "x": "x", "y": "y"}
        layout |= {"crs": CRS, "year": "year", "years": list(years), "synthetic": synthetic}
        level = {"level": "region", "path": str(folder / "regions.gpkg"), "code": "code"}
        study = {
            "register": layout | ({"jobs": "jobs"} if jobs else {}),
            "sectors": [{"name": NAMES[code], "codes": [code]} for code in codes],
            "regions": [level | {"name": "name"}] if regions else [],
        }
        made[key] = nabij.run(nabij.Study.from_dict(study))
        return made[key]

    return make


def axes_named(figure, name):
    return [axes for axes in figure.axes if axes.get_label() == name]


def assert_tidy(figure):
    """Check that all text is on the sheet and none on another."""
    renderer = figure.canvas.get_renderer()
    drawn = [text for text in figure.findobj(Text) if text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in drawn]
    for text, box in boxes:
        assert box.x0 >= figure.bbox.x0, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y0 >= figure.bbox.y0, text
        assert box.y1 <= figure.bbox.y1 + 1, text
        assert "nan" not in text.lower().split(), text
    for (one, first), (other, second) in combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        up = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= 1 or up <= 3, (one, other)


def test_it_is_drawn_of_several_sectors_and_not_of_one(compared):
    assert "side_by_side" in figures.draw_overviews(compared())
    assert "side_by_side" not in figures.draw_overviews(compared(("11",)))


def test_a_colour_is_the_same_score_in_every_map(compared):
    result = compared()
    views = views_of(result)
    bounds = result.score_bounds
    maps = axes_named(side_by_side(result), "map")
    assert len(maps) == len(views)
    shared = shared_by(views, COLUMN)
    for view, axes in zip(views, maps, strict=True):
        (dots,) = axes.findobj(Dots)
        symbols = shared.symbols[view.sector.name].table
        assert np.asarray(dots.get_offsets()) == pytest.approx(symbols[["x", "y"]].to_numpy())
        assert dots._colour_of.tolist() == class_of(symbols["d_score"], bounds).tolist()
    assert len({tuple(axes.findobj(Dots)[0]._colours) for axes in maps}) == 1


def test_maps_show_the_same_land_at_the_same_scale(compared):
    maps = axes_named(side_by_side(compared(("11", "22", "33"))), "map")
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in maps}) == 1
    sizes = np.array([axes.get_position().size for axes in maps])
    assert sizes == pytest.approx(np.broadcast_to(sizes[0], sizes.shape))


def test_an_area_is_the_same_number_in_every_map(compared):
    result = compared()
    views = views_of(result)
    shared, one_size = shared_by(views, COLUMN), []
    for view, axes in zip(views, axes_named(side_by_side(result), "map"), strict=True):
        symbols = shared.symbols[view.sector.name]
        one_size.append((symbols.by, symbols.across, symbols.sizes))
        drawn = axes.findobj(Dots)[0]._diameter
        assert drawn == pytest.approx(symbols.sizes.diameter(symbols.values))
    assert one_size[0] == one_size[1]


def test_axes_and_bubbles_are_the_same_in_every_panel(compared):
    result = compared()
    charts = axes_named(side_by_side(result), "chart")
    x, y, quotient, mean, area, jobs = [], [], [], [], [], []
    for view, axes in zip(views_of(result), charts, strict=True):
        shown = regions_shown(view)
        (bubbles,) = [each for each in axes.collections if each.get_label() == "bubbles"]
        across, up = np.asarray(bubbles.get_offsets()).T
        x, y = [*x, *across], [*y, *up]
        quotient, mean = [*quotient, *shown["location_quotient"]], [*mean, *shown["mean_d_score"]]
        area, jobs = [*area, *bubbles.get_sizes()], [*jobs, *shown["sector_jobs"]]
    for places, values in ((x, np.log(quotient)), (y, mean)):
        slope, start = np.polyfit(values, places, 1)
        assert places == pytest.approx(slope * np.array(values) + start, abs=1e-6)
    large = np.array(jobs) > 0.1 * max(jobs)
    ratio = np.array(area)[large] / np.array(jobs)[large]
    assert ratio == pytest.approx(ratio.mean(), rel=0.05)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_number_is_the_tables(compared, texts, language):
    result, words = compared(), Language(language)
    written = texts(side_by_side(result, language=language))
    for row in result.sectors.itertuples():
        assert words.number(row.establishments) in written
        assert words.number(row.jobs) in written
        assert words.score(row.mean_d_score) in written
        assert words.number(row.relative_d_score, 2) in written


def test_the_shares_of_the_classes_are_written_and_make_a_whole(compared, texts):
    result = compared()
    views = views_of(result)
    shared = shared_by(views, COLUMN)
    written = texts(side_by_side(result))
    for view in views:
        shares = shared.symbols[view.sector.name].class_shares(result.score_bounds)
        assert shares.sum() == pytest.approx(1)
        for share in shares[:-1]:
            assert Language("en").share(share) in written


def test_few_large_stand_against_many_small(compared, texts):
    written = " ".join(texts(side_by_side(compared())))
    sizes = compared().sizes
    for name in (NAMES["11"], NAMES["22"]):
        nation = sizes[(sizes["sector"] == name) & (sizes["level"] == "")]
        share = nation.set_index("size_class")["share"]
        small, large = share[["1", "2-4"]].sum(), share[["50-99", "100+"]].sum()
        words = Language("en")
        wanted = f"{words.share(small)} have fewer than 5 jobs, "
        assert wanted + f"{words.share(large)} have 50 or more" in written


def test_the_sectors_with_most_establishments_are_drawn_and_the_others_counted(compared, texts):
    result = compared(("88", "77", "66", "55", "44", "33", "22", "11"))
    drawn = [view.sector.name for view in drawn_sectors(views_of(result))]
    assert drawn == [NAMES[code] for code in ("66", "55", "44", "33", "22", "11")]
    figure = side_by_side(result)
    assert len(axes_named(figure, "map")) == 6
    assert "8 sectors side by side" in texts(figure)
    said = "Drawn are the 6 sectors with most establishments; left out: 2."
    assert said in " ".join(texts(figure))


def test_of_several_years_the_latest_is_drawn(compared, texts):
    result = compared(years=(2020, 2025))
    written = texts(side_by_side(result))
    assert "Year: 2025." in written
    late = result.sectors[result.sectors["year"] == 2025]
    early = result.sectors[result.sectors["year"] == 2020]
    for row, other in zip(late.itertuples(), early.itertuples(), strict=True):
        assert row.jobs != other.jobs
        assert Language("en").number(row.jobs) in written
        assert Language("en").number(other.jobs) not in written


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("count", [2, 3, 4, 6, 8])
def test_no_text_leaves_the_sheet_or_lies_on_another(compared, count, language):
    assert_tidy(side_by_side(compared(tuple(COUNTS)[:count]), language=language))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_without_jobs_or_regions_what_needs_them_is_left_out(compared, texts, language):
    words = Language(language)
    for jobs, regions in ((False, True), (True, False), (False, False)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure = side_by_side(compared(jobs=jobs, regions=regions), language=language)
        written = texts(figure)
        assert_tidy(figure)
        assert (words.text("common.no_jobs") in written) is not jobs
        assert (words.text("figures.side_by_side.jobs") in written) is jobs
        assert bool(axes_named(figure, "chart")) is regions


def test_a_sector_of_one_has_no_score_and_says_so(compared, texts, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = side_by_side(compared(("77", "88")))
        figures.save(figure, tmp_path / "figure.png")
    assert_tidy(figure)
    assert "Share of establishments by D-score; grey: no score" in texts(figure)
    assert texts(figure).count("–") == 2


def test_synthetic_data_are_labelled_and_names_stand_as_they_are(compared, texts, tmp_path):
    figure = side_by_side(compared())
    assert "Synthetic data: these establishments do not exist" in texts(figure)
    assert NAMES["22"] in texts(figure)
    written = figures.save(figure, tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert "<spread" not in written
    real = side_by_side(compared(synthetic=False))
    assert "Synthetic data: these establishments do not exist" not in texts(real)


def test_the_interval_of_the_mean_is_written(compared, texts):
    result, words = compared(), Language("en")
    written = " ".join(texts(side_by_side(result)))
    for row in result.sectors.itertuples():
        interval = f"{words.score(row.mean_d_score_low)}–{words.score(row.mean_d_score_high)}"
        assert interval in written


def test_a_ratio_that_may_be_chance_is_not_bold_and_said_to_be(compared, texts):
    result = compared()
    figure = side_by_side(result)
    words, chances = Language("en"), result.sectors["q_value"]
    assert (chances <= 0.05).tolist() == [True, False]
    for row in result.sectors.itertuples():
        number = words.number(row.relative_d_score, 2)
        (text,) = [each for each in figure.findobj(Text) if each.get_text() == number]
        bold = str(text.get_fontproperties().get_file()).endswith("Bold.ttf")
        assert bold is (row.q_value <= 0.05)
        assert (text.get_color() == INK) is (row.q_value <= 0.05)
    assert " ".join(texts(figure)).count("relative D-score, not significant (q above 0.05)") == 1


def test_a_sector_of_fewer_than_ten_claims_nothing(compared, texts):
    written = " ".join(texts(side_by_side(compared(("77", "88")))))
    assert "relative D-score, fewer than 10 establishments" in written
    assert written.count("Sizes: too little to say of fewer than 10 establishments") == 1


def test_pale_bubbles_are_those_not_significant_or_of_fewer_than_ten(compared, texts):
    result = compared(("11", "22", "33"))
    figure = side_by_side(result)
    found = []
    for view, axes in zip(views_of(result), axes_named(figure, "chart"), strict=True):
        shown = regions_shown(view)
        (bubbles,) = [each for each in axes.collections if each.get_label() == "bubbles"]
        quiet = to_rgb(pale(PALETTES["sequential"].quiet))
        hollow = np.isclose(bubbles.get_facecolors()[:, :3], quiet, atol=0.01).all(axis=1)
        sure = (shown["q_value"] <= 0.05) | (shown["location_quotient_q"] <= 0.05)
        assert hollow.tolist() == (~(sure & (shown["sector_establishments"] >= 10))).tolist()
        found += hollow.tolist()
    assert len(set(found)) == 2
    assert "pale: not significant (q above 0.05) or fewer than 10 establishments" in texts(figure)


def finding_with(**changes):
    sector = Compared("Near", 40, 2.0, 1.8, 2.2, 0.9, 0.01, "", "")
    other = dataclasses.replace(sector, name="Far", mean=1.0, low=0.8, high=1.2, small=0.6)
    found = Comparison((other, sector), (sector, other), True, (sector, other))
    found = dataclasses.replace(found, **changes)
    return finding_of(found, Language("en"))


def test_its_finding_is_which_sector_lies_nearer_together_and_what_sizes():
    assert finding_with() == (
        "Near lies nearer together than Far; 90% of its establishments have fewer than "
        f"{SMALL_BELOW} jobs, "
        "against 60%"
    )


def test_nothing_is_said_of_sectors_that_cannot_be_told_apart():
    assert finding_with(apart=False) == ""
