"""How marks show whether a number is sure: full where it is, hollow or pale where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from nabij.figures.kit.style import LAND, PAPER
from nabij.language import Language
from nabij.views.sureness import CLAIMED_FROM, SIGNIFICANT

# Lightness (ITU-R BT.601 luma) of what is pale: between land and the lightest colour of a strong
# mark, so that a pale strong colour is not a full weak one.
PALE = 0.81
LUMA = np.array([0.299, 0.587, 0.114])


def hollow(colours: Sequence[str], firm: np.ndarray) -> tuple[list[str], list[str]]:
    """Return the fills and the edges of marks: paper inside a coloured edge where not firm.

    >>> hollow(["#111111", "#222222"], np.array([True, False]))
    (['#111111', '#ffffff'], ['#ffffff', '#222222'])
    """
    pairs = [(colour, bool(full)) for colour, full in zip(colours, firm, strict=True)]
    fills = [colour if full else PAPER for colour, full in pairs]
    return fills, [PAPER if full else colour for colour, full in pairs]


def pale(colour: str) -> str:
    """Return the pale form of a colour, on land: of its hue, and as light as all others.

    >>> pale("#702a7f"), pale(LAND)
    ('#d8c8d7', '#f3f2ee')
    """
    own, ground = np.array(to_rgb(colour)), np.array(to_rgb(LAND))
    darker = float(LUMA @ (ground - own))
    kept = min((float(LUMA @ ground) - PALE) / darker, 1.0) if darker > 0 else 1.0
    red, green, blue = kept * own + (1 - kept) * ground
    return to_hex((red, green, blue))


def reason(words: Language, *, chance: str = "", few: bool = False, untested: bool = False) -> str:
    """Say why something is not shown as found.

    Parameters
    ----------
    words : Language
    chance : str
        ``"p"`` or ``"q"``: what is above its bound; empty where nothing was tested.
    few : bool
        Whether too few establishments are a reason too.
    untested : bool
        Whether some were not tested while others were; with `few`.

    >>> reason(Language("en"), chance="q", few=True)
    'not significant (q above 0.05) or fewer than 10 establishments'
    """
    key = "few" if not chance else "untested" if untested else "both" if few else "chance"
    return words.text(
        f"figures.sureness.{key}",
        sign=chance,
        bound=words.number(SIGNIFICANT, 2),
        least=words.number(CLAIMED_FROM),
    )


def why(
    words: Language,
    look: Literal["hollow", "pale", "dashed"],
    *,
    chance: str = "",
    few: bool = False,
    untested: bool = False,
) -> str:
    """Say what a hollow, pale or dashed mark means, by `reason`.

    >>> why(Language("en"), "pale", chance="p")
    'pale: not significant (p above 0.05)'
    """
    return words.text(
        f"figures.sureness.{look}", why=reason(words, chance=chance, few=few, untested=untested)
    )
