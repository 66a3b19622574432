"""The reading in words: what it says, and where it is careful or silent."""

import dataclasses
import re

import pandas as pd
import pytest

import nabij
from nabij.language import Language
from nabij.report import reading, summary, sureness
from nabij.study import Clusters


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_reading_holds_the_numbers_of_the_result(tested, code):
    language, result = Language(code), tested
    words = " ".join(reading(result, language))
    assert language.number(result.sector.establishments) in words
    assert language.score(result.sector.mean_d_score) in words
    assert language.beside(result.sector.relative_d_score) in words
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


def said(view, code="en"):
    return " ".join(reading(view, Language(code)))


def changed(view, **findings):
    return dataclasses.replace(view, findings=dataclasses.replace(view.findings, **findings))


def test_it_says_what_a_test_means_and_that_exact_sums_are_exact(tested):
    words = " ".join(sureness(tested, Language("en")))
    assert "exact sums" in words
    assert "not why" in words
    assert "census" in words
    assert "formulas for a random draw" in words
    assert "location quotient of jobs has no test" in words


def test_it_says_how_many_relabellings_there_were(country):
    view = nabij.run(country.study(significance={"simulations": 99})).view()
    words = " ".join(sureness(view, Language("en")))
    assert "99 relabellings" in words
    assert "formulas" not in words


def test_it_says_that_a_very_large_sector_has_fewer_relabellings(tested):
    study = tested.study.model_copy(update={"clusters": Clusters()})
    large = dataclasses.replace(
        tested.sector, establishments=500_000, reference_establishments=5_000_000, clusters=3
    )
    view = changed(
        dataclasses.replace(tested, study=study, sector=large),
        clusters=dataclasses.replace(tested.findings.clusters, count=3),
    )
    words = " ".join(sureness(view, Language("en")))
    assert "the share of 80 relabellings" in words
    assert "of 8 runs" in words


def test_of_a_small_sector_and_of_weights_it_says_that_it_was_drawn(country):
    small = nabij.run(country.study(sector={"codes": ["29"]})).view()
    assert small.sector.establishments < 50
    words = " ".join(sureness(small, Language("en")))
    assert "fewer than 50 establishments the sector as a whole is held against 9,999" in words
    weighted = nabij.run(country.study(dscore={"weights": "jobs"})).view()
    words = " ".join(sureness(weighted, Language("en")))
    assert "no formula for the sector as a whole: its chance follows from 199 relabellings" in words
    assert "Chances follow from formulas" not in words
    assert weighted.findings.regions_nearer is None
    assert "Nearness: regions" not in said(weighted)


@pytest.mark.parametrize(
    ("code", "words"), [("en", "not itself tested"), ("nl", "zelf niet getoetst")]
)
def test_it_says_that_the_share_of_significant_ones_is_not_tested(tested, code, words):
    assert words in " ".join(sureness(tested, Language(code)))
    none = changed(tested, establishments_nearer=None)
    assert words not in " ".join(sureness(none, Language(code)))


def test_it_says_that_nothing_was_tested_where_nothing_was(result):
    tests = ["p_value", "q_value", "location_quotient_p", "location_quotient_q"]
    sector = dataclasses.replace(result.sector, p_value=float("nan"))
    bare = dataclasses.replace(result, sector=sector, regions=result.regions.drop(columns=tests))
    words = " ".join(sureness(bare, Language("en")))
    assert "is not tested here" in words
    assert "Benjamini" not in words
    assert "has no test" not in words


VERDICTS = {
    "more": "the sector is nearer together than a random draw",
    "slightly": "the difference is small",
    "chance": "cannot be told from a random draw",
    "not": "not nearer together",
    "whole": "all of its reference",
    "untested": "was not tested",
    "few": "fewer than 10 establishments",
    "unknown": "too few establishments",
}


def test_each_verdict_on_the_sector_has_its_words(tested):
    for verdict, words in VERDICTS.items():
        text = said(changed(tested, clustering=verdict)).split("Regardless")[0]
        assert words in text, verdict
        assert (VERDICTS["more"] in text) == (verdict == "more")


