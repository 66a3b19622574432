"""What stands out in a scan."""

import warnings
from datetime import datetime
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle
from matplotlib.text import Text

from nabij import figures
from nabij.figures import scan_ranking
from nabij.figures.kit.style import FAINT, PAPER
from nabij.figures.scan_ranking import LEAST, MOST, listed
from nabij.language import Language
from nabij.study import Study
from nabij.tables import Column, Provenance, Table
from nabij.views import Result
from nabij.views.ranking import RANKED_FROM, ranked

CRS = "EPSG:28992"
KINDS = {"year": "key", "sector": "key", "name": "text", "reference": "text"}


def scanned(
    count=200, *, years=(None,), jobs=True, regions=True, seed=0, synthetic=True, **columns
):
    """Make up the scan of `count` codes: small sectors scatter."""
    rng = np.random.default_rng(seed)
    tables = []
    for year in years:
        n = np.round(rng.lognormal(4.5, 1.6, count)).astype(int).clip(1)
        ratio = np.exp(rng.normal(0, 0.8 / np.sqrt(n)) + rng.normal(0, 0.1, count))
        table = pd.DataFrame(
            {
                "year": pd.array([year] * count, dtype="Int64"),
                "sector": [f"{at:04d}" for at in range(count)],
                "name": [f"Activity {at}" if at % 2 else f"{at:04d}" for at in range(count)],
                "reference": "",
                "establishments": n,
                "jobs": 3.0 * n,
                "mean_d_score": 0.02 * ratio,
                "expected_d_score": 0.02,
                "relative_d_score": ratio,
                "region_1": [f"Region {at % 12}" if at % 5 else "" for at in range(count)],
                "location_quotient_1": np.where(np.arange(count) % 5, 2.5, np.nan),
            }
        )
        tables.append(table.assign(**columns))
    frame = pd.concat(tables, ignore_index=True)
    drop = ([] if jobs else ["jobs"]) + ([] if regions else ["region_1", "location_quotient_1"])
    frame = frame.drop(columns=drop)
    register = {"path": "/data/made_up.csv", "code": "sbi", "x": "x", "y": "y", "crs": CRS}
    study = Study.from_dict({"register": register | {"synthetic": synthetic}})
    kinds = tuple(Column(name, KINDS.get(name, "ratio")) for name in frame)
    made = Provenance({}, {}, {}, datetime(2026, 1, 1), {}, {}, (), {}, CRS)
    return Result(study, {"sectors": Table("sectors", frame, kinds)}, {}, {}, pd.DataFrame(), made)


def dots_of(figure, label):
    axes = next(axes for axes in figure.axes if axes.get_label() == "context")
    (found,) = [each for each in axes.collections if each.get_label() == label]
    return np.asarray(found.get_offsets())


def assert_tidy(figure):
    renderer = figure.canvas.get_renderer()
    drawn = [text for text in figure.findobj(Text) if text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in drawn]
    for text, box in boxes:
        assert "nan" not in text.lower().split(), text
        assert box.x0 >= figure.bbox.x0, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y0 >= figure.bbox.y0, text
        assert box.y1 <= figure.bbox.y1 + 1, text
    for (one, first), (other, second) in combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        up = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= 1 or up <= 3, (one, other)


