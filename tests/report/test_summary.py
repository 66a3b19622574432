"""The answer first: three sentences and four numbers, no more than the tests allow."""

import dataclasses

import numpy as np
import pytest

from nabij.language import Language
from nabij.report.summary import compared, key_figures, summary


def changed(view, **findings):
    return dataclasses.replace(view, findings=dataclasses.replace(view.findings, **findings))


VERDICTS = ("more", "slightly", "chance", "not", "untested", "whole", "few", "unknown")


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_answer_is_three_sentences_and_four_numbers(tested, code):
    language = Language(code)
    sentences, numbers = summary(tested, language), key_figures(tested, language)
    assert len(sentences) == 3
    assert len(numbers) == 4
    assert tested.sector.name in sentences[0]
    assert tested.findings.most_establishments["name"].iloc[0] in sentences[1]
    assert language.share(tested.findings.small_share_nationally) in sentences[2]
    assert numbers[0].value == language.number(tested.sector.establishments)


@pytest.mark.parametrize("code", ["en", "nl"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_has_a_first_sentence_of_its_own(tested, code, verdict):
    first = {summary(changed(tested, clustering=word), Language(code))[0] for word in VERDICTS}
    assert len(first) == len(VERDICTS)
    assert "{" not in " ".join(first)


def test_a_ratio_is_shown_with_what_the_test_says_of_it(tested):
    def label(verdict):
        words = [each.label for each in key_figures(changed(tested, clustering=verdict), ENGLISH)]
        return next((each for each in words if each.startswith("D-score")), "")

    assert "chance" not in label("more")
    assert "may be chance" in label("chance")
    assert "not nearer" in label("not")
    assert "not tested" in label("untested")
    assert label("few") == label("whole") == ""


def test_specialisation_is_named_only_where_it_is_significant(tested):
    found = tested.findings.most_specialised
    sure = found.assign(location_quotient_q=0.001, sector_establishments=50)
    unsure = sure.assign(location_quotient_q=0.5)
    assert "most specialised" in summary(changed(tested, most_specialised=sure), ENGLISH)[1]
    assert "specialised" not in summary(changed(tested, most_specialised=unsure), ENGLISH)[1]


def test_where_and_what_kind_are_left_out_of_few(tested):
    few = changed(tested, clustering="few", regions_claimed=0)
    few = dataclasses.replace(few, sector=dataclasses.replace(few.sector, establishments=3))
    assert len(summary(few, ENGLISH)) == 1
    assert not any(np.char.find([each.label for each in key_figures(few, ENGLISH)], "random") >= 0)


def two(tested, **second):
    """Return a view and another of its kind, with other numbers."""
    first = dataclasses.replace(
        tested.sector,
        name="Makers",
        establishments=100,
        mean_d_score=0.02,
        mean_d_score_low=0.018,
        mean_d_score_high=0.022,
    )
    other = dataclasses.replace(first, name="Designers", **second)
    small = dict(zip(("Makers", "Designers"), (0.6, 0.95), strict=True))
    types = {"Makers": "few_large_spread", "Designers": "many_small_close"}
    return [
        dataclasses.replace(
            changed(tested, small_share_nationally=small[each.name], type=types[each.name]),
            sector=each,
        )
        for each in (first, other)
    ]


NEARER = {"mean_d_score": 0.03, "mean_d_score_low": 0.027, "mean_d_score_high": 0.033}


@pytest.mark.parametrize("code", ["en", "nl"])
def test_sectors_are_compared_in_words(tested, code):
    language = Language(code)
    first, sizes, types, *_ = compared(two(tested, **NEARER), language)
    assert first.startswith("Designers")
    assert {"en": "50% above", "nl": "50% hoger"}[code] in first
    assert sizes.index("95%") < sizes.index("60%")
    assert "Makers: " in types
    assert "Designers: " in types


def test_sectors_whose_intervals_meet_are_not_ranked(tested):
    close = {"mean_d_score": 0.023, "mean_d_score_low": 0.02, "mean_d_score_high": 0.026}
    first = compared(two(tested, **close), ENGLISH)[0]
    assert "cannot be told apart" in first
    assert "above" not in first


def test_a_sector_of_few_is_not_compared(tested):
    assert not any("Designers" in each for each in compared(two(tested, establishments=9), ENGLISH))


ENGLISH = Language("en")
