"""The sectors of a study beside each other, on the same scales.

The comparison that the article in ESB on regional clusters makes of brainport and creative
services (after Raspe et al. 2012), on one sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from nabij.figures.beside import bubbles
from nabij.figures.beside.column import WORDS, parts_of
from nabij.figures.beside.shared import Shared, shared_by
from nabij.figures.kit import dots, geography, legends, lettering
from nabij.figures.kit.drawing import overview
from nabij.figures.kit.jobs import jobs_of
from nabij.figures.kit.sheet import Box, Look, Sheet, begin, unit_text
from nabij.figures.kit.style import SMALL, SOFT, TEXT
from nabij.measures.sizes import SMALL_BELOW
from nabij.views.comparison import Comparison, comparison_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import Result, View

MOST = 6
# Up to so many sectors are named in the title.
TITLED = 3
GAP = 22.0
LEGEND = 54.0
BUBBLE_KEY = 53.0
NARROW_LEGEND = 2 * LEGEND - 8
NARROW_BUBBLE_KEY = 104.0
# Of the width, for the key to the colours.
COLOURS = 0.62


def drawn_sectors(views: Sequence[View]) -> list[View]:
    """Return the sectors with a column: those with most establishments, in the study's order."""
    ranked = sorted(range(len(views)), key=lambda at: -views[at].sector.establishments)
    return [views[at] for at in sorted(ranked[:MOST])]


@overview(when=lambda result: not result.is_scan and len(result.study.all_sectors) > 1)
def side_by_side(result: Result, look: Look) -> Figure:
    """Draw the sectors beside each other: map, D-scores, sizes and regions on the same scales.

    A colour, a length and an area mean the same in every column. Of many sectors the six with
    most establishments are drawn, in the latest year.
    """
    words = look.words
    everyone = result.latest_views
    views = drawn_sectors(everyone)
    per_row = 1 if look.narrow else 2 if len(views) in (1, 2, 4) else 3
    wide = (look.room - (per_row - 1) * GAP) / per_row
    shared = shared_by(views, wide)
    parts = parts_of(views, shared, words, wide)
    column = sum(height for height, _ in parts)
    rows = -(-len(views) // per_row)
    above = NARROW_LEGEND if look.narrow else LEGEND
    below = NARROW_BUBBLE_KEY if look.narrow else BUBBLE_KEY
    key = below if shared.bubbles else 0.0
    sheet = begin(
        result,
        look,
        title=_title(everyone, words),
        finding=finding_of(comparison_of(everyone), words),
        lines=_lines(result, everyone, views, shared, words),
        notes=_notes(views, shared, words),
        height=above + rows * column + (rows - 1) * GAP + key,
    )
    body = sheet.body
    _legend(sheet, views, shared)
    for at, view in enumerate(views):
        row, place = divmod(at, per_row)
        left, top = body.left + place * (wide + GAP), body.top + above + row * (column + GAP)
        for height, draw in parts:
            draw(sheet, view, Box(left, top, wide, height), shared)
            top += height
    if shared.bubbles:
        bubbles.legend(sheet, views, shared.bubbles, body.bottom - key)
    return sheet.figure


def _title(everyone: Sequence[View], words: Language) -> str:
    names = [lettering.clean(view.sector.name) for view in everyone]
    if len(names) <= TITLED:
        return words.text(WORDS + "title", sectors=words.listing(names))
    return words.text(WORDS + "title_many", count=words.number(len(names)))


def finding_of(found: Comparison, words: Language) -> str:
    """Say which sector is nearest together, and what its establishments are against the last's."""
    if not found.apart:
        return ""
    first, last = found.ranked[0], found.ranked[-1]
    sized = bool(np.isfinite([first.small, last.small]).all())
    return words.text(
        WORDS + ("finding_sizes" if sized else "finding"),
        first=lettering.clean(first.name),
        last=lettering.clean(last.name),
        small=words.share(first.small),
        against=words.share(last.small),
        below=SMALL_BELOW,
    )


def _lines(
    result: Result,
    everyone: Sequence[View],
    views: Sequence[View],
    shared: Shared,
    words: Language,
) -> list[str]:
    """Return what is said below the title: how to read it, the year, what is left out."""
    symbols = next(iter(shared.symbols.values()))
    key = "subtitle" if symbols.by == "jobs" else "subtitle_plain"
    lines = [symbols.told(words), words.text(WORDS + key)]
    more = []
    if result.years[-1] is not None:
        more.append(words.text(WORDS + "year", year=str(result.years[-1])))
    if len(views) < len(everyone):
        left_out = words.number(len(everyone) - len(views))
        more.append(
            words.text(WORDS + "left_out", drawn=words.number(len(views)), left_out=left_out)
        )
    return [*lines, " ".join(more)] if more else lines


def _notes(views: Sequence[View], shared: Shared, words: Language) -> list[str]:
    """Return what a reader must know of jobs and of what lies off the maps."""
    if views[0].has_jobs:
        notes = [words.text("common.estimated")] if views[0].sector.jobs_estimated else []
    else:
        notes = [words.text("common.no_jobs")]
    counted = {
        "jobs_unknown": [int(np.isnan(jobs_of(view.establishments)).sum()) for view in views],
        "off_map": [_off_map(view, shared.bounds) for view in views],
    }
    if not views[0].has_jobs:
        del counted["jobs_unknown"]
    for key, counts in counted.items():
        named = [
            words.text(
                WORDS + "item",
                sector=lettering.clean(view.sector.name),
                count=words.number(count),
            )
            for view, count in zip(views, counts, strict=True)
            if count
        ]
        if named:
            notes.append(words.text(WORDS + key, sectors=words.listing(named)))
    return notes


def _off_map(view: View, bounds: Sequence[float]) -> int:
    x, y = (view.establishments[key].to_numpy(dtype=float) for key in ("x", "y"))
    known = np.isfinite(x) & np.isfinite(y)
    return int((known & ~geography.on_map(x, y, bounds)).sum())


def _legend(sheet: Sheet, views: Sequence[View], shared: Shared) -> None:
    """Draw the one key to the colours and the dots of all maps."""
    words, body = sheet.language, sheet.body
    unit, name = unit_text(views[0].sector.unit), words.text(WORDS + "score")
    narrow = sheet.look.narrow
    room = body.width if narrow else COLOURS * body.width
    sheet.write(body.left, body.top + TEXT, name, face="bold")
    left = body.left + lettering.width(name, TEXT, "bold") + 6
    text = words.text(WORDS + ("score_unit" if unit else "score_plain"), unit=unit)
    text = lettering.cut(text, body.left + room - left, SMALL)
    sheet.write(left, body.top + TEXT, text, size=SMALL, colour=SOFT)
    bar = Box(body.left, body.top + TEXT + 6, room, 0)
    legends.score_row(sheet, bar, sheet.palette.steps(len(shared.classes) + 1), shared.classes)
    first = shared.symbols[views[0].sector.name]
    values = np.concatenate([each.values for each in shared.symbols.values()])
    shown = dots.legend_jobs(values, first.sizes)
    if shown:
        key = "at_most_or_unknown" if np.isnan(values).any() else "at_most"
        left = body.left if narrow else body.left + room + 26
        top = body.top + (LEGEND if narrow else 0.0)
        name = words.text(f"figures.dot_map.{first.legend}")
        sheet.write(left, top + TEXT, name, face="bold")
        legends.size_row(
            sheet,
            left,
            top + TEXT + 14,
            shown,
            first.sizes,
            at_most=lambda number: words.text(f"figures.{key}", number=number),
        )
