"""Which classification the codes of a register are of, and whether two are mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nabij.codes.trees import CLASS_DIGITS, TREES, Tree, tree
from nabij.notes import Note, note

FITTING = 0.95
"""A register is one of a classification if this share of its establishments has a code of it."""

CLEARLY = 0.03
"""A classification fits better if so much more of the establishments have a code of it."""

MIXED_FROM = 0.002
"""Two versions are mixed if this share of the establishments has a code of each that the other
lacks; less may be slips."""

FAMILY = ("sbi2008", "naf2", "nace2")
"""The trees of NACE Rev. 2, the most detailed first."""


@dataclass(frozen=True)
class Recognised:
    """The classification of a register.

    Attributes
    ----------
    tree : Tree or None
        None where no classification fits, as with categories in words.
    notes : list of Note
        Whether another fits better than the one meant, and whether versions are mixed.
    """

    tree: Tree | None
    notes: list[Note]


def recognise(
    codes: Sequence[str], counts: Sequence[int] | np.ndarray, stated: str | None = None
) -> Recognised:
    """Recognise the classification of a register.

    Parameters
    ----------
    codes : sequence of str
        Its distinct codes.
    counts : sequence of int
        Establishments with each of these.
    stated : str, optional
        The classification that the study says it is, one of `TREES`.

    Examples
    --------
    >>> recognise(["7311", "6201", "47911"], [5, 5, 5]).tree.title
    'SBI 2008'
    >>> recognise(["7311", "6220", "5829"], [5, 5, 5]).tree.title
    'NACE Rev. 2.1'
    >>> recognise(["Bar", "Restaurant"], [5, 5]).tree is None
    True
    """
    weight = np.asarray(counts, dtype=np.float64)
    total = weight.sum()
    if not total:
        return Recognised(tree(stated) if stated else None, [])
    held = {key: np.array([tree(key).holds(code) for code in codes]) for key in TREES}
    share = {key: float(weight[mask].sum() / total) for key, mask in held.items()}
    rev2 = np.logical_or.reduce([held[key] for key in FAMILY])
    either = float(weight[rev2 | held["nace21"]].sum() / total)
    old, new = _only(weight, rev2, held["nace21"]), _only(weight, held["nace21"], rev2)
    # A few codes that only the new version has say more than the many that both have.
    best = "nace21" if new and not old and share["nace21"] >= FITTING else _best(codes, share)
    if stated is None and max(share[best], either) < FITTING:
        return Recognised(None, [])
    meant = stated or best
    if old and new:
        told: Note | None = _mixed(codes, weight, rev2, held["nace21"], best)
    else:
        told = _better(codes, share, meant, best, stated)
    return Recognised(tree(meant), [told] if told else [])


def _only(weight: np.ndarray, of: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether more than slips have a code of one version that the other lacks."""
    return bool(weight[of & ~other].sum() >= MIXED_FROM * weight.sum())


def _best(codes: Sequence[str], share: dict[str, float]) -> str:
    """Return the tree that fits best; a national one only where the codes go as deep as it does."""
    most = max(share.values())
    fitting = [key for key in share if share[key] >= most - CLEARLY]
    deep = [code for code in codes if len(code) > CLASS_DIGITS]
    letters = any(code[-1:].isalpha() for code in deep)
    if not deep or letters:
        fitting = [key for key in fitting if key != "sbi2008"] or fitting
    if not letters:
        fitting = [key for key in fitting if key != "naf2"] or fitting
    return fitting[0]


def _better(
    codes: Sequence[str], share: dict[str, float], meant: str, best: str, stated: str | None
) -> Note | None:
    """Tell when the codes fit another classification better than the one meant."""
    if stated is not None:
        clearly = share[best] >= share[meant] + CLEARLY
        return _compared("codes_stated", share, best, meant) if clearly else None
    if best in FAMILY:
        return None
    # What a study in Europe means unless it says otherwise.
    return _compared("codes_fit", share, best, _best(codes, {key: share[key] for key in FAMILY}))


def _compared(key: str, share: dict[str, float], best: str, other: str) -> Note:
    # Whole per cents, and never 100 of what is not all.
    best_share, other_share = (int(100 * share[each] + 1e-9) for each in (best, other))
    return note(
        key,
        best=tree(best).title,
        best_share=best_share,
        other=tree(other).title,
        other_share=other_share,
    )


def _mixed(
    codes: Sequence[str], weight: np.ndarray, rev2: np.ndarray, rev21: np.ndarray, best: str
) -> Note:
    """Tell that some establishments have a code of NACE Rev. 2 alone and others of Rev. 2.1."""
    old, new = rev2 & ~rev21, rev21 & ~rev2
    example, other_example = (codes[int((weight * mask).argmax())] for mask in (old, new))
    return note(
        "codes_mixed",
        first=tree(best if best in FAMILY else "nace2").title,
        count=int(weight[old].sum()),
        example=example,
        second=tree("nace21").title,
        other_count=int(weight[new].sum()),
        other_example=other_example,
    )
