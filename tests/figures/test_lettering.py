"""Text that is cut and wrapped."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nabij.figures.kit import lettering, style

SENTENCE = (
    "Each dot is one establishment; its colour says how near the other establishments of the "
    "sector are (D-score), and its area how many jobs there are"
)


def one_by_one(text, room, lines):
    """Wrap by adding a word at a time."""
    rows = [""]
    words = text.split(" ")
    for at, word in enumerate(words):
        longer = f"{rows[-1]} {word}".strip()
        if lettering.width(longer) <= room:
            rows[-1] = longer
        elif len(rows) < lines:
            rows.append(word)
        else:
            return [*rows[:-1], lettering.cut(" ".join([rows[-1], *words[at:]]).strip(), room)]
    return rows


@pytest.mark.parametrize("room", [90, 150, 233, 400, 2_000])
@pytest.mark.parametrize("lines", [1, 2, 3, 9])
def test_rows_are_those_of_adding_a_word_at_a_time(room, lines):
    rows = lettering.wrap(SENTENCE, room, lines=lines)
    assert rows == one_by_one(SENTENCE, room, lines)
    assert all(lettering.width(row) <= room for row in rows)


def test_a_word_too_long_for_a_row_is_cut_and_the_next_goes_on_below():
    rows = lettering.wrap("Donaudampfschifffahrtsgesellschaft in Wien", 80, lines=3)
    assert rows[0].endswith(lettering.ELLIPSIS)
    assert rows[1] == "in Wien"


def test_no_text_is_one_empty_row():
    assert lettering.wrap("", 80) == [""]
    assert lettering.wrap(" \n ", 80, lines=1) == [""]


def test_letters_are_drawn_as_wide_as_they_are_measured():
    text = "Each circle is a place: its area is the jobs there, its colour how near the others are."
    with style.house_style():
        sheet = Figure(dpi=200)
        canvas = FigureCanvasAgg(sheet)
        drawn = sheet.text(0, 0, text, fontproperties=style.font(8.5))
        across = drawn.get_window_extent(canvas.get_renderer()).width / 200 * 72
    assert across == pytest.approx(lettering.width(text, 8.5), rel=0.002)
