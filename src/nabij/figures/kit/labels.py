"""Where names go: near what they name, never over each other.

Positions are points on the sheet, y downwards. Nothing is random, so a figure is the same each
time. Labels that find no place are left out rather than printed over others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.patheffects import Normal, Stroke

from nabij.figures.kit import lettering
from nabij.figures.kit.crossing import boxes_meet, distance_to_lines, lines_cross, lines_meet_boxes
from nabij.figures.kit.sheet import Box, Sheet
from nabij.figures.kit.style import HAIR, INK, PAPER, SOFT
from nabij.language import Language

# Distances from the edge of what is named, in points, and directions, counted from the right.
DISTANCES = (2.5, 6.0, 11.0, 18.0, 27.0, 38.0, 52.0, 70.0, 92.0, 120.0, 155.0)
DIRECTIONS = np.arange(24) * np.pi / 12
PADDING = 1.6
PASSES = 3
NO_LEADER = 5.0

# What a fault costs, in the points of distance that one would go to avoid it.
ON_MARK = 34.0
LEADER_OVER_MARK = 14.0
LEADERS_CROSS = 150.0
ON_LINE = 40.0
NEARER_TO_ANOTHER = 18.0
# Beside another mark, and without a line to its own.
NO_ONE_S = 1e6
INWARD = 14.0
MISSING = 1000.0
NEVER = 1e9
# How far off, in points, other marks still count as a crowd.
CROWD = 30.0


@dataclass(frozen=True)
class Label:
    """What to name: a round mark at x, y, and its text. The first in a list has first choice.

    With a colour `inside` the text may stand on the mark itself, in that colour.
    """

    x: float
    y: float
    radius: float
    text: str
    size: float
    face: str = "normal"
    inside: str | None = None

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the text."""
        rows = self.text.split("\n")
        wide = max(lettering.width(row, self.size, self.face) for row in rows)
        return wide, self.size * 1.15 * len(rows)


@dataclass(frozen=True)
class Obstacles:
    """What labels keep clear of.

    Parameters
    ----------
    marks : numpy.ndarray, shape (n, 3)
        x, y and radius of round marks: avoided.
    boxes : numpy.ndarray, shape (n, 4)
        Left, top, right and bottom of writing: never covered.
    lines : numpy.ndarray, shape (n, 4)
        x and y of both ends of lines: avoided.
    """

    marks: np.ndarray = field(default_factory=lambda: np.empty((0, 3)))
    boxes: np.ndarray = field(default_factory=lambda: np.empty((0, 4)))
    lines: np.ndarray = field(default_factory=lambda: np.empty((0, 4)))


@dataclass(frozen=True)
class Placed:
    """A label with its place: the box of its text, and the ends of its leader line."""

    label: Label
    box: tuple[float, float, float, float]
    leader: tuple[float, float, float, float]

    @property
    def on_mark(self) -> bool:
        """Whether the text stands on the mark itself."""
        return self.leader[:2] == self.leader[2:]

    @property
    def needs_leader(self) -> bool:
        """Whether the text is too far from its mark to speak for itself."""
        x0, y0, x1, y1 = self.leader
        return float(np.hypot(x1 - x0, y1 - y0)) > NO_LEADER


def counted(
    words: Language,
    name: object,
    count: float,
    *,
    room: float,
    size: float,
    face: str = "normal",
    rows: int = 1,
) -> str:
    """Write a name with a number of establishments behind it; the number is never cut.

    In several `rows` a long name goes on below, each but the last ending in a line break.

    >>> counted(Language("nl"), "Noordoostpolder", 1234, room=70, size=7)
    'Noordoos… (1.234)'
    >>> counted(Language("nl"), "Delft en Westland", 147, room=60, size=7, rows=3)
    'Delft en\\nWestland (147)'
    """
    key, number = "figures.sureness.named", words.number(count)
    rest = lettering.width(words.text(key, name="", count=number), size, face)
    lines = lettering.wrap_name(name, room, size, face, rows)
    if rows > 1 and lettering.width(lines[-1], size, face) + rest > room:
        lines = lettering.wrap_name(name, room - rest, size, face, rows)
    *before, last = lines
    last = lettering.cut(last, room - rest, size, face)
    return "\n".join([*before, words.text(key, name=last, count=number)])


