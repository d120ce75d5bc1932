"""What `phlogiston check` finds out about scopes; how it is shown stands in `check_output`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phlogiston_assets.domain.scopes import (
    Scope,
    ScopeFileError,
    find_prefixes,
    misnamed_files,
    read_scope,
)
from resources.previewing import Preview, preview_scope
from resources.settings import Settings
from resources.warehouse.database import Database, WarehouseError

NOTHING_LOADED = "Nothing is loaded yet, so what the files will do cannot be told."


@dataclass(frozen=True, slots=True)
class Checked:
    """A scope, or a file that is none's: what its files say and will do, or what is wrong.

    `faults` are sentences on wrong files; without any there are a `scope` and either a `preview` or
    an `obstacle`, a sentence on why there is no preview. `failed` tells that there should be one.
    """

    prefix: str
    scope: Scope | None = None
    preview: Preview | None = None
    obstacle: str = ""
    failed: bool = False
    faults: tuple[str, ...] = ()


def check_scopes(settings: Settings, prefixes: Sequence[str]) -> Iterator[Checked]:
    """Check the scopes, all that have files where none is named; one after the other.

    Raises:
        ScopeFileError: the folder of scopes cannot be listed.
    """
    database = Database(settings.database)
    if not prefixes:
        for error in misnamed_files(settings.scopes_dir):
            yield Checked("", faults=(str(error),))
    for prefix in prefixes or find_prefixes(settings.scopes_dir):
        yield _checked(database, settings, prefix)
    database.close()


def _checked(database: Database, settings: Settings, prefix: str) -> Checked:
    try:
        scope = read_scope(settings.scopes_dir, prefix)
    except ScopeFileError as error:
        return Checked(prefix, faults=_told(error))
    try:
        preview = preview_scope(database, settings, scope)
    except ScopeFileError as error:
        return Checked(prefix, faults=_told(error))
    except WarehouseError as error:
        obstacle = f"What the files will do cannot be told. {error}"
        return Checked(prefix, scope, obstacle=obstacle, failed=True)
    return Checked(prefix, scope, preview, "" if preview else NOTHING_LOADED)


def _told(error: ScopeFileError) -> tuple[str, ...]:
    return tuple(map(str, error.faults))
