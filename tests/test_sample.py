"""The sample dump is the same everywhere, hangs together, and has everything real dumps have."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from phlogiston_assets.domain.sample import SampleSize, SampleSummary, write_sample

SCOPES = Path(__file__).parents[1] / "scopes"
SIZE = SampleSize.ending(date(2026, 6, 30))
SMALL = replace(SIZE, tasks=60)
KEYWORDS = {942, 1453, 1454, 1656, 2169}
PROJECT, CHILD, PARENT, MERGED_HERE, MERGED_INTO = 41, 3, 4, 62, 63

Task = dict[str, Any]
Row = list[Any]


def written(size: SampleSize) -> tuple[bytes, SampleSummary]:
    """Write a sample to memory."""
    out = io.BytesIO()
    summary = write_sample(out, size)
    return out.getvalue(), summary


@pytest.fixture(scope="module")
def dump() -> dict[str, Any]:
    """The default sample, parsed."""
    return json.loads(written(SIZE)[0])  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def tasks(dump: dict[str, Any]) -> dict[str, Task]:
    """The tasks of the default sample by phid."""
    return {task["info"][1]: task for task in dump["task"].values()}


@pytest.fixture(scope="module")
def projects(dump: dict[str, Any]) -> dict[str, str]:
    """The names of the default sample's projects by phid."""
    return {row[2]: row[1] for row in dump["project"]["projects"]}


def rows_of(task: Task, type_: str) -> list[Row]:
    """A task's rows of one type, oldest first."""
    return sorted(task["transactions"][type_] or [], key=lambda row: (row[11], row[0]))


def all_rows(tasks: dict[str, Task], type_: str) -> Iterator[Row]:
    """The rows of one type of all tasks."""
    return (row for task in tasks.values() for row in rows_of(task, type_))


def edge_type(row: Row) -> int | None:
    """The edge type that a row's metadata names; None in the oldest form."""
    return int(json.loads(row[9])["edge:type"]) if row[9] else None


def last_value(task: Task, type_: str) -> Any:
    """The newest new value of a type, or a marker if there is no row."""
    rows = rows_of(task, type_)
    return json.loads(rows[-1][8]) if rows else ...


def projects_in_the_end(task: Task) -> set[str]:
    """The projects that a task's transactions leave it with."""
    held: set[str] = set()
    for row in rows_of(task, "core:edge"):
        old, new = json.loads(row[7]), json.loads(row[8])
        if edge_type(row) == PROJECT:
            held = (held - set(old)) | set(new)
        elif not row[9] and any(e["type"] == PROJECT for s in (old, new) if s for e in s.values()):
            held = {phid for phid, e in dict(new).items() if e["type"] == PROJECT}
    return held


def bonds(tasks: dict[str, Task], type_: int) -> set[tuple[str, str]]:
    """All edges of one type as pairs of phids."""
    return {(e[0], e[2]) for task in tasks.values() for e in task["edge"] if e[1] == type_}


def test_the_same_size_and_seed_give_the_same_bytes() -> None:
    assert written(SMALL) == written(SMALL)


def test_the_bytes_are_the_same_on_every_machine_and_python() -> None:
    """A new digest is right where the sample was meant to change, and only there."""
    assert blake2b(written(SMALL)[0], digest_size=8).hexdigest() == "24e361277102deaf"


def test_another_seed_gives_another_sample() -> None:
    assert written(SMALL)[0] != written(replace(SMALL, seed=2))[0]


@pytest.mark.parametrize("tasks", [1, 2, 13])
def test_a_tiny_sample_is_a_dump(tasks: int) -> None:
    data, summary = written(SampleSize(date(2026, 1, 1), date(2026, 1, 2), tasks=tasks))
    assert len(json.loads(data)["task"]) == summary.tasks == tasks


def test_the_summary_counts_what_was_written() -> None:
    data, summary = written(SMALL)
    dump = json.loads(data)
    rows = sum(
        len(rows or ()) for t in dump["task"].values() for rows in t["transactions"].values()
    )
    assert summary == SampleSummary(
        tasks=len(dump["task"]),
        transactions=rows,
        projects=len(dump["project"]["projects"]),
        columns=len(dump["project"]["columns"]),
        bytes=len(data),
    )