def place(
    labels: Sequence[Label],
    room: Box,
    obstacles: Obstacles,
    *,
    worst: float = 50.0,
    must: int = 1,
    tries: int = 1,
) -> list[Placed]:
    """Find a place for each label in `room`; the ones without a place are missing.

    One after the other takes the best of some 250 places; then, a few times, each in turn looks
    for a better one given all others. Who goes first matters where it is crowded, so other orders
    can be tried.

    Parameters
    ----------
    labels : sequence of Label
        The most important first.
    room : Box
    obstacles : Obstacles
    worst : float
        A label whose best place costs more is left out: a name far off, or over other marks,
        confuses more than it tells.
    must : int
        So many labels from the first are drawn wherever they do not cover writing.
    tries : int
        Orders to try, until all labels have a place and no lines cross.
    """
    offers = []
    for label in labels:
        boxes, leaders, cost = _offers(label, *_away_from(label, labels))
        offers.append((boxes, leaders, cost + _standing(label, boxes, leaders, room, obstacles)))
    limits = [NEVER if at < must else worst for at in range(len(labels))]
    best: list[Placed] = []
    least = float(np.inf)
    random = np.random.default_rng(0)
    order = np.arange(len(labels))
    for _ in range(tries):
        placed, faults = _in_turn(labels, offers, order, limits)
        if faults < least:
            best, least = placed, faults
        if len(placed) == len(labels) and faults < LEADERS_CROSS:
            break
        order = random.permutation(len(labels))
    return best


def _in_turn(
    labels: Sequence[Label],
    offers: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]],
    order: np.ndarray,
    limits: Sequence[float],
) -> tuple[list[Placed], float]:
    """Let labels choose in an order; return where they are and what that costs together."""
    taken: dict[int, Placed] = {}
    costs: dict[int, float] = {}
    for _ in range(PASSES):
        before = dict(taken)
        for at in (int(each) for each in order):
            taken.pop(at, None)
            boxes, leaders, cost = offers[at]
            total = cost + _against(boxes, leaders, list(taken.values()))
            chosen = int(np.argmin(total))
            costs[at] = min(float(total[chosen]), MISSING)
            if total[chosen] < limits[at]:
                left, top, right, bottom = (float(side) for side in boxes[chosen])
                x0, y0, x1, y1 = (float(end) for end in leaders[chosen])
                taken[at] = Placed(labels[at], (left, top, right, bottom), (x0, y0, x1, y1))
        if taken == before:
            break
    left_out = [at for at in range(len(labels)) if at not in taken]
    missing = sum(MISSING * (10 if limits[at] == NEVER else 1) for at in left_out)
    return [taken[key] for key in sorted(taken)], sum(costs[at] for at in taken) + missing


def draw(sheet: Sheet, placed: Sequence[Placed], *, pin: float = 0.0, halo: float = 0.0) -> None:
    """Write labels, with a hairline to the mark where they stand apart from it.

    Parameters
    ----------
    sheet : Sheet
    placed : sequence of Placed
    pin : float
        Diameter of a dot at the mark's end of a line, if the mark itself shows none.
    halo : float
        Width of the white edge of letters that stand on a coloured ground.
    """
    edge = [Stroke(linewidth=halo, foreground=PAPER), Normal()] if halo else []
    for each in placed:
        if each.needs_leader:
            x0, y0, x1, y1 = each.leader
            if halo:
                sheet.line([x0, x1], [y0, y1], PAPER, HAIR + halo)
            sheet.line([x0, x1], [y0, y1], SOFT, HAIR * 1.3)
            if pin:
                sheet.circle(x0, y0, pin, facecolor=INK, edgecolor=PAPER, linewidth=HAIR, zorder=3)
        left, top, right, bottom = each.box
        inside = each.label.inside if each.on_mark else None
        rows = each.label.text.split("\n")
        high = (bottom - top) / len(rows)
        # Beside its mark a text of several rows is set towards it.
        align = "right" if len(rows) > 1 and each.leader[0] > (left + right) / 2 else "left"
        for at, row in enumerate(rows):
            text = sheet.write(
                right if align == "right" else left,
                top + (at + 0.5) * high,
                row,
                size=each.label.size,
                face=each.label.face,
                colour=inside or INK,
                align=align,
                vertical="center_baseline",
            )
            text.set_path_effects([] if inside else edge)
            text.set_gid("label")


def _away_from(label: Label, labels: Sequence[Label]) -> tuple[float, float]:
    """Return the direction away from the other named marks nearby, shorter the farther they are.

    Names round a dense group then fan out instead of reaching across it.
    """
    x = label.x - np.array([other.x for other in labels])
    y = label.y - np.array([other.y for other in labels])
    pull = np.exp(-np.hypot(x, y) / CROWD)
    across, down = float((x * pull).sum()), float((y * pull).sum())
    length = float(np.hypot(across, down))
    strength = min(length / CROWD, 1.0)
    return (across / length * strength, down / length * strength) if length else (0.0, 0.0)


