"""The program `phlogiston` as its operators have it: a process with an exit code and two streams.

Most of a call's time goes into importing Dagster. `CommandLine` starts one process that has done
so, and each call is a fork of it with an environment, a folder and streams of its own.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, NoReturn, Self

ROOT = Path(__file__).resolve().parents[2]
PLAIN = (sys.executable, "-c", "from phlogiston_assets.cli import main; main()")
"""The program without any of the above."""
IMPORTED_ONCE = (
    "phlogiston_assets.operator_run",
    "resources.dagster_storage",
    "resources.publishing",
)
_LONGEST_CALL = 900
_LOOK_EVERY = 0.005


@dataclass(frozen=True)
class Hardship:
    """What a call has to bear.

    `kill_after` is after how many seconds of its own work it is killed outright; `powerless` takes
    from root what makes it write wherever it likes.
    """

    kill_after: float | None = None
    powerless: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a call left: its exit code, what it wrote, and the seconds of work that it took."""

    code: int
    out: str
    err: str
    work: float = 0.0


def environment(home: Path, **settings: object) -> dict[str, str]:
    """The environment of a call: nothing of the tester's own settings, and a home of its own.

    Settings are named as in the program, without PHLOGISTON_ and in lower case. Scopes are worked
    on in turn unless told otherwise: each process more would have to import everything first.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PHLOGISTON_", "DAGSTER_"))
    }
    given = {f"PHLOGISTON_{name.upper()}": str(value) for name, value in settings.items()}
    ours = {"PYTHONPATH": str(ROOT), "PHLOGISTON_HOME": str(home), "TERM": "xterm"}
    return {**inherited, **ours, "PHLOGISTON_SCOPES_AT_ONCE": "1", **given}


class CommandLine:
    """Calls the program; used as a context manager."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where calls are made and what they write is kept."""
        self.folder = folder
        self.calls = 0

    def __enter__(self) -> Self:
        with (self.folder / "parent.err").open("w") as errors:
            self.parent = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment(self.folder),
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.parent.communicate()

    def call(
        self, home: Path, *arguments: object, under: Hardship | None = None, **settings: object
    ) -> Outcome:
        """Call `phlogiston` with arguments, its output going into files."""
        (outcome,) = self.call_together(home, [arguments], under=under, **settings)
        return outcome

    def call_together(
        self,
        home: Path,
        calls: Sequence[Sequence[object]],
        under: Hardship | None = None,
        variables: Mapping[str, str] = MappingProxyType({}),
        **settings: object,
    ) -> list[Outcome]:
        """Call `phlogiston` several times at once, with the arguments of each call.

        `variables` are further ones of the environment.
        """
        numbers = range(self.calls + 1, self.calls + 1 + len(calls))
        outs = [self.folder / f"{number}.out" for number in numbers]
        given = {**environment(home, **settings), **variables}
        answers = self._call(given, calls, list(map(str, outs)), under)
        return [
            Outcome(code, out.read_text(), err, work)
            for (code, err, work), out in zip(answers, outs, strict=True)
        ]

    def call_on_terminal(self, home: Path, *arguments: object, **settings: object) -> Outcome:
        """Call `phlogiston` with arguments, its output going to a terminal."""
        near, far = pty.openpty()
        shown: list[bytes] = []

        def watch() -> None:
            with suppress(OSError):  # Linux says so when nobody writes to the terminal any more
                while piece := os.read(near, 4096):
                    shown.append(piece)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        given = environment(home, **settings)
        ((code, err, _),) = self._call(given, [arguments], [os.ttyname(far)])
        os.close(far)
        thread.join(10)
        os.close(near)
        return Outcome(code, b"".join(shown).decode("utf-8", "replace"), err)

    def _call(
        self,
        given: Mapping[str, str],
        calls: Sequence[Sequence[object]],
        outs: Sequence[str],
        under: Hardship | None = None,
    ) -> list[tuple[int, str, float]]:
        """Exit code, standard error and seconds of work of each call in an environment."""
        first = self.calls + 1
        self.calls += len(calls)
        errs = [self.folder / f"{number}.err" for number in range(first, self.calls + 1)]
        asked = [
            {
                "arguments": [str(argument) for argument in arguments],
                "environment": given,
                "folder": str(self.folder),
                "streams": [os.devnull, out, str(err)],
                "under": asdict(under or Hardship()),
                "seconds": _LONGEST_CALL * len(calls),
            }
            for arguments, out, err in zip(calls, outs, errs, strict=True)
        ]
        ends = self._ask(asked)
        return [(code, err.read_text(), work) for (code, work), err in zip(ends, errs, strict=True)]

    def _ask(self, calls: Sequence[Mapping[str, Any]]) -> list[tuple[int, float]]:
        """Have the forking process make the calls."""
        assert self.parent.stdin is not None
        assert self.parent.stdout is not None
        self.parent.stdin.write(json.dumps(calls) + "\n")
        self.parent.stdin.flush()
        answer = self.parent.stdout.readline()
        if not answer:
            reason = (self.folder / "parent.err").read_text()
            raise RuntimeError(f"the forking process ended with {self.parent.wait(10)}: {reason}")
        return [(int(code), float(work)) for code, work in json.loads(answer)]


def _fork_for_each_call() -> None:
    for module in IMPORTED_ONCE:
        import_module(module)
    gc.freeze()
    for line in sys.stdin:
        calls = json.loads(line)
        children = [(_fork(call), call["under"]["kill_after"]) for call in calls]
        sys.stdout.write(json.dumps([_end_of(*child) for child in children]) + "\n")
        sys.stdout.flush()


def _fork(call: dict[str, Any]) -> int:
    """Begin a call; the number of its process."""
    child = os.fork()
    if not child:
        _become(call)
        _run(call["arguments"])
    return child


def _end_of(child: int, kill_after: float | None) -> tuple[int, float]:
    """Wait for a process to end, or kill it; its exit code and seconds of work."""
    if kill_after is not None:
        handle = os.pidfd_open(child)
        while not select.select([handle], [], [], _LOOK_EVERY)[0]:
            if time.clock_gettime(_clock_of(child)) >= kill_after:
                os.kill(child, signal.SIGKILL)
        os.close(handle)
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def _clock_of(process: int) -> int:
    """The clock of a process's own work, as Linux numbers it."""
    return (~process << 3) | 2


def _run(arguments: list[str]) -> NoReturn:
    """Run the program to its end, sparing the clearing away of all that was imported."""
    from phlogiston_assets.cli import main  # noqa: PLC0415 - in the new process

    code: object = 1
    try:
        main(arguments, prog_name="phlogiston")
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(bool(code)))


def _become(call: dict[str, Any]) -> None:
    """Make this process what the call asks for; it is killed if it hangs."""
    signal.alarm(call["seconds"])
    for number, stream in enumerate(call["streams"]):
        flags = os.O_RDWR | (os.O_CREAT | os.O_TRUNC if number else 0)
        os.dup2(os.open(stream, flags, 0o600), number)
    os.environ.clear()
    os.environ.update(call["environment"])
    os.chdir(call["folder"])
    under = Hardship(**call["under"])
    if under.powerless:
        _give_up_all_capabilities()


def _give_up_all_capabilities() -> None:
    """Be bound by the owners and modes of files, as every user but root is (capset(2))."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError("capabilities cannot be given up")


if __name__ == "__main__":
    _fork_for_each_call()
