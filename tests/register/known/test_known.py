"""Known registers: which there are, how a file is recognised, and one that a user writes."""

import re

import pytest
from typer.testing import CliRunner

import nabij
from nabij import InputError, Study
from nabij.cli import app
from nabij.register import known
from nabij.register.known import SURE, recognise


def study_of(made, folder, **more):
    return Study.from_dict(made.study(**more), folder=folder)


def notes(result):
    return " ".join(str(note) for note in result.provenance.notes)


def test_every_known_register_says_where_its_facts_come_from():
    assert set(known.words()) == {
        "companies_house", "kbo", "lisa", "osm", "overture", "sirene", "sirene_geolocated",
    }  # fmt: skip
    for word in known.words():
        register = known.known(word)
        assert register.name == word
        assert all((register.title, register.publisher, register.licence, register.source))
        assert register.address.startswith("https://")
        assert register.classification
        assert register.notes


def test_each_known_register_is_tried_with_three_files(layouts):
    assert {word: len(made) for word, made in layouts.items()} == dict.fromkeys(known.words(), 3)


@pytest.mark.parametrize(
    ("which", "word"),
    [
        (("sirene", "plain"), "sirene"),
        (("lisa", "plain"), "lisa"),
        (("kbo", "plain"), "kbo"),
        (("overture", "plain"), "overture"),
        (("osm", "plain"), "osm"),
        (("osm", "ogr2ogr"), "osm"),
        (("companies_house", "plain"), "companies_house"),
    ],
)
def test_init_recognises_a_known_register_and_says_why(make, tmp_path, which, word):
    made = make(*which)
    target = tmp_path / "study.toml"
    register = str(tmp_path / made.register["path"])
    said = CliRunner().invoke(app, ["init", register, "--out", str(target)])
    assert said.exit_code == 0, said.output
    register = known.known(word)
    flat = " ".join(said.output.split())
    assert f'Recognised known = "{word}", {register.title} ({register.publisher}): it has' in flat
    text = target.read_text("utf-8")
    assert f'known = "{word}"  # ' in text
    assert "# recognised by its columns " in text
    assert "not recognised" not in text
    filled = text.replace('name = ""  # fill in', 'name = "S"').replace(
        "codes = []", 'codes = ["1"]'
    )
    assert ("[register.postcodes]" in text) == (word in ("kbo", "companies_house"))
    filled = re.sub(r'^(path|postcode|x|y|crs) = "" ', r'\1 = "\1" ', filled, flags=re.MULTILINE)
    target.write_text(filled, "utf-8")
    assert Study.from_toml(target).register.known == word


def test_a_file_that_is_no_known_register_is_not_taken_for_one(country):
    assert recognise(["id", "sbi", "x", "y", "jobs"]) is None
    some = ["siret", "siren", "nic", "activitePrincipaleEtablissement"]
    assert len(some) / len(known.known("sirene").marks) < SURE
    assert recognise(some) is None


def test_what_the_study_states_goes_before_what_is_known(make, tmp_path):
    made = make("sirene", "odd")
    spec = study_of(
        made,
        tmp_path,
        code="nomenclatureActivitePrincipaleEtablissement",
        size_class_jobs={"01": 1},
        where={"statutDiffusionEtablissement": [], "codePostalEtablissement": ""},
    ).register
    assert spec.code == "nomenclatureActivitePrincipaleEtablissement"
    assert spec.size_class_jobs == {"01": 1}
    assert spec.id == "siret"
    assert spec.where == {
        "etatAdministratifEtablissement": "A",
        "statutDiffusionEtablissement": [],
        "codePostalEtablissement": "",
    }


def test_a_study_with_jobs_of_its_own_has_no_size_classes(make, tmp_path):
    made = make("lisa", "plain")
    spec = study_of(made, tmp_path, jobs="GEMEENTE").register
    assert (spec.jobs, spec.size_class, spec.size_class_jobs) == ("GEMEENTE", None, {})


@pytest.mark.parametrize("word", ["kbo", "companies_house"])
def test_a_known_register_without_places_asks_for_a_table_of_postcodes(make, tmp_path, word):
    made = make(word, "plain")
    column = known.known(word).columns["postcode"][0]
    message = f"[register]: postcode = '{column}' needs a block [register.postcodes], a file with"
    with pytest.raises(InputError, match=re.escape(message)):
        study_of(made, tmp_path, postcodes=None)


def test_places_that_the_study_joins_itself_go_before_postcodes(make, tmp_path):
    made = make("kbo", "plain")
    join = {"path": "points.csv", "on": ["Zipcode", "postcode"], "columns": ["x", "y"]}
    keys = {"x": "x", "y": "y", "crs": "EPSG:31370", "postcodes": None, "join": {"points": join}}
    study = study_of(made, tmp_path, **keys)
    assert study.register.postcode is None
    result = nabij.run(study)
    assert result.provenance.counts["rows_kept"] == made.kept
    with_table = nabij.run(study_of(made, tmp_path))
    assert with_table.sectors["mean_d_score"].tolist() == result.sectors["mean_d_score"].tolist()


def test_the_source_line_is_that_of_the_register_unless_the_study_gives_one(make, tmp_path):
    made = make("sirene", "plain")
    assert study_of(made, tmp_path).source == "INSEE, Sirene (Licence Ouverte 2.0)"
    own = made.study() | {"output": {"formats": ["png"], "source": "Mine"}}
    assert Study.from_dict(own, folder=tmp_path).source == "Mine"


