"""The one entrance: `sums`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nabij.proximity.arguments import FARTHEST, SHORTEST, points_of, weights_of
from nabij.proximity.exact import exact_sums
from nabij.proximity.kernels import KERNELS, Kernel
from nabij.proximity.work import Progress, default_threads

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

POWERS = frozenset((1, 2, 3))

EXACT_PAIRS = 6000**2
"""Up to this many pairs exact sums take some hundredths of a second, and need no tree compiled."""

COUNTED = 1e-12
"""Relative error of sums that are counted exactly: the rounding of adding in another order."""

FINER = 3
"""Orders added when the first attempt missed the wanted error: some 50 times less error."""


class AccuracyError(RuntimeError):
    """The engine checked its own sums and they missed the wanted accuracy."""


@dataclass(frozen=True, eq=False)
class ProximitySums:
    """Sums of a distance-decay function, and how they were made.

    Attributes
    ----------
    values : float64 array, shape (n_powers, n_weight_vectors, n_targets)
        ``values[q, v, i]`` is the sum over the sources j of ``weights[v, j] f(d_ij)^powers[q]``.
    method : str
        ``"exact"`` or ``"tree"``.
    rtol : float
        The wanted relative error of every value.
    checked_error : float or None
        The largest relative error found by comparing a sample of the targets with exact sums;
        None when all sums are exact.
    unit : str
        Unit of f when coordinates are in metres; power q has this unit to the power q.
    """

    values: Floats
    method: str
    rtol: float
    checked_error: float | None
    unit: str


def prepare() -> None:
    """Begin what large sums need on a machine that never made any, in another process.

    Compiling takes some seconds, once; called early, it costs none.
    """
    from nabij.proximity import tree

    if default_threads() > 1:
        tree.prepare()


def sums(
    targets: ArrayLike,
    sources: ArrayLike | None = None,
    *,
    own: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    kernel: str = "inverse",
    floor: float = 100.0,
    scale: float | None = None,
    powers: Sequence[int] = (1,),
    rtol: float = 1e-6,
    method: Literal["auto", "exact", "tree"] = "auto",
    threads: int | None = None,
    progress: Progress | None = None,
) -> ProximitySums:
    """Sum a function of distance from every target to all sources.

    Parameters
    ----------
    targets : array_like, shape (n, 2)
        Coordinates in metres.
    sources : array_like, shape (m, 2), optional
        Coordinates in metres. By default the targets themselves, each left out of its own sum.
    own : array_like of int, shape (n,), optional
        For targets that are among the sources: the index of each target in `sources`, to be left
        out of its sum, or -1. The coordinates must be the same in both.
    weights : array_like, shape (m,) or (k, m), optional
        Weights of the sources, not negative; one vector or several at once. By default 1.
    kernel : str
        A name in `KERNELS`: ``inverse`` 1 / max(d, floor), ``shifted`` 1 / (d + scale),
        ``exponential`` exp(-d / scale), ``gaussian`` exp(-(d / scale)^2 / 2), ``within`` 1 for
        d <= scale.
    floor : float
        Shortest distance, metres; for ``inverse`` only (the others are finite at 0).
    scale : float, optional
        Length in metres; for every kernel but ``inverse``.
    powers : sequence of int
        Which powers of f to sum, out of 1, 2 and 3.
    rtol : float
        Wanted relative error of every value, 1e-3 to 1e-9 (or less: then sums are exact).
    method : {"auto", "exact", "tree"}
        By default exact where that is quick, and by tree above.
    threads : int, optional
        By default all cores. The values are the same bit by bit for any number.
    progress : callable, optional
        Called between chunks with a message and the fraction done; may raise to cancel.

    Returns
    -------
    ProximitySums

    Raises
    ------
    ValueError
        If an argument cannot be used; the message says which and what was expected.
    AccuracyError
        If the sums missed `rtol` in the engine's own check.

    Examples
    --------
    >>> from nabij.proximity import sums
    >>> p = sums([[0, 0], [300, 400], [300, 400]])
    >>> p.values[0, 0]
    array([0.004, 0.012, 0.012])
    >>> p.method, p.unit
    ('exact', '1/m')
    """
    chosen, length = _kernel(kernel, floor, scale)
    at, among = _coordinates(targets, sources)
    itself = _own(own, at, among)
    load = weights_of(weights, len(among))
    wanted = _powers(powers)
    if not 0 < rtol < 1:
        raise ValueError(f"rtol must be between 0 and 1, not {rtol!r}; the default is 1e-6")
    if method not in ("auto", "exact", "tree"):
        raise ValueError(f"method must be 'auto', 'exact' or 'tree', not {method!r}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be at least 1, not {threads!r}")
    top = max(wanted)
    vectors = 1 if load is None else len(load)
    pairs = len(at) * len(among)
    common = (at, among, itself, load, chosen, length)
    error: float | None = None
    exact = method == "exact" or (method == "auto" and pairs <= EXACT_PAIRS) or not pairs * vectors
    if progress is not None:
        from nabij.proximity.compiled import is_prepared

        if not is_prepared(chosen, top, tree=not exact, several=vectors > 1):
            progress("Preparing the fast sums (once)", 0.0)
    if exact:
        found = exact_sums(*common, top, threads, progress)
    else:
        found, error = _by_tree(common, top, rtol, threads or default_threads(), progress)
    values = found if wanted == tuple(range(1, top + 1)) else found[[q - 1 for q in wanted]]
    how = "exact" if exact else "tree"
    if not values.flags.c_contiguous:
        values = values.copy()
    return ProximitySums(values, how, rtol, error, chosen.unit)


def _by_tree(
    common: tuple[Floats, Floats, Integers | None, Floats | None, Kernel, float],
    powers: int,
    rtol: float,
    threads: int,
    progress: Progress | None,
) -> tuple[Floats, float | None]:
    """Return the sums and their checked error; a missed `rtol` gets one finer attempt."""
    from nabij.proximity.accuracy import checked_error, settings_for
    from nabij.proximity.places import bounds
    from nabij.proximity.tree import tree_sums

    targets, sources, kernel = common[0], common[1], common[4]
    each = bounds(targets) + ([] if sources is targets else bounds(sources))
    extent = max(high for _, high in each) - min(low for low, _ in each)
    error = math.inf
    for extra, span in ((0, (0.0, 0.95)), (FINER, (0.5, 0.95))):
        settings = settings_for(kernel, rtol, powers, extent, extra)
        found = tree_sums(*common, powers, settings, threads, progress, span)
        if progress is not None:
            progress("Checking a sample of the sums", span[1])
        error = checked_error(found, *common, threads)
        if progress is not None:
            progress("Checking a sample of the sums", 1.0)
        if not kernel.smooth and error <= COUNTED:
            return found, None
        if kernel.smooth and error <= rtol:
            return found, error
    raise AccuracyError(
        f"the sums missed the wanted relative error: {error:.1e} on a sample, {rtol:.1e} wanted;"
        " use a larger rtol or method='exact'"
    )


def _kernel(name: str, floor: float, scale: float | None) -> tuple[Kernel, float]:
    if name not in KERNELS:
        raise ValueError(f"unknown kernel {name!r}; known are {', '.join(KERNELS)}")
    kernel = KERNELS[name]
    length = floor if kernel.length == "floor" else scale
    if length is None:
        raise ValueError(f"the kernel {name!r} needs a scale in metres, as in scale=1000")
    if not SHORTEST <= length <= FARTHEST:
        raise ValueError(
            f"{kernel.length} must be from {SHORTEST:g} to {FARTHEST:g} metres, not {length!r}"
        )
    return kernel, float(length)


def _coordinates(targets: ArrayLike, sources: ArrayLike | None) -> tuple[Floats, Floats]:
    at = points_of(targets, "targets")
    return at, at if sources is None else points_of(sources, "sources")


def _own(own: ArrayLike | None, at: Floats, among: Floats) -> Integers | None:
    n, m = len(at), len(among)
    if own is None:
        return None
    given = np.asarray(own)
    if given.shape != (n,) or (given.size and given.dtype.kind not in "iu"):
        raise ValueError(
            f"own must hold one whole number a target, shape ({n},);"
            f" got {given.dtype} of shape {given.shape}"
        )
    itself = np.require(given, np.int64, ["C", "W"])
    if n and (itself.min() < -1 or itself.max() >= m):
        raise ValueError(f"own must be from -1 to {m - 1}; got {itself.min()} to {itself.max()}")
    known = np.flatnonzero(itself >= 0)
    apart = known[(at[known] != among[itself[known]]).any(axis=1)]
    if len(apart):
        i = apart[0]
        raise ValueError(
            f"own[{i}] is source {itself[i]} at {among[itself[i]].tolist()}, but target {i}"
            f" is at {at[i].tolist()}: the coordinates must be the same"
        )
    return itself


def _powers(powers: Sequence[int]) -> tuple[int, ...]:
    wanted = tuple(cast(Any, powers))
    if not wanted or not POWERS.issuperset(wanted):
        raise ValueError(f"powers must be some of 1, 2 and 3, as in (1, 2); got {powers!r}")
    return wanted
