"""Study files: what they may say, and what is said when they are wrong."""

import tomllib
from pathlib import Path

import pytest

import nabij
from nabij import InputError, Study
from nabij.study import DScore, Machine, Register, Sector
from nabij.study.study import slug

TOML = """
[register]
path = "data/register.csv"
code = "sbi"
x = "x"
y = "y"
jobs = "banen"
crs = "EPSG:28992"

[sector]
name = "Creative services"
codes = ["7111", "731"]

[[regions]]
level = "corop"
path = "corop.gpkg"
code = "code"
"""


def write(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text)
    return path


def wrong(tmp_path, old, new):
    assert old in TOML
    with pytest.raises(InputError) as caught:
        Study.from_toml(write(tmp_path, TOML.replace(old, new)))
    return str(caught.value)


def test_relative_paths_are_relative_to_the_study_file(tmp_path):
    study = Study.from_toml(write(tmp_path, TOML))
    assert study.register.path == tmp_path / "data" / "register.csv"
    assert study.regions[0].path == tmp_path / "corop.gpkg"


def test_toml_and_python_say_the_same(tmp_path):
    from_file = Study.from_toml(write(tmp_path, TOML))
    assert Study.from_dict(tomllib.loads(TOML), folder=tmp_path) == from_file


def test_defaults_are_those_of_the_method(tmp_path):
    study = Study.from_toml(write(tmp_path, TOML))
    assert (study.dscore.floor, study.dscore.normalisation) == (100, "mean")
    assert (study.dscore.kernel, study.dscore.weights) == ("inverse", "none")
    assert study.reference.codes == []


def test_an_unknown_key_names_the_nearest(tmp_path):
    message = wrong(tmp_path, "jobs =", "job =")
    assert "[register] job: unknown key; did you mean 'jobs'?" in message


def test_an_unknown_block_names_the_nearest(tmp_path):
    assert "did you mean 'sector'?" in wrong(tmp_path, "[sector]", "[secto]")


def test_an_unknown_choice_names_the_choices(tmp_path):
    message = wrong(tmp_path, "[sector]", '[dscore]\nkernel = "cubic"\n[sector]')
    assert "[dscore] kernel" in message
    assert "'gaussian'" in message


def test_codes_as_numbers_are_told_to_be_text(tmp_path):
    assert '7111 must be text, in quotes: "7111"' in wrong(tmp_path, '"7111"', "7111")


def test_a_missing_key_is_named_with_its_block(tmp_path):
    assert "[register] code: missing" in wrong(tmp_path, 'code = "sbi"\n', "")
    assert "[[regions]] number 1 code: missing" in wrong(tmp_path, 'gpkg"\ncode = "code"', 'gpkg"')


def test_jobs_come_from_one_column(tmp_path):
    both = 'jobs = "banen"\nsize_class = "gk"'
    assert "either jobs" in wrong(tmp_path, 'jobs = "banen"', both)
    assert "size_class_jobs" in wrong(tmp_path, 'jobs = "banen"', 'size_class = "gk"')


def test_two_levels_of_one_name_are_refused(tmp_path):
    block = TOML[TOML.index("[[regions]]") :]
    assert "same level" in wrong(tmp_path, block, block + block)


def test_a_level_may_not_hide_a_column_of_the_result(tmp_path):
    assert "also a column" in wrong(tmp_path, 'level = "corop"', 'level = "d_score"')


@pytest.mark.parametrize("level", ["FID", "Geometry", "a/b", "=1+1", "..", " ", "x" * 41, "é:"])
def test_a_level_s_name_must_do_as_column_layer_and_sheet(tmp_path, level):
    assert "[[regions]] number 1 level" in wrong(tmp_path, '"corop"', f'"{level}"')


def test_a_level_s_name_may_have_accents_and_spaces(tmp_path):
    write(tmp_path, TOML.replace('level = "corop"', 'level = "Départements - 2024_1"'))
    assert Study.from_toml(tmp_path / "study.toml").regions[0].level == "Départements - 2024_1"


