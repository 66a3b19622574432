"""Colours."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nabij.figures.style import LAND, PALETTES


def lightness(colour):
    """Return OKLab lightness (Ottosson 2020)."""
    srgb = np.array(to_rgb(colour))
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    return float(np.cbrt(cones @ linear) @ [0.2104542553, 0.7936177850, -0.0040720468])


def test_the_default_ramp_darkens_in_even_steps():
    """Order is then seen without hue: in grey print and with any colour-vision deficiency."""
    steps = -np.diff([lightness(colour) for colour in PALETTES["sequential"].steps(7)])
    assert steps.min() > 0.06
    assert steps.max() < 1.5 * steps.min()


def test_area_colours_of_the_default_darken_too():
    steps = -np.diff([lightness(colour) for colour in PALETTES["sequential"].area_steps(5)])
    assert steps.min() > 0.06


@pytest.mark.parametrize("name", PALETTES)
def test_every_dot_reads_against_the_land(name):
    for colour in PALETTES[name].steps(7):
        assert lightness(LAND) - lightness(colour) > 0.09


def test_esb_goes_from_green_by_yellow_to_red():
    low, *_, high = (to_rgb(colour) for colour in PALETTES["esb"].steps(7))
    red, green, blue = to_rgb(PALETTES["esb"].steps(7)[2])
    assert low[1] > low[0]
    assert high[0] > 2 * high[1]
    assert min(red, green) > 2 * blue


def test_one_class_has_a_colour_from_the_middle():
    assert PALETTES["sequential"].steps(1) == PALETTES["sequential"].steps(3)[1:2]
    assert PALETTES["sequential"].steps(0) == []
