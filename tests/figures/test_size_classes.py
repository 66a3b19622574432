"""The bars of size classes."""

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import to_hex

from nabij import figures
from nabij.figures import size_classes
from nabij.figures.kit.style import PALETTES
from nabij.figures.kit.sure import pale
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
            assert words.share(share) in written


def test_the_numbers_behind_the_shares_are_in_the_key(result, texts):
    written = texts(size_classes(result))
    assert f"n = {result.size_classes['focus_establishments'].sum()}" in written
    assert f"n = {result.size_classes['national_establishments'].sum()}" in written
    assert result.focus.name in written


def with_counts(result, focus, national):
    """Return the result with these establishments in the classes."""
    table = result.size_classes.assign(focus_establishments=focus, national_establishments=national)
    for key in ("focus", "national"):
        counts = table[f"{key}_establishments"]
        table[f"{key}_share"] = counts / counts.sum() if counts.sum() else np.nan
    return dataclasses.replace(result, size_classes=table)


@pytest.mark.parametrize(("language", "said"), [("en", "one size class"), ("nl", "grootteklasse")])
def test_of_one_class_there_is_a_sentence_and_no_figure(result, texts, language, said):
    alone = with_counts(result, [0, 4, 0, 0, 0], [0, 5, 0, 0, 0])
    written = " ".join(texts(size_classes(alone, language=language)))
    assert said in written
    assert "2–4" in written
    assert not figures.applies(size_classes, alone)
    assert figures.applies(size_classes, with_counts(result, [0] * 5, [0, 5, 1, 0, 0]))


def test_without_known_jobs_there_is_a_sentence_and_no_figure(result, texts):
    nothing = with_counts(result, [0] * 5, [0] * 5)
    assert "no size classes to show" in " ".join(texts(size_classes(nothing)))
    assert not figures.applies(size_classes, nothing)


def test_empty_classes_at_both_ends_are_left_out(result, texts):
    written = texts(size_classes(with_counts(result, [0, 11, 0, 3, 0], [0, 40, 0, 30, 0])))
    assert {"2–4", "5–9", "10–19"} <= set(written)
    assert not {"1", "20+"} & set(written)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_fewer_than_one_job_is_explained_where_there_are_such(result, texts, language):
    said = Language(language).text("figures.size_classes.below_one")
    assert said not in texts(size_classes(result, language=language))
    table = result.size_classes.copy()
    table.loc[0, "size_class"] = "<1"
    some = dataclasses.replace(result, size_classes=table)
    assert said in texts(size_classes(some, language=language))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "81% of the establishments in Region 1 are small (fewer than 5 jobs), "
            "against 75% in the whole sector",
        ),
        (
            "nl",
            "In Region 1 is 81% van de vestigingen klein (minder dan 5 banen), "
            "in de hele sector 75%",
        ),
    ],
)
def test_the_finding_is_how_many_are_small(result, language, said):
    found = dataclasses.replace(
        result.findings,
        focus_claimed=True,
        focus_sizes="small",
        small_share=0.81,
        small_share_nationally=0.75,
    )
    made = dataclasses.replace(result, findings=found)
    assert size_classes(made, language=language).finding == said


@pytest.mark.parametrize("change", [{"focus_claimed": False}, {"focus_sizes": "unknown"}])
def test_nothing_is_found_of_few_or_unknown_jobs(result, change):
    assert size_classes(result).finding
    found = dataclasses.replace(result.findings, **change)
    assert not size_classes(dataclasses.replace(result, findings=found)).finding


def test_a_region_like_the_sector_is_said_to_be(result):
    found = dataclasses.replace(result.findings, small_share=0.701, small_share_nationally=0.699)
    made = size_classes(dataclasses.replace(result, findings=found))
    assert made.finding.endswith("as in the whole sector")


def test_without_regions_there_is_one_bar_a_class(result):
    study = result.study.model_copy(update={"regions": []})
    figure = size_classes(dataclasses.replace(result, study=study))
    palette = PALETTES["sequential"]
    assert len(bars_of(figure, palette.quiet)) == len(result.size_classes)
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    assert palette.accent not in [to_hex(patch.get_facecolor()) for patch in ink.patches]
    assert "Region 1" not in figure.in_words


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
    table = result.size_classes.assign(
        focus_establishments=[count, 0, 0, 0, 0], focus_share=[1.0, 0, 0, 0, 0]
    )
    figure = size_classes(dataclasses.replace(result, size_classes=table))
    accent = PALETTES["sequential"].accent
    ink = next(axes for axes in figure.axes if axes.get_label() == "ink")
    fills = [to_hex(patch.get_facecolor()) for patch in ink.patches]
    assert (accent in fills) is not is_pale
    assert (pale(accent) in fills) is is_pale
    assert ("0%" in texts(figure)) is not is_pale
    assert (
        "fewer than 10 establishments, of which shares say little" in " ".join(texts(figure))
    ) is is_pale