def without(block):
    return {name: value for name, value in tomllib.loads(TOML).items() if name != block}


def test_a_missing_block_is_named(tmp_path):
    with pytest.raises(InputError, match=r"\[register\]: missing"):
        Study.from_dict(without("register"), folder=tmp_path)
    with pytest.raises(InputError, match=r"\[sector\]: missing"):
        nabij.run(Study.from_dict(without("sector"), folder=tmp_path))


def test_regions_and_jobs_may_be_left_out(tmp_path):
    content = without("regions")
    del content["register"]["jobs"]
    study = Study.from_dict(content, folder=tmp_path)
    assert study.regions == []
    assert not study.register.has_jobs


def several(tmp_path, *names, **blocks):
    content = without("sector") | blocks
    content["sectors"] = [{"name": name, "codes": ["62"]} for name in names]
    return Study.from_dict(content, folder=tmp_path)


def test_several_sectors_take_the_study_s_reference_and_focus_unless_they_have_their_own(tmp_path):
    content = without("sector") | {"reference": {"codes": ["6"]}, "focus": {"region": "A"}}
    content["sectors"] = [
        {"name": "Software", "codes": ["62"]},
        {
            "name": "Design",
            "codes": ["741"],
            "reference": {"codes": ["7"]},
            "focus": {"region": "B"},
        },
    ]
    software, design = Study.from_dict(content, folder=tmp_path).all_sectors
    assert (software.reference.codes, software.focus.region) == (["6"], "A")
    assert (design.reference.codes, design.focus.region) == (["7"], "B")


def test_sectors_that_would_share_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="'IT & design' and 'it design' would share a folder"):
        several(tmp_path, "IT & design", "it design")


def test_two_sectors_of_one_name_are_refused(tmp_path):
    with pytest.raises(InputError, match="'A' and 'A' would share a folder"):
        several(tmp_path, "A", "A")


def test_a_sector_may_be_called_as_the_folder_of_the_figures():
    assert slug("Figures") == "figures-sector"


def test_weights_by_jobs_need_jobs(tmp_path):
    content = tomllib.loads(TOML)
    del content["register"]["jobs"]
    content["dscore"] = {"weights": "jobs"}
    with pytest.raises(InputError, match=r'weights = "jobs" needs jobs, or size_class'):
        Study.from_dict(content, folder=tmp_path)


def test_a_sector_and_sectors_exclude_each_other(tmp_path):
    with pytest.raises(InputError, match="not both"):
        several(tmp_path, "A", sector={"name": "B", "codes": ["62"]})


def test_sectors_need_double_brackets(tmp_path):
    content = without("sector") | {"sectors": {"name": "A", "codes": ["62"]}}
    with pytest.raises(InputError, match=r"\[\[sectors\]\]: write this heading in double brackets"):
        Study.from_dict(content, folder=tmp_path)


def test_a_wrong_key_of_one_of_several_sectors_is_named_with_its_number(tmp_path):
    content = without("sector") | {"sectors": [{"name": "A", "codes": ["62"], "part": {}}]}
    with pytest.raises(InputError, match=r"\[\[sectors\]\] number 1 part: .*did you mean 'parts'"):
        Study.from_dict(content, folder=tmp_path)


@pytest.mark.parametrize(
    ("years", "message"),
    [
        ("some", r'write "all" or years, such as \[2015, 2025\]'),
        ([], r'write "all" or years'),
        ("all", "years needs year"),
    ],
)
def test_years_are_all_or_a_list_and_need_their_column(tmp_path, years, message):
    content = tomllib.loads(TOML)
    content["register"]["years"] = years
    with pytest.raises(InputError, match=message):
        Study.from_dict(content, folder=tmp_path)


def test_years_and_use_year_exclude_each_other(tmp_path):
    content = tomllib.loads(TOML)
    content["register"] |= {"year": "jaar", "years": "all", "use_year": 2020}
    with pytest.raises(InputError, match="either use_year"):
        Study.from_dict(content, folder=tmp_path)


