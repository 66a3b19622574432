"""Every example of docs/registers.md reads a file of its kind."""

import re
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from nabij.register import read
from nabij.register.kinds import kind_of
from nabij.register.known import words
from nabij.study import Register

PAGE = Path(__file__).parents[2] / "docs" / "registers.md"
BLOCKS = [
    (title, tomllib.loads(text))
    for title, section in re.findall(
        r"^## ([^\n]+)\n(.*?)(?=^## |\Z)",
        PAGE.read_text(encoding="utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
    for text in re.findall(r"^```toml\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
]
REGISTERS = [(title, block["register"]) for title, block in BLOCKS if "register" in block]
# Those of the others have tests of their own: with a server, and in the layout of each register.
EXAMPLES = [each for each in REGISTERS if not {"known", "database"}.intersection(each[1])]


def table_of(spec, country):
    """The country's register with the columns that an example names, and as points."""
    rows = country.register
    place = gpd.points_from_xy(rows["x"], rows["y"], crs="EPSG:28992")
    points = gpd.GeoDataFrame(geometry=place)
    place = place.to_crs(spec.get("crs", "EPSG:28992"))
    values = {
        "id": rows["id"],
        "code": rows["sbi"],
        "x": place.x,
        "y": place.y,
        "jobs": rows["jobs"],
        "postcode": np.array([f"{i:04d}AB" for i in range(len(rows))]),
        "size_class": np.resize(list(spec.get("size_class_jobs", {"": 0})), len(rows)),
    }
    table = pd.DataFrame({spec[key]: column for key, column in values.items() if key in spec})
    if "year" in spec:
        years = [spec["use_year"] - 1, spec["use_year"]]
        table = pd.concat([table.assign(**{spec["year"]: year}) for year in years])
    return table, points


def as_workbook(path, spec, table, points):
    with pd.ExcelWriter(path) as book:
        table.to_excel(book, sheet_name=spec["sheet"], index=False)
        table.to_excel(book, sheet_name="another", index=False)


def as_layer(path, spec, table, points):
    gpd.GeoDataFrame(table, geometry=points.geometry).to_file(path, layer=spec["layer"])
    points.to_file(path, layer="another")


def as_database(path, spec, table, points):
    import duckdb

    with duckdb.connect(str(path)) as base:
        base.register("seen", table.astype({"sbi": object, "vestigingsnummer": object}))
        base.execute(f"create table {spec['layer']} as select * from seen")
        base.execute("create table another as select * from seen")


def as_parts(path, spec, table, points):
    for year, part in table.groupby(spec["year"]):
        (path / f"{spec['year']}={year}").mkdir(parents=True)
        part.drop(columns=spec["year"]).to_parquet(path / f"{spec['year']}={year}" / "0.parquet")


def as_text(path, spec, table, points):
    if "*" not in path.name:
        table.to_csv(path, index=False)
        return
    for year, part in table.groupby(spec["year"]):
        part = part.drop(columns=spec["year"])
        part.to_csv(path.with_name(path.name.replace("*", str(year))), index=False)


WRITERS = {
    "": as_parts,
    ".csv": as_text,
    ".parquet": lambda path, spec, table, points: table.to_parquet(path, index=False),
    ".xlsx": as_workbook,
    ".gpkg": as_layer,
    ".duckdb": as_database,
}


def test_the_page_has_an_example_a_source():
    assert len({title for title, _ in BLOCKS}) == PAGE.read_text("utf-8").count("\n## ")
    assert {spec["known"] for _, spec in REGISTERS if "known" in spec} == set(words())
    kinds = {kind_of(Path(spec["path"])) for _, spec in EXAMPLES if "path" in spec}
    assert kinds == set(WRITERS)


@pytest.mark.parametrize("spec", [spec for _, spec in REGISTERS])
def test_an_example_has_no_key_that_is_none(spec):
    Register.model_validate(spec)


def test_a_register_of_ones_own_is_described_as_shown(tmp_path):
    (text,) = re.findall(r"^```toml\n(name = .*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    (tmp_path / "my-register.toml").write_text(text)
    content = {"known": "my-register.toml", "path": "offices.csv"}
    spec = Register.model_validate(content, context={"folder": tmp_path})
    assert spec.source_line == "The town, 2026"


@pytest.mark.parametrize(
    ("title", "spec"), EXAMPLES, ids=[title for title, _ in EXAMPLES]
)  # fmt: skip
def test_an_example_reads_all_establishments(title, spec, country):
    path = country.folder / spec["path"]
    table, points = table_of(spec, country)
    WRITERS[kind_of(path)](path, spec, table, points)
    if "postcodes" in spec:
        keys = spec["postcodes"]
        points_of = {keys["x"]: country.register["x"], keys["y"]: country.register["y"]}
        coded = pd.DataFrame({keys["postcode"]: table[spec["postcode"]], **points_of})
        country.write(coded, keys["path"])
        spec = {**spec, "postcodes": {**keys, "path": str(country.folder / keys["path"])}}
    content = country.content()
    content["register"] = {**spec, "path": str(path)}
    from nabij import Study

    found = read(Study.from_dict(content).register)
    assert len(found.table) == len(country.register)
    assert found.counts["rejected"] == {}
    assert found.table["code"].tolist() == country.register["sbi"].tolist()
