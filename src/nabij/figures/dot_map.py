"""Where the sector is: a symbol a place.

Figures 1 and 3 of the article in ESB on regional clusters (after Raspe et al. 2012).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb

from nabij.figures.kit import (
    classes,
    dots,
    geography,
    insets,
    labels,
    legends,
    lettering,
    outlines,
    sure,
)
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.floor import floor_note
from nabij.figures.kit.jobs import jobs_notes, jobs_text
from nabij.figures.kit.sheet import Box, Look, Sheet, begin, empty, score_text, unit_text
from nabij.figures.kit.style import INK, NO_SCORE, PAPER, SOFT, TINY
from nabij.figures.kit.symbols import Symbols, symbols_of
from nabij.views.clusters import sure_clusters
from nabij.views.confidential import FEWEST_IN_CELL
from nabij.views.places import places_of
from nabij.views.sureness import numbers

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

COLUMN = 152.0
GAP = 22.0
BETWEEN = 14.0
TALLEST = 500.0
NARROW_TALLEST = 330.0
# Below the map, for the scale bar.
FOOT = 24.0
# So many of the largest clusters are named, and places with a number.
NAMED = 6
NUMBERED = 8
SPOTS = 300
WORDS = "figures.dot_map."
Part = Callable[[Sheet, Box], float]
Stack = tuple[Box, tuple[Part, ...]]


@dataclass(frozen=True)
class Layout:
    """Where in the body the stacks of legends are, how high all is, and how much is left empty."""

    stacks: tuple[Stack, ...]
    height: float
    empty: float


@figure()
def dot_map(result: View, look: Look) -> Figure:
    """Draw the places of the sector: colour the mean D-score there, area the jobs.

    Figures 1 and 3 of the article. A symbol is a place, with all establishments at the same
    coordinates. Where more than a quarter of the symbols would lie for more than half under
    others, circles in the cells of a grid of hexagons are drawn instead, their area the
    establishments. Classes of colour are those of the study, so sectors can be compared. The small
    map shows the relative D-score, the mean by cell: is the sector more clustered there than a
    random draw from the reference would be?

    Lines are the edges of clusters; of these the largest are named. Thin colours and dashes are of
    what is not significant.
    """
    words, sector = look.words, result.sector
    places = places_of(result.establishments)
    bounds, _ = geography.extent_of(result)
    arranged = [_arranged(result, look, bounds, beside=each) for each in _choices(look, bounds)]
    place, symbols, layout = min(arranged, key=lambda each: each[2].empty)
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + "title", sector=lettering.clean(sector.name)),
        finding=_finding(result, words),
        lines=[
            symbols.told(words),
            words.text(
                WORDS + ("counts" if result.has_jobs else "counts_plain"),
                establishments=words.number(sector.establishments),
                jobs=jobs_text(result, words, sector.jobs, "national"),
                mean=score_text(words, sector.mean_d_score, sector.unit),
            ),
        ],
        notes=_notes(result, symbols, places, words),
        height=layout.height,
    )
    body = sheet.body
    if not len(places):
        empty(sheet, words.text(WORDS + "empty"))
        return sheet.figure
    box = Box(body.left + place.left, body.top, place.width, place.height)
    _map(sheet, result, box, symbols)
    geography.scale_bar(sheet, box, bounds, box.left, box.bottom + FOOT - 6)
    for stack, parts in layout.stacks:
        left, top = body.left + stack.left, body.top + stack.top
        _stacked(sheet, Box(left, top, stack.width, stack.height), parts)
    return sheet.figure


def _choices(look: Look, bounds: Sequence[float]) -> list[bool]:
    """Return whether legends may stand beside the map: of one about as wide as high, both."""
    if look.narrow:
        return [False]
    wide, high = bounds[2] - bounds[0], bounds[3] - bounds[1]
    return [each for each, fits in ((True, wide <= 1.4 * high), (False, wide >= high)) if fits]


def _arranged(
    result: View, look: Look, bounds: Sequence[float], *, beside: bool
) -> tuple[Box, Symbols, Layout]:
    """Return the place of the map, its symbols and the place of the legends."""
    wide = look.room - COLUMN - GAP if beside else look.room
    tallest = NARROW_TALLEST if look.narrow else TALLEST
    place = geography.fitted(bounds, Box(0, 0, wide, tallest), align=0.5)
    (symbols,) = symbols_of([result.establishments], bounds, place)
    return place, symbols, _layout(result, look, place, symbols, beside=beside)


def _layout(result: View, look: Look, place: Box, symbols: Symbols, *, beside: bool) -> Layout:
    """Set the legends beside the map, below it, or on a telephone in one column below it."""
    score = partial(_score_legend, result=result, symbols=symbols)
    size = partial(_size_legend, symbols=symbols)
    clusters = partial(_cluster_legend, result=result)
    relative, where = _small(insets.relative, result), _small(insets.where, result)
    wide = look.room if look.narrow else COLUMN
    # What the legends need depends on what they say: they are drawn once on a sheet of scrap.
    scrap = begin(result, look, title="", lines=[], height=10.0)
    every = (score, size, clusters, relative, where)
    high = {part: part(scrap, Box(0, 0, wide, 0)) for part in every}

    def needed(parts: Sequence[Part]) -> float:
        return sum(high[part] + BETWEEN for part in parts if high[part])

    def in_columns(top: float, stacks: Sequence[Sequence[Part]]) -> list[Stack]:
        filled = [tuple(parts) for parts in stacks if needed(parts)]
        return [(Box(at * (COLUMN + GAP), top, wide, 0), each) for at, each in enumerate(filled)]

    below = place.height + FOOT
    if look.narrow:
        stacks = in_columns(below + 6, [every])
    elif not beside:
        stacks = in_columns(below + 12, [(score,), (size, clusters, where), (relative,)])
    else:
        # Of these the lowest: a tall column would leave an empty corner.
        rows: list[tuple[Part, ...]]
        rows = [(), (clusters,), (where,), (relative,), (clusters, where), (relative, clusters)]

        def total(row: Sequence[Part]) -> float:
            column = needed([part for part in every if part not in row])
            return max(column, below + max((needed([part]) for part in row), default=0.0))

        row = min(rows, key=total)
        column = tuple(part for part in every if part not in row)
        stacks = [(Box(look.room - COLUMN, 0, COLUMN, 0), column)]
        # One alone has the width of two: its names need not be cut short.
        under = 2 * COLUMN + GAP if len(row) == 1 else COLUMN
        stacks += [
            (Box(at * (COLUMN + GAP), below + 8, under, 0), (part,)) for at, part in enumerate(row)
        ]
    height = max(below, *(box.top + needed(parts) - BETWEEN for box, parts in stacks)) + 6
    used = place.width * below + sum(box.width * needed(parts) for box, parts in stacks)
    return Layout(tuple(stacks), height, 1 - used / (look.room * height))


def _small(draw: Callable[[Sheet, View, Box], float], result: View) -> Part:
    return lambda sheet, box: draw(sheet, result, box)


def _stacked(sheet: Sheet, box: Box, parts: Sequence[Part]) -> None:
    """Draw parts below each other, those that have something to say."""
    y = box.top
    for part in parts:
        bottom = part(sheet, Box(box.left, y, box.width, 0))
        y = bottom + BETWEEN if bottom > y else y


def _finding(result: View, words: Language) -> str:
    """Say whether the sector is nearer together than a random draw, and where most."""
    found, sector = result.findings, result.sector
    if found.clustering not in ("more", "slightly", "chance", "not"):
        return ""
    reference = lettering.clean(sector.reference_name) or words.text(WORDS + "register")
    said = words.text(
        f"{WORDS}finding_{found.clustering}",
        sector=lettering.clean(sector.name),
        reference=reference,
        beside=words.beside(sector.relative_d_score, alone=True),
    )
    if not found.region_stands_out:
        return said
    region = lettering.clean(found.most_concentrated["name"].iloc[0])
    return words.text(WORDS + "finding_where", finding=said, region=region)


def _notes(result: View, symbols: Symbols, places: pd.DataFrame, words: Language) -> list[str]:
    """Return the small print: places, floor, what is hidden and what is off the map."""
    known, shown = (int(each["establishments"].sum()) for each in (places, symbols.table))
    counted = [floor_note(result, words)]
    if symbols.hidden > 0:
        share = words.share(symbols.hidden)
        counted.append(words.text(WORDS + "hidden", share=share))
    if known > shown:
        counted.append(words.text(WORDS + "off_map", n=known - shown))
    return [*jobs_notes(result, words), " ".join(counted)]


def _map(sheet: Sheet, result: View, box: Box, symbols: Symbols) -> None:
    """Draw land, symbols, numbers and clusters."""
    axes = geography.ground(sheet, box, result)
    score = numbers(symbols.table, "d_score")
    inner = result.score_bounds
    fills = [*sheet.palette.steps(len(inner) + 1), NO_SCORE]
    class_of = classes.class_of(score, inner)
    x, y = numbers(symbols.table, "x"), numbers(symbols.table, "y")
    dots.draw_dots(axes, x, y, symbols.diameter, class_of, fills)
    bounds, _ = geography.extent_of(result)
    per_point = (bounds[2] - bounds[0]) / box.width
    left, top = box.left + (x - bounds[0]) / per_point, box.bottom - (y - bounds[1]) / per_point
    marks = np.column_stack([left, top, symbols.diameter / 2])
    if not symbols.across:
        _numbers(sheet, box, symbols, marks, [fills[each] for each in class_of])
    _spots(sheet, result, symbols, marks)
    clusters = outlines.on_map(result.clusters, bounds)
    if clusters.empty:
        return
    areas = outlines.areas(clusters, per_point)
    firm = sure_clusters(clusters).firm
    outlines.draw_outlines(axes, areas, firm)
    names = [sheet.language.number(number) for number in clusters[firm]["cluster"][:NAMED]]
    outlines.write_names(sheet, box, bounds, areas[firm], names, face="bold")


def _numbered(symbols: Symbols) -> np.ndarray:
    """Return the rows of the places that have most establishments, several of them."""
    count = symbols.table["establishments"].to_numpy()
    most = np.argsort(-count, kind="stable")[:NUMBERED]
    return most[count[most] >= FEWEST_IN_CELL]


def _numbers(
    sheet: Sheet, box: Box, symbols: Symbols, marks: np.ndarray, fills: Sequence[str]
) -> None:
    """Write how many establishments are at the places with most."""
    wanted = []
    for at in _numbered(symbols):
        dark = float(np.dot(sure.LUMA, to_rgb(fills[at]))) < 0.55
        text = f"×{sheet.language.number(symbols.table['establishments'].iloc[at])}"
        x, y, radius = (float(each) for each in marks[at])
        fits = lettering.width(text, TINY) + 2 <= 2 * radius
        inside = (PAPER if dark else INK) if fits else None
        wanted.append(labels.Label(x, y, radius, text, TINY, inside=inside))
    near = marks[np.argsort(-marks[:, 2], kind="stable")[:200]]
    labels.draw(sheet, labels.place(wanted, box, labels.Obstacles(marks=near)), halo=1.6)


def _spots(sheet: Sheet, result: View, symbols: Symbols, marks: np.ndarray) -> None:
    """Tell more of the places with most establishments; of one or two it would tell too much."""
    words, level = sheet.language, geography.coarsest_level(result)
    count = symbols.table["establishments"].to_numpy()
    most = np.argsort(-count, kind="stable")[:SPOTS]
    of_level = result.regions[result.regions["level"] == level]
    names = dict(zip(of_level["code"], of_level["name"], strict=True))
    table = result.establishments
    # Small symbols lie on large ones, in the figure as under the pointer.
    for at in np.sort(most[count[most] >= FEWEST_IN_CELL]):
        row = symbols.table.iloc[at]
        code = table[level].iloc[int(row["row"])] if level in table else ""
        known = result.has_jobs and np.isfinite(row["jobs"])
        said = words.text(
            WORDS + ("spot" if known else "spot_plain"),
            n=int(row["establishments"]),
            jobs=words.number(row["jobs"]) if known else "",
        )
        name = lettering.clean(str(names.get(code, "")))
        x, y, radius = (float(each) for each in marks[at])
        sheet.round_spot(x, y, max(radius, 2.5), f"{name}: {said}" if name else said)


def _score_legend(sheet: Sheet, box: Box, *, result: View, symbols: Symbols) -> float:
    """Explain the colours that are there: from which score to which, and how many have it."""
    sector, words = result.sector, sheet.language
    unit = unit_text(sector.unit)
    plain = result.study.dscore.decay.is_plain
    said = words.text(WORDS + ("unit" if plain else "unit_other"), unit=unit) if unit else ""
    y = legends.heading(sheet, box, words.text(WORDS + "score"), said)
    inner = result.score_bounds
    score = numbers(symbols.table, "d_score")
    class_of = classes.class_of(score, inner)
    shares = symbols.class_shares(inner)
    fills = sheet.palette.steps(len(inner) + 1)
    rows = []
    for at in range(len(inner), -1, -1):
        own = score[class_of == at]
        if len(own):
            ends = list(dict.fromkeys(words.score(end) for end in (own.min(), own.max())))
            rows.append((fills[at], "–".join(ends), words.share(shares[at])))
    if shares[-1]:
        rows.append((NO_SCORE, words.text(WORDS + "no_score"), words.share(shares[-1])))
    wide = min(box.width, legends.CLASS_ROW)
    head = words.text(WORDS + "shares")
    sheet.write(box.left + wide, y + TINY, head, size=TINY, align="right", colour=SOFT)
    y = legends.class_rows(sheet, Box(box.left, y + TINY + 4, box.width, 0), rows)
    if np.isfinite(sector.mean_d_score):
        mean = words.text(WORDS + "mean", mean=words.score(sector.mean_d_score))
        y = sheet.paragraph(box.left, y + 3, lettering.wrap(mean, box.width, TINY), size=TINY)
    return y


def _size_legend(sheet: Sheet, box: Box, *, symbols: Symbols) -> float:
    """Explain the areas, and the numbers beside the largest."""
    words, sizes = sheet.language, symbols.sizes
    shown = dots.legend_jobs(symbols.values, sizes)
    if not shown:
        return box.top
    unknown = np.isnan(symbols.values).any()
    key = "figures.at_most_or_unknown" if unknown else "figures.at_most"
    if symbols.by == "jobs" and sizes.least_jobs < 1 and not np.all(symbols.values > 0):
        shown, key = [*shown, 0], WORDS + ("none_or_unknown" if unknown else "none")
    y = legends.heading(sheet, box, words.text(WORDS + symbols.legend))
    y = legends.size_steps(
        sheet, box.left, y - 1, shown, sizes, at_most=lambda number: words.text(key, number=number)
    )
    if symbols.across or not len(_numbered(symbols)):
        return y
    most = int(symbols.table["establishments"].max())
    text = words.text(WORDS + "number", n=most)
    return sheet.paragraph(box.left, y + 3, lettering.wrap(text, box.width, TINY), size=TINY)


def _cluster_legend(sheet: Sheet, box: Box, *, result: View) -> float:
    """Say what the outlines are, those that are there; return the bottom."""
    words = sheet.language
    clusters = outlines.on_map(result.clusters, geography.extent_of(result)[0])
    if clusters.empty:
        return box.top
    found = sure_clusters(clusters)
    y = legends.heading(sheet, box, words.text(WORDS + "clusters")) - 2
    if found.firm.any():
        solid = [(True, words.text(WORDS + "cluster"))]
        y = outlines.key(sheet, Box(box.left, y, box.width, 0), solid)
        names = [
            outlines.name_of(words, row, room=box.width - 19, size=TINY)
            for _, row in clusters[found.firm][:NAMED].iterrows()
        ]
        y = sheet.paragraph(box.left + 19, y - 2, names, size=TINY) + 4
    if not found.firm.all():
        reason = sure.why(words, "dashed", chance="p" if found.tested else "", few=True)
        y = outlines.key(sheet, Box(box.left, y, box.width, 0), [(False, reason)])
    return y
