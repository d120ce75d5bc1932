"""Whatever stands in a scope's files, nothing of it is ever run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from phlogiston_assets.domain.scopes import ScopeFileError, find_prefixes, read_scope

TRICKS = (
    "__import__('os').system('touch {mark}')",
    "{{{{ cycler.__init__.__globals__.os.system('touch {mark}') }}}}",
    "{{% for x in ().__class__.__base__.__subclasses__() %}}{{{{ x }}}}{{% endfor %}}",
    "!!python/object/apply:os.system [touch {mark}]",
    "%(scope_prefix)s ${{HOME}} $(touch {mark}) `touch {mark}`",
    "=cmd|' /C touch {mark}'!A0",
    "'; DROP TABLE scope_period; --",
)
PROGRAMS = (
    "import os\nos.system('touch {mark}')\n",
    "[vars]\nscope_title = x\n__import__('os').system('touch {mark}')\n",
    "#!/bin/sh\ntouch {mark}\n",
    "!!python/object/apply:os.system\nargs: [touch {mark}]\n",
)
RULES = "rule,title,display,id,matchstring\n"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that would be there if a trick had worked."""
    return tmp_path / "mark"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "scopes"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("trick", TRICKS)
def test_a_value_is_read_as_it_is_written(folder: Path, mark: Path, trick: str) -> None:
    text = trick.format(mark=mark)
    (folder / "evil_scope.py").write_text(f"[vars]\nscope_title = {text}\n")
    quoted = '"' + text.replace('"', '""') + '"'
    (folder / "evil_recategorization.csv").write_text(
        f"{RULES}ProjectByID,{quoted},show,120,{quoted}\n"
    )
    scope = read_scope(folder, "evil")
    assert scope.settings.title == text
    assert scope.rules[0].title == text
    assert not mark.exists()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_refused_with_file_and_line(folder: Path, mark: Path, program: str) -> None:
    (folder / "evil_scope.py").write_text(program.format(mark=mark))
    (folder / "evil_recategorization.csv").write_text(f"{RULES}ProjectByID,x,show,120,\n")
    assert find_prefixes(folder) == ("evil",)
    with pytest.raises(ScopeFileError, match=r"evil_scope\.py") as refused:
        read_scope(folder, "evil")
    assert refused.value.line is not None
    assert not mark.exists()


def test_the_folder_of_scopes_is_no_place_that_python_imports_from(folder: Path) -> None:
    (folder / "evil_scope.py").write_text("[vars]\nscope_title = x\n")
    (folder / "evil_recategorization.csv").write_text(f"{RULES}ProjectByID,x,show,120,\n")
    before = set(sys.modules)
    read_scope(folder, "evil")
    assert str(folder) not in sys.path
    assert not [name for name in set(sys.modules) - before if name.endswith("_scope")]
