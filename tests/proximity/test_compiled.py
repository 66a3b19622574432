"""What is compiled is kept, privately, and is not needed before the first sum."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nabij.proximity import compiled, elsewhere, sums, walk

SUM = """
import sys
import nabij.proximity
assert "numba" not in sys.modules
told = []
points = [[0.0, 0.0], [300.0, 400.0]]
found = nabij.proximity.sums(points, progress=lambda m, f: told.append(m))
assert abs(found.values[0, 0, 0] - 0.002) < 1e-12
print(told[0])
"""


def run(environment, code=SUM):
    clean = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "NUMBA_CACHE_DIR"])
def test_compiled_code_is_kept_in_a_private_folder_and_used_again(tmp_path, variable):
    if sys.platform == "win32":
        pytest.skip("modes of folders are those of POSIX")
    assert run({variable: str(tmp_path)}) == "Preparing the fast sums (once)"
    (folder,) = (tmp_path / "nabij").glob("proximity-*")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    kept = {path: path.stat().st_mtime_ns for path in folder.rglob("*.nb?")}
    assert kept
    assert run({variable: str(tmp_path)}) == "Exact sums"
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.nb?")} == kept


def test_without_a_folder_to_write_to_sums_are_still_made(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert run({"XDG_CACHE_HOME": str(blocked)}) == "Preparing the fast sums (once)"


def test_nothing_is_written_beside_the_source():
    folder = Path(compiled.__file__).parent
    assert not list(folder.rglob("*.nbi"))


def test_a_folder_that_others_can_write_to_is_made_private_or_not_used(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = compiled.cache_folder()
    assert folder is not None
    folder.chmod(0o777)
    assert compiled.cache_folder() == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    monkeypatch.setattr(Path, "chmod", lambda self, mode: None)
    os.chmod(folder, 0o777)
    assert compiled.cache_folder() is None


def test_the_name_of_what_is_kept_changes_with_the_kernel():
    from nabij.proximity.kernels import Kernel

    names = {
        compiled._name(Kernel(lambda d2, length: d2 + length, "scale")),
        compiled._name(Kernel(lambda d2, length: d2 - length, "scale")),
    }
    assert len(names) == 2


TREE = """
import numpy as np
import nabij.proximity
points = np.random.default_rng(1).random((3000, 2)) * 1e5
found = nabij.proximity.sums(points, method="tree", threads=2)
print(found.values.sum().hex())
"""


def test_another_process_compiles_the_walk_and_changes_no_value(tmp_path):
    code = "from nabij.proximity import elsewhere\nbegun = elsewhere.subprocess.Popen\n"
    code += "elsewhere.subprocess.Popen = lambda *a, **k: print('begun') or begun(*a, **k)\n" + TREE
    told, value = run({"NUMBA_CACHE_DIR": str(tmp_path)}, code).split()
    points = np.random.default_rng(1).random((3000, 2)) * 1e5
    here = sums(points, method="tree", threads=1).values
    assert (told, value) == ("begun", here.sum().hex())
    (kept,) = tmp_path.rglob("walk.walk-*.nbi")
    assert run({"NUMBA_CACHE_DIR": str(tmp_path)}, code) == value
    assert list(tmp_path.rglob("walk.walk-*.nbi")) == [kept]


def test_a_process_that_cannot_help_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    elsewhere.begin(walk.walk, "NO_SUCH_SIGNATURE")
    assert list(elsewhere._BEGUN) == [walk.walk]
    elsewhere.wait(walk.walk)
    assert not elsewhere._BEGUN
    assert not list(tmp_path.rglob("*.nbi"))


@pytest.mark.parametrize("program", ["/nowhere/python3", "/usr/bin/another", ""])
def test_no_program_but_python_is_begun(tmp_path, monkeypatch, program):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "executable", program)
    monkeypatch.setattr(sys, "_base_executable", program)
    elsewhere.begin(walk.walk, "WALK")
    begun = elsewhere._BEGUN[walk.walk].args[0]
    elsewhere.wait(walk.walk)
    assert begun == str(Path(sys.prefix, "bin", f"python3.{sys.version_info.minor}"))


def test_without_a_python_nothing_is_begun(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(elsewhere, "python", lambda: None)
    elsewhere.begin(walk.walk, "WALK")
    assert not elsewhere._BEGUN


def test_code_that_others_wrote_is_not_loaded(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = compiled.cache_folder()
    (folder / "walk.nbi").write_text("from elsewhere")
    (folder / "walk.nbi").chmod(0o666)
    folder.chmod(0o777)
    assert compiled.cache_folder() is None


def test_a_folder_above_in_which_others_can_write_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    compiled.cache_folder().parent.chmod(0o777)
    assert compiled.cache_folder() is None


def test_a_user_whom_the_system_does_not_know_has_no_cache(monkeypatch):
    import pwd

    def unknown(*_):
        raise KeyError("uid not found")

    for name in ("HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert compiled.cache_folder() is None
