"""Scopes: which tasks a team works on, told by two files that the team writes.

| module | holds |
| --- | --- |
| files | finding and reading the pairs of files, the only I/O |
| ini, table | the two file formats, with line numbers and without meaning |
| values, settings_file, rules_file | from text to meaning, or to a ScopeFileError |
| settings, rules, scope | what has been read |
| quarters | calendar quarters and the windows of status reports |
| resolution | rules by name turned into rules by id, for the projects of a load |
| words | the rules as sentences |

Matching rules against tasks does not belong here: that is categorisation.
"""

from phlogiston_assets.domain.scopes.errors import ScopeFileError, without_folder
from phlogiston_assets.domain.scopes.files import (
    find_prefixes,
    is_prefix,
    misnamed_files,
    read_scope,
)
from phlogiston_assets.domain.scopes.quarters import (
    SnapshotWindow,
    last_quarter_window,
    previous_quarter_start,
    quarter_start,
)
from phlogiston_assets.domain.scopes.resolution import (
    load_warnings,
    resolve_rules,
    scope_projects,
)
from phlogiston_assets.domain.scopes.rules import Display, Rule, RuleKind
from phlogiston_assets.domain.scopes.rules_file import parse_rules
from phlogiston_assets.domain.scopes.scope import Scope
from phlogiston_assets.domain.scopes.settings import (
    ForecastDate,
    LeadingForecast,
    QuarterStart,
    ScopeSettings,
)
from phlogiston_assets.domain.scopes.settings_file import parse_settings
from phlogiston_assets.domain.scopes.words import in_words, included_in_words

__all__ = [
    "Display",
    "ForecastDate",
    "LeadingForecast",
    "QuarterStart",
    "Rule",
    "RuleKind",
    "Scope",
    "ScopeFileError",
    "ScopeSettings",
    "SnapshotWindow",
    "find_prefixes",
    "in_words",
    "included_in_words",
    "is_prefix",
    "last_quarter_window",
    "load_warnings",
    "misnamed_files",
    "parse_rules",
    "parse_settings",
    "previous_quarter_start",
    "quarter_start",
    "read_scope",
    "resolve_rules",
    "scope_projects",
    "without_folder",
]
