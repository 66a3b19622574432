"""Where names go."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nabij.figures.kit.labels import Label, Obstacles, place
from nabij.figures.kit.lettering import cut, width, wrap
from nabij.figures.kit.sheet import Box

ROOM = Box(0, 0, 400, 300)
spot = st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(1, 20))


def made(spots):
    return [
        Label(x, y, radius, f"Place number {at}", 7.5) for at, (x, y, radius) in enumerate(spots)
    ]


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@settings(max_examples=40, deadline=None)
@given(st.lists(spot, min_size=1, max_size=25))
def test_labels_stay_in_the_room_and_off_each_other(spots):
    placed = place(made(spots), ROOM, Obstacles(marks=np.array(spots)))
    for at, one in enumerate(placed):
        assert one.box[0] >= 0
        assert one.box[1] >= 0
        assert one.box[2] <= 400
        assert one.box[3] <= 300
        assert not any(meet(one.box, other.box) for other in placed[at + 1 :])


def test_a_lone_label_stands_right_of_its_mark_without_a_line():
    (one,) = place(made([(200, 150, 5)]), ROOM, Obstacles())
    assert one.box[0] > 205
    assert not one.needs_leader


def test_writing_is_never_covered():
    box = np.array([[206.0, 100.0, 300.0, 200.0]])
    (one,) = place(made([(200, 150, 5)]), ROOM, Obstacles(boxes=box))
    assert not meet(one.box, box[0])


def test_a_label_may_stand_on_a_mark_that_holds_it():
    label = Label(200, 150, 1, "Hurk", 7.5, inside="#ffffff")
    (one,) = place([label], ROOM, Obstacles(marks=np.array([[200.0, 150.0, 9.0]])))
    assert one.on_mark
    assert not one.needs_leader


def test_a_label_that_finds_no_place_is_left_out_but_the_first():
    packed = [(200 + at % 3, 150 + at // 3, 6.0) for at in range(60)]
    placed = place(made(packed), Box(150, 120, 100, 60), Obstacles(marks=np.array(packed)))
    assert placed[0].label.text == "Place number 0"
    assert len(placed) < 60


def test_places_are_the_same_each_time():
    rng = np.random.default_rng(1)
    spots = np.column_stack([rng.uniform(0, 400, 30), rng.uniform(0, 300, 30), np.full(30, 4.0)])
    once = place(made(spots), ROOM, Obstacles(marks=spots))
    again = place(made(spots), ROOM, Obstacles(marks=spots))
    assert once == again


@given(st.text(st.characters(max_codepoint=0x24F), max_size=80), st.floats(20, 300))
def test_cut_and_wrapped_text_fits(text, room):
    assert all(width(row) <= max(room, width("…")) for row in wrap(text, room))


def test_text_that_fits_is_left_alone():
    assert cut("Hurk", 100) == "Hurk"
    assert wrap("Hurk en Flight Forum", 500) == ["Hurk en Flight Forum"]


def test_the_first_has_its_place_in_whatever_order_is_tried():
    packed = [(200 + at % 3, 150 + at // 3, 6.0) for at in range(30)]
    obstacles = Obstacles(marks=np.array(packed))
    placed = place(made(packed), Box(150, 120, 100, 60), obstacles, tries=8)
    assert placed[0].label.text == "Place number 0"


@pytest.mark.parametrize("seed", range(6))
def test_a_name_is_nearest_to_its_own_mark_or_has_a_line_to_it(seed):
    random = np.random.default_rng(seed)
    marks = np.column_stack([random.uniform(20, 380, (60, 2)), random.uniform(2, 9, 60)])
    wanted = [Label(*mark, f"Name {at}", 7.5) for at, mark in enumerate(marks[:16].tolist())]
    found = place(wanted, Box(0, 0, 400, 400), Obstacles(marks=marks), must=6)
    assert len(found) >= 6
    for each in found:
        left, top, right, bottom = each.box
        x, y, radius = marks.T
        off_x = np.maximum(np.maximum(left - x, x - right), 0)
        off_y = np.maximum(np.maximum(top - y, y - bottom), 0)
        away = np.hypot(off_x, off_y) - radius
        own = int(each.label.text.split()[1])
        assert each.needs_leader or away[own] < np.delete(away, own).min()
