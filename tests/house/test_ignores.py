"""Whatever tells a tool to look away says why."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from support.documents import ROOT

PACKAGES = ("phlogiston_assets", "resources", "benchmarks")
NOQA = re.compile(r"# noqa\b(?!: [A-Z0-9]+(, [A-Z0-9]+)* - \w)")
TYPE_IGNORE = re.compile(r"# type: ignore\b(?!\[[a-z, -]+\] +# \w)")


def lines(*folders: str) -> Iterator[tuple[str, str]]:
    """Each line of the Python files of folders, with the place where it is."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                yield f"{path.relative_to(ROOT)}:{number}", line


def test_every_line_that_a_linter_passes_over_says_why() -> None:
    places = [at for at, line in lines(*PACKAGES, "tests") if NOQA.search(line)]
    assert [at for at in places if "test_ignores.py" not in at] == []


def test_every_type_that_is_not_checked_says_why() -> None:
    assert [at for at, line in lines(*PACKAGES) if TYPE_IGNORE.search(line)] == []


def test_what_is_told_without_a_reason_is_found() -> None:
    assert NOQA.search("x = 1  # noqa: E501")
    assert NOQA.search("x = 1  # noqa")
    assert not NOQA.search("x = 1  # noqa: E501, S704 - our own")
    assert TYPE_IGNORE.search("x = 1  # type: ignore[arg-type]")
    assert not TYPE_IGNORE.search("x = 1  # type: ignore[arg-type] # told below")


def test_every_rule_that_is_off_says_why() -> None:
    """A rule's own comment, or that of the list or override in which it is."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ruff = tomllib.loads(text)["tool"]["ruff"]["lint"]
    ignored = [
        *ruff["ignore"],
        *(rule for rules in ruff["per-file-ignores"].values() for rule in rules),
    ]
    alike = {"RUF002", "RUF003"}  # as RUF001, which stands before them
    for rule in ignored:
        explained = re.search(rf'"{rule}"\]?,? *\]?,? *# \w', text)
        assert explained or rule in alike, rule
