"""A scope as its two files say it, before the load's projects are known."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from phlogiston_assets.domain.scopes.rules import Rule
from phlogiston_assets.domain.scopes.settings import ScopeSettings


@dataclass(frozen=True, slots=True)
class Scope:
    """The settings and the rules of one team (domain.md, section 4).

    *rules* are as written, in the order of the file; *warnings* are sentences that begin with
    file and line and tell what was accepted but can hardly be meant; *rules_path* and
    *settings_path* are the files, for messages that come later.
    """

    settings: ScopeSettings
    rules: tuple[Rule, ...]
    warnings: tuple[str, ...] = ()
    settings_path: Path = Path("_scope.py")
    rules_path: Path = Path("_recategorization.csv")

    @property
    def prefix(self) -> str:
        """The scope's name in file names, addresses, tables and partition keys."""
        return self.settings.prefix

    @property
    def digest(self) -> str:
        """A short text that changes when a setting or a rule does, wherever it stands."""
        said = repr((self.settings, [replace(rule, line=0) for rule in self.rules]))
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
