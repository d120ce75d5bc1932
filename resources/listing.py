"""What the site's index says of the scopes: which there are, how new, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy.engine import Connection

from phlogiston_assets.domain.scopes import (
    ScopeFileError,
    find_prefixes,
    read_scope,
    resolve_rules,
    without_folder,
)
from resources.settings import Settings
from resources.warehouse import extract_store, publication_store
from resources.warehouse.load_store import current_load


def wrong_scopes(
    connection: Connection, settings: Settings, prefixes: Sequence[str]
) -> dict[str, str]:
    """What is wrong with the files of scopes, or with their rules for the load, by prefix."""
    loaded = current_load(connection) is not None
    projects = extract_store.read_projects(connection) if loaded else None
    failures = {}
    for prefix in prefixes:
        try:
            scope = read_scope(settings.scopes_dir, prefix)
            if projects is not None:
                resolve_rules(scope, projects)
        except ScopeFileError as error:
            failures[prefix] = without_folder(str(error), settings.scopes_dir)
    return failures


def listing(connection: Connection, settings: Settings) -> str:
    """A text that is another one whenever the index has to be.

    Raises:
        ScopeFileError: the folder of scopes cannot be listed.
    """
    load = current_load(connection)
    prefixes = find_prefixes(settings.scopes_dir)
    times = publication_store.publication_times(connection)
    return json.dumps(
        {
            "due": load.day.isoformat() if load else None,
            "scopes": {prefix: times.get(prefix) for prefix in prefixes},
            "wrong": wrong_scopes(connection, settings, prefixes),
        }
    )
