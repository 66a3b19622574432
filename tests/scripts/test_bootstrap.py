"""Setting up: from whatever Python there is, interrupted or not, behind any mirror."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "bootstrap.py"
SETS_UP = [
    *(path for path in (ROOT / "scripts").iterdir() if path.is_file()),
    *(path for path in (ROOT / ".ci").iterdir() if path.is_file()),
    *(ROOT / name for name in ("Makefile", "pyproject.toml", "requirements.lock")),
    ROOT / "benchmarks" / "requirements.txt",
]


@pytest.fixture
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def commands(bootstrap, monkeypatch):
    """Commands that would be run, as text; nothing is."""
    asked = []
    monkeypatch.setattr(bootstrap, "run", lambda words: asked.append(" ".join(map(str, words))))
    return asked


def without_ensurepip(monkeypatch, *, user, apt_get):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr("shutil.which", lambda name: apt_get)


@pytest.mark.parametrize("path", SETS_UP, ids=lambda path: path.name)
def test_no_address_of_an_index_or_a_proxy_is_written_down(path):
    fixed = re.findall(
        r"\w+://\S+|\S*_proxy\b|--(?:extra-)?index-url|--proxy|--trusted-host|--find-links",
        path.read_text(encoding="utf-8"),
        flags=re.IGNORECASE,
    )
    assert fixed == []


def test_every_package_of_the_lock_file_has_a_hash():
    lock = (ROOT / "requirements.lock").read_text().replace("\\\n", " ")
    packages = [line for line in lock.splitlines() if re.match(r"\w", line)]
    assert packages
    assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_an_old_python_is_told_so(bootstrap, commands, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer.*make PYTHON="):
        bootstrap.main(tmp_path / "env")
    assert commands == []


def test_an_old_python_understands_the_script_that_tells_it():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_without_ensurepip_a_user_is_told_the_package_and_the_command(
    bootstrap, commands, monkeypatch, tmp_path
):
    without_ensurepip(monkeypatch, user=1000, apt_get="/usr/bin/apt-get")
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    with pytest.raises(SystemExit) as stopped:
        bootstrap.main(tmp_path / "env")
    assert "ensurepip is missing" in stopped.value.code
    assert f"sudo apt-get install {package}\n" in stopped.value.code
    assert commands == []


def test_root_of_another_system_is_told_too(bootstrap, commands, monkeypatch, tmp_path):
    without_ensurepip(monkeypatch, user=0, apt_get=None)
    with pytest.raises(SystemExit, match="ensurepip is missing"):
        bootstrap.main(tmp_path / "env")
    assert commands == []


def test_root_of_debian_gets_the_package_before_the_environment(
    bootstrap, commands, monkeypatch, tmp_path
):
    tmp_path.joinpath("env").mkdir()
    without_ensurepip(monkeypatch, user=0, apt_get="/usr/bin/apt-get")
    bootstrap.main(tmp_path / "env")
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    update, install, make = commands[:3]
    assert update.endswith("update")
    assert install.endswith(package)
    assert "-m venv --clear" in make


def test_a_half_made_environment_is_made_whole(bootstrap, monkeypatch, tmp_path):
    half = tmp_path / "env"
    (half / "bin").mkdir(parents=True)
    (half / "bin" / "python").symlink_to(tmp_path / "gone")
    (half / "rubbish").touch()
    run = bootstrap.run
    monkeypatch.setattr(bootstrap, "run", lambda words: "pip" in words or run(words))

    bootstrap.main(half)

    assert bootstrap.has_pip(half / "bin" / "python")
    assert (half / "ready").exists()
    assert not (half / "rubbish").exists()


def test_a_finished_environment_is_only_brought_up_to_date(
    bootstrap, commands, monkeypatch, tmp_path
):
    (tmp_path / "ready").touch()
    monkeypatch.setattr(bootstrap, "has_pip", lambda python: True)
    bootstrap.main(tmp_path)
    assert len(commands) == 2
    assert "--require-hashes --requirement requirements.lock" in commands[0]
    assert "--editable ." in commands[1]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("step", ["venv", "--require-hashes", "--editable"])
def test_what_was_stopped_does_not_pass_for_ready(bootstrap, monkeypatch, tmp_path, step, stop):
    def stop_there(words):
        if step in words:
            raise stop

    (tmp_path / "ready").touch()
    monkeypatch.setattr(bootstrap, "has_pip", lambda python: step != "venv")
    monkeypatch.setattr(bootstrap, "run", stop_there)
    with pytest.raises(stop):
        bootstrap.main(tmp_path)
    assert not (tmp_path / "ready").exists()


def test_a_command_that_fails_is_named(bootstrap):
    with pytest.raises(
        SystemExit, match=r"this failed.\n.* -c raise SystemExit\(3\)\n.*make again"
    ):
        bootstrap.run([sys.executable, "-c", "raise SystemExit(3)"])


def test_ctrl_c_ends_with_a_sentence(tmp_path):
    stopped = (
        "import runpy, subprocess, sys\n"
        "def call(words): raise KeyboardInterrupt\n"
        "subprocess.call = call\n"
        f"sys.argv = ['bootstrap.py', {str(tmp_path / 'env')!r}]\n"
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')\n"
    )
    said = subprocess.run([sys.executable, "-c", stopped], capture_output=True, text=True)
    assert said.returncode == 1
    assert said.stderr == "Set-up stopped; the next make begins it again.\n"
