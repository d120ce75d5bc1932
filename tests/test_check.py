"""`phlogiston check` as a team lead has it: what it says, and that it writes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.samples import sample_dump

from phlogiston_assets.cli import main
from phlogiston_assets.domain.scopes import read_scope
from resources.agenda import scope_work
from resources.figuring import store_figures
from resources.loading import load_dump
from resources.reconstructing import reconstruct_days
from resources.settings import Settings
from resources.warehouse.database import Database

LAST_DAY = date(2026, 3, 20)
SCOPES = Path(__file__).resolve().parents[1] / "scopes"
Check = Callable[..., Result]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sample loaded in `home`, and its three scopes up to date but for `infra`."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copytree(SCOPES, folder / "scopes")
    dump = sample_dump(folder, LAST_DAY, tasks=150, days=60)
    settings = Settings(home=folder / "home", scopes_dir=folder / "scopes")
    database = Database(settings.database)
    database.prepare()
    load_dump(database, dump, LAST_DAY)
    for prefix in ("apps", "edit"):
        scope = read_scope(settings.scopes_dir, prefix)
        work = scope_work(database, settings, scope)
        assert work is not None
        reconstruct_days(database, settings, scope, work.days, anew=True)
        store_figures(database, settings, scope, LAST_DAY)
    database.close()
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "copy"))


@pytest.fixture
def check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("PHLOGISTON_HOME", str(folder / "home"))
    monkeypatch.setenv("PHLOGISTON_SCOPES_DIR", str(folder / "scopes"))
    return lambda *options: CliRunner().invoke(main, ["check", *options], catch_exceptions=False)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / "scopes" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_edit_of_a_rule_is_shown_in_tasks_and_points(check: Check, folder: Path) -> None:
    edit(folder, "edit_recategorization.csv", "Everything else,show", "All the rest,show")
    result = check("--scope", "edit")
    assert result.exit_code == 0
    assert "  Needs a new report only, no new reconstruction." in result.output
    (told,) = json.loads(check("--scope", "edit", "--json").output)["scopes"]
    (moved,) = told["preview"]["movements"]
    assert (moved["source"], moved["target"]) == ("Everything else", "All the rest")
    tasks, points = moved["tally"]["tasks"], moved["tally"]["points"]
    rows = [line.split() for line in result.output.splitlines()]
    assert ["Everything", "else", "All", "the", "rest", str(tasks), f"{points:g}"] in rows
    assert ["All", "the", "rest", "0", "→", str(tasks)] in [row[:6] for row in rows]
    assert ["Everything", "else", str(tasks), "→", "0"] in [row[:5] for row in rows]
    assert all(len(line) <= 80 for line in result.output.splitlines() if "→" in line)


def test_a_new_project_is_shown_to_need_a_reconstruction(check: Check, folder: Path) -> None:
    edit(folder, "edit_recategorization.csv", "elsewhere,hide,112", "elsewhere,hide,140")
    result = check("--scope", "edit")
    assert "Needs a new reconstruction of " in result.output
    assert "the rules name more projects: 140 (Infrastructure)" in result.output
    assert "(not in the scope)" in result.output


def test_one_rule_is_not_several(check: Check, folder: Path) -> None:
    (folder / "scopes" / "edit_recategorization.csv").write_text(
        "rule,title,display,id,matchstring\nProjectByID,Everything,show,110,\n"
    )
    assert check("--scope", "edit").output.splitlines()[0] == "edit: Editing, 1 rule"


def test_nothing_to_do_and_what_was_never_reconstructed_are_told_apart(check: Check) -> None:
    lines = check().output.splitlines()
    assert lines[lines.index("apps: Mobile apps, 10 rules") + 1].startswith("  Needs nothing: ")
    infra = lines[next(at for at, line in enumerate(lines) if line.startswith("infra: ")) + 1]
    assert infra.startswith("  Not reconstructed yet: needs ")


def test_idle_rules_are_named_with_file_and_line(check: Check, folder: Path) -> None:
    path = folder / "scopes" / "edit_recategorization.csv"
    last = len(path.read_text().splitlines())
    path.write_text(
        path.read_text()
        + "ProjectColumn,Late,show,110,Interrupt \nIntersection,Both,show,112 110,\n"
    )
    output = check("--scope", "edit").output
    assert f"{path}, line {last + 1}: ProjectColumn 'Late' matches no task on any day" in output
    assert f"{path}, line {last + 2}: Intersection 'Both' takes no task on any day" in output


def test_a_wrong_file_is_told_and_fails_but_the_others_are_shown(
    check: Check, folder: Path
) -> None:
    edit(folder, "apps_recategorization.csv", "ProjectByName", "ProjectByMagic")
    result = check()
    assert result.exit_code == 1
    assert "apps_recategorization.csv, line " in result.stderr
    assert "edit: Editing" in result.stdout
    told = json.loads(check("--json").stdout)["scopes"]
    assert [bool(one["faults"]) for one in told] == [True, False, False]


def test_all_faults_of_a_scope_are_told_at_once(check: Check, folder: Path) -> None:
    edit(folder, "apps_recategorization.csv", "ProjectByName", "ProjectByMagic")
    settings = folder / "scopes" / "apps_scope.py"
    settings.write_text(settings.read_text() + "nonsense = 1\nmore nonsense\n")
    result = check("--scope", "apps")
    assert result.exit_code == 1
    told = result.stderr.splitlines()
    assert len(told) == 3
    assert ["apps_scope.py, line " in line for line in told] == [True, True, False]
    assert all(line.startswith("error: ") for line in told)
    (one,) = json.loads(check("--scope", "apps", "--json").stdout)["scopes"]
    assert [f"error: {fault}" for fault in one["faults"]] == told


def test_a_name_that_the_load_does_not_have_is_a_wrong_file(check: Check, folder: Path) -> None:
    edit(folder, "edit_recategorization.csv", "Visual-Editor", "Visual-Edit")
    result = check("--scope", "edit")
    assert result.exit_code == 1
    assert "no project is named 'Visual-Edit'" in result.stderr
    assert "Visual-Editor" in result.stderr


def test_nothing_is_ever_written(check: Check, folder: Path) -> None:
    edit(folder, "edit_recategorization.csv", "elsewhere,hide,112", "elsewhere,hide,140")
    edit(folder, "apps_recategorization.csv", "Crashes", "Crash")
    before = files(folder)
    assert check().exit_code == 0
    assert files(folder) == before


def test_without_a_load_the_files_are_checked_and_no_home_is_made(
    check: Check, folder: Path
) -> None:
    shutil.rmtree(folder / "home")
    result = check()
    assert result.exit_code == 0
    assert result.output.count("Nothing is loaded yet, so what the files will do") == 3
    assert not (folder / "home").exists()


def test_a_database_that_cannot_be_read_is_told_and_the_files_are_checked(
    check: Check, folder: Path
) -> None:
    (folder / "home" / "phlogiston.sqlite").write_text("no database, and long enough to be seen")
    result = check()
    assert result.exit_code == 1
    assert result.output.count("What the files will do cannot be told. The database") == 1
    assert {f"{prefix}: " in result.output for prefix in ("apps", "edit", "infra")} == {True}
    assert "error: " in result.stderr
    told = json.loads(check("--json").stdout)["scopes"]
    assert {one["obstacle"][:23] for one in told} == {"What the files will do "}


def test_what_a_terminal_would_obey_is_not_written(check: Check, folder: Path) -> None:
    edit(folder, "edit_recategorization.csv", "Everything else,show", "Every\x1b[31mthing,show")
    output = check("--scope", "edit").output
    assert "\x1b" not in output
    assert "Every\N{REPLACEMENT CHARACTER}[31mthing" in output


def test_a_start_after_the_load_is_told_to_need_nothing_yet(check: Check, folder: Path) -> None:
    with (folder / "scopes" / "infra_scope.py").open("a") as file:
        file.write("start_date = 2030-01-01\n")
    assert "Needs nothing yet: start_date is 2030-01-01" in check("--scope", "infra").output