def test_the_dump_is_written_in_blocks() -> None:
    class Blocks(io.BytesIO):
        largest = 0

        def write(self, block: Any) -> int:
            self.largest = max(self.largest, len(block))
            return super().write(block)

    out = Blocks()
    assert write_sample(out, SIZE).bytes > 5_000_000
    assert out.largest < 1_500_000


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"tasks": 0}, "at least one task"),
        ({"seed": -1}, "a seed is 0 or more"),
        ({"extra_projects": -1}, "extra projects are 0 to 4000"),
        ({"extra_projects": 4_001}, "extra projects are 0 to 4000"),
        ({"first_day": date(2026, 6, 30)}, "must be after 2026-06-30"),
    ],
)
def test_a_size_that_cannot_be_is_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(SIZE, **wrong)


def test_larger_samples_have_more_projects_beside_the_named_ones(dump: dict[str, Any]) -> None:
    larger = json.loads(written(replace(SIZE, tasks=2_500))[0])["project"]["projects"]
    named = dump["project"]["projects"]
    assert larger[: len(named)] == named
    assert len(larger) == len(named) + 10
    assert len({row[1] for row in larger}) == len(larger)
    assert replace(SIZE, tasks=400_000).projects_beside_teams == pytest.approx(4_000, abs=20)


def test_status_priority_and_points_at_load_are_those_of_the_history(
    tasks: dict[str, Task],
) -> None:
    for task in tasks.values():
        info = task["info"]
        merged = any(edge_type(row) == MERGED_INTO for row in rows_of(task, "core:edge"))
        status, points = last_value(task, "status"), last_value(task, "points")
        priority = last_value(task, "priority")
        assert info[4] == ("duplicate" if merged else "open" if status is ... else status)
        assert info[5] == (90 if priority is ... else int(priority))
        assert info[10] == (None if points in (..., None) else float(points))


def test_values_follow_each_other_without_gaps(tasks: dict[str, Task]) -> None:
    for task in tasks.values():
        for type_ in ("status", "priority", "points", "reassign"):
            rows = [[json.loads(row[7]), json.loads(row[8])] for row in rows_of(task, type_)]
            for (_, before), (after, _) in pairwise(rows):
                assert str(before) == str(after)


def test_project_edges_are_those_of_the_history(tasks: dict[str, Task]) -> None:
    for task in tasks.values():
        held = {edge[2] for edge in task["edge"] if edge[1] == PROJECT}
        assert held == projects_in_the_end(task)


def test_every_bond_is_seen_from_both_sides(tasks: dict[str, Task]) -> None:
    for here, there in ((CHILD, PARENT), (MERGED_HERE, MERGED_INTO)):
        assert bonds(tasks, here) == {(b, a) for a, b in bonds(tasks, there)}
        assert len(bonds(tasks, here)) > 30


def test_descent_goes_deeper_than_one_level(tasks: dict[str, Task]) -> None:
    parent = {child: mother for mother, child in bonds(tasks, CHILD)}
    depths = Counter[int]()
    for task in tasks:
        depth, above = 0, parent.get(task)
        while above is not None:
            depth, above = depth + 1, parent.get(above)
        depths[depth] += 1
    assert depths[1] > depths[2] > depths[3] > 10


def test_every_phid_is_known_but_those_of_private_projects(
    dump: dict[str, Any], tasks: dict[str, Task], projects: dict[str, str]
) -> None:
    columns = {row[1]: row[5] for row in dump["project"]["columns"]}
    private = set()
    for task in tasks.values():
        for edge in task["edge"]:
            assert not edge[2].startswith("PHID-TASK") or edge[2] in tasks
            if edge[1] == PROJECT and edge[2] not in projects:
                private.add(edge[2])
        for row in rows_of(task, "core:columns"):
            for place in json.loads(row[8]):
                assert columns[place["columnPHID"]] == place["boardPHID"]
                assert place["boardPHID"] in projects
    assert 1 <= len(private) <= 5


