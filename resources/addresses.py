"""Addresses as they may be shown, and the secrets that stand in some of them.

An address may hold a user, a password or a signed query. None of that may stand in a message, a
log, or what Dagster keeps of a run.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

import sqlalchemy as sa

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BLANK: Final = "***"

Credentials = tuple[str, str]
"""A user and a password."""


def shown(address: str) -> str:
    """An address without user, password, query and fragment; a path as it is.

    An address that is written wrongly rather loses too much than shows a part of a password.
    """
    scheme = _SCHEME.match(address)
    if scheme is None:
        return address
    _, at, rest = address[scheme.end() :].rpartition("@")
    rest, mark, _ = rest.partition("?")
    rest, sign, _ = rest.partition("#")
    user = f"{_BLANK}@" if at else ""
    return f"{scheme[0]}{user}{rest}{mark}{_BLANK if mark else sign + _BLANK if sign else ''}"


def shown_database(url: sa.URL) -> str:
    """A database's URL without its password and what is asked of its driver."""
    return url.set(query={}).render_as_string(hide_password=True)


def split_credentials(address: str) -> tuple[str, Credentials | None]:
    """An address without user and password, and these, decoded; None if there are none.

    Raises:
        ValueError: the address cannot be read; the message may hold a part of it.
    """
    parts = urlsplit(address)
    if parts.username is None and parts.password is None:
        return address, None
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, (unquote(parts.username or ""), unquote(parts.password or ""))
