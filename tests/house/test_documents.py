"""What the documents say can be typed, followed and found."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from support.documents import ROOT, Document, documents

from phlogiston_assets.cli import main
from resources.settings import Settings

DOCUMENTS = {document.name: document for document in documents()}
PLACEHOLDERS = {"DAY": "2026-11-24", "PREFIX": "ana", "NAME": "ana", "…": ""}
"""What documents write for what a reader must put in, and one that will do."""

CONTAINER = "code"
"""Where `docker compose exec` starts commands."""

ELSEWHERE = {"PHLOGISTON_SHARED"}
"""Variables that are no settings of the program: where the tests find the specification."""


@pytest.fixture(params=DOCUMENTS)
def document(request: pytest.FixtureRequest) -> Document:
    return DOCUMENTS[request.param]


def started(document: Document, program: str) -> Iterator[list[str]]:
    """The arguments with which a document starts a program, its own words in place."""
    for line in document.commands():
        for command in re.split(r"&&|\||;", line):
            words = shlex.split(command.partition(" #")[0]) if f"{program} " in command else []
            words = [PLACEHOLDERS.get(word, word) for word in words]
            for at, word in enumerate(words):
                of_container = at > 0 and words[at - 1] == CONTAINER
                after_variables = all(re.match(r"\w+=", before) for before in words[:at])
                if word.endswith(f"bin/{program}") or (
                    word == program and (of_container or after_variables)
                ):
                    yield [one for one in words[at + 1 :] if one]
                    break


def refused(command: click.Command, name: str, arguments: list[str]) -> str | None:
    """Why a command does not take arguments; one that is only named needs none."""
    try:
        command.make_context(name, list(arguments))
    except click.MissingParameter as error:
        return error.format_message() if arguments else None
    except click.ClickException as error:
        return error.format_message()
    return None


def test_every_command_of_the_program_is_one_that_it_takes(document: Document) -> None:
    for arguments in started(document, "phlogiston"):
        name, *rest = arguments
        if name.startswith("-"):
            continue
        command = main.commands.get(name)
        assert command, f"{document.name} calls `phlogiston {name}`"
        refusal = refused(command, name, rest)
        assert refusal is None, f"{document.name}: {arguments}: {refusal}"


def test_some_commands_were_looked_at() -> None:
    looked_at = [one for document in DOCUMENTS.values() for one in started(document, "phlogiston")]
    assert ["run", "--mode", "rerecon", "--scope", "ana"] in looked_at
    assert len({" ".join(one) for one in looked_at}) > 20


def test_every_make_target_is_one_of_the_makefile(document: Document) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([\w.$()/-]+):", makefile, re.MULTILINE)) | {".venv/installed"}
    for arguments in started(document, "make"):
        words = iter(arguments)
        for word in words:
            if word == "-C":
                next(words)
            elif "=" not in word:
                assert word in targets, f"{document.name} calls `make {word}`"


def test_every_link_leads_somewhere(document: Document) -> None:
    for link in document.links():
        if link.startswith(("http://", "https://")):
            continue
        path, _, place = link.partition("#")
        target = (document.path.parent / path).resolve() if path else document.path
        assert target.exists(), f"{document.name} leads to {link}"
        if place:
            assert place in Document(target).places, f"{document.name} leads to {link}"


def test_every_file_that_is_named_exists(document: Document) -> None:
    """Paths with a folder, of which the first is one of the project's."""
    roots = {path.name for path in ROOT.iterdir() if path.is_dir()} | {"domain", "defs"}
    for code in document.inline():
        if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", code) or "/" not in code:
            continue
        if code.partition("/")[0] not in roots:
            continue
        within = (ROOT, ROOT / "phlogiston_assets", document.path.parent)
        assert any((folder / code).exists() for folder in within), f"{document.name}: {code}"


def test_every_variable_that_is_named_is_a_setting(document: Document) -> None:
    known = {f"PHLOGISTON_{name.upper()}" for name in Settings.model_fields} | ELSEWHERE
    for name in re.findall(r"PHLOGISTON_[A-Z_]*[A-Z](?!_?…)\b", document.text):
        assert name in known, f"{document.name} names {name}"


def test_every_guide_is_in_the_readme() -> None:
    readme = set(DOCUMENTS["README.md"].links())
    guides = {name for name in DOCUMENTS if name.startswith("docs/")}
    assert guides <= readme


def test_what_runs_before_a_commit_and_on_a_server_is_the_makefile_own_commands() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    script = (ROOT / ".ci" / "run").read_text("utf-8").partition("\nfi\n")[2]
    called = [*re.findall(r"entry: (.*)", hooks), *script.split("\n")]
    called = [found for one in called if (found := one.partition("#")[0].strip())]
    assert "make check" in called
    both = 'make --jobs=2 --output-sync test ${newer:+newer NEWER="$newer"}'
    assert both in called
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for one in called:
        if one != both and not one.startswith("newer="):
            assert re.fullmatch(rf"make ({'|'.join(targets)})", one), one
