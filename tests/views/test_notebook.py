"""What a notebook shows of results, views, tables and figures."""

import base64
import re
from io import BytesIO

import pytest
from PIL import Image

import nabij
from nabij import figures
from nabij.language import Language


@pytest.fixture
def result(country):
    return nabij.run(country.study(sector={"name": "<b>Cars & more"}))


def test_a_result_shows_its_sectors_and_names_its_tables(result):
    html = result._repr_html_()
    assert "&lt;b&gt;Cars &amp; more" in html
    assert "<b>" not in html
    assert Language("en").score(result.sectors["mean_d_score"][0]) in html
    assert f"regions ({len(result.regions)})" in html


def test_a_view_shows_the_regions_with_most_of_the_sector(result):
    view = result.view()
    html = view._repr_html_()
    level = view.regions[view.regions["level"] == view.focus.level]
    first = level.nlargest(1, "sector_establishments").iloc[0]
    assert first["name"] in html
    assert "Synthetic data" in html
    assert "largest_jobs" not in html


def test_a_table_shows_its_first_rows_and_nothing_sensitive(result):
    table = result.tables["regions"]
    html = table._repr_html_()
    assert html.count("<tr") == 1 + min(len(table.frame), 20)
    assert f"of {len(table.frame)} rows" in html
    assert "Largest jobs" not in html


def test_a_figure_shows_itself_with_what_it_says(result):
    figure = figures.bubble_chart(result)
    html = figure._repr_html_()
    pixels = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])
    assert Image.open(BytesIO(pixels)).width == int(figure.get_figwidth() * 200)
    assert 'alt="' in html
    assert "<b>" not in html
