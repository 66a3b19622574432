"""The report: what it says, and that it asks nothing of any other place."""

import dataclasses
import os
import re
import shutil

import geopandas as gpd
import pandas as pd
import pytest

import nabij
from nabij import figures
from nabij.language import Language
from nabij.report import reading, sureness
from nabij.report.page import page


@pytest.fixture
def result(country):
    return nabij.run(country.study(sector={"parts": {"Cars": ["29"]}})).view()


@pytest.fixture
def html(result):
    return page(result, figures.draw_all(result))


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_reading_holds_the_numbers_of_the_result(result, code):
    language = Language(code)
    words = " ".join(reading(result, language))
    assert language.number(result.sector.establishments) in words
    assert language.score(result.sector.mean_d_score) in words
    assert language.number(result.sector.relative_d_score, 2) in words
    assert language.number(result.focus.row["location_quotient"], 2) in words
    assert result.focus.name in words
    assert "{" not in words


def test_both_languages_have_the_same_texts():
    def keys(texts, prefix=""):
        for key, value in texts.items():
            yield from keys(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]

    from nabij.language import _catalogue

    assert set(keys(_catalogue("en"))) == set(keys(_catalogue("nl")))


def test_both_languages_fill_in_the_same_values():
    from nabij.language import _catalogue

    def pairs(english, dutch):
        for key, value in english.items():
            if isinstance(value, dict):
                yield from pairs(value, dutch[key])
            else:
                yield key, set(re.findall(r"{(\w+)", value)), set(re.findall(r"{(\w+)", dutch[key]))

    for key, english, dutch in pairs(_catalogue("en"), _catalogue("nl")):
        assert english == dutch, key


def test_it_says_that_exact_sums_are_exact_and_that_chance_is_not_tested(result):
    words = " ".join(sureness(result, Language("en")))
    assert "exact sums" in words
    assert "not tested" in words


def test_the_page_says_that_its_data_are_synthetic(html):
    assert "Synthetic data" in re.sub(r"<img[^>]*>", "", html)


def test_the_page_shows_rejected_rows_by_reason(country):
    register = country.register.astype({"jobs": object})
    register.loc[[3, 4], "jobs"] = "-1"
    country.write(register)
    result = nabij.run(country.study()).view()
    html = page(result, {})
    assert re.search(r"Rejected: jobs are negative</td>\s*<td>2</td>", html)
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
    html = page(nabij.run(country.study(**blocks)).view(), {})
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;" in html


def test_a_name_in_the_manner_of_a_template_is_text(country):
    html = page(nabij.run(country.study(sector={"name": "{{ 7 * 7 }} {sector}"})).view(), {})
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


def pair(part, other, relative, count=40):
    return {
        "part": part, "other": other, "other_name": other, "other_establishments": count,
        "mean_d_score": 0.1, "expected_d_score": 0.1 / relative, "relative_d_score": relative,
        "rank": 1,
    }  # fmt: skip


def with_parts(view, pairs, counts):
    parts = pd.DataFrame({"part": list(counts), "establishments": list(counts.values())})
    return dataclasses.replace(view, parts=parts, pairs=pd.DataFrame(pairs))


def test_parts_are_called_near_only_where_they_are_nearer_than_a_random_draw(result):
    counts = {"Makers": 40, "Bars": 60, "Tiny": 2}
    near = [pair("Bars", "Makers", 0.9), pair("Makers", "Bars", 1.2), pair("Makers", "Tiny", 3.0)]
    words = " ".join(reading(with_parts(result, near, counts), Language("en")))
    assert "Makers to Bars (1.20)" in words
    assert "Bars to Makers" not in words
    assert "Tiny" not in words
    words = " ".join(reading(with_parts(result, near[:1], counts), Language("en")))
    assert "No part of at least 10 establishments is nearer to another" in words


def test_a_caption_speaks_of_jobs_only_where_there_are_jobs(country):
    usual = nabij.run(country.study()).view()
    country.write(country.register.drop(columns="jobs"))
    without = nabij.run(country.study(register={"jobs": None})).view()
    assert "sized by its jobs" in page(usual, {"dot_map": figures.dot_map(usual)})
    assert "sized by its jobs" not in page(without, {"dot_map": figures.dot_map(without)})
