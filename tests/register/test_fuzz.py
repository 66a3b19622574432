"""Files that are damaged or hostile in any way end in a result or in a message, and no row is lost.

The examples are the same on every run: what was found here is found again.
"""

import gzip
import os
import time
import warnings
from hashlib import sha256

import duckdb
import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nabij import InputError, Study
from nabij.regions import read_levels, stated_crs
from nabij.register import read
from nabij.register.guess import guess
from nabij.study import RegionLevel

LONGEST = 60
"""Seconds that one small file may take on a busy machine."""

POINTS = {"x": None, "y": None, "crs": None}
bounded = settings(
    max_examples=int(os.environ.get("NABIJ_FUZZ", "25")),
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def damage(draw):
    """How a file is damaged: a function of its bytes."""
    places = draw(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=6))
    kind = draw(st.sampled_from(["cut", "flip", "fill", "splice", "insert", "drop", "other"]))
    some = draw(st.binary(min_size=1, max_size=40))

    def damaged(content):
        changed = bytearray(content)
        at = sorted(int(place * len(content)) for place in places)
        if kind == "cut":
            return bytes(changed[: at[0]])
        if kind == "other":
            return some
        for place in at:
            if kind == "flip":
                changed[place] ^= 1 << (some[0] % 8)
            elif kind == "fill":
                changed[place : place + len(some)] = some
            elif kind == "splice":
                changed[place : place + 64] = changed[at[0] : at[0] + 64]
            elif kind == "insert":
                changed[place:place] = some
            else:
                del changed[place : place + len(some)]
        return bytes(changed)

    return damaged


def end(action):
    """What comes of it: the answer, or None where a message says why there is none."""
    begun = time.monotonic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries, which the command line hides
            found = action()
    except InputError:
        found = None
    assert time.monotonic() - begun < LONGEST
    return found


def require_all_rows(found):
    if found is None:
        return
    counts = found.counts
    lost = sum(counts["rejected"].values()) + sum(counts["set_aside"].values())
    assert counts["rows_read"] == counts["rows_kept"] + lost
    assert len(found.table) == counts["rows_kept"]
    assert len(found.rejected) == sum(counts["rejected"].values())


@pytest.fixture(scope="module")
def files(shared_country, tmp_path_factory):
    """A good file of every kind, and the keys that read it."""
    folder = tmp_path_factory.mktemp("fuzz")
    table = shared_country.register.head(60)
    places = gpd.points_from_xy(table["x"], table["y"])
    points = gpd.GeoDataFrame(table.drop(columns=["x", "y"]), geometry=places, crs="EPSG:28992")
    text = table.to_csv(index=False)
    made = {}
    for name, content in {
        "r.csv": text.encode(),
        "r.tsv": text.replace(",", "\t").encode("utf-16"),
        "r.csv.gz": gzip.compress(text.encode(), mtime=0),
    }.items():
        (folder / name).write_bytes(content)
        made[name] = {}
    table.to_parquet(folder / "r.parquet")
    points.to_parquet(folder / "p.parquet")
    table.to_excel(folder / "r.xlsx", index=False, engine="xlsxwriter")
    with duckdb.connect(str(folder / "r.duckdb")) as base:
        base.register("frame", table)
        base.execute("create table firms as select * from frame")
    made |= {"r.parquet": {}, "p.parquet": POINTS, "r.xlsx": {}, "r.duckdb": {}}
    for name in ("r.gpkg", "r.fgb", "r.shp"):
        points.to_file(folder / name)
        made[name] = POINTS
    points.to_crs("EPSG:4326").to_file(folder / "r.geojson")
    return folder, {**made, "r.geojson": POINTS}


KINDS = (
    *("r.csv", "r.tsv", "r.csv.gz", "r.parquet", "p.parquet", "r.xlsx", "r.duckdb"),
    *("r.gpkg", "r.fgb", "r.shp", "r.geojson"),
)


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_register_gives_rows_or_a_message(shared_country, files, name):
    folder, keys = files
    good = (folder / name).read_bytes()
    hurt = folder / f"hurt-{name}"
    for beside in folder.glob("r.*"):
        if name == "r.shp" and beside.suffix in (".dbf", ".shx", ".prj"):
            (folder / f"hurt-{beside.name}").write_bytes(beside.read_bytes())
    spec = shared_country.study(register={**keys[name], "path": str(hurt)}).register

    @bounded
    @given(damage())
    def hurts(damaged):
        hurt.write_bytes(damaged(good))
        require_all_rows(end(lambda: read(spec)))
        end(lambda: guess(hurt))

    hurt.write_bytes(good)
    assert end(lambda: read(spec)).counts["rows_kept"] == 60
    hurts()


@pytest.mark.parametrize("part", ["dbf", "shx", "prj"])
def test_a_damaged_part_of_a_shapefile_gives_rows_or_a_message(shared_country, files, part):
    folder, _ = files
    good = {path.suffix[1:]: path.read_bytes() for path in folder.glob("r.???")}
    spec = shared_country.study(register={**POINTS, "path": str(folder / "part.shp")}).register

    @bounded
    @given(damage())
    def hurts(damaged):
        for suffix in ("shp", "dbf", "shx", "prj"):
            (folder / f"part.{suffix}").write_bytes(good[suffix])
        (folder / f"part.{part}").write_bytes(damaged(good[part]))
        require_all_rows(end(lambda: read(spec)))

    hurts()


