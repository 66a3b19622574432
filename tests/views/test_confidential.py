"""Cells that tell of single establishments are counted, and told, without saying which."""

import dataclasses
import re

import pytest

import nabij
from nabij.language import Language
from nabij.report import notices


def recounted(country, result):
    """Count again, establishment by establishment."""
    table = result.establishments
    few = dominated = regions = 0
    for level in result.layers:
        for code, jobs in table[table[level] != ""].groupby(level)["jobs"]:
            regions += 1
            assert code
            if len(jobs) < 3:
                few += 1
            elif jobs.max() > 0.85 * jobs.sum():
                dominated += 1
    return regions, few, dominated


def test_few_and_dominated_are_counted(country):
    register = country.register
    sector = register.index[register["sbi"].str.startswith(("26", "27", "29", "325"))]
    register.loc[sector[::9], "jobs"] = 50_000
    country.write(register)
    result = nabij.run(country.study())
    found = result.view().confidential
    assert (found.regions, found.few, found.dominated) == recounted(country, result)
    assert found.few > 0
    assert found.dominated > 0


def test_without_jobs_the_number_of_establishments_decides(country):
    country.write(country.register.drop(columns="jobs"))
    found = nabij.run(country.study(register={"jobs": None})).view().confidential
    assert found.few > 0
    assert found.dominated == 0


@pytest.mark.parametrize("code", ["en", "nl"])
def test_the_notice_counts_and_names_no_region(country, code):
    view = nabij.run(country.study()).view()
    said = " ".join(notices(view, Language(code)))
    assert Language(code).number(view.confidential.few) in said
    assert "{" not in said
    assert not any(
        re.search(rf"\b{re.escape(name)}\b", said) for name in view.regions["name"] if name
    )


def test_a_sector_without_establishments_has_no_notice(country):
    view = nabij.run(country.study()).view()
    none = dataclasses.replace(view, sector=dataclasses.replace(view.sector, establishments=0))
    assert notices(none, Language("en")) == []


def test_neighbourhoods_are_named_from_three_on_whatever_is_asked(country):
    view = nabij.run(country.study(focus={"threshold": 1})).view()
    named = view.focus.neighbourhoods[view.focus.neighbourhoods["named"]]
    assert view.focus.threshold == 3
    assert named["sector_establishments"].min() >= 3
    assert view.focus.neighbourhoods["sector_establishments"].isin([1, 2]).any()
