"""The burnup as a PNG, for Dagster's metadata (reports.md, In Dagster)."""

from __future__ import annotations

from io import BytesIO

import matplotlib.image
import numpy as np
import pytest
from support.figures import lively_figures

from phlogiston_assets.domain.charts.picture import burnup_png


@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_the_picture_is_drawn_with_any_number_of_categories(count: int) -> None:
    figures = lively_figures([f"Category {n} $_<" for n in range(count)])
    picture = matplotlib.image.imread(BytesIO(burnup_png(figures)), format="png")
    assert picture.shape[:2] == (280, 560)
    coloured = np.ptp(picture[:, :, :3], axis=2) > 0.1
    assert coloured.any() == (count > 0)


def test_equal_figures_give_equal_bytes() -> None:
    assert burnup_png(lively_figures(["A"])) == burnup_png(lively_figures(["A"]))
