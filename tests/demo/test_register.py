import hashlib
import shutil

import numpy as np
import pytest
import shapely

from nabij.demo import make
from nabij.errors import InputError
from nabij.study import Study


def digests(folder):
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The same register, made where another was, and what progress told."""
    folder = tmp_path_factory.mktemp("again")
    make(folder, establishments=20_000, seed=1)
    told = []
    make(folder, establishments=50_000, progress=lambda *step: told.append(step))
    return folder, told


def test_the_same_seed_makes_the_same_files_whatever_was_there(folder, again):
    assert digests(again[0]) == digests(folder)


def test_progress_tells_what_is_being_done(again):
    messages, fractions = zip(*again[1], strict=True)
    assert set(messages) == {
        "Drawing the map",
        "Making up establishments",
        "Writing the demo's files",
    }
    assert all(0 <= fraction <= 1 for fraction in fractions)


def test_another_seed_makes_another_register(folder, tmp_path):
    make(tmp_path, establishments=50_000, seed=1)
    assert digests(tmp_path)["register.parquet"] != digests(folder)["register.parquet"]


def test_it_has_as_many_establishments_as_asked_for(register):
    assert len(register) == 50_000
    assert register["id"].is_unique


def test_codes_are_five_digits_of_text_with_leading_zeros(register):
    assert register["sbi"].str.fullmatch(r"\d{5}").all()
    assert register["sbi"].str.startswith("0").mean() > 0.03


def test_codes_reach_from_farming_to_services(register):
    divisions = register["sbi"].str[:2].astype(int)
    assert divisions.min() == 1
    assert divisions.max() == 96
    assert divisions.nunique() > 75


def test_every_establishment_has_a_job_and_most_have_few(register):
    assert register["jobs"].min() == 1
    assert (register["jobs"] < 5).mean() > 0.8
    assert register["jobs"].max() > 500


def test_some_establishments_share_an_address(register):
    assert 0.15 < register.duplicated(["x", "y"], keep=False).mean() < 0.35


def test_every_establishment_is_in_a_neighbourhood(register, levels):
    tree = shapely.STRtree(levels["neighbourhood"].geometry)
    points = shapely.points(register["x"], register["y"])
    found = np.unique(tree.query(points, predicate="intersects")[0])
    assert len(found) == len(register)


def test_the_study_is_valid_and_says_that_the_register_is_synthetic(folder):
    study = Study.from_toml(folder / "study.toml")
    assert study.register.synthetic
    assert "not real" in study.output.source
    assert study.register.path == folder / "register.parquet"
    assert [level.level for level in study.regions] == ["corop", "municipality", "neighbourhood"]


def test_its_two_sectors_look_into_the_regions_of_the_article(folder):
    sectors = Study.from_toml(folder / "study.toml").all_sectors
    found = [(each.name, each.focus.region, each.focus.threshold) for each in sectors]
    assert found == [
        ("Brainport", "Zuidoost-Noord-Brabant", 2),
        ("Creative services", "Groot-Amsterdam", 11),
    ]
    assert [each.reference.name for each in sectors] == ["Industry", "Services"]


def test_a_full_register_has_the_articles_thresholds():
    from nabij.demo.studies import SECTORS_OF_ARTICLE

    assert [sector.shape.threshold for sector in SECTORS_OF_ARTICLE] == [14, 225]


def test_too_small_a_register_is_refused_with_the_smallest_size(tmp_path):
    with pytest.raises(InputError, match="at least 20,000"):
        make(tmp_path, establishments=100)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="taken: cannot be made a folder"):
        make(tmp_path / "taken", establishments=20_000)


@pytest.mark.parametrize("name", ["register.parquet", "regions.gpkg", "study.toml"])
def test_a_file_of_someone_else_is_not_written_over(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(InputError, match=rf"{name}: is there already"):
        make(tmp_path, establishments=50_000)
    assert (tmp_path / name).read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_study_that_was_changed_is_not_written_over(folder, tmp_path):
    mine = tmp_path / "demo"
    shutil.copytree(folder, mine)
    study = mine / "study.toml"
    study.write_text(study.read_text().replace('"en"', '"nl"'))
    with pytest.raises(InputError, match=r"study\.toml: is there already"):
        make(mine, establishments=50_000)
    assert '"nl"' in study.read_text()


def test_stopping_leaves_no_half_a_file(tmp_path):
    def stop(message, fraction):
        if message.startswith("Writing") and fraction > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, establishments=50_000, progress=stop)
    assert list(tmp_path.iterdir()) == []
