"""The page in a real browser: at all widths, by night, on paper, and for every reader."""

import dataclasses
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

import nabij
from nabij import figures
from nabij.report import of_result, of_view, page

WIDTHS = (1440, 1366, 768, 375, 320)
# Scrolls to the widest place that a selector finds, and returns a point on it.
INSIDE = """selector => {
    const wide = (path) => path.getBBox().width;
    const path = [...document.querySelectorAll(selector)]
        .reduce((one, other) => wide(other) > wide(one) ? other : one);
    const box = path.getBBox();
    path.scrollIntoView({block: 'center'});
    const inside = [...Array(400).keys()].map((at) => new DOMPoint(
        box.x + box.width * (at % 20 + .5) / 20,
        box.y + box.height * (Math.floor(at / 20) + .5) / 20
    )).map((point) => point.matrixTransform(path.getScreenCTM()))
    .map((point) => ({x: Math.round(point.x), y: Math.round(point.y)}))
    .find((point) => document.elementFromPoint(point.x, point.y) === path);
    return [inside.x, inside.y];
}"""


def in_language(result, code):
    output = result.study.output.model_copy(update={"language": code})
    return dataclasses.replace(result, study=result.study.model_copy(update={"output": output}))


@pytest.fixture(scope="module", params=["en", "nl"])
def pages(request, shared_country, country_of_three, tmp_path_factory):
    """Return the files of reports, of many regions, of three establishments, and of two sectors."""
    country = shared_country
    folder = tmp_path_factory.mktemp("pages")
    one = in_language(
        nabij.run(country.study(reference={"name": None, "codes": None})), request.param
    )
    view = one.view()
    drawn, narrow = (figures.draw_all(view, narrow=each) for each in (False, True))
    long = dataclasses.replace(view.sector, name="Arbeidsmarktontwikkelingsadviesdiensten " * 3)
    whole = {"name": None, "codes": None}
    three = country_of_three.study(sector={"codes": ["9999"]}, reference=whole)
    few = in_language(nabij.run(three), request.param).view()
    two = in_language(nabij.run(country.study_of_two()), request.param)
    squares = country.content()["regions"][1] | {"level": "municipality"}
    many = in_language(nabij.run(country.study(regions=[squares])), request.param).view()
    overviews = [figures.draw_overviews(two, narrow=each) for each in (False, True)]
    made = {
        "report": of_view(view, drawn, narrow),
        "long": of_view(dataclasses.replace(view, sector=long), {}),
        "many": of_view(many, {}),
        "few": of_view(few, *(figures.draw_all(few, narrow=each) for each in (False, True))),
        "index": of_result(two, two.latest_views, *overviews),
    }
    for name, document in made.items():
        (folder / f"{name}.html").write_text(page(document), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture
def opened(chromium):
    """Return how a page is opened; all are closed afterwards."""
    contexts = []

    def open_page(file, width, **settings):
        viewport = {"width": width, "height": 900}
        contexts.append(chromium.new_context(viewport=viewport, **settings))
        tab = contexts[-1].new_page()
        tab.goto(file.as_uri())
        tab.wait_for_load_state("networkidle")
        return tab

    yield open_page
    for context in contexts:
        context.close()


def test_a_page_opens_without_an_error_or_an_outside_request(pages, chromium):
    for file in pages.values():
        tab, said, asked = chromium.new_page(), [], []
        tab.on("console", lambda message, said=said: said.append(message.text))
        tab.on("pageerror", lambda error, said=said: said.append(str(error)))
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        tab.goto(file.as_uri())
        tab.wait_for_load_state("networkidle")
        drawn = tab.evaluate("[...document.images].map(i => i.complete && i.naturalWidth > 0)")
        tab.close()
        assert said == []
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert all(drawn)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 375])
def test_everyone_can_read_it(pages, opened, width, scheme):
    """axe-core finds nothing; its script is let past the page's policy for this."""
    for name, file in pages.items():
        tab = opened(file, width, color_scheme=scheme, bypass_csp=True)
        found = Axe().run(tab)
        assert found.violations_count == 0, (name, found.generate_report())


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(pages, opened, width):
    for name, file in pages.items():
        tab = opened(file, width)
        assert tab.evaluate("document.scrollingElement.scrollWidth") <= width, name
        beyond = tab.evaluate(
            "[...document.querySelectorAll('table')].filter("
            "t => t.offsetWidth > t.parentElement.clientWidth + 1"
            " && getComputedStyle(t.parentElement).overflowX !== 'auto').length"
        )
        assert beyond == 0, name


