"""A sector of the library stands for its codes, with its source."""

import json

import pytest

import nabij
from nabij import InputError
from nabij.codes import choose
from nabij.codes.library import definition, library, resolved
from nabij.codes.trees import TREES, tree
from nabij.running import prepare
from nabij.study import Reference, Sector

HIGH_TECH = "eurostat:high-tech-manufacturing"
SOURCE = (
    "Eurostat indicators on High-tech industry and Knowledge-intensive services, Annex 3: "
    "High-tech aggregation by NACE Rev. 2 (2-digit level)"
)


def eurostat(*names):
    return [code for name in names for code in library()[f"eurostat:{name}"].codes["nace2"]]


def divisions(first, last):
    return [code for code in tree("nace2").names if len(code) == 2 and first <= code <= last]


@pytest.mark.parametrize("key", library())
def test_a_definition_has_names_a_source_and_codes_that_exist(key):
    found = library()[key]
    assert found.names["en"]
    assert found.names["nl"]
    assert found.source
    assert found.codes
    for classification, codes in found.codes.items():
        known = tree(classification).names
        assert all(any(each.startswith(code) for each in known) for code in codes)
        assert classification in TREES


def test_the_four_levels_of_technology_part_manufacturing():
    levels = [f"{level}-tech-manufacturing" for level in ("high", "medium-high", "medium-low")]
    assert sorted(eurostat(*levels, "low-tech-manufacturing")) == divisions("10", "33")


def test_knowledge_intensive_and_less_so_part_the_services():
    both = eurostat("knowledge-intensive-services", "less-knowledge-intensive-services")
    assert sorted(both) == divisions("45", "99")


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (
            "knowledge-intensive-services",
            [
                "knowledge-intensive-market-services",
                "high-tech-knowledge-intensive-services",
                "knowledge-intensive-financial-services",
                "other-knowledge-intensive-services",
            ],
        ),
        (
            "less-knowledge-intensive-services",
            ["less-knowledge-intensive-market-services", "other-less-knowledge-intensive-services"],
        ),
    ],
)
def test_the_subclasses_part_the_class(whole, parts):
    assert sorted(eurostat(*parts)) == eurostat(whole)


def test_a_sector_may_be_one_definition_or_one_code():
    assert Sector(name="S", codes=HIGH_TECH).codes == [HIGH_TECH]
    assert Sector(name="S", codes="7111").codes == ["7111"]


def test_a_definition_chooses_as_its_codes_do():
    known = ["2110", "2611", "2711", "3250"]
    named = choose(known, Sector(name="S", codes=[HIGH_TECH, "325", "!2110"]))
    written = choose(known, Sector(name="S", codes=["21", "26", "325", "!2110"]))
    assert named.members.tolist() == written.members.tolist() == [False, True, False, True]
    assert named.codes == {"sector": ["21", "26", "325", "!2110"]}


def test_a_definition_may_be_taken_out_and_be_a_part_or_a_reference():
    known = ["2110", "2711", "6419"]
    spec = Sector(
        name="S",
        codes=["2"],
        parts={"High": [HIGH_TECH]},
        reference=Reference(codes=["2", "6", "!eurostat:knowledge-intensive-financial-services"]),
    )
    found = choose(known, spec)
    assert found.parts["High"].tolist() == [True, False, False]
    assert found.reference.tolist() == [True, True, False]
    assert found.codes["reference"] == ["2", "6", "!64", "!65", "!66"]
    assert found.codes["part: High"] == ["21", "26"]


@pytest.mark.parametrize("where", ["sector", "reference"])
def test_an_unknown_definition_names_the_nearest(country, where):
    with pytest.raises(InputError) as error:
        country.study(**{where: {"codes": "eurostat:hightech-manufacturing"}})
    assert str(error.value) == (
        f"study: [{where}] codes.0: 'eurostat:hightech-manufacturing' is no sector of the library; "
        f"did you mean '{HIGH_TECH}'?; see all with: nabij codes sectors"
    )


def test_a_collection_nearly_right_is_a_slip_and_another_is_a_category():
    with pytest.raises(InputError, match="'euro-stat:services' is no sector of the library"):
        definition("euro-stat:services")
    assert resolved(["shop:bakery"]) == ["shop:bakery"]


def test_a_definition_for_another_version_is_told():
    spec = Sector(name="S", codes=[HIGH_TECH])
    notes = choose(["2110", "2611"], spec, tree=tree("nace21")).notes
    assert [str(note) for note in notes] == [
        f"[sector] codes: '{HIGH_TECH}' is 21, 26. Source: {SOURCE}.",
        f"[sector] codes: '{HIGH_TECH}' is defined for NACE Rev. 2, but the codes of the register "
        "are NACE Rev. 2.1, where a code may mean something else; check what is chosen with  nabij "
        "codes list.",
    ]


@pytest.mark.parametrize("key", ["sbi2008", "naf2", "nace2"])
def test_a_definition_for_nace_2_holds_for_what_is_built_on_it(key):
    notes = choose(["2110", "2611"], Sector(name="S", codes=HIGH_TECH), tree=tree(key)).notes
    assert [note.key for note in notes] == ["sector_defined"]


def test_what_a_study_meant_is_told_and_kept_as_written_and_written_out(country, tmp_path):
    changes = {"sector": {"codes": HIGH_TECH}, "reference": {"codes": ["esb:industry"]}}
    study = country.study(
        **changes, clusters={"find": False}, output={"formats": ["svg"]}, report={"formats": []}
    )
    result = nabij.run(study)
    assert f"[sector] codes: '{HIGH_TECH}' is 21, 26. Source: {SOURCE}." in map(
        str, result.provenance.notes
    )
    nabij.save(result, tmp_path / "result")
    record = json.loads((tmp_path / "result" / "result.json").read_text())
    assert record["parameters"]["sector"]["codes"] == [HIGH_TECH]
    assert record["codes"] == {"Brainport": {"sector": ["21", "26"], "reference": ["1", "2", "3"]}}
    assert record["classification"] == "NACE Rev. 2"
    assert record["sector"]["establishments"] == country.register["sbi"].str.startswith("26").sum()


def test_a_check_tells_of_codes_of_two_versions(country):
    register = country.register.copy()
    register.loc[register.index[:20], "sbi"] = "6220"
    country.write(register)
    notes = [note for note in prepare(country.study()).notes if note.key == "codes_mixed"]
    assert len(notes) == 1
    assert "20 have one that only NACE Rev. 2.1 has, such as '6220'" in str(notes[0])


def test_an_unknown_classification_names_the_known(country):
    with pytest.raises(InputError) as error:
        country.study(register={"classification": "sbi2009"})
    assert str(error.value) == (
        "study: [register] classification: is 'sbi2009', which is no classification (there are: "
        "sbi2008, naf2, nace2, nace21, isic4); did you mean 'sbi2008'?"
    )
