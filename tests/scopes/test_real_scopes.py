"""The scopes that teams really wrote load unchanged, with what their authors meant."""

import configparser
import csv
import re
from datetime import date
from pathlib import Path

import pytest

from phlogiston_assets.domain.scopes import (
    Display,
    QuarterStart,
    Rule,
    RuleKind,
    Scope,
    find_prefixes,
    load_warnings,
    misnamed_files,
    read_scope,
    resolve_rules,
    scope_projects,
)

REAL = [
    "aht",
    "ana",
    "and",
    "clo",
    "col",
    "cot",
    "cto",
    "dis",
    "discir",
    "dismap",
    "diswik",
    "fr",
    "ios",
    "ja",
    "lan",
    "mm",
    "mwp",
    "ooj",
    "ops",
    "pana",
    "per",
    "phl",
    "red",
    "redb",
    "rel",
    "relkan",
    "res",
    "sc3",
    "sco",
    "sea",
    "sec",
    "ser",
    "tdebt",
    "tpg",
    "ve",
    "vec",
]
CASES = [("modern", prefix) for prefix in ("ma", "mb", "mc", "md")] + [
    ("real", prefix) for prefix in ("ra", "rb", "rc")
]


def read_real(shared: Path, prefix: str) -> Scope:
    return read_scope(shared / "scopes", prefix)


def test_all_36_real_scopes_are_found(shared: Path) -> None:
    assert find_prefixes(shared / "scopes") == tuple(REAL)
    assert misnamed_files(shared / "scopes") == ()


@pytest.mark.parametrize("prefix", REAL)
def test_the_rules_of_a_real_scope_are_the_rows_of_its_file(shared: Path, prefix: str) -> None:
    path = shared / "scopes" / f"{prefix}_recategorization.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    read = [
        (rule.kind, rule.title, rule.display, " ".join(map(str, rule.ids)), rule.matchstring)
        for rule in read_real(shared, prefix).rules
    ]
    assert read == [
        (row["rule"], row["title"], row["display"].lower(), row["id"], row["matchstring"])
        for row in rows
    ]


@pytest.mark.parametrize("prefix", REAL)
def test_each_rule_of_a_real_scope_knows_its_line(shared: Path, prefix: str) -> None:
    path = shared / "scopes" / f"{prefix}_recategorization.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    for rule in read_real(shared, prefix).rules:
        assert rule.kind in lines[rule.line - 1]
        assert all(str(project) in lines[rule.line - 1] for project in rule.ids)


@pytest.mark.parametrize("prefix", REAL)
def test_the_settings_of_a_real_scope_are_those_of_its_file(shared: Path, prefix: str) -> None:
    ini = configparser.ConfigParser(interpolation=None)
    ini.read(shared / "scopes" / f"{prefix}_scope.py", encoding="utf-8")
    written = ini["vars"]
    settings = read_real(shared, prefix).settings

    assert settings.prefix == prefix
    assert settings.title == written["scope_title"].strip("'\"")
    assert settings.start_date == date.fromisoformat(written["start_date"])
    assert settings.default_points == float(written["default_points"])
    for name in ("retroactive_categories", "retroactive_points"):
        assert getattr(settings, name) is written.getboolean(name, fallback=False)
    for name in ("show_points", "show_count"):
        assert getattr(settings, name) is written.getboolean(name, fallback=True)
    assert settings.status_report_project == written.getint("status_report_project", fallback=None)
    assert settings.ignored == tuple(
        name for name in written if name in {"project_list", "status_report_range"}
    )


@pytest.mark.parametrize(
    ("prefix", "cutoff"),
    [("ve", QuarterStart.CURRENT), ("ooj", date(2017, 1, 1)), ("dis", None)],
)
def test_real_cutoffs_are_read(
    shared: Path, prefix: str, cutoff: date | QuarterStart | None
) -> None:
    assert read_real(shared, prefix).settings.backlog_resolved_cutoff == cutoff


