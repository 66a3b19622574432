"""Views to be reported."""

import pytest

import nabij
from nabij import figures
from nabij.report import of_view, page


@pytest.fixture
def result(country):
    return nabij.run(country.study(sector={"parts": {"Cars": ["29"]}})).view()


@pytest.fixture
def tested(country):
    """Return a view of a sector within a wider reference, so that all that can be is tested."""
    return nabij.run(country.study(reference={"name": None, "codes": None})).view()


@pytest.fixture
def html(result):
    return page(of_view(result, figures.draw_all(result)))
