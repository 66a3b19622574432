"""The commands as a user types them: what they print, write and exit with."""

import os
import signal
import subprocess
import sys

import pytest


def nabij(*words, cwd=None, **options):
    return subprocess.run(
        [sys.executable, "-m", "nabij", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        **options,
    )


# The command, but for a pause in the middle of its writing.
STOPS_TO_WRITE = """
import signal
import time
from nabij import cli
from nabij.exports import tables

# Who starts the tests in the background may have Ctrl-C ignored in all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

def pause(*_):
    print("writing", flush=True)
    time.sleep(60)

tables.regions_xlsx = pause
cli.main()
"""

STUDY = """
[register]
path = "register.csv"
id = "id"
code = "sbi"
x = "x"
y = "y"
jobs = "jobs"
crs = "EPSG:28992"

[sector]
name = "Brainport"
codes = ["26", "27", "29", "325"]

[[regions]]
level = "region"
path = "regions.gpkg"
layer = "region"
code = "code"
name = "name"

[output]
formats = ["png"]
"""


@pytest.fixture
def folder(country):
    (country.folder / "study.toml").write_text(STUDY)
    return country.folder


def test_help_names_the_commands_and_where_to_begin():
    said = nabij("--help")
    assert said.returncode == 0
    for word in ("demo", "init", "doctor", "check", "run"):
        assert word in said.stdout
    assert "Begin with" in said.stdout


def test_help_loads_nothing_that_computes():
    code = (
        "import sys, nabij.cli\n"
        "from typer.main import get_command\n"
        "try: get_command(nabij.cli.app)(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pandas', 'numba', 'matplotlib', 'shapely', 'pydantic'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_version():
    from nabij import __version__

    assert nabij("--version").stdout == f"nabij {__version__}\n"


def test_run_writes_a_result_and_says_what_it_found(folder):
    said = nabij("run", "study.toml", "--out", "out", cwd=folder)
    assert said.returncode == 0, said.stderr
    assert "Most establishments are in" in said.stdout
    assert (folder / "out" / "report.html").exists()


def test_a_logo_that_cannot_be_shown_is_told_before_anything_is_computed(folder):
    (folder / "logo.png").write_bytes(b"no picture")
    study = (folder / "study.toml").read_text()
    (folder / "branded.toml").write_text(f'{study}\n[report]\nlogo = "logo.png"\n')
    said = nabij("run", "branded.toml", "--out", "out", cwd=folder)
    assert said.returncode == 2
    assert "logo.png: cannot be read as a .png picture ([report] logo)" in said.stderr
    assert not (folder / "out").exists()


def test_run_twice_replaces_the_first(folder):
    assert nabij("run", "study.toml", cwd=folder).returncode == 0
    assert nabij("run", "study.toml", cwd=folder).returncode == 0
    assert (folder / "study-result" / "report.html").exists()


def test_check_says_what_a_run_would_do_and_writes_nothing(folder):
    before = sorted(folder.iterdir())
    said = nabij("check", "study.toml", cwd=folder)
    assert said.returncode == 0, said.stderr
    assert "400" in said.stdout
    assert "A run would compute" in said.stdout
    assert "focus: Place R" in said.stdout
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "none.toml"), "no such study file"),
        (("check", "register.csv"), "not valid TOML"),
        (("run", "study.toml", "--out", "register.csv"), "is a file"),
        (("init", "none.csv"), "no such file"),
        (("init", "study.toml"), "cannot read a register"),
        (("rum", "study.toml"), "No such command"),
        (("run",), "Missing argument"),
    ],
)
def test_wrong_use_exits_with_2_and_a_message(folder, words, message):
    said = nabij(*words, cwd=folder)
    assert said.returncode == 2
    assert message in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "sbi"', 'code = "sbj"', "did you mean 'sbi'?"),
        ('codes = ["26", "27", "29", "325"]', 'codes = ["99"]', "no establishment has a code"),
        ("[output]", "[outputs]", "did you mean 'output'?"),
        ("[output]", '[focus]\nregion = "Plaice R01"\n[output]', "did you mean 'Place R01'?"),
        ('"EPSG:28992"', '"EPSG:2154"', "set [register] crs"),
    ],
)
def test_a_study_to_mend_exits_with_2_and_says_how(folder, old, new, message):
    (folder / "study.toml").write_text(STUDY.replace(old, new, 1))
    said = nabij("run", "study.toml", "--out", "out", cwd=folder)
    assert said.returncode == 2
    assert message in said.stderr
    assert "Traceback" not in said.stderr
    assert not (folder / "out").exists()


