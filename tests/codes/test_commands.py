"""The commands of codes show what is asked, and say what to mend."""

import pytest
from typer.testing import CliRunner

from nabij.cli import app

STUDY = """
[register]
path = "register.csv"
code = "sbi"
x = "x"
y = "y"
crs = "EPSG:28992"
[output]
language = "{language}"
"""


def nabij(*words):
    return CliRunner().invoke(app, ["codes", *map(str, words)])


def study(country, language="en"):
    path = country.folder / "codes.toml"
    path.write_text(STUDY.format(language=language))
    return path


def test_a_search_shows_code_name_tree_and_the_codes_above():
    assert nabij("search", "reclame").stdout.splitlines()[:2] == [
        "731    Reclamewezen  (SBI 2008; M > 73)",
        "7311   Reclamebureaus  (SBI 2008; M > 73 > 731)",
    ]


def test_a_search_takes_tree_language_and_several_words():
    said = nabij("search", "agencies", "ADVERTISING", "--tree", "nace21", "--language", "en").stdout
    assert "7311   " in said
    assert "(NACE Rev. 2.1; N > 73 > 731)" in said


def test_a_search_says_how_many_more_there_are():
    said = nabij("search", "winkels", "--most", 2).stdout.splitlines()
    assert len(said) == 3
    assert said[2].endswith(" more; --most 0 shows all")


def test_a_search_that_finds_nothing_says_so():
    found = nabij("search", "zzz")
    assert (found.exit_code, found.stdout) == (0, "Nothing in SBI 2008 has zzz in its name.\n")


def test_a_code_is_shown_between_what_is_above_and_below():
    assert [line.split()[0] for line in nabij("show", "71.11").stdout.splitlines()] == [
        "M", "71", "711", "7111", "71111", "71112",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "7399"), "7399 is no code of SBI 2008; the longest part of it that is: 73"),
        (
            ("search", "x", "--tree", "nace3"),
            "--tree nace3: is no classification (there are: sbi2008, naf2, nace2, nace21, isic4); "
            "did you mean 'nace2'?",
        ),
        (("search", "x", "--language", "de"), "--language de: use nl, en or fr"),
    ],
)
def test_wrong_use_says_how_to_mend_it(words, message):
    found = nabij(*words)
    assert found.exit_code == 2
    assert f"Error: {message}\n" == found.stderr


def test_the_codes_of_a_register_are_listed_most_first_with_names(country):
    said = nabij("list", study(country)).stdout.splitlines()
    counts = country.register["sbi"].value_counts()
    listed = [line.split()[:2] for line in said[: len(counts)]]
    assert {code: int(n.replace(",", "")) for code, n in listed} == counts.to_dict()
    numbers = [int(n.replace(",", "")) for _, n in listed]
    assert numbers == sorted(numbers, reverse=True)
    assert any(line.endswith("Advertising agencies") for line in said)
    assert said[len(counts)] == "Names: NACE Rev. 2."


def test_codes_are_listed_at_a_level_in_the_language_of_the_study(country):
    said = nabij("list", study(country, "nl"), "--digits", 1).stdout
    counts = country.register["sbi"].str[:2].isin(["71", "73", "74"]).sum()
    line = next(each for each in said.splitlines() if each.startswith("M "))
    assert line.split()[1] == f"{counts:,}".replace(",", ".")
    assert line.endswith("Vrije beroepen en wetenschappelijke en technische activiteiten")


def test_categories_in_words_are_listed_as_they_stand(country):
    register = country.register.copy()
    register["sbi"] = ["Restaurant", *["Bar, with [music]"] * (len(register) - 1)]
    country.write(register)
    said = nabij("list", study(country)).stdout.splitlines()
    assert said == [
        f"Bar, with [music]  {len(register) - 1:>12,}",
        f"Restaurant         {1:>12}",
    ]


def test_the_library_is_listed_with_its_source():
    said = nabij("sectors").stdout
    assert "Annex 3: High-tech aggregation by NACE Rev. 2 (2-digit level)\n" in said
    assert "  eurostat:high-tech-manufacturing\n" in said
    assert "    High-technology manufacturing. NACE Rev. 2: 21, 26\n" in said
    assert "  esb:creative-services\n" in said


def test_every_command_has_help_with_an_example():
    for name in ("search", "show", "list", "sectors"):
        assert f"nabij codes {name}" in nabij(name, "--help").stdout
