"""The trees are whole, as published, and can be searched."""

from collections import Counter

import pytest

from nabij.codes.trees import TREES, found, tree

SECTION, DIVISION, GROUP, CLASS, SUBCLASS = range(1, 6)


def level(code):
    return SECTION if code.isalpha() else len(code)


def leaves(of):
    parents = set(of.parents.values())
    return [code for code in of.names if code not in parents]


@pytest.mark.parametrize(
    ("key", "counts"),
    [
        ("nace2", [21, 88, 272, 615, 0]),
        ("nace21", [22, 87, 287, 651, 0]),
        ("isic4", [21, 88, 238, 419, 0]),
        ("naf2", [21, 88, 272, 615, 732]),
        # CBS has no divisions 05 and 07: the Netherlands mine no coal and no ores.
        ("sbi2008", [21, 86, 266, 604, 478]),
    ],
)
def test_a_tree_has_as_many_codes_of_each_level_as_published(key, counts):
    counted = Counter(map(level, tree(key).names))
    assert [counted[each] for each in range(1, 6)] == counts


@pytest.mark.parametrize("key", TREES)
def test_every_parent_is_there_and_one_level_up(key):
    of = tree(key)
    for code, parent in of.parents.items():
        if level(code) == SECTION:
            assert parent == ""
        else:
            assert parent in of.names
            assert level(parent) == level(code) - 1, code
            assert level(code) == DIVISION or code.startswith(parent)


@pytest.mark.parametrize("key", TREES)
def test_codes_are_digits_with_their_zeros_and_no_name_is_empty(key):
    of = tree(key)
    for code in of.names:
        digits = code[:4] if key == "naf2" else code
        assert len(code) == 1 if code.isalpha() else digits.isdigit() and len(code) >= 2, code
        assert all(of.name(code, language).strip() for language in ("en", "nl", "fr")), code
        assert "01" <= code[:2] <= "99" or code.isalpha(), code


def test_sbi_2008_has_the_sections_of_nace_and_few_classes_of_its_own():
    sbi, nace = tree("sbi2008"), tree("nace2")
    divisions = [code for code in sbi.names if len(code) == 2]
    assert all(sbi.section(code) == nace.section(code) for code in divisions)
    own = [code for code in sbi.names if len(code) == 4 and code not in nace.names]
    assert own == ["3321", "3322", "3323", "3324", "3329", "3520", "4668", "8691", "8692", "9314",
                   "9315"]  # fmt: skip


def test_codes_of_sbi_2008_that_shared_a_number_without_their_zero_are_apart():
    names = [tree("sbi2008").name(code, "nl") for code in ("01411", "1411", "0620", "6202")]
    assert names[0] == "Houden van melkvee"
    assert names[1] == "Vervaardiging van kleding van leer"
    assert names[2] == "Winning van aardgas"
    assert names[3] == "Computerconsultancy-activiteiten"


@pytest.mark.parametrize("key", TREES)
def test_no_name_is_cut_off(key):
    for code, names in tree(key).names.items():
        for name in names.values():
            assert name.count("(") == name.count(")"), (code, name)
            assert not name.endswith(("-", ",", ";", "(")), (code, name)
            assert name == " ".join(name.split()), (code, name)


def test_sections_of_nace_2_1_are_not_those_of_nace_2():
    divisions = ("58", "61", "64", "69", "73", "84")
    assert [tree("nace2").section(each) for each in divisions] == ["J", "J", "K", "M", "M", "O"]
    assert [tree("nace21").section(each) for each in divisions] == ["J", "K", "L", "N", "N", "P"]


def test_a_search_takes_all_words_without_accents_and_capitals():
    naf = tree("naf2")
    assert found("CEREALES riz", naf, "fr") == found("céréales riz", naf, "fr")
    assert {"0111", "0111Z"} <= set(found("cereales riz", naf, "fr"))
    for code in found("cereales riz", naf, "fr"):
        assert "riz" in naf.name(code, "fr")
        assert "céréales" in naf.name(code, "fr")


def test_a_search_has_what_is_called_so_before_what_only_mentions_it():
    assert found("reclamebureaus", tree("sbi2008"), "nl")[0] == "7311"
    assert found("architecten", tree("sbi2008"), "nl")[0] == "7111"


def test_digits_are_searched_as_the_beginning_of_a_code():
    assert found("71.11", tree("sbi2008"), "nl") == ["7111", "71111", "71112"]
    assert found("7311z", tree("naf2"), "fr") == ["7311Z"]


def test_a_search_for_nothing_finds_nothing():
    assert found("  ", tree("nace2"), "en") == []


def test_a_word_that_begins_with_a_section_is_no_code():
    assert tree("nace2").name("Retail, food") == ""