@pytest.mark.parametrize("name", ["regions.gpkg", "r.fgb", "r.geojson"])
def test_damaged_regions_give_levels_or_a_message(shared_country, tmp_path, name):
    path = tmp_path / name
    layer = gpd.read_file(shared_country.folder / "regions.gpkg", layer="region")
    if name == "r.geojson":
        layer = layer.to_crs("EPSG:4326")
    layer.to_file(path, layer="region")
    good = path.read_bytes()
    spec = RegionLevel(level="region", path=path, code="code", name="name")
    (crs,) = stated_crs([spec])

    @bounded
    @given(damage())
    def hurts(damaged):
        path.write_bytes(damaged(good))
        found = end(lambda: read_levels([spec], crs))
        assert found is None or found[0].table["code"].is_unique

    assert len(end(lambda: read_levels([spec], crs))[0].table) == 9
    hurts()


HOSTILE = st.one_of(
    st.sampled_from(
        ["", " ", "0", "-1", "1e300", "1e-300", "nan", "inf", "NA", "=1+1", "120000", "400000",
         "0,5", "1.234.567,8", "5.1", "2611", "0111", "26.11", "A", '"', "a\"b", "'; drop x",
         "\0", "\u202e", "é", "2024", "9" * 400, "<script>", "{{x}}", "\t", ";", "|"]
    ),
    st.text(max_size=8),
)  # fmt: skip


@bounded
@given(
    rows=st.lists(st.lists(HOSTILE, max_size=7), max_size=12),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    end_of_line=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"]),
    size=st.booleans(),
)
def test_hostile_text_gives_rows_or_a_message(
    shared_country, files, rows, separator, end_of_line, encoding, size
):
    folder, _ = files
    lines = [separator.join(["id", "sbi", "x", "y", "jobs"])]
    lines += [separator.join(["E1", "2611", "120000", "420000", "1"])] * 3
    lines += [separator.join(cells) for cells in rows]
    path = folder / "hostile.csv"
    path.write_bytes(end_of_line.join(lines).encode(encoding, errors="replace"))
    keys = {"jobs": None, "size_class": "jobs", "size_class_jobs": {"1": 1, "A": 2}} if size else {}
    spec = shared_country.study(register={**keys, "path": str(path)}).register
    require_all_rows(end(lambda: read(spec)))
    end(lambda: guess(path))


@bounded
@given(data=st.data())
def test_hostile_cells_of_a_typed_file_give_rows_or_a_message(shared_country, files, data):
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder, _ = files
    cells = {
        "text": (pa.string(), HOSTILE),
        "number": (pa.float64(), st.floats()),
        "whole": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
        "flag": (pa.bool_(), st.booleans()),
        "bytes": (pa.binary(), st.binary(max_size=5)),
        "list": (pa.list_(pa.int8()), st.lists(st.integers(0, 9), max_size=2)),
        "day": (pa.date32(), st.dates()),
        "moment": (pa.timestamp("ns"), st.integers(-(2**60), 2**60)),
    }
    count = data.draw(st.integers(0, 8))
    columns = {}
    for name in ("id", "sbi", "x", "y", "jobs"):
        kind, each = cells[data.draw(st.sampled_from(list(cells)))]
        values = data.draw(st.lists(st.none() | each, min_size=count, max_size=count))
        columns[name] = pa.array([_storable(value) for value in values], kind)
    path = folder / "hostile.parquet"
    pq.write_table(pa.table(columns), path)
    spec = shared_country.study(register={"path": str(path)}).register
    require_all_rows(end(lambda: read(spec)))
    end(lambda: guess(path))


def _storable(value):
    """Text that Parquet can hold: no half of a pair of code units."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


@bounded
@given(damage())
def test_a_damaged_study_is_a_study_or_a_message(files, damaged):
    folder, _ = files
    good = STUDY.encode()
    path = folder / "study.toml"
    path.write_bytes(damaged(good))
    end(lambda: Study.from_toml(path))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
BLOCKS = ("register", "sector", "sectors", "reference", "regions", "focus", "dscore", "output",
          "significance", "clusters", "profiles", "report")  # fmt: skip
KEYS = ("path", "id", "code", "codes", "x", "crs", "jobs", "level", "name", "floor", "kernel",
        "formats", "language", "years", "size_class_jobs", "parts", "logo")  # fmt: skip


@bounded
@given(
    st.dictionaries(
        st.sampled_from(BLOCKS),
        VALUES | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5),
        max_size=6,
    )
)
def test_a_study_of_any_content_is_a_study_or_a_message(content):
    end(lambda: Study.from_dict(content))


STUDY = """
[register]
path = "register.csv"
code = "sbi"
x = "x"
y = "y"
crs = "EPSG:28992"
size_class = "gk"
size_class_jobs = { a = 1, b = 5 }

[[sectors]]
name = "A"
codes = ["26", "!2611"]
reference = { name = "B", codes = ["1", "2"] }

[[regions]]
level = "region"
path = "regions.gpkg"
code = "code"

[dscore]
floor = 100
"""


def test_the_same_damage_is_done_on_every_run():
    made = []

    @bounded
    @given(damage())
    def collect(damaged):
        made.append(damaged(bytes(range(256))))

    collect()
    first = sha256(b"".join(made)).hexdigest()
    made.clear()
    collect()
    assert sha256(b"".join(made)).hexdigest() == first