def test_it_is_drawn_of_a_scan_and_alone():
    assert list(figures.draw_overviews(scanned())) == ["scan_ranking"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_number_is_the_tables(texts, language):
    result, words = scanned(), Language(language)
    written = texts(scan_ranking(result, language=language))
    shown = listed(result).rename(columns={"name": "label"})
    for row in shown.itertuples():
        label = row.sector if row.label == row.sector else f"{row.sector} {row.label}"
        assert label in written
        assert words.number(row.relative_d_score, 2) in written
        assert words.number(row.establishments) in written
        if row.region_1:
            assert f"{row.region_1} {words.number(row.location_quotient_1, 1)}" in written


def test_the_most_and_the_least_clustered_are_listed_and_the_others_counted(texts):
    result = scanned()
    among, shown = ranked(result), listed(result)
    assert shown["sector"].tolist() == [
        *among["sector"][:MOST],
        *among["sector"][-LEAST:],
    ]
    assert f"{len(among) - MOST - LEAST} more between" in texts(scan_ranking(result))


def test_small_sectors_are_not_ranked_and_that_is_said(texts):
    result = scanned()
    assert listed(result)["establishments"].min() >= RANKED_FROM
    small = len(result.sectors) - len(ranked(result))
    assert small
    said = " ".join(texts(scan_ranking(result)))
    assert f"at least {RANKED_FROM} establishments" in said
    assert f"the other {small} scatter" in said
    assert f"ranked from {RANKED_FROM}" in said


def test_the_lower_panel_shows_every_sector_with_a_score_on_logarithmic_axes():
    result = scanned()
    figure = scan_ranking(result)
    others, strong = dots_of(figure, "others"), dots_of(figure, "listed")
    assert len(others) + len(strong) == len(result.sectors)
    table = result.sectors.set_index("sector")
    order = [code for code in table.index if code in set(listed(result)["sector"])]
    for at, column in enumerate(("establishments", "relative_d_score")):
        values = np.log(table.loc[order, column].to_numpy(dtype=float))
        slope, start = np.polyfit(values, strong[:, at], 1)
        assert strong[:, at] == pytest.approx(slope * values + start)


def test_the_listed_are_coloured_and_the_others_faint():
    figure = scan_ranking(scanned(establishments=np.arange(10, 210)))
    axes = next(axes for axes in figure.axes if axes.get_label() == "context")
    others, strong = axes.collections
    assert {tuple(colour[:3]) for colour in others.get_facecolors()} == {
        tuple(np.array([int(FAINT[at : at + 2], 16) for at in (1, 3, 5)]) / 255)
    }
    assert len(strong.get_facecolors()) == MOST + LEAST


def test_of_several_years_the_latest_is_shown(texts):
    result = scanned(years=(2015, 2025))
    written = texts(scan_ranking(result))
    assert "What clusters most, of 200 sectors in 2025" in written
    assert set(listed(result)["year"]) == {2025}


@pytest.mark.parametrize("count", [1, 3, 21, 22, 40, 600])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_any_number_of_sectors_gives_a_tidy_figure(count, language):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_tidy(scan_ranking(scanned(count), language=language))


def test_long_names_and_missing_values_give_a_tidy_figure(texts, tmp_path):
    name = "A $name$ & <much> too long for any column of any sheet of paper whatever its size"
    result = scanned(name=name, region_1=name, years=(None,))
    frame = result.tables["sectors"].frame
    frame.loc[::3, ["relative_d_score", "mean_d_score", "location_quotient_1"]] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = scan_ranking(result)
    assert_tidy(figure)
    written = figures.save(figure, tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert "<much" not in written
    assert f"All sectors with a score: {int(frame['relative_d_score'].notna().sum())}" in texts(
        figure
    )


def test_without_regions_or_jobs_what_needs_them_is_left_out(texts):
    figure = scan_ranking(scanned(jobs=False, regions=False))
    assert_tidy(figure)
    assert "highest LQ" not in texts(figure)


def test_with_no_sector_large_enough_there_is_a_sentence(texts):
    written = " ".join(texts(scan_ranking(scanned(establishments=5))))
    assert f"No sector has at least {RANKED_FROM} establishments" in written


def test_what_it_is_held_against_is_said(texts):
    assert "the whole register" in " ".join(texts(scan_ranking(scanned())))
    assert "own wider group" in " ".join(texts(scan_ranking(scanned(reference="J"))))


def test_synthetic_data_are_labelled(texts):
    label = Language("en").text("common.synthetic")
    assert label in texts(scan_ranking(scanned()))
    assert label not in texts(scan_ranking(scanned(synthetic=False)))


def test_what_is_not_significant_is_hollow_in_the_list_and_below(texts):
    chances = np.where(np.arange(200) % 2, 0.05, 0.051)
    result = scanned(q_value=chances)
    figure = scan_ranking(result)
    shown = listed(result)
    hollow = (shown["q_value"] > 0.05).to_numpy()
    assert 0 < hollow.sum() < len(shown)
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    dots = [patch for patch in ink.patches if isinstance(patch, Circle) and patch.zorder == 3]
    assert [to_hex(dot.get_facecolor()) == PAPER for dot in dots] == hollow.tolist()
    context = next(axes for axes in figure.axes if axes.get_label() == "context")
    below = {each.get_label(): each.get_facecolors() for each in context.collections}
    assert (below["listed"][:, :3] == 1).all(axis=1).sum() == hollow.sum()
    few = (result.sectors["q_value"] > 0.05) | (result.sectors["establishments"] < 10)
    drawn = np.vstack([below["listed"], below["others"]])
    assert (drawn[:, :3] == 1).all(axis=1).sum() == few.sum()
    assert "hollow: not significant (q above 0.05) or fewer than 10 establishments" in texts(figure)


def test_a_scan_without_tests_has_no_hollow_dot(texts):
    figure = scan_ranking(scanned(establishments=40))
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    dots = [patch for patch in ink.patches if isinstance(patch, Circle) and patch.zorder == 3]
    assert dots
    assert PAPER not in {to_hex(dot.get_facecolor()) for dot in dots}
    assert "hollow" not in " ".join(texts(figure))
