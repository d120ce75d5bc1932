"""Colours stay with their categories and can be told apart."""

import re
from itertools import pairwise

import numpy as np
import pytest
from support.figures import ROOT

from phlogiston_assets.domain.categories.categorisation import Category
from phlogiston_assets.domain.charts.palette import (
    CATEGORICAL,
    FLOWS,
    NEUTRALS,
    NOT_BEGUN,
    PAPER,
    STATUSES,
    colours,
    dark_partners,
)
from phlogiston_assets.domain.pages.templating import furniture
from phlogiston_assets.domain.scopes import Display

# Machado, Oliveira, Fernandes (2009): full red-blindness and green-blindness, in linear RGB.
EYES = {
    "normal": np.eye(3),
    "red-blind": np.array(
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]
    ),
    "green-blind": np.array(
        [[0.3673, 0.8607, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]
    ),
}
XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(colour: str, eye: str = "normal") -> np.ndarray:
    """CIE L*a*b* of a colour as that eye sees it."""
    seen = np.clip(EYES[eye] @ linear(colour), 0, 1)
    white = np.array([0.9505, 1.0, 1.0888])
    ratio = XYZ @ seen / white
    root = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_neighbours_in_a_stack_differ_for_all_eyes(eye: str, theme: str) -> None:
    wheel = list(CATEGORICAL) if theme == "light" else list(CATEGORICAL.values())
    turns = zip(wheel, [*wheel[1:], wheel[0]], strict=True)
    distances = [np.linalg.norm(lab(one, eye) - lab(other, eye)) for one, other in turns]
    assert min(distances) > 15


STACKS = {
    "statuses": [
        *((NOT_BEGUN, one) for one in STATUSES),
        *pairwise((*STATUSES, STATUSES[1])),
    ],
    "departures": list(pairwise(FLOWS[:3])),
    "arrivals": list(pairwise(FLOWS[3:])),
}


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("stack", STACKS)
def test_what_may_lie_side_by_side_in_a_flow_differs_for_all_eyes(eye: str, stack: str) -> None:
    partners = {**NEUTRALS, **CATEGORICAL}
    for one, other in STACKS[stack]:
        assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > 15
        dark = [lab(partners[colour], eye) for colour in (one, other)]
        assert np.linalg.norm(dark[0] - dark[1]) > 15


def test_the_first_category_is_the_darkest() -> None:
    lightness = [lab(colour)[0] for colour in CATEGORICAL]
    assert lightness[0] == min(lightness)


def test_colours_show_on_a_dark_page() -> None:
    paper = linear(NEUTRALS[PAPER])[1]
    for colour in CATEGORICAL.values():
        contrast = (XYZ[1] @ linear(colour) + 0.05) / (paper + 0.05)
        assert contrast > 3


def test_a_category_keeps_its_colour_when_others_are_hidden_or_added_behind() -> None:
    shown = [Category(name, Display.SHOW) for name in "ABC"]
    mixed = [shown[0], Category("B", Display.HIDE), shown[2], Category("D", Display.SHOW)]
    assert colours(shown) == {name: colours(mixed)[name] for name in "ABC"}


def test_there_are_colours_for_any_number_of_categories() -> None:
    many = [Category(str(place), Display.SHOW) for place in range(60)]
    assert set(colours(many).values()) == set(CATEGORICAL)
    assert colours([]) == {}


def test_the_stylesheet_has_a_dark_partner_for_every_colour() -> None:
    style = furniture(ROOT / "site_templates")["style.css"].decode()
    for light, dark in dark_partners().items():
        for what in ("fill", "stroke"):
            rule = rf'\.chart \[{what}="{light}"\] {{ {what}: {dark}; }}'
            assert re.search(rule, style)
    for light in CATEGORICAL:
        assert f'.swatch[data-colour="{light}"] {{ background: {light}; }}' in style
