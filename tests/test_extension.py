"""What is added at run time comes out everywhere: study file, tables, workbook and report."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import nabij
from nabij import figures
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.sheet import begin
from nabij.measures import MEASURES, Measure
from nabij.proximity import KERNELS, Kernel
from nabij.register.kinds import READERS, text
from nabij.tables import Column

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


def run(country, tmp_path, text=STUDY):
    (country.folder / "study.toml").write_text(text)
    result = nabij.run(nabij.Study.from_toml(country.folder / "study.toml"))
    return result, nabij.save(result, tmp_path / "out")


def steep(d2, length):
    """1 / (1 + (d / scale)^2)."""
    return (length * length) / (length * length + d2)


def test_a_kernel(country, tmp_path, monkeypatch):
    monkeypatch.setitem(KERNELS, "steep", Kernel(steep, "scale", heavy=True))
    block = '\n[dscore]\nkernel = "steep"\nscale = 2000\n'
    result, folder = run(country, tmp_path, STUDY + block)
    table = pd.read_parquet(folder / "establishments.parquet")
    places = table[["x", "y"]].to_numpy()
    squared = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    near = 2000.0**2 / (2000.0**2 + squared)
    np.fill_diagonal(near, 0)
    np.testing.assert_allclose(table["d_score"], near.sum(axis=1) / (len(table) - 1), rtol=1e-9)
    assert json.loads((folder / "result.json").read_text())["parameters"]["dscore"]["scale"] == 2000
    assert "steep" in (folder / "report.html").read_text()
    assert result.view().sector.unit == ""


def test_a_kernel_that_is_not_there_is_refused_with_those_there_are(country, tmp_path):
    with pytest.raises(nabij.InputError, match=r"unknown kernel 'steep'; known are 'inverse'"):
        run(country, tmp_path, STUDY + '\n[dscore]\nkernel = "steep"\nscale = 2000\n')


def jobs_each(frames, asked):
    regions = frames["regions"]
    with np.errstate(invalid="ignore"):
        regions["jobs_each"] = regions["sector_jobs"] / regions["sector_establishments"]


def test_a_column_of_a_measure(country, tmp_path, monkeypatch):
    columns = {"regions": (Column("jobs_each", "ratio", digits=1, needs="jobs"),)}
    monkeypatch.setitem(MEASURES, "jobs_each", Measure(columns, finish=jobs_each, in_scan=True))
    result, folder = run(country, tmp_path)
    expected = result.regions["sector_jobs"] / result.regions["sector_establishments"]
    np.testing.assert_array_equal(result.regions["jobs_each"], expected)
    np.testing.assert_array_equal(result.view().regions["jobs_each"], expected)
    csv = pd.read_csv(folder / "regions.csv")["jobs_each"]
    sheet = pd.read_excel(folder / "regions.xlsx", sheet_name="region", engine="calamine")
    layer = gpd.read_file(folder / "regions.gpkg", layer="region")
    for found in (csv, sheet["jobs_each"], layer["jobs_each"]):
        np.testing.assert_allclose(found, expected)
    about = pd.read_excel(folder / "regions.xlsx", "about", engine="calamine", header=None)
    assert "jobs_each" in set(about[0])
    assert "Jobs each" in (folder / "report.html").read_text()
    scanned = nabij.scan(result.study, digits=2)
    assert "jobs_each" in scanned.regions


def test_a_column_of_every_establishment_and_of_the_sector(country, tmp_path, monkeypatch):
    def compute(observed):
        far = np.hypot(*observed.population.places[observed.case.members].T)
        return {"establishments": {"from_origin": far}, "sectors": {"farthest": far.max()}}

    columns = {
        "establishments": (Column("from_origin", "ratio", "m", digits=0),),
        "sectors": (Column("farthest", "max", "m", digits=0),),
    }
    monkeypatch.setitem(MEASURES, "origin", Measure(columns, compute))
    result, folder = run(country, tmp_path)
    written = pd.read_parquet(folder / "establishments.parquet")
    np.testing.assert_allclose(written["from_origin"], np.hypot(written["x"], written["y"]))
    assert pd.read_csv(folder / "sectors.csv")["farthest"][0] == written["from_origin"].max()
    assert result.view().establishments.columns[-1] == "from_origin"


def test_a_sensitive_column_stays_inside(country, tmp_path, monkeypatch):
    columns = {"regions": (Column("secret", "max", digits=0, sensitive=True),)}
    measure = Measure(columns, lambda observed: {"regions": {"secret": observed.by_region()}})
    monkeypatch.setitem(MEASURES, "secret", measure)
    result, folder = run(country, tmp_path)
    assert "secret" in result.tables["regions"].frame
    for name in ("regions.csv", "report.html", "result.json"):
        assert "secret" not in (folder / name).read_text()


@figure()
def headline(view, look) -> Figure:
    """Draw the title alone."""
    return begin(view, look, title="A headline", lines=[], height=60.0).figure


def test_a_figure(country, tmp_path, monkeypatch):
    monkeypatch.setitem(figures.FIGURES, "headline", headline)
    _, folder = run(country, tmp_path)
    assert (folder / "figures" / "headline.png").stat().st_size > 1000
    page = (folder / "report.html").read_text()
    assert 'id="figure-headline"' in page
    assert "<figcaption>Headline</figcaption>" in page
    assert "figures/headline.png" in json.loads((folder / "result.json").read_text())["files"]


def test_a_kind_of_register(country, tmp_path, monkeypatch):
    monkeypatch.setitem(READERS, ".lst", text.read)
    (country.folder / "register.csv").rename(country.folder / "register.lst")
    result, folder = run(country, tmp_path, STUDY.replace("register.csv", "register.lst"))
    assert result.sectors["register_establishments"][0] == len(country.register)
    assert "register.lst" in (folder / "report.html").read_text()
    record = json.loads((folder / "result.json").read_text())
    assert any(path.endswith("register.lst") for path in record["inputs"])
