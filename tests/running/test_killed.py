"""Runs that are killed, and two runs into one folder: real processes, real signals."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals differ")

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

[clusters]
relabellings = 19
runs = 1

[output]
formats = ["png"]
"""

# The command, but that it waits, and says so, where it first comes to a function.
WAITS = """
import sys, time
from importlib import import_module
from nabij import cli
module, name, when = sys.argv.pop(1).split(":")
home = import_module(module)
function = getattr(home, name)

def wait(*arguments, **options):
    if when == "before":
        print("waiting", flush=True); time.sleep(120)
    found = function(*arguments, **options)
    print("waiting", flush=True); time.sleep(120)
    return found

setattr(home, name, wait)
cli.main()
"""
# The command, on a system that cannot exchange two folders in one step.
NO_EXCHANGE = "from nabij.exports import folder\nfolder._swapped = lambda *_: False\n"
# The command, where everything up to the figures may not be done again.
ONLY_FIGURES = """
from nabij import cli
from nabij.running import studies
def never(*_, **__): raise AssertionError("done again")
studies.{name} = never
cli.main()
"""
# The command, on a file system without locks.
NO_LOCKS = """
import errno, fcntl
def flock(*_): raise OSError(errno.ENOLCK, "No locks available")
fcntl.flock = flock
"""
PLAIN = "from nabij import cli\ncli.main()\n"


def started(code, *words, cwd):
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
    )


def killed(folder, moment, *, code=WAITS):
    """Kill a run at a moment; return its process number."""
    process = started(code, moment, "run", "study.toml", "--out", "out", cwd=folder)
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    return process.pid


def again(folder, code=PLAIN, words=("run", "study.toml", "--out", "out")):
    process = started(code, *words, cwd=folder)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return said


