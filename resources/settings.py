"""The program's settings: one typed place, environment variables that begin with PHLOGISTON_."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from phlogiston_assets.domain.categories.categorisation import StatusSets
from phlogiston_assets.domain.dumps.load_checks import LoadLimits
from phlogiston_assets.domain.history.reconstruction import Keywords

_ENCODE = (
    "the URL cannot be read; in its user and password, write signs such as @ : / ? # in their "
    "encoded form, as %40"
)

Words = Annotated[frozenset[str], NoDecode]


class Settings(BaseSettings):
    """All settings with their defaults; docs/settings.md is checked against this class."""

    model_config = SettingsConfigDict(
        env_prefix="PHLOGISTON_",
        frozen=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,  # a wrong address may hold a password
    )

    home: Path = Field(Path(".phlogiston"), description="Folder of the data, dumps and site.")
    database_url: str = Field(
        "",
        repr=False,
        description="SQLAlchemy URL of the database; a SQLite file in the home folder if empty.",
    )
    dump_url: str = Field(
        "https://dumps.wikimedia.org/other/misc/phabricator_public.dump",
        repr=False,
        description="Where the newest dump is: an http or https address, or a file.",
    )
    dump_patience: float = Field(
        60.0,
        gt=0,
        allow_inf_nan=False,
        description="Seconds in which the dump's server must begin to answer, and in which bytes "
        "must come at the pace of `PHLOGISTON_DUMP_SLOWEST`; else the connection is cut.",
    )
    dump_slowest: int = Field(
        50_000, ge=1, description="Bytes a second at which a dump must come at least."
    )
    dump_tries: int = Field(
        4, ge=1, description="How often the dump's server is tried before it is given up."
    )
    dumps_kept: int = Field(2, ge=1, description="How many dump files are kept in the home folder.")
    scopes_dir: Path = Field(Path("scopes"), description="Folder of the scopes' files.")
    site_dir: Path | None = Field(
        None, description="Folder of the published site; `site` in the home folder if empty."
    )
    start_date: date = Field(
        date(2015, 1, 1), description="First day that can be reconstructed: the first partition."
    )
    phabricator_url: str = Field(
        "https://phabricator.wikimedia.org", description="Where links to tasks and boards lead."
    )
    keyword_epic: int = Field(942, description="Project id that marks epics.")
    keyword_new_functionality: int = Field(
        1453, description="Project id that marks new functionality."
    )
    keyword_maintenance: int = Field(1454, description="Project id that marks maintenance.")
    keyword_category: int = Field(1656, description="Project id that marks category tasks.")
    keyword_goal: int = Field(2169, description="Project id that marks goals.")
    statuses_open: Words = Field(
        StatusSets().open, description="Statuses that count as open, separated by commas."
    )
    statuses_resolved: Words = Field(
        StatusSets().resolved, description="Statuses that count as resolved."
    )
    statuses_out: Words = Field(
        StatusSets().out, description="Statuses that take a task out of the report."
    )
    report_days_kept: int = Field(
        30, ge=1, description="Days for which reports are kept; the last of a quarter always is."
    )
    lock_wait: float = Field(
        600.0,
        ge=0,
        allow_inf_nan=False,
        description="Seconds to wait for another run on the same scope or load.",
    )
    scopes_at_once: int | None = Field(
        None,
        ge=1,
        description="How many scopes `phlogiston run` works on at once, each in a process of some "
        "300 MB; as many as there are processors, 8 at most, if empty.",
    )
    load_loss_allowed: float = Field(
        LoadLimits().loss,
        ge=0,
        le=1,
        description="Share of a table's rows that a load may lose against the one before.",
    )
    unreadable_allowed: float = Field(
        LoadLimits().unreadable,
        ge=0,
        le=1,
        description="Share of values that may be unreadable before a check fails.",
    )
    disagreement_allowed: float = Field(
        LoadLimits().disagreement,
        ge=0,
        le=1,
        description="Share of tasks whose history may end otherwise than the dump tells.",
    )
    alarm_webhook: SecretStr = Field(
        SecretStr(""), description="Address to which alarms are posted as JSON; none if empty."
    )
    alarm_mail_to: str = Field(
        "", description="Addresses, separated by commas, to which alarms are mailed; none if empty."
    )
    alarm_mail_from: str = Field(
        "phlogiston@localhost", description="Sender of the alarms that are mailed."
    )
    alarm_smtp_url: SecretStr = Field(
        SecretStr("smtp://localhost:25"),
        description="Mail server: `smtp://user:password@host:587`, or `smtps://` for TLS at once. "
        "A log-in is sent over an encrypted line only.",
    )
    alarm_after_days: int = Field(
        2, ge=1, description="Days without a new load or report after which there is an alarm."
    )
    site_url: str = Field(
        "", description="Where the published site is reached, for links to reports; none if empty."
    )
    dump_looked_for_every: int = Field(
        600, ge=1, description="Seconds between two looks of the sensor `new_dump` at the source."
    )
    scopes_looked_at_every: int = Field(
        60, ge=1, description="Seconds between two looks of the sensor `scopes_up_to_date`."
    )
    dagster_url: str = Field(
        "http://127.0.0.1:3000", description="Where alarms say that Dagster's pages are."
    )

    @field_validator("home")
    @classmethod
    def _plain_path(cls, value: Path) -> Path:
        if found := re.search(r"[?%\[\]]", str(value.absolute())):
            raise ValueError(f"a folder without {found[0]!r} in its path, which addresses reserve")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value:
            return value
        if not re.match(r"(sqlite|postgres|postgresql|postgresql\+psycopg)://", value):
            raise ValueError(
                "give a URL such as sqlite:////path/file or postgresql://user@host/name"
            )
        if "@" in (_host(value) or ""):
            raise ValueError(_ENCODE)
        return value

    @field_validator("site_url")
    @classmethod
    def _site(cls, value: str) -> str:
        if not value or re.fullmatch(r"https?://[^@?#]+", value):
            return value
        raise ValueError("give an http or https address without a user, a password or a query")

    @field_validator("alarm_webhook")
    @classmethod
    def _web_address(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value() or re.match(r"https?://.", value.get_secret_value()):
            return value
        raise ValueError("give an address that begins with http:// or https://")

    @field_validator("alarm_smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        if re.match(r"smtps?://[^/?#]+(:[0-9]+)?/?$", value.get_secret_value()):
            return value
        raise ValueError("give a server such as smtp://host:25")

    @field_validator("statuses_open", "statuses_resolved", "statuses_out", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return frozenset(word.strip() for word in value.split(",") if word.strip())
        return value

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'phlogiston.sqlite'}"

    @property
    def site(self) -> Path:
        """The folder of the published site."""
        return self.site_dir or self.home / "site"

    @property
    def dumps(self) -> Path:
        """The folder in which dump files are kept."""
        return self.home / "dumps"

    @property
    def keywords(self) -> Keywords:
        """The projects that mark tasks."""
        return Keywords(
            epic=self.keyword_epic,
            new_functionality=self.keyword_new_functionality,
            maintenance=self.keyword_maintenance,
            category=self.keyword_category,
            goal=self.keyword_goal,
        )

    @property
    def load_limits(self) -> LoadLimits:
        """How much may be wrong with a load."""
        return LoadLimits(
            loss=self.load_loss_allowed,
            unreadable=self.unreadable_allowed,
            disagreement=self.disagreement_allowed,
        )

    @property
    def statuses(self) -> StatusSets:
        """What statuses fold into."""
        return StatusSets(self.statuses_open, self.statuses_resolved, self.statuses_out)


def _host(database_url: str) -> str | None:
    """The host in a database's URL; the library's own errors would quote a part of a password."""
    try:
        return make_url(database_url).host
    except (ValueError, ArgumentError):
        raise ValueError(_ENCODE) from None