def test_rows_have_twelve_fields_and_lie_in_the_sample(tasks: dict[str, Task]) -> None:
    first = datetime.combine(SIZE.first_day, datetime.min.time(), UTC).timestamp()
    last = datetime.combine(SIZE.last_day, datetime.max.time(), UTC).timestamp()
    ids = []
    for phid, task in tasks.items():
        rows = [row for type_ in task["transactions"] for row in rows_of(task, type_)]
        for row in rows:
            assert len(row) == 12
            assert row[3] == phid
            assert first <= task["info"][7] <= row[10] == row[11] <= last
        assert max(row[11] for row in rows) == task["info"][8]
        by_id = [row[11] for row in sorted(rows)]
        assert by_id == sorted(by_id)
        ids += [row[0] for row in rows]
    assert len(set(ids)) == len(ids)
    assert 10 <= len(ids) / len(tasks) <= 14


def test_project_rows_of_all_three_ages_occur(tasks: dict[str, Task]) -> None:
    forms = Counter[str]()
    for row in all_rows(tasks, "core:edge"):
        old, new, grouped = json.loads(row[7]), json.loads(row[8]), "core.groupID" in row[9]
        if row[9] == "" and isinstance(new, dict):
            forms["oldest"] += 1
        elif edge_type(row) == PROJECT and not grouped:
            forms["middle"] += isinstance(new, dict) and set(new) - set(old) != set(new)
        elif edge_type(row) == PROJECT:
            assert isinstance(old, list)
            assert isinstance(new, list)
            assert not set(old) & set(new)
            forms["today's"] += 1
    assert min(forms[form] for form in ("oldest", "middle", "today's")) > 20


def test_a_creation_is_one_edit(tasks: dict[str, Task]) -> None:
    rows = [
        row
        for type_ in ("status", "priority", "points", "core:edge", "core:columns")
        for row in all_rows(tasks, type_)
    ]
    made = [row for row in rows if "core.create" in row[9]]
    assert len(made) > 500
    assert all(row[11] == tasks[row[3]]["info"][7] for row in made)


def test_defaults_left_rows_in_old_times_and_none_today(tasks: dict[str, Task]) -> None:
    firsts = Counter[str]()
    for task in tasks.values():
        rows = rows_of(task, "status")
        firsts[rows[0][7] if rows else "none"] += 1
    assert firsts["null"] > 100
    assert firsts['"open"'] > 100
    assert firsts["none"] > 100


def test_a_merge_leaves_no_status_row(tasks: dict[str, Task]) -> None:
    merged = {task for task, _ in bonds(tasks, MERGED_INTO)}
    duplicates = {phid for phid, task in tasks.items() if task["info"][4] == "duplicate"}
    assert merged == duplicates
    assert all(row[8] != '"duplicate"' for row in all_rows(tasks, "status"))


def test_what_happens_in_real_life_happens_here(tasks: dict[str, Task]) -> None:
    changes = Counter((row[7], row[8]) for row in all_rows(tasks, "status"))
    assert changes['"resolved"', '"open"'] > 20
    statuses = Counter(task["info"][4] for task in tasks.values())
    assert all(statuses[s] > 5 for s in ("declined", "invalid", "stalled", "progress", "duplicate"))
    points = [(row[7], row[8]) for row in all_rows(tasks, "points")]
    assert any(new == "null" for _, new in points)
    assert any("null" not in change for change in points)
    owners = [row[8] for row in all_rows(tasks, "reassign")]
    assert "null" in owners
    places = Counter(len(json.loads(row[8])) for row in all_rows(tasks, "core:columns"))
    assert places[1] > places[2] > places[3] > 0
    assert max(places) <= 4
    left = [json.loads(row[7]) for row in all_rows(tasks, "core:edge") if edge_type(row) == PROJECT]
    assert sum(isinstance(old, list) and old != [] for old in left) > 30


def test_boards_have_default_nameless_hidden_and_stand_in_columns(dump: dict[str, Any]) -> None:
    columns = dump["project"]["columns"]
    default = [row for row in columns if row[8] == '{"isDefault":true}']
    assert len({row[5] for row in default}) == len(default)
    assert {row[2] for row in default} >= {"", "Backlog"}
    assert any(row[3] == 1 for row in columns)
    assert sum(row[2] == "" and row[8] == "[]" for row in columns) == 6


