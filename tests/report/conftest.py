"""Views to be reported."""

import os
import shutil

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


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("NABIJ_CI"):
            pytest.fail("Chromium is not installed, but this test must run here")
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()
