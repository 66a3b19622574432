"""The tables of the report."""

import dataclasses
import re

import geopandas as gpd

import nabij
from nabij.language import Language
from nabij.report.tables import of_sectors, of_view


def table(view, title):
    return next(table for table in of_view(view, Language("en")) if table.title == title)


def test_the_region_table_shows_intervals_as_one_column_and_what_is_corrected(tested):
    shown = table(tested, "Regions, level region")
    heads = [head.replace("\u2011", "-") for head in shown.head]
    assert heads.count("95% interval") == 2
    assert {"Reference range", "Nearness: q", "LQ: q"} <= set(heads)
    assert not {"p", "LQ, from", "LQ, shrunk"} & set(heads)
    level = tested.regions[tested.regions["level"] == tested.focus.level]
    first = level.nlargest(1, "sector_establishments").iloc[0]
    low, high = first["location_quotient_low"], first["location_quotient_high"]
    cells = shown.cells[0]
    assert cells[heads.index("LQ") + 1] == f"{low:.2f}–{high:.2f}"
    assert cells[heads.index("Nearness: q")] == Language("en").chance(first["q_value"])
    assert "0.05" in shown.note


def test_an_interval_stands_beside_its_value_and_only_what_is_corrected_is_shown(country):
    found = nabij.run(country.study_of_two())
    digits = found.tables["sectors"].digits
    shown = of_sectors(found.sectors, digits, Language("en"))
    heads = [head.replace("\u2011", "-") for head in shown.head]
    assert heads[heads.index("Mean D-score") + 1] == "95% interval"
    assert "q" in heads
    assert not {"p", "z", "Metres apart"} & set(heads)


def test_the_note_of_a_table_is_a_paragraph_that_does_not_scroll_with_it(html):
    assert re.search(r'</table>\s*</div>\s*<p class="soft">[^<]*Reference range', html)


def test_clusters_have_a_table_with_types_in_words(tested):
    clusters = gpd.GeoDataFrame(
        {
            "cluster": [1, 2],
            "name": ["Mill", "Port"],
            "establishments": [200, 90],
            "sector_establishments": [50, 9],
            "location_quotient": [2.5, 3.0],
            "log_likelihood_ratio": [9.0, 3.0],
            "p_value": [0.0004, 0.31],
            "type": ["many_small_close", ""],
            "stability": [0.95, None],
        },
        geometry=[None, None],
    )
    digits = {**tested.digits, "type": None}
    shown = table(
        dataclasses.replace(tested, clusters=clusters, digits=digits), "Clusters free of borders"
    )
    first, second = shown.cells
    assert first[:4] == ["1", "Mill", "200", "50"]
    assert "<0.001" in first
    assert "many small, close together" in first
    assert "0.310" in second
    assert "2 of 2 clusters" in shown.note


def test_a_view_without_clusters_has_no_table_of_them(country):
    view = nabij.run(country.study(clusters={"find": False})).view()
    titles = [table.title for table in of_view(view, Language("en"))]
    assert "Clusters free of borders" not in titles


def test_a_code_that_is_the_name_is_not_shown_twice(country):
    shapes = gpd.read_file(country.folder / "regions.gpkg", layer="region")
    view = nabij.run(country.study()).view()
    usual = of_view(view, Language("en"))[0]
    shapes.assign(code=shapes["name"]).to_file(country.folder / "regions.gpkg", layer="region")
    once = of_view(nabij.run(country.study()).view(), Language("en"))[0]
    assert list(once.head) == list(usual.head[1:])
    assert once.texts == usual.texts - 1
    assert [row[0] for row in once.cells] == [row[1] for row in usual.cells]


def test_regions_without_the_sector_are_not_in_the_table_and_levels_have_their_own_name(country):
    register = country.register
    of_sector = register.index[register["sbi"].str.startswith("29")]
    register.loc[of_sector[2:], "sbi"] = "4711"
    country.write(register)
    view = nabij.run(country.study(sector={"codes": ["29"]})).view()
    with_any = view.regions[view.regions["level"] == "region"]["sector_establishments"].gt(0).sum()
    shown = table(view, "Regions, level region")
    assert len(shown.cells) == with_any < 9
    assert f"of {9} at this level" in shown.note


def test_shares_are_percentages_and_neighbourhoods_have_the_name_of_their_level(tested):
    language = Language("en")
    assert language.writer("share_in_clusters", 2)(0.214) == "21%"
    assert language.writer("stability", 2)(0.955) == "96%"
    (near,) = [each for each in of_view(tested, language) if "areas with at least" in each.title]
    assert near.head[0] == "Neighbourhood"
    assert "(neighbourhood)" in near.title
