"""Settings have safe defaults, come from the environment, and are all written down."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from phlogiston_assets.cli import main
from phlogiston_assets.commands.usage import WRONG_USAGE
from phlogiston_assets.domain.categories.categorisation import StatusSets
from phlogiston_assets.domain.history.reconstruction import Keywords
from resources.settings import Settings

DOCUMENT = Path(__file__).parents[1] / "docs" / "settings.md"

DEFAULTS: dict[str, Any] = {
    "home": Path(".phlogiston"),
    "database_url": "",
    "dump_url": "https://dumps.wikimedia.org/other/misc/phabricator_public.dump",
    "dump_patience": 60.0,
    "dump_slowest": 50_000,
    "dump_tries": 4,
    "dumps_kept": 2,
    "scopes_dir": Path("scopes"),
    "site_dir": None,
    "start_date": date(2015, 1, 1),
    "phabricator_url": "https://phabricator.wikimedia.org",
    "keyword_epic": 942,
    "keyword_new_functionality": 1453,
    "keyword_maintenance": 1454,
    "keyword_category": 1656,
    "keyword_goal": 2169,
    "statuses_open": StatusSets().open,
    "statuses_resolved": StatusSets().resolved,
    "statuses_out": StatusSets().out,
    "report_days_kept": 30,
    "lock_wait": 600.0,
    "scopes_at_once": None,
    "load_loss_allowed": 0.1,
    "unreadable_allowed": 0.05,
    "disagreement_allowed": 0.01,
    "alarm_webhook": SecretStr(""),
    "alarm_mail_to": "",
    "alarm_mail_from": "phlogiston@localhost",
    "alarm_smtp_url": SecretStr("smtp://localhost:25"),
    "alarm_after_days": 2,
    "site_url": "",
    "dump_looked_for_every": 600,
    "scopes_looked_at_every": 60,
    "dagster_url": "http://127.0.0.1:3000",
}

GIVEN: dict[str, tuple[str, Any]] = {
    "home": ("/srv/phlogiston", Path("/srv/phlogiston")),
    "database_url": ("postgresql+psycopg://p@db/pg", "postgresql+psycopg://p@db/pg"),
    "dump_url": ("file:///srv/a.dump", "file:///srv/a.dump"),
    "dump_patience": ("1.5", 1.5),
    "dump_slowest": ("1000", 1000),
    "dump_tries": ("1", 1),
    "dumps_kept": ("5", 5),
    "scopes_dir": ("/etc/scopes", Path("/etc/scopes")),
    "site_dir": ("/srv/www", Path("/srv/www")),
    "start_date": ("2020-02-29", date(2020, 2, 29)),
    "phabricator_url": ("https://phorge.example.org", "https://phorge.example.org"),
    "keyword_epic": ("1", 1),
    "keyword_new_functionality": ("2", 2),
    "keyword_maintenance": ("3", 3),
    "keyword_category": ("4", 4),
    "keyword_goal": ("5", 5),
    "statuses_open": ("open,progress", {"open", "progress"}),
    "statuses_resolved": ("resolved", {"resolved"}),
    "statuses_out": (" invalid , declined,,", {"invalid", "declined"}),
    "report_days_kept": ("90", 90),
    "lock_wait": ("0.5", 0.5),
    "scopes_at_once": ("3", 3),
    "load_loss_allowed": ("1", 1.0),
    "unreadable_allowed": ("0", 0.0),
    "disagreement_allowed": ("0.25", 0.25),
    "alarm_webhook": ("https://chat/x?key=y", SecretStr("https://chat/x?key=y")),
    "alarm_mail_to": ("ops@example.org", "ops@example.org"),
    "alarm_mail_from": ("p@example.org", "p@example.org"),
    "alarm_smtp_url": ("smtps://a:b@mail:465", SecretStr("smtps://a:b@mail:465")),
    "alarm_after_days": ("3", 3),
    "site_url": ("https://site.example.org", "https://site.example.org"),
    "dump_looked_for_every": ("30", 30),
    "scopes_looked_at_every": ("5", 5),
    "dagster_url": ("https://dagster.example.org", "https://dagster.example.org"),
}

WRONG = {
    "home": ["data[1]", "100%", "what?"],
    "database_url": ["nonsense", "mysql://a@b/c", "postgresql+psycopg2://a@b/c"],
    "dump_patience": ["0", "-1", "nan", "inf", "long"],
    "dump_slowest": ["0", "1.5"],
    "dump_tries": ["0", "1.5"],
    "dumps_kept": ["0", "two", "1.5"],
    "start_date": ["2026-13-01", "long ago"],
    "keyword_epic": ["epic"],
    "report_days_kept": ["0"],
    "lock_wait": ["-1", "nan"],
    "load_loss_allowed": ["-0.1", "1.5", "nan"],
    "unreadable_allowed": ["2"],
    "disagreement_allowed": ["-1"],
    "alarm_webhook": ["chat.example.org"],
    "alarm_smtp_url": ["mail", "http://mail"],
    "alarm_after_days": ["0"],
    "site_url": ["site.example.org", "https://a:b@site.example.org"],
    "dump_looked_for_every": ["0"],
    "scopes_looked_at_every": ["soon"],
}


@pytest.fixture(autouse=True)
def _no_settings_of_the_tester(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("PHLOGISTON_"):
            monkeypatch.delenv(name)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"PHLOGISTON_{name.upper()}"


def test_every_setting_has_its_default() -> None:
    assert dict(Settings()) == DEFAULTS


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_can_be_given_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text, value = GIVEN[name]
    monkeypatch.setenv(variable(name), text)
    assert dict(Settings()) == {**DEFAULTS, name: value}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(variable(name), "")
    assert dict(Settings()) == DEFAULTS


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    description = Settings.model_fields[name].description or ""
    assert description.endswith(".")


def test_what_is_made_lies_in_the_home_folder_unless_said_otherwise() -> None:
    settings = Settings(home=Path("/srv/p"))
    assert settings.database == "sqlite:////srv/p/phlogiston.sqlite"
    assert (settings.site, settings.dumps) == (Path("/srv/p/site"), Path("/srv/p/dumps"))
    moved = Settings(database_url="postgresql://db/p", site_dir=Path("/srv/www"))
    assert (moved.database, moved.site) == ("postgresql://db/p", Path("/srv/www"))


def test_keywords_and_statuses_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (text, _) in GIVEN.items():
        monkeypatch.setenv(variable(name), text)
    settings = Settings()
    assert settings.keywords == Keywords(
        epic=1, new_functionality=2, maintenance=3, category=4, goal=5
    )
    assert settings.statuses == StatusSets(
        frozenset({"open", "progress"}), frozenset({"resolved"}), frozenset({"invalid", "declined"})
    )


def test_settings_do_not_change_under_a_run() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().home = Path("/elsewhere")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts]
)
def test_a_wrong_value_is_wrong_usage_and_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(variable(name), text)
    done = CliRunner().invoke(main, ["check"])
    assert done.exit_code == WRONG_USAGE
    assert done.stderr.startswith("error: wrong setting.")
    assert "Value error" not in done.stderr
    assert variable(name) in done.stderr
    assert done.stdout == ""


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, texts in WRONG.items():
        monkeypatch.setenv(variable(name), texts[0])
    said = CliRunner().invoke(main, ["check"]).stderr
    assert [name for name in WRONG if variable(name) not in said] == []


def documented() -> dict[str, list[str]]:
    """The cells of the document's table by variable, without backticks."""
    rows = re.findall(r"^\|(.*PHLOGISTON_.*)\|\s*$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    cells = [[cell.strip().replace("`", "") for cell in row.split("|")] for row in rows]
    assert len({row[0] for row in cells}) == len(cells), "a setting stands twice"
    return {row[0]: row for row in cells}


def test_the_document_has_exactly_the_settings() -> None:
    assert list(documented()) == [variable(name) for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_document_tells_default_and_meaning_of_each_setting(name: str) -> None:
    _, default, meaning = documented()[variable(name)]
    if isinstance(DEFAULTS[name], frozenset):
        assert sorted(default.split(",")) == sorted(DEFAULTS[name])
    else:
        told = DEFAULTS[name]
        told = told.get_secret_value() if isinstance(told, SecretStr) else told
        assert default == ("(empty)" if told in (None, "") else str(told))
    assert meaning == str(Settings.model_fields[name].description).replace("`", "")
