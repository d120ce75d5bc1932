"""Every figure and name of the rules' page and of the possible categories, counted again."""

from __future__ import annotations

import csv
from typing import Any

from support.accounting import account, has_figures

from phlogiston_assets.domain.charts.wording import counted, day_text

DISPLAYS = {
    "show": ("shown", ""),
    "hide": ("hidden", "; hidden from the main charts"),
    "omit": ("omitted", "; taken out of the report altogether"),
}


def projects(report: Any) -> dict[int, str]:
    """Names of the load's projects by id."""
    rows = report.known.query("SELECT id, name FROM phabricator_project ORDER BY id")
    return dict(zip(rows["id"], rows["name"], strict=True))


def rules(report: Any) -> list[dict[str, str]]:
    """The rows of the rules' file, those by name or wildcard with the ids that they stand for.

    Rows that share a title have the display of the first of them.
    """
    path = report.site.scopes_dir / f"{report.scope}_recategorization.csv"
    with path.open(newline="") as file:
        rows = [one for row in csv.DictReader(file) for one in _resolved(row, projects(report))]
    first = {row["title"]: row["display"] for row in reversed(rows)}
    return [row | {"display": first[row["title"]]} for row in rows]


def _resolved(row: dict[str, str], names: dict[int, str]) -> list[dict[str, str]]:
    wanted = row["matchstring"]
    match row["rule"]:
        case "ProjectByName":
            return [row | {"id": str(one)} for one, name in names.items() if name == wanted]
        case "ProjectsByWildcard":
            fitting = {one: name for one, name in names.items() if wanted in name}
            return [row | {"id": str(one), "title": name} for one, name in fitting.items()]
    return [row]


def words(row: dict[str, str], names: dict[int, str]) -> str:
    """What the page says that a rule takes (domain.md, section 4)."""
    called = [f"{names[int(one)]} ({one})" for one in row["id"].split()]
    where = f"contains “{row['matchstring']}”"
    match row["rule"], len(called):
        case "Intersection", 1:
            return f"No task: an intersection needs two projects, and there is only {called[0]}."
        case "Intersection", _:
            text = f"Tasks with both project {called[0]} and project {called[1]}"
        case "ProjectColumn", _:
            text = f"Tasks with project {called[0]} whose column on its board {where}"
        case "ParentTask", _:
            text = f"Tasks with project {called[0]} whose category title {where}"
        case _:
            text = f"Tasks with project {called[0]}"
    forced = "; counted as resolved" if row.get("force_status") else ""
    return f"{text}{forced}{DISPLAYS[row['display'].lower()][1]}."


def test_each_rule_is_one_of_the_file_with_the_projects_of_the_load(report: Any) -> None:
    names = projects(report)
    expected = [
        [
            str(place),
            row["title"],
            words(row, names),
            DISPLAYS[row["display"].lower()][0],
            ", ".join(names[int(one)] for one in row["id"].split()),
        ]
        for place, row in enumerate(rules(report), start=1)
    ]
    cells = [one for one in report.blocks("rules.html") if one.inside("tbody")]
    width = len(expected[0])
    assert [[one.text for one in cells[at : at + width]] for at in range(0, len(cells), width)] == (
        expected
    )


def test_what_is_included_are_the_projects_of_the_rules(report: Any) -> None:
    names = projects(report)
    order = dict.fromkeys(int(one) for row in rules(report) for one in row["id"].split())
    called = ", ".join(f"{names[one]} ({one})" for one in order)
    included, boards = (
        one.text
        for one in report.blocks("rules.html")
        if one.tag == "p" and one.text.startswith(("Tasks with at", "Boards"))
    )
    assert included == f"Tasks with at least one of the projects {called}."
    assert boards == f"Boards: {', '.join(names[one] for one in order)}"


def test_each_combination_occurs_in_the_days_of_the_scope(report: Any) -> None:
    """First of its projects, column and category title of each task on each day."""
    rows = report.known.query(
        "SELECT project, projectcolumn, category_title,"
        " sum(CASE WHEN date = :day THEN 1 ELSE 0 END) AS tasks"
        " FROM task_on_date WHERE scope = :scope GROUP BY project, projectcolumn, category_title"
    )
    told = report.table("combinations.html", "combinations")
    assert sorted(told) == sorted(
        [
            row["project"],
            " ".join(row["projectcolumn"].split()) or "no column",
            " ".join(row["category_title"].split()) or "none",
            f"{row['tasks']:,}",
        ]
        for row in rows.to_dict("records")
    )
    (lede,) = (
        one.text
        for one in report.blocks("combinations.html")
        if one.attributes.get("class") == "lede"
    )
    account(
        lede,
        counted(len(rows), "combination"),
        f"since {day_text(report.known.first)}",
        f"{int((rows['tasks'] > 0).sum()):,} hold tasks",
        f"end of {day_text(report.known.day)}",
    )
    assert not any(
        has_figures(one.text)
        for one in report.blocks("combinations.html")
        if one.inside("main") and not one.inside("tbody") and one.text != lede
    )
