"""The bars of size classes."""

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import to_hex

from nabij.figures import size_classes
from nabij.figures.kit.style import PALETTES
from nabij.figures.kit.sure import pale
from nabij.figures.size_classes import share_text
from nabij.language import Language


def bars_of(figure, colour):
    """Return the lengths of the bars of one colour, without the swatch of the key."""
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    _swatch, *bars = [
        patch for patch in ink.patches if to_hex(patch.get_facecolor()) == to_hex(colour)
    ]
    return np.array([bar.get_width() for bar in bars])


def test_the_length_of_a_bar_is_its_share(result):
    palette, table = PALETTES["sequential"], result.size_classes
    figure = size_classes(result)
    focus, all_regions = bars_of(figure, palette.accent), bars_of(figure, palette.quiet)
    scale = focus.max() / table["focus_share"].max()
    assert focus == pytest.approx(table["focus_share"] * scale)
    assert all_regions == pytest.approx(table["national_share"] * scale)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_class_and_share_is_written(result, texts, language):
    written = texts(size_classes(result, language=language))
    words = Language(language)
    for name in ("1", "2–4", "5–9", "10–19", "20+"):
        assert name in written
    for column in ("focus_share", "national_share"):
        for share in result.size_classes[column]:
            assert share_text(words, share) in written


def test_the_numbers_behind_the_shares_are_in_the_key(result, texts):
    written = texts(size_classes(result))
    assert f"n = {result.size_classes['focus_establishments'].sum()}" in written
    assert f"n = {result.size_classes['national_establishments'].sum()}" in written
    assert result.focus.name in written


def test_a_share_that_is_not_nothing_is_never_written_as_nothing():
    words = Language("nl")
    assert [share_text(words, share) for share in (0.0, 0.0001, 0.004, 0.0099, 0.5)] == [
        "0%",
        "< 0,1%",
        "0,4%",
        "1,0%",
        "50%",
    ]


def test_without_known_jobs_there_is_a_sentence(result, texts):
    nothing = result.size_classes.assign(focus_share=np.nan, national_share=np.nan)
    written = " ".join(texts(size_classes(dataclasses.replace(result, size_classes=nothing))))
    assert "no size classes to show" in written


@pytest.mark.parametrize(("language", "word"), [("en", "unknown"), ("nl", "onbekend")])
def test_unknown_jobs_are_a_class_in_the_readers_language(result, texts, language, word):
    table = result.size_classes.copy()
    table.loc[len(table) - 1, "size_class"] = "unknown"
    some = dataclasses.replace(result, size_classes=table)
    assert word in texts(size_classes(some, language=language))


def test_when_all_jobs_are_unknown_there_is_a_sentence(result, unknown_jobs, texts):
    assert "no size classes to show" in " ".join(texts(size_classes(unknown_jobs(result))))


def test_every_share_has_its_number_of_establishments(result, texts):
    written = texts(size_classes(result))
    for column in ("focus_establishments", "national_establishments"):
        for count in result.size_classes[column]:
            assert f"({count})" in written


@pytest.mark.parametrize(("count", "is_pale"), [(10, False), (9, True), (0, True)])
def test_bars_of_fewer_than_ten_are_pale_and_said_to_be(result, texts, count, is_pale):
    table = result.size_classes.assign(focus_establishments=[count, 0, 0, 0, 0])
    figure = size_classes(dataclasses.replace(result, size_classes=table))
    accent = PALETTES["sequential"].accent
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    fills = [to_hex(patch.get_facecolor()) for patch in ink.patches]
    assert (accent in fills) is not is_pale
    assert (pale(accent) in fills) is is_pale
    assert ("With fewer than 10, shares say little" in " ".join(texts(figure))) is is_pale
