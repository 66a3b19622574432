"""What size classes that are intervals leave of jobs and of location quotients by jobs."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nabij
from nabij.measures.quotient import location_quotient
from nabij.measures.ranges import quotient_range
from nabij.report import of_view

pair = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted)


def quotient(a, b, c, d):
    return location_quotient(a, a + b, a + c, a + b + c + d)


@given(pair, pair, pair, pair, st.integers(0, 2**32 - 1))
def test_no_quotient_that_the_classes_allow_lies_outside_the_range(a, b, c, d, seed):
    low, high = quotient_range(
        *(tuple(np.array([float(end)]) for end in each) for each in (a, b, c, d))
    )
    corners = np.array([*product(a, b, c, d)], dtype=np.float64)
    random = np.random.default_rng(seed).uniform(0, 1, (200, 4))
    ends = np.array([a, b, c, d], dtype=np.float64)
    inside = ends[:, 0] + random * (ends[:, 1] - ends[:, 0])
    values = quotient(*np.vstack([corners, inside]).T)
    values = values[np.isfinite(values)]
    if np.isfinite(low[0]):
        assert (values >= low[0] * (1 - 1e-9)).all()
    if np.isfinite(high[0]):
        assert (values <= high[0] * (1 + 1e-9)).all()
    if len(values) and np.isnan(high[0]):  # no bound only where a divisor may be nothing
        assert a[0] + b[0] == 0 or a[0] + c[0] == 0


@given(pair, pair, pair, pair)
def test_the_range_is_reached(a, b, c, d):
    low, high = quotient_range(
        *(tuple(np.array([float(end)]) for end in each) for each in (a, b, c, d))
    )
    if not (np.isfinite(low[0]) and np.isfinite(high[0])) or a[0] == 0:
        return
    of_sector = np.linspace(*a, 20_001)
    grid = quotient(of_sector, *(np.float64(each) for each in (b[0], c[0], d[1])))
    assert np.nanmax(grid) == pytest.approx(high[0], rel=1e-3)
    grid = quotient(of_sector, *(np.float64(each) for each in (b[1], c[1], d[0])))
    assert np.nanmin(grid) == pytest.approx(low[0], rel=1e-3)


def test_known_jobs_have_a_range_of_no_width():
    exact = tuple((np.array([each]), np.array([each])) for each in (10.0, 40.0, 90.0, 860.0))
    low, high = quotient_range(*exact)
    assert low == high == quotient(10.0, 40.0, 90.0, 860.0)


CLASSES = {"1": [1, 1], "2": [2, 9], "3": [10, 49, 20], "?": "unknown", "4": 60}


@pytest.fixture
def classed(country):
    """Return a country whose register has size classes, and the jobs at their ends."""
    names = np.random.default_rng(3).choice([*CLASSES], len(country.register))
    country.write(country.register.drop(columns="jobs").assign(gk=names))
    keys = {"jobs": None, "size_class": "gk", "size_class_jobs": CLASSES}
    low = pd.Series(names).map({"1": 1, "2": 2, "3": 10, "?": 0, "4": 60})
    high = pd.Series(names).map({"1": 1, "2": 9, "3": 49, "?": 0, "4": 60})
    return country, keys, low, high


def test_jobs_of_sectors_and_regions_are_between_the_ends_of_their_classes(classed):
    country, keys, low, high = classed
    result = nabij.run(country.study(register=keys))
    chosen = country.register["sbi"].str.startswith(("26", "27", "29", "325"))
    sector = result.sectors.iloc[0]
    assert (sector["jobs_low"], sector["jobs_high"]) == (low[chosen].sum(), high[chosen].sum())
    assert (sector["register_jobs_low"], sector["register_jobs_high"]) == (low.sum(), high.sum())
    regions = result.regions
    region = regions[regions["level"] == "region"]
    for end, total in (("low", low), ("high", high)):
        assert region[f"sector_jobs_{end}"].sum() == total[chosen].sum()
        assert region[f"jobs_{end}"].sum() == total.sum()
    known = regions["location_quotient_jobs"].notna()
    between = regions[known & regions["location_quotient_jobs_high"].notna()]
    assert len(between) > 5
    assert (between["location_quotient_jobs_low"] <= between["location_quotient_jobs"]).all()
    assert (between["location_quotient_jobs"] <= between["location_quotient_jobs_high"]).all()
    assert (between["location_quotient_jobs_low"] < between["location_quotient_jobs_high"]).any()
    of_each = result.establishments
    assert of_each["jobs_low"].sum() == low[chosen].sum()
    assert result.provenance.counts["jobs_missing"] == (low == 0).sum()


def test_the_middle_of_a_class_is_counted_unless_a_third_number_is_given(classed):
    country, keys, low, _ = classed
    jobs = low.map({1: 1, 2: 5.5, 10: 20, 0: np.nan, 60: 60})
    result = nabij.run(country.study(register=keys))
    assert result.sectors["register_jobs"].tolist() == [jobs.sum()]


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", "Jobs are known by size class: between {low} and {high}.", "Between, by size class"),
        ("nl", "het zijn er tussen {low} en {high}.", "Tussen, volgens de grootteklassen"),
    ],
)
def test_the_report_and_the_workbook_say_between_what(classed, tmp_path, language, words, said):
    import python_calamine

    country, keys, low, high = classed
    study = country.study(register=keys, output={"language": language})
    nabij.save(nabij.run(study), tmp_path / "result")
    page = (tmp_path / "result" / "report.html").read_text("utf-8")
    chosen = country.register["sbi"].str.startswith(("26", "27", "29", "325"))
    ends = {"low": low[chosen].sum(), "high": high[chosen].sum()}
    mark = {"en": ",", "nl": "."}[language]
    written = {end: f"{n:,}".replace(",", mark) for end, n in ends.items()}
    assert words.format(**written) in page
    assert said in page
    header = (tmp_path / "result" / "regions.csv").read_text("utf-8").splitlines()[0].split(",")
    assert {"sector_jobs_low", "location_quotient_jobs_high"} <= set(header)
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "result" / "regions.xlsx")
    about = dict(
        row[:2] for row in book.get_sheet_by_name(book.sheet_names[-1]).to_python() if len(row) > 1
    )
    assert len(str(about["sector_jobs_low"])) > 40


def test_ends_that_are_one_number_are_written_as_one(country):
    country.write(country.register.drop(columns="jobs").assign(gk="1"))
    classes = {"1": [1, 1], "2": [2, 9]}
    keys = {"jobs": None, "size_class": "gk", "size_class_jobs": classes}
    view = nabij.run(country.study(register=keys)).view()
    document = of_view(view, {})
    said = " ".join(str(block) for section in document.sections for block in section.blocks)
    assert "between" not in " ".join(each.label for each in document.key_figures)
    assert "Jobs are known by size class" not in said
    (table,) = [
        block
        for section in document.sections
        for block in section.blocks
        if block.kind == "table" and "Between, by size class" in block.head
    ]
    column = table.head.index("Between, by size class")
    assert {row[column] for row in table.cells} == {row[column - 1] for row in table.cells}


def test_without_intervals_no_table_has_a_column_for_them(shared_country):
    result = nabij.run(shared_country.study())
    for table in result.tables.values():
        assert not [c for c in table.frame if c.endswith(("jobs_low", "jobs_high"))]