def test_two_code_columns_say_which_was_used(make, tmp_path):
    result = nabij.run(study_of(make("sirene", "two versions"), tmp_path))
    assert (
        "Industry codes are those of column 'activitePrincipaleEtablissement'. There is also "
        "activitePrincipaleNAF25Etablissement, maybe of another version of the classification; "
        "name the one that you want with [register] code." in notes(result)
    )
    assert "The register was read as Sirene, stock of establishments" in notes(result)
    made = make("sirene", "two versions")
    two = ["activitePrincipaleNAF25Etablissement", "activitePrincipaleEtablissement"]
    other = nabij.run(study_of(made, tmp_path, code=two))
    assert set(other.establishments["code"]) == {"6210Y"}


def test_unknown_size_classes_are_jobs_that_are_missing(make, tmp_path):
    result = nabij.run(study_of(make("sirene", "plain"), tmp_path))
    assert result.provenance.counts["jobs_missing"] == 20
    sector = result.sectors.iloc[0]
    assert (sector["jobs"], sector["jobs_low"], sector["jobs_high"]) == (30, 20, 40)


def test_rows_of_a_joined_file_are_counted(make, tmp_path):
    result = nabij.run(study_of(make("sirene_geolocated", "odd"), tmp_path))
    name = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv"
    said = notes(result)
    assert f"{name} was joined to the register (geolocation): 54 rows found a partner." in said
    assert f"{name}: 6 rows of the register found no partner there" in said
    assert f"{name}: 1 row was left out, because a row before it had the same key." in said
    assert any(name in path for path in result.provenance.inputs)


def test_a_file_among_the_known_ones_is_a_word_everywhere(country, tmp_path, monkeypatch):
    folder = tmp_path / "known"
    folder.mkdir()
    (folder / "offices.toml").write_text('marks = ["id", "sbi"]\n' + OWN, "utf-8")
    monkeypatch.setattr(known, "FOLDER", folder)
    known.known.cache_clear()
    assert known.words() == ["offices"]
    assert recognise(list(country.register)).word == "offices"
    target = tmp_path / "study.toml"
    register = str(country.folder / "register.csv")
    said = CliRunner().invoke(app, ["init", register, "--out", str(target)])
    assert 'Recognised known = "offices"' in said.output
    content = {**country.content(), "register": {"known": "offices", "path": "register.csv"}}
    result = nabij.run(Study.from_dict(content, folder=country.folder))
    assert result.source == "The town, 2026"
    known.known.cache_clear()


OWN = """\
name = "offices"
title = "Offices of the town"
source = "The town, 2026"
crs = "EPSG:28992"
[columns]
id = ["id"]
code = ["branche", "sbi"]
x = ["x"]
y = ["y"]
jobs = ["jobs"]
[where]
jobs = "> 1"
"""


def own(country, text):
    (country.folder / "offices.toml").write_text(text, "utf-8")
    register = {"known": "offices.toml", "path": "register.csv"}
    content = country.content()
    return Study.from_dict({**content, "register": register}, folder=country.folder)


def test_a_user_may_describe_a_register(country):
    study = own(country, OWN)
    result = nabij.run(study)
    assert study.source == "The town, 2026"
    assert result.provenance.counts["rows_kept"] == int((country.register["jobs"] > 1).sum())
    assert "Column 'sbi' was taken for 'branche' ([register] code)." in notes(result)


def test_a_register_may_extend_another(country):
    (country.folder / "base.toml").write_text(OWN, "utf-8")
    study = own(country, 'extends = "base.toml"\nname = "few"\ntitle = "Few"\nwhere.jobs = "> 9"\n')
    assert study.register.where == {"jobs": "> 9"}
    assert study.register.candidates["code"] == ["branche", "sbi"]
    assert study.register.known_as == "Few"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("siren", "known = 'siren' is no known register; did you mean 'sirene'? Known: "
         "companies_house, kbo, lisa, osm, overture, sirene, sirene_geolocated; or the name of a "
         "file of your own that ends in .toml"),
        ("mine.toml", "mine.toml: no such file ([register] known)"),
    ],
)  # fmt: skip
def test_a_register_that_is_not_known_is_told(country, word, message):
    with pytest.raises(InputError, match=re.escape(message)):
        country.study(register={"known": word})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "a"', "title is missing; add it"),
        (OWN + "[colums]\n", "unknown key 'colums'; did you mean 'columns'? (keys here: name,"),
        (OWN.replace('"> 1"', '"> one"'), "where.jobs: compares with 'one', which is no number; "
         'write for instance "> 0.7"'),
        (OWN.replace('code = ["branche", "sbi"]', ""), "[columns] names no code; add the columns "
         'it may be, code = ["sbi"]'),
        (OWN + "[size_class_jobs]\n1 = [9, 2]", "size_class_jobs.1: must be [low, high] or [low, "
         "high, estimate], low not above high"),
        (OWN + "x = = 1", "not valid TOML: Invalid value"),
        ('extends = "offices.toml"\n' + OWN, "extends must name another known register"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_register_of_ones_own_is_told(country, text, message):
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        own(country, text)
    assert "offices.toml: " in str(raised.value)
