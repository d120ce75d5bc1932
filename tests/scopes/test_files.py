"""Finding pairs of files, and reading them whatever state they are in."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phlogiston_assets.domain.scopes import (
    RuleKind,
    Scope,
    ScopeFileError,
    find_prefixes,
    is_prefix,
    misnamed_files,
    parse_rules,
    parse_settings,
    read_scope,
)

HEADER = "rule,title,display,id,matchstring"

WriteScope = Callable[..., Path]


def refusal(folder: Path, prefix: str = "ve") -> ScopeFileError:
    with pytest.raises(ScopeFileError) as caught:
        read_scope(folder, prefix)
    return caught.value


class TestPrefixes:
    @pytest.mark.parametrize("prefix", ["a", "relkan", "sc3", "VE", "1", "a_b"])
    def test_a_prefix_is_1_to_6_letters_digits_or_underscores(
        self, write_scope: WriteScope, prefix: str
    ) -> None:
        folder = write_scope(prefix)
        assert is_prefix(prefix)
        assert find_prefixes(folder) == (prefix,)
        assert misnamed_files(folder) == ()
        assert read_scope(folder, prefix).prefix == prefix

    @pytest.mark.parametrize("prefix", ["", "sevenup", "a-b", "é", "a b", "a|b", "a.b", "ve\n"])
    def test_other_prefixes_are_passed_over_and_told(
        self, write_scope: WriteScope, prefix: str
    ) -> None:
        folder = write_scope(prefix)
        assert not is_prefix(prefix)
        assert find_prefixes(folder) == ()
        errors = misnamed_files(folder)
        assert [error.path.name for error in errors] == [
            f"{prefix}_recategorization.csv",
            f"{prefix}_scope.py",
        ]
        assert str(errors[0]).endswith(
            f"{prefix!r} cannot name a scope. A prefix is 1 to 6 letters, digits or _."
        )

    @pytest.mark.parametrize("prefix", ["../ve", "/etc/x", "", "toolong", "ve\0"])
    def test_a_bad_prefix_is_refused_before_any_file_is_touched(
        self, tmp_path: Path, prefix: str
    ) -> None:
        error = refusal(tmp_path, prefix)
        assert error.path == tmp_path
        assert error.fault.endswith("cannot name a scope")

    def test_prefixes_are_sorted_and_half_pairs_are_among_them(
        self, write_scope: WriteScope
    ) -> None:
        write_scope("ve")
        write_scope("ana", rules=None)
        folder = write_scope("ios", settings=None)
        assert find_prefixes(folder) == ("ana", "ios", "ve")

    def test_other_files_folders_and_hidden_files_are_no_scopes(
        self, write_scope: WriteScope
    ) -> None:
        folder = write_scope("ve")
        for name in ("README.md", ".ana_scope.py", "ana_scope.py~", "#ana_scope.py#", "scope.py"):
            (folder / name).touch()
        (folder / "ios_scope.py").mkdir()
        assert find_prefixes(folder) == ("ve",)
        assert misnamed_files(folder) == ()

    @pytest.mark.parametrize("find", [find_prefixes, misnamed_files])
    def test_a_folder_that_is_not_there_is_refused(
        self, tmp_path: Path, find: Callable[[Path], object]
    ) -> None:
        with pytest.raises(ScopeFileError, match="No such file or directory") as caught:
            find(tmp_path / "missing")
        assert caught.value.path == tmp_path / "missing"


class TestReading:
    def test_a_scope_is_read_from_its_two_files(self, write_scope: WriteScope) -> None:
        folder = write_scope("ve")
        scope = read_scope(folder, "ve")
        assert scope.settings.title == "VisualEditor"
        assert [rule.kind for rule in scope.rules] == [RuleKind.PROJECT_BY_ID]
        assert scope.settings_path == folder / "ve_scope.py"
        assert scope.rules_path == folder / "ve_recategorization.csv"
        assert scope.warnings == ()

    def test_warnings_of_both_files_are_kept(self, write_scope: WriteScope) -> None:
        folder = write_scope(
            settings="[vars]\nscope_title = VE\nproject_list = x\n",
            rules=f"{HEADER}\nProjectByID,Other,show,,1212\n",
        )
        first, second = read_scope(folder, "ve").warnings
        assert first.startswith(f"{folder}/ve_scope.py, line 3: ")
        assert second.startswith(f"{folder}/ve_recategorization.csv, line 2: ")

    @pytest.mark.parametrize(
        ("missing", "name"), [("settings", "ve_scope.py"), ("rules", "ve_recategorization.csv")]
    )
    def test_half_a_pair_is_refused_and_the_other_half_named(
        self, write_scope: WriteScope, missing: str, name: str
    ) -> None:
        folder = write_scope(**{missing: None})
        assert str(refusal(folder)) == (
            f"{folder}/{name}: cannot be read (No such file or directory)."
            " A scope is two files: ve_scope.py and ve_recategorization.csv."
        )

    def test_a_folder_in_the_place_of_a_file_is_refused(self, write_scope: WriteScope) -> None:
        folder = write_scope(settings=None)
        (folder / "ve_scope.py").mkdir()
        assert refusal(folder).path == folder / "ve_scope.py"

    def test_a_byte_order_mark_is_no_part_of_the_text(self, write_scope: WriteScope) -> None:
        mark = b"\xef\xbb\xbf"
        folder = write_scope(
            settings=mark + b"[vars]\nscope_title = VE\n",
            rules=mark + f"{HEADER}\nProjectByID,All,show,483,\n".encode(),
        )
        assert read_scope(folder, "ve").settings.title == "VE"

    @pytest.mark.parametrize(
        ("settings", "rules", "name", "line"),
        [
            (b"[vars]\nscope_title = Montr\xe9al\n", f"{HEADER}\n", "ve_scope.py", 2),
            (
                "[vars]\nscope_title = VE\n",
                f"{HEADER}\n\nProjectByID,".encode() + b"\xe9,show,1,\n",
                "ve_recategorization.csv",
                3,
            ),
            (b"\xff\xfe[\x00v\x00", f"{HEADER}\n", "ve_scope.py", 1),
            (b"\xef\xbb\xbf[vars]\nx\n\xe9\n", f"{HEADER}\n", "ve_scope.py", 3),
        ],
    )
    def test_bytes_that_are_no_utf8_are_refused_with_their_line(
        self,
        write_scope: WriteScope,
        settings: str | bytes,
        rules: str | bytes,
        name: str,
        line: int,
    ) -> None:
        folder = write_scope(settings=settings, rules=rules)
        error = refusal(folder)
        assert (error.path, error.line) == (folder / name, line)
        assert error.fault.endswith("is no UTF-8")
        assert error.remedy == "Save it as plain text in UTF-8."

    def test_a_nul_character_is_refused_with_its_line(self, write_scope: WriteScope) -> None:
        folder = write_scope(settings="[vars]\nscope_title = VE\ngroup = a\0b\n")
        error = refusal(folder)
        assert (error.line, error.fault) == (3, "a NUL character, which no text holds")


class TestErrors:
    ERROR = ScopeFileError(Path("scopes/ve_scope.py"), 7, "something is wrong", "Put it right.")

    def test_an_error_reads_as_place_fault_and_remedy(self) -> None:
        assert str(self.ERROR) == "scopes/ve_scope.py, line 7: something is wrong. Put it right."

    def test_an_error_without_a_line_names_the_file_only(self) -> None:
        error = ScopeFileError(Path("scopes"), None, "something is wrong", "Put it right.")
        assert str(error) == "scopes: something is wrong. Put it right."

    def test_an_error_survives_the_way_to_another_process(self) -> None:
        copy = pickle.loads(pickle.dumps(self.ERROR))
        assert str(copy) == str(self.ERROR)
        assert (copy.path, copy.line) == (self.ERROR.path, self.ERROR.line)


# Characters and words that the formats care about, so that chance gets past the first line.
SETTINGS_LIKE = st.text() | st.lists(
    st.sampled_from(
        (
            *(
                "[vars]",
                "[",
                "]",
                "\n",
                "\r",
                " ",
                "=",
                ":",
                "#",
                "'",
                '"',
                "%",
                "\0",
                "scope_title",
            ),
            *("start_date", "2018-01-01", "9" * 9, "show_points", "status_report_start", "default"),
        )
    )
).map("".join)
RULES_LIKE = st.text() | st.lists(
    st.sampled_from(
        (
            *(HEADER, "\n", "\r", ",", " ", '"', "\0", "ProjectByID", "Intersection", "show", "12"),
            *("ProjectByID,A,show,1,", "force_status", "ParentTask,B,hide,2,x", "\ufeff"),
        )
    )
).map("".join)


def assert_helpful(error: ScopeFileError, path: Path, text: str | bytes) -> None:
    """It says where and what is wrong, and what to do."""
    assert error.path == path
    assert error.line is None or 1 <= error.line <= len(text) + 1
    assert error.fault
    assert error.remedy


@given(SETTINGS_LIKE)
@example("[vars]\nscope_title = VE")
def test_any_text_is_settings_or_a_scope_file_error(text: str) -> None:
    path = Path("x_scope.py")
    try:
        settings, warnings = parse_settings(text, "x", path)
    except ScopeFileError as error:
        assert_helpful(error, path, text)
    else:
        assert settings.title
        assert all(warning.startswith(str(path)) for warning in warnings)


@given(RULES_LIKE | RULES_LIKE.map(lambda text: f"{HEADER}\n{text}"))
@example(f"{HEADER}\nProjectByID,A,show,1,")
def test_any_text_is_rules_or_a_scope_file_error(text: str) -> None:
    path = Path("x_recategorization.csv")
    try:
        rules, warnings = parse_rules(text, path)
    except ScopeFileError as error:
        assert_helpful(error, path, text)
    else:
        assert rules
        assert all(warning.startswith(str(path)) for warning in warnings)


@given(st.binary(), st.binary())
def test_any_bytes_are_a_scope_or_a_scope_file_error(
    tmp_path_factory: pytest.TempPathFactory, settings: bytes, rules: bytes
) -> None:
    folder = tmp_path_factory.mktemp("scopes")
    (folder / "x_scope.py").write_bytes(settings)
    (folder / "x_recategorization.csv").write_bytes(rules)
    try:
        assert isinstance(read_scope(folder, "x"), Scope)
    except ScopeFileError as error:
        assert_helpful(error, folder / error.path.name, settings + rules)
