"""Figures saved in a second process are those saved in this one."""

import pytest

from nabij import figures
from nabij.figures.kit import elsewhere as module
from nabij.figures.kit.elsewhere import elsewhere


@pytest.fixture(scope="module")
def drawn(result):
    return figures.draw_all(result)


def all_saved(drawn, folder, **how):
    folder.mkdir()
    with elsewhere(**how) as second:
        for name, figure in drawn.items():
            for kind in ("svg", "pdf"):
                second.save(figure, folder / f"{name}.{kind}")
        second.finish()
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_files_are_the_same_bytes(drawn, tmp_path):
    there = all_saved(drawn, tmp_path / "there")
    assert there == all_saved(drawn, tmp_path / "here", wanted=False)
    assert len(there) == 2 * len(drawn)


def test_what_the_second_process_could_not_do_is_done_here(drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CODE", "import sys; sys.stdin.buffer.read(100); sys.exit(3)")
    assert len(all_saved(drawn, tmp_path / "there")) == 2 * len(drawn)


def test_where_there_is_no_plain_interpreter_all_is_done_here(drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "python", lambda: None)
    monkeypatch.setattr(module.subprocess, "Popen", None)
    assert len(all_saved(drawn, tmp_path / "here")) == 2 * len(drawn)


def test_no_process_is_left_when_all_stops(drawn, tmp_path, monkeypatch):
    started = []
    start = module._start
    monkeypatch.setattr(module, "_start", lambda: started.append(start()) or started[-1])

    def stopped():
        with elsewhere() as second:
            second.save(drawn["dot_map"], tmp_path / "map.svg")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert started[0] is None or started[0].poll() is not None
