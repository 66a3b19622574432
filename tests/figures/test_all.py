"""What holds for every figure."""

import dataclasses
import inspect
import re
import subprocess
import sys
import threading
import warnings
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from nabij import figures
from nabij.figures import FIGURES
from nabij.figures.kit.dots import Dots
from nabij.figures.kit.sheet import NARROW_WIDTH
from nabij.figures.kit.style import TINY
from nabij.language import Language

NASTY = "A$ <script>alert(1)</script> $x^2$ & Zuid–'s-Gravenhage \\frac ÀÉ é " * 2

every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
WITH_JOBS = ("dot_map", "bubble_chart", "neighbourhoods", "size_classes", "cluster_types")
every_figure_of_jobs = pytest.mark.parametrize(
    "draw", [FIGURES[name] for name in WITH_JOBS], ids=WITH_JOBS
)


def without_values(result):
    table = result.establishments.copy()
    table["jobs"] = np.nan
    table["relative_d_score"] = np.nan
    table.loc[::3, "d_score"] = np.nan
    regions = result.regions.copy()
    regions[["sector_jobs", "location_quotient_jobs"]] = np.nan
    regions.loc[1, ["mean_d_score", "location_quotient"]] = np.nan
    totals = dataclasses.replace(result.sector, jobs=np.nan, relative_d_score=np.nan)
    row = result.focus.row.copy()
    row["sector_jobs"] = np.nan
    return dataclasses.replace(
        result,
        establishments=table,
        regions=regions,
        sector=totals,
        focus=dataclasses.replace(result.focus, row=row),
        size_classes=result.size_classes.assign(focus_share=np.nan),
        pairs=result.pairs.assign(relative_d_score=np.nan, rank=pd.NA),
        history=result.history.assign(mean_d_score=np.nan, relative_d_score=np.nan),
        region_history=result.region_history.assign(location_quotient=np.nan),
        clusters=result.clusters.assign(p_value=np.nan, stability=np.nan, type=""),
    )


def without_jobs(result):
    """Return the result as it is of a register that gives no jobs."""
    register = result.study.register.model_copy(update={"jobs": None})
    focus = result.focus
    return dataclasses.replace(
        result,
        study=result.study.model_copy(update={"register": register}),
        establishments=result.establishments.drop(columns="jobs"),
        regions=result.regions.drop(columns=["jobs", "sector_jobs", "location_quotient_jobs"]),
        sector=dataclasses.replace(result.sector, jobs=np.nan, register_jobs=np.nan),
        focus=dataclasses.replace(
            focus,
            row=focus.row.drop(["jobs", "sector_jobs", "location_quotient_jobs"]),
            neighbourhoods=focus.neighbourhoods.drop(columns="sector_jobs"),
        ),
        size_classes=result.size_classes.iloc[:0],
        parts=result.parts.drop(columns="jobs"),
        clusters=result.clusters.drop(
            columns=["jobs", "sector_jobs", "type", "small_share", "large_share"]
        ),
    )


def without_regions(result):
    """Return the result as it is of a study without regions."""
    whole = result.regions.iloc[[0]].assign(level="register", code="all", name="All", geometry=None)
    focus = dataclasses.replace(result.focus, level="register", code="all", zoom_level=None)
    return dataclasses.replace(
        result,
        study=result.study.model_copy(update={"regions": []}),
        regions=whole,
        focus=focus,
        region_history=result.region_history.iloc[:0],
    )


def test_the_figures_come_in_the_order_of_the_article(result):
    article = ["dot_map", "bubble_chart", "neighbourhoods", "size_classes"]
    ours = ["through_time", "pairs_matrix", "clusters", "cluster_types", "profiles"]
    assert list(FIGURES) == [*article, *ours]
    assert list(figures.draw_all(result)) == list(FIGURES)


@every_figure
def test_synthetic_data_are_labelled(draw, make, texts):
    for language in ("en", "nl"):
        label = Language(language).text("common.synthetic")
        assert label in texts(draw(make(synthetic=True), language=language))
        assert label not in texts(draw(make(synthetic=False), language=language))


@every_figure
def test_the_source_is_the_studys_or_else_the_registers_file(draw, make, texts):
    assert "Source: made_up.csv" in texts(draw(make()))
    assert "Bron: LISA" in texts(draw(make(source="LISA", language="nl")))


@every_figure_of_jobs
def test_estimated_jobs_are_noted(draw, make, texts):
    note = Language("en").text("common.estimated")
    assert note in texts(draw(make(estimated=True)))
    assert note not in texts(draw(make(estimated=False)))


