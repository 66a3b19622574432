"""Up to which distance a sector is nearer together than chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nabij.views.sureness import CLAIMED_FROM, numbers


def nearer_up_to(profiles: pd.DataFrame, establishments: int) -> float:
    """Return the distance up to which the K-density is above its global envelope throughout.

    Parameters
    ----------
    profiles : pandas.DataFrame
        ``measure, distance, value, global_high``.
    establishments : int
        Of the sector; nothing is claimed of few.

    Returns
    -------
    float
        Metres; not a number where the shortest distance is not above the envelope.

    References
    ----------
    Duranton and Overman (2005): a sector is localised where it is above the global envelope.
    """
    if profiles.empty or establishments < CLAIMED_FROM:
        return float("nan")
    rows = profiles[profiles["measure"] == "Kd"].sort_values("distance", kind="stable")
    above = numbers(rows, "value") > numbers(rows, "global_high")
    run = len(above) if above.all() else int(np.argmin(above))
    return float(numbers(rows, "distance")[run - 1]) if run else float("nan")
