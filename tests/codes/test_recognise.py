"""A register's classification is recognised from its codes, and what does not fit is told."""

import pytest

from nabij import InputError
from nabij.codes.levels import at_level
from nabij.codes.names import names_of
from nabij.codes.recognise import recognise
from nabij.codes.trees import TREES, tree
from nabij.language import Language


def leaves(key):
    parents = set(tree(key).parents.values())
    return [code for code in tree(key).names if code not in parents]


def recognised(codes, counts=None, stated=None):
    return recognise(codes, counts or [1] * len(codes), stated)


@pytest.mark.parametrize("key", TREES)
def test_a_register_with_all_codes_of_a_classification_is_of_it(key):
    assert recognised(leaves(key)).tree.key == key


@pytest.mark.parametrize("key", ["sbi2008", "naf2", "nace2"])
def test_what_is_usual_is_not_told(key):
    assert recognised(leaves(key)).notes == []


def test_codes_of_four_digits_that_sbi_and_nace_share_are_of_nace():
    assert recognised(["7111", "7311", "6201"]).tree.key == "nace2"


def test_codes_of_five_digits_with_a_zero_are_of_sbi():
    assert recognised(["73110", "71111", "01131"]).tree.key == "sbi2008"


def test_codes_of_sbi_2025_count_as_nace_2_1():
    assert recognised(["01110", "62200", "58290", "73110"]).tree.key == "nace21"


@pytest.mark.parametrize("codes", [["Bar", "Restaurant"], ["722511", "541810"], ["1", "2", "3"]])
def test_other_codes_are_of_none_and_their_own_names(codes):
    found = recognised(codes)
    assert (found.tree, found.notes) == (None, [])
    assert names_of(codes, found.tree) == codes


def test_codes_that_fit_another_version_better_are_told():
    found = recognised(["7311", "6201", "6220"], [81, 0, 19])
    assert found.tree.title == "NACE Rev. 2.1"
    assert [str(note) for note in found.notes] == [
        "The industry codes fit NACE Rev. 2.1 better (100% of the establishments) than NACE Rev. 2 "
        "(81%). Names and sections are those of NACE Rev. 2.1; set [register] classification to "
        "take another."
    ]
    assert (
        found.notes[0]
        .say(Language("nl"))
        .startswith(
            "De branchecodes passen beter bij NACE Rev. 2.1 (100% van de vestigingen) dan bij NACE "
        )
    )


def test_codes_of_isic_are_told():
    found = recognised(["0111", "6209", "6399", "4773", "4610"], [1, 1, 1, 5, 5])
    assert found.tree.key == "isic4"
    assert [note.key for note in found.notes] == ["codes_fit"]


def test_a_stated_classification_holds_and_what_fits_better_is_told():
    found = recognised(["7311", "6220"], [81, 19], "sbi2008")
    assert found.tree.key == "sbi2008"
    assert [str(note) for note in found.notes] == [
        "[register] classification says SBI 2008, but the industry codes fit NACE Rev. 2.1 better: "
        "100% of the establishments against 81%."
    ]


def test_a_stated_classification_that_fits_is_not_spoken_of():
    assert recognised(["7311", "71111"], stated="sbi2008").notes == []


def test_two_versions_in_one_register_are_told():
    found = recognised(["71111", "6201", "62202", "7311"], [40, 20, 30, 910])
    assert found.tree.key == "sbi2008"
    assert [str(note) for note in found.notes] == [
        "The industry codes are of two versions. 20 establishments have a code that SBI 2008 has "
        "and NACE Rev. 2.1 does not, such as '6201'; 30 have one that only NACE Rev. 2.1 has, such "
        "as '62202'. A sector may lack a part of its establishments: convert one of the two, or "
        "add the codes of both."
    ]


def test_a_slip_is_no_second_version():
    assert recognised(["6201", "6220", "7311"], [500, 1, 500]).notes == []


def test_sections_are_those_of_the_classification():
    codes = ["6110", "7311"]
    assert at_level(codes, 1) == ["J", "M"]
    assert at_level(codes, 1, tree=tree("nace21")) == ["K", "N"]


def test_sections_of_codes_without_any_are_refused_by_name():
    with pytest.raises(InputError, match=r"^sections are those of NACE Rev\. 2\.1, and too many "):
        at_level(["0400", "7311"], 1, tree=tree("nace21"))