@pytest.mark.parametrize(
    ("prefix", "start", "end"),
    [
        ("rel", QuarterStart.CURRENT, None),
        ("ooj", QuarterStart.CURRENT, None),
        ("fr", QuarterStart.CURRENT, None),
        ("ve", QuarterStart.CURRENT, None),
        ("red", date(2018, 1, 24), date(2018, 2, 7)),
    ],
)
def test_real_status_report_dates_are_read(
    shared: Path, prefix: str, start: date | QuarterStart, end: date | None
) -> None:
    settings = read_real(shared, prefix).settings
    assert (settings.status_report_start, settings.status_report_end) == (start, end)


def test_the_rule_of_per_that_names_no_id_loads_with_a_warning(shared: Path) -> None:
    scope = read_real(shared, "per")
    assert scope.rules[-1] == Rule(
        RuleKind.PROJECT_BY_ID, "Other", Display.SHOW, (), "1212", None, 4
    )
    assert scope.rules[-1].never_matches
    path = shared / "scopes" / "per_recategorization.csv"
    assert scope.warnings == (
        (
            f"{path}, line 4: the rule names no project, so no task matches it."
            " Move 1212 from matchstring to id."
        ),
    )


def test_a_real_scope_with_columns_in_another_order_loads(shared: Path) -> None:
    assert read_real(shared, "lan").rules[0] == Rule(
        RuleKind.PROJECT_COLUMN,
        "CX Tasklist (1st goal)",
        Display.SHOW,
        (2184,),
        "CX-tasklist (1st goal)",
        None,
        2,
    )


def test_real_rules_that_force_a_status_load(shared: Path) -> None:
    assert [rule.title for rule in read_real(shared, "vec").rules if rule.force_status] == ["Done"]
    assert read_real(shared, "pana").rules[0].force_status == "resolved"


def test_blanks_at_the_end_of_a_real_matchstring_are_kept(shared: Path) -> None:
    rules = {rule.title: rule for rule in read_real(shared, "ve").rules}
    assert rules["Rich diffs in VE"].matchstring.endswith("review-your-changes tab  ")


def test_real_scopes_load_with_the_warnings_that_they_deserve(shared: Path) -> None:
    found = {
        (prefix, int(match[1]))
        for prefix in REAL
        for warning in read_real(shared, prefix).warnings
        if (match := re.search(r", line (\d+): ", warning))
    }
    assert found == {
        ("col", 34),  # Intersection with one id
        ("col", 35),  # ProjectColumn without matchstring
        ("dismap", 4),  # project_list
        ("diswik", 4),
        ("ja", 4),
        ("pana", 4),
        ("per", 4),  # no id
        ("sc3", 7),  # status_report_range
        ("tpg", 7),
        ("ve", 6),  # ProjectByID with a matchstring
        ("ve", 21),  # matchstring that ends in blanks
    }


@pytest.mark.parametrize(("case", "prefix"), CASES)
def test_the_scopes_of_the_cases_load_without_a_warning(
    shared: Path, case: str, prefix: str
) -> None:
    scope = read_scope(shared / "cases" / case / "scopes", prefix)
    assert scope.warnings == ()
    assert scope.rules


def test_the_real_scope_phl_resolves_against_a_load(shared: Path) -> None:
    scope = read_real(shared, "phl")
    projects = {
        1853: "Phlogiston",
        1961: "Phlogiston-Forecast tuning",
        1960: "Phlogiston-Core",
        1959: "Phlogiston-Burnup",
        1795: "Phlogiston-Interrupt",
        1962: "Phlogiston-Debt",
        1899: "Phlogiston-Infra",
        483: "VisualEditor",
    }
    resolved = resolve_rules(scope, projects)
    assert [(rule.title, rule.ids, rule.display) for rule in resolved] == [
        ("Forecasting", (1961,), Display.SHOW),
        ("Core Fraction", (1960,), Display.HIDE),
        ("Burnup Support", (1959,), Display.SHOW),
        ("Interrupt", (1795,), Display.SHOW),
        ("Technical Debt", (1962,), Display.SHOW),
        ("Uncategorized", (1853,), Display.SHOW),
        ("Phlogiston-Infra", (1899,), Display.HIDE),
    ]
    assert scope_projects(resolved) == (1961, 1960, 1959, 1795, 1962, 1853, 1899)
    assert load_warnings(scope, projects) == ()
