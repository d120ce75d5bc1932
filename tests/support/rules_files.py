"""Rules files as tests write them: what is read of them, warned of, and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from phlogiston_assets.domain.scopes import Rule, ScopeFileError, parse_rules

PATH = Path("scopes/ve_recategorization.csv")
HEADER = "rule,title,display,id,matchstring"


def rules(*rows: str, header: str = HEADER) -> tuple[Rule, ...]:
    return parse_rules("\n".join((header, *rows)), PATH)[0]


def warnings(*rows: str, header: str = HEADER) -> tuple[str, ...]:
    return parse_rules("\n".join((header, *rows)), PATH)[1]


def refusal(text: str) -> ScopeFileError:
    with pytest.raises(ScopeFileError) as caught:
        parse_rules(text, PATH)
    assert caught.value.path == PATH
    return caught.value


def refused(*rows: str, header: str = HEADER) -> ScopeFileError:
    """Refuse rules the first of which stands on line 2."""
    return refusal("\n".join((header, *rows)))
