import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij import InputError
from nabij.codes import choose, select
from nabij.study import Reference, Sector

CODES = ["0111", "2611", "3250", "3251", "7111", "7312", "7410"]


def sector(name, codes, reference=()):
    return Sector(name=name, codes=codes, reference=Reference(codes=list(reference)))


digits = st.text("0123456789", min_size=1, max_size=5)


@given(st.lists(digits), st.lists(digits), st.lists(digits))
def test_a_code_is_chosen_when_a_prefix_begins_it_and_no_exclusion_does(codes, wanted, excluded):
    chosen, _ = select(codes, [*wanted, *(f"!{prefix}" for prefix in excluded)])
    for code, found in zip(codes, chosen, strict=True):
        included = not wanted or any(code[: len(prefix)] == prefix for prefix in wanted)
        out = any(code[: len(prefix)] == prefix for prefix in excluded)
        assert found == (included and not out)


def test_a_prefix_does_not_match_in_the_middle_of_a_code():
    assert not select(["0111"], ["11"])[0].any()


def test_dots_and_case_of_a_prefix_do_not_matter_for_digits():
    assert select(["7111Z"], ["71.11Z"])[0].all()


def test_categories_in_words_are_codes_too():
    chosen, _ = select(["Retail, food", "Wholesale"], ["Retail"])
    assert chosen.tolist() == [True, False]


def test_parts_are_within_the_sector_and_the_sector_is_their_union_by_default():
    parts = {"Medical": ["325"], "Architects": ["7111"]}
    found = choose(CODES, Sector(name="Both", parts=parts))
    assert found.members.tolist() == [code in ("3250", "3251", "7111") for code in CODES]
    assert found.parts["Architects"].sum() == 1


def test_a_sector_outside_its_reference_names_the_codes_that_lack():
    with pytest.raises(InputError, match=r"must contain the whole sector, but it lacks 7111"):
        choose(CODES, sector("S", ["26", "7111"], reference=["2", "3"]))


def test_a_code_that_matches_nothing_beside_others_is_told():
    found = choose(CODES, sector("S", ["26", "99"]))
    assert ["'99'" in str(note) for note in found.notes] == [True]


def test_a_sector_that_matches_nothing_names_the_nearest_codes():
    with pytest.raises(InputError, match=r"begins with 7113; nearest codes in the register: 7111"):
        choose(CODES, sector("S", ["7113"]))


def test_capitals_do_not_matter():
    assert select(["7111z", "7111Z", "Retail"], ["7111Z", "retail"])[0].all()


def test_a_part_outside_its_sector_is_named():
    with pytest.raises(InputError, match=r"parts 'Food': none of its codes is in the sector"):
        choose(CODES, Sector(name="S", codes=["26"], parts={"Food": ["01"]}))


@pytest.mark.parametrize("code", [" ", "!", "! ", "."])
def test_a_code_without_a_character_would_be_every_code_and_is_refused(code):
    with pytest.raises(ValueError, match="holds no code"):
        Sector(name="S", codes=[code])


def test_of_several_sectors_the_message_says_which():
    with pytest.raises(InputError, match=r"^\[\[sectors\]\] 'S' codes: no establishment"):
        choose(CODES, sector("S", ["99"]), several=True)
    with pytest.raises(InputError, match=r"^\[\[sectors\]\] 'S' reference codes: the reference"):
        choose(CODES, sector("S", ["26"], reference=["3"]), several=True)
