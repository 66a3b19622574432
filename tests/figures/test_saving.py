"""What is in the files of figures, and what is not."""

import io
import re
import zlib

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from PIL import Image

from nabij.figures.kit.saving import SCREEN_DPI, save
from nabij.figures.kit.style import font, house_style


@pytest.fixture
def figure():
    made = Figure(figsize=(3, 2), label="Kunst – é")
    made.text(0.1, 0.4, "Office AV fi ÀÉ 012", fontproperties=font(20, "bold"))
    return made


def fonts_in(path):
    """Return the fonts embedded in a PDF."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        if content[:4] in (b"\x00\x01\x00\x00", b"true"):
            found.append(TTFont(io.BytesIO(content)))
    return found


def test_a_png_is_opaque_at_the_resolution_of_a_screen(figure, tmp_path):
    with Image.open(save(figure, tmp_path / "a.png")) as image:
        assert image.mode == "RGB"
        assert image.size == (3 * SCREEN_DPI, 2 * SCREEN_DPI)
        assert image.info["dpi"] == pytest.approx((SCREEN_DPI, SCREEN_DPI), abs=0.1)
        assert image.info["Title"] == "Kunst – é"
        assert set(image.info) <= {"dpi", "Title"}


def test_a_png_has_the_pixels_that_matplotlib_draws(figure, tmp_path):
    with house_style():
        figure.savefig(tmp_path / "theirs.png", dpi=SCREEN_DPI)
    with (
        Image.open(tmp_path / "theirs.png") as theirs,
        Image.open(save(figure, tmp_path / "ours.png")) as ours,
    ):
        assert theirs.convert("RGB").tobytes() == ours.tobytes()


def test_the_type_in_a_pdf_has_its_shapes_and_no_rules_for_setting(figure, tmp_path):
    found = fonts_in(save(figure, tmp_path / "a.pdf"))
    assert found
    for typeface in found:
        assert {"glyf", "hmtx", "cvt "} <= set(typeface.keys())
        assert not {"GSUB", "GPOS", "GDEF", "MATH"} & set(typeface.keys())
    shapes = {name for typeface in found for name in typeface.getGlyphOrder()}
    assert {"A", "V", "Agrave", "Eacute", "zero", "one", "two"} <= shapes


def test_others_find_their_libraries_as_before_after_a_file_and_after_an_error(figure, tmp_path):
    before = subset.load_font, Image.SAVE["PNG"]
    save(figure, tmp_path / "a.pdf")
    assert (subset.load_font, Image.SAVE["PNG"]) == before
    with pytest.raises(FileNotFoundError):
        save(figure, tmp_path / "nowhere" / "a.pdf")
    assert (subset.load_font, Image.SAVE["PNG"]) == before


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_figure_saved_twice_is_the_same_bytes(figure, kind, tmp_path):
    first = save(figure, tmp_path / f"a.{kind}").read_bytes()
    assert save(figure, tmp_path / f"b.{kind}").read_bytes() == first
