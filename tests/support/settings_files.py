"""Settings files as tests write them: what is read of them, warned of, and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from phlogiston_assets.domain.scopes import ScopeFileError, ScopeSettings, parse_settings

PATH = Path("scopes/ve_scope.py")


def settings(*lines: str, title: str = "scope_title = VE") -> ScopeSettings:
    return parse_settings("\n".join(("[vars]", title, *lines)), "ve", PATH)[0]


def warnings(*lines: str) -> tuple[str, ...]:
    return parse_settings("\n".join(("[vars]", "scope_title = VE", *lines)), "ve", PATH)[1]


def refusal(text: str) -> ScopeFileError:
    with pytest.raises(ScopeFileError) as caught:
        parse_settings(text, "ve", PATH)
    assert caught.value.path == PATH
    return caught.value


def refused(*lines: str) -> ScopeFileError:
    """Refuse settings in which the first of *lines* stands on line 3."""
    return refusal("\n".join(("[vars]", "scope_title = VE", *lines)))