def test_brackets_that_are_too_few_or_too_many_are_named(tmp_path):
    assert "double brackets" in wrong(tmp_path, "[[regions]]", "[regions]")
    assert "[sector]: is no block of keys" in wrong(tmp_path, "[sector]", "[[sector]]")


def test_a_very_long_value_is_shown_in_short(tmp_path):
    long = "x" * 100_000
    assert len(wrong(tmp_path, "[sector]", f'[dscore]\nfloor = "{long}"\n[sector]')) < 500


def test_toml_without_an_end_to_its_depth_is_no_toml(tmp_path):
    assert "not valid TOML" in wrong(tmp_path, "[register]", f"x = {'[' * 5000}\n[register]")


def test_an_unknown_focus_level_names_those_there_are(tmp_path):
    message = wrong(tmp_path, "[sector]", '[focus]\nzoom_level = "korop"\n[sector]')
    assert "did you mean 'corop'?" in message


def test_a_kernel_with_a_length_needs_it(tmp_path):
    message = wrong(tmp_path, "[sector]", '[dscore]\nkernel = "gaussian"\n[sector]')
    assert "needs scale" in message


@pytest.mark.parametrize("value", ["0", "-5", "nan", "inf", "1e-9", "1e300"])
def test_a_floor_must_be_a_positive_number(tmp_path, value):
    assert "[dscore] floor" in wrong(tmp_path, "[sector]", f"[dscore]\nfloor = {value}\n[sector]")


def test_what_is_no_toml_names_the_line(tmp_path):
    assert "not valid TOML" in wrong(tmp_path, "[register]", "[register")


def test_a_study_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(InputError, match="nabij init"):
        Study.from_toml(tmp_path / "none.toml")


