"""The page: that it shows what there is, and asks nothing of any other place."""

import os
import re
import shutil

import geopandas as gpd
import pytest

import nabij
from nabij import figures
from nabij.report import of_view, page


def test_the_page_says_that_its_data_are_synthetic(html):
    assert "Synthetic data" in re.sub(r"<img[^>]*>", "", html)


def test_the_page_shows_rejected_rows_by_reason(country):
    register = country.register.astype({"jobs": object})
    register.loc[[3, 4], "jobs"] = "-1"
    country.write(register)
    result = nabij.run(country.study()).view()
    html = page(of_view(result, {}))
    assert re.search(r"Rejected: jobs are negative</th>\s*<td>2</td>", html)
    assert "rejected.csv" in html


def test_the_page_names_nothing_outside_itself(html):
    text = re.sub(r'src="data:[^"]*"', "", html)
    assert not re.search(r"(https?:)?//[a-z]", text)
    assert not re.search(r"(src|href)=\"(?!data:|#)", html)


def test_the_page_does_not_tell_where_the_files_were(html, country):
    assert str(country.folder) not in html
    assert "register.csv" in html


@pytest.mark.parametrize("where", ["region", "sector", "part", "source", "file"])
def test_a_script_in_a_name_is_text(country, where):
    evil = "<script>alert(1)</script>"
    blocks = {}
    if where == "region":
        shapes = gpd.read_file(country.folder / "regions.gpkg", layer="region")
        shapes["name"] = evil
        shapes.to_file(country.folder / "regions.gpkg", layer="region")
    if where == "sector":
        blocks["sector"] = {"name": evil}
    if where == "part":
        blocks["sector"] = {"parts": {evil: ["29"]}}
    if where == "source":
        blocks["output"] = {"source": evil}
    if where == "file":
        country.write(country.register, "<b>register.csv")
        blocks["register"] = {"path": "<b>register.csv"}
    html = page(of_view(nabij.run(country.study(**blocks)).view(), {}))
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;" in html


def test_a_name_in_the_manner_of_a_template_is_text(country):
    html = page(
        of_view(nabij.run(country.study(sector={"name": "{{ 7 * 7 }} {sector}"})).view(), {})
    )
    assert "{{ 7 * 7 }} {sector}" in html


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("NABIJ_CI"):
            pytest.fail("Chromium is not installed, but this test must run here")
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


def test_the_page_opens_without_an_error_or_an_outside_request(country, chromium, tmp_path):
    report = nabij.save(nabij.run(country.study()), tmp_path / "out") / "report.html"
    opened = chromium.new_page()
    said, asked = [], []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(report.as_uri())
    opened.wait_for_load_state("networkidle")
    pictures = opened.evaluate("[...document.images].map(i => i.complete && i.naturalWidth > 0)")
    heading = opened.inner_text("h1")
    opened.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert pictures == [True] * 4
    assert "Brainport" in heading


def test_a_caption_speaks_of_jobs_only_where_there_are_jobs(country):
    usual = nabij.run(country.study()).view()
    country.write(country.register.drop(columns="jobs"))
    without = nabij.run(country.study(register={"jobs": None})).view()
    assert "sized by its jobs" in page(of_view(usual, {"dot_map": figures.dot_map(usual)}))
    assert "sized by its jobs" not in page(of_view(without, {"dot_map": figures.dot_map(without)}))
