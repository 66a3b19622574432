"""A register that is too large for the memory is refused, and it is said what can be done."""

import gzip

import numpy as np
import pandas as pd
import pytest

import nabij
from nabij import InputError, Study, memory
from nabij.register.extent import rows_in

ROWS = 60


def table(rows=ROWS):
    random = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "id": [f"V{number}" for number in range(rows)],
            "sbi": random.choice(["7111", "6201", "4711"], rows),
            "x": random.uniform(120_000, 130_000, rows).round(),
            "y": random.uniform(480_000, 490_000, rows).round(),
        }
    )


def study(path, **machine):
    return Study.from_dict(
        {
            "register": {
                "path": str(path), "id": "id", "code": "sbi", "x": "x", "y": "y",
                "crs": "EPSG:28992",
            },
            "sector": {"name": "Architects", "codes": ["7111"]},
            "machine": machine,
        }
    )  # fmt: skip


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "register.parquet"
    table().to_parquet(path)
    return path


def test_a_register_beyond_the_limit_is_refused_before_it_is_read(parquet, monkeypatch):
    monkeypatch.setattr(nabij.register, "read", lambda *_: pytest.fail("it was read"))
    with pytest.raises(InputError) as caught:
        nabij.run(study(parquet, memory_limit="500 MB"))
    assert str(caught.value) == (
        f"{parquet}: 60 rows of 4 columns need some 600 MB of memory, and a run may use 500 MB "
        '([machine] memory_limit = "500 MB"). Keep fewer rows with [register] where, name fewer '
        "columns, set [machine] memory_limit higher if there is more, or use a machine with more "
        "memory"
    )


def test_a_hundred_million_rows_are_refused_where_there_is_little_memory(monkeypatch):
    monkeypatch.setattr(memory, "there", lambda: 16 * 10**9)
    with pytest.raises(InputError) as caught:
        memory.require_room("all.parquet", 100_000_000, 5, None)
    assert "100,000,000 rows of 5 columns need some 55.6 GB" in str(caught.value)
    assert "may use 12.0 GB ([machine] 75% of what the machine has)" in str(caught.value)


def test_a_register_within_the_limit_gives_what_it_gives_without_one(parquet):
    limited = nabij.run(study(parquet, memory_limit="8 GB")).establishments
    pd.testing.assert_frame_equal(limited, nabij.run(study(parquet)).establishments)


def test_what_only_tells_its_rows_when_read_is_refused_then(tmp_path):
    path = tmp_path / "register.csv.gz"
    path.write_bytes(gzip.compress(table().to_csv(index=False).encode()))
    assert rows_in(path) is None
    with pytest.raises(InputError, match=r"60 rows of 5 columns need some 600 MB"):
        nabij.run(study(path, memory_limit="500 MB"))


def test_rows_are_told_from_the_file(tmp_path, parquet):
    path = tmp_path / "register.csv"
    table(5_000).to_csv(path, index=False)
    assert rows_in(parquet) == ROWS
    assert rows_in(path) == pytest.approx(5_000, rel=0.01)
    assert rows_in(tmp_path / "nothing.csv") is None


def test_a_damaged_file_is_told_of_by_its_reader(tmp_path):
    path = tmp_path / "register.parquet"
    path.write_bytes(b"no Parquet at all")
    assert rows_in(path) is None
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        nabij.run(study(path, memory_limit="8 GB"))


def test_without_a_limit_three_quarters_of_the_memory_may_be_used(monkeypatch):
    monkeypatch.setattr(memory, "there", lambda: 1000)
    assert (memory.allowed(None), memory.allowed("50%")) == (750, 500)
    assert memory.allowed("2 GiB") == 2 * 2**30


def test_a_machine_that_does_not_tell_its_memory_refuses_nothing(monkeypatch):
    monkeypatch.setattr(memory, "there", lambda: None)
    memory.require_room("all.parquet", 10**12, 5, None)


def test_a_container_may_have_less_than_the_machine(tmp_path, monkeypatch):
    stated = tmp_path / "memory.max"
    stated.write_text("123456789\n", encoding="ascii")
    monkeypatch.setattr(memory, "CONTAINERS", (str(stated), str(tmp_path / "none")))
    assert memory.there() == 123456789
    stated.write_text("max\n", encoding="ascii")
    assert memory.there() != 123456789


@pytest.mark.parametrize("size", ["8 apples", "8", "-1 GB", "0 GB", "120%", "GB"])
def test_a_size_that_is_none_is_told_how_to_write(tmp_path, size):
    with pytest.raises(InputError) as caught:
        study(tmp_path / "register.csv", memory_limit=size)
    assert str(caught.value) == (
        f'study: [machine] memory_limit: is {size!r}; write a size such as "8 GB" or "512 MB", '
        'or a part of the memory such as "75%"'
    )
