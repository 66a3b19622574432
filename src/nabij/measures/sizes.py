"""Size classes: are a cluster's establishments many small ones or few large ones?"""

from __future__ import annotations

import numpy as np
import pandas as pd

# The classes of figures 6 and 8 of the article, by their lowest number of jobs.
CLASSES = {"1": 1, "2-4": 2, "5-9": 5, "10-19": 10, "20-49": 20, "50-99": 50, "100+": 100}
BELOW_ONE = "<1"
UNKNOWN = "unknown"


def size_classes(jobs: np.ndarray, in_focus: np.ndarray) -> pd.DataFrame:
    """Count a sector's establishments by size class, in the focus region and nationally.

    Parameters
    ----------
    jobs : numpy.ndarray of float64, shape (n,)
        Of the sector's establishments; not a number where unknown.
    in_focus : numpy.ndarray of bool, shape (n,)

    Returns
    -------
    pandas.DataFrame
        ``size_class, focus_establishments, focus_share, national_establishments,
        national_share``: the seven classes of the article, preceded by ``"<1"`` and followed by
        ``"unknown"`` where there are such establishments. Shares are of all establishments, so
        they sum to 1; they are missing where there is no establishment.

    References
    ----------
    The article in ESB on regional clusters, figures 6 and 8.

    Examples
    --------
    >>> table = size_classes(np.array([1, 3, 3, 120.0]), np.array([True, True, False, False]))
    >>> table.loc[table.national_establishments > 0, ["size_class", "focus_share"]].values.tolist()
    [['1', 0.5], ['2-4', 0.5], ['100+', 0.0]]
    """
    labels = [BELOW_ONE, *CLASSES, UNKNOWN]
    place = np.searchsorted(list(CLASSES.values()), np.nan_to_num(jobs), side="right")
    place[np.isnan(jobs)] = len(labels) - 1
    focus = np.bincount(place[in_focus], minlength=len(labels))
    nation = np.bincount(place, minlength=len(labels))
    with np.errstate(invalid="ignore"):
        table = pd.DataFrame(
            {
                "size_class": labels,
                "focus_establishments": focus,
                "focus_share": focus / focus.sum(),
                "national_establishments": nation,
                "national_share": nation / nation.sum(),
            }
        )
    of_the_article = table["size_class"].isin(list(CLASSES))
    return table[of_the_article | (nation > 0)].reset_index(drop=True)
