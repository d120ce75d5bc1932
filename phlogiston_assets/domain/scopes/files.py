"""Finds and reads the pairs of files that make the scopes: the only I/O of this package."""

import re
from pathlib import Path

from phlogiston_assets.domain.scopes.errors import Faults, ScopeFileError, shown
from phlogiston_assets.domain.scopes.rules import Rule
from phlogiston_assets.domain.scopes.rules_file import parse_rules
from phlogiston_assets.domain.scopes.scope import Scope
from phlogiston_assets.domain.scopes.settings import ScopeSettings
from phlogiston_assets.domain.scopes.settings_file import parse_settings

SETTINGS_SUFFIX = "_scope.py"
RULES_SUFFIX = "_recategorization.csv"

_PREFIX = re.compile(r"[A-Za-z0-9_]{1,6}")


def is_prefix(text: str) -> bool:
    """Whether *text* can name a scope: 1 to 6 letters, digits or ``_`` (domain.md, section 4)."""
    return _PREFIX.fullmatch(text) is not None


def find_prefixes(folder: Path) -> tuple[str, ...]:
    """Return the sorted prefixes of all scopes in *folder*, half pairs included.

    Raises ScopeFileError if the folder cannot be listed.
    """
    return tuple(sorted({prefix for _, prefix in _candidates(folder) if is_prefix(prefix)}))


def misnamed_files(folder: Path) -> tuple[ScopeFileError, ...]:
    """Return an error, not raised, for each file that would be a scope's but for its prefix.

    find_prefixes passes over such a file, so that whoever named it would wait in vain.
    Raises ScopeFileError if the folder cannot be listed.
    """
    return tuple(
        _bad_prefix(path, prefix) for path, prefix in _candidates(folder) if not is_prefix(prefix)
    )


def read_scope(folder: Path, prefix: str) -> Scope:
    """Read the scope *prefix* from its two files in *folder*.

    Raises ScopeFileError, and nothing else, for a bad prefix, a file that is missing or cannot be
    read, and whatever is wrong in one: with all faults of both files. Serves domain.md, section 4.
    """
    if not is_prefix(prefix):
        raise _bad_prefix(folder, prefix)
    settings_path = folder / f"{prefix}{SETTINGS_SUFFIX}"
    rules_path = folder / f"{prefix}{RULES_SUFFIX}"
    faults = Faults()
    settings = faults.attempt(_settings, settings_path, prefix)
    rules = faults.attempt(_rules, rules_path, prefix)
    if settings is None or rules is None:
        raise faults.error()
    return Scope(settings[0], rules[0], settings[1] + rules[1], settings_path, rules_path)


def _settings(path: Path, prefix: str) -> tuple[ScopeSettings, tuple[str, ...]]:
    return parse_settings(_read_text(path, prefix), prefix, path)


def _rules(path: Path, prefix: str) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    return parse_rules(_read_text(path, prefix), path)


def _candidates(folder: Path) -> list[tuple[Path, str]]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        remedy = "Name a folder that holds the scopes' files."
        raise ScopeFileError(folder, None, _reason(error), remedy) from None
    return [
        (path, path.name.removesuffix(suffix))
        for path in paths
        for suffix in (SETTINGS_SUFFIX, RULES_SUFFIX)
        if path.name.endswith(suffix) and not path.name.startswith(".")
    ]


def _bad_prefix(path: Path, prefix: str) -> ScopeFileError:
    remedy = "A prefix is 1 to 6 letters, digits or _."
    return ScopeFileError(path, None, f"{shown(prefix)} cannot name a scope", remedy)


def _read_text(path: Path, prefix: str) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        remedy = f"A scope is two files: {prefix}{SETTINGS_SUFFIX} and {prefix}{RULES_SUFFIX}."
        raise ScopeFileError(path, None, _reason(error), remedy) from None
    remedy = "Save it as plain text in UTF-8."
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        fault = f"byte 0x{error.object[error.start]:02x} is no UTF-8"
        raise ScopeFileError(path, line, fault, remedy) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ScopeFileError(path, line, "a NUL character, which no text holds", remedy)
    return text


def _reason(error: OSError) -> str:
    return f"cannot be read ({error.strerror})"
