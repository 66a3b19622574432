"""Colours."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nabij.figures.cluster_types import colour_of
from nabij.figures.kit.style import LAND, PALETTES, luminance
from nabij.figures.kit.sure import pale

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SEEN = {
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}


def linear(colour):
    srgb = np.array(to_rgb(colour))
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def oklab(light):
    """Return OKLab lightness and both hues of linear RGB (Ottosson 2020)."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    axes = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return axes @ np.cbrt(cones @ light)


def cie_lightness(light):
    """Return L* of linear RGB."""
    y = float(np.array([0.2126, 0.7152, 0.0722]) @ np.clip(light, 0, 1))
    return 116 * np.cbrt(y) - 16


def lightness(colour):
    return float(oklab(linear(colour))[0])


def apart(one, other, sight):
    """Return how different two colours look to a reader with a colour-vision deficiency."""
    seen = [oklab(np.clip(SEEN[sight] @ linear(colour), 0, 1)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_default_ramp_darkens_in_even_steps():
    """Order is then seen without hue: in grey print and with any colour-vision deficiency."""
    steps = -np.diff([lightness(colour) for colour in PALETTES["sequential"].steps(7)])
    assert steps.min() > 0.06
    assert steps.max() < 1.5 * steps.min()


@pytest.mark.parametrize("name", PALETTES)
def test_every_dot_reads_against_the_land(name):
    for count in (1, 4, 7):
        for colour in PALETTES[name].steps(count):
            assert (luminance(LAND) + 0.05) / (luminance(colour) + 0.05) >= 2


def test_esb_goes_from_green_by_yellow_to_red():
    low, *_, high = (to_rgb(colour) for colour in PALETTES["esb"].steps(7))
    red, green, blue = to_rgb(PALETTES["esb"].steps(7)[2])
    assert low[1] > low[0]
    assert high[0] > 2 * high[1]
    assert min(red, green) > 2 * blue


@pytest.mark.parametrize("name", PALETTES)
def test_every_class_is_darker_than_the_one_below_it(name):
    """By CIE lightness, as most and as deuteranopes see it."""
    for sight in (np.eye(3), np.array(SEEN["deuteranopia"])):
        light = [cie_lightness(sight @ linear(colour)) for colour in PALETTES[name].steps(7)]
        assert np.diff(light).max() < -1.5
        assert light[0] - light[-1] > 40


@pytest.mark.parametrize("sight", SEEN)
@pytest.mark.parametrize("name", PALETTES)
def test_less_and_more_are_told_apart_with_any_sight(name, sight):
    far_below, below, _, above, far_above = PALETTES[name].diverging
    assert apart(far_below, far_above, sight) > 0.15
    assert apart(below, above, sight) > 0.1


@pytest.mark.parametrize("name", PALETTES)
def test_less_and_more_are_told_apart_in_grey_print(name):
    far_below, below, _, above, far_above = (lightness(c) for c in PALETTES[name].diverging)
    assert far_below - far_above > 0.15
    assert below - above > 0.05


def test_one_class_has_a_colour_from_the_middle():
    assert PALETTES["sequential"].steps(1) == PALETTES["sequential"].steps(3)[1:2]
    assert PALETTES["sequential"].steps(0) == []


@pytest.mark.parametrize("sight", SEEN)
@pytest.mark.parametrize("name", PALETTES)
def test_types_are_told_apart_with_any_sight(name, sight):
    kinds = ("many_small_close", "few_large_spread", "between")
    colours = [colour_of(PALETTES[name], kind) for kind in kinds]
    for one, other in combinations(colours, 2):
        assert apart(one, other, sight) > 0.1


@pytest.mark.parametrize("sight", SEEN)
@pytest.mark.parametrize("name", PALETTES)
def test_a_pale_colour_is_never_taken_for_one_of_more(name, sight):
    *_, above, far_above = PALETTES[name].diverging
    for colour in PALETTES[name].diverging:
        assert apart(pale(colour), above, sight) > 0.06
        assert apart(pale(colour), far_above, sight) > 0.06
        assert lightness(LAND) - lightness(pale(colour)) > 0.04
