"""The page: that it shows what there is, and asks nothing of any other place."""

import re

import geopandas as gpd
import pytest

import nabij
from nabij import figures
from nabij.report import of_view, page
from nabij.report.html import sum_of


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
    assert "<script>alert" not in html
    assert html.count("<script") == 1
    assert "<b>" not in html
    assert "&lt;" in html


def test_a_name_in_the_manner_of_a_template_is_text(country):
    html = page(
        of_view(nabij.run(country.study(sector={"name": "{{ 7 * 7 }} {sector}"})).view(), {})
    )
    assert "{{ 7 * 7 }} {sector}" in html


def test_a_caption_speaks_of_jobs_only_where_there_are_jobs(country):
    usual = nabij.run(country.study()).view()
    country.write(country.register.drop(columns="jobs"))
    without = nabij.run(country.study(register={"jobs": None})).view()
    captions = [
        re.search(r"<figcaption>(.*?)</figcaption>", page(of_view(view, {"dot_map": drawn})))[1]
        for view in (usual, without)
        for drawn in [figures.dot_map(view)]
    ]
    assert ["jobs" in caption for caption in captions] == [True, False]


def test_the_policy_of_the_page_allows_its_own_style_and_script_alone(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert "unsafe" not in policy
    for kind, tag in (("style", "style"), ("script", "script")):
        (written,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)
        assert f"{kind}-src '{sum_of(written)}'" in policy.replace("&#39;", "'")
    assert not re.search(r"<[^>]+\s(style|on\w+)=", html)