def content(folder):
    """The hash of every file of a result but those that say when they were made."""
    files = [path for path in folder.rglob("*") if path.suffix in (".csv", ".parquet", ".png")]
    assert len(files) > 5
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def home(shared_country, tmp_path_factory):
    """A folder with a study, and the result of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("killed") / "home"
    shutil.copytree(shared_country.folder, folder)
    (folder / "study.toml").write_text(STUDY)
    again(folder, words=("run", "study.toml", "--out", "calm"))
    return folder


@pytest.fixture
def folder(home):
    yield home
    shutil.rmtree(home / "out", ignore_errors=True)
    shutil.rmtree(home / ".out.nabij", ignore_errors=True)


MOMENTS = [
    "nabij.register.population:_placed:before",  # reading
    "nabij.running.studies:tables_of:before",  # measuring
    "nabij.exports.saving:_drawn:before",  # drawing
    "nabij.exports.tables:regions_xlsx:before",  # writing
    "nabij.exports.record:result_json:after",
    "nabij.exports.folder:_exchange:after",  # the result is there, the rest of the run not
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_was_killed_leaves_nothing_and_the_next_gives_the_same(folder, moment):
    process = killed(folder, moment)
    whole = moment.endswith("_exchange:after")
    assert (folder / "out").exists() == whole
    assert (folder / ".out.nabij").stat().st_mode & 0o077 == 0
    said = again(folder)
    assert re.fullmatch(
        rf"Cleared what a run \(process {process}, started \d\d:\d\d, \w+\) left, which was "
        r"stopped before its end\.\n",
        said,
    )
    assert content(folder / "out") == content(folder / "calm")
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize(
    ("moment", "finished"),
    [
        ("nabij.running.studies:tables_of:before", "prepare"),
        ("nabij.exports.saving:_drawn:before", "prepare"),
        ("nabij.exports.saving:_drawn:before", "_measured"),
    ],
)
def test_phases_that_were_finished_are_not_done_again(folder, moment, finished):
    killed(folder, moment)
    again(folder, ONLY_FIGURES.format(name=finished))
    assert content(folder / "out") == content(folder / "calm")


@pytest.mark.parametrize("change", ["study", "register", "regions", "mode", "damage"])
def test_phases_of_other_input_or_of_others_are_not_taken_up(folder, change):
    killed(folder, "nabij.exports.saving:_drawn:before")
    phase = folder / ".out.nabij" / "phases" / "result"
    if change == "study":
        text = (folder / "study.toml").read_text()
        (folder / "study.toml").write_text(text.replace('"325"', '"32"'))
    elif change in ("register", "regions"):
        name = "register.csv" if change == "register" else "regions.gpkg"
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(before + b"\n")
    elif change == "mode":
        phase.chmod(0o644)
    else:
        phase.write_bytes(phase.read_bytes()[:-100])
    process = started(
        ONLY_FIGURES.format(name="prepare"), "run", "study.toml", "--out", "out", cwd=folder
    )
    _, said = process.communicate(timeout=300)
    (folder / "study.toml").write_text(STUDY)
    if change in ("register", "regions"):
        (folder / name).write_bytes(before)
    assert process.returncode == 1
    assert "AssertionError: done again" in said


@pytest.mark.parametrize("code", [PLAIN, NO_EXCHANGE + PLAIN])
def test_an_earlier_result_is_whole_after_every_end(folder, code):
    shutil.copytree(folder / "calm", folder / "out")
    earlier = content(folder / "out")
    waits = code.replace(PLAIN, "") + WAITS
    killed(folder, "nabij.exports.record:result_json:after", code=waits)
    assert content(folder / "out") == earlier
    again(folder, code)
    assert content(folder / "out") == earlier
    assert not list(folder.glob(".*"))


def test_between_the_old_result_and_the_new_the_next_run_puts_the_old_one_back(folder):
    shutil.copytree(folder / "calm", folder / "out")
    stops = NO_EXCHANGE + WAITS.replace(
        "cli.main()",
        "from pathlib import Path\nrename = Path.rename\n"
        "def stop(path, target):\n"
        "    if path.name == 'new': print('waiting', flush=True); time.sleep(120)\n"
        "    return rename(path, target)\n"
        "Path.rename = stop\ncli.main()",
    )
    killed(folder, "nabij.running:scan:before", code=stops)
    assert not (folder / "out").exists()
    (folder / "study.toml").write_text(STUDY.replace('"26", "27", "29", "325"', '"no such code"'))
    process = started(PLAIN, "run", "study.toml", "--out", "out", cwd=folder)
    process.communicate(timeout=300)
    (folder / "study.toml").write_text(STUDY)
    assert process.returncode == 2
    assert content(folder / "out") == content(folder / "calm")


def test_a_demo_that_was_killed_leaves_nothing_after_the_next(tmp_path):
    code = WAITS.replace("cli.main()", "cli.main()")
    words = ("demo", "--out", "d", "-n", "20000")
    process = started(code, "nabij.demo.make:_write_regions:before", *words, cwd=tmp_path)
    assert process.stdout.readline() == "waiting\n"
    process.kill()
    process.communicate()
    assert sorted(path.name for path in (tmp_path / "d").iterdir()) == [
        ".demo.nabij",
        ".result.nabij",
    ]
    process = started(PLAIN, *words, cwd=tmp_path)
    process.communicate(timeout=300)
    assert process.returncode == 0
    assert not list((tmp_path / "d").glob(".*"))


@pytest.mark.parametrize("locks", ["", NO_LOCKS])
def test_a_second_run_into_one_folder_says_who_holds_it(folder, locks):
    first = started(
        locks + WAITS, "nabij.running.studies:tables_of:before", "run", "study.toml", "--out",
        "out", cwd=folder,
    )  # fmt: skip
    assert first.stdout.readline() == "waiting\n"
    begun = time.monotonic()
    second = started(locks + PLAIN, "run", "study.toml", "--out", "out", cwd=folder)
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert time.monotonic() - begun < 30
    assert re.fullmatch(
        rf"Error: out: another run \(process {first.pid}, started \d\d:\d\d, \w+\) is writing "
        r"here; wait or choose another --out\n",
        said,
    )
    first.kill()
    first.communicate()
    again(folder, locks + PLAIN)
    assert content(folder / "out") == content(folder / "calm")
    assert not list(folder.glob(".*"))


def test_a_run_on_another_machine_without_locks_says_what_to_remove(folder):
    place = folder / ".out.nabij"
    place.mkdir(mode=0o700)
    owner = {"process": 12, "began": "", "host": "elsewhere", "user": "ann"}
    owner["started"] = "2026-01-02T10:02"
    (place / "lock").write_text(json.dumps(owner))
    process = started(NO_LOCKS + PLAIN, "run", "study.toml", "--out", "out", cwd=folder)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == (
        "Error: out: another run (process 12 on elsewhere, started 2026-01-02 10:02, ann) is "
        f"writing here; wait or choose another --out; if that process is no more, remove {place}\n"
    )


def test_what_stands_in_a_workplace_and_is_not_a_run_s_is_left_alone(folder):
    place = folder / ".out.nabij"
    place.mkdir(mode=0o700)
    (place / "thesis.txt").write_text("years of work")
    again(folder)
    assert [path.name for path in place.iterdir()] == ["thesis.txt"]


def test_no_process_leaves_a_file_in_the_folder_for_passing_files(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    killed(folder, "nabij.exports.record:result_json:after")
    assert [path for path in tmp_path.rglob("*") if "nabij" in path.name] == []


def test_two_threads_do_not_write_into_one_folder(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    from nabij import InputError
    from nabij.workplace import claim

    def claimed():
        with claim(tmp_path / "out"):
            return True

    with claim(tmp_path / "out") as place, ThreadPoolExecutor(1) as pool:
        with claim(tmp_path / "out") as same:
            assert same is place
        with pytest.raises(InputError, match=rf"out: another run \(process {os.getpid()}, "):
            pool.submit(claimed).result()
    assert list(Path(tmp_path).iterdir()) == []
