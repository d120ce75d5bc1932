"""What the labels of a drawing's scales look like: they are no figures of the database."""

from __future__ import annotations

import re

from support.page_text import Block

from phlogiston_assets.domain.charts.palette import MUTED

_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_SCALE = re.compile(
    rf"\N{{MINUS SIGN}}?[\d,.]+|[≤>] \d+|(\d+ )?{_MONTH}( \d{{4}}| ’\d\d)?|Q\d \d{{4}}|\d{{4}}|more"
    r"|1 day|1 week|1 month|3 months|1 year|3 years|10 years"
)


def is_scale(block: Block) -> bool:
    """Whether a block is the label of a scale: small, grey, and worded as these are."""
    look = block.attributes
    small_and_grey = look.get("font-size") == "11" and look.get("fill") == MUTED
    return block.drawing >= 0 and small_and_grey and _SCALE.fullmatch(block.text) is not None