@every_figure
def test_names_are_drawn_as_they_stand(draw, make, rename, tmp_path):
    figure = draw(rename(make(), NASTY))
    named = [text for text in figure.findobj(Text) if "$" in text.get_text()]
    assert named
    assert not any(text.get_parse_math() for text in named)
    written = figures.save(figure, tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert "<script" not in written
    assert "&lt;script" in written


@every_figure
def test_no_text_leaves_the_sheet(draw, make, rename):
    for made in (make(), make(language="nl"), rename(make(), NASTY)):
        figure = draw(made)
        renderer = figure.canvas.get_renderer()
        sheet = figure.bbox
        for text in figure.findobj(Text):
            if text.get_text() and text.get_visible():
                box = text.get_window_extent(renderer)
                assert box.x0 >= sheet.x0, text.get_text()
                assert box.x1 <= sheet.x1 + 1, text.get_text()
                assert box.y0 >= sheet.y0, text.get_text()
                assert box.y1 <= sheet.y1 + 1, text.get_text()


@every_figure
def test_no_text_lies_on_another(draw, make):
    for shape in ({}, {"columns": 9, "rows": 2}, {"columns": 2, "rows": 7}, {"estimated": True}):
        for language in ("en", "nl"):
            figure = draw(make(language=language, **shape))
            renderer = figure.canvas.get_renderer()
            drawn = [t for t in figure.findobj(Text) if t.get_text()]
            boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in drawn]
            for (one, first), (other, second) in combinations(boxes, 2):
                across = min(first.x1, second.x1) - max(first.x0, second.x0)
                up = min(first.y1, second.y1) - max(first.y0, second.y0)
                # Lines of type may share a pixel of the room kept for descenders.
                assert across <= 1 or up <= 3, (one, other)


@every_figure
def test_missing_values_break_nothing_and_are_never_printed(draw, result, texts):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = texts(draw(without_values(result)))
    assert not [text for text in written if "nan" in text.lower().split()]


@every_figure
@pytest.mark.parametrize("count", [1, 2, 5])
def test_very_few_establishments_give_a_figure(draw, make, tmp_path, count, texts):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = draw(make(count=count))
        figures.save(figure, tmp_path / "figure.png")
    assert "nan" not in " ".join(texts(figure))


@every_figure
def test_a_register_without_jobs_gives_a_figure_that_says_so(draw, result, tmp_path, texts):
    bare = without_jobs(result)
    assert not bare.has_jobs
    for language in ("en", "nl"):
        words = Language(language)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figure = draw(bare, language=language)
            figures.save(figure, tmp_path / "figure.png")
        written = texts(figure)
        assert not [text for text in written if "nan" in text.lower().split()]
        says_so = words.text("common.no_jobs") in " ".join(written)
        assert says_so is (draw.__name__ in WITH_JOBS)
        if draw.__name__ != "size_classes":
            assert not [text for text in written if f"{words.text('figures.jobs')}:" in text]


def test_without_jobs_dots_and_bubbles_are_all_alike(result):
    bare = without_jobs(result)
    found = figures.dot_map(bare).findobj(Dots)
    assert len({size for dots in found[:1] for size in dots._diameter}) == 1
    chart = figures.bubble_chart(bare)
    (bubbles,) = [each for each in chart.findobj() if each.get_label() == "bubbles"]
    assert len(set(bubbles.get_sizes())) == 1


@every_figure
def test_a_study_without_regions_draws_what_needs_none(draw, result, tmp_path):
    whole = without_regions(result)
    assert not whole.has_regions
    if draw.__name__ in figures.draw_all(whole):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            figures.save(draw(whole), tmp_path / "figure.png")
    else:
        assert draw.__name__ in ("bubble_chart", "neighbourhoods")