FOUND = [
    *({"clustering": word} for word in VERDICTS),
    *({"focus_specialisation": word} for word in ("more", "less", "alike", "unknown")),
    *({"focus_clustering": word} for word in ("more", "less", "alike", "unknown")),
    *({"focus_nearness": word} for word in ("more", "chance", "less", "unknown")),
    *({"type": word} for word in ("many_small_close", "few_large_spread", "between", "")),
    {"stands_out_on": ("mean_d_score", "location_quotient", "sector_jobs")},
    {"establishments_nearer": None, "regions_nearer": None, "regions_more": None},
    {"establishments_nearer": 0, "regions_nearer": 0, "regions_more": 2},
    {"focus_claimed": False},
    {"regions_claimed": 0},
    {"region_stands_out": True},
]


@pytest.mark.parametrize("code", ["en", "nl"])
def test_every_finding_has_words_of_its_own(tested, code):
    texts = [said(changed(tested, **findings), code) for findings in FOUND]
    for findings, text in zip(FOUND, texts, strict=True):
        assert "{" not in text, findings
        assert "–" not in text, findings
    for start, stop in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 24)):
        assert len(set(texts[start:stop])) == stop - start


def test_columns_that_are_missing_leave_their_sentences_out(tested):
    asked = ["low", "high", "p", "q", "shrunk"]
    gone = [f"location_quotient_{end}" for end in asked]
    gone += ["p_value", "q_value", "expected_low", "expected_high"]
    gone += ["mean_d_score_low", "mean_d_score_high"]
    found = {"focus_specialisation": "unknown", "focus_clustering": "unknown",
             "focus_nearness": "unknown", "regions_nearer": None, "regions_more": None,
             "establishments_nearer": None, "clustering": "untested"}  # fmt: skip
    focus = dataclasses.replace(tested.focus, row=tested.focus.row.drop(gone))
    unsure = float("nan")
    sector = dataclasses.replace(
        tested.sector, mean_d_score_low=unsure, mean_d_score_high=unsure, p_value=unsure
    )
    bare = dataclasses.replace(changed(tested, **found), focus=focus, sector=sector)
    bare = dataclasses.replace(
        bare,
        findings=dataclasses.replace(
            bare.findings, most_concentrated=bare.findings.most_concentrated.drop(columns=gone)
        ),
    )
    text = said(bare)
    for word in ("interval 0", "Nearness:", "Number:", "one by one", "(q", "(p", "–"):
        assert word not in text
    assert "location quotient" in text


def with_clusters(view, verdict, count, firm):
    table = pd.DataFrame(
        {
            "cluster": range(1, firm + 1),
            "name": ["Mill <b>", "", "Port"][:firm],
            "sector_establishments": [50, 30, 20][:firm],
            "location_quotient": [1.4, 2.0, 3.0][:firm],
            "area_km2": [12.0, 0.06, 1.0][:firm],
            "type": ["many_small_close", "between", ""][:firm],
            "holding": ["firm", "loose", ""][:firm],
        }
    )
    found = dataclasses.replace(
        view.findings.clusters,
        verdict=verdict, count=count, firm=firm, share=0.02, largest=table,
        resolution=200.0, geocoding=100.0,
    )  # fmt: skip
    return changed(view, clusters=found)


def test_clusters_are_told_with_what_is_known_of_each(result):
    text = said(with_clusters(result, "several", 5, 3))
    assert "5 clusters, with 2.0% of the sector's establishments; 3 of them" in text
    assert (
        "no. 1, Mill <b> (50 of the sector, LQ 1.4, 12.0 km², many small, close together, firm)"
        in text
    )
    assert "no. 2 (30 of the sector, LQ 2.0, 0.06 km², between, loose)" in text
    assert "Port (20 of the sector, LQ 3.0, 1.0 km²)" in text
    assert "not firm below 200 m" in text


HONEST = [
    ("weak", 1, 1, ("one weak concentration", "één zwakke concentratie")),
    ("one", 1, 1, ("one cluster can be told", "één cluster dat")),
    ("one", 4, 1, ("The 4 that were outlined", "De 4 die zijn omlijnd")),
    ("unsure", 2, 0, ("may be chance", "kan toeval zijn")),
    ("none", 0, 0, ("no cluster can be told from", "geen cluster dat")),
]