def _offers(
    label: Label, away_across: float, away_down: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return boxes, leader lines and costs of the places round a mark."""
    wide, high = label.extent
    distance, angle = (grid.ravel() for grid in np.meshgrid(DISTANCES, DIRECTIONS, indexing="ij"))
    across, down = np.cos(angle), -np.sin(angle)
    x = label.x + (label.radius + distance) * across
    y = label.y + (label.radius + distance) * down
    # The text begins, ends or is centred at the point, whichever leaves the mark free.
    left = x - wide * (0.5 - 0.5 * np.clip(across * 1.6, -1, 1))
    middle = y + high * 0.5 * np.clip(down * 1.6, -1, 1)
    boxes = np.column_stack([left, middle - high / 2, left + wide, middle + high / 2])
    end_x = np.clip(label.x, boxes[:, 0] - 1.5, boxes[:, 2] + 1.5)
    end_y = np.clip(label.y, boxes[:, 1] + 1, boxes[:, 3] - 1)
    away = np.hypot(end_x - label.x, end_y - label.y)
    part = np.divide(label.radius, away, out=np.zeros_like(away), where=away > label.radius)
    leaders = np.column_stack(
        [label.x + part * (end_x - label.x), label.y + part * (end_y - label.y), end_x, end_y]
    )
    # Right of the mark reads best, then left, then above and below.
    taste = np.where(across > 0.9, 0.0, np.where(across < -0.9, 1.0, 2.0 + (down > 0)))
    inward = np.hypot(away_across, away_down) - across * away_across - down * away_down
    cost = distance + taste + INWARD * inward
    if label.inside is not None:
        at = np.array([label.x, label.y])
        half = np.array([wide, high]) / 2
        boxes = np.vstack([np.concatenate([at - half, at + half]), boxes])
        leaders = np.vstack([np.concatenate([at, at]), leaders])
        cost = np.concatenate([[0.0], cost])
    return boxes, leaders, cost


def _standing(
    label: Label, boxes: np.ndarray, leaders: np.ndarray, room: Box, obstacles: Obstacles
) -> np.ndarray:
    """Return what each place would cost whatever the other labels do."""
    cost = np.zeros(len(boxes))
    outside = (
        (boxes[:, 0] < room.left)
        | (boxes[:, 1] < room.top)
        | (boxes[:, 2] > room.right)
        | (boxes[:, 3] > room.bottom)
    )
    cost[outside] = NEVER
    for box in obstacles.boxes:
        meets = boxes_meet(boxes, box, 2 * PADDING, PADDING) | lines_meet_boxes(leaders, box)
        cost[meets] = NEVER
    around = boxes + PADDING * np.array([-1.0, -1.0, 1.0, 1.0])
    for line in obstacles.lines:
        cost[lines_meet_boxes(line, around)] += ON_LINE
    if not len(obstacles.marks):
        return cost
    x, y, radius = obstacles.marks.T
    own = np.hypot(x - label.x, y - label.y) < 1e-6
    off_x = np.maximum(np.maximum(boxes[:, :1] - x, x - boxes[:, 2:3]), 0)
    off_y = np.maximum(np.maximum(boxes[:, 1:2] - y, y - boxes[:, 3:]), 0)
    away = np.hypot(off_x, off_y) - radius
    cost += (np.clip(1.0 - away[:, ~own], 0, 6) / 6 * ON_MARK).sum(axis=1)
    if own.any() and not own.all():
        doubtful = away[:, ~own].min(axis=1) <= away[:, own].min(axis=1)
        # Then a line must say whose name it is.
        cost += np.where(_lengths(leaders) > NO_LEADER, NEARER_TO_ANOTHER, NO_ONE_S) * doubtful
    near = distance_to_lines(leaders, x, y) < radius
    long = _lengths(leaders) > NO_LEADER
    return cost + LEADER_OVER_MARK * (near[:, ~own].sum(axis=1) * long).clip(max=4)


def _lengths(leaders: np.ndarray) -> np.ndarray:
    return np.asarray(np.hypot(leaders[:, 2] - leaders[:, 0], leaders[:, 3] - leaders[:, 1]))


def _against(
    boxes: np.ndarray, leaders: np.ndarray, others: Sequence[Placed]
) -> np.ndarray | float:
    """Return what each place would cost given where the other labels are."""
    if not others:
        return 0.0
    boxes, leaders = boxes[:, None], leaders[:, None]
    theirs = np.array([other.box for other in others])[None]
    covered = boxes_meet(boxes, theirs, 2 * PADDING, PADDING) | lines_meet_boxes(leaders, theirs)
    cost = NEVER * covered.any(axis=1)
    drawn = np.array([other.leader for other in others if other.needs_leader])[None]
    if drawn.size:
        cost = cost + NEVER * lines_meet_boxes(drawn, boxes).any(axis=1)
        cost = cost + LEADERS_CROSS * lines_cross(leaders, drawn).sum(axis=1)
    return np.asarray(cost)