def test_small_letters_of_figures_can_be_read_on_a_telephone(pages, opened):
    """The smallest type is 7 points on the sheet."""
    tab = opened(pages["report"], 375)
    scales = tab.evaluate(
        "[...document.querySelectorAll('.sheet img')].filter(i => i.offsetWidth)"
        ".map(i => i.offsetWidth / i.getAttribute('width'))"
    )
    assert len(scales) >= 3
    assert min(scales) * 7 >= 9


def test_one_drawing_of_a_figure_is_shown(pages, opened):
    for width in (1440, 375):
        tab = opened(pages["report"], width)
        shown = tab.evaluate(
            "[...document.querySelectorAll('figure')].map("
            "f => [...f.querySelectorAll('img')].filter(i => i.offsetWidth).length)"
        )
        assert set(shown) == {1}


def test_the_region_table_is_sorted(pages, opened):
    tab = opened(pages["report"], 1440)
    table = tab.locator("#tables ~ .scroll table").first
    head = table.locator("thead th").nth(2)
    values = "rows => rows.map(r => Number(r.cells[2].dataset.value))"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    down = table.locator("tbody tr").evaluate_all(values)
    assert down == sorted(down, reverse=True)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert table.locator("tbody tr").evaluate_all(values) == down[::-1]


def test_a_long_table_is_filtered(pages, opened):
    tab = opened(pages["many"], 1440)
    table = tab.locator("#tables ~ .scroll table").first
    rows = table.locator("tbody tr")
    assert rows.count() >= 8
    name = rows.locator(".text").nth(1).inner_text()
    tab.get_by_role("searchbox").first.fill(name)
    shown = table.locator("tbody tr:not([hidden])")
    assert 0 < shown.count() < rows.count()
    assert all(name in row for row in shown.all_inner_texts())
    assert str(shown.count()) in tab.get_by_role("status").first.inner_text()


def test_words_are_sorted_as_words(pages, opened):
    tab = opened(pages["index"], 1440)
    table = tab.locator("#sectors ~ .scroll table").first
    names = table.locator("tbody tr > :first-child")
    table.locator("thead button").first.click()
    assert names.all_inner_texts() == sorted(names.all_inner_texts())
    table.locator("thead button").first.click()
    assert names.all_inner_texts() == sorted(names.all_inner_texts(), reverse=True)
    values = tab.evaluate(
        "[...document.querySelectorAll('[data-value]')].map(c => c.dataset.value)"
    )
    assert all(value == "" or float(value) < float("inf") for value in values)


def test_every_table_says_what_it_is_and_its_headings_of_what(pages, opened):
    for file in pages.values():
        tab = opened(file, 1440)
        said = tab.evaluate(
            "[...document.querySelectorAll('table')].map(t => t.caption.textContent)"
        )
        assert said
        assert all(text.strip() for text in said)
        assert tab.locator("th:not([scope])").count() == 0


def test_the_name_of_a_row_stays_in_sight_while_it_is_scrolled(pages, opened):
    tab = opened(pages["report"], 375)
    scroll = tab.locator("#tables ~ .scroll").first
    scroll.evaluate("box => box.scrollTo(300, 0)")
    shown = scroll.evaluate(
        "box => [...box.querySelectorAll('tbody tr')].map(r =>"
        "[...r.querySelectorAll('.text')].some(c => {"
        "const at = c.getBoundingClientRect(), of = box.getBoundingClientRect();"
        "return at.left >= of.left - 1 && at.right <= of.right + 1 && c.textContent.trim() }))"
    )
    assert scroll.evaluate("box => box.scrollLeft") > 100
    assert all(shown)


def test_the_answer_comes_first_then_what_must_be_known_then_all_else(pages, opened):
    tab = opened(pages["report"], 1440)
    order = tab.evaluate(
        "['h1', '.answer', '.key-figures', '.notice', 'section']"
        ".map(each => document.querySelector(each).getBoundingClientRect().top)"
    )
    assert order == sorted(order)


