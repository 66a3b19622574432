"""Up to which distance a sector is nearer together than chance."""

import numpy as np
import pandas as pd
import pytest

from nabij.views.distances import nearer_up_to


def table(values, measure="Kd"):
    distance = np.arange(1, len(values) + 1) * 1000.0
    return pd.DataFrame(
        {"measure": measure, "distance": distance, "value": values, "global_high": 1.0}
    )


def test_it_is_the_end_of_the_first_run_above_the_global_envelope():
    assert nearer_up_to(table([2.0, 2.0, 1.0, 2.0]), 10) == 2000.0
    assert nearer_up_to(table([2.0, 2.0, 2.0]), 10) == 3000.0


@pytest.mark.parametrize(
    ("profiles", "establishments"),
    [
        (table([1.0, 2.0]), 10),
        (table([2.0, 2.0]), 9),
        (table([2.0, 2.0], "L"), 10),
        (table([]), 10),
        (table([np.nan, 2.0]), 10),
    ],
)
def test_nothing_is_said_of_few_or_within_the_envelope(profiles, establishments):
    assert np.isnan(nearer_up_to(profiles, establishments))
