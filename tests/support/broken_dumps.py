"""Hypothesis strategies: dumps of which some values are broken, anywhere.

The file stays a JSON object with its two keys.
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from hypothesis import strategies as st
from support.oracle import Dump

Path = tuple[str | int, ...]

BROKEN: tuple[Any, ...] = (
    *(None, "", "x", -1, True, 1.5, [], {}),
    *(10**30, -(10**30), 2**63, 1e300, [None], {"a": {"b": [1]}}, [[], {}, None, 1, "x"]),
    *("NaN", '"NaN"', "Infinity", "1e999", "open", "41", "null null", "[[[[1]]]]"),
    *("{", '["PHID-PROJ-483"', '{"edge:type":', '{"edge:type":{"a":41}}', '{"edge:type":41.5}'),
    *("\ud800", '"\\ud800"', "\x00", '{"PHID-PROJ-483":null}', '{"PHID-PROJ-483":{"type":[41]}}'),
    *('[{"boardPHID":null}, 3, null]', '[{"boardPHID":"PHID-PROJ-483","columnPHID":{}}]'),
)
BROKEN_KEYS = ("", "x", "1.5", "-", "9" * 30, "\ud800", "null")


class Break(NamedTuple):
    """One thing to break: a whole or a field, which one, how, and a number for that way."""

    whole: bool
    place: int
    way: str
    number: int


drawn_breaks = st.builds(
    Break,
    st.sampled_from((False, False, False, False, True)),
    st.integers(0, 9999),
    st.sampled_from(("wrong", "wrong", "cut", "member")),
    st.integers(0, 9999),
)


@dataclass(frozen=True)
class Mangled:
    """A broken dump, with the places that were broken (paths into the dump it was made of)."""

    dump: Dump
    broken: tuple[Path, ...]

    @property
    def touched_tasks(self) -> frozenset[str]:
        """The keys of the tasks in which something was broken."""
        return frozenset(str(path[1]) for path in self.broken if path[0] == "task")

    @property
    def touches_projects(self) -> bool:
        """Whether a project or a column was broken, which concerns every task."""
        return any(path[0] == "project" for path in self.broken)


def mangled(dump: Dump | bytes, max_breaks: int = 3) -> st.SearchStrategy[Dump]:
    """Draw the dump with one or several values of its rows broken; the dump itself is kept."""
    return mangled_places(dump, max_breaks).map(lambda mangled: mangled.dump)


def mangled_places(dump: Dump | bytes, max_breaks: int = 3) -> st.SearchStrategy[Mangled]:
    """Draw a broken dump together with the places that were broken."""
    whole_dump: Dump = json.loads(dump) if isinstance(dump, bytes) else dump
    drawn = st.lists(drawn_breaks, min_size=1, max_size=max_breaks)
    return drawn.map(lambda breaks: broken_dump(whole_dump, breaks))


def broken_dump(dump: Dump, breaks: list[Break]) -> Mangled:
    """Break one place after the other, each in what the ones before have left."""
    broken = []
    for break_ in breaks:
        wholes, fields = places_of(dump)
        places = wholes if break_.whole or not fields else fields
        if places:
            path = places[break_.place % len(places)]
            dump = replaced(dump, path, break_)
            broken.append(path)
    return Mangled(dump, tuple(broken))


def replaced(holder: Any, path: Path, break_: Break) -> Any:
    """Copy what holds a place, with the place broken; a cut task gets a broken key instead."""
    step, rest = path[0], path[1:]
    copied = holder.copy()
    if rest:
        copied[step] = replaced(holder[step], rest, break_)
    elif isinstance(holder, dict) and isinstance(holder[step], dict) and break_.way == "cut":
        copied[BROKEN_KEYS[break_.number % len(BROKEN_KEYS)]] = copied.pop(step)
    else:
        copied[step] = broken_value(holder[step], break_.way, break_.number)
    return copied


def broken_value(value: Any, way: str, number: int) -> Any:
    """Give what stands in the place of a value: a wrong one, or the value cut or changed inside."""
    wrong = BROKEN[number % len(BROKEN)]
    if way == "cut" and isinstance(value, str | list) and value:
        return value[: number % len(value)]
    if way == "member" and isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            inner = json.loads(value)
        except ValueError:
            return wrong
        if inner:
            keys = list(inner) if isinstance(inner, dict) else range(len(inner))
            inner[keys[number // len(BROKEN) % len(keys)]] = wrong
        return json.dumps(inner)
    return wrong


def places_of(dump: Dump) -> tuple[list[Path], list[Path]]:
    """List the places to break: whole rows, lists, and tasks; and the fields of rows."""
    wholes: list[Path] = []
    lists: list[tuple[Path, Any]] = []
    for key, task in dump["task"].items():
        wholes.append(("task", key))
        if isinstance(task, dict):
            wholes += [("task", key, name) for name in task]
            lists.append((("task", key), [task.get("info")]))
            lists.append((("task", key, "edge"), task.get("edge")))
            rows = task.get("transactions")
            for type_, listed in rows.items() if isinstance(rows, dict) else ():
                wholes.append(("task", key, "transactions", type_))
                lists.append((("task", key, "transactions", type_), listed))
    lists += [(("project", name), dump["project"].get(name)) for name in ("projects", "columns")]
    fields: list[Path] = []
    for path, listed in lists:
        for index, row in enumerate(listed if isinstance(listed, list) else ()):
            at = (*path, "info") if path[0] == "task" and len(path) == 2 else (*path, index)
            wholes.append(at)
            fields += [(*at, place) for place in range(len(row) if isinstance(row, list) else 0)]
    return wholes, fields


def to_bytes(dump: Dump) -> bytes:
    """Write a dump as the bytes of the file: plain ASCII, lone surrogates as escapes."""
    return json.dumps(dump, allow_nan=False).encode("ascii")