def test_honest_answers_on_clusters(result):
    for verdict, count, firm, words in HONEST:
        view = with_clusters(result, verdict, count, firm)
        for code, expected in zip(("en", "nl"), words, strict=True):
            text = said(view, code)
            assert expected in text
            assert ("200 m" in text) == (firm > 0)


def test_where_places_are_coarse_it_says_what_could_not_be_seen(result):
    view = with_clusters(result, "none", 0, 0)
    coarse = dataclasses.replace(view.findings.clusters, resolution=1_064.0, geocoding=532.0)
    view = changed(view, clusters=coarse)
    assert "narrower than 1,064 m could not be seen" in said(view)
    assert "smaller is dan 1.064 m was niet te zien" in said(view, "nl")


def test_nothing_is_said_of_clusters_that_were_not_looked_for(country):
    view = nabij.run(country.study(clusters={"find": False})).view()
    assert "Regardless of borders" not in said(view)
    assert "cluster is called firm" not in " ".join(sureness(view, Language("en")))


def test_a_focus_region_with_few_has_counts_only(result):
    text = said(changed(result, focus_claimed=False))
    assert "too few to say more" in text
    assert "the share in the whole register" not in text
    assert "fewer than 5 jobs" not in text


def test_a_sector_of_nine_makes_no_claim(country):
    register = country.register
    of_sector = register.index[register["sbi"].str.startswith("29")]
    register.loc[of_sector[9:], "sbi"] = "4711"
    country.write(register)
    view = nabij.run(country.study(sector={"codes": ["29"]})).view()
    text = said(view)
    assert view.sector.establishments == 9
    assert "it is not said whether the sector clusters" in text
    assert "No region has 10 or more establishments" in text
    for claim in ("specialised:", "stands out", "Regardless", "one by one", "highest in"):
        assert claim not in text


def test_change_is_worded_with_its_chance_and_only_from_ten(tested):
    years = pd.concat([tested.history.assign(year=year) for year in (2023, 2024)])
    change = pd.DataFrame(
        {
            "from_year": [2023, 2023], "to_year": [2024, 2024], "level": ["", tested.focus.level],
            "code": ["", "R01"], "entered": [30, 12], "left": [20, 1], "moved": [1, 0],
            "stayed": [90, 9], "p_value": [0.01, 0.001], "q_value": [0.01, 0.04],
        }
    )  # fmt: skip
    view = dataclasses.replace(tested, history=years, changes=change)
    text = said(view)
    assert "nearer to those who stayed than those who left were, more than chance" in text
    assert "(p = 0.010)" in text
    assert "number of regions: 1." in text
    chance = dataclasses.replace(view, changes=change.assign(p_value=0.4))
    assert "It cannot be said that those who entered" in said(chance)
    assert "(p = 0.400)" in said(chance)
    few = dataclasses.replace(view, changes=change.assign(entered=3))
    assert "too few to say whether the sector grew nearer together" in said(few)
    bare = dataclasses.replace(view, changes=change.drop(columns=["p_value", "q_value"]))
    assert "those who stayed" not in said(bare)


def pair(part, other, relative, count=40, chance=0.01):
    return {
        "part": part, "other": other, "other_name": other, "other_establishments": count,
        "mean_d_score": 0.1, "expected_d_score": 0.1 / relative, "relative_d_score": relative,
        "rank": 1, "p_value": chance, "q_value": chance,
    }  # fmt: skip


def with_parts(view, pairs, counts):
    parts = pd.DataFrame({"part": list(counts), "establishments": list(counts.values())})
    return dataclasses.replace(view, parts=parts, pairs=pd.DataFrame(pairs))


def test_parts_are_called_near_only_where_they_are_nearer_than_a_random_draw(result):
    counts = {"Makers": 40, "Bars": 60, "Tiny": 2}
    near = [pair("Bars", "Makers", 0.9), pair("Makers", "Bars", 1.2), pair("Makers", "Tiny", 3.0)]
    words = " ".join(reading(with_parts(result, near, counts), Language("en")))
    assert "Makers to Bars (20% higher)" in words
    assert "Bars to Makers" not in words
    assert "Tiny" not in words
    words = " ".join(reading(with_parts(result, near[:1], counts), Language("en")))
    assert "No part of at least 10 establishments can be said to be nearer" in words
    chance = [pair("Makers", "Bars", 1.2, chance=0.06)]
    words = " ".join(reading(with_parts(result, chance, counts), Language("en")))
    assert "No part of at least 10 establishments can be said to be nearer" in words


