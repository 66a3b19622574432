"""Where the sector clusters, whatever the borders: areas on a map, and the largest in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from nabij.figures.kit import classes, geography, legends, lettering, outlines, ranking, sure
from nabij.figures.kit.drawing import figure
from nabij.figures.kit.ranking import Column, Ranking, Row
from nabij.figures.kit.sheet import Box, Look, Sheet, begin, empty
from nabij.figures.kit.style import INK, PAPER, SMALL, SOFT, THIN, TINY, Palette
from nabij.views.bounds import score_bounds
from nabij.views.clusters import sure_clusters
from nabij.views.sureness import CLAIMED_FROM, numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nabij.language import Language
    from nabij.views import View

COLUMN = 132.0
GAP = 20.0
TALLEST = 430.0
LEAST_HIGH = 210.0
NARROW_LEGEND = 170.0
FOOT = 24.0
# So many are in the list, and so many of them named on the map.
MOST, NAMED = 15, 8
NARROW_NAMED = 3
NAME_ROOM = 120.0
# Shares of the clusters below each bound of the colours.
SHARES = (0.25, 0.5, 0.75)
DOT = 7.0
NUMBER, PLACE, QUOTIENT, COUNT, AREA, STABILITY, TYPE = 26.0, 176.0, 34.0, 42.0, 44.0, 40.0, 112.0
WORDS = "figures.clusters."


@figure(when=lambda view: len(view.clusters) > 0)
def clusters(result: View, look: Look) -> Figure:
    """Draw the clusters free of borders: their areas by location quotient, the largest in a list.

    What is not significant, or of few establishments, is dashed on the map and hollow in the
    list, and has no name on the map.
    """
    words, colours = look.words, look.palette
    bounds, _ = geography.extent_of(result)
    found = outlines.ranked(result.clusters)
    beside = 0.0 if look.narrow else COLUMN + GAP
    place = geography.fitted(bounds, Box(0, 0, look.room - beside, TALLEST))
    high = max(place.height + FOOT, LEAST_HIGH)
    firm = sure_clusters(found).firm
    inner = score_bounds(numbers(found, "location_quotient")[firm], SHARES)
    made = replace(_ranking(found, firm, inner, words, colours), narrow=look.narrow)
    extra = NARROW_LEGEND if look.narrow else 0.0
    sheet = begin(
        result,
        look,
        title=words.text(WORDS + "title", sector=lettering.clean(result.sector.name)),
        finding=_finding(result, words),
        lines=_lines(result, words, firm),
        notes=[words.text(WORDS + "holds_note")] if len(found) else [],
        height=high + extra + GAP + made.height if len(found) else 160.0,
    )
    if found.empty:
        empty(sheet, words.text(WORDS + "empty"))
        return sheet.figure
    body = sheet.body
    box = Box(body.left, body.top, place.width, place.height)
    _map(sheet, result, box, inner)
    geography.scale_bar(sheet, box, bounds, box.left, box.bottom + FOOT - 6)
    if look.narrow:
        _legend(sheet, Box(body.left, box.bottom + FOOT + 12, body.width, extra), found, inner)
    else:
        _legend(sheet, Box(body.right - COLUMN, body.top, COLUMN, high), found, inner)
    _spots(sheet, box, bounds, outlines.on_map(found, bounds))
    top = body.top + high + extra + GAP
    ranking.draw(sheet, Box(body.left, top, body.width, made.height), made)
    return sheet.figure


def _finding(result: View, words: Language) -> str:
    """Say how much of the sector is in the clusters that are sure, and which is the largest."""
    found = result.findings.clusters
    if found.verdict not in ("one", "several"):
        return ""
    return words.text(
        WORDS + f"finding_{found.verdict}",
        count=found.firm,
        share=words.share(found.share_firm),
        name=lettering.clean(found.largest["name"].iloc[0]),
    )


def _lines(result: View, words: Language, firm: np.ndarray) -> list[str]:
    """Return what is said below the title: what a cluster is, and how many there are."""
    reference = lettering.clean(result.sector.reference_name) or words.text(WORDS + "register")
    history = result.history
    row = history if result.year is None else history[history["year"] == result.year]
    share = numbers(row, "share_in_clusters")
    known = len(share) == 1 and bool(np.isfinite(share[0]))
    counts = words.text(
        WORDS + ("counts_share" if known else "counts"),
        clusters=words.number(len(firm)),
        firm=words.number(int(firm.sum())),
        least=words.number(CLAIMED_FROM),
        share=words.percent(float(share[0]) if known else np.nan),
        n=words.number(result.sector.establishments),
    )
    return [words.text(WORDS + "subtitle", reference=reference), *([counts] if len(firm) else [])]


def _fills(quotients: np.ndarray, inner: list[float], colours: Palette) -> list[str]:
    """Return the colour of each location quotient."""
    steps = np.array([*colours.steps(len(inner) + 1), PAPER], dtype=object)
    return [str(fill) for fill in steps[classes.class_of(quotients, inner)]]


def _map(sheet: Sheet, result: View, box: Box, inner: list[float]) -> None:
    """Draw the land, the areas on it and the names of the largest."""
    bounds, _ = geography.extent_of(result)
    found = outlines.on_map(result.clusters, bounds)
    firm = sure_clusters(found).firm
    axes = geography.ground(sheet, box, result)
    shapes = outlines.areas(found, (bounds[2] - bounds[0]) / box.width)
    fills = _fills(numbers(found, "location_quotient"), inner, sheet.palette)
    # Small ones lie on large ones.
    order = np.flatnonzero(firm)[np.argsort([-shape.area for shape in shapes[firm]], kind="stable")]
    if len(order):
        geography.draw_shapes(
            axes,
            shapes[order],
            facecolor=[fills[at] for at in order],
            edgecolor=INK,
            linewidth=THIN * 0.7,
            zorder=6,
            label="areas",
        )
    outlines.draw_outlines(axes, shapes[~firm], np.zeros(int((~firm).sum()), dtype=bool))
    names = [
        outlines.name_of(sheet.language, row, room=NAME_ROOM, size=SMALL)
        for _, row in found[firm][: NARROW_NAMED if sheet.look.narrow else NAMED].iterrows()
    ]
    outlines.write_names(sheet, box, bounds, shapes[firm], names)


def _spots(sheet: Sheet, box: Box, bounds: Sequence[float], found: pd.DataFrame) -> None:
    """Tell more within the areas, small ones on large ones."""
    per_point = (bounds[2] - bounds[0]) / box.width
    shapes = geography.simplified(outlines.areas(found, per_point), per_point)
    if len(shapes) != len(found):
        return
    words = sheet.language
    for at in np.argsort([-shape.area for shape in shapes], kind="stable"):
        row = found.iloc[at]
        rings = [
            np.column_stack(
                [
                    box.left + (ring[:, 0] - bounds[0]) / per_point,
                    box.bottom - (ring[:, 1] - bounds[1]) / per_point,
                ]
            )
            for ring in (
                shapely.get_coordinates(part.exterior) for part in shapely.get_parts(shapes[at])
            )
        ]
        told = words.text(
            WORDS + "spot",
            number=int(row["cluster"]),
            name=lettering.clean(row["name"]),
            n=int(row[outlines.COUNT]),
            lq=words.number(row["location_quotient"], 1),
            area=words.number(row["area_km2"], 1),
        )
        sheet.area_spot(rings, told)


def _legend(sheet: Sheet, box: Box, found: pd.DataFrame, inner: list[float]) -> None:
    """Explain the colours, the dashes and the names."""
    words = sheet.language
    sureness = sure_clusters(found)
    y = box.top
    if sureness.firm.any():
        y = legends.heading(
            sheet, box, words.text(WORDS + "quotient"), words.text(WORDS + "quotient_note"), lines=4
        )
        colours = sheet.palette.steps(len(inner) + 1)
        steps = Box(box.left, y, box.width, 0)
        y = legends.score_steps(sheet, steps, colours, inner) + 10
        rows = lettering.wrap(words.text(WORDS + "named"), box.width, TINY, lines=4)
        y = sheet.paragraph(box.left, y, rows, size=TINY, colour=SOFT) + 8
    if not sureness.firm.all():
        reason = sure.why(words, "dashed", chance="p" if sureness.tested else "", few=True)
        outlines.key(sheet, Box(box.left, y, box.width, 0), [(False, reason)])


def _ranking(
    found: pd.DataFrame, firm: np.ndarray, inner: list[float], words: Language, colours: Palette
) -> Ranking:
    """Return the list of the largest: n, location quotient, area, how firm, and what type."""
    quotients = numbers(found, "location_quotient")
    fills = _fills(quotients, inner, colours)
    areas, stability = (numbers(found, key) for key in ("area_km2", "stability"))
    rows: list[Row | str] = []
    for at in range(min(len(found), MOST)):
        row = found.iloc[at]
        rows.append(
            Row(
                before=(words.number(row["cluster"]), lettering.clean(row["name"])),
                ratio=float(quotients[at]),
                fill=fills[at] if firm[at] else colours.quiet,
                diameter=DOT,
                after=(
                    words.number(float(quotients[at]), 1),
                    words.number(float(row[outlines.COUNT])),
                    words.number(float(areas[at]), 0 if areas[at] >= 9.95 else 1),
                    words.percent(float(stability[at])),
                    type_text(words, row.get("type")) if firm[at] else "",
                ),
                firm=bool(firm[at]),
            )
        )
    if len(found) > MOST:
        rows.append(words.text(WORDS + "between", count=words.number(len(found) - MOST)))

    def head(key: str) -> str:
        return words.text(WORDS + key)

    before = (Column("", NUMBER, "right", SOFT), Column(head("where"), PLACE))
    after = (
        Column(head("lq"), QUOTIENT, "right"),
        Column(head("establishments"), COUNT, "right"),
        Column(head("area"), AREA, "right", SOFT),
        Column(head("stability"), STABILITY, "right", SOFT),
        Column(head("type"), TYPE, "right", SOFT),
    )
    return Ranking(before, after, rows)


def type_text(words: Language, kind: str | None) -> str:
    """Write the type of a cluster; nothing where it has none.

    >>> from nabij.language import Language
    >>> type_text(Language("nl"), "few_large_spread"), type_text(Language("nl"), "")
    ('naar verhouding groot, ver uit elkaar', '')
    """
    return str(words.section("figures")["types"].get(kind, ""))
