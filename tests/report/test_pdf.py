"""The PDF: that everyone can read it, that it holds what the page holds, and whose it is."""

import dataclasses
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import IndirectObject

import nabij
from nabij import InputError, figures
from nabij.report import of_result, of_view, page, pdf

MADE = datetime(2026, 11, 26, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def view(shared_country):
    return nabij.run(shared_country.study(reference={"name": None, "codes": None})).view()


def with_output(view, **changes):
    output = view.study.output.model_copy(update=changes)
    return dataclasses.replace(view, study=view.study.model_copy(update={"output": output}))


def with_report(view, **changes):
    report = view.study.report.model_copy(update=changes)
    return dataclasses.replace(view, study=view.study.model_copy(update={"report": report}))


@pytest.fixture(scope="module", params=["en", "nl"])
def made(request, view):
    """Return a document with its figures, and the PDF of it."""
    spoken = with_output(view, language=request.param)
    document = of_view(spoken, figures.draw_all(spoken))
    return document, PdfReader(BytesIO(pdf(document, MADE)))


def structure(reader):
    """Yield every element of the structure tree."""
    seen = set()

    def below(node):
        if isinstance(node, IndirectObject):
            if node.idnum in seen:
                return
            seen.add(node.idnum)
            node = node.get_object()
        if isinstance(node, list):
            for each in node:
                yield from below(each)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            yield from below(node.get("/K", []))

    yield from below(reader.trailer["/Root"]["/StructTreeRoot"])


def text_of(reader):
    return "\n".join(each.extract_text() for each in reader.pages)


def squeezed(text):
    return re.sub(r"[\s\u00ad\u2011-]+", "", text)


def test_it_is_tagged_and_says_its_language_and_title(made):
    document, reader = made
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(document.language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == document.title
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part[^0-9]*1", xmp)


def test_every_figure_is_told_in_words(made):
    document, reader = made
    told = [str(each["/Alt"]) for each in structure(reader) if each["/S"] == "/Figure"]
    wanted = [
        block.alternative
        for section in document.sections
        for block in section.blocks
        if block.kind == "picture"
    ]
    assert len(wanted) >= 3
    assert told == wanted


def test_tables_have_heads_and_headings_are_headings(made):
    document, reader = made
    kinds = [each["/S"] for each in structure(reader)]
    assert kinds.count("/H1") == 1
    titles = [each.title for each in document.sections if each.key != "figures"]
    assert kinds.count("/H2") == len(titles)
    assert kinds.count("/TH") >= 10


def test_all_fonts_are_in_the_file(made):
    _, reader = made
    found = 0
    for each in reader.pages:
        for font in each["/Resources"].get("/Font", {}).values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            described = descendant["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(described)
            found += 1
    assert found


def test_figures_are_drawings(made):
    """Not pictures: as sharp on a wall as in a hand."""
    _, reader = made
    assert sum(len(list(each.images)) for each in reader.pages) == 0


def test_the_answer_is_first_and_the_same_as_on_the_page(made):
    document, reader = made
    first, html = squeezed(reader.pages[0].extract_text()), squeezed(page(document))
    for sentence in [*document.summary, *document.notices]:
        assert squeezed(sentence) in first
        assert squeezed(sentence).replace("'", "&#39;") in html
    for each in document.key_figures:
        assert squeezed(each.value) in first
        assert squeezed(each.label) in first


def test_the_whole_region_table_is_there_and_pages_are_numbered(made):
    document, reader = made
    text = text_of(reader)
    (regions,) = [each for each in document.sections if each.key == "tables"]
    table = next(block for block in regions.blocks if block.kind == "table")
    for head in table.head:
        assert squeezed(head) in squeezed(text)
    for cell in table.cells[0]:
        assert squeezed(cell) in squeezed(text)
    assert all(
        f"{number} / {len(reader.pages)}" in each.extract_text()
        for number, each in enumerate(reader.pages, start=1)
    )


def test_what_tells_of_single_establishments_is_said_on_every_page(made):
    document, reader = made
    for each in reader.pages:
        assert squeezed(document.notices[0]) in squeezed(each.extract_text())


def test_appendices_are_last(made):
    document, reader = made
    assert [section.appendix for section in document.sections] == sorted(
        section.appendix for section in document.sections
    )
    assert "SHA-256" in reader.pages[-1].extract_text()


def test_the_same_document_gives_the_same_bytes(view):
    document = of_view(view, {})
    assert pdf(document, MADE) == pdf(document, MADE)


@pytest.mark.parametrize(("paper", "high"), [("a4", 842), ("us-letter", 792)])
def test_paper_is_what_was_asked(view, paper, high):
    reader = PdfReader(BytesIO(pdf(of_view(view, {}), MADE, paper=paper)))
    assert round(float(reader.pages[0].mediabox.height)) == high


MARGIN = 20 / 25.4 * 72
CAPTION = 20.0


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("inches", [(4.0, 12.0), (9.0, 2.0)])
def test_a_figure_is_whole_on_its_page_and_above_its_caption(view, paper, inches):
    shape = Figure(figsize=inches)
    reader = PdfReader(BytesIO(pdf(of_view(view, {"dot_map": shape}), MADE, paper=paper)))
    (drawn,) = [each for each in structure(reader) if each["/S"] == "/Figure"]
    left, bottom, right, top = (float(each) for each in drawn["/A"][0]["/BBox"])
    _, _, across, high = (float(each) for each in drawn["/Pg"]["/MediaBox"])
    assert bottom >= MARGIN + CAPTION
    assert top <= high - MARGIN + 1
    assert 0 < left < right < across
    assert (right - left) / (top - bottom) == pytest.approx(inches[0] / inches[1], rel=0.02)


def test_a_figure_is_not_set_within_a_list(shared_country):
    # A list that a page ends, with a figure on top of the next: the standard would forbid it.
    content = shared_country.content(clusters={"find": False}, register={"synthetic": None})
    del content["regions"], content["reference"]
    view = nabij.run(nabij.Study.from_dict(content, folder=shared_country.folder)).view()
    assert pdf(of_view(view, figures.draw_all(view)), MADE)


def test_there_are_no_more_pages_than_are_needed(made):
    document, reader = made
    drawn = [b for each in document.sections for b in each.blocks if b.kind == "picture"]
    before_figures, tables, appendices = 1, 2, 3
    assert len(reader.pages) <= before_figures + len(drawn) + tables + appendices
    assert all(len(each.extract_text()) > 200 for each in reader.pages)


def test_a_name_in_the_manner_of_the_template_is_text(view):
    evil = '#panic("a") *b* $c$ @d <e> `f` \\g _h_ #{sys.inputs}'
    named = dataclasses.replace(view, sector=dataclasses.replace(view.sector, name=evil))
    text = text_of(PdfReader(BytesIO(pdf(of_view(named, {}), MADE))))
    assert squeezed(evil) in squeezed(text)


def test_sectors_side_by_side_have_one_too(shared_country):
    result = nabij.run(shared_country.study_of_two())
    document = of_result(result, result.latest_views, figures.draw_overviews(result))
    text = text_of(PdfReader(BytesIO(pdf(document, MADE))))
    for sentence in document.summary:
        assert squeezed(sentence) in squeezed(text)


def test_a_sector_of_three_has_one_too(country_of_three):
    whole = {"name": None, "codes": None}
    study = country_of_three.study(sector={"codes": ["9999"]}, reference=whole)
    view = nabij.run(study).view()
    document = of_view(view, figures.draw_all(view))
    assert view.sector.establishments == 3
    text = squeezed(text_of(PdfReader(BytesIO(pdf(document, MADE)))))
    assert squeezed(document.summary[0]) in text
    assert "toofewtosay" in text


@pytest.fixture
def logo(tmp_path):
    path = tmp_path / "logo.png"
    Image.new("RGB", (60, 20), "#0b5394").save(path)
    return path


def test_a_report_bears_its_brand(view, logo):
    told = {"organisation": "Bureau", "contact": "a@b.example", "confidentiality": "For us only"}
    branded = with_report(view, **told, logo=logo, colour="#0b5394")
    document = of_view(branded, {})
    reader, html = PdfReader(BytesIO(pdf(document, MADE))), page(document)
    assert len(list(reader.pages[0].images)) == 1
    for line in told.values():
        assert line in reader.pages[0].extract_text()
        assert line in html
    for each in reader.pages[1:]:
        assert "For us only" in each.extract_text()
    assert "--accent: #0b5394" in html
    assert 'alt="Logo of Bureau"' in html


def test_a_report_does_not_tell_where_logo_and_template_are(shared_country, logo):
    own = logo.with_name("own.typ")
    own.write_text("= A")
    study = shared_country.study(report={"logo": str(logo), "template": str(own)})
    document = of_view(nabij.run(study).view(), {})
    html = page(document)
    assert str(logo.parent) not in html
    assert "logo.png" in html
    assert "own.typ" in html


def test_a_pale_colour_is_darkened_until_it_can_be_read(view):
    html = page(of_view(with_report(view, colour="#ffcc00"), {}))
    assert "#ffcc00" not in html
    assert "--accent: #8" in html


def test_a_logo_that_cannot_be_shown_is_told(view, tmp_path):
    for name, content, said in (
        ("logo.tif", b"II*", "a logo is one of"),
        ("logo.png", b"no picture", "cannot be read as a .png picture"),
        ("none.png", None, "no such file"),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError, match=said):
            of_view(with_report(view, logo=path), {})


def test_a_drawn_logo_that_cannot_be_drawn_is_told(view, tmp_path):
    path = tmp_path / "logo.svg"
    path.write_text("<svg nonsense")
    with pytest.raises(InputError, match=r"\[report\] logo: cannot be drawn"):
        pdf(of_view(with_report(view, logo=path), {}), MADE)


def test_a_bureau_may_set_its_own_template(view, tmp_path):
    own = tmp_path / "own.typ"
    own.write_text(
        '#import "house.typ": house\n'
        '#let data = json("data.json")\n'
        "#set document(title: data.title)\n"
        "#set text(lang: data.language)\n"
        "= #house(data.title)\n"
        "#for each in data.summary { par(each) }\n"
    )
    (tmp_path / "house.typ").write_text("#let house(title) = [Our own: #title]\n")
    document = of_view(view, {})
    text = text_of(PdfReader(BytesIO(pdf(document, MADE, template=own))))
    assert squeezed(f"Our own: {document.title}") in squeezed(text)
    assert squeezed(document.summary[0]) in squeezed(text)


def test_the_template_in_the_documentation_can_be_set(view, tmp_path):
    page_of_docs = Path(__file__).parents[2] / "docs" / "report.md"
    (example,) = re.findall(r"```typst\n(.*?)```", page_of_docs.read_text("utf-8"), re.S)
    own = tmp_path / "own.typ"
    own.write_text(example)
    document = of_view(view, {"size_classes": figures.size_classes(view)})
    reader = PdfReader(BytesIO(pdf(document, MADE, template=own)))
    assert squeezed(document.summary[0]) in squeezed(text_of(reader))


def test_a_template_that_cannot_be_set_is_told_with_its_line(view, tmp_path):
    own = tmp_path / "own.typ"
    own.write_text("= A\n#nothing\n")
    with pytest.raises(InputError, match=r"own\.typ: cannot be set .*unknown variable: nothing"):
        pdf(of_view(view, {}), MADE, template=own)


def test_what_is_no_part_of_a_template_is_not_beside_it(view, tmp_path):
    outside = tmp_path / "outside.typ"
    outside.write_text("#let secret = [secret]\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "register.csv").write_text("id\n1\n")
    (inner / "link.typ").symlink_to(outside)
    for name, line in (("a", '#read("register.csv")'), ("b", '#import "link.typ": secret')):
        own = inner / f"{name}.typ"
        own.write_text(f"{line}\n")
        with pytest.raises(InputError, match=r"cannot be set.*not found"):
            pdf(of_view(view, {}), MADE, template=own)


def test_a_template_reads_nothing_outside_its_folder(view, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    own = inner / "own.typ"
    own.write_text('#read("../secret.txt")\n')
    with pytest.raises(InputError, match="cannot be set"):
        pdf(of_view(view, {}), MADE, template=own)


def test_a_result_has_reports_of_the_kinds_that_were_asked_for(shared_country, tmp_path):
    for kinds in (["html"], ["pdf"], ["html", "pdf"]):
        study = shared_country.study(report={"formats": kinds})
        folder = nabij.save(nabij.run(study), tmp_path / "-".join(kinds))
        assert {path.suffix[1:] for path in folder.glob("report.*")} == set(kinds)