def test_divisions_go_by_rank_and_ratio_and_their_chance_says_only_not_a_random_draw(result):
    near = [
        {**pair("", "Shops", 1.1, 400), "rank": 2, "q_value": 0.2, "stratified_ratio": 1.02},
        {**pair("", "Bars", 1.4, 400), "rank": 1, "q_value": 0.001, "stratified_ratio": 1.3},
    ]
    words = " ".join(reading(with_parts(result, near, {}), Language("en")))
    assert "Bars (40% higher; 30% higher at like density)" in words
    assert "and Shops (10% higher; 2% higher at like density)" in words
    assert "Of the 2 that are wholly part of" in words
    assert "1 is significantly near. That says only" in words
    for division in near:
        division["q_value"] = 0.3
    words = " ".join(reading(with_parts(result, near, {}), Language("en")))
    assert "none is significantly near" in words
    assert "That says only" not in words


def test_pairs_that_were_not_tested_are_not_said_to_be_beyond_chance(result):
    near = [pair("Makers", "Bars", 1.2, chance=None)]
    words = " ".join(reading(with_parts(result, near, {"Makers": 40, "Bars": 60}), Language("en")))
    assert "Makers to Bars (20% higher)" in words
    assert "may be chance was not tested" in words
    assert "not a random draw" not in words


def test_what_is_corrected_is_called_q_only_where_there_is_something_to_correct(country, tested):
    two = nabij.run(country.study_of_two()).view(sector="A")
    assert re.search(r"\(p [=<]", reading(tested, Language("en"))[0])
    assert re.search(r"\(q [=<]", reading(two, Language("en"))[0])


@pytest.mark.parametrize(
    ("code", "wrong"), [("en", r"establishments|jobs"), ("nl", r"vestigingen|banen")]
)
def test_one_is_one(result, code, wrong):
    row = result.focus.row.copy()
    row[["sector_establishments", "sector_jobs"]] = 1
    one = dataclasses.replace(
        changed(result, focus_claimed=False),
        sector=dataclasses.replace(result.sector, establishments=1, jobs=1.0),
        focus=dataclasses.replace(result.focus, row=row),
    )
    texts = [*reading(one, Language(code)), *summary(one, Language(code))]
    assert not re.search(rf"\b1 ({wrong})\b", " ".join(texts))


def test_regions_are_ranked_by_specialisation_and_by_jobs_too(tested):
    text = said(tested)
    for table, start in (
        (tested.findings.most_specialised, "Specialisation (location quotient, LQ; 95% interval)"),
        (
            tested.findings.most_jobs,
            "Of the regions with at least 10 of its establishments, most of its jobs",
        ),
    ):
        (sentence,) = re.findall(rf"{re.escape(start)}.*?\.(?= [A-Z])", text)
        places = [sentence.index(name) for name in table["name"]]
        assert places == sorted(places)


def test_what_does_not_stand_out_is_said_of_concentration_alone(tested):
    text = said(changed(tested, region_stands_out=False, stands_out_on=("sector_jobs",)))
    assert "On concentration none stands out" in text
    assert "first by far on jobs" in text


@pytest.mark.parametrize("code", ["en", "nl"])
def test_what_another_floor_changes_is_said(tested, code):
    same = {50.0: ("A", "B"), 100.0: ("A", "B"), 500.0: ("A", "B")}
    turned = same | {500.0: ("B", "A")}
    texts = []
    for firsts in (same, turned):
        floors = dataclasses.replace(tested.floors, floor=100.0, firsts=firsts)
        view = dataclasses.replace(tested, floors=floors)
        texts.append(" ".join(sureness(view, Language(code))))
        assert Language(code).number(tested.sector.places) in texts[-1]
    assert texts[0] != texts[1]
    assert {"en": "The floor decides", "nl": "De ondergrens bepaalt mede"}[code] in texts[1]
    assert Language(code).listing(["B", "A"]) in texts[1]
    plain = dataclasses.replace(tested, floors=None)
    assert "500 m" not in " ".join(sureness(plain, Language(code)))