@pytest.mark.parametrize(("width", "beside"), [(1440, True), (1366, False), (375, False)])
def test_the_contents_stand_beside_the_report_where_there_is_room(pages, opened, width, beside):
    tab = opened(pages["report"], width)
    right = tab.evaluate("document.querySelector('.contents').getBoundingClientRect().right")
    left = tab.evaluate("document.querySelector('main > header').getBoundingClientRect().left")
    assert (right <= left) is beside


def test_a_finger_on_a_place_is_told_until_it_touches_elsewhere(pages, opened):
    tab = opened(pages["report"], 375, has_touch=True)
    tab.evaluate(f"({INSIDE})('.sheet.narrow path')")
    tab.wait_for_timeout(300)
    tab.touchscreen.tap(*tab.evaluate(f"({INSIDE})('.sheet.narrow path')"))
    tip = tab.locator(".tip")
    tip.wait_for(state="visible", timeout=2000)
    assert tip.inner_text().strip()
    tab.touchscreen.tap(2, 2)
    assert not tip.is_visible()


def test_a_place_on_a_figure_tells_more_under_a_pointer(pages, opened):
    tab = opened(pages["report"], 1440)
    tab.evaluate(f"({INSIDE})('.sheet.wide path')")
    tab.wait_for_timeout(300)  # until it is at rest: what scrolls away tells nothing
    at = tab.evaluate(f"({INSIDE})('.sheet.wide path')")
    tab.mouse.move(*at)
    tip = tab.locator(".tip")
    tip.wait_for(state="visible", timeout=2000)
    assert tip.inner_text().strip()
    tab.keyboard.press("Escape")
    assert not tip.is_visible()


def test_without_script_the_page_is_whole(pages, opened):
    tab = opened(pages["report"], 1440, java_script_enabled=False)
    assert tab.locator("figure img:visible").count() >= 3
    assert tab.locator("tbody tr").count() > 10


@pytest.mark.parametrize(("paper", "across"), [("A4", 210), ("Letter", 216)])
def test_on_paper_the_whole_table_is_there(pages, opened, paper, across):
    tab = opened(pages["report"], 1000)
    heads = tab.locator("#tables ~ .scroll table").first.locator("thead th").all_inner_texts()
    margin = {side: "10mm" for side in ("left", "right", "top", "bottom")}
    paged = PdfReader(BytesIO(tab.pdf(format=paper, margin=margin)))
    text = "\n".join(each.extract_text() for each in paged.pages)
    squeezed = "".join(text.split())
    for head in heads:
        assert "".join(head.split()) in squeezed, head
    assert f"1 / {len(paged.pages)}" in text
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": round((across - 20) / 25.4 * 96), "height": 900})
    beyond = tab.evaluate(
        "[...document.querySelectorAll('table')]"
        ".map(t => t.scrollWidth - t.parentElement.clientWidth)"
    )
    assert max(beyond) <= 1


def test_on_paper_the_appendices_are_open_and_nothing_is_to_be_clicked(pages, opened):
    tab = opened(pages["report"], 1000)
    paged = PdfReader(BytesIO(tab.pdf(format="A4")))
    text = "".join("".join(each.extract_text() for each in paged.pages).split())
    assert "SHA-256" in text
    tab.emulate_media(media="print")
    assert tab.locator(".filter:visible, .contents:visible").count() == 0


def test_on_paper_the_headings_of_a_long_table_stand_on_each_of_its_pages(pages, opened):
    tab = opened(pages["report"], 1000)
    tab.evaluate(
        """() => {
            const rows = document.querySelector('#tables ~ .scroll tbody'), row = rows.rows[0];
            for (let n = 0; n < 200; n++) rows.append(row.cloneNode(true));
        }"""
    )
    name = tab.locator("#tables ~ .scroll tbody tr").first.locator(".text").last.inner_text()
    paged = PdfReader(BytesIO(tab.pdf(format="A4")))
    texts = ["".join(each.extract_text().split()) for each in paged.pages]
    with_rows = [text for text in texts if text.count("".join(name.split())) > 20]
    assert len(with_rows) >= 2
    assert all("LQ" in text for text in with_rows)


def test_without_script_the_appendices_are_open_on_paper(pages, opened):
    tab = opened(pages["report"], 1000, java_script_enabled=False)
    paged = PdfReader(BytesIO(tab.pdf(format="A4")))
    assert "SHA-256" in "".join("".join(each.extract_text() for each in paged.pages).split())