def test_init_writes_a_study_that_check_accepts_once_the_sector_is_filled_in(folder):
    (folder / "study.toml").unlink()
    said = nabij("init", "register.csv", "--regions", "regions.gpkg", cwd=folder)
    assert said.returncode == 0, said.stderr
    text = (folder / "study.toml").read_text()
    for line in ('code = "sbi"', 'x = "x"', 'jobs = "jobs"', 'crs = "EPSG:28992"'):
        assert line in text
    said = nabij("check", "study.toml", cwd=folder)
    assert said.returncode == 2
    assert "[sector] name: is empty; fill it in" in said.stderr
    filled = text.replace('name = ""', 'name = "Brainport"', 1).replace(
        "codes = []", 'codes = ["26"]'
    )
    (folder / "study.toml").write_text(filled)
    said = nabij("check", "study.toml", cwd=folder)
    assert said.returncode == 0, said.stderr


def test_init_never_overwrites(folder):
    said = nabij("init", "register.csv", cwd=folder)
    assert said.returncode == 2
    assert "is there already" in said.stderr
    assert (folder / "study.toml").read_text() == STUDY


def test_init_of_an_unknown_register_says_what_to_fill_in(folder):
    (folder / "odd.csv").write_text("a;b\n1;2\n")
    assert nabij("init", "odd.csv", "--out", "odd.toml", cwd=folder).returncode == 0
    assert 'code = ""  # not recognised' in (folder / "odd.toml").read_text()
    assert "[register] code" in nabij("check", "odd.toml", cwd=folder).stderr


def test_ctrl_c_in_the_demo_says_what_is_left(tmp_path):
    code = (
        "from nabij import cli, running\n"
        "def stop(*_, **__): raise KeyboardInterrupt\n"
        "running.run = stop\n"
        "cli.main()"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, "demo", "--out", "d", "-n", "20000"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.returncode == 130
    assert said.stderr.strip() == "Stopped. What was finished is in d; run it again for the rest."
    assert (tmp_path / "d" / "register.parquet").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_who_stops_reading_gets_no_error(folder):
    started = subprocess.Popen(
        [sys.executable, "-m", "nabij", "check", "study.toml"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    started.stdout.close()
    assert started.stderr.read() == b""
    assert started.wait(timeout=60) == 1


def test_a_message_cannot_command_a_terminal(folder):
    (folder / "odd.csv").write_text("a\x1b[31m,b\n1,2\n")
    (folder / "study.toml").write_text(STUDY.replace("register.csv", "odd.csv"))
    said = nabij("check", "study.toml", cwd=folder)
    assert said.returncode == 2
    assert "\x1b" not in said.stderr


def test_what_is_written_is_for_its_owner_only(folder):
    assert nabij("run", "study.toml", "--out", "out", cwd=folder).returncode == 0
    assert (folder / "out").stat().st_mode & 0o077 == 0
    assert (folder / "out" / "report.html").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
@pytest.mark.parametrize(
    ("stop", "code", "message"), [(signal.SIGINT, 130, "Stopped"), (signal.SIGTERM, 143, "")]
)
def test_a_signal_to_stop_leaves_nothing(folder, stop, code, message):
    started = subprocess.Popen(
        [sys.executable, "-c", STOPS_TO_WRITE, "run", "study.toml", "--out", "out"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout.readline() == "writing\n"
    started.send_signal(stop)
    _, said = started.communicate(timeout=60)
    assert started.returncode == code
    assert message in said
    assert "Traceback" not in said
    assert not (folder / "out").exists()
    assert list(folder.glob(".out*")) == []


def test_init_without_regions_writes_a_study_that_runs_once_the_sector_is_filled_in(folder):
    (folder / "study.toml").unlink()
    assert nabij("init", "register.csv", cwd=folder).returncode == 0
    text = (folder / "study.toml").read_text()
    filled = text.replace('name = ""', 'name = "Brainport"', 1).replace(
        "codes = []", 'codes = ["26"]'
    )
    (folder / "study.toml").write_text(filled)
    said = nabij("run", "study.toml", "--out", "out", cwd=folder)
    assert said.returncode == 0, said.stderr
    assert (folder / "out" / "report.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="homes differ")
def test_without_a_home_that_can_be_written_a_run_says_what_is_not_kept(folder):
    (folder / "file").write_text("")
    unset = {"NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "MPLCONFIGDIR"}
    home = {key: value for key, value in os.environ.items() if key not in unset}
    said = subprocess.run(
        [sys.executable, "-m", "nabij", "run", "study.toml", "--out", "out"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        env={**home, "HOME": str(folder / "file" / "home")},
    )
    assert said.returncode == 0
    assert said.stderr == (
        "What is compiled is not kept for a next run: no folder for it can be written. Set HOME, "
        "or set XDG_CACHE_HOME to a folder of your own.\n"
    )