def test_a_folder_and_a_binary_file_are_named(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        Study.from_toml(tmp_path)
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        Study.from_toml(tmp_path / "b.toml")


def test_a_study_does_not_change():
    study = Study.from_dict(tomllib.loads(TOML), folder=Path())
    with pytest.raises(ValueError, match="frozen"):
        study.sector.name = "other"


def test_a_heading_in_single_brackets_that_comes_twice_says_how_to_write_it(tmp_path):
    block = '[sector]\nname = "Creative services"\ncodes = ["7111", "731"]\n'
    twice = block.replace("[sector]", "[sectors]") * 2
    assert "write each [[sectors]] heading in double brackets" in wrong(tmp_path, block, twice)


@pytest.mark.parametrize(
    ("slip", "mended"),
    [
        ("name = Creative services", 'name = "Creative services"'),
        ("name = “Creative services”", 'name = "Creative services"'),
        ('name = "Creative services', 'name = "Creative services"'),
        ('name = Creative services"', 'name = "Creative services"'),
        ('name: "Creative services"', 'name = "Creative services"'),
        ("name: Creative services", 'name = "Creative services"'),
        ('name = ["7111", "731"', 'name = ["7111", "731"]'),
        ('name = ["7111", 731A]', 'name = ["7111", "731A"]'),
        ("name = [“7111”, “731”]", 'name = ["7111", "731"]'),
        ("name = True", "name = true"),
        ("[name", "[name]"),
        ("[[name]", "[[name]]"),
    ],
)
def test_a_slip_is_shown_with_the_line_to_write(tmp_path, slip, mended):
    message = wrong(tmp_path, 'name = "Creative services"', slip)
    at = TOML.splitlines().index('name = "Creative services"') + 1
    assert f"line {at} is:  {slip}\n" in message
    assert message.endswith(f"write:      {mended}")


def test_a_list_without_an_end_is_found_above_where_it_is_noticed(tmp_path):
    message = wrong(tmp_path, 'codes = ["7111", "731"]', 'codes = ["7111", "731"\n\n\n')
    assert message.endswith(
        '  line 12 is:  codes = ["7111", "731"\n  write:      codes = ["7111", "731"]'
    )


def test_lines_without_a_slip_are_not_mended(tmp_path):
    message = wrong(tmp_path, "[sector]", "[sector]\nname = 'A'\nname = 'B'")
    assert "write:" not in message


@pytest.mark.parametrize("path", [r"data\new\register.csv", r"C:\temp\register.csv"])
def test_a_path_that_a_backslash_cuts_is_shown_with_slashes(tmp_path, path):
    message = wrong(tmp_path, '"data/register.csv"', f'"{path}"')
    meant = path.replace("\\", "/")
    assert message.endswith(
        f'[register] path: is cut by a backslash; write it with slashes: "{meant}"'
    )


def test_a_windows_path_is_shown_with_slashes(tmp_path):
    message = wrong(tmp_path, '"data/register.csv"', r'"C:\Users\me\register.csv"')
    assert message.endswith('write:      path = "C:/Users/me/register.csv"')


def test_codes_without_quotes_are_shown_with_them(tmp_path):
    message = wrong(tmp_path, '["7111", "731"]', "[62.01, A7]")
    assert message.endswith('write:      codes = ["62.01", "A7"]')


def test_a_file_that_is_no_toml_at_all_has_no_line_to_write(tmp_path):
    message = wrong(tmp_path, "[sector]", "sector: {")
    assert "not valid TOML" in message
    assert "write:" not in message


def test_a_study_built_in_python_is_told_as_a_file_is():
    with pytest.raises(InputError) as caught:
        Study(register={"path": "a.csv", "cod": "sbi"}, sector={"name": "A", "codes": ["1"]})
    lines = str(caught.value).splitlines()
    assert any("[register] cod: unknown key; did you mean 'code'?" in line for line in lines)
    assert "study: [register] code: missing; add it" in lines


def test_all_files_that_are_missing_are_named(tmp_path):
    study = Study.from_toml(write(tmp_path, TOML))
    for analyse in (nabij.run, lambda study: nabij.scan(study, digits=2)):
        with pytest.raises(InputError) as caught:
            analyse(study)
        said = str(caught.value).splitlines()
        assert len(said) == 2
        assert "register.csv: no such file ([register] path)" in said[0]
        assert "corop.gpkg: no such file ([[regions]] corop path)" in said[1]


def test_a_study_may_be_named_by_its_file(tmp_path):
    with pytest.raises(InputError, match=r"register\.csv: no such file"):
        nabij.run(str(write(tmp_path, TOML)))


def test_the_number_of_a_coordinate_system_is_shown_as_it_is_written(tmp_path):
    message = wrong(tmp_path, 'crs = "EPSG:28992"', "crs = 28992")
    assert message.endswith('[register] crs: write crs = "EPSG:28992"')


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('colour = "blue"', "[report] colour: "),
        ('paper = "a5"', "[report] paper: "),
        ('color = "#0b5394"', "[report] color: unknown key; did you mean 'colour'?"),
    ],
)
def test_a_report_that_cannot_be_is_told(tmp_path, line, said):
    with pytest.raises(InputError) as caught:
        Study.from_toml(write(tmp_path, f"{TOML}\n[report]\n{line}\n"))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Register(path=3, code="c"), 'Register: path: 3 must be text, in quotes: "3"'),
        (lambda: Sector(name="", codes=["1"]), "Sector: name: is empty; fill it in"),
        (lambda: Machine(memory_limit="lots"), "Machine: memory_limit: is 'lots'; write a size"),
        (lambda: DScore(flor=1), "DScore: flor: unknown key; did you mean 'floor'"),
        (
            lambda: Register(path="a.csv", code="c", x="x", y="y", year="j", years="some"),
            'Register: years: write "all" or years',
        ),
    ],
)
def test_a_block_that_is_built_in_python_says_what_is_wrong_as_a_file_does(build, message):
    with pytest.raises(InputError) as caught:
        build()
    assert message in str(caught.value)
    assert "pydantic" not in str(caught.value)