@every_figure
def test_jobs_of_zero_everywhere_give_a_figure(draw, result, tmp_path):
    none = dataclasses.replace(
        result,
        establishments=result.establishments.assign(jobs=0.0),
        regions=result.regions.assign(sector_jobs=0.0),
        sector=dataclasses.replace(result.sector, jobs=0.0),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures.save(draw(none), tmp_path / "figure.png")


@every_figure
def test_one_level_of_regions_gives_a_figure(draw, make, tmp_path):
    figures.save(draw(make(levels=("region",))), tmp_path / "figure.png")


@every_figure
@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_file_is_the_same_bytes_each_time(draw, result, tmp_path, kind):
    one = figures.save(draw(result), tmp_path / f"one.{kind}").read_bytes()
    other = figures.save(draw(result), tmp_path / f"other.{kind}").read_bytes()
    assert one == other


@every_figure
def test_the_callers_settings_neither_change_a_figure_nor_are_changed(draw, result, tmp_path):
    plain = figures.save(draw(result), tmp_path / "plain.svg").read_bytes()
    with mpl.rc_context({"text.color": "red", "lines.linewidth": 9, "svg.hashsalt": "other"}):
        before = dict(mpl.rcParams)
        styled = figures.save(draw(result), tmp_path / "styled.svg").read_bytes()
        assert dict(mpl.rcParams) == before
    assert styled == plain


def test_figures_drawn_in_threads_are_those_drawn_alone(result, tmp_path):
    alone = {
        name: figures.save(figure, tmp_path / f"{name}.svg").read_bytes()
        for name, figure in figures.draw_all(result).items()
    }
    found = {}

    def work(name):
        path = tmp_path / f"thread_{name}.svg"
        found[name] = figures.save(FIGURES[name](result), path).read_bytes()

    threads = [threading.Thread(target=work, args=[name]) for name in FIGURES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone


@every_figure
def test_the_palette_is_the_studys_unless_asked_otherwise(draw, make, tmp_path):
    esb = figures.save(draw(make(palette="esb")), tmp_path / "esb.svg").read_bytes()
    asked = figures.save(draw(make(), palette="esb"), tmp_path / "asked.svg").read_bytes()
    plain = figures.save(draw(make()), tmp_path / "plain.svg").read_bytes()
    assert asked == esb != plain


@every_figure
def test_how_to_call_a_figure_is_in_its_help(draw):
    assert list(inspect.signature(draw).parameters) == ["result", "language", "palette", "narrow"]
    first, *_, last = draw.__doc__.strip().splitlines()
    assert first.endswith(".")
    assert f'"{draw.__name__}.png"' in last


@every_figure_of_jobs
def test_unknown_jobs_are_counted(draw, result, texts):
    table = result.establishments.copy()
    table.loc[:2, "jobs"] = np.nan
    some = dataclasses.replace(result, establishments=table)
    note = "Van 3 van de 200 vestigingen van de sector is het aantal banen onbekend."
    assert note in texts(draw(some, language="nl"))
    assert note not in texts(draw(result, language="nl"))


def test_an_unknown_palette_is_named_with_those_there_are(result):
    with pytest.raises(ValueError, match="'sepia' is unknown; choose from: sequential, esb"):
        figures.dot_map(result, palette="sepia")


def test_another_suffix_is_refused_with_those_there_are(result, tmp_path):
    with pytest.raises(ValueError, match=r"figure\.bmp: .*\.png, \.svg, \.pdf"):
        figures.save(figures.size_classes(result), tmp_path / "figure.bmp")


@every_figure
def test_a_score_without_a_unit_has_none_in_the_text(draw, result, texts):
    plain = dataclasses.replace(result, sector=dataclasses.replace(result.sector, unit=""))
    assert not [text for text in texts(draw(plain)) if "per km" in text or "()" in text]


def test_the_type_is_embedded_in_a_pdf(result, tmp_path):
    written = figures.save(figures.size_classes(result), tmp_path / "figure.pdf").read_bytes()
    assert b"/FontFile2" in written
    assert b"/CreationDate" not in written


def test_the_title_is_in_the_file_for_who_cannot_see_the_figure(make, tmp_path):
    result = make(sector_name="Diensten & kunst – é")
    written = figures.save(figures.size_classes(result), tmp_path / "figure.svg").read_text("utf-8")
    (title,) = re.findall("<dc:title>(.*)</dc:title>", written)
    assert title.endswith(". Diensten &amp; kunst – é in Region 1 by size class")
    assert len(title) > 60
    assert figures.save(figures.size_classes(result), tmp_path / "figure.png").exists()


def test_pyplot_is_not_used():
    code = "import sys, nabij.figures; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("language", ["en", "nl"])
@every_figure
def test_a_narrow_sheet_is_as_wide_as_a_telephone_and_holds_all_its_words(draw, result, language):
    figure = draw(result, language=language, narrow=True)
    wide = figure.get_figwidth() * 72
    assert wide == NARROW_WIDTH
    for text in figure.findobj(Text):
        if not text.get_text().strip():
            continue
        box = text.get_window_extent()
        assert box.x0 / figure.dpi * 72 >= -1, text.get_text()
        assert box.x1 / figure.dpi * 72 <= wide + 1, text.get_text()
        assert text.get_fontsize() >= TINY, text.get_text()