def test_titles_hold_what_keyboards_can_do(tasks: dict[str, Task]) -> None:
    titles = "\n".join(task["info"][6] for task in tasks.values())
    for text in ("日本語", "العربي", "<b>", "$", "&", '"', "'", "\\", "🚀"):
        assert text in titles


def test_little_is_done_on_holidays_and_much_at_the_end_of_sprints(tasks: dict[str, Task]) -> None:
    days = Counter[date]()
    for row in all_rows(tasks, "status"):
        if row[8] == '"resolved"':
            days[datetime.fromtimestamp(row[11], UTC).date()] += 1
    august = sum(n for day, n in days.items() if day.month == 8)
    assert august < 0.8 * sum(n for day, n in days.items() if day.month == 10)
    thursdays = sum(n for day, n in days.items() if day.weekday() == 3)
    assert thursdays > 1.5 * sum(n for day, n in days.items() if day.weekday() == 1)


def share_resolved(tasks: dict[str, Task], project: str) -> float:
    """The share of a project's tasks that are resolved, of those open or resolved."""
    statuses = Counter(t["info"][4] for t in tasks.values() if project in {e[2] for e in t["edge"]})
    still_open = statuses["open"] + statuses["stalled"] + statuses["progress"]
    return statuses["resolved"] / (statuses["resolved"] + still_open)


def test_some_work_arrives_and_some_drowns(
    tasks: dict[str, Task], projects: dict[str, str]
) -> None:
    done = {name: share_resolved(tasks, phid) for phid, name in projects.items()}
    assert done["App-Release-7.1"] > 0.8
    assert done["Infra-Cycle-2"] > 0.8
    assert done["On-Call"] > 0.8
    assert done["App-Release-7.6"] < 0.6
    assert done["App-Design-Debt"] < 0.5


@pytest.mark.parametrize("prefix", ["edit", "apps", "infra"])
def test_the_sample_scopes_name_only_what_the_sample_has(
    prefix: str, dump: dict[str, Any], tasks: dict[str, Task]
) -> None:
    projects = {row[0]: row for row in dump["project"]["projects"]}
    names = [row[1] for row in projects.values()]
    goals = [
        task["info"][6]
        for task in tasks.values()
        if {projects[1656][2], projects[2169][2]} & {edge[2] for edge in task["edge"]}
    ]
    with (SCOPES / f"{prefix}_recategorization.csv").open(encoding="utf-8", newline="") as file:
        rules = list(csv.DictReader(file))
    assert rules
    for rule in rules:
        ids, text = [int(id_) for id_ in rule["id"].split()], rule["matchstring"]
        assert set(ids) <= set(projects)
        match rule["rule"]:
            case "ProjectByName":
                assert text in names
            case "ProjectsByWildcard":
                assert any(text in name for name in names)
            case "ProjectColumn":
                board = projects[ids[0]][2]
                columns = [row[2] for row in dump["project"]["columns"] if row[5] == board]
                assert any(text in column for column in columns)
            case "ParentTask":
                assert any(text in goal for goal in goals)
            case "Intersection":
                both = {projects[id_][2] for id_ in ids}
                assert any(both <= {edge[2] for edge in task["edge"]} for task in tasks.values())


def test_the_sample_scopes_use_every_kind_of_rule_and_display() -> None:
    kinds, displays, forced, groups = set(), set(), set(), set()
    for path in sorted(SCOPES / f"{p}_recategorization.csv" for p in ("edit", "apps", "infra")):
        rules = list(csv.DictReader(path.read_text("utf-8").splitlines()))
        kinds |= {rule["rule"] for rule in rules}
        displays |= {rule["display"] for rule in rules}
        forced |= {rule.get("force_status") or "" for rule in rules}
        settings = ConfigParser(interpolation=None)
        settings.read(str(path).replace("_recategorization.csv", "_scope.py"), encoding="utf-8")
        groups.add(settings["vars"]["group"])
        assert int(settings["vars"]["status_report_project"])
        assert "start_date" not in settings["vars"]
    assert displays == {"show", "hide", "omit"}
    assert forced == {"", "resolved"}
    assert len(groups) == 2
    assert kinds == {
        *("ProjectByID", "ProjectByName", "ProjectsByWildcard"),
        *("Intersection", "ProjectColumn", "ParentTask"),
    }
